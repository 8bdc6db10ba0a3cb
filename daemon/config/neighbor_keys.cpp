#include "daemon/config/neighbor_keys.hpp"

#include <algorithm>

#include "daemon/config/aggregate_checks.hpp"
#include "daemon/config/kinds.hpp"
#include "daemon/config/neighbor_checks.hpp"
#include "daemon/config/neighbor_kinds.hpp"
#include "daemon/config/profile.hpp"

namespace dx::config {
namespace {

constexpr auto kNext = Effect::NextSession;
constexpr auto kReset = Effect::ResetNeighbor;

constexpr WordOf<Profile> kProfileWords[] = {{"none", Profile::None},
                                             {"aws-private", Profile::AwsPrivate},
                                             {"aws-transit", Profile::AwsTransit},
                                             {"aws-public", Profile::AwsPublic},
                                             {"aws-vpn", Profile::AwsVpn}};
constexpr WordOf<Preference> kPreferenceWords[] = {
    {"high", Preference::High}, {"medium", Preference::Medium}, {"low", Preference::Low}};
constexpr WordOf<Scope> kScopeWords[] = {
    {"region", Scope::Region}, {"continent", Scope::Continent}, {"global", Scope::Global}};
constexpr WordOf<CoveredByDx> kCoveredWords[] = {{"suppress", CoveredByDx::Suppress},
                                                 {"keep", CoveredByDx::Keep}};

constexpr Key<Timers> kTimerKeys[] = {
    key<&Timers::hold, HoldTime>("hold", kNext),
    key<&Timers::keepalive, Duration<seconds, 0, 21'845'000>>("keepalive", kNext),
    key<&Timers::connect_retry, Duration<seconds, 1000, 65'535'000>>("connect-retry"),
};

Keys<Timers> timer_keys() {
    return kTimerKeys;
}

constexpr Key<PrefixLimits> kLimitKeys[] = {
    key<&PrefixLimits::in, LimitPerFamily<InboundLimit>>("in"),
    key<&PrefixLimits::out, LimitPerFamily<OutboundLimit>>("out"),
};

Keys<PrefixLimits> limit_keys() {
    return kLimitKeys;
}

// The key may come from the file: then the file's name is what is written.
constexpr Key<Neighbor> password_key() {
    auto row = key<&Neighbor::password, Password>("password", kReset);
    row.write = [](const Neighbor& neighbor, const Neighbor&) -> std::optional<Node> {
        if (!neighbor.password || !neighbor.password_file.empty()) return std::nullopt;
        return Password::write(*neighbor.password);
    };
    return row;
}

constexpr Key<Neighbor> kNeighborKeys[] = {
    key<&Neighbor::name, NeighborName>("name"),
    key<&Neighbor::description, Text<0, 255>>("description"),
    key<&Neighbor::address, HostAddress>("address", kReset, true),
    key<&Neighbor::remote_as, Asn>("remote-as", kReset, true),
    key<&Neighbor::local_address, HostAddress>("local-address", kReset),
    key<&Neighbor::interface, InterfaceName>("interface", kReset),
    password_key(),
    key<&Neighbor::password_file, Text<1, 4095>>("password-file"),
    key<&Neighbor::families, FamiliesKind>("families", kNext),
    key<&Neighbor::profile, Word<kProfileWords>>("profile"),
    key<&Neighbor::preference, Word<kPreferenceWords>>("preference"),
    key<&Neighbor::scope, Word<kScopeWords>>("scope"),
    key<&Neighbor::covered_by_dx, Word<kCoveredWords>>("covered-by-dx"),
    key<&Neighbor::send_aws_routes, Flag>("send-aws-routes"),
    key<&Neighbor::weight, Number<std::uint8_t, 1, 255>>("weight"),
    key<&Neighbor::return_delay, Duration<seconds, 0, 86'400'000>>("return-delay"),
    key<&Neighbor::passive, Flag>("passive"),
    key<&Neighbor::shutdown, ShutdownKind>("shutdown", kReset),
    key<&Neighbor::multihop, Number<std::uint8_t, 1, 255>>("multihop", kReset),
    key<&Neighbor::ttl_security, Flag>("ttl-security", kReset),
    key<&Neighbor::bgp_role, RoleKind>("bgp-role", kNext),
    key<&Neighbor::allow_own_as, Number<std::uint8_t, 0, 10>>("allow-own-as", kReset),
    key<&Neighbor::next_hop_self, Flag>("next-hop-self"),
    section<&Neighbor::timers, timer_keys>("timers"),
    key<&Neighbor::bfd, BfdKind>("bfd"),
    key<&Neighbor::graceful_restart, GracefulRestartKind>("graceful-restart", kNext),
    section<&Neighbor::prefix_limit, limit_keys>("prefix-limit"),
    key<&Neighbor::import_policy, PolicyName>("import"),
    key<&Neighbor::export_policy, PolicyName>("export"),
};

// What the defaults depend on, read without a word: the tables report what is wrong with it.
NeighborIdentity identity_of(const Reader& reader, const Node& value) {
    Reader silent(reader.file(), reader.config(), reader.surroundings());
    const auto peek = [&]<class Kind>(std::string_view key, auto& out, Kind) {
        const auto* found = value.find(key);
        if (!found) return;
        if (const auto read = Kind::read(silent, *found)) out = *read;
    };
    NeighborIdentity identity;
    peek("profile", identity.profile, Word<kProfileWords>{});
    peek("address", identity.address, HostAddress{});
    peek("interface", identity.interface, InterfaceName{});
    peek("remote-as", identity.remote_as, Asn{});
    identity.internal = identity.remote_as != 0 && identity.remote_as == reader.config().router.asn;
    return identity;
}

// A hold time without its keepalive brings the usual third.
void keepalive_after_hold(const Node& value, Neighbor& neighbor) {
    const auto* timers = value.find("timers");
    if (!timers || !timers->find("hold") || timers->find("keepalive")) return;
    neighbor.timers.keepalive = std::max(neighbor.timers.hold / 3, seconds(1));
}

Neighbor read_neighbor(Reader& reader, const Node& value) {
    auto neighbor = default_neighbor(identity_of(reader, value), reader.config().bfd);
    read_keys(reader, value, neighbor_keys(), neighbor);
    if (!value.is_map()) return neighbor;
    keepalive_after_hold(value, neighbor);
    apply_preference(neighbor);
    read_password_file(reader, value, neighbor);
    check_neighbor(reader, value, neighbor);
    check_aggregates(reader, value, neighbor);
    return neighbor;
}

}  // namespace

Keys<Neighbor> neighbor_keys() {
    return kNeighborKeys;
}

std::vector<Neighbor> read_neighbors(Reader& reader, const Node& value) {
    std::vector<Neighbor> neighbors;
    if (!value.is_list()) {
        if (!value.is_null()) reader.wrong(value, "a list", "a list with `- address: …` for each");
        return neighbors;
    }
    for (const auto& item : value.items)
        neighbors.push_back(read_neighbor(reader, item));
    check_neighbors(reader, value, neighbors);
    return neighbors;
}

Node write_neighbor(const Neighbor& neighbor, const BfdTimers& bfd) {
    auto defaults = default_neighbor({neighbor.profile, neighbor.address, neighbor.interface,
                                      neighbor.remote_as, neighbor.internal},
                                     bfd);
    // What makes the neighbor who it is has no default.
    defaults.profile = Profile::None;
    defaults.address = {};
    defaults.interface.clear();
    defaults.remote_as = 0;
    return write_keys(neighbor_keys(), neighbor, defaults);
}

bool operator==(const Neighbor& a, const Neighbor& b) {
    Key<Neighbor>::Differs differs;
    diff_keys(neighbor_keys(), a, b, differs);
    return differs.empty();
}

}  // namespace dx::config
