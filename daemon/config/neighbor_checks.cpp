// One function a rule, each with its reason in the message; the tables at the end say which run.
#include "daemon/config/neighbor_checks.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <string_view>

#include "daemon/config/profile.hpp"
#include "daemon/config/utf8.hpp"

namespace dx::config {
namespace {

bool is_for_aws(bgp::Community community) {
    return bgp::AsNumber{community.value >> 16} == kAmazonPublicAs;
}

struct Checked {
    Reader& reader;
    const Node& map;
    const Neighbor& neighbor;

    bool says(std::string_view key) const { return map.find(key) != nullptr; }

    Position at(std::string_view key) const {
        const auto* entry = map.find_entry(key);
        return entry ? entry->value.at : map.at;
    }

    void error(std::string_view key, const std::string& text) const {
        reader.error(at(key), std::string(key) + ": " + text);
    }

    void warning(std::string_view key, const std::string& text) const {
        reader.warning(at(key), std::string(key) + ": " + text);
    }

    bool aws() const { return neighbor.profile != Profile::None; }

    bool direct_connect() const { return aws() && neighbor.profile != Profile::AwsVpn; }

    std::string profile() const { return std::string(to_string(neighbor.profile)); }
};

void link_local_has_interface(const Checked& c) {
    const auto& address = c.neighbor.address;
    if (address.is_scoped() && !c.says("interface"))
        c.error("address", "'" + address.to_string() +
                               "' is link-local and needs an interface (expected interface: NAME)");
}

void local_address_fits(const Checked& c) {
    const auto& local = c.neighbor.local_address;
    if (!local || c.neighbor.address.is_unspecified()) return;
    if (local->family() != c.neighbor.address.family())
        c.error("local-address", "'" + local->to_string() +
                                     "' is of another family than the neighbor's address "
                                     "(expected an " +
                                     std::string(c.neighbor.address.is_v4() ? "IPv4" : "IPv6") +
                                     " address)");
    else if (*local == c.neighbor.address)
        c.error("local-address", "'" + local->to_string() +
                                     "' is the neighbor's own address (expected one of ours)");
}

bool wants_private(RemoteAsRule rule) {
    return rule == RemoteAsRule::Private || rule == RemoteAsRule::Gateway;
}

void remote_as_fits_profile(const Checked& c) {
    if (!c.says("remote-as") || c.neighbor.remote_as == 0) return;
    const auto as = c.neighbor.remote_as;
    const auto rule = defaults_of(c.neighbor.profile).remote_as;
    const auto text = std::to_string(as);
    if (rule == RemoteAsRule::Amazon && as != kAmazonPublicAs)
        c.error("remote-as", text + " is not Amazon's AS on a public virtual interface (" +
                                 c.profile() + " expected 7224)");
    else if (rule == RemoteAsRule::Gateway && is_legacy_amazon_as(as) && !c.neighbor.internal)
        c.warning("remote-as", text +
                                   " is Amazon's on virtual private gateways from before 2018 "
                                   "only, and on public virtual interfaces (" +
                                   c.profile() +
                                   " expected 64512..65534 or 4200000000..4294967294, unless "
                                   "AWS's console shows it)");
    else if (wants_private(rule) && !is_private_as(as))
        c.error("remote-as", text + " is not a private AS number (" + c.profile() +
                                 " expected 64512..65534 or 4200000000..4294967294)");
    else if (c.aws() && c.neighbor.internal)
        c.error("remote-as", text + " is our own AS number too (" + c.profile() +
                                 " expected Amazon's: the two must differ)");
}

std::string most_keepalive(const Timers& timers) {
    return "expected at most " + std::to_string(timers.hold.count() / 3) + "s: RFC 4271 10";
}

void keepalive_is_sent(const Checked& c) {
    const auto& timers = c.neighbor.timers;
    if (timers.keepalive == seconds(0) && timers.hold != seconds(0))
        c.error("timers", "keepalive 0 with hold " + std::to_string(timers.hold.count()) +
                              "s ends the session (expected 1s and more, or hold 0 too)");
    if (timers.hold != seconds(0) && timers.keepalive >= timers.hold)
        c.error("timers", "keepalive " + std::to_string(timers.keepalive.count()) +
                              "s is no less than hold " + std::to_string(timers.hold.count()) +
                              "s (" + most_keepalive(timers) + ")");
}

void keepalive_is_a_third(const Checked& c) {
    const auto& timers = c.neighbor.timers;
    if (!c.says("timers") || timers.keepalive * 3 <= timers.hold) return;
    if (timers.keepalive >= timers.hold) return;  // that is an error, or hold is 0
    c.warning("timers", "keepalive " + std::to_string(timers.keepalive.count()) +
                            "s is more than a third of hold " +
                            std::to_string(timers.hold.count()) + "s, and no more is used (" +
                            most_keepalive(timers) + ")");
}

void hold_is_not_zero_at_aws(const Checked& c) {
    if (c.aws() && c.neighbor.timers.hold == seconds(0))
        c.error("timers", "hold 0 is refused by AWS (" + c.profile() + " expected 3s and more)");
}

void one_key(const Checked& c) {
    if (c.says("password") && c.says("password-file"))
        c.error("password-file", "password is given too (expected one of them)");
}

void key_suits_aws(const Checked& c) {
    if (!c.aws()) return;
    const auto key =
        std::string_view(c.neighbor.password_file.empty() ? "password" : "password-file");
    if (!c.neighbor.password) {
        const bool given = c.says("password") || c.says("password-file");
        if (c.direct_connect() && !given)
            c.warning("profile",
                      "no password, but AWS sets a key on every Direct Connect session "
                      "(expected password or password-file)");
        return;
    }
    const auto& bytes = c.neighbor.password->reveal();
    const auto is_blank = [](char ch) { return ch == ' ' || ch == '\t'; };
    const auto is_control = [](unsigned char ch) { return ch < 0x20 || ch == 0x7f; };
    if (bytes.size() < 6)
        c.error(key, "the key has " + std::to_string(bytes.size()) + " bytes (" + c.profile() +
                         " expected 6 to 80)");
    else if (is_blank(bytes.front()) || is_blank(bytes.back()))
        c.error(key, "the key has a blank at an end (" + c.profile() + " expected none)");
    else if (std::ranges::any_of(bytes, is_control))
        c.error(key, "the key has a control character in it (" + c.profile() + " expected none)");
}

void ttl_security_alone(const Checked& c) {
    if (!c.neighbor.ttl_security) return;
    if (c.aws())
        c.error("ttl-security", "AWS sends TTL 1, so nothing would be accepted (" + c.profile() +
                                    " expected false)");
    else if (c.says("multihop") && c.neighbor.multihop > 1)
        c.error("ttl-security",
                "it accepts only directly connected neighbors (expected no multihop)");
}

void aws_is_directly_connected(const Checked& c) {
    if (c.aws() && c.says("multihop") && c.neighbor.multihop > 1)
        c.error("multihop", "AWS sends TTL 1 (" + c.profile() + " expected 1)");
}

void restart_without_bfd(const Checked& c) {
    const auto& restart = c.neighbor.graceful_restart;
    if (restart.mode == GracefulRestart::Mode::Off || !c.neighbor.bfd || restart.force) return;
    c.error("graceful-restart",
            "BFD is on, and restart would keep the routes of a neighbor that BFD has found dead "
            "(expected off, or bfd: false, or {mode: …, force: true})");
}

void bfd_over_one_hop(const Checked& c) {
    if (c.neighbor.bfd && !c.neighbor.internal && c.neighbor.multihop > 1)
        c.error(c.says("bfd") ? "bfd" : "multihop",
                "BFD is for directly connected neighbors, RFC 5881 (expected multihop: 1)");
}

void bfd_suits_aws(const Checked& c) {
    if (!c.direct_connect() || !c.neighbor.bfd || !c.says("bfd")) return;
    const auto& timers = c.neighbor.bfd->timers;
    if (timers.interval < milliseconds(300) || timers.multiplier < 3)
        c.warning("bfd", "AWS accepts no less than 300ms and a multiplier of 3 (" + c.profile() +
                             " expected at least these)");
}

void limit_out_suits_aws(const Checked& c) {
    constexpr std::uint32_t kMostAtAws = 1000;  // a family, whatever was allocated
    if (!c.direct_connect()) return;
    for (const auto family : bgp::kFamilies) {
        const auto& limit = c.neighbor.prefix_limit.out[family];
        const auto usual = *defaults_of(c.neighbor.profile).limit_out;
        if (!c.neighbor.families.contains(family) || (limit && limit->max <= usual)) continue;
        if (limit && limit->max > kMostAtAws)
            c.warning("prefix-limit", "out: AWS ends a session with more than 1000 prefixes (" +
                                          c.profile() + " expected at most what AWS allocated)");
        else
            c.warning("prefix-limit",
                      "out: AWS ends a session with more than " + std::to_string(usual) +
                          " prefixes" +
                          (usual < kMostAtAws ? ", unless it allocated more (" : " (") +
                          c.profile() + " expected " + std::to_string(usual) +
                          (usual < kMostAtAws ? ", or what AWS allocated)" : ")"));
    }
}

void one_family_at_aws(const Checked& c) {
    if (!c.aws() || !c.says("families")) return;
    if (c.neighbor.families == bgp::Families{c.neighbor.address.family()}) return;
    c.error("families", "an AWS session carries the family of its address only (" + c.profile() +
                            " expected [" +
                            std::string(net::to_string(c.neighbor.address.family())) +
                            "] here, and a second session for the other family)");
}

void profile_keys_with_profile(const Checked& c) {
    if (c.says("scope") && c.neighbor.profile != Profile::AwsPublic)
        c.error("scope", "it acts on public virtual interfaces (expected profile: aws-public)");
    if (c.says("send-aws-routes") && !c.aws())
        c.error("send-aws-routes", "it is about AWS neighbors (expected an aws-* profile)");
    if (c.says("covered-by-dx") && c.neighbor.profile != Profile::AwsVpn)
        c.error("covered-by-dx", "it acts on VPN routes (expected profile: aws-vpn)");
}

void only_external(const Checked& c) {
    if (!c.neighbor.internal) return;
    if (c.says("bgp-role"))
        c.error("bgp-role", "roles are for eBGP, RFC 9234 (expected none: remote-as is our own)");
    if (c.says("preference"))
        c.warning("preference", "it does nothing here: iBGP carries LOCAL_PREF (expected none)");
}

void next_hop_self_on_ebgp(const Checked& c) {
    if (!c.neighbor.internal && !c.neighbor.next_hop_self)
        c.error("next-hop-self", "toward eBGP neighbors it is always on (expected true)");
}

void policies_are_named(const Checked& c) {
    if (!c.neighbor.import_policy && !c.says("import"))
        c.reader.warning(c.map.at,
                         "no import policy: nothing is accepted from this neighbor, RFC "
                         "8212 (expected import: POLICY, or accept-all)");
    if (!c.neighbor.export_policy && !c.says("export"))
        c.reader.warning(c.map.at,
                         "no export policy: nothing is sent to this neighbor, RFC 8212 "
                         "(expected export: POLICY, or accept-all)");
}

// `set` takes away all communities, those of `preference` and `scope` too.
void policies_keep_what_is_sent(const Checked& c) {
    if (!c.neighbor.export_policy || c.neighbor.sent_communities.empty()) return;
    for (const auto& rule : c.neighbor.export_policy->rules()) {
        const auto& change = rule.set.community;
        if (!change.replace || rule.then == bgp::PolicyAction::Reject) continue;
        const auto names_one = [](const std::vector<bgp::Community>& communities) {
            return std::ranges::any_of(communities, is_for_aws);
        };
        if (names_one(*change.replace) || names_one(change.add)) continue;
        const auto sent = to_string(c.neighbor.sent_communities.front());
        c.warning("export", "the policy " + c.neighbor.export_policy->name() + " (line " +
                                std::to_string(rule.line) + ") sets other communities instead of " +
                                sent + ", so AWS is not told of `" +
                                (c.neighbor.scope ? "scope" : "preference") +
                                "` (expected community: {add: …}, or " + sent + " among them)");
    }
}

constexpr void (*kChecks[])(const Checked&) = {
    link_local_has_interface,
    local_address_fits,
    remote_as_fits_profile,
    keepalive_is_sent,
    keepalive_is_a_third,
    hold_is_not_zero_at_aws,
    one_key,
    key_suits_aws,
    ttl_security_alone,
    aws_is_directly_connected,
    restart_without_bfd,
    bfd_over_one_hop,
    bfd_suits_aws,
    limit_out_suits_aws,
    policies_keep_what_is_sent,
    one_family_at_aws,
    profile_keys_with_profile,
    only_external,
    next_hop_self_on_ebgp,
    policies_are_named,
};

}  // namespace

void check_neighbor(Reader& reader, const Node& value, const Neighbor& neighbor) {
    for (const auto check : kChecks)
        check({reader, value, neighbor});
}

void check_neighbors(Reader& reader, const Node& list, const std::vector<Neighbor>& neighbors) {
    std::map<std::pair<net::IpAddress, std::string>, int> addresses;
    std::map<std::string, int> names;
    for (std::size_t i = 0; i < neighbors.size(); ++i) {
        const Checked c{reader, list.items[i], neighbors[i]};
        const auto& neighbor = c.neighbor;
        if (neighbor.address.is_unspecified()) continue;  // none, or reported already
        // Only a link-local address says nothing without its interface.
        const bool scoped = neighbor.address.is_scoped();
        const auto [address, new_address] = addresses.try_emplace(
            {neighbor.address, scoped ? neighbor.interface : ""}, c.at("address").line);
        const auto [name, new_name] = names.try_emplace(neighbor.name, c.at("name").line);
        if (!new_address)
            c.error("address", "'" + neighbor.address.to_string() +
                                   "' is another neighbor's already (expected each once; first in "
                                   "line " +
                                   std::to_string(address->second) + ")");
        else if (!new_name)
            c.error("name", "'" + printable(neighbor.name) +
                                "' is another neighbor's already (expected each once; first in "
                                "line " +
                                std::to_string(name->second) + ")");
    }
}

}  // namespace dx::config
