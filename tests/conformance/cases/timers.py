"""RFC 4271 4.4, 6.5 and 10: hold time and KEEPALIVEs."""
import time

import bgp_speaker as bgp
from harness import LOCAL_NETWORK, alive, case, check, forgets, learns, notified, pair, peer

SHORT = {"timers": {"hold": "3s", "keepalive": "1s"}}


def _gaps(connection, seconds):
    """Seconds between the KEEPALIVEs that come within the time, while we send ours."""
    start, stamps = time.monotonic(), []
    while time.monotonic() < start + seconds:
        connection.send(bgp.keepalive())
        for found in connection.read_for(0.25):
            if found.kind == bgp.KEEPALIVE:
                stamps.append(time.monotonic())
            check(found.kind != bgp.NOTIFICATION, f"the session should have stayed up, got {found}")
    return [after - before for before, after in zip(stamps, stamps[1:])]


@case("RFC 4271 4.4", cost=6)
def with_a_hold_time_of_3_seconds_negotiated_a_keepalive_comes_each_second(t):
    gaps = _gaps(t.peer.up(hold_time=3), 5)
    check(len(gaps) >= 3, f"too few KEEPALIVEs: {gaps}")
    check(all(0.6 < gap < 1.4 for gap in gaps), f"KEEPALIVEs came after {gaps} s")


@case("RFC 4271 4.4", peer(timers={"hold": "6s", "keepalive": "2s"}), cost=7)
def the_configured_hold_time_counts_when_it_is_the_lower_one(t):
    gaps = _gaps(t.peer.up(hold_time=300), 6)
    check(gaps and all(1.2 < gap < 2.6 for gap in gaps), f"KEEPALIVEs came after {gaps} s")


@case("RFC 4271 6.5", peer(), peer(64601), cost=5)
def a_silent_peer_gets_4_0_when_the_hold_time_is_over_and_its_routes_go(t):
    sender, observer = pair(t, hold_time=3)
    sender.announce(t.net(1))
    learns(observer, t.net(1))
    started = time.monotonic()
    notified(sender, (4, 0), timeout=6)
    check(2.3 < time.monotonic() - started < 4.5, f"after {time.monotonic() - started:.1f} s")
    forgets(observer, t.net(1), 1)


@case("RFC 4271 8.2.2", cost=5)
def silence_in_open_confirm_ends_with_4_0(t):
    connection = t.peer.confirming(hold_time=3)
    notified(connection, (4, 0), timeout=6)


@case("RFC 4271 8.2.2", cost=6)
def updates_alone_keep_the_session(t):
    connection = t.peer.up(hold_time=3)
    for i in range(10):
        connection.announce(t.net(i))
        for found in connection.read_for(0.5):
            check(found.kind != bgp.NOTIFICATION, f"the session ended: {found}")


@case("RFC 4271 8.2.2", cost=6)
def keepalives_alone_keep_the_session(t):
    connection = t.peer.up(hold_time=3)
    for _ in range(10):
        connection.send(bgp.keepalive())
        for found in connection.read_for(0.5):
            check(found.kind != bgp.NOTIFICATION, f"the session ended: {found}")


@case("RFC 4271 6.5", cost=5)
def half_a_message_does_not_keep_the_session(t):
    connection = t.peer.up(hold_time=3)
    connection.send(bgp.keepalive()[:18])
    notified(connection, (4, 0), timeout=6)


@case("RFC 4271 4.2", peer(timers={"hold": "0s"}), cost=4)
def a_hold_time_of_zero_on_both_sides_means_no_keepalives(t):
    connection = t.peer.up(hold_time=0)
    learns(connection, LOCAL_NETWORK)
    more = [found for found in connection.read_for(2.5) if found.kind == bgp.KEEPALIVE]
    check(not more, "KEEPALIVEs came")
    alive(connection)


@case("RFC 4271 10", peer(**SHORT), peer(64601), cost=6, alone=True)
def keepalives_go_out_while_the_router_is_flooded_with_updates(t):
    sender = t.peers[1].up(settle=False)
    watcher = t.peers[0].up(hold_time=3)
    started, last, worst = time.monotonic(), time.monotonic(), 0.0
    i = 0
    while time.monotonic() < started + 4:
        chunk = [bgp.update(sender.attributes(path=[sender.asn, 1000 + i + n]),
                            t.nets(200, first=200 * n, length=32)) for n in range(40)]
        i += 40
        sender.send(*chunk)
        watcher.send(bgp.keepalive())
        for found in watcher.read_for(0.05):
            check(found.kind != bgp.NOTIFICATION, f"the session ended: {found}")
            if found.kind == bgp.KEEPALIVE:
                worst, last = max(worst, time.monotonic() - last), time.monotonic()
    worst = max(worst, time.monotonic() - last)
    check(worst < 2.5, f"{worst:.1f} s without a KEEPALIVE")
