"""RFC 8212: no policy, no routes; policies of the configuration; RFC 9234 roles; prefix limits."""
import struct

import bgp_speaker as bgp
from harness import (LOCAL_NETWORK, alive, case, check, forgets, learns, never_learns,
                     notified, pair, peer, same)


@case("RFC 8212 2", peer(export=None))
def without_an_export_policy_nothing_is_sent(t):
    connection = t.peer.up()
    connection.read_for(0.7)
    same(connection.routes, {}, "routes sent")


@case("RFC 8212 2", peer(import_=None), peer(64601))
def without_an_import_policy_nothing_is_taken(t):
    sender, observer = pair(t)
    sender.announce(t.net(1))
    never_learns(observer, t.net(1), after=sender)


@case("RFC 8212 2", peer(import_="reject-all"), peer(64601))
def reject_all_takes_nothing(t):
    sender, observer = pair(t)
    sender.announce(t.net(1))
    never_learns(observer, t.net(1), after=sender)


# ---- roles ------------------------------------------------------------------------------------

ROLE = {"provider": 0, "rs": 1, "rs-client": 2, "customer": 3, "peer": 4}


def _with_role(role, asn=64512):
    return [bgp.cap_mp(bgp.IPV4), bgp.cap_as4(asn), bgp.capability(bgp.CAP_REFRESH),
            bgp.capability(bgp.CAP_ROLE, bytes([role]))]


def _mismatch(t, role):
    connection = t.peer.opened()
    connection.send_open(capabilities=_with_role(role))
    notified(connection, (2, 11))


@case("RFC 9234 4.1", peer(bgp_role="customer"))
def the_configured_role_is_told(t):
    same(t.peer.opened().peer_open.capability(bgp.CAP_ROLE), bytes([ROLE["customer"]]), "role")


@case("RFC 9234 4.1")
def no_role_is_told_where_none_is_configured(t):
    same(t.peer.opened().peer_open.capability(bgp.CAP_ROLE), None, "role")


@case("RFC 9234 4.2", peer(bgp_role="customer"))
def a_provider_suits_a_customer(t):
    learns(t.peer.up(capabilities=_with_role(ROLE["provider"])), LOCAL_NETWORK)


@case("RFC 9234 4.2", peer(bgp_role="peer"))
def a_peer_suits_a_peer(t):
    learns(t.peer.up(capabilities=_with_role(ROLE["peer"])), LOCAL_NETWORK)


@case("RFC 9234 4.2", peer(bgp_role="customer"))
def a_customer_does_not_suit_a_customer(t):
    _mismatch(t, ROLE["customer"])


@case("RFC 9234 4.2", peer(bgp_role="peer"))
def a_provider_does_not_suit_a_peer(t):
    _mismatch(t, ROLE["provider"])


@case("RFC 9234 4.2", peer(bgp_role="customer"))
def a_role_that_is_not_defined_suits_nobody(t):
    _mismatch(t, 77)


@case("RFC 9234 4.2", peer(bgp_role="customer"))
def two_roles_that_differ_are_refused(t):
    connection = t.peer.opened()
    connection.send_open(capabilities=[*_with_role(ROLE["provider"]),
                                       bgp.capability(bgp.CAP_ROLE, b"\4")])
    notified(connection, (2, 11))


@case("RFC 9234 4.2", peer(bgp_role="customer"))
def a_peer_without_a_role_is_accepted(t):
    learns(t.peer.up(), LOCAL_NETWORK)


@case("RFC 9234 4.2", peer(bgp_role={"role": "customer", "strict": True}))
def strict_refuses_a_peer_without_a_role(t):
    connection = t.peer.opened()
    connection.send_open()
    notified(connection, (2, 11))


@case("RFC 9234 4.2")
def a_role_of_the_peers_is_ignored_where_none_is_configured(t):
    learns(t.peer.up(capabilities=_with_role(ROLE["customer"])), LOCAL_NETWORK)


@case("RFC 9234 5", peer(bgp_role="customer"), peer(64601))
def a_route_from_a_provider_gets_the_providers_as_as_otc(t):
    sender, observer = pair(t)
    sender.announce(t.net(1))
    same(learns(observer, t.net(1)).value(bgp.OTC), struct.pack("!I", sender.asn), "OTC")


@case("RFC 9234 5", peer(bgp_role="customer"), peer(64601))
def an_otc_that_is_there_stays(t):
    sender, observer = pair(t)
    sender.announce(t.net(1), extra=[bgp.otc(64777)])
    same(learns(observer, t.net(1)).value(bgp.OTC), struct.pack("!I", 64777), "OTC")


@case("RFC 9234 5", peer(bgp_role="customer"), peer(64601, bgp_role="customer"))
def a_route_of_a_provider_is_not_sent_to_another_provider(t):
    sender, observer = pair(t)
    sender.announce(t.net(1))
    never_learns(observer, t.net(1), after=sender)


@case("RFC 9234 5", peer(bgp_role="customer"), peer(64601, bgp_role="peer"))
def a_route_of_a_provider_is_not_sent_to_a_peer(t):
    sender, observer = pair(t)
    sender.announce(t.net(1))
    never_learns(observer, t.net(1), after=sender)


@case("RFC 9234 5", peer(bgp_role="customer"), peer(64601, bgp_role="provider"))
def a_route_of_a_provider_is_sent_to_a_customer(t):
    sender, observer = pair(t)
    sender.announce(t.net(1))
    learns(observer, t.net(1))


@case("RFC 9234 5", peer(bgp_role="provider"), peer(64601))
def a_route_with_otc_from_a_customer_is_a_leak(t):
    sender, observer = pair(t)
    sender.announce(t.net(1), extra=[bgp.otc(64777)])
    never_learns(observer, t.net(1), after=sender)


@case("RFC 9234 5", peer(bgp_role="peer"), peer(64601))
def an_otc_of_another_as_from_a_peer_is_a_leak_and_its_own_is_not(t):
    sender, observer = pair(t)
    sender.announce(t.net(1), extra=[bgp.otc(64777)])
    sender.announce(t.net(2), extra=[bgp.otc(sender.asn)])
    learns(observer, t.net(2))
    never_learns(observer, t.net(1), after=sender)


@case("RFC 9234 5", peer(64601), peer(bgp_role="provider"))
def towards_a_customer_our_own_as_is_added_as_otc(t):
    sender, observer = pair(t)
    sender.announce(t.net(1))
    same(learns(observer, t.net(1)).value(bgp.OTC), struct.pack("!I", 65000), "OTC")


# ---- limits -----------------------------------------------------------------------------------


@case("contract: prefix-limit", peer(prefix_limit={"in": {"max": 5, "action": "restart"}}),
      peer(64601))
def one_prefix_above_a_restart_limit_is_answered_with_6_1(t):
    sender, observer = pair(t)
    sender.announce(t.nets(5))
    learns(observer, t.net(4))
    sender.announce(t.net(5))
    found = notified(sender, (6, 1))
    if found.data:  # RFC 4486: AFI, SAFI and the limit
        same(found.data, struct.pack("!HBI", 1, 1, 5), "data")
    forgets(observer, t.net(0))


@case("contract: prefix-limit", peer(prefix_limit={"in": {"max": 5, "action": "restart"}}),
      peer(64601))
def announcing_the_same_prefixes_again_does_not_count_twice(t):
    sender, observer = pair(t)
    for i in range(4):
        sender.announce(t.nets(5), path=[sender.asn, 64900 + i])
    learns(observer, t.net(4))
    alive(sender)


@case("contract: prefix-limit", peer(prefix_limit={"in": {"max": 5, "action": "restart"}}),
      peer(64601))
def withdrawing_makes_room_under_the_limit(t):
    sender, observer = pair(t)
    sender.announce(t.nets(5))
    sender.withdraw(t.nets(3))
    sender.announce(t.nets(3, first=10))
    learns(observer, t.net(12))
    alive(sender)


@case("contract: prefix-limit", peer(prefix_limit={"in": {"max": 5, "action": "discard"}}),
      peer(64601))
def above_a_discard_limit_the_session_stays_and_the_excess_is_not_used(t):
    sender, observer = pair(t)
    sender.announce(t.nets(20))
    learns(observer, t.net(0))
    alive(sender)
    alive(observer)
    got = [prefix for prefix in t.nets(20) if prefix in observer.routes]
    same(len(got), 5, "prefixes in use")


@case("contract: prefix-limit", peer(), peer(64601, prefix_limit={"out": 5}))
def the_limit_out_is_never_exceeded(t):
    sender, observer = pair(t)
    sender.announce(t.nets(20))
    alive(sender)
    observer.read_for(0.7)
    check(len(observer.routes) <= 5, f"{len(observer.routes)} prefixes were sent")
    check(len(observer.routes) == 5, f"only {len(observer.routes)} of 5 allowed were sent")


@case("contract: prefix-limit", peer(), peer(64601, prefix_limit={"out": 5}))
def when_a_route_goes_one_that_was_held_back_takes_its_place(t):
    sender, observer = pair(t)
    sender.announce(t.nets(8))
    observer.read_until(lambda: len(observer.routes) == 5)
    sent = [prefix for prefix in t.nets(8) if prefix in observer.routes]
    sender.withdraw(sent[:2])
    held = [prefix for prefix in t.nets(8) if prefix not in sent]
    observer.read_until(lambda: sum(prefix in observer.routes for prefix in held) == 2)
    check(len(observer.routes) <= 5, "the limit was exceeded")
    _never_above(observer, 5)


def _never_above(observer, limit):
    """Message by message, also in between."""
    held = set()
    for _, found in observer.log:
        if found.kind == bgp.UPDATE:
            learnt = bgp.parse_update(found.body, observer.four_octets)
            held -= set(learnt.withdrawn)
            held |= set(learnt.announced)
            check(len(held) <= limit, f"{len(held)} prefixes at one moment")


# ---- rules ------------------------------------------------------------------------------------

RULES = {"policies": {
    "tagged": [
        {"match": {"community": ["64512:666"]}, "then": "reject"},
        {"set": {"community": {"add": ["65000:100"]}, "as-path-prepend": 2}, "then": "accept"}],
    "prefer": [
        {"match": {"community": ["64512:300"]}, "set": {"local-pref": 300}, "then": "accept"},
        {"then": "accept"}],
    "med-out": [{"set": {"med": 77}, "then": "accept"}],
    "only-24": [{"match": {"prefix": ["20.0.0.0/7 ge 24 le 24"]}, "then": "accept"}]}}


@case("contract: policies", peer(), peer(64601, export="tagged"), config=RULES)
def an_export_policy_sets_and_rejects(t):
    sender, observer = pair(t)
    sender.announce(t.net(1), extra=[bgp.communities("64512:666")])
    sender.announce(t.net(2), extra=[bgp.communities("64512:1")])
    route = learns(observer, t.net(2))
    same(sorted(route.communities), sorted(map(bgp.community, ["64512:1", "65000:100"])),
         "communities")
    same(route.path, [65000, 65000, 65000, 64512], "path")
    never_learns(observer, t.net(1), after=sender)


@case("contract: policies", peer(import_="prefer"), peer(64600, import_="prefer"), peer(64601),
      config=RULES)
def an_import_policy_sets_the_local_preference(t):
    first, second, observer = t.peers[0].up(), t.peers[1].up(), t.peers[2].up()
    first.announce(t.net(1))
    learns(observer, t.net(1))
    second.announce(t.net(1), path=[64600, 64999, 64998], extra=[bgp.communities("64512:300")])
    observer.read_until(lambda: observer.routes[t.net(1)].path == [65000, 64600, 64999, 64998])


@case("contract: policies", peer(), peer(64601, export="med-out"), config=RULES)
def an_export_policy_sets_the_med(t):
    sender, observer = pair(t)
    sender.announce(t.net(1))
    same(learns(observer, t.net(1)).number(bgp.MED), 77, "MED")


@case("contract: policies", peer(import_="only-24"), peer(64601), config=RULES)
def a_prefix_match_respects_its_lengths(t):
    sender, observer = pair(t)
    sender.announce([t.net(0, 16), t.net(1, 24), t.net(512, 25)])
    learns(observer, t.net(1, 24))
    never_learns(observer, t.net(0, 16), t.net(512, 25), after=sender)


@case("contract: policies", peer(), peer(64601, export="only-24"), config=RULES)
def what_no_rule_decides_is_rejected(t):
    sender, observer = pair(t)
    sender.announce([t.net(0, 16), t.net(1, 24)])
    learns(observer, t.net(1, 24))
    never_learns(observer, t.net(0, 16), after=sender)
