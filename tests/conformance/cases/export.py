"""RFC 4271 5.1 and 9.1.3, 9.2: what is sent to whom, how it is changed, and how it is packed."""
import bgp_speaker as bgp
from harness import (LOCAL_NETWORK, alive, case, check, forgets, ibgp, learns, never_learns, pair,
                     peer, same, updates)

OUT = (peer(), peer(64601))           # from outside to outside
INWARD = (peer(), ibgp())             # from outside to inside
OUTWARD = (ibgp(), peer(64601))       # from inside to outside
INSIDE = (ibgp(), ibgp())


def _passed(t, *extra, path=None, **more):
    """The route of an announcement with extra attributes, as the other peer gets it."""
    sender, observer = pair(t)
    if sender.asn == 65000 and path is None:
        path = [64999]
    if sender.asn == 65000 and not any(found[1] == bgp.LOCAL_PREF for found in extra):
        extra = (*extra, bgp.local_pref(100))
    sender.announce(t.net(1), path=path, extra=extra, **more)
    return learns(observer, t.net(1))


# ---- paths, next hops, preferences ------------------------------------------------------------


@case("RFC 4271 5.1.2", *OUT)
def our_as_is_put_before_the_path(t):
    same(_passed(t, path=[64512, 64999]).path, [65000, 64512, 64999], "path")


@case("RFC 4271 5.1.2", *OUT)
def before_a_full_segment_of_255_comes_a_new_segment(t):
    path = [64512] + [64999] * 254
    same(_passed(t, path=path).path, [65000, *path], "path")


@case("RFC 4271 5.1.2")
def our_own_network_has_our_as_alone_in_its_path(t):
    route = learns(t.peer.up(), LOCAL_NETWORK)
    same(route.path, [65000], "path")
    same(route.value(bgp.ORIGIN), b"\0", "ORIGIN")
    same(route.next_hop, "10.0.0.1", "next hop")


@case("RFC 4271 5.1.2", ibgp())
def our_own_network_has_an_empty_path_inside(t):
    route = learns(t.peer.up(), LOCAL_NETWORK)
    same(route.path, [], "path")
    check(route.value(bgp.AS_PATH) is not None, "no AS_PATH")
    same(route.number(bgp.LOCAL_PREF), 100, "LOCAL_PREF")


@case("RFC 4271 5.1.2", *INWARD)
def inside_the_path_is_not_changed(t):
    same(_passed(t, path=[64512, 64999]).path, [64512, 64999], "path")


@case("RFC 4271 5.1.3", *OUT)
def towards_an_external_peer_we_are_the_next_hop(t):
    same(_passed(t).next_hop, "10.0.0.1", "next hop")


@case("contract: next-hop-self", *INWARD)
def towards_an_internal_peer_we_are_the_next_hop(t):
    same(_passed(t).next_hop, "10.0.0.1", "next hop")


@case("contract: next-hop-self", peer(), ibgp(next_hop_self=False))
def without_next_hop_self_the_external_next_hop_stays_inside(t):
    sender, observer = pair(t)
    sender.announce(t.net(1))
    same(learns(observer, t.net(1)).next_hop, t.peers[0].address, "next hop")


@case("RFC 4271 5.1.5", *OUT)
def local_pref_is_not_sent_outside(t):
    check(bgp.LOCAL_PREF not in _passed(t).attributes, "LOCAL_PREF was sent")


@case("RFC 4271 5.1.5", *OUTWARD)
def the_local_pref_of_an_internal_route_is_not_sent_outside(t):
    check(bgp.LOCAL_PREF not in _passed(t, bgp.local_pref(300)).attributes, "LOCAL_PREF was sent")


@case("RFC 4271 5.1.5", *INWARD)
def inside_a_local_pref_of_100_is_sent(t):
    same(_passed(t).number(bgp.LOCAL_PREF), 100, "LOCAL_PREF")


@case("RFC 4271 5.1.4", *OUT)
def a_med_from_one_neighbor_as_is_not_sent_to_another(t):
    check(bgp.MED not in _passed(t, bgp.med(50)).attributes, "MED was sent")


@case("RFC 4271 5.1.4", *INWARD)
def a_med_from_outside_is_passed_on_inside(t):
    same(_passed(t, bgp.med(50)).number(bgp.MED), 50, "MED")


@case("RFC 4271 5.1.4", *OUTWARD)
def a_med_of_an_internal_route_is_not_sent_outside(t):
    check(bgp.MED not in _passed(t, bgp.med(50)).attributes, "MED was sent")


@case("RFC 4271 9.2", *INSIDE)
def nothing_is_passed_from_inside_to_inside(t):
    sender, observer = pair(t)
    sender.announce(t.net(1), path=[64999], extra=[bgp.local_pref(100)])
    never_learns(observer, t.net(1), after=sender)


@case("RFC 4271 9.2", *OUTWARD)
def an_internal_route_is_sent_outside_with_our_as(t):
    same(_passed(t, path=[64999]).path, [65000, 64999], "path")


@case("RFC 4271 9.1.3", peer())
def a_route_is_not_sent_back_to_where_it_came_from(t):
    connection = t.peer.up()
    connection.announce(t.net(1))
    never_learns(connection, t.net(1))


@case("RFC 4271 9.1.3", peer(), peer(64601))
def a_route_is_not_sent_to_an_as_that_is_in_its_path_or_would_be_dropped_there(t):
    sender, observer = pair(t)
    sender.announce(t.net(1), path=[64512, 64601])
    sender.announce(t.net(2))
    learns(observer, t.net(2))
    if t.net(1) in observer.routes:  # allowed, though of no use: the receiver drops it
        same(observer.routes[t.net(1)].path, [65000, 64512, 64601], "path")


# ---- communities and the rest -----------------------------------------------------------------


@case("RFC 1997", *OUT)
def no_export_is_not_sent_outside(t):
    sender, observer = pair(t)
    sender.announce(t.net(1), extra=[bgp.communities(bgp.NO_EXPORT)])
    never_learns(observer, t.net(1), after=sender)


@case("RFC 1997", *INWARD)
def no_export_is_sent_inside_with_the_community(t):
    same(_passed(t, bgp.communities(bgp.NO_EXPORT)).communities, [bgp.NO_EXPORT], "communities")


@case("RFC 1997", *INWARD)
def no_advertise_is_sent_to_nobody(t):
    sender, observer = pair(t)
    sender.announce(t.net(1), extra=[bgp.communities(bgp.NO_ADVERTISE)])
    never_learns(observer, t.net(1), after=sender)


@case("RFC 1997", *OUT)
def no_export_subconfed_is_not_sent_outside(t):
    sender, observer = pair(t)
    sender.announce(t.net(1), extra=[bgp.communities(bgp.NO_EXPORT_SUBCONFED)])
    never_learns(observer, t.net(1), after=sender)


@case("RFC 1997", *OUT)
def a_route_that_gets_no_export_is_withdrawn(t):
    sender, observer = pair(t)
    sender.announce(t.net(1))
    learns(observer, t.net(1))
    sender.announce(t.net(1), extra=[bgp.communities(bgp.NO_EXPORT)])
    forgets(observer, t.net(1))


@case("RFC 1997", *OUT)
def communities_are_passed_on(t):
    route = _passed(t, bgp.communities("64512:7", "7224:8100", "1:1"))
    same(sorted(route.communities), sorted(map(bgp.community, ["64512:7", "7224:8100", "1:1"])),
         "communities")


@case("RFC 8092", *OUT)
def large_communities_are_passed_on(t):
    route = _passed(t, bgp.large_communities((64512, 1, 2), (4200000000, 0, 4294967295)))
    same(sorted(route.large_communities), [(64512, 1, 2), (4200000000, 0, 4294967295)],
         "large communities")


@case("RFC 4360", *OUT)
def transitive_extended_communities_are_passed_on(t):
    value = b"\x00\x02\xfc\x00\0\0\0\x07"
    same(_passed(t, bgp.extended_communities(value)).value(bgp.EXTENDED_COMMUNITIES), value,
         "extended communities")


@case("RFC 4360 6", *OUT)
def extended_communities_that_are_not_transitive_stay_here(t):
    inner, outer = b"\x40\x04\xfd\xe8\0\0\0\x01", b"\x00\x02\xfc\x00\0\0\0\x07"
    same(_passed(t, bgp.extended_communities(inner, outer)).value(bgp.EXTENDED_COMMUNITIES), outer,
         "extended communities")


@case("RFC 4271 5.1.1", *OUT)
def the_origin_is_passed_on(t):
    sender, observer = pair(t)
    for i in range(3):
        sender.send(bgp.update([bgp.origin(i), *sender.attributes()[1:]], [t.net(i)]))
    for i in range(3):
        same(learns(observer, t.net(i)).value(bgp.ORIGIN), bytes([i]), "ORIGIN")


@case("RFC 4271 5.1.6", *OUT)
def atomic_aggregate_and_aggregator_are_passed_on(t):
    route = _passed(t, bgp.attribute(0x40, 6, b""), bgp.aggregator(64999, "10.1.1.1"))
    same(route.value(bgp.ATOMIC_AGGREGATE), b"", "ATOMIC_AGGREGATE")
    same(route.value(bgp.AGGREGATOR), bgp.aggregator(64999, "10.1.1.1")[3:], "AGGREGATOR")


@case("RFC 4456 8", *OUTWARD)
def originator_and_cluster_list_are_not_sent_outside(t):
    route = _passed(t, bgp.attribute(0x80, 9, b"\1\2\3\4"), bgp.attribute(0x80, 10, b"\5\6\7\x08"))
    for kind in (bgp.ORIGINATOR_ID, bgp.CLUSTER_LIST):
        check(kind not in route.attributes, f"attribute {kind} was sent")


@case("RFC 4271 5", *OUT)
def a_partial_bit_that_was_set_stays_set(t):
    route = _passed(t, bgp.attribute(0xE0, 99, b"abc"))
    same(route.attributes[99].flags & 0xE0, 0xE0, "flags")


@case("RFC 4271 5", *INWARD)
def an_unknown_transitive_attribute_is_passed_on_inside_too(t):
    same(_passed(t, bgp.attribute(0xC0, 99, b"abc")).value(99), b"abc", "value")


@case("RFC 4271 5", *OUT)
def attributes_are_sent_in_the_order_of_their_types(t):
    sender, observer = pair(t)
    sender.announce(t.net(1), extra=[bgp.large_communities((1, 2, 3)), bgp.communities("1:1"),
                                     bgp.attribute(0xC0, 99, b"abc")])
    learns(observer, t.net(1))
    found = [learnt for learnt in updates(observer) if t.net(1) in learnt.announced][-1]
    kinds = [attribute.kind for attribute in found.attributes]
    same(kinds, sorted(kinds), "types of the attributes")


@case("RFC 4271 4.3", *OUT)
def well_known_attributes_have_the_flags_of_their_category(t):
    route = _passed(t, bgp.communities("1:1"))
    for kind, flags in ((bgp.ORIGIN, 0x40), (bgp.AS_PATH, 0x40), (bgp.NEXT_HOP, 0x40),
                        (bgp.COMMUNITIES, 0xC0)):
        same(route.attributes[kind].flags & 0xE0, flags, f"flags of attribute {kind}")


# ---- changes and packing ----------------------------------------------------------------------


@case("RFC 4271 9.2", *OUT)
def a_withdrawal_is_passed_on(t):
    sender, observer = pair(t)
    sender.announce(t.nets(3))
    learns(observer, t.net(2))
    sender.withdraw(t.net(1))
    forgets(observer, t.net(1))
    check(t.net(0) in observer.routes and t.net(2) in observer.routes, "others went too")


@case("RFC 4271 9.2", *OUT)
def an_announcement_that_changes_nothing_is_not_sent_again(t):
    sender, observer = pair(t)
    sender.announce(t.net(1))
    learns(observer, t.net(1))
    since = len(observer.log)
    for _ in range(3):
        sender.announce(t.net(1))
    alive(sender)
    observer.read_for(0.4)
    again = [learnt for learnt in updates(observer, since) if t.net(1) in learnt.announced]
    check(not again, f"it was sent {len(again)} times more")


@case("RFC 4271 9.2", *OUT)
def a_flapping_route_ends_in_its_last_state(t):
    sender, observer = pair(t)
    for i in range(50):
        sender.announce(t.net(1), path=[sender.asn, 64900 + i])
        sender.withdraw(t.net(1))
    sender.announce(t.net(1), path=[sender.asn, 65001])
    sender.announce(t.net(2))
    observer.read_until(lambda: t.net(2) in observer.routes and t.net(1) in observer.routes and
                        observer.routes[t.net(1)].path == [65000, sender.asn, 65001])


@case("RFC 4271 9.2", *OUT, cost=2)
def prefixes_of_equal_attributes_share_their_updates(t):
    sender, observer = pair(t)
    prefixes = t.nets(2000, length=30)
    since = len(observer.log)
    for start in range(0, 2000, 500):
        sender.announce(prefixes[start:start + 500])
    observer.read_until(lambda: all(prefix in observer.routes for prefix in prefixes), 15)
    sent = sum(bool(learnt.announced) for learnt in updates(observer, since))
    check(sent <= 40, f"2000 prefixes came in {sent} UPDATEs")


@case("RFC 4271 4.1", *OUT, cost=2)
def no_update_is_larger_than_4096_octets(t):
    sender, observer = pair(t)
    prefixes = t.nets(3000, length=30)
    many = [bgp.communities(*(f"64512:{i}" for i in range(300)))]
    for start in range(0, 3000, 400):
        sender.announce(prefixes[start:start + 400], extra=many)
    observer.read_until(lambda: all(prefix in observer.routes for prefix in prefixes), 15)
    largest = max(found.length for _, found in observer.log)
    check(largest <= 4096, f"an UPDATE of {largest} octets")


@case("RFC 4271 9.2", *OUT)
def different_attributes_go_in_different_updates(t):
    sender, observer = pair(t)
    for i in range(5):
        sender.announce(t.net(i), path=[sender.asn, 64900 + i])
    for i in range(5):
        same(learns(observer, t.net(i)).path, [65000, sender.asn, 64900 + i], "path")


@case("RFC 4271 9.2", peer(), peer(64601), peer(64602))
def all_the_other_peers_get_a_route(t):
    sender, first, second = (one.up() for one in t.peers)
    sender.announce(t.net(1))
    learns(first, t.net(1))
    learns(second, t.net(1))
    sender.close()
    forgets(first, t.net(1))
    forgets(second, t.net(1))


@case("RFC 4271 9.2", peer(), peer(64601))
def a_peer_that_comes_later_gets_what_is_there(t):
    sender = t.peers[0].up()
    sender.announce(t.nets(10))
    alive(sender)
    late = t.peers[1].up()
    for prefix in t.nets(10):
        learns(late, prefix)


@case("RFC 8654 4", *OUT)
def a_route_that_does_not_fit_into_4096_octets_is_not_sent_there_and_the_session_stays(t):
    extended = [bgp.cap_mp(bgp.IPV4), bgp.cap_as4(64512), bgp.capability(2),
                bgp.capability(bgp.CAP_EXTENDED_MESSAGE)]
    sender = t.peers[0].up(capabilities=extended)
    observer = t.peers[1].up()
    sender.announce(t.net(1))
    learns(observer, t.net(1))
    if sender.peer_open.capability(bgp.CAP_EXTENDED_MESSAGE) is None:
        return
    big = bgp.communities(*(f"64512:{i}" for i in range(1100)))
    sender.announce(t.net(1), extra=[big])
    forgets(observer, t.net(1))
    alive(observer)
    alive(sender)


@case("RFC 8654 4", *OUT)
def between_peers_with_extended_messages_a_large_route_passes(t):
    def extended(asn):
        return [bgp.cap_mp(bgp.IPV4), bgp.cap_as4(asn), bgp.capability(2),
                bgp.capability(bgp.CAP_EXTENDED_MESSAGE)]
    sender = t.peers[0].up(capabilities=extended(64512))
    observer = t.peers[1].up(capabilities=extended(64601))
    big = bgp.communities(*(f"64512:{i}" for i in range(1100)))
    sender.announce(t.net(1), extra=[big])
    same(len(learns(observer, t.net(1)).communities), 1100, "number of communities")


@case("RFC 8654 3")
def an_update_above_4096_octets_without_the_capability_is_answered_with_1_2(t):
    connection = t.peer.up()
    connection.send(bgp.update(connection.attributes(), t.nets(1000, length=32)))
    found = connection.read_kind(bgp.NOTIFICATION)
    same(found.code, (1, 2), "the code")


@case("RFC 8654 4")
def an_open_above_4096_octets_is_refused_also_with_the_capability(t):
    connection = t.peer.opened()
    connection.send(bgp.message(bgp.OPEN, bytes(4100)))
    found = connection.read_kind(bgp.NOTIFICATION)
    same(found.code, (1, 2), "the code")
