"""RFC 4271 6.1: the message header. RFC 8654 2: extended lengths only where negotiated."""
import struct

import bgp_speaker as bgp
from harness import alive, case, closed, learns, notified, pair, peer


def _rejected(t, sent, subcode, data=None, established=False):
    connection = t.peer.up() if established else t.peer.opened()
    connection.send(sent)
    notified(connection, (1, subcode), data=data)


@case("RFC 4271 6.1")
def a_marker_that_is_not_all_ones_is_answered_with_1_1(t):
    _rejected(t, bgp.message(bgp.KEEPALIVE, marker=b"\0" * 16), 1)


@case("RFC 4271 6.1")
def a_marker_with_one_bit_missing_is_answered_with_1_1_when_established(t):
    _rejected(t, bgp.message(bgp.KEEPALIVE, marker=b"\xff" * 15 + b"\xfe"), 1, established=True)


@case("RFC 4271 6.1")
def a_length_below_19_is_answered_with_1_2_and_the_length(t):
    _rejected(t, bgp.message(bgp.KEEPALIVE, length=18), 2, b"\0\x12")


@case("RFC 4271 6.1")
def a_length_of_zero_is_answered_with_1_2_and_the_length(t):
    _rejected(t, bgp.message(bgp.KEEPALIVE, length=0), 2, b"\0\0", established=True)


@case("RFC 4271 6.1")
def a_length_above_4096_is_answered_with_1_2_and_the_length(t):
    _rejected(t, bgp.message(bgp.UPDATE, b"\0" * 20, length=4097), 2, struct.pack("!H", 4097))


@case("RFC 4271 6.1")
def the_largest_length_is_answered_with_1_2_before_its_body_has_come(t):
    _rejected(t, bgp.message(bgp.UPDATE, length=65535), 2, b"\xff\xff", established=True)


@case("RFC 4271 6.1")
def a_keepalive_with_a_body_is_answered_with_1_2(t):
    _rejected(t, bgp.message(bgp.KEEPALIVE, b"x"), 2, b"\0\x14", established=True)


@case("RFC 4271 6.1")
def an_open_shorter_than_29_octets_is_answered_with_1_2(t):
    _rejected(t, bgp.message(bgp.OPEN, b"\x04\xfc\x00\x00\x5a\x0a\x00\x00\x02"), 2, b"\0\x1c")


@case("RFC 4271 6.1")
def an_update_shorter_than_23_octets_is_answered_with_1_2(t):
    _rejected(t, bgp.message(bgp.UPDATE, b"\0\0\0"), 2, b"\0\x16", established=True)


@case("RFC 4271 6.1")
def a_notification_shorter_than_21_octets_ends_the_session(t):
    connection = t.peer.up()
    connection.send(bgp.message(bgp.NOTIFICATION, b"\x06"))
    closed(connection)


@case("RFC 4271 6.1")
def message_type_0_is_answered_with_1_3_and_the_type(t):
    _rejected(t, bgp.message(0), 3, b"\0")


@case("RFC 4271 6.1")
def message_type_6_is_answered_with_1_3_and_the_type(t):
    _rejected(t, bgp.message(6), 3, b"\x06", established=True)


@case("RFC 4271 6.1")
def message_type_255_is_answered_with_1_3_and_the_type(t):
    _rejected(t, bgp.message(255, b"abc"), 3, b"\xff", established=True)


@case("RFC 4271 6.1")
def the_error_of_the_first_bad_message_is_told_though_more_follow(t):
    connection = t.peer.up()
    connection.send(bgp.keepalive(), bgp.message(7), bgp.message(bgp.KEEPALIVE, length=3) * 50)
    notified(connection, (1, 3), data=b"\x07")


@case("RFC 4271 4.1", peer(), peer(64601))
def an_update_of_exactly_4096_octets_is_taken(t):
    sender, observer = pair(t)
    full = bgp.update(sender.attributes(), [])
    prefixes = t.nets(2000, length=32)[:(4096 - len(full)) // 5]
    extra = (4096 - len(full)) % 5
    if extra:  # fill up with a shorter prefix's octets
        prefixes.append({1: "0.0.0.0/0", 2: t.net(0, 16)[:0] + "20.0.0.0/8", 3: t.net(0, 16),
                         4: t.net(255, 24)}[extra])
    sender.send(bgp.update(sender.attributes(), prefixes))
    learns(observer, prefixes[0])
    learns(observer, prefixes[-2])
    alive(sender)


@case("RFC 4271 4.1", peer(), peer(64601))
def messages_cut_at_every_octet_are_put_together_again(t):
    sender, observer = pair(t)
    data = bgp.keepalive() + bgp.update(sender.attributes(), [t.net(1)]) + bgp.keepalive()
    for octet in data:
        sender.send(bytes([octet]))
    learns(observer, t.net(1))
