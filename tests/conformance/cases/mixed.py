"""UPDATEs that carry several things at once: both families, both ways of withdrawing, several
errors (RFC 4760, RFC 7606 3 h and 5), attributes without prefixes, what a session leaves behind."""
import bgp_speaker as bgp
from harness import (LOCAL_NETWORK, LOCAL_NETWORK6, alive, case, check, forgets, ibgp, learns,
                     never_learns, notified, pair, peer, same)

BOTH = (peer(families=["ipv4", "ipv6"]), peer(64601, families=["ipv4", "ipv6"]))
FOUR = (peer(), peer(64601))
HOP6 = "2001:db8::99"
BAD_ORIGIN = bgp.attribute(bgp.WELL_KNOWN, bgp.ORIGIN, b"\x09")


def _ipv6(sender, *prefixes, hop=HOP6):
    return bgp.update([bgp.mp_reach(prefixes, hop), bgp.origin(), sender.path([sender.asn])])


def _known(t):
    """Both peers up, and a route that the first has announced: (sender, observer)."""
    sender, observer = pair(t)
    sender.announce(t.net(1))
    learns(observer, t.net(1))
    return sender, observer


def _withdraws(t, attributes):
    sender, observer = _known(t)
    sender.send(bgp.update(attributes(sender), [t.net(1)]))
    forgets(observer, t.net(1))
    alive(sender)


@case("RFC 4760 3", *BOTH)
def prefixes_of_both_families_in_one_update_are_taken(t):
    sender, observer = pair(t)
    sender.send(bgp.update([bgp.mp_reach([t.net6(1)], HOP6), *sender.attributes()], [t.net(1)]))
    learns(observer, t.net(1))
    learns(observer, t.net6(1))


@case("RFC 4760 4", *BOTH)
def both_families_may_be_withdrawn_by_one_update(t):
    sender, observer = _known(t)
    sender.send(_ipv6(sender, t.net6(1)))
    learns(observer, t.net6(1))
    sender.send(bgp.update(bgp.mp_unreach([t.net6(1)]), withdrawn=[t.net(1)]))
    forgets(observer, t.net(1))
    forgets(observer, t.net6(1))
    alive(sender)


@case("RFC 4760 4", *BOTH)
def mp_unreach_withdraws_what_came_in_the_nlri_field(t):
    sender, observer = _known(t)
    sender.send(bgp.update(bgp.mp_unreach([t.net(1)], bgp.IPV4)))
    forgets(observer, t.net(1))
    alive(sender)


@case("RFC 4760 5", *BOTH)
def ipv4_may_come_in_mp_reach_and_in_the_nlri_field_at_once(t):
    sender, observer = pair(t)
    reach = bgp.mp_reach([t.net(2)], t.peer.address, bgp.IPV4)
    sender.send(bgp.update([reach, *sender.attributes()], [t.net(1)]))
    learns(observer, t.net(1))
    learns(observer, t.net(2))


@case("RFC 7606 3 g", *BOTH)
def two_mp_unreach_attributes_are_answered_with_3_1(t):
    sender, _ = pair(t)
    sender.send(bgp.update([bgp.mp_unreach([t.net6(1)]), bgp.mp_unreach([t.net6(2)])]))
    notified(sender, (3, 1))


@case("RFC 7606 4", *BOTH)
def what_is_cut_short_behind_mp_reach_withdraws_its_prefixes(t):
    sender, observer = pair(t)
    sender.send(_ipv6(sender, t.net6(1)))
    learns(observer, t.net6(1))
    sender.send(bgp.update([bgp.mp_reach([t.net6(1)], HOP6), bgp.origin(), sender.path([64512]),
                            b"\xc0\x08\x20\0"]))
    forgets(observer, t.net6(1))
    alive(sender)


@case("RFC 4271 6.3", *BOTH)
def the_routers_own_ipv6_address_as_next_hop_is_not_used(t):
    sender, observer = pair(t)
    sender.send(_ipv6(sender, t.net6(1), hop="2001:db8::1"))
    never_learns(observer, t.net6(1), after=sender)


@case("RFC 2918 4", BOTH[0])
def a_refresh_of_one_family_sends_that_one_alone(t):
    connection = t.peer.up()
    learns(connection, LOCAL_NETWORK)
    learns(connection, LOCAL_NETWORK6)
    connection.routes.clear()
    connection.send(bgp.route_refresh(bgp.IPV6))
    learns(connection, LOCAL_NETWORK6)
    connection.read_for(0.3)
    check(LOCAL_NETWORK not in connection.routes, "the other family was sent too")


@case("RFC 4724 2", BOTH[0])
def end_of_rib_is_sent_for_both_families(t):
    connection = t.peer.up(settle=False)
    connection.read_until(lambda: len(connection.ended) == 2)


@case("RFC 4760 8", BOTH[0])
def a_peer_that_offers_ipv4_alone_gets_that_alone(t):
    connection = t.peer.up(capabilities=[bgp.cap_mp(bgp.IPV4), bgp.cap_as4(64512),
                                         bgp.capability(bgp.CAP_REFRESH)])
    learns(connection, LOCAL_NETWORK)
    alive(connection)
    check(LOCAL_NETWORK6 not in connection.routes, "IPv6 routes were sent")
    check(bgp.IPV6 not in connection.ended, "End-of-RIB of IPv6 was sent")


# ---- several errors, and errors without prefixes -----------------------------------------------


@case("RFC 7606 3 d", *FOUR)
def prefixes_without_any_attribute_withdraw(t):
    _withdraws(t, lambda sender: b"")


@case("RFC 4271 6.3", *FOUR)
def an_empty_path_from_outside_withdraws(t):
    _withdraws(t, lambda sender: sender.attributes(path=[]))


@case("RFC 4271 6.3", *FOUR)
def a_path_that_does_not_begin_with_the_peers_as_withdraws(t):
    _withdraws(t, lambda sender: sender.attributes(path=[64999]))


@case("RFC 7606 3 h", *FOUR)
def of_two_errors_the_stronger_one_counts(t):
    _withdraws(t, lambda sender: [*sender.attributes(),
                                  bgp.attribute(bgp.WELL_KNOWN, bgp.ATOMIC_AGGREGATE, b"x"),
                                  bgp.attribute(bgp.OPTIONAL, bgp.MED, b"x")])


@case("RFC 7606 3 g", *FOUR)
def of_a_repeated_origin_a_broken_first_one_withdraws(t):
    _withdraws(t, lambda sender: [BAD_ORIGIN, *sender.attributes()])


@case("RFC 7606 3 g", *FOUR)
def of_a_repeated_origin_a_broken_second_one_does_not_matter(t):
    sender, observer = pair(t)
    sender.send(bgp.update([*sender.attributes(), BAD_ORIGIN], [t.net(1)]))
    learns(observer, t.net(1))


@case("RFC 7606 2", *FOUR)
def what_a_broken_update_withdraws_is_withdrawn_too(t):
    sender, observer = pair(t)
    sender.announce(t.nets(3))
    learns(observer, t.net(2))
    sender.send(bgp.update([BAD_ORIGIN, *sender.attributes()[1:]], [t.net(1)], [t.net(0)]))
    forgets(observer, t.net(0))
    forgets(observer, t.net(1))
    alive(sender)
    check(t.net(2) in observer.routes, "a route that was not named went too")


@case("RFC 4271 4.3", *FOUR)
def attributes_without_prefixes_change_nothing(t):
    sender, observer = _known(t)
    sender.send(bgp.update(sender.attributes()))
    alive(sender)
    check(t.net(1) in observer.routes, "the route went")


@case("RFC 7606 5.2", *FOUR)
def broken_attributes_without_prefixes_end_the_session(t):
    sender, _ = pair(t)
    sender.send(bgp.update([BAD_ORIGIN]))
    notified(sender, (3, 6), (3, 1))  # which one is not said


@case("RFC 4271 8.2.2", peer(), cost=6)
def broken_updates_keep_the_session_as_any(t):
    connection = t.peer.up(hold_time=3)
    for _ in range(9):
        connection.send(bgp.update([BAD_ORIGIN, *connection.attributes()[1:]], [t.net(1)]))
        for found in connection.read_for(0.5):
            check(found.kind != bgp.NOTIFICATION, f"the session ended: {found}")


# ---- one session after another ----------------------------------------------------------------


@case("RFC 4271 3.1", *FOUR)
def a_new_session_begins_without_the_routes_of_the_old_one(t):
    sender, observer = pair(t)
    sender.announce(t.nets(3))
    learns(observer, t.net(2))
    sender.reset()
    forgets(observer, t.net(0))
    sender = t.peers[0].up()
    sender.announce(t.net(1))
    learns(observer, t.net(1))
    never_learns(observer, t.net(0), t.net(2), after=sender)


@case("RFC 4271 3.1", *FOUR, cost=3)
def of_a_storm_that_ends_in_a_reset_nothing_is_left(t):
    sender, observer = pair(t)
    prefixes = t.nets(2000, length=32)
    for i in range(400):
        some = prefixes[i % 20 * 100:][:100]
        sender.send(bgp.update(sender.attributes(path=[sender.asn, 1000 + i]), some))
    sender.reset()
    observer.read_for(1.5)
    alive(observer)
    same([prefix for prefix in prefixes if prefix in observer.routes], [], "routes that are left")


@case("RFC 4271 9.2", *FOUR)
def of_fifty_flaps_the_last_announcement_stays(t):
    sender, observer = pair(t)
    for _ in range(50):
        sender.announce(t.nets(20))
        sender.withdraw(t.nets(20))
    sender.announce(t.net(5))
    learns(observer, t.net(5))
    never_learns(observer, *[prefix for prefix in t.nets(20) if prefix != t.net(5)], after=sender)


@case("RFC 4271 9.1.2", peer(), peer(64600), peer(64601))
def a_worse_path_is_not_told_to_anybody(t):
    first, second, observer = (remote.up() for remote in t.peers)
    first.announce(t.net(1))
    learns(observer, t.net(1))
    since = len(observer.log)
    second.announce(t.net(1), path=[64600, 5, 6])
    alive(second)
    observer.read_for(0.4)
    sent = [found for _, found in list(observer.log)[since:] if found.kind == bgp.UPDATE]
    check(not sent, f"sent {len(sent)} UPDATEs")


@case("RFC 8212 2", ibgp(import_=None, export=None), peer(64601))
def inside_no_policy_is_needed(t):
    sender, observer = pair(t)
    learns(sender, LOCAL_NETWORK)
    sender.announce(t.net(1), path=[5], extra=[bgp.local_pref(100)])
    learns(observer, t.net(1))
