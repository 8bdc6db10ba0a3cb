// A kernel as far as forwarding goes, with the habits that hurt: what sits on a link that goes down
// vanishes without a word, routes vanish with their nexthop object, REPLACE does not look at whose
// route it replaces. It keeps count of what must never happen.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "libfib/fib/kernel.hpp"

namespace dx::fib::test {

struct ModelRoute {
    std::uint8_t protocol = 0;
    ForwardingKind kind = ForwardingKind::Unicast;
    ObjectId object = ObjectId::None;
    std::vector<PlainHop> hops;
    std::optional<net::IpAddress> source;

    friend bool operator==(const ModelRoute&, const ModelRoute&) = default;
};

struct ModelObject {
    std::uint8_t protocol = 0;
    bool resilient = false;
    std::vector<GroupMember> members;  // of a group
    OnLink target;

    bool is_group() const { return !members.empty(); }
};

class ModelKernel {
public:
    struct SeenRoute {
        KernelRoute route;
        Seen seen;
    };

    struct SeenObject {
        KernelObject object;
        Seen seen;
    };

    using Event = std::variant<SeenRoute, SeenObject, LinkChange, AddressChange>;
    using RouteKey = std::pair<net::Prefix, std::uint32_t>;  // with the metric

    static constexpr std::uint8_t kForeign = 4;  // RTPROT_STATIC

    // Executes a request as the kernel would; errno.
    int execute(const KernelRequest& request);

    // What the machine does.
    void set_link(InterfaceIndex index, bool up, bool running);
    void add_address(InterfaceIndex index, const std::string& address, const std::string& network);
    void remove_address(const std::string& address);

    // What other programs do; the monitor tells.
    bool add_foreign(const net::Prefix& prefix, std::uint32_t metric, const OnLink& via,
                     bool replace = false);
    void delete_route(const net::Prefix& prefix, std::uint32_t metric);
    void delete_object(ObjectId id);

    std::vector<Event> take_events() { return std::exchange(events_, {}); }

    // Where a route's traffic goes now; empty for none and for a blackhole.
    std::set<OnLink> carriers(const ModelRoute& route) const;

    const ModelRoute* route(const std::string& prefix, std::uint32_t metric = 20) const;

    std::map<RouteKey, ModelRoute> routes;
    std::map<ObjectId, ModelObject> objects;
    std::map<InterfaceIndex, bool> links;  // usable
    std::set<ObjectId> unacknowledged;     // deletions whose result was not given back
    int fail_next = 0;                     // errno for the next request
    int refuse_objects = 0;                // errno for every next hop object
    unsigned clobbered = 0;                // foreign routes replaced or deleted by requests
    unsigned reused = 0;  // identifiers used before their deletion was acknowledged
    unsigned executed = 0;

private:
    int put_next_hop(const PutNextHop& put);
    int put_group(const PutGroup& put);
    int delete_ours(const DeleteObject& request);
    int put_route(const PutRoute& put);
    int delete_ours(const DeleteRoute& request);
    void remove_object(ObjectId id);

    void note_reuse(ObjectId id) { reused += unacknowledged.contains(id) ? 1 : 0; }

    std::map<InterfaceIndex, bool> up_;
    std::vector<AddressChange> addresses_;
    std::vector<Event> events_;
};

}  // namespace dx::fib::test
