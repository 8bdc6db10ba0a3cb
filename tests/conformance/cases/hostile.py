"""Whatever arrives, the router stays up and the other neighbors notice nothing."""
import contextlib
import random
import socket
import struct
import time

import bgp_speaker as bgp
from harness import (LOCAL_NETWORK, alive, case, check, closed, learns, notified, pair, peer)

BOTH = (peer(), peer(64601))


def _unharmed(t, other):
    check(t.router_is_alive(), "the router ended")
    alive(other)


def _throw(connection, data):
    with contextlib.suppress(OSError, bgp.Closed):
        connection.send(data)


@case("hostile", *BOTH)
def random_octets_instead_of_an_open(t):
    other = t.peers[1].up()
    _throw(t.peers[0].connect(), random.Random(1).randbytes(100000))
    _unharmed(t, other)


@case("hostile", *BOTH)
def an_http_request_instead_of_an_open(t):
    other = t.peers[1].up()
    connection = t.peers[0].connect()
    _throw(connection, b"GET / HTTP/1.1\r\nHost: router\r\n\r\n")
    closed(connection)
    _unharmed(t, other)


@case("hostile", *BOTH, cost=3)
def random_bodies_in_updates(t):
    other = t.peers[1].up()
    sender = t.peers[0].up()
    dice = random.Random(2)
    for _ in range(300):
        size = dice.randrange(4, 200)
        _throw(sender, bgp.message(bgp.UPDATE, dice.randbytes(size)))
    _unharmed(t, other)


@case("hostile", *BOTH, cost=3)
def an_update_with_each_octet_changed_in_turn(t):
    other = t.peers[1].up()
    sender = t.peers[0].up()
    good = bgp.update(sender.attributes(extra=[bgp.communities("1:1"), bgp.med(1)]), [t.net(1)])
    for at in range(19, len(good)):
        _throw(sender, good[:at] + bytes([good[at] ^ 0xFF]) + good[at + 1:])
    _unharmed(t, other)


@case("hostile", *BOTH, cost=3)
def an_open_cut_at_every_octet(t):
    other = t.peers[1].up()
    good = bgp.open_message(64512, 90, "1.1.1.1", bgp.capabilities_parameter(
        [bgp.cap_mp(bgp.IPV4), bgp.cap_as4(64512)]))
    with t.outside():
        for size in range(0, len(good), 3):
            with contextlib.suppress(OSError):
                connection = bgp.connect("10.0.0.1", t.peers[0].address, 64512, "1.1.1.1")
                _throw(connection, good[:size])
                connection.close()
    _unharmed(t, other)


@case("hostile", *BOTH)
def an_attribute_of_4000_octets(t):
    sender, observer = pair(t)
    sender.announce(t.net(1), extra=[bgp.attribute(0xC0, 99, bytes(3900))])
    learns(observer, t.net(1))
    alive(sender)


@case("hostile", *BOTH)
def a_path_of_900_ases_that_still_fits_is_passed_on(t):
    sender, observer = pair(t)
    path = [64512] + list(range(1000, 1899))
    sender.announce(t.net(1), path=path)
    route = learns(observer, t.net(1))
    check(route.path == [65000, *path], "the path was changed")


@case("hostile", *BOTH)
def a_path_that_no_longer_fits_with_our_as_is_not_sent_and_the_session_stays(t):
    sender, observer = pair(t)
    room = 4096 - 19 - 4 - 4 - 7 - 4 - 4  # header, lengths, ORIGIN, NEXT_HOP, AS_PATH's header, NLRI
    count = (room - 8) // 4
    path = [64512] + [64999] * (count - 1)
    sent = bgp.update(sender.attributes(path=path), [t.net(1)])
    check(4080 < len(sent) <= 4096, f"the test's UPDATE has {len(sent)} octets")
    sender.send(sent)
    sender.announce(t.net(2))
    learns(observer, t.net(2))
    alive(observer)
    alive(sender)
    check(all(found.length <= 4096 for _, found in observer.log), "a message above 4096 octets")


@case("hostile", *BOTH)
def an_update_full_of_empty_attributes(t):
    sender, observer = pair(t)
    _throw(sender, bgp.update(b"".join(bgp.attribute(0xC0, kind, b"")
                                       for kind in range(256)) * 5, [t.net(1)]))
    _unharmed(t, observer)


@case("hostile", *BOTH)
def a_thousand_attributes_of_one_type(t):
    sender, observer = pair(t)
    sender.announce(t.net(1), extra=[bgp.attribute(0xC0, 99, b"")] * 1000)
    learns(observer, t.net(1))
    alive(sender)


@case("hostile", *BOTH, cost=6, alone=True)
def a_thousand_connections_of_one_peer_leave_room_for_the_others(t):
    other = t.peers[1].up()
    opened = []
    try:
        with t.outside():
            for _ in range(1000):
                sock = bgp.new_socket("10.0.0.1")
                sock.setblocking(False)
                sock.bind((t.peers[0].address, 0))
                with contextlib.suppress(BlockingIOError):
                    sock.connect(("10.0.0.1", 179))
                opened.append(sock)
        time.sleep(1)
        _unharmed(t, other)
    finally:
        for sock in opened:
            sock.close()
    _unharmed(t, other)
    learns(t.peers[0].up(patience=15), LOCAL_NETWORK)


@case("hostile", *BOTH, cost=6, alone=True)
def five_hundred_connections_from_strangers_leave_room_for_the_neighbors(t):
    opened = []
    try:
        with t.outside():
            for _ in range(500):
                sock = bgp.new_socket("10.0.0.1")
                sock.setblocking(False)
                sock.bind(("10.0.255.254", 0))
                with contextlib.suppress(BlockingIOError):
                    sock.connect(("10.0.0.1", 179))
                opened.append(sock)
        learns(t.peers[0].up(patience=10), LOCAL_NETWORK)
    finally:
        for sock in opened:
            sock.close()
    check(t.router_is_alive(), "the router ended")


@case("hostile", peer(), peer(64601), peer(64602), cost=12, alone=True)
def a_peer_that_never_reads_delays_nobody(t):
    deaf = t.peers[0].connect()
    deaf.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    deaf.handshake()
    sender, observer = t.peers[1].up(), t.peers[2].up()
    started = time.monotonic()
    for n in range(60):  # 30,000 routes of different paths: megabytes for the one that is deaf
        for i in range(20):
            sender.announce(t.nets(25, first=n * 500 + i * 25, length=32),
                            path=[sender.asn, 1000 + n * 20 + i])
    learns(observer, t.nets(1, first=29999, length=32)[0], 20)
    sender.announce(t.net(200))
    learns(observer, t.net(200), 5)
    check(time.monotonic() - started < 25, "the others were slow")
    alive(sender)
    alive(observer)


@case("hostile", *BOTH, cost=6, alone=True)
def one_octet_at_a_time_for_five_seconds_delays_nobody(t):
    other = t.peers[1].up()
    slow = t.peers[0].up()
    data = bgp.update(slow.attributes(), [t.net(1)])
    for octet in data:
        slow.send(bytes([octet]))
        time.sleep(5 / len(data))
    learns(other, t.net(1))
    alive(slow)


@case("hostile", *BOTH, cost=4, alone=True)
def a_session_that_is_made_and_reset_fifty_times(t):
    other = t.peers[1].up()
    for _ in range(50):
        with contextlib.suppress(Exception):
            connection = t.peers[0].connect(patience=0.3)
            connection.send_open()
            connection.send(bgp.keepalive())
            connection.announce(t.net(1))
            connection.reset()
    _unharmed(t, other)


@case("hostile", *BOTH)
def ten_thousand_keepalives_at_once(t):
    sender, observer = pair(t)
    sender.send(bgp.keepalive() * 10000)
    alive(sender)
    _unharmed(t, observer)


@case("hostile", *BOTH)
def a_capability_of_every_code(t):
    other = t.peers[1].up()
    for start in range(0, 256, 50):
        with contextlib.suppress(Exception):
            connection = t.peers[0].connect(patience=0.5)
            connection.send_open(capabilities=[bgp.cap_as4(64512), *(
                bgp.capability(code, b"\0\1") for code in range(start, min(start + 50, 256)))])
            connection.read(0.5)
            connection.close()
    _unharmed(t, other)


@case("hostile", *BOTH)
def a_malformed_4_octet_as_capability_does_not_crash_the_router(t):
    other = t.peers[1].up()
    connection = t.peers[0].opened()
    connection.send(bgp.open_message(64512, 90, "1.1.1.1", bgp.capabilities_parameter(
        [bgp.capability(bgp.CAP_AS4, b"\0\0\xfc")])))
    with contextlib.suppress(bgp.Closed, bgp.Timeout):
        connection.read(1)
    _unharmed(t, other)


@case("hostile", *BOTH)
def updates_that_claim_the_largest_lengths(t):
    sender, observer = pair(t)
    sender.send(bgp.message(bgp.UPDATE, b"\xff\xff" + b"\xff\xff" + bytes(20)))
    notified(sender, (3, 1))
    _unharmed(t, observer)


@case("hostile", *BOTH)
def an_mp_reach_that_claims_a_next_hop_of_255_octets(t):
    sender, observer = pair(t)
    sender.send(bgp.update([bgp.attribute(0x80, 14, struct.pack("!HBB", 2, 1, 255) + bytes(10)),
                            bgp.origin(), sender.path([64512])]))
    sender.read_for(0.5)
    _unharmed(t, observer)
