"""What is below BGP: TTL (RFC 4271 with single hop, RFC 5082), DSCP, TCP MD5 (RFC 2385)."""
import socket
import struct
import time

import bgp_speaker as bgp
from harness import (LOCAL_NETWORK, alive, case, check, closed, ibgp, learns, peer, refused, same)
from lab import Failed


def _first_packet(t, from_address):
    """(ttl, dscp) of an IPv4 packet that the router sends to the peer's address."""
    with t.outside():
        sniffer = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(0x0800))
    with sniffer:
        sniffer.settimeout(5)
        connection = t.peer.opened()
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            packet = sniffer.recv(2048)
            source, target = packet[12:16], packet[16:20]
            size = struct.unpack("!H", packet[2:4])[0]
            if source == bgp.pack_ip("10.0.0.1") and target == bgp.pack_ip(from_address) and \
                    size > 60:  # with data: the OPEN
                connection.close()
                return packet[8], packet[1] >> 2
    raise Failed("saw no packet of the router's")


@case("contract: multihop")
def packets_to_an_external_neighbor_have_ttl_1(t):
    same(_first_packet(t, t.peer.address)[0], 1, "TTL")


@case("contract: multihop", peer(multihop=5))
def multihop_sets_the_ttl(t):
    ttl = _first_packet(t, t.peer.address)[0]
    check(ttl in (5, 64), f"TTL {ttl}")


@case("contract: DSCP", peer())
def packets_are_marked_cs6(t):
    same(_first_packet(t, t.peer.address)[1], 48, "DSCP")


@case("RFC 5082 3", peer(ttl_security=True))
def with_ttl_security_our_packets_have_ttl_255(t):
    same(_ttl_with_security(t), 255, "TTL")


def _ttl_with_security(t):
    with t.outside():
        sniffer = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(0x0800))
    with sniffer:
        sniffer.settimeout(5)
        connection = t.peer.opened(ttl=255)
        while True:
            packet = sniffer.recv(2048)
            if packet[16:20] == bgp.pack_ip(t.peer.address) and \
                    struct.unpack("!H", packet[2:4])[0] > 60:
                connection.close()
                return packet[8]


@case("RFC 5082 3", peer(ttl_security=True))
def with_ttl_security_a_peer_that_sends_ttl_255_gets_a_session(t):
    learns(t.peer.up(ttl=255), LOCAL_NETWORK)


@case("RFC 5082 3", peer(ttl_security=True), cost=3)
def with_ttl_security_a_peer_that_sends_ttl_254_gets_no_session(t):
    try:
        connection = t.peer.connect(patience=0.1, ttl=254, timeout=2)
        connection.send_open()
        connection.read_kind(bgp.KEEPALIVE, 2)
    except (Failed, bgp.Timeout, bgp.Closed):
        return
    raise Failed("the router read packets of TTL 254")


@case("RFC 5082 3", ibgp(ttl_security=True), cost=3)
def ttl_security_counts_inside_an_as_too(t):
    refused(lambda: t.peer.connect(patience=0.1, ttl=254, timeout=2))
    learns(t.peer.up(ttl=255), LOCAL_NETWORK)


@case("RFC 5082 3", peer(ttl_security=True), cost=5)
def with_ttl_security_packets_of_ttl_254_in_a_session_are_dropped(t):
    connection = t.peer.up(ttl=255)
    connection.sock.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, 254)
    connection.send(bgp.message(77))  # would end the session if it came in
    found = [m for m in connection.read_for(1) if m.kind == bgp.NOTIFICATION]
    check(not found, f"a packet of TTL 254 was read: {found}")


@case("contract: ttl-security")
def without_ttl_security_ttl_1_is_enough(t):
    learns(t.peer.up(ttl=1), LOCAL_NETWORK)


@case("RFC 2385", peer(password="optional-bgp-key"))
def with_the_right_key_the_session_comes_up(t):
    connection = t.peer.up()
    learns(connection, LOCAL_NETWORK)
    alive(connection)


@case("RFC 2385", peer(password="optional-bgp-key"), cost=3)
def with_a_wrong_key_nothing_is_answered(t):
    refused(lambda: t.peer.connect(patience=0.1, password="optional-bgp-kez", timeout=2))


@case("RFC 2385", peer(password="optional-bgp-key"), cost=3)
def without_a_key_nothing_is_answered(t):
    refused(lambda: t.peer.connect(patience=0.1, password=None, timeout=2))


@case("RFC 2385", peer(), cost=3)
def a_key_where_none_is_configured_opens_nothing(t):
    refused(lambda: t.peer.connect(patience=0.1, password="surprise", timeout=2))


@case("RFC 2385", peer(password="k" * 80))
def a_key_of_80_octets_works(t):
    learns(t.peer.up(), LOCAL_NETWORK)


@case("RFC 2385", peer(password="0xC_a.b \"quoted\" #'"))
def a_key_is_taken_as_it_is_written(t):
    learns(t.peer.up(), LOCAL_NETWORK)


@case("RFC 2385", peer(version=6, password="six-key"))
def keys_work_on_ipv6(t):
    connection = t.peer.up()
    connection.read_until(lambda: connection.routes)


@case("RFC 2385", peer(passive=False, password="dial-key", timers={"connect-retry": "1s"}), cost=3)
def the_routers_own_dialling_is_signed(t):
    connection = t.peer.listen().accept()
    connection.handshake()
    learns(connection, LOCAL_NETWORK)


@case("RFC 2385", peer(passive=False, password="dial-key", timers={"connect-retry": "1s"}), cost=5)
def the_router_does_not_dial_unsigned(t):
    listener_spec = t.peer
    listener_spec.password = None  # we listen without a key: a signed SYN is not accepted then
    try:
        listener_spec.listen().accept(timeout=3.5)
    except bgp.Timeout:
        return
    raise Failed("an unsigned connection came")


@case("RFC 4271 8", peer(), peer(64601))
def a_connection_that_says_nothing_harms_nobody(t):
    silent = t.peers[0].connect()
    other = t.peers[1].up()
    alive(other)
    silent.close()
    closed_later = t.peers[0].up(patience=10)
    learns(closed_later, LOCAL_NETWORK)
    closed_later.send(bgp.notification(6, 2))
    closed(closed_later)
