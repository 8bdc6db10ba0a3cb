#include "daemon/config/config_keys.hpp"

#include <functional>

#include "daemon/config/bfd_keys.hpp"
#include "daemon/config/each_once.hpp"
#include "daemon/config/fib_keys.hpp"
#include "daemon/config/hook_keys.hpp"
#include "daemon/config/kinds.hpp"
#include "daemon/config/neighbor_keys.hpp"
#include "daemon/config/policy_keys.hpp"
#include "daemon/config/route_keys.hpp"
#include "daemon/config/set_keys.hpp"

namespace dx::config {
namespace {

constexpr auto kAll = Effect::ResetAll;

struct ListenAddresses : ListOf<Address> {
    static std::optional<Value> read(Reader& reader, const Node& value) {
        const auto addresses = ListOf<Address>::read(reader, value);
        if (addresses) expect_each_once(reader, value, *addresses, std::identity());
        return addresses;
    }
};

constexpr Key<Listen> kListenKeys[] = {
    key<&Listen::port, Number<std::uint16_t, 1, UINT16_MAX>>("port", kAll),
    key<&Listen::addresses, ListenAddresses>("addresses", kAll),
};

Keys<Listen> listen_keys() {
    return kListenKeys;
}

constexpr Key<RouterSettings> kRouterKeys[] = {
    key<&RouterSettings::asn, Asn>("asn", kAll, true),
    key<&RouterSettings::router_id, RouterIdKind>("router-id", kAll),
    section<&RouterSettings::listen, listen_keys>("listen"),
};

Keys<RouterSettings> router_keys() {
    return kRouterKeys;
}

// The path of a Unix socket: absolute, and it must fit sockaddr_un.
struct SocketPath : Text<1, 107> {
    static std::optional<std::string> read(Reader& reader, const Node& value) {
        auto path = Text<1, 107>::read(reader, value);
        if (!path || path->starts_with('/')) return path;
        reader.wrong(value, "an absolute path", "one as /run/dxrouted/dxrouted.sock");
        return std::nullopt;
    }
};

struct GroupName : Text<1, 32> {
    static std::optional<std::string> read(Reader& reader, const Node& value) {
        auto group = Text<1, 32>::read(reader, value);
        if (!group || reader.surroundings().group_exists(*group)) return group;
        reader.wrong(value, "a group on this machine", "one of /etc/group");
        return std::nullopt;
    }
};

constexpr Key<Control> kControlKeys[] = {
    key<&Control::socket, SocketPath>("socket"),
    key<&Control::group, GroupName>("group"),
};

Keys<Control> control_keys() {
    return kControlKeys;
}

constexpr Key<Http> kHttpKeys[] = {key<&Http::listen, EndpointKind>("listen")};

Keys<Http> http_keys() {
    return kHttpKeys;
}

constexpr WordOf<LogLevel> kLevelWords[] = {{"trace", LogLevel::Trace},
                                            {"debug", LogLevel::Debug},
                                            {"info", LogLevel::Info},
                                            {"warning", LogLevel::Warning},
                                            {"error", LogLevel::Error}};

constexpr Key<Log> kLogKeys[] = {key<&Log::level, Word<kLevelWords>>("level")};

Keys<Log> log_keys() {
    return kLogKeys;
}

constexpr Key<Config> kNeighborsKey{
    .name = "neighbors",
    .effect = Effect::ResetNeighbor,
    .read = [](Reader& reader, const Node& value,
               Config& config) { config.neighbors = read_neighbors(reader, value); },
    .write = [](const Config& config, const Config&) -> std::optional<Node> {
        if (config.neighbors.empty()) return std::nullopt;
        std::vector<Node> items;
        for (const auto& neighbor : config.neighbors)
            items.push_back(write_neighbor(neighbor, config.bfd));
        return Node::list(std::move(items));
    },
    .diff = [](const Key<Config>&, const Config&, const Config&,
               Key<Config>::Differs&) {},  // one by one, in diff.cpp
    .schema = [] { return Schema::list(schema_of(neighbor_keys())); },
};

}  // namespace

Keys<Config> config_keys() {
    static constexpr Key<Config> kKeys[] = {
        section<&Config::router, router_keys>("router", true),
        section<&Config::bfd, bfd_keys>("bfd"),
        key<&Config::prefix_sets, PrefixSetsKind>("prefix-sets"),
        key<&Config::community_sets, CommunitySetsKind>("community-sets"),
        key<&Config::as_path_sets, AsPathSetsKind>("as-path-sets"),
        key<&Config::policies, PoliciesKind>("policies"),
        key<&Config::networks, NetworksKind>("networks"),
        section<&Config::redistribute, redistribute_keys>("redistribute"),
        kNeighborsKey,
        key<&Config::static_routes, StaticRoutesKind>("static-routes"),
        section<&Config::fib, fib_keys>("fib"),
        section<&Config::control, control_keys>("control"),
        section<&Config::http, http_keys>("http"),
        key<&Config::hooks, HooksKind>("hooks"),
        section<&Config::log, log_keys>("log"),
    };
    return kKeys;
}

std::string_view to_string(LogLevel level) {
    return word_for(std::span<const WordOf<LogLevel>>(kLevelWords), level);
}

}  // namespace dx::config
