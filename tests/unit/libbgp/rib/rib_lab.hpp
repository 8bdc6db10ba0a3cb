// A Rib with everything around it that a test needs: recorded events, UPDATEs as values, and peers
// that read what was sent from its bytes.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "libbgp/rib/rib.hpp"
#include "libbgp/wire/message.hpp"
#include "tests/support/catch.hpp"

namespace dx::bgp::test {

inline net::Prefix prefix(std::string_view text) {
    const auto parsed = net::Prefix::parse(text);
    REQUIRE(parsed);
    return *parsed;
}

inline net::IpAddress address(std::string_view text) {
    const auto parsed = net::IpAddress::parse(text);
    REQUIRE(parsed);
    return *parsed;
}

inline AsPath path_of(std::initializer_list<AsNumber> numbers) {
    return AsPath::sequence(std::span(numbers.begin(), numbers.size()));
}

inline PathAttributes attributes(std::initializer_list<AsNumber> path,
                                 std::string_view next_hop = "192.0.2.1") {
    PathAttributes result;
    result.next_hop.address = address(next_hop);
    result.origin = Origin::Igp;
    result.as_path = path_of(path);
    return result;
}

// RFC 4271 4.3: length and as many octets as it needs.
inline std::vector<std::uint8_t> nlri(const std::vector<net::Prefix>& prefixes) {
    std::vector<std::uint8_t> bytes;
    for (const auto& one : prefixes) {
        bytes.push_back(one.length());
        const auto octets = one.address().bytes().first((one.length() + 7U) / 8);
        bytes.insert(bytes.end(), octets.begin(), octets.end());
    }
    return bytes;
}

inline std::vector<net::Prefix> prefixes(std::initializer_list<std::string_view> texts) {
    std::vector<net::Prefix> result;
    for (const auto text : texts)
        result.push_back(prefix(text));
    return result;
}

// A policy that accepts this prefix and nothing else.
inline PolicyPtr only(std::string_view text) {
    const auto one = prefix(text);
    PolicyRule rule;
    rule.match.prefix = std::make_shared<const PrefixSet>(
        "", std::vector{PrefixPattern{one, one.length(), one.length()}});
    rule.then = PolicyAction::Accept;
    return std::make_shared<const Policy>("only", std::vector{rule});
}

struct RecordedEvents : RibEvents {
    void best_path_changed(const BestPathChange& change) override {
        best_changes.push_back(change);
        if (change.now == kNoForwarding)
            forwarding.erase(change.prefix);
        else
            forwarding[change.prefix] = change.now;
    }

    void forwarding_set_retired(ForwardingSetId set) override { retired.push_back(set); }

    NextHopState next_hop_wanted(const NextHopKey& next_hop) override {
        wanted.insert(next_hop);
        return unreachable.contains(next_hop.address) ? NextHopState{}
                                                      : NextHopState{true, cost[next_hop.address]};
    }

    void next_hop_unwanted(const NextHopKey& next_hop) override { wanted.erase(next_hop); }

    void output_ready(NeighborId neighbor) override { ready.insert(neighbor); }

    void end_of_rib_received(NeighborId neighbor, net::Family family) override {
        ends_of_rib.emplace_back(neighbor, family);
    }

    void prefix_limit_exceeded(NeighborId neighbor, net::Family, std::uint32_t max,
                               bool restart) override {
        exceeded.push_back({neighbor, max, restart});
    }

    void prefix_limit_in_near(NeighborId neighbor, net::Family, std::uint32_t accepted,
                              std::uint32_t max) override {
        near_in.push_back({neighbor, accepted, max});
    }

    void prefix_limit_out_near(NeighborId, net::Family, std::uint32_t, std::uint32_t) override {
        ++near;
    }

    void prefix_limit_out_reached(NeighborId, net::Family, std::uint32_t) override { ++reached; }

    void prefix_limit_out_fits(NeighborId, net::Family, std::uint32_t sent,
                               std::uint32_t) override {
        fits.push_back(sent);
    }

    void prefix_limit_out_aggregation(NeighborId, net::Family,
                                      const OutAggregationChange& change) override {
        aggregations.push_back(change);
    }

    struct Exceeded {
        NeighborId neighbor;
        std::uint32_t max;
        bool restart;
    };

    struct Near {
        NeighborId neighbor;
        std::uint32_t accepted;
        std::uint32_t max;

        friend bool operator==(const Near&, const Near&) = default;
    };

    std::vector<BestPathChange> best_changes;
    std::map<net::Prefix, ForwardingSetId> forwarding;
    std::vector<ForwardingSetId> retired;
    std::set<NextHopKey> wanted;
    std::set<net::IpAddress> unreachable;
    std::map<net::IpAddress, std::uint32_t> cost;
    std::set<NeighborId> ready;
    std::vector<std::pair<NeighborId, net::Family>> ends_of_rib;
    std::vector<Exceeded> exceeded;
    std::vector<Near> near_in;
    std::vector<OutAggregationChange> aggregations;
    int near = 0;
    int reached = 0;
    std::vector<std::uint32_t> fits;  // how many were sent then
};

// The far end of a session: what it knows after reading all that was sent.
class Peer {
public:
    explicit Peer(const WireContext& wire) : wire_(wire) {}

    void read(Bytes bytes) {
        Framer framer;
        framer.negotiated(wire_);
        while (!bytes.empty()) {
            const auto space = framer.space();
            const auto count = std::min(space.size(), bytes.size());
            std::copy_n(bytes.begin(), count, space.begin());
            framer.commit(count);
            bytes = bytes.subspan(count);
            while (const auto message = framer.next()) {
                REQUIRE(message->has_value());
                on_message(**message);
            }
        }
    }

    std::map<net::Prefix, PathAttributes> routes;
    std::size_t most_routes = 0;  // ever, at any point of the byte stream
    int updates = 0;
    int ends_of_rib = 0;
    int begins = 0;                // RFC 7313 BoRR
    int ends = 0;                  // EoRR
    std::vector<std::string> log;  // "+10.0.0.0/8", "-10.0.0.0/8", "EoR", "BoRR", "EoRR"
    std::function<void(const net::Prefix&)> on_withdrawn;  // has been taken out of `routes`

private:
    void on_message(const MessageView& message) {
        if (message.type == MessageType::RouteRefresh) return on_refresh(message);
        REQUIRE(message.type == MessageType::Update);
        auto decoded = decode_update(message.body, wire_);
        REQUIRE(decoded.has_value());
        REQUIRE(decoded->errors.empty());
        ++updates;
        if (decoded->end_of_rib) {
            ++ends_of_rib;
            log.push_back("EoR");
        }
        remove(decoded->withdrawn);
        remove(decoded->mp_withdrawn);
        add(decoded->announced, decoded->attributes);
        if (decoded->mp_next_hop) decoded->attributes.next_hop = *decoded->mp_next_hop;
        add(decoded->mp_announced, decoded->attributes);
    }

    void on_refresh(const MessageView& message) {
        const auto refresh = decode_route_refresh(message, wire_);
        REQUIRE((refresh.has_value() && refresh->has_value()));
        const bool begin = (*refresh)->subtype == RefreshSubtype::Begin;
        ++(begin ? begins : ends);
        log.push_back(begin ? "BoRR" : "EoRR");
    }

    void add(const NlriView& nlri, const PathAttributes& with) {
        for (const auto one : nlri) {
            routes.insert_or_assign(one, with);
            log.push_back("+" + one.to_string());
        }
        most_routes = std::max(most_routes, routes.size());
    }

    void remove(const NlriView& nlri) {
        for (const auto one : nlri) {
            routes.erase(one);
            log.push_back("-" + one.to_string());
            if (on_withdrawn) on_withdrawn(one);
        }
    }

    WireContext wire_;
};

inline constexpr AsNumber kOurAs = 65000;

class RibLab {
public:
    explicit RibLab(std::uint32_t maximum_paths = 1)
        : rib({RouterId{0x0a000001}, kOurAs, maximum_paths, 42}, events) {}

    static RibNeighbor external(AsNumber as) {
        RibNeighbor neighbor;
        neighbor.local_as = kOurAs;
        neighbor.remote_as = as;
        neighbor.import_policy = accept_all();
        neighbor.export_policy = accept_all();
        return neighbor;
    }

    static RibNeighbor internal() { return external(kOurAs); }

    // Neighbor n has the address 192.0.2.n, the router id n, and knows us as 198.51.100.n.
    static RibSession session(std::uint8_t n, bool is_external = true) {
        RibSession session;
        session.families = {net::Family::Ipv4, net::Family::Ipv6};
        session.wire.families = session.families;
        session.wire.external = is_external;
        session.peer_router_id = RouterId{n};
        session.peer_address = net::IpAddress::v4(0xc0000200U + n);
        session.local_v4 = net::IpAddress::v4(0xc6336400U + n);
        session.local_v6 = net::IpAddress::parse("2001:db8:ffff::1");
        session.local_link_local = net::IpAddress::parse("fe80::1");
        return session;
    }

    NeighborId add(std::uint8_t n, const RibNeighbor& neighbor) {
        return add(n, neighbor, session(n, neighbor.external()));
    }

    NeighborId add(std::uint8_t n, const RibNeighbor& neighbor, const RibSession& with) {
        const NeighborId id{n};
        rib.set_neighbor(id, neighbor);
        rib.session_up(id, with);
        peers.insert_or_assign(id, Peer(with.wire));
        return id;
    }

    void announce(NeighborId from, const std::vector<net::Prefix>& what,
                  const PathAttributes& with) {
        const auto bytes = nlri(what);
        Update update;
        auto& place =
            what.front().family() == net::Family::Ipv4 ? update.announced : update.mp_announced;
        place = NlriView(what.front().family(), bytes);
        update.attributes = with;
        if (what.front().family() == net::Family::Ipv6) update.mp_next_hop = with.next_hop;
        rib.update(from, update, now);
    }

    void announce(NeighborId from, std::initializer_list<std::string_view> what,
                  const PathAttributes& with) {
        announce(from, prefixes(what), with);
    }

    void withdraw(NeighborId from, const std::vector<net::Prefix>& what) {
        const auto bytes = nlri(what);
        Update update;
        auto& place =
            what.front().family() == net::Family::Ipv4 ? update.withdrawn : update.mp_withdrawn;
        place = NlriView(what.front().family(), bytes);
        rib.update(from, update, now);
    }

    void withdraw(NeighborId from, std::initializer_list<std::string_view> what) {
        withdraw(from, prefixes(what));
    }

    void originate(std::string_view what, std::uint32_t rank = UINT32_MAX) {
        LocalRoute route;
        route.prefix = prefix(what);
        route.rank = rank;
        rib.originate(route, now);
    }

    // Until nothing is left to do.
    void work() {
        while (rib.run_slice(100)) {
        }
    }

    // All work, and all output delivered, however often one makes the other.
    void settle() {
        do {
            work();
            for (auto& [id, peer] : peers)
                deliver(id);
        } while (rib.has_work());
    }

    void deliver(NeighborId id, std::size_t piece = 1 << 20) {
        bool more = true;
        while (more) {
            Buffer out;
            more = rib.fill(id, out, piece);
            peers.at(id).read(out);
        }
    }

    Peer& peer(NeighborId id) { return peers.at(id); }

    RecordedEvents events;
    Rib rib;
    std::map<NeighborId, Peer> peers;
    RouteTime now{100};
};

}  // namespace dx::bgp::test
