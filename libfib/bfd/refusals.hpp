// Whether a peer speaks and is refused, as with authentication that only it uses: else it looks as
// silent as one whose packets are lost. Pure.
//
// A spell of refused packets begins with the first and ends when none came for a while. It is told
// once, and no more often than is good for a log: whoever forges packets decides when they come.
#pragma once

#include <chrono>
#include <optional>
#include <utility>

#include "libfib/bfd/packet.hpp"
#include "libfib/bfd/session.hpp"

namespace dx::bfd {

class Refusals {
public:
    static constexpr std::chrono::seconds kQuiet{10};
    static constexpr std::chrono::minutes kNotAgainWithin{1};

    // A packet was refused. True: that is to be told now.
    bool refuse(Discard reason, TimePoint now) {
        reason_ = reason;
        last_ = now;
        if (told_ || (last_told_ && now - *last_told_ < kNotAgainWithin)) return false;
        last_told_ = now;
        return told_ = true;
    }

    // A spell lasts, and nothing was refused for a while, as far as is known.
    bool is_quiet(TimePoint now) const { return reason_ && now - last_ >= kQuiet; }

    // True: the spell that was told is over.
    bool end_if_quiet(TimePoint now) { return is_quiet(now) && end(); }

    // The same at once: the session is Up.
    bool end() {
        reason_.reset();
        return std::exchange(told_, false);
    }

    std::optional<Discard> reason() const { return reason_; }  // of the last one of the spell

private:
    std::optional<Discard> reason_;
    TimePoint last_;
    bool told_ = false;
    std::optional<TimePoint> last_told_;
};

}  // namespace dx::bfd
