// From the SYN to Established.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "cli/doctor/checks/rows.hpp"
#include "cli/doctor/checks/session_words.hpp"
#include "cli/doctor/checks/traffic.hpp"

namespace dx::doctor {
namespace {

// Words passed in both directions in the last attempt: what is wrong is not below BGP. A Cease of
// ours and a hold timer's end are no answer to a word of the peer's.
bool was_heard_now(const Neighbor& neighbor) {
    const auto& error = neighbor.last_error;
    return holds(error, "received NOTIFICATION") ||
           (holds(error, "sent NOTIFICATION") && !holds(error, "NOTIFICATION Cease") &&
            !holds(error, "NOTIFICATION Hold Timer Expired"));
}

// They passed in the last session, and no attempt since has come to an end: what was right then may
// have been changed.
bool was_heard_before(const Neighbor& neighbor) {
    return neighbor.last_error.empty() && holds(neighbor.last_down, "NOTIFICATION");
}

bool was_heard(const Neighbor& neighbor) {
    return was_heard_now(neighbor) || was_heard_before(neighbor);
}

bool is_quiet(const Neighbor& neighbor) {
    return neighbor.shut_down || neighbor.tested || !neighbor.waiting_for.empty() ||
           neighbor.ended_by_limit();
}

// AWS has no key for a VPN, unless signed segments come: silence does not mean MD5 there.
bool may_be_signed(const Neighbor& neighbor) {
    return neighbor.password || neighbor.profile != "aws-vpn" || neighbor.signatures.unexpected > 0;
}

Finding silent(const Facts& facts, const Neighbor& neighbor) {
    const auto port = fmt::format("TCP 179 of {}", neighbor.address.to_string());
    if (const auto chain = drops_our_dialling(facts, neighbor); !chain.empty())
        return failed(
            fmt::format("{} is silent: the firewall's chain {} here drops it", port, chain),
            "let TCP port 179 from and to the neighbor pass in that chain");
    if (was_heard(neighbor)) return ok("BGP messages passed before");
    if (neighbor.probes.echo == Echo::Silent)
        return unknown(port + " answers no SYN, nor does the host answer ping");
    if (!may_be_signed(neighbor))
        return failed(port + " answers no SYN",
                      "let TCP port 179 pass in the tunnel's policies and all firewalls, and see "
                      "that the VPN connection routes by BGP, not statically");
    // A host that has a key for us drops what comes without a signature, and says nothing.
    return ok(port + " does not answer an unsigned SYN, as is right for a peer with MD5");
}

Finding refused(const Neighbor& neighbor) {
    const auto port = fmt::format("TCP 179 of {}", neighbor.address.to_string());
    if (was_heard(neighbor))
        return warning(port + " refuses connections after its NOTIFICATION",
                       "see what the NOTIFICATION says");
    return failed(
        port + " refuses connections: no BGP runs there for us",
        "check that the virtual interface is available and has a BGP peer for our address");
}

// What this router did itself, with the way back.
Finding own_doing(const Neighbor& neighbor) {
    const auto undrain = fmt::format("dxctl undrain {}", neighbor.name);
    if (neighbor.tested)
        return warning(why_not_dialled(neighbor), "it comes back by itself; sooner: " + undrain);
    if (neighbor.drain == "leadingAway")
        return warning("Established, and its traffic is led away: the neighbor is being drained",
                       "to use it again: " + undrain);
    return warning(why_not_dialled(neighbor), "when the work is done: " + undrain);
}

// Rows of what a session ends with: the first whose words are in the reason.
struct Meaning {
    std::string_view words;
    std::string_view advice;
};

constexpr std::array kMeanings{
    Meaning{"Bad Peer AS",
            "compare `router.asn` and the neighbor's `remote-as` with the virtual interface: the "
            "customer's and the Amazon side's AS numbers"},
    Meaning{"Unacceptable Hold Time", "set `timers.hold` to 3 s or more"},
    Meaning{"Bad BGP Identifier", "give the router a `router-id` that nobody else has"},
    Meaning{"Unsupported Capability", "leave one family in `families`: AWS has one a session"},
    Meaning{"Unsupported Optional Parameter",
            "leave one family in `families`: AWS has one a session"},
    Meaning{"Role Mismatch", "correct or remove `bgp-role`"},
    Meaning{"Connection Rejected", "ask AWS whether the BGP peer is administratively down"},
    Meaning{"Administrative Shutdown", "ask AWS: a maintenance or a failover test may be on"},
    Meaning{"Administrative Reset", "ask again in some seconds: the session was cleared"},
    Meaning{"Peer De-configured", "check that the BGP peer of the virtual interface exists"},
    Meaning{"BFD Down", "look at the path: packets get lost on it"},
    Meaning{"BFD", "look at the path: packets get lost on it"},
    Meaning{"old timer expired",
            "look at the path: packets get lost on it, maybe only large ones "
            "(MTU), or the peer's MD5 key was changed"},
    Meaning{"no answer",
            "let TCP port 179 pass on the way, and compare the key of both ends (`password`)"},
    Meaning{"refused", "check that the virtual interface is available"},
};

// Empty: nothing is known to be done about it.
std::string_view advice_on(std::string_view reason) {
    const auto* const found = std::ranges::find_if(
        kMeanings, [&](const Meaning& meaning) { return holds(reason, meaning.words); });
    return found == kMeanings.end() ? std::string_view() : found->advice;
}

// What the last attempt came to; where that says little, what ended the session before it.
Finding not_established(const Neighbor& neighbor) {
    const auto& error = neighbor.last_error;
    const auto& ended = neighbor.last_down;
    const bool says_more = !ended.empty() && advice_on(error).empty();
    const auto& why = error.empty() || says_more ? ended : error;
    auto text = fmt::format("{}: {}", neighbor.state, why);
    if (holds(why, "Bad Peer AS"))
        text += fmt::format(" (our AS is {}, theirs should be {})", neighbor.local_as,
                            neighbor.remote_as);
    if (says_more && !error.empty())
        text += fmt::format(", {} ago; since then: {}", neighbor.last_down_ago, error);
    const auto advice = advice_on(why);
    return failed(text, std::string(advice.empty() ? "look at the daemon's log for more" : advice));
}

Finding md5_mismatch(const Neighbor& neighbor) {
    const auto& counters = neighbor.signatures;
    constexpr std::string_view kSameKey =
        "enter the virtual interface's BGP key as `password`, without blanks, or set a new one at "
        "both ends";
    if (counters.failure > 0)
        return failed(fmt::format("segments with a wrong signature came meanwhile ({}): the keys "
                                  "differ",
                                  counters.failure),
                      std::string(kSameKey));
    if (counters.not_found > 0)
        return failed(
            fmt::format("segments without a signature came meanwhile ({}): the peer has no "
                        "key",
                        counters.not_found),
            "set the same key at the peer, or remove `password`");
    if (neighbor.probes.connect == Connect::Accepted)
        return failed("the peer accepts connections without MD5, but a password is set here",
                      "set the same key at the peer, or remove `password`");
    if (neighbor.probes.echo == Echo::Silent)
        return unknown("neither ping nor signed SYNs are answered: that tells nothing of the keys");
    return failed(fmt::format("no answer to signed SYNs{}: probably the MD5 keys differ",
                              neighbor.probes.echo == Echo::Answered ? " though ping is fine" : ""),
                  std::string(kSameKey));
}

Finding without_password(const Neighbor& neighbor) {
    const bool silent = neighbor.probes.connect == Connect::Silent;
    if (neighbor.signatures.unexpected > 0 || (silent && may_be_signed(neighbor)))
        return failed("no password is set here, and the peer seems to insist on MD5",
                      "enter the virtual interface's BGP key as `password`");
    return ok("no password is set, and none seems wanted");
}

// The kernel's counters are the host's: they say something of this neighbor where no other one is
// trying, or where there is no better word on it.
Finding with_password(const Facts& facts, const Neighbor& neighbor) {
    const bool unanswered = holds(neighbor.last_error, "no answer");
    const bool grew = neighbor.signatures.failure > 0 || neighbor.signatures.not_found > 0;
    const bool before = was_heard_before(neighbor);
    if (unanswered || neighbor.probes.connect == Connect::Accepted ||
        (grew && (!before || facts.signed_and_down <= 1)))
        return md5_mismatch(neighbor);
    if (!before) return unknown("nothing speaks against the key yet; ask again in some seconds");
    return unknown(fmt::format(
        "the signatures were right until the session ended {} ago; no attempt has ended since{}, "
        "ask again in some seconds",
        neighbor.last_down_ago,
        grew ? " (segments with a wrong signature or none came, from this or another neighbor)"
             : ""));
}

// What comes before OPEN and has failed says more than the session's own words.
bool way_is_barred(const Facts& facts, const Neighbor& neighbor) {
    constexpr std::array kBefore{check_link,       check_vlan, check_address, check_ipsec,
                                 check_resolution, check_ping, check_tcp,     check_md5};
    return std::ranges::any_of(kBefore, [&](const auto& check) {
        return check(facts, neighbor).result == Result::Failed;
    });
}

}  // namespace

Finding check_tcp(const Facts& facts, const Neighbor& neighbor) {
    if (neighbor.tcp_is_up()) return ok("the session has its connection; it is not touched");
    if (is_quiet(neighbor)) return skipped(why_not_dialled(neighbor));
    switch (neighbor.probes.connect) {
        case Connect::NotTried: return skipped("the neighbor cannot be reached");
        case Connect::Accepted: return ok(neighbor.address.to_string() + " accepts connections");
        case Connect::Refused: return refused(neighbor);
        case Connect::Silent: return silent(facts, neighbor);
        case Connect::Failed: break;
    }
    return failed("connecting to port 179 failed: " + neighbor.probes.connect_error,
                  "check the addresses, and `ip route get` " + neighbor.address.to_string());
}

Finding check_md5(const Facts& facts, const Neighbor& neighbor) {
    if (neighbor.tcp_is_up())
        return ok(neighbor.password ? "the session is signed" : "the session uses none");
    if (is_quiet(neighbor)) return skipped(why_not_dialled(neighbor));
    if (!drops_our_dialling(facts, neighbor).empty()) return skipped("the firewall here drops it");
    if (was_heard_now(neighbor)) return ok("signatures are right: BGP messages passed");
    const auto connect = neighbor.probes.connect;
    if (connect == Connect::NotTried || connect == Connect::Failed)
        return skipped("the neighbor cannot be reached");
    if (connect == Connect::Refused) return skipped("nothing listens there");
    if (neighbor.password) return with_password(facts, neighbor);
    if (was_heard_before(neighbor) && neighbor.signatures.unexpected == 0)
        return ok("no password is set; BGP messages passed before");
    return without_password(neighbor);
}

Finding check_open(const Facts& facts, const Neighbor& neighbor) {
    if (neighbor.tested || !neighbor.drain.empty()) return own_doing(neighbor);
    if (neighbor.established())
        return ok(
            fmt::format("Established with AS {} for {}", neighbor.remote_as, neighbor.up_for));
    if (neighbor.shut_down)
        return warning("the neighbor is shut down by configuration", "set `shutdown: false`");
    if (way_is_barred(facts, neighbor)) return skipped("no OPEN could be exchanged");
    if (waits_for_bfd(neighbor)) return skipped(why_not_dialled(neighbor));  // that check says why
    if (!neighbor.waiting_for.empty())
        return failed(why_not_dialled(neighbor), "see to that first");
    if (neighbor.ended_by_limit()) return ok("it was fine; the session ended by a prefix limit");
    if (neighbor.last_error.empty() && neighbor.last_down.empty())
        return failed(neighbor.state + ", and nothing was heard from the peer",
                      "ask again in some seconds");
    return not_established(neighbor);
}

}  // namespace dx::doctor
