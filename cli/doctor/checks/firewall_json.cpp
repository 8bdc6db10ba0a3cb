// From nft's JSON (libnftables-json(5)) to rules. What is not understood is kept as "unclear".
#include <algorithm>
#include <array>
#include <charconv>
#include <functional>
#include <stdexcept>
#include <utility>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "cli/doctor/checks/firewall.hpp"
#include "libfib/net/prefix.hpp"

namespace dx::doctor {
namespace {

namespace json = boost::json;

using Match = std::function<Answer(const Packet&)>;

std::string text(const json::object& object, std::string_view key) {
    const auto* const value = object.if_contains(key);
    return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

const json::object* object(const json::object& in, std::string_view key) {
    const auto* const value = in.if_contains(key);
    return value ? value->if_object() : nullptr;
}

// What a packet has on the left side of a match. Addresses and ports are compared by their kind.
struct Field {
    std::string_view protocol;  // of the payload, or "meta"
    std::string_view name;
    std::string (*value)(const Packet&);  // "" where the packet has no such field
};

std::string if_protocol(const Packet& packet, std::string_view protocol, std::string value) {
    return packet.protocol == protocol ? std::move(value) : std::string();
}

std::string if_family(const Packet& packet, bool v4, const net::IpAddress& address) {
    return packet.source.is_v4() == v4 ? address.to_string() : std::string();
}

constexpr std::array kFields{
    Field{"tcp", "sport",
          [](const Packet& p) { return if_protocol(p, "tcp", std::to_string(p.source_port)); }},
    Field{
        "tcp", "dport",
        [](const Packet& p) { return if_protocol(p, "tcp", std::to_string(p.destination_port)); }},
    Field{"udp", "sport",
          [](const Packet& p) { return if_protocol(p, "udp", std::to_string(p.source_port)); }},
    Field{
        "udp", "dport",
        [](const Packet& p) { return if_protocol(p, "udp", std::to_string(p.destination_port)); }},
    Field{"th", "sport", [](const Packet& p) { return std::to_string(p.source_port); }},
    Field{"th", "dport", [](const Packet& p) { return std::to_string(p.destination_port); }},
    Field{"ip", "saddr", [](const Packet& p) { return if_family(p, true, p.source); }},
    Field{"ip", "daddr", [](const Packet& p) { return if_family(p, true, p.destination); }},
    Field{"ip6", "saddr", [](const Packet& p) { return if_family(p, false, p.source); }},
    Field{"ip6", "daddr", [](const Packet& p) { return if_family(p, false, p.destination); }},
    Field{"ip", "protocol",
          [](const Packet& p) { return p.source.is_v4() ? p.protocol : std::string(); }},
    Field{"ip6", "nexthdr",
          [](const Packet& p) { return p.source.is_v6() ? p.protocol : std::string(); }},
    Field{"icmp", "type",
          [](const Packet& p) {
              return if_protocol(p, "icmp", p.inbound ? "echo-reply" : "echo-request");
          }},
    Field{"icmpv6", "type",
          [](const Packet& p) {
              return if_protocol(p, "icmpv6", p.inbound ? "echo-reply" : "echo-request");
          }},
    Field{"meta", "l4proto",
          [](const Packet& p) { return p.protocol == "icmpv6" ? "ipv6-icmp" : p.protocol; }},
    Field{"meta", "nfproto",
          [](const Packet& p) { return std::string(p.source.is_v4() ? "ipv4" : "ipv6"); }},
    Field{"meta", "protocol",
          [](const Packet& p) { return std::string(p.source.is_v4() ? "ip" : "ip6"); }},
    Field{"meta", "iifname", [](const Packet& p) { return p.inbound ? p.interface : ""; }},
    Field{"meta", "iif", [](const Packet& p) { return p.inbound ? p.interface : ""; }},
    Field{"meta", "oifname", [](const Packet& p) { return p.inbound ? "" : p.interface; }},
    Field{"meta", "oif", [](const Packet& p) { return p.inbound ? "" : p.interface; }},
    Field{"ct", "state",
          [](const Packet& p) { return std::string(p.answers ? "established" : "new"); }},
};

const Field* field_of(const json::object& left) {
    std::string protocol;
    std::string name;
    if (const auto* const payload = object(left, "payload")) {
        protocol = text(*payload, "protocol");
        name = text(*payload, "field");
    } else if (const auto* const meta = object(left, "meta")) {
        protocol = "meta";
        name = text(*meta, "key");
    } else if (const auto* const ct = object(left, "ct")) {
        protocol = "ct";
        name = text(*ct, "key");
    }
    const auto* const found = std::ranges::find_if(kFields, [&](const Field& field) {
        return field.protocol == protocol && field.name == name;
    });
    return found == kFields.end() ? nullptr : found;
}

std::optional<std::int64_t> as_number(const std::string& value) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error != std::errc{} || end != value.data() + value.size()) return std::nullopt;
    return number;
}

Answer is(bool truth) {
    return truth ? Answer::Yes : Answer::No;
}

Answer in_range(const std::string& value, const json::value& range) {
    const auto* const ends = range.if_array();
    if (!ends || ends->size() != 2) return Answer::Unclear;
    const auto number = as_number(value);
    if (number && (*ends)[0].is_int64() && (*ends)[1].is_int64())
        return is(*number >= (*ends)[0].get_int64() && *number <= (*ends)[1].get_int64());
    return Answer::Unclear;
}

Answer in_prefix(const std::string& value, const json::object& prefix) {
    const auto address = net::IpAddress::parse(value);
    const auto network = net::IpAddress::parse(text(prefix, "addr"));
    const auto* const length = prefix.if_contains("len");
    if (!address || !network || !length || !length->is_int64()) return Answer::Unclear;
    const auto bits = static_cast<std::uint8_t>(length->get_int64());
    return is(net::Prefix(*network, bits).contains(*address));
}

Answer compare(const std::string& value, const json::value& right);

Answer in_list(const std::string& value, const json::array& list) {
    auto answer = Answer::No;
    for (const auto& each : list) {
        const auto one = compare(value, each);
        if (one == Answer::Yes) return one;
        if (one == Answer::Unclear) answer = one;
    }
    return answer;
}

// Interfaces' names may end in '*'.
Answer same_text(const std::string& value, std::string_view right) {
    if (right.starts_with('@')) return Answer::Unclear;  // a named set
    if (right.ends_with('*')) return is(value.starts_with(right.substr(0, right.size() - 1)));
    return is(value == right);
}

Answer compare(const std::string& value, const json::value& right) {
    if (value.empty()) return Answer::No;
    if (right.is_int64()) return is(as_number(value) == right.get_int64());
    if (right.is_string()) return same_text(value, right.get_string());
    if (right.is_array()) return in_list(value, right.get_array());
    const auto* const structure = right.if_object();
    if (!structure) return Answer::Unclear;
    if (const auto* const set = structure->if_contains("set"); set && set->is_array())
        return in_list(value, set->get_array());
    if (const auto* const range = structure->if_contains("range")) return in_range(value, *range);
    if (const auto* const prefix = object(*structure, "prefix")) return in_prefix(value, *prefix);
    return Answer::Unclear;
}

Answer negated(Answer answer) {
    if (answer == Answer::Unclear) return answer;
    return is(answer == Answer::No);
}

Match match_of(const json::object& match) {
    const auto* const left = object(match, "left");
    const auto* const right = match.if_contains("right");
    const auto* const field = left ? field_of(*left) : nullptr;
    const auto op = text(match, "op");
    const bool known = op == "==" || op == "!=" || op == "in";
    if (!field || !right || !known) return [](const Packet&) { return Answer::Unclear; };
    return [field, right = *right, negate = op == "!="](const Packet& packet) {
        const auto value = field->value(packet);
        if (value.empty()) return Answer::No;  // a packet without the field matches neither way
        const auto answer = compare(value, right);
        return negate ? negated(answer) : answer;
    };
}

constexpr std::array<std::pair<std::string_view, Verdict>, 6> kVerdicts{{
    {"accept", Verdict::Accept},
    {"drop", Verdict::Drop},
    {"reject", Verdict::Drop},
    {"return", Verdict::Return},
    {"jump", Verdict::Jump},
    {"goto", Verdict::Goto},
}};

constexpr std::array<std::string_view, 5> kNeutral{"counter", "log", "mangle", "comment",
                                                   "notrack"};

void take_statement(const std::string& chain_prefix, std::string_view key, const json::value& value,
                    FirewallRule& rule) {
    if (key == "match" && value.is_object()) {
        rule.matches.push_back(match_of(value.get_object()));
        return;
    }
    for (const auto& [name, verdict] : kVerdicts) {
        if (name != key) continue;
        rule.verdict = verdict;
        if (value.is_object()) rule.target = chain_prefix + text(value.get_object(), "target");
        return;
    }
    if (std::ranges::find(kNeutral, key) != kNeutral.end()) return;
    rule.matches.emplace_back([](const Packet&) { return Answer::Unclear; });
    if (key == "vmap") rule.verdict = Verdict::Jump;  // to wherever: it might matter
}

FirewallRule rule_of(const std::string& chain_prefix, const json::object& described) {
    FirewallRule rule;
    const auto* const statements = described.if_contains("expr");
    if (!statements || !statements->is_array()) return rule;
    for (const auto& statement : statements->get_array())
        if (statement.is_object())
            for (const auto& [key, value] : statement.get_object())
                take_statement(chain_prefix, key, value, rule);
    return rule;
}

// One is a string, several are an array.
std::vector<std::string> devices_of(const json::object& chain) {
    std::vector<std::string> devices;
    const auto* const said = chain.if_contains("dev");
    if (said && said->is_string()) devices.emplace_back(said->get_string());
    if (said && said->is_array())
        for (const auto& device : said->get_array())
            if (device.is_string()) devices.emplace_back(device.get_string());
    return devices;
}

std::string table_of(const json::object& described) {
    return text(described, "family") + ' ' + text(described, "table") + ' ';
}

}  // namespace

Ruleset Ruleset::parse(std::string_view document) {
    boost::system::error_code error;
    const auto parsed = json::parse(document, error);
    const auto* const root = error ? nullptr : parsed.if_object();
    const auto* const items = root ? root->if_contains("nftables") : nullptr;
    if (!items || !items->is_array()) throw std::runtime_error("nft's answer cannot be read");
    Ruleset ruleset;
    for (const auto& item : items->get_array()) {
        if (!item.is_object()) continue;
        if (const auto* const chain = object(item.get_object(), "chain")) {
            const auto name = table_of(*chain) + text(*chain, "name");
            auto& entry = ruleset.chains_[name];
            entry.name = name;
            entry.family = text(*chain, "family");
            entry.hook = text(*chain, "hook");
            entry.devices = devices_of(*chain);
            entry.drops_by_policy = text(*chain, "policy") == "drop";
        } else if (const auto* const rule = object(item.get_object(), "rule")) {
            auto& entry = ruleset.chains_[table_of(*rule) + text(*rule, "chain")];
            entry.rules.push_back(rule_of(table_of(*rule), *rule));
        }
    }
    return ruleset;
}

}  // namespace dx::doctor
