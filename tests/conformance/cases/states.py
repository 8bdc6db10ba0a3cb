"""RFC 4271 8 and RFC 6608: messages in the wrong state, how connections begin and end, and
collisions (RFC 4271 6.8)."""
import socket
import time

import bgp_speaker as bgp
from harness import (LOCAL_NETWORK, ROUTER_ID, alive, case, check, closed, closed_quietly, forgets,
                     learns, notified, pair, peer, refused, same)
from lab import Failed

LOWER, HIGHER = "1.0.0.1", "223.0.0.1"  # than the router's identifier
ACTIVE = {"passive": False, "timers": {"connect-retry": "1s"}}


@case("RFC 6608 4")
def a_keepalive_instead_of_an_open_is_answered_with_5_1(t):
    connection = t.peer.opened()
    connection.send(bgp.keepalive())
    notified(connection, (5, 1))


@case("RFC 6608 4")
def an_update_instead_of_an_open_is_answered_with_5_1(t):
    connection = t.peer.opened()
    connection.send(bgp.update(connection.attributes(), [t.net(1)]))
    notified(connection, (5, 1))


@case("RFC 6608 4")
def a_route_refresh_instead_of_an_open_is_answered_with_5_1(t):
    connection = t.peer.opened()
    connection.send(bgp.route_refresh())
    notified(connection, (5, 1))


@case("RFC 6608 4")
def an_update_before_the_keepalive_is_answered_with_5_2(t):
    connection = t.peer.confirming()
    connection.send(bgp.update(connection.attributes(), [t.net(1)]))
    notified(connection, (5, 2))


@case("RFC 6608 4")
def a_route_refresh_before_the_keepalive_is_answered_with_5_2(t):
    connection = t.peer.confirming()
    connection.send(bgp.route_refresh())
    notified(connection, (5, 2))


@case("RFC 6608 4")
def a_second_open_before_the_keepalive_is_answered_with_5_2(t):
    connection = t.peer.confirming()
    connection.send_open()
    notified(connection, (5, 2), (6, 7))


@case("RFC 6608 4")
def an_open_in_an_established_session_is_answered_with_5_3(t):
    connection = t.peer.up()
    connection.send_open()
    notified(connection, (5, 3))


@case("RFC 4271 8.2.2", peer(), peer(64601))
def when_a_peer_closes_its_routes_are_withdrawn(t):
    sender, observer = pair(t)
    sender.announce(t.net(1))
    learns(observer, t.net(1))
    sender.close()
    forgets(observer, t.net(1))


@case("RFC 4271 8.2.2", peer(), peer(64601))
def when_a_peer_resets_the_connection_its_routes_are_withdrawn(t):
    sender, observer = pair(t)
    sender.announce(t.net(1))
    learns(observer, t.net(1))
    sender.reset()
    forgets(observer, t.net(1))


@case("RFC 4271 6.4", peer(), peer(64601))
def a_cease_ends_the_session_without_an_answer_and_withdraws_its_routes(t):
    sender, observer = pair(t)
    sender.announce(t.net(1))
    learns(observer, t.net(1))
    sender.send(bgp.notification(6, 2))
    closed_quietly(sender)
    forgets(observer, t.net(1))


@case("RFC 4271 6.4")
def a_notification_before_the_open_ends_the_connection_quietly(t):
    connection = t.peer.opened()
    connection.send(bgp.notification(2, 2))
    closed_quietly(connection)


@case("RFC 4271 6.4")
def a_notification_in_open_confirm_ends_the_connection_quietly(t):
    connection = t.peer.confirming()
    connection.send(bgp.notification(2, 6))
    closed_quietly(connection)


@case("RFC 4271 6.4")
def a_notification_with_an_unknown_code_ends_the_session_quietly(t):
    connection = t.peer.up()
    connection.send(bgp.notification(99, 77, b"?" * 100))
    closed_quietly(connection)


@case("RFC 4271 8.1.1", cost=6)
def after_a_cease_the_peer_may_come_again(t):
    connection = t.peer.up()
    connection.send(bgp.notification(6, 4))
    closed(connection)
    connection = t.peer.up(patience=20)
    learns(connection, LOCAL_NETWORK)


@case("RFC 4271 8.1.1", cost=6)
def after_an_error_of_the_peers_it_may_come_again(t):
    connection = t.peer.up()
    connection.send(bgp.message(9))
    notified(connection, (1, 3))
    connection = t.peer.up(patience=20)
    learns(connection, LOCAL_NETWORK)


@case("RFC 4271 8.2.1")
def a_connection_from_an_address_that_is_not_configured_is_dropped(t):
    with t.outside():
        refused(lambda: bgp.connect("10.0.0.1", "10.0.255.254", 64512, "10.0.255.254", timeout=2))


@case("RFC 4271 8.1.1", peer(shutdown=True), cost=3)
def a_neighbor_that_is_shut_down_gets_no_session(t):
    refused(lambda: t.peer.connect(patience=0.5))


@case("RFC 4271 8.2.2", peer(**ACTIVE), cost=3)
def an_active_neighbor_is_dialled(t):
    connection = t.peer.listen().accept()
    connection.handshake()
    learns(connection, LOCAL_NETWORK)


@case("RFC 4271 8.2.2", peer(**ACTIVE), cost=6)
def after_refused_attempts_it_dials_again(t):
    time.sleep(2)  # nobody listens
    connection = t.peer.listen().accept()
    connection.handshake()
    learns(connection, LOCAL_NETWORK)


@case("RFC 4271 8.2.2", peer(**ACTIVE), cost=6)
def after_a_cease_it_dials_again(t):
    listener = t.peer.listen()
    connection = listener.accept()
    connection.handshake()
    connection.send(bgp.notification(6, 4))
    closed(connection)
    listener.accept(timeout=25).handshake()


@case("RFC 4271 8.1.1", peer(), cost=4)
def a_passive_neighbor_is_never_dialled(t):
    listener = t.peer.listen()
    try:
        listener.accept(timeout=3)
    except bgp.Timeout:
        return
    raise Failed("the router dialled a passive neighbor")


def _collision(t, identifier):
    """Their connection in OpenConfirm, ours with its OPEN sent: (theirs, ours)."""
    theirs = t.peer.listen().accept()
    theirs.read_open()
    theirs.send_open(identifier=identifier)
    theirs.read_kind(bgp.KEEPALIVE)
    ours = t.peer.connect()
    ours.send_open(identifier=identifier)
    return theirs, ours


def _survives(connection):
    connection.send(bgp.keepalive())
    learns(connection, LOCAL_NETWORK)


@case("RFC 4271 6.8", peer(**ACTIVE), cost=3)
def in_a_collision_the_connection_of_the_higher_identifier_survives_when_that_is_ours(t):
    theirs, ours = _collision(t, HIGHER)
    notified(theirs, (6, 7))
    ours.read_kind(bgp.OPEN)
    ours.read_kind(bgp.KEEPALIVE)
    _survives(ours)


@case("RFC 4271 6.8", peer(**ACTIVE), cost=3)
def in_a_collision_the_connection_of_the_higher_identifier_survives_when_that_is_the_routers(t):
    theirs, ours = _collision(t, LOWER)
    notified(ours, (6, 7))
    _survives(theirs)


@case("RFC 6286 2.3", peer(65001, **ACTIVE), cost=3)
def with_equal_identifiers_the_higher_as_wins_the_collision(t):
    theirs, ours = _collision(t, ROUTER_ID)  # AS 65001 against the router's 65000
    notified(theirs, (6, 7))
    ours.read_kind(bgp.OPEN)
    ours.read_kind(bgp.KEEPALIVE)
    _survives(ours)


@case("RFC 6286 2.3", peer(64512, **ACTIVE), cost=3)
def with_equal_identifiers_the_lower_as_loses_the_collision(t):
    theirs, ours = _collision(t, ROUTER_ID)
    notified(ours, (6, 7))
    _survives(theirs)


@case("RFC 4271 6.8", peer(**ACTIVE), cost=3)
def two_connections_without_an_open_leave_one_session(t):
    theirs = t.peer.listen().accept()
    theirs.read_open()
    ours = t.peer.connect()
    for connection in (theirs, ours):
        connection.send_open(identifier=HIGHER)
    # Which OPEN is read first is chance; that the connection of the higher identifier stays is not.
    notified(theirs, (6, 7))
    if ours.peer_open is None:
        ours.read_kind(bgp.OPEN)
    ours.read_kind(bgp.KEEPALIVE)
    _survives(ours)


@case("RFC 4271 6.8")
def a_connection_beside_an_established_session_is_refused_and_the_session_stays(t):
    first = t.peer.up()
    second = t.peer.connect()
    try:
        second.send_open()
        notified(second, (6, 7), (6, 5))
    except (Failed, bgp.Closed):
        closed_quietly(second)  # refusing it at once is as good
    alive(first)


@case("RFC 4271 6.8", peer(**ACTIVE), cost=3)
def a_half_open_connection_of_ours_does_not_hinder_the_routers_own(t):
    listener = t.peer.listen()
    idle = t.peer.connect()  # says nothing
    theirs = listener.accept()
    theirs.handshake()
    learns(theirs, LOCAL_NETWORK)
    idle.close()
    alive(theirs)
    check(t.router_is_alive(), "the router ended")
    same(theirs.peer_open.identifier, ROUTER_ID, "identifier")


def _ours_confirmed_first(t, identifier):
    """Their dialling in OpenSent, our connection in OpenConfirm, then our OPEN on theirs too."""
    theirs = t.peer.listen().accept()
    theirs.read_open()
    ours = t.peer.opened()
    ours.send_open(identifier=identifier)
    ours.read_kind(bgp.KEEPALIVE)
    theirs.send_open(identifier=identifier)
    return theirs, ours


@case("RFC 4271 6.8", peer(**ACTIVE), cost=3)
def when_the_routers_identifier_is_higher_its_late_connection_survives(t):
    theirs, ours = _ours_confirmed_first(t, LOWER)
    notified(ours, (6, 7))
    theirs.read_kind(bgp.KEEPALIVE)
    _survives(theirs)


@case("RFC 4271 6.8", peer(**ACTIVE), cost=3)
def when_our_identifier_is_higher_the_routers_late_connection_goes(t):
    theirs, ours = _ours_confirmed_first(t, HIGHER)
    notified(theirs, (6, 7))
    _survives(ours)


@case("RFC 4271 6.8", peer(**ACTIVE), cost=3)
def an_established_session_survives_the_routers_own_late_connection(t):
    theirs = t.peer.listen().accept()
    theirs.read_open()
    ours = t.peer.up()
    try:
        theirs.send_open(identifier=LOWER)
        notified(theirs, (6, 7))
    except (Failed, bgp.Closed):
        closed_quietly(theirs)
    alive(ours)


@case("RFC 4271 6.2", peer(**ACTIVE), cost=3)
def a_wrong_open_on_a_second_connection_leaves_the_session_up(t):
    session = t.peer.listen().accept()
    session.handshake()
    learns(session, LOCAL_NETWORK)
    second = t.peer.connect()
    second.asn = 3
    second.send_open()
    notified(second, (2, 2), (6, 7))
    alive(session)


@case("RFC 4271 8.2.2")
def when_a_peer_closes_its_half_the_router_closes_quietly(t):
    connection = t.peer.up()
    connection.sock.shutdown(socket.SHUT_WR)
    closed_quietly(connection)
