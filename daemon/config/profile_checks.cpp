#include "daemon/config/profile_checks.hpp"

#include <algorithm>
#include <string>
#include <string_view>

#include "libfib/net/as_number.hpp"

namespace dx::config {
namespace {

bool is_for_aws(bgp::Community community) {
    return bgp::AsNumber{community.value >> 16} == net::kAmazonPublicAs;
}

bool wants_private(RemoteAsRule rule) {
    return rule == RemoteAsRule::Private || rule == RemoteAsRule::Gateway;
}

void remote_as_fits_profile(const Checked& c) {
    if (!c.says("remote-as") || c.neighbor.remote_as == 0) return;
    const auto as = c.neighbor.remote_as;
    const auto rule = defaults_of(c.neighbor.profile).remote_as;
    const auto text = std::to_string(as);
    if (rule == RemoteAsRule::Amazon && as != net::kAmazonPublicAs)
        c.error("remote-as", text + " is not Amazon's AS on a public virtual interface (" +
                                 c.profile() + " expected 7224)");
    else if (rule == RemoteAsRule::Gateway && net::is_legacy_amazon_as(as) && !c.neighbor.internal)
        c.warning("remote-as", text +
                                   " is Amazon's on virtual private gateways from before 2018 "
                                   "only, and on public virtual interfaces (" +
                                   c.profile() +
                                   " expected 64512..65534 or 4200000000..4294967294, unless "
                                   "AWS's console shows it)");
    else if (wants_private(rule) && !net::is_private_as(as))
        c.error("remote-as", text + " is not a private AS number (" + c.profile() +
                                 " expected 64512..65534 or 4200000000..4294967294)");
    else if (c.aws() && c.neighbor.internal)
        c.error("remote-as", text + " is our own AS number too (" + c.profile() +
                                 " expected Amazon's: the two must differ)");
}

void hold_is_not_zero_at_aws(const Checked& c) {
    if (c.aws() && c.neighbor.timers.hold == seconds(0))
        c.error("timers", "hold 0 is refused by AWS (" + c.profile() + " expected 3s and more)");
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

void aws_is_directly_connected(const Checked& c) {
    if (c.aws() && c.says("multihop") && c.neighbor.multihop > 1)
        c.error("multihop", "AWS sends TTL 1 (" + c.profile() + " expected 1)");
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
    remote_as_fits_profile,     hold_is_not_zero_at_aws, key_suits_aws,
    aws_is_directly_connected,  bfd_suits_aws,           limit_out_suits_aws,
    policies_keep_what_is_sent, one_family_at_aws,
};

}  // namespace

void check_profile(const Checked& checked) {
    for (const auto check : kChecks)
        check(checked);
}

}  // namespace dx::config
