"""RFC 2918 and 7313: route refresh; RFC 4724 2: End-of-RIB; RFC 9003: words at the end."""
import bgp_speaker as bgp
from harness import (LOCAL_NETWORK, alive, case, check, closed, closed_quietly, forgets, learns,
                     notified, pair, peer, same, updates)

ENHANCED = [bgp.cap_mp(bgp.IPV4), bgp.cap_as4(64512), bgp.capability(bgp.CAP_REFRESH),
            bgp.capability(bgp.CAP_ENHANCED_REFRESH)]


@case("RFC 4724 2")
def end_of_rib_follows_the_first_routes(t):
    connection = t.peer.up(settle=False)
    connection.read_until(lambda: bgp.IPV4 in connection.ended)
    check(LOCAL_NETWORK in connection.routes, "End-of-RIB came before the routes")


@case("RFC 2918 4")
def a_refresh_sends_the_routes_again(t):
    connection = t.peer.up()
    learns(connection, LOCAL_NETWORK)
    since = len(connection.log)
    connection.send(bgp.route_refresh())
    connection.read_until(lambda: any(LOCAL_NETWORK in found.announced
                                      for found in updates(connection, since)))


@case("RFC 2918 4")
def a_refresh_without_the_capability_of_ours_does_no_harm(t):
    connection = t.peer.up(capabilities=[bgp.cap_mp(bgp.IPV4), bgp.cap_as4(64512)])
    connection.send(bgp.route_refresh(), bgp.keepalive())
    for found in connection.read_for(0.7):
        check(found.kind != bgp.NOTIFICATION, f"the session ended: {found}")


@case("RFC 2918 4")
def a_refresh_of_a_family_that_was_not_negotiated_is_ignored(t):
    connection = t.peer.up()
    connection.send(bgp.route_refresh(bgp.IPV6), bgp.route_refresh((25, 70)))
    alive(connection)


@case("RFC 7313 4")
def an_enhanced_refresh_is_framed_by_begin_and_end(t):
    connection = t.peer.up(capabilities=ENHANCED)
    since = len(connection.log)
    connection.send(bgp.route_refresh())
    subtypes = []

    def ended():
        subtypes[:] = [found.body[2] for _, found in list(connection.log)[since:]
                       if found.kind == bgp.ROUTE_REFRESH]
        return 2 in subtypes
    connection.read_until(ended)
    same(subtypes, [1, 2], "the subtypes sent")
    kinds = [(found.kind, found.body[2]) for _, found in list(connection.log)[since:]]
    first = next(i for i, kind in enumerate(kinds) if kind == (bgp.ROUTE_REFRESH, 1))
    last = next(i for i, kind in enumerate(kinds) if kind == (bgp.ROUTE_REFRESH, 2))
    announced = [i + since for i in range(first, last) if kinds[i][0] == bgp.UPDATE]
    check(announced, "no UPDATE between the two")


@case("RFC 7313 4", peer(), peer(64601))
def routes_not_repeated_between_begin_and_end_are_removed(t):
    sender = t.peers[0].up(capabilities=ENHANCED)
    observer = t.peers[1].up()
    sender.announce([t.net(1), t.net(2)])
    learns(observer, t.net(2))
    sender.send(bgp.route_refresh(subtype=1))
    sender.announce(t.net(2))
    sender.send(bgp.route_refresh(subtype=2))
    forgets(observer, t.net(1))
    check(t.net(2) in observer.routes, "the repeated route was removed too")


@case("RFC 7313 4", peer(), peer(64601))
def an_end_without_a_begin_is_ignored(t):
    sender = t.peers[0].up(capabilities=ENHANCED)
    observer = t.peers[1].up()
    sender.announce(t.net(1))
    learns(observer, t.net(1))
    sender.send(bgp.route_refresh(subtype=2))
    alive(sender)
    observer.read_for(0.3)
    check(t.net(1) in observer.routes, "the route was removed")


@case("RFC 7313 5")
def a_refresh_of_a_wrong_length_is_answered_with_7_1_and_the_message(t):
    connection = t.peer.up(capabilities=ENHANCED)
    # The rule is for the subtypes 1 and 2.
    bad = bgp.message(bgp.ROUTE_REFRESH, b"\0\1\1\1\0")
    connection.send(bad)
    notified(connection, (7, 1), data=bad)


@case("RFC 7313 5")
def an_unknown_refresh_subtype_is_ignored(t):
    connection = t.peer.up(capabilities=ENHANCED)
    connection.send(bgp.route_refresh(subtype=99))
    alive(connection)


@case("RFC 2918 4")
def ten_refreshes_at_once_are_answered(t):
    connection = t.peer.up()
    connection.send(bgp.route_refresh() * 10)
    alive(connection)


@case("RFC 4271 4.3", peer(), peer(64601))
def an_end_of_rib_of_the_peers_changes_nothing(t):
    sender, observer = pair(t)
    sender.announce(t.net(1))
    sender.send(bgp.end_of_rib())
    learns(observer, t.net(1))
    sender.send(bgp.end_of_rib())
    alive(sender)
    check(t.net(1) in observer.routes, "the route was removed")


@case("RFC 9003 2")
def a_shutdown_with_a_text_ends_the_session_quietly(t):
    connection = t.peer.up()
    connection.send(bgp.shutdown_notification(2, "maintenance until 14:00 ☕"))
    closed_quietly(connection)


@case("RFC 9003 2")
def a_shutdown_text_of_255_octets_is_taken(t):
    connection = t.peer.up()
    connection.send(bgp.shutdown_notification(2, "x" * 255))
    closed_quietly(connection)


@case("RFC 9003 2", peer(), peer(64601))
def a_shutdown_text_that_is_longer_than_it_says_harms_nobody(t):
    sender, observer = pair(t)
    sender.send(bgp.notification(6, 2, b"\xff" + b"abc"))
    closed(sender)
    alive(observer)


@case("RFC 9003 2", peer(), peer(64601))
def a_shutdown_text_that_is_not_utf_8_harms_nobody(t):
    sender, observer = pair(t)
    sender.send(bgp.notification(6, 4, b"\x04\xff\xfe\x00\x1b"))
    closed(sender)
    alive(observer)


@case("RFC 9003 2", peer(shutdown="moving to cage 14"), cost=3)
def a_neighbor_shut_down_with_a_text_stays_down(t):
    try:
        connection = t.peer.connect(patience=0.5)
    except Exception:  # refused at once: as good
        return
    closed(connection)


# ---- lengths, and refreshes within refreshes ----------------------------------------------------


@case("RFC 4271 6.1")
def without_the_enhanced_capability_a_wrong_length_is_answered_with_1_2(t):
    for body in (b"\0\1\0", b"\0\1\0\1\0"):
        connection = t.peer.up(patience=15)
        connection.send(bgp.message(bgp.ROUTE_REFRESH, body))
        notified(connection, (1, 2), data=bytes([0, 19 + len(body)]))


@case("RFC 7313 5")
def an_end_of_six_octets_is_answered_with_7_1_and_the_message(t):
    connection = t.peer.up(capabilities=ENHANCED)
    bad = bgp.message(bgp.ROUTE_REFRESH, b"\0\1\2\1\0\0")
    connection.send(bad)
    notified(connection, (7, 1), data=bad)


@case("RFC 2918 3")
def without_the_enhanced_capability_the_reserved_octet_is_ignored(t):
    connection = t.peer.up()
    learns(connection, LOCAL_NETWORK)
    connection.routes.clear()
    connection.send(bgp.route_refresh(subtype=77))
    learns(connection, LOCAL_NETWORK)


@case("RFC 7313 4", peer(), peer(64601))
def without_the_enhanced_capability_begin_and_end_remove_nothing(t):
    sender, observer = pair(t)
    sender.announce(t.net(1))
    learns(observer, t.net(1))
    sender.send(bgp.route_refresh(subtype=1), bgp.route_refresh(subtype=2))
    alive(sender)
    observer.read_for(0.3)
    check(t.net(1) in observer.routes, "the route was removed")


@case("RFC 7313 4", peer(), peer(64601))
def a_second_begin_begins_anew(t):
    sender = t.peers[0].up(capabilities=ENHANCED)
    observer = t.peers[1].up()
    sender.announce(t.nets(3))
    learns(observer, t.net(2))
    sender.send(bgp.route_refresh(subtype=1))
    sender.announce(t.net(0))
    sender.send(bgp.route_refresh(subtype=1))
    sender.announce(t.net(1))
    sender.send(bgp.route_refresh(subtype=2))
    forgets(observer, t.net(0))
    forgets(observer, t.net(2))
    check(t.net(1) in observer.routes, "the repeated route was removed too")


@case("RFC 7313 4", peer(), peer(64601))
def begin_and_end_of_another_family_remove_nothing(t):
    sender = t.peers[0].up(capabilities=ENHANCED)
    observer = t.peers[1].up()
    sender.announce(t.net(1))
    learns(observer, t.net(1))
    sender.send(*(bgp.route_refresh(family, subtype)
                  for family in (bgp.IPV6, (1, 2)) for subtype in (1, 2)))
    alive(sender)
    observer.read_for(0.3)
    check(t.net(1) in observer.routes, "the route was removed")


@case("RFC 4271 8.2.2", cost=5)
def refreshes_alone_do_not_keep_the_session(t):
    connection = t.peer.up(hold_time=3)
    for _ in range(9):
        connection.send(bgp.route_refresh())
        if any(found.kind == bgp.NOTIFICATION for found in connection.read_for(0.5)):
            return
    check(False, "the hold timer was restarted by ROUTE-REFRESH")
