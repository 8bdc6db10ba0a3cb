// What happens, as one stream of values: the journal keeps it, hooks act on it, `monitor` shows it.
// Whoever listens is told on the routing thread, from within what happened: a listener notes or
// queues, it neither waits nor calls the router.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace dx::daemon {

enum class EventKind : std::uint8_t {
    // Of the router.
    Started,
    Stopped,
    ConfigurationReloaded,
    ReloadFailed,
    Kernel,  // it refused or took something of ours, or no longer does
    // Of a gateway of static routes that BFD watches or that is tracked.
    GatewayUp,  // its routes are used from now on
    GatewayDown,
    // Of a neighbor.
    StateChanged,
    Established,
    Down,
    AttemptFailed,  // no session came of it
    NotificationSent,
    NotificationReceived,
    RoutesComplete,  // End-of-RIB: it has told all
    BfdUp,
    BfdDown,
    BfdRefused,  // its packets come and are refused
    BfdAbsent,   // BGP is up, and BFD does not come Up
    LinkUp,      // the link, and the address on it, that the neighbor is reached by
    LinkDown,
    PrefixLimitNear,
    PrefixLimitReached,
    PrefixLimitFits,  // nothing is held back any longer
    Failover,         // its traffic was moved to what is left
    DrainBegun,
    Drained,
    Undrained,
    FailoverTestBegun,
    FailoverTestEnded,
    Cleared,
};

// "established", "bfd-down": the name in JSON and in the environment of hooks.
std::string_view to_string(EventKind kind);

struct Event {
    using WallClock = std::chrono::system_clock;
    using Value = std::variant<std::string, std::int64_t, bool>;
    using Details = std::vector<std::pair<std::string, Value>>;

    EventKind kind{};
    std::string neighbor{};  // its name; empty: the router itself
    std::string text{};      // one line for people: the cause. Without secrets, as everything here
    Details details{};       // names as in JSON: "holdTimeSecs"

    // Set as it is published.
    std::chrono::time_point<WallClock, std::chrono::milliseconds> time{};
    std::uint64_t sequence = 0;  // grows, over restarts also where there is a journal
};

// One line of JSON, without its end; `beside` is what else a reader elsewhere wants to know:
// {"sequence":17,"time":1790000000123,"event":"down","neighbor":"dx1","text":"…","details":{…}}
std::string to_json(const Event& event, const Event::Details& beside = {});

class EventStream {
public:
    using Listener = std::function<void(const Event&)>;

    // Listens for as long as it lives, which may be longer than the stream.
    class Subscription;

    // Fills in time and sequence. A listener may end subscriptions meanwhile, its own too.
    void publish(Event event);

    [[nodiscard]] Subscription subscribe(Listener listener);

    // The next event's number, where an earlier run got as far.
    void go_on_at(std::uint64_t sequence) { next_ = sequence; }

private:
    using Listeners = std::map<std::uint64_t, Listener>;

    std::shared_ptr<Listeners> listeners_ = std::make_shared<Listeners>();
    std::uint64_t subscriptions_so_far_ = 0;
    std::uint64_t next_ = 1;
};

class EventStream::Subscription {
public:
    Subscription() = default;

    Subscription(std::weak_ptr<Listeners> of, std::uint64_t place)
        : of_(std::move(of)), place_(place) {}

    Subscription(Subscription&& other) noexcept
        : of_(std::exchange(other.of_, {})), place_(other.place_) {}

    Subscription& operator=(Subscription&& other) noexcept {
        end();
        of_ = std::exchange(other.of_, {});
        place_ = other.place_;
        return *this;
    }

    ~Subscription() { end(); }

    void end() {
        if (const auto listeners = std::exchange(of_, {}).lock()) listeners->erase(place_);
    }

private:
    std::weak_ptr<Listeners> of_;
    std::uint64_t place_ = 0;
};

}  // namespace dx::daemon
