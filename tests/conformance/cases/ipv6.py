"""RFC 4760 and 2545: IPv6 unicast, over sessions on IPv6 and on IPv4; other families ignored."""
import struct

import bgp_speaker as bgp
from harness import (LOCAL_NETWORK, LOCAL_NETWORK6, PEER_LINK_LOCAL, alive, case, check, forgets,
                     learns, never_learns, notified, pair, peer, same)

SIX = (peer(version=6), peer(64601, version=6))
DUAL = (peer(families=["ipv4", "ipv6"]), peer(64601, version=6))


def _reach(sender, prefixes, hops=None, extra=()):
    hops = sender.sock.getsockname()[0] if hops is None else hops
    return bgp.update([bgp.mp_reach(prefixes, hops), bgp.origin(), sender.path([sender.asn]),
                       *extra])


def _reset_or_family_ignored(t, attributes):
    """RFC 7606 5.4, RFC 4760 7: the session ends, or the family is ignored; never the route used."""
    sender, observer = pair(t)
    sender.send(bgp.update(attributes(sender)))
    found = sender.read_for(1)
    ends = [m for m in found if m.kind == bgp.NOTIFICATION]
    check(all(m.code in ((3, 1), (3, 8), (3, 9), (3, 10)) for m in ends),
          f"unexpected {[str(m) for m in ends]}")
    never_learns(observer, t.net6(1))
    return bool(ends)


@case("RFC 4760 3", *SIX)
def a_route_of_ipv6_is_passed_on_with_our_next_hop_and_path(t):
    sender, observer = pair(t)
    sender.send(_reach(sender, [t.net6(1)]))
    route = learns(observer, t.net6(1))
    same(route.path, [65000, sender.asn], "path")
    same(route.next_hop, "2001:db8::1", "next hop")


@case("RFC 2545 3", *SIX)
def the_next_hop_sent_is_of_16_or_32_octets_with_the_link_local_second(t):
    sender, observer = pair(t)
    sender.send(_reach(sender, [t.net6(1)]))
    route = learns(observer, t.net6(1))
    check(len(route.hop) in (16, 32), f"{len(route.hop)} octets")
    if len(route.hop) == 32:
        check(route.link_local.startswith("fe80:"), route.link_local)


@case("RFC 4760 6", *SIX)
def our_network_of_ipv6_is_announced(t):
    observer = t.peers[1].up()
    route = learns(observer, LOCAL_NETWORK6)
    same(route.path, [65000], "path")
    check(LOCAL_NETWORK not in observer.routes, "an IPv4 route in an IPv6 session")


@case("RFC 4760 4", *SIX)
def mp_unreach_withdraws(t):
    sender, observer = pair(t)
    sender.send(_reach(sender, [t.net6(1), t.net6(2)]))
    learns(observer, t.net6(1))
    sender.send(bgp.update(bgp.mp_unreach([t.net6(1)])))
    forgets(observer, t.net6(1))
    learns(observer, t.net6(2))


@case("RFC 4760 3", *SIX)
def one_update_may_carry_mp_reach_and_mp_unreach(t):
    sender, observer = pair(t)
    sender.send(_reach(sender, [t.net6(1)]))
    learns(observer, t.net6(1))
    sender.send(_reach(sender, [t.net6(2)], extra=[bgp.mp_unreach([t.net6(1)])]))
    learns(observer, t.net6(2))
    forgets(observer, t.net6(1))


@case("RFC 2545 3", *SIX)
def a_next_hop_of_32_octets_is_taken(t):
    sender, observer = pair(t)
    sender.send(_reach(sender, [t.net6(1)], [sender.sock.getsockname()[0], PEER_LINK_LOCAL]))
    learns(observer, t.net6(1))


@case("RFC 7606 5.4", *SIX)
def a_next_hop_of_four_octets_for_ipv6_is_never_used(t):
    _reset_or_family_ignored(t, lambda s: [bgp.mp_reach([t.net6(1)], "10.1.1.1"), bgp.origin(),
                                           s.path([s.asn])])


@case("RFC 7606 5.4", *SIX)
def a_next_hop_of_17_octets_is_never_used(t):
    _reset_or_family_ignored(t, lambda s: [bgp.mp_reach([t.net6(1)], bytes(17)), bgp.origin(),
                                           s.path([s.asn])])


@case("RFC 7606 5.4", *SIX)
def an_empty_next_hop_is_never_used(t):
    _reset_or_family_ignored(t, lambda s: [bgp.mp_reach([t.net6(1)], b""), bgp.origin(),
                                           s.path([s.asn])])


@case("RFC 7606 5.4", *SIX)
def a_prefix_of_129_bits_ends_the_session_or_the_family(t):
    _reset_or_family_ignored(t, lambda s: [
        bgp.mp_reach([b"\x81" + bytes(17)], s.sock.getsockname()[0]), bgp.origin(), s.path([s.asn])])


@case("RFC 7606 5.4", *SIX)
def a_prefix_cut_short_ends_the_session_or_the_family(t):
    _reset_or_family_ignored(t, lambda s: [
        bgp.mp_reach([b"\x40\x20\x01"], s.sock.getsockname()[0]), bgp.origin(), s.path([s.asn])])


@case("RFC 7606 5.3", *SIX)
def an_mp_reach_of_two_octets_ends_the_session_or_the_family(t):
    _reset_or_family_ignored(t, lambda s: [bgp.attribute(0x80, 14, b"\0\2"), bgp.origin(),
                                           s.path([s.asn])])


@case("RFC 7606 5.3", *SIX)
def an_mp_unreach_of_two_octets_ends_the_session_or_the_family(t):
    _reset_or_family_ignored(t, lambda s: [bgp.attribute(0x80, 15, b"\0\2")])




@case("RFC 4271 6.3", *SIX)
def a_multicast_next_hop_of_ipv6_is_not_used(t):
    sender, observer = pair(t)
    sender.send(_reach(sender, [t.net6(1)], "ff02::1"))
    never_learns(observer, t.net6(1), after=sender)


@case("RFC 4271 6.3", *SIX)
def the_unspecified_next_hop_of_ipv6_is_not_used(t):
    sender, observer = pair(t)
    sender.send(_reach(sender, [t.net6(1)], "::"))
    never_learns(observer, t.net6(1), after=sender)


@case("RFC 7606 7.3", *SIX)
def a_missing_origin_withdraws_routes_of_mp_reach_too(t):
    sender, observer = pair(t)
    hop = sender.sock.getsockname()[0]
    sender.send(_reach(sender, [t.net6(1)]))
    learns(observer, t.net6(1))
    sender.send(bgp.update([bgp.mp_reach([t.net6(1)], hop), sender.path([sender.asn])]),
                _reach(sender, [t.net6(2)]))
    learns(observer, t.net6(2))
    forgets(observer, t.net6(1))


@case("RFC 4760 3", *SIX)
def a_next_hop_attribute_beside_mp_reach_is_ignored(t):
    sender, observer = pair(t)
    sender.send(_reach(sender, [t.net6(1)], extra=[bgp.next_hop("10.9.9.9")]))
    same(learns(observer, t.net6(1)).next_hop, "2001:db8::1", "next hop")


@case("RFC 7606 5.1", *SIX)
def mp_reach_is_sent_first_among_the_attributes(t):
    observer = t.peers[1].up()
    learns(observer, LOCAL_NETWORK6)
    for _, found in observer.log:
        if found.kind == bgp.UPDATE:
            learnt = bgp.parse_update(found.body)
            if learnt.announced:
                same(learnt.attributes[0].kind, bgp.MP_REACH, "the first attribute")


@case("RFC 4760 5", peer(), peer(64601))
def ipv4_unicast_in_mp_reach_is_taken(t):
    sender, observer = pair(t)
    hop = sender.sock.getsockname()[0]
    sender.send(bgp.update([bgp.mp_reach([t.net(1)], hop, bgp.IPV4), bgp.origin(),
                            sender.path([sender.asn])]))
    learns(observer, t.net(1))
    sender.send(bgp.update(bgp.mp_unreach([t.net(1)], bgp.IPV4)))
    forgets(observer, t.net(1))


@case("RFC 4760 7", peer(), peer(64601))
def routes_of_a_family_that_was_not_negotiated_are_ignored(t):
    sender, observer = pair(t)
    sender.send(bgp.update([bgp.mp_reach([t.net6(1)], "2001:db8::99"), bgp.origin(),
                            sender.path([sender.asn])]))
    sender.announce(t.net(1))
    learns(observer, t.net(1))
    alive(sender)


@case("RFC 4760 7", peer(), peer(64601))
def an_unknown_address_family_is_ignored(t):
    sender, observer = pair(t)
    unknown = bgp.attribute(0x80, 14, struct.pack("!HBB", 16388, 71, 4) + bytes(4) + b"\0" + b"xyz")
    sender.send(bgp.update([unknown, bgp.origin(), sender.path([sender.asn])]))
    sender.send(bgp.update(bgp.attribute(0x80, 15, struct.pack("!HB", 16388, 71) + b"xyz")))
    sender.announce(t.net(1))
    learns(observer, t.net(1))
    alive(sender)


@case("RFC 4760 8", *DUAL)
def a_session_on_ipv4_may_carry_both_families(t):
    sender, observer = pair(t)
    sender.read_until(lambda: LOCAL_NETWORK6 in sender.routes and LOCAL_NETWORK in sender.routes)
    sender.announce(t.net(1))
    sender.send(_reach(sender, [t.net6(1)], "2001:db8::fe"))
    route = learns(observer, t.net6(1))
    same(route.path, [65000, sender.asn], "path")


@case("RFC 4760 8", peer(families=["ipv4", "ipv6"]))
def of_two_families_offered_only_the_common_one_is_used(t):
    sender = t.peers[0].up(capabilities=[bgp.cap_mp(bgp.IPV4), bgp.cap_as4(64512),
                                         bgp.capability(2)])
    learns(sender, LOCAL_NETWORK)
    check(LOCAL_NETWORK6 not in sender.routes, "IPv6 was sent without the capability")


@case("RFC 4724 2", *SIX)
def end_of_rib_is_sent_in_mp_unreach(t):
    observer = t.peers[1].up()
    observer.read_until(lambda: bgp.IPV6 in observer.ended)


@case("RFC 4760 3", *SIX)
def the_path_of_ipv6_routes_is_checked_for_loops(t):
    sender, observer = pair(t)
    hop = sender.sock.getsockname()[0]
    sender.send(bgp.update([bgp.mp_reach([t.net6(1)], hop), bgp.origin(),
                            sender.path([sender.asn, 65000])]), _reach(sender, [t.net6(2)]))
    learns(observer, t.net6(2))
    check(t.net6(1) not in observer.routes, "a loop was taken")


@case("RFC 2545 2", peer(version=6))
def an_error_in_an_ipv6_session_is_told_as_in_any(t):
    connection = t.peer.up()
    connection.send(bgp.message(77))
    notified(connection, (1, 3), data=b"M")
