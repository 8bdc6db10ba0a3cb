"""What the operator does, as the peer sees it: reload, `dxctl clear`, shutdown, SIGTERM (RFC 4486,
RFC 9003), and what `dxctl show` says of sessions that are not up.

These cases steer the router by its own commands: they are dxrouted's alone.
"""
import time

import bgp_speaker as bgp
from harness import (LOCAL_NETWORK, alive, case, check, closed, forgets, learns, notified,
                     pair, peer, refused, same)
from lab import Skipped, wait_until


def _router(t):
    router = t.worker.router_of(t.case)
    if not hasattr(router, "ctl"):
        raise Skipped("steers dxrouted by its own commands")
    return router


def _configuration(t):
    return t.worker.configuration([(t.number, t.case)])


def _reload(t, change):
    """The configuration after `change`, taken at SIGHUP."""
    router, config = _router(t), _configuration(t)
    change(config)
    router.write(config)
    router.sighup()


def _text(found):
    """The words of a shutdown communication (RFC 9003 2)."""
    same(len(found.data), 1 + found.data[0], "length of the data")
    return found.data[1:].decode()


@case("RFC 9003 2", alone=True, cost=3)
def a_neighbor_that_is_shut_down_with_a_text_is_told_the_text(t):
    connection = t.peer.up()
    _reload(t, lambda config: config["neighbors"][0].update(shutdown="moving to cage 14 ☕"))
    same(_text(notified(connection, (6, 2))), "moving to cage 14 ☕", "text")
    refused(lambda: t.peer.connect(patience=0.5))


@case("RFC 9003 2", peer(), peer(64601), alone=True, cost=3)
def a_text_is_told_in_open_sent_and_open_confirm_too(t):
    confirming, opened = t.peers[0].confirming(), t.peers[1].opened()
    _reload(t, lambda config: [entry.update(shutdown="x" * 255) for entry in config["neighbors"]])
    for connection in (confirming, opened):
        same(_text(notified(connection, (6, 2))), "x" * 255, "text")


@case("RFC 4271 8.1.1", peer(shutdown="closed"), alone=True, cost=3)
def a_neighbor_that_is_no_longer_shut_down_comes_up(t):
    refused(lambda: t.peer.connect(patience=0.1))
    _reload(t, lambda config: config["neighbors"][0].update(shutdown=False))
    learns(t.peer.up(patience=10), LOCAL_NETWORK)


@case("RFC 4486 4", alone=True, cost=3)
def a_neighbor_that_is_shut_down_without_a_text_is_told_6_2(t):
    connection = t.peer.up()
    _reload(t, lambda config: config["neighbors"][0].update(shutdown=True))
    found = notified(connection, (6, 2))
    check(found.data in (b"", b"\0"), f"data {found.data!r}")


@case("RFC 4486 4", peer(), peer(64601), alone=True, cost=3)
def a_neighbor_that_is_removed_is_told_6_3_and_the_others_stay(t):
    first, other = pair(t)
    first.announce(t.net(1))
    learns(other, t.net(1))
    _reload(t, lambda config: config["neighbors"].pop(0))
    notified(first, (6, 3))
    forgets(other, t.net(1))
    alive(other)
    refused(lambda: t.peer.connect(patience=0.5))


@case("RFC 4486 4", peer(), peer(64601), alone=True, cost=3)
def another_remote_as_resets_with_6_6(t):
    first, other = pair(t)
    _reload(t, lambda config: config["neighbors"][0].update({"remote-as": 64513}))
    notified(first, (6, 6))
    alive(other)
    t.peer.asn = 64513
    learns(t.peer.up(patience=10), LOCAL_NETWORK)


@case("contract: what a change does", alone=True, cost=3)
def another_password_resets_with_6_6_and_counts_at_once(t):
    connection = t.peer.up()
    _reload(t, lambda config: config["neighbors"][0].update(password="a new key"))
    notified(connection, (6, 6))
    refused(lambda: t.peer.connect(patience=0.1, password=None, timeout=2))
    t.peer.password = "a new key"
    learns(t.peer.up(patience=10), LOCAL_NETWORK)


@case("contract: what a change does", alone=True, cost=3)
def ttl_security_that_is_turned_on_resets_and_counts_at_once(t):
    connection = t.peer.up()
    _reload(t, lambda config: config["neighbors"][0].update({"ttl-security": True}))
    closed(connection)
    refused(lambda: t.peer.connect(patience=0.1, ttl=64, timeout=2))
    learns(t.peer.up(patience=10, ttl=255), LOCAL_NETWORK)


@case("contract: what a change does", peer(), peer(64601), alone=True, cost=3)
def another_description_limit_and_hold_time_leave_the_session_up(t):
    connection, other = pair(t)
    connection.announce(t.nets(3))
    learns(other, t.net(2))
    _reload(t, lambda config: config["neighbors"][0].update(
        {"description": "changed", "timers": {"hold": "30s"}, "prefix-limit": {"in": 1000}}))
    time.sleep(0.5)
    alive(connection)
    check(t.net(2) in other.routes, "routes went")


@case("contract: what a change does", peer(), peer(64601), alone=True, cost=3)
def another_count_of_own_as_or_hops_resets_that_neighbor(t):
    first, other = pair(t)
    _reload(t, lambda config: config["neighbors"][0].update({"allow-own-as": 1}))
    notified(first, (6, 6))
    first = t.peer.up(patience=10)
    _reload(t, lambda config: config["neighbors"][0].update({"allow-own-as": 1, "multihop": 3}))
    notified(first, (6, 6))
    alive(other)


@case("contract: what a change does", alone=True, cost=3)
def another_role_and_hold_time_count_from_the_next_session_on(t):
    connection = t.peer.up()
    _reload(t, lambda config: config["neighbors"][0].update(
        {"bgp-role": "customer", "timers": {"hold": "33s"}}))
    time.sleep(0.5)
    alive(connection)
    connection.close()
    said = t.peer.opened(patience=10).peer_open
    same((said.capability(bgp.CAP_ROLE), said.hold_time), (b"\3", 33), "role and hold time")


@case("contract: what a change does", alone=True, cost=3)
def a_neighbor_that_is_no_longer_passive_is_dialled(t):
    listener = t.peer.listen()
    _reload(t, lambda config: config["neighbors"][0].update(
        {"passive": False, "timers": {"connect-retry": "1s"}}))
    listener.accept(10)


@case("contract: what a change does", peer(), peer(64601), alone=True, cost=3)
def another_import_policy_counts_at_once_without_a_reset(t):
    sender, observer = pair(t)
    sender.announce(t.net(1))
    learns(observer, t.net(1))
    _reload(t, lambda config: config["neighbors"][0].update({"import": "reject-all"}))
    forgets(observer, t.net(1))
    _reload(t, lambda config: None)
    learns(observer, t.net(1))
    alive(sender)


@case("contract: what a change does", peer(), peer(64601), alone=True, cost=3)
def another_export_policy_counts_at_once_without_a_reset(t):
    sender, observer = pair(t)
    sender.announce(t.net(1))
    learns(observer, t.net(1))
    _reload(t, lambda config: config["neighbors"][1].update({"export": "reject-all"}))
    forgets(observer, t.net(1))
    _reload(t, lambda config: None)
    learns(observer, t.net(1))


@case("contract: what a change does", alone=True, cost=3)
def a_network_that_comes_and_goes_is_sent_and_withdrawn(t):
    connection = t.peer.up()
    _reload(t, lambda config: config["networks"].append(t.net(9)))
    learns(connection, t.net(9))
    _reload(t, lambda config: None)
    forgets(connection, t.net(9))
    alive(connection)


@case("contract: configuration", alone=True, cost=3)
def a_configuration_with_an_error_changes_nothing(t):
    connection = t.peer.up()
    _reload(t, lambda config: config["neighbors"][0].update({"remote-as": 0}))
    time.sleep(0.5)
    alive(connection)


@case("contract: what a change does", peer(), peer(64601), alone=True, cost=3)
def another_router_id_resets_all_with_6_6(t):
    first, second = pair(t)
    _reload(t, lambda config: config["router"].update({"router-id": "10.0.0.77"}))
    notified(first, (6, 6))
    notified(second, (6, 6))
    same(t.peer.opened(patience=10).peer_open.identifier, "10.0.0.77", "identifier")


@case("RFC 4486 4", alone=True, cost=3)
def another_as_or_listener_resets_with_6_6_in_open_confirm_too(t):
    connection = t.peer.confirming()
    _reload(t, lambda config: config["router"].update({"asn": 65077}))
    notified(connection, (6, 6))
    connection = t.peer.opened(patience=10)
    same(connection.peer_open.my_as, 65077, "AS number")
    _reload(t, lambda config: config["router"].update({"listen": {"addresses": ["0.0.0.0"]}}))
    notified(connection, (6, 6))
    learns(t.peer.up(patience=10), LOCAL_NETWORK)


@case("RFC 4486 4", peer(), peer(64601), alone=True, cost=3)
def clear_resets_with_6_4_and_the_peer_may_come_back(t):
    first, other = pair(t)
    _router(t).ctl("clear", "ip", "bgp", t.peer.address)
    found = notified(first, (6, 4))
    check(found.data in (b"", b"\0") or _text(found), "data")
    alive(other)
    learns(t.peer.up(patience=10), LOCAL_NETWORK)


@case("RFC 4486 4", peer(), peer(64601), alone=True, cost=3)
def clear_of_all_resets_all(t):
    first, second = pair(t)
    _router(t).ctl("clear", "ip", "bgp", "*")
    notified(first, (6, 4))
    notified(second, (6, 4))


@case("RFC 2918 3", alone=True, cost=3)
def clear_soft_in_asks_the_peer_for_its_routes(t):
    connection = t.peer.up()
    _router(t).ctl("clear", "ip", "bgp", t.peer.address, "soft", "in")
    same(connection.read_kind(bgp.ROUTE_REFRESH).body, b"\0\1\0\1", "ROUTE-REFRESH")


@case("RFC 2918 4", alone=True, cost=3)
def clear_soft_in_asks_nothing_of_a_peer_without_the_capability(t):
    connection = t.peer.up(capabilities=[bgp.cap_mp(bgp.IPV4), bgp.cap_as4(t.peer.asn)])
    _router(t).ctl("clear", "ip", "bgp", t.peer.address, "soft", "in")
    found = [str(found) for found in connection.read_for(1)
             if found.kind in (bgp.ROUTE_REFRESH, bgp.NOTIFICATION)]
    check(not found, f"sent {found}")


@case("RFC 2918 4", alone=True, cost=3)
def clear_soft_out_sends_the_routes_again(t):
    connection = t.peer.up()
    learns(connection, LOCAL_NETWORK)
    connection.routes.clear()
    _router(t).ctl("clear", "ip", "bgp", t.peer.address, "soft", "out")
    learns(connection, LOCAL_NETWORK)


@case("RFC 4486 4", peer(), peer(64601), alone=True, cost=3)
def when_the_router_is_stopped_all_are_told_6_2(t):
    first, second = pair(t)
    router = _router(t)
    router.process.signal(15)
    notified(first, (6, 2))
    notified(second, (6, 2))
    wait_until("the router has ended", lambda: not router.running(), 5)
    router.start()  # the suite asks whether it still runs


@case("RFC 4486 4", alone=True, cost=3)
def when_the_router_is_stopped_in_open_confirm_the_peer_is_told_6_2(t):
    connection = t.peer.confirming()
    router = _router(t)
    router.process.signal(15)
    notified(connection, (6, 2))
    wait_until("the router has ended", lambda: not router.running(), 5)
    router.start()


# ---- what is shown ----------------------------------------------------------------------------


def _summary_row(t, address=None):
    lines = _router(t).ctl("show", "ip", "bgp", "summary").splitlines()
    start = (address or t.peer.address) + " "
    return next(line.split() for line in lines if line.startswith(start))


@case("contract: summary", peer(), peer(64601, shutdown=True), peer(64602), alone=True, cost=3)
def the_summary_shows_states_and_prefixes(t):
    connection = t.peer.up()
    connection.announce(t.nets(3))
    connection.withdraw(t.net(0))
    alive(connection)
    row = _summary_row(t)
    same(row[1:3], ["4", "64512"], "V and AS")
    same(row[-1], "2", "PfxRcd")
    same(_summary_row(t, t.peers[1].address)[-2:], ["Idle", "(Admin)"], "State of a shutdown")
    same(_summary_row(t, t.peers[2].address)[-2:], ["never", "Active"], "Up/Down and state")
    connection.close()
    wait_until("shown as down", lambda: not _summary_row(t)[-1].isdigit(), 5)


@case("contract: summary", alone=True, cost=3)
def open_sent_and_open_confirm_are_shown(t):
    connection = t.peer.opened()
    same(_summary_row(t)[-1], "OpenSent", "state")
    connection.send_open()
    connection.read_kind(bgp.KEEPALIVE)
    same(_summary_row(t)[-1], "OpenConfirm", "state")


@case("RFC 9003 2", alone=True, cost=3)
def the_text_of_a_shutdown_is_shown_without_its_control_characters(t):
    connection = t.peer.up()
    connection.send(bgp.shutdown_notification(2, "\x1b[31mcage 14"))
    closed(connection)
    shown = _router(t).ctl("show", "ip", "bgp", "neighbors", t.peer.address)
    check("cage 14" in shown, "the text is not shown")
    check("\x1b" not in shown, "a control character reaches the terminal")


@case("contract: prefix-limit", peer(prefix_limit={"in": {"max": 2, "action": "restart",
                                                           "after": "2s"}}), alone=True, cost=6)
def above_a_restart_limit_the_peer_may_come_again_after_its_time(t):
    connection = t.peer.up()
    connection.announce(t.nets(3))
    notified(connection, (6, 1))
    refused(lambda: t.peer.connect(patience=0.1))
    learns(t.peer.up(patience=10), LOCAL_NETWORK)


@case("contract: prefix-limit", peer(prefix_limit={"in": {"max": 2, "action": "restart",
                                                           "after": "1h"}}), alone=True, cost=4)
def above_a_restart_limit_the_summary_says_so_until_the_limit_is_raised(t):
    connection = t.peer.up()
    connection.announce(t.nets(3))
    notified(connection, (6, 1))
    wait_until("shown", lambda: _summary_row(t)[-2:] == ["Idle", "(PfxCt)"], 5)
    _reload(t, lambda config: config["neighbors"][0].update({"description": "not the limit"}))
    refused(lambda: t.peer.connect(patience=0.1))
    _reload(t, lambda config: config["neighbors"][0].update(
        {"prefix-limit": {"in": {"max": 3, "action": "restart", "after": "1h"}}}))
    connection = t.peer.up(patience=10)
    connection.announce(t.nets(3))
    alive(connection)


@case("contract: prefix-limit", peer(prefix_limit={"in": {"max": 2, "action": "restart",
                                                           "after": "1h"}}), alone=True, cost=4)
def above_a_restart_limit_the_peer_may_come_again_after_a_clear(t):
    connection = t.peer.up()
    connection.announce(t.nets(3))
    notified(connection, (6, 1))
    refused(lambda: t.peer.connect(patience=0.1))
    _router(t).ctl("clear", "ip", "bgp", t.peer.address)
    learns(t.peer.up(patience=10), LOCAL_NETWORK)


@case("contract: prefix-limit", peer(), peer(64601), alone=True, cost=4)
def a_lower_restart_limit_at_reload_ends_a_session_above_it(t):
    connection, other = pair(t)
    connection.announce(t.nets(5))
    learns(other, t.net(4))
    _reload(t, lambda config: config["neighbors"][0].update(
        {"prefix-limit": {"in": {"max": 2, "action": "restart"}}}))
    notified(connection, (6, 1))
    forgets(other, t.net(4))
