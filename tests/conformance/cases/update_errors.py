"""RFC 4271 6.3 as revised by RFC 7606: for each attribute, what a malformed one does.

Three outcomes: the prefixes of the UPDATE are treated as withdrawn, the attribute alone is
discarded, or the session is reset with a NOTIFICATION. In the first two the session and every other
route stay.
"""
import struct

import bgp_speaker as bgp
from harness import (ROUTER_ID, alive, case, check, forgets, ibgp, learns, never_learns, notified,
                     pair, peer, same)

OBSERVED = (peer(), peer(64601))
INTERNAL = (ibgp(), peer(64601))


def _withdrawn(t, attributes, first=None):
    """`attributes` (a function of the session) announce net(1), which was announced well before:
    it is withdrawn; net(2) of an UPDATE before and net(3) of one after are not touched."""
    sender, observer = pair(t)
    good = first(sender) if first else sender.attributes()
    sender.send(bgp.update(good, [t.net(1)]), bgp.update(good, [t.net(2)]))
    learns(observer, t.net(1))
    learns(observer, t.net(2))
    sender.send(bgp.update(attributes(sender), [t.net(1)]), bgp.update(good, [t.net(3)]))
    learns(observer, t.net(3))
    forgets(observer, t.net(1))
    alive(sender)
    check(t.net(2) in observer.routes, "another route was withdrawn too")


def _discarded(t, extra, kind=None, first=None):
    """The route passes, without the attribute."""
    sender, observer = pair(t)
    base = first(sender) if first else sender.attributes()
    sender.send(bgp.update([*base, *extra], [t.net(1)]))
    route = learns(observer, t.net(1))
    if kind is not None:
        check(kind not in route.attributes, f"attribute {kind} was passed on")
    alive(sender)
    return route


def _reset(t, sent, *codes, data=None):
    sender, observer = pair(t)
    sender.announce(t.net(9))
    learns(observer, t.net(9))
    sender.send(sent(sender))
    notified(sender, *codes, data=data)
    forgets(observer, t.net(9))
    alive(observer)


def _changed(kind, replacement):
    """The usual attributes with one replaced (or left out)."""
    def build(sender):
        kinds = {bgp.ORIGIN: 0, bgp.AS_PATH: 1, bgp.NEXT_HOP: 2}
        attributes = sender.attributes()
        attributes[kinds[kind]] = replacement
        return attributes
    return build


def _added(*extra):
    return lambda sender: sender.attributes(extra=extra)


def _internal(sender):
    return sender.attributes(path=[64999], extra=[bgp.local_pref(100)])


def _internal_with(*extra):
    return lambda sender: [*_internal(sender), *extra]


# ---- the message's own lengths ----------------------------------------------------------------


@case("RFC 4271 6.3", *OBSERVED)
def a_withdrawn_length_beyond_the_message_is_answered_with_3_1(t):
    _reset(t, lambda _: bgp.message(bgp.UPDATE, b"\x00\x50\0\0\0\0"), (3, 1))


@case("RFC 4271 6.3", *OBSERVED)
def an_attribute_length_beyond_the_message_is_answered_with_3_1(t):
    _reset(t, lambda _: bgp.message(bgp.UPDATE, b"\0\0\x00\x50" + bgp.origin()), (3, 1))


@case("RFC 4271 6.3", *OBSERVED)
def a_prefix_of_33_bits_is_answered_with_3_10(t):
    _reset(t, lambda s: bgp.update(s.attributes(), [b"\x21\x0a\0\0\0\0"]), (3, 10))


@case("RFC 4271 6.3", *OBSERVED)
def a_prefix_of_255_bits_is_answered_with_3_10(t):
    _reset(t, lambda s: bgp.update(s.attributes(), [b"\xff" + bytes(32)]), (3, 10))


@case("RFC 4271 6.3", *OBSERVED)
def a_prefix_cut_short_is_answered_with_3_10(t):
    _reset(t, lambda s: bgp.update(s.attributes(), [b"\x18\x0a\0"]), (3, 10))


@case("RFC 4271 6.3", *OBSERVED)
def a_withdrawn_prefix_of_33_bits_is_answered_with_3_10(t):
    _reset(t, lambda _: bgp.update(withdrawn=[b"\x21\x0a\0\0\0\0"]), (3, 10), (3, 1))


@case("RFC 4271 6.3", *OBSERVED)
def a_withdrawn_prefix_cut_short_is_answered_with_3_10(t):
    _reset(t, lambda _: bgp.update(withdrawn=[b"\x20\x0a\0"]), (3, 10), (3, 1))


@case("RFC 7606 4", *OBSERVED)
def an_attribute_beyond_the_attributes_withdraws(t):
    _withdrawn(t, lambda s: [*s.attributes(), bgp.attribute(0xC0, 8, b"\0\0\0\1", length=200)])


@case("RFC 7606 4", *OBSERVED)
def half_an_attribute_header_withdraws(t):
    _withdrawn(t, lambda s: [*s.attributes(), b"\xc0"])


@case("RFC 7606 4", *OBSERVED)
def an_extended_length_cut_short_withdraws(t):
    _withdrawn(t, lambda s: [*s.attributes(), b"\xd0\x08\x01"])


# ---- mandatory attributes ---------------------------------------------------------------------


@case("RFC 7606 3 d", *OBSERVED)
def a_missing_origin_withdraws(t):
    _withdrawn(t, _changed(bgp.ORIGIN, b""))


@case("RFC 7606 3 d", *OBSERVED)
def a_missing_as_path_withdraws(t):
    _withdrawn(t, _changed(bgp.AS_PATH, b""))


@case("RFC 7606 3 d", *OBSERVED)
def a_missing_next_hop_withdraws(t):
    _withdrawn(t, _changed(bgp.NEXT_HOP, b""))


@case("RFC 7606 3 d", *INTERNAL)
def a_missing_local_pref_from_an_internal_peer_does_not_end_the_session(t):
    sender, observer = pair(t)  # well-known, required inside, and yet not called mandatory
    sender.send(bgp.update(sender.attributes(path=[64999]), [t.net(1)]))
    sender.send(bgp.update(_internal(sender), [t.net(2)]))
    learns(observer, t.net(2))
    alive(sender)


@case("RFC 7606 7.1", *OBSERVED)
def an_origin_of_two_octets_withdraws(t):
    _withdrawn(t, _changed(bgp.ORIGIN, bgp.attribute(0x40, 1, b"\0\0")))


@case("RFC 7606 7.1", *OBSERVED)
def an_empty_origin_withdraws(t):
    _withdrawn(t, _changed(bgp.ORIGIN, bgp.attribute(0x40, 1, b"")))


@case("RFC 7606 7.1", *OBSERVED)
def an_undefined_origin_withdraws(t):
    _withdrawn(t, _changed(bgp.ORIGIN, bgp.origin(3)))


@case("RFC 7606 7.2", *OBSERVED)
def an_unknown_segment_type_withdraws(t):
    _withdrawn(t, _changed(bgp.AS_PATH, bgp.attribute(0x40, 2, b"\x05\x01\0\0\xfc\0")))


@case("RFC 7606 7.2", *OBSERVED)
def an_empty_segment_withdraws(t):
    _withdrawn(t, _changed(bgp.AS_PATH, bgp.attribute(0x40, 2, b"\x02\x00")))


@case("RFC 7606 7.2", *OBSERVED)
def a_segment_beyond_the_path_withdraws(t):
    _withdrawn(t, _changed(bgp.AS_PATH, bgp.attribute(0x40, 2, b"\x02\x03\0\0\xfc\0")))


@case("RFC 7606 7.2", *OBSERVED)
def a_single_octet_after_the_last_segment_withdraws(t):
    _withdrawn(t, _changed(bgp.AS_PATH, bgp.attribute(0x40, 2, b"\x02\x01\0\0\xfc\0\x02")))


@case("RFC 5065 5", *OBSERVED)
def a_confederation_segment_from_outside_withdraws(t):
    _withdrawn(t, _changed(bgp.AS_PATH,
                           bgp.attribute(0x40, 2, b"\x03\x01\0\0\xfc\1" + b"\x02\x01\0\0\xfc\0")))


@case("RFC 9774 3", *OBSERVED)
def a_set_in_the_path_withdraws(t):
    _withdrawn(t, _changed(bgp.AS_PATH, bgp.as_path([64512, {64998, 64999}])))


@case("RFC 9774 3", *OBSERVED)
def a_path_of_nothing_but_a_set_withdraws(t):
    _withdrawn(t, _changed(bgp.AS_PATH, bgp.as_path([{64512}])))


@case("RFC 7607 2", *OBSERVED)
def as_0_in_the_path_withdraws(t):
    _withdrawn(t, _changed(bgp.AS_PATH, bgp.as_path([64512, 0, 3])))


@case("RFC 7606 7.3", *OBSERVED)
def a_next_hop_of_three_octets_withdraws(t):
    _withdrawn(t, _changed(bgp.NEXT_HOP, bgp.attribute(0x40, 3, b"\x0a\0\0")))


@case("RFC 7606 7.3", *OBSERVED)
def a_next_hop_of_sixteen_octets_withdraws(t):
    _withdrawn(t, _changed(bgp.NEXT_HOP, bgp.attribute(0x40, 3, bytes(15) + b"\1")))


def _bad_next_hop(t, hop):
    """RFC 4271 6.3: semantically incorrect: the route is ignored, the session stays."""
    sender, observer = pair(t)
    sender.announce(t.net(1), hop=hop)
    never_learns(observer, t.net(1), after=sender)


@case("RFC 4271 6.3", *OBSERVED)
def next_hop_0_0_0_0_is_not_used(t):
    _bad_next_hop(t, "0.0.0.0")


@case("RFC 4271 6.3", *OBSERVED)
def a_multicast_next_hop_is_not_used(t):
    _bad_next_hop(t, "224.0.0.5")


@case("RFC 4271 6.3", *OBSERVED)
def the_broadcast_address_as_next_hop_is_not_used(t):
    _bad_next_hop(t, "255.255.255.255")


@case("RFC 4271 6.3", *OBSERVED)
def a_loopback_next_hop_is_not_used(t):
    _bad_next_hop(t, "127.0.0.1")


@case("RFC 4271 6.3", *OBSERVED)
def the_routers_own_address_as_next_hop_is_not_used(t):
    _bad_next_hop(t, "10.0.0.1")


@case("RFC 4271 9.1.2.1", *OBSERVED)
def a_next_hop_that_cannot_be_reached_is_not_used(t):
    _bad_next_hop(t, "203.0.113.77")


# ---- optional attributes ----------------------------------------------------------------------


@case("RFC 7606 7.4", *OBSERVED)
def a_med_of_three_octets_withdraws(t):
    _withdrawn(t, _added(bgp.attribute(0x80, 4, b"\0\0\1")))


@case("RFC 7606 7.5", *INTERNAL)
def a_local_pref_of_three_octets_from_an_internal_peer_withdraws(t):
    _withdrawn(t, lambda s: [*s.attributes(path=[64999]), bgp.attribute(0x40, 5, b"\0\0\1")],
               first=_internal)


@case("RFC 7606 7.5", *OBSERVED)
def a_local_pref_from_an_external_peer_is_discarded(t):
    _discarded(t, [bgp.local_pref(500)], bgp.LOCAL_PREF)


@case("RFC 7606 7.5", *OBSERVED)
def even_a_malformed_local_pref_from_an_external_peer_is_discarded(t):
    _discarded(t, [bgp.attribute(0x40, 5, b"\1")], bgp.LOCAL_PREF)


@case("RFC 7606 7.6", *OBSERVED)
def an_atomic_aggregate_with_a_value_is_discarded(t):
    _discarded(t, [bgp.attribute(0x40, 6, b"\1")], bgp.ATOMIC_AGGREGATE)


@case("RFC 7606 7.7", *OBSERVED)
def an_aggregator_of_six_octets_in_a_4_octet_session_is_discarded(t):
    _discarded(t, [bgp.aggregator(64512, "10.1.1.1", four_octets=False)], bgp.AGGREGATOR)


@case("RFC 7606 7.7", *OBSERVED)
def an_empty_aggregator_is_discarded(t):
    _discarded(t, [bgp.attribute(0xC0, 7, b"")], bgp.AGGREGATOR)


@case("RFC 7607 2", *OBSERVED)
def an_aggregator_of_as_0_is_discarded(t):
    _discarded(t, [bgp.aggregator(0, "10.1.1.1")], bgp.AGGREGATOR)


@case("RFC 7606 7.8", *OBSERVED)
def communities_of_three_octets_withdraw(t):
    _withdrawn(t, _added(bgp.attribute(0xC0, 8, b"\0\0\1")))


@case("RFC 7606 7.8", *OBSERVED)
def empty_communities_withdraw(t):
    _withdrawn(t, _added(bgp.attribute(0xC0, 8, b"")))


@case("RFC 7606 7.9", *OBSERVED)
def an_originator_id_from_an_external_peer_is_discarded(t):
    _discarded(t, [bgp.attribute(0x80, 9, bytes(4))], bgp.ORIGINATOR_ID)


@case("RFC 7606 7.9", *INTERNAL)
def an_originator_id_of_three_octets_from_an_internal_peer_withdraws(t):
    _withdrawn(t, _internal_with(bgp.attribute(0x80, 9, bytes(3))), first=_internal)


@case("RFC 7606 7.10", *OBSERVED)
def a_cluster_list_from_an_external_peer_is_discarded(t):
    _discarded(t, [bgp.attribute(0x80, 10, bytes(3))], bgp.CLUSTER_LIST)


@case("RFC 7606 7.10", *INTERNAL)
def a_cluster_list_of_three_octets_from_an_internal_peer_withdraws(t):
    _withdrawn(t, _internal_with(bgp.attribute(0x80, 10, bytes(3))), first=_internal)


@case("RFC 4456 8", *INTERNAL)
def a_route_that_we_originated_and_was_reflected_is_ignored(t):
    sender, observer = pair(t)
    sender.send(bgp.update(_internal_with(
        bgp.attribute(0x80, 9, bgp.pack_ip(ROUTER_ID)))(sender), [t.net(1)]))
    never_learns(observer, t.net(1), after=sender)


@case("RFC 7606 7.14", *OBSERVED)
def extended_communities_of_seven_octets_withdraw(t):
    _withdrawn(t, _added(bgp.extended_communities(b"\0\2\xfd\xe8\0\0\1")))


@case("RFC 7606 7.14", *OBSERVED)
def empty_extended_communities_withdraw(t):
    _withdrawn(t, _added(bgp.extended_communities()))


@case("RFC 8092 5", *OBSERVED)
def large_communities_of_eleven_octets_withdraw(t):
    _withdrawn(t, _added(bgp.attribute(0xC0, 32, bytes(11))))


@case("RFC 8092 5", *OBSERVED)
def empty_large_communities_withdraw(t):
    _withdrawn(t, _added(bgp.attribute(0xC0, 32, b"")))


@case("RFC 9234 5", *OBSERVED)
def an_otc_of_three_octets_withdraws(t):
    _withdrawn(t, _added(bgp.attribute(0xC0, 35, b"\0\0\1")))


@case("RFC 6793 6", *OBSERVED)
def an_as4_path_from_a_4_octet_speaker_is_discarded(t):
    route = _discarded(t, [bgp.attribute(0xC0, 17, bgp.path_segments([64512, 99999]))],
                       bgp.AS4_PATH)
    same(route.path, [65000, 64512], "path")


@case("RFC 6793 6", *OBSERVED)
def an_as4_aggregator_from_a_4_octet_speaker_is_discarded(t):
    _discarded(t, [bgp.attribute(0xC0, 18, struct.pack("!I", 99999) + b"\1\1\1\1")],
               bgp.AS4_AGGREGATOR)


# ---- flags, repetitions, unknown ones ---------------------------------------------------------


@case("RFC 7606 3 c", *OBSERVED)
def an_origin_that_calls_itself_optional_withdraws(t):
    _withdrawn(t, _changed(bgp.ORIGIN, bgp.attribute(0xC0, 1, b"\0")))


@case("RFC 7606 3 c", *OBSERVED)
def an_as_path_that_is_not_transitive_withdraws(t):
    _withdrawn(t, lambda s: [bgp.origin(), bgp.attribute(0x00, 2, bgp.path_segments([s.asn])),
                             s.attributes()[2]])


@case("RFC 7606 3 c", *OBSERVED)
def a_transitive_med_withdraws(t):
    _withdrawn(t, _added(bgp.attribute(0xC0, 4, b"\0\0\0\1")))


@case("RFC 7606 3 c", *OBSERVED)
def communities_that_are_not_transitive_withdraw(t):
    _withdrawn(t, _added(bgp.attribute(0x80, 8, b"\0\0\0\1")))


@case("RFC 4271 4.3", *OBSERVED)
def the_lower_four_flag_bits_are_ignored(t):
    sender, observer = pair(t)
    attributes = sender.attributes()
    attributes[0] = bgp.attribute(0x4F & ~0x10, 1, b"\0")
    sender.send(bgp.update(attributes, [t.net(1)]))
    learns(observer, t.net(1))


@case("RFC 4271 4.3", *OBSERVED)
def a_short_attribute_may_use_the_extended_length(t):
    sender, observer = pair(t)
    attributes = sender.attributes()
    attributes[0] = bgp.attribute(0x50, 1, b"\0")
    sender.send(bgp.update(attributes, [t.net(1)]))
    learns(observer, t.net(1))


@case("RFC 4271 5", *OBSERVED)
def attributes_may_come_in_any_order(t):
    sender, observer = pair(t)
    sender.send(bgp.update([bgp.communities("64512:7"), *reversed(sender.attributes())],
                           [t.net(1)]))
    learns(observer, t.net(1))


@case("RFC 7606 3 g", *OBSERVED)
def of_a_repeated_attribute_the_first_counts(t):
    sender, observer = pair(t)
    sender.send(bgp.update(sender.attributes(extra=[
        bgp.communities("64512:1"), bgp.communities("64512:2")]), [t.net(1)]))
    same(learns(observer, t.net(1)).communities, [bgp.community("64512:1")], "communities")
    alive(sender)


@case("RFC 7606 3 g", *OBSERVED)
def a_repeated_origin_is_discarded(t):
    route = _discarded(t, [bgp.origin(2)])
    same(route.value(bgp.ORIGIN), b"\0", "ORIGIN")


@case("RFC 4271 6.3", *OBSERVED)
def an_unknown_well_known_attribute_is_answered_with_3_2_and_the_attribute(t):
    unknown = bgp.attribute(0x40, 99, b"abc")
    _reset(t, lambda s: bgp.update(s.attributes(extra=[unknown]), [t.net(1)]), (3, 2), data=unknown)


@case("RFC 4271 5", *OBSERVED)
def an_unknown_transitive_attribute_is_passed_on_with_the_partial_bit(t):
    sender, observer = pair(t)
    sender.announce(t.net(1), extra=[bgp.attribute(0xC0, 99, b"abc")])
    found = learns(observer, t.net(1)).attributes.get(99)
    check(found is not None, "the attribute was not passed on")
    same((found.flags & 0xE0, found.value), (0xE0, b"abc"), "flags and value")


@case("RFC 4271 5", *OBSERVED)
def an_unknown_transitive_attribute_of_300_octets_is_passed_on_whole(t):
    sender, observer = pair(t)
    value = bytes(range(250)) + bytes(50)
    sender.announce(t.net(1), extra=[bgp.attribute(0xE0, 200, value)])
    same(learns(observer, t.net(1)).value(200), value, "value")


@case("RFC 4271 5", *OBSERVED)
def an_unknown_attribute_that_is_not_transitive_is_dropped(t):
    _discarded(t, [bgp.attribute(0x80, 99, b"abc")], 99)


@case("RFC 7606 3 g", *OBSERVED)
def two_mp_reach_attributes_are_answered_with_3_1(t):
    extra = [bgp.mp_reach(["2001:db8:77::/48"], "2001:db8::5")] * 2
    _reset(t, lambda s: bgp.update(s.attributes(extra=extra), [t.net(1)]), (3, 1))


# ---- what is odd and yet correct --------------------------------------------------------------


@case("RFC 4271 4.3", *OBSERVED)
def bits_behind_the_prefix_length_do_not_matter(t):
    sender, observer = pair(t)
    octets = bgp.prefix_bytes(t.net(0, 16))
    sender.send(bgp.update(sender.attributes(), [b"\x0c" + octets[1:2] + b"\xff"]))
    learns(observer, f"{octets[1]}.240.0.0/12")


@case("RFC 4271 4.3", *OBSERVED)
def a_prefix_both_withdrawn_and_announced_is_announced(t):
    sender, observer = pair(t)
    sender.send(bgp.update(sender.attributes(), [t.net(1)], withdrawn=[t.net(1)]))
    learns(observer, t.net(1))


@case("RFC 4271 4.3", *OBSERVED)
def withdrawing_what_was_never_announced_is_harmless(t):
    sender, observer = pair(t)
    sender.withdraw([t.net(5), t.net(6)])
    sender.announce(t.net(1))
    learns(observer, t.net(1))
    alive(sender)


@case("RFC 4271 4.3", *OBSERVED)
def one_update_may_withdraw_and_announce(t):
    sender, observer = pair(t)
    sender.announce([t.net(1), t.net(2)])
    learns(observer, t.net(2))
    sender.send(bgp.update(sender.attributes(), [t.net(3)], withdrawn=[t.net(1)]))
    learns(observer, t.net(3))
    forgets(observer, t.net(1))
    check(t.net(2) in observer.routes, "the other route went too")


@case("RFC 4271 4.3", *OBSERVED)
def the_same_prefix_five_times_is_one_route(t):
    sender, observer = pair(t)
    sender.announce([t.net(1)] * 5)
    learns(observer, t.net(1))
    sender.withdraw(t.net(1))
    forgets(observer, t.net(1))


@case("RFC 4271 3.1", *OBSERVED)
def a_second_announcement_replaces_the_first(t):
    sender, observer = pair(t)
    sender.announce(t.net(1), path=[sender.asn, 64999])
    learns(observer, t.net(1))
    sender.announce(t.net(1), path=[sender.asn, 64998])
    observer.read_until(lambda: observer.routes[t.net(1)].path == [65000, sender.asn, 64998])


@case("RFC 4271 6.3", *OBSERVED)
def a_multicast_prefix_is_not_used_and_the_session_stays(t):
    sender, observer = pair(t)
    sender.send(bgp.update(sender.attributes(), ["224.1.2.0/24"]))
    never_learns(observer, "224.1.2.0/24", after=sender)


@case("RFC 4271 4.3", *OBSERVED)
def a_default_route_is_a_route(t):
    sender, observer = pair(t)
    sender.announce("0.0.0.0/0")
    learns(observer, "0.0.0.0/0")
    sender.withdraw("0.0.0.0/0")
    forgets(observer, "0.0.0.0/0")


@case("RFC 4271 9.1.2", *OBSERVED)
def a_path_with_our_own_as_is_ignored(t):
    sender, observer = pair(t)
    sender.announce(t.net(1), path=[sender.asn, 65000, 64999])
    never_learns(observer, t.net(1), after=sender)


@case("RFC 4271 9.1.2", *OBSERVED)
def a_loop_replaces_the_route_that_was_there(t):
    sender, observer = pair(t)
    sender.announce(t.net(1))
    learns(observer, t.net(1))
    sender.announce(t.net(1), path=[sender.asn, 65000])
    forgets(observer, t.net(1))


@case("RFC 4271 9.1.2", peer(allow_own_as=1), peer(64601))
def allow_own_as_lets_it_stand_once_and_not_twice(t):
    sender, observer = pair(t)
    sender.announce(t.net(1), path=[sender.asn, 65000])
    sender.announce(t.net(2), path=[sender.asn, 65000, 65000])
    learns(observer, t.net(1))
    never_learns(observer, t.net(2), after=sender)
