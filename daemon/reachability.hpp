// Whether a gateway answers, judged by what the kernel's neighbor table says of it from time to
// time: so many questions without an answer say that it does not, and after that so many answers
// in a row that it does again. Pure.
#pragma once

#include <cstdint>

#include "daemon/config/config.hpp"
#include "libfib/netlink/neighbor_entries.hpp"

namespace dx::daemon {

class Reachability {
public:
    enum class Ask : std::uint8_t { Nobody, Host, Everybody };

    explicit Reachability(const config::Tracking& settings) : settings_(settings) {}

    void configure(const config::Tracking& settings) { settings_ = settings; }

    const config::Tracking& settings() const { return settings_; }

    // What was seen; returns whom to ask, to look again after interval(). The last question before
    // a gateway is given up goes to everybody: another box may have its address now.
    Ask look(netlink::NeighborEntry seen);

    // At first there is a hurry: nothing is in use before the first answer.
    config::milliseconds interval() const;

    bool answers() const { return answers_; }

    // Known by now, be it well or ill.
    bool judged() const { return answers_ || failed_; }

    unsigned missed() const { return missed_; }  // the latest questions without an answer

private:
    static constexpr unsigned kHurriedLooks = 10;
    static constexpr config::milliseconds kHurry{50};

    config::Tracking settings_;
    bool asked_ = false;
    bool answers_ = false;
    bool failed_ = false;  // once at least
    unsigned looks_ = 0;   // up to those in a hurry
    unsigned missed_ = 0;
    unsigned answered_ = 0;  // in a row
};

}  // namespace dx::daemon
