"""RFC 6793: sessions with a peer that speaks two-octet AS numbers."""
import struct

import bgp_speaker as bgp
from harness import alive, case, check, forgets, learns, pair, peer, same

OLD = [bgp.cap_mp(bgp.IPV4), bgp.capability(bgp.CAP_REFRESH)]
BOTH = (peer(), peer(64601))
BIG = 4200000099


def _from_old(t, attributes):
    """Announced by a 2-octet peer; the route as a 4-octet one gets it."""
    sender = t.peers[0].up(capabilities=OLD)
    observer = t.peers[1].up()
    sender.send(bgp.update(attributes(sender), [t.net(1)]))
    route = learns(observer, t.net(1))
    alive(sender)
    return route


def _to_old(t, attributes):
    sender = t.peers[0].up()
    observer = t.peers[1].up(capabilities=OLD)
    sender.send(bgp.update(attributes(sender), [t.net(1)]))
    return learns(observer, t.net(1))


def _as4_path(*path):
    return bgp.attribute(0xC0, bgp.AS4_PATH, bgp.path_segments(path))


def _usual(sender, path, *extra):
    return [bgp.origin(), bgp.as_path(path, sender.four_octets),
            bgp.next_hop(sender.sock.getsockname()[0]), *extra]


@case("RFC 6793 4.2.1", *BOTH)
def a_path_in_two_octets_is_read(t):
    route = _from_old(t, lambda s: _usual(s, [64512, 64999]))
    same(route.path, [65000, 64512, 64999], "path")


@case("RFC 6793 4.2.3", *BOTH)
def as_path_and_as4_path_are_merged(t):
    route = _from_old(t, lambda s: _usual(s, [64512, bgp.AS_TRANS, 64999], _as4_path(BIG, 64999)))
    same(route.path, [65000, 64512, BIG, 64999], "path")


@case("RFC 6793 4.2.3", *BOTH)
def an_as4_path_longer_than_the_path_is_ignored(t):
    route = _from_old(t, lambda s: _usual(s, [64512], _as4_path(64512, BIG)))
    same(route.path, [65000, 64512], "path")


@case("RFC 6793 4.2.3", *BOTH)
def an_as4_path_of_equal_length_replaces_the_path(t):
    route = _from_old(t, lambda s: _usual(s, [64512, bgp.AS_TRANS], _as4_path(64512, BIG)))
    same(route.path, [65000, 64512, BIG], "path")


@case("RFC 9774 3", *BOTH)
def a_set_in_the_as4_path_withdraws(t):
    sender = t.peers[0].up(capabilities=OLD)
    observer = t.peers[1].up()
    attributes = _usual(sender, [64512, bgp.AS_TRANS], _as4_path(64512, BIG))
    sender.send(bgp.update(attributes, [t.net(1)]))
    learns(observer, t.net(1))
    attributes = _usual(sender, [64512, bgp.AS_TRANS], _as4_path(BIG, {64900, 64901}))
    sender.send(bgp.update(attributes, [t.net(1)]))
    forgets(observer, t.net(1))
    alive(sender)


@case("RFC 6793 6", *BOTH)
def a_malformed_as4_path_is_discarded_and_the_route_stays(t):
    route = _from_old(t, lambda s: _usual(s, [64512, bgp.AS_TRANS],
                                          bgp.attribute(0xC0, 17, b"\x02\x07\0\0")))
    same(route.path, [65000, 64512, bgp.AS_TRANS], "path")


@case("RFC 6793 6", *BOTH)
def a_confederation_segment_in_the_as4_path_is_left_out(t):
    value = b"\x03\x01" + struct.pack("!I", 64999) + bgp.path_segments([BIG])
    route = _from_old(t, lambda s: _usual(s, [64512, bgp.AS_TRANS],
                                          bgp.attribute(0xC0, 17, value)))
    check(route.path in ([65000, 64512, BIG], [65000, 64512, bgp.AS_TRANS]), f"path {route.path}")


@case("RFC 6793 4.2.3", *BOTH)
def an_aggregator_of_as_trans_takes_the_as4_aggregator(t):
    route = _from_old(t, lambda s: _usual(
        s, [64512], bgp.aggregator(bgp.AS_TRANS, "10.1.1.1", False),
        bgp.attribute(0xC0, 18, struct.pack("!I", BIG) + bgp.pack_ip("10.1.1.1"))))
    same(route.value(bgp.AGGREGATOR), struct.pack("!I", BIG) + bgp.pack_ip("10.1.1.1"),
         "AGGREGATOR")


@case("RFC 6793 4.2.3", *BOTH)
def with_an_aggregator_of_another_as_both_as4_attributes_are_ignored(t):
    route = _from_old(t, lambda s: _usual(
        s, [64512, bgp.AS_TRANS], bgp.aggregator(64999, "10.1.1.1", False), _as4_path(64512, BIG),
        bgp.attribute(0xC0, 18, struct.pack("!I", BIG) + bgp.pack_ip("10.1.1.1"))))
    same(route.path, [65000, 64512, bgp.AS_TRANS], "path")
    same(route.value(bgp.AGGREGATOR), struct.pack("!I", 64999) + bgp.pack_ip("10.1.1.1"),
         "AGGREGATOR")


@case("RFC 6793 6", *BOTH)
def an_as4_aggregator_of_seven_octets_is_discarded(t):
    _from_old(t, lambda s: _usual(s, [64512], bgp.aggregator(bgp.AS_TRANS, "10.1.1.1", False),
                                  bgp.attribute(0xC0, 18, bytes(7))))


@case("RFC 6793 4.2.2", *BOTH)
def to_a_2_octet_peer_large_numbers_become_as_trans_with_an_as4_path(t):
    route = _to_old(t, lambda s: _usual(s, [64512, BIG, 64999]))
    same(route.path, [65000, 64512, bgp.AS_TRANS, 64999], "AS_PATH")
    check(route.as4_path is not None, "no AS4_PATH was sent")
    same(([65000, 64512, BIG, 64999])[-len(route.as4_path):], route.as4_path, "AS4_PATH")
    check(BIG in route.as4_path, "the large number is not in the AS4_PATH")
    same(route.attributes[bgp.AS4_PATH].flags & 0xC0, 0xC0, "flags of AS4_PATH")


@case("RFC 6793 4.2.2", *BOTH)
def to_a_2_octet_peer_no_as4_path_is_sent_without_need(t):
    route = _to_old(t, lambda s: _usual(s, [64512, 64999]))
    same(route.path, [65000, 64512, 64999], "AS_PATH")
    check(bgp.AS4_PATH not in route.attributes, "an AS4_PATH was sent")


@case("RFC 6793 4.2.2", *BOTH)
def to_a_2_octet_peer_a_large_aggregator_becomes_as_trans_with_an_as4_aggregator(t):
    route = _to_old(t, lambda s: _usual(s, [64512], bgp.aggregator(BIG, "10.1.1.1")))
    same(route.value(bgp.AGGREGATOR), struct.pack("!H", bgp.AS_TRANS) + bgp.pack_ip("10.1.1.1"),
         "AGGREGATOR")
    same(route.value(bgp.AS4_AGGREGATOR), struct.pack("!I", BIG) + bgp.pack_ip("10.1.1.1"),
         "AS4_AGGREGATOR")


@case("RFC 6793 4.1", *BOTH, router={"asn": BIG}, cost=1)
def our_own_large_as_is_as_trans_to_a_2_octet_peer(t):
    route = _to_old(t, lambda s: _usual(s, [64512]))
    same(route.path, [bgp.AS_TRANS, 64512], "AS_PATH")
    same(route.as4_path, [BIG, 64512], "AS4_PATH")


@case("RFC 6793 4.1", *BOTH)
def a_large_as_travels_whole_between_4_octet_peers(t):
    sender, observer = pair(t)
    sender.announce(t.net(1), path=[64512, BIG, 70000])
    route = learns(observer, t.net(1))
    same(route.path, [65000, 64512, BIG, 70000], "path")
    check(bgp.AS4_PATH not in route.attributes, "an AS4_PATH was sent to a 4-octet peer")
