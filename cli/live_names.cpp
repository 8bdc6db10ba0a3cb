#include "cli/live_names.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>

#include <boost/json/value.hpp>
#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include "cli/command.hpp"
#include "cli/failure.hpp"
#include "cli/fields.hpp"
#include "cli/table_reader.hpp"

namespace dx::cli {
namespace {

struct Asked {
    Client& client;
    const Match& before;
    std::string_view partial;
    std::chrono::steady_clock::time_point enough;  // for the one who waits at the prompt
};

// Of a daemon that hangs nothing is waited for longer; of a long table what has come is taken.
constexpr std::chrono::milliseconds kLongest{300};
constexpr std::chrono::milliseconds kEnough{250};

Words neighbors(const Asked& asked) {
    Words names;
    for (const auto& [key, family] : parse_object(asked.client.get("/v1/bgp/summary?family=all")))
        for (const auto& [address, peer] : child(family.as_object(), "peers")) {
            names.emplace_back(address);
            names.emplace_back(text(peer.as_object(), "name"));
        }
    return names;
}

Words keys_of(const Object& object) {
    Words names;
    for (const auto& [name, value] : object)
        names.emplace_back(name);
    return names;
}

Words interfaces(const Asked& asked) {
    // "dxcon-a=eth0,dxcon-b=e": what stands before the last one stays.
    const auto start = asked.partial.find_last_of("=,") + 1;
    auto names = keys_of(parse_object(asked.client.get("/v1/interfaces")));
    for (auto& name : names)
        name.insert(0, asked.partial.substr(0, start));
    return names;
}

// Behind `route` those of the forwarding table, else of BGP's. A table may have a million: neither
// its reader nor the one who waits at the prompt wants all of them.
Words prefixes(const Asked& asked) {
    constexpr std::size_t kMost = 200;
    const auto* const family = asked.before.has("ipv6") ? "ipv6" : "ipv4";
    const auto table = asked.before.has("route") ? route_table_target(asked.before)
                                                 : fmt::format("/v1/bgp/routes?family={}", family);
    Words names;
    TableReader reader([](const Object&) {},
                       [&](std::string_view prefix, const boost::json::value&) {
                           if (prefix.starts_with(asked.partial)) names.emplace_back(prefix);
                       },
                       [](const Object&) {});
    const auto take = [&](std::string_view piece) {
        reader.feed(piece);
        return names.size() < kMost && std::chrono::steady_clock::now() < asked.enough;
    };
    try {
        asked.client.stream(table, take);
    } catch (const Failure&) {  // it stalls or breaks: what came before is as true
    }
    return names;
}

// Those of the configuration in force, and the two that are always there.
Words policies(const Asked& asked) {
    const auto answer = parse_object(asked.client.get("/v1/config/running"));
    Words names{"accept-all", "reject-all"};
    try {
        for (const auto& policy : YAML::Load(std::string(text(answer, "text")))["policies"])
            names.push_back(policy.first.as<std::string>());
    } catch (const YAML::Exception&) {
        throw Failure("the running configuration is no YAML");
    }
    return names;
}

Words paths(std::string_view partial, bool directories_alone) {
    namespace fs = std::filesystem;
    const auto slash = partial.rfind('/') + 1;  // 0 where there is none
    const std::string above(partial.substr(0, slash));
    const bool hidden = partial.substr(slash).starts_with('.');
    Words names;
    std::error_code error;
    for (fs::directory_iterator at(above.empty() ? "." : above, error), end; at != end && !error;
         at.increment(error)) {
        const auto name = at->path().filename().string();
        const bool directory = at->is_directory(error);
        if (name.starts_with('.') == hidden && (directory || !directories_alone))
            names.push_back(above + name + (directory ? "/" : ""));
    }
    return names;
}

Words files(const Asked& asked) {
    return paths(asked.partial, false);
}

Words directories(const Asked& asked) {
    return paths(asked.partial, true);
}

struct Row {
    std::string_view argument;
    Words (*names)(const Asked&);
};

constexpr std::array kRows{
    Row{"NEIGHBOR", neighbors}, Row{"PREFIX", prefixes}, Row{"INTERFACE", interfaces},
    Row{"POLICY", policies},    Row{"FILE", files},      Row{"DIRECTORY", directories},
};

}  // namespace

Words LiveNames::of(std::string_view argument, const Match& before, std::string_view partial) {
    const auto* const row = std::ranges::find(kRows, argument, &Row::argument);
    if (row == kRows.end()) return {};
    const auto begin = std::chrono::steady_clock::now();
    const Client::Until in_time(client_, begin + kLongest);
    Words names;
    try {
        names = row->names({client_, before, partial, begin + kEnough});
    } catch (const Failure&) {
        return {};
    }
    std::erase_if(names, [&](const std::string& name) { return !name.starts_with(partial); });
    std::ranges::sort(names);
    names.erase(std::ranges::unique(names).begin(), names.end());
    return names;
}

}  // namespace dx::cli
