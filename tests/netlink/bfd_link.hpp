// Two BfdServices in namespaces of their own with a link between them, with the test in the part
// of routing on both sides.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include "libfib/bfd/service.hpp"

namespace dx::test {

net::IpAddress address_of(const std::string& text);

// `interval` both ways.
bfd::SessionSettings every(bfd::Interval interval, std::uint8_t multiplier = 3);

// A UDP socket of the test's own, bound to an IPv4 address; below 0: it cannot be.
int udp_socket(const std::string& local, std::uint16_t port);

// Each network that a BfdLink has.
inline const std::vector<std::string> kNetworks{"192.0.2.", "2001:db8::", "fe80::"};

// A network namespace that stays when the thread is elsewhere.
class Box {
public:
    Box();  // where the thread is now
    ~Box();

    Box(const Box&) = delete;
    Box& operator=(const Box&) = delete;

    void enter() const;
    std::string path() const;

private:
    int file_;
};

class BfdSide : public bfd::BfdEvents {
public:
    explicit BfdSide(boost::asio::io_context& routing);

    bool all_up() const;
    bool none_up() const;

    std::map<bfd::SessionId, bfd::State> states;
    std::vector<bfd::SessionChange> changes;
    std::vector<bfd::RefusalChange> refusals;
    std::vector<std::string> notes;

    std::mutex mutex;  // of the two below: on_down is called on the bfd thread
    std::vector<bfd::SessionChange> downs;
    std::function<void()> on_down;

    std::unique_ptr<bfd::BfdService> service;

private:
    void on_bfd_change(const bfd::SessionChange& change) override;
    void on_bfd_refusal(const bfd::RefusalChange& change) override;
    void on_bfd_note(const std::string& text) override;
};

// 192.0.2.1 and .2, 2001:db8::1 and ::2, fe80::1 and ::2, on v0 in both; the first is ours. A
// network below is an address without its last digit.
class BfdLink {
public:
    BfdLink();

    void connect();  // the link and its addresses, made anew

    void go_there() { there_->enter(); }

    void go_here() { here_->enter(); }

    bfd::PeerKey our_key(const std::string& network) const;
    bfd::PeerKey their_key(const std::string& network) const;

    // A session on both sides, Up; ours is returned.
    bfd::SessionId pair(const std::string& network, const bfd::SessionSettings& ours_as,
                        const bfd::SessionSettings& theirs_as, bfd::Token token = 0);

    // Runs routing's loop until the condition holds; false: it did not within the time.
    bool wait_for(const std::function<bool()>& condition,
                  std::chrono::milliseconds most = std::chrono::seconds(30));

    void run_for(std::chrono::milliseconds time) { routing_.run_for(time); }

    bfd::BfdStatus status();                       // of our side
    bfd::PeerStatus peer(bfd::SessionId session);  // of ours

    // Until our side goes by these intervals.
    bool negotiated(bfd::SessionId session, bfd::Interval transmit, bfd::Interval detection);

    std::vector<bfd::SessionId> their_sessions;

private:
    boost::asio::io_context routing_{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
    std::unique_ptr<Box> there_;
    std::unique_ptr<Box> here_;
    bfd::InterfaceIndex our_index_ = 0;
    bfd::InterfaceIndex their_index_ = 0;

public:
    std::unique_ptr<BfdSide> ours;
    std::unique_ptr<BfdSide> theirs;
};

}  // namespace dx::test
