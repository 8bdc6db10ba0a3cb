"""RFC 4271 4.2 and 6.2: the OPEN message, ours and theirs. RFC 5492, 6286, 7607, 9072."""
import struct

import bgp_speaker as bgp
from harness import (LOCAL_NETWORK, OUR_AS, ROUTER_ID, alive, case, check, ibgp, learns, notified,
                     peer, same)


def _open(t, **changes):
    """An OPEN as it should be, changed in one thing."""
    fields = {"asn": t.peer.asn, "hold_time": 90, "identifier": t.peer.identifier,
              "parameters": _parameters(t.peer.asn)}
    fields.update(changes)
    return bgp.open_message(**fields)


def _parameters(asn):
    return bgp.capabilities_parameter([bgp.cap_mp(bgp.IPV4), bgp.cap_as4(asn)])


def _rejected(t, *codes, data=None, **changes):
    connection = t.peer.opened()
    connection.send(_open(t, **changes))
    notified(connection, *codes, data=data)


def _accepted(t, **changes):
    connection = t.peer.opened()
    connection.send(_open(t, **changes))
    connection.read_kind(bgp.KEEPALIVE)
    connection.send(bgp.keepalive())
    learns(connection, LOCAL_NETWORK)
    return connection


def _with(t, *capabilities):
    return bgp.capabilities_parameter([bgp.cap_mp(bgp.IPV4), bgp.cap_as4(t.peer.asn),
                                       bgp.capability(bgp.CAP_REFRESH), *capabilities])


@case("RFC 4271 4.2")
def the_routers_open_says_version_as_hold_time_and_identifier(t):
    ours = t.peer.opened().peer_open
    same(ours.version, 4, "version")
    same(ours.my_as, OUR_AS, "My Autonomous System")
    same(ours.hold_time, 90, "hold time")
    same(ours.identifier, ROUTER_ID, "BGP identifier")


@case("RFC 5492 3")
def the_routers_open_offers_the_capabilities_of_its_session(t):
    ours = t.peer.opened().peer_open
    same(ours.families, [bgp.IPV4], "families")
    same(ours.capability(bgp.CAP_AS4), struct.pack("!I", OUR_AS), "4-octet AS capability")
    for code in (bgp.CAP_REFRESH, bgp.CAP_ENHANCED_REFRESH, bgp.CAP_EXTENDED_MESSAGE):
        same(ours.capability(code), b"", f"capability {code}")


@case("RFC 4760 8", peer(families=["ipv4", "ipv6"]))
def a_session_of_two_families_offers_both(t):
    same(sorted(t.peer.opened().peer_open.families), [bgp.IPV4, bgp.IPV6], "families")


@case("RFC 4271 4.2", peer(timers={"hold": "30s", "keepalive": "10s"}))
def the_configured_hold_time_is_offered(t):
    same(t.peer.opened().peer_open.hold_time, 30, "hold time")


@case("RFC 6793 3", router={"asn": 4200000001}, cost=1)
def a_4_octet_as_is_told_in_the_capability_and_as_trans_in_the_field(t):
    ours = t.peer.opened().peer_open
    same(ours.my_as, bgp.AS_TRANS, "My Autonomous System")
    same(ours.capability(bgp.CAP_AS4), struct.pack("!I", 4200000001), "capability")


@case("RFC 4271 6.2")
def version_3_is_answered_with_2_1_and_the_version_we_speak(t):
    _rejected(t, (2, 1), data=b"\0\x04", version=3)


@case("RFC 4271 6.2")
def version_5_is_answered_with_2_1_and_the_version_we_speak(t):
    _rejected(t, (2, 1), data=b"\0\x04", version=5)


@case("RFC 4271 6.2")
def another_as_than_configured_is_answered_with_2_2(t):
    _rejected(t, (2, 2), asn=64999, parameters=_parameters(64999))


@case("RFC 4271 6.2")
def another_as_without_the_4_octet_capability_is_answered_with_2_2(t):
    _rejected(t, (2, 2), asn=64999, parameters=b"")


@case("RFC 7607 2")
def as_0_is_answered_with_2_2(t):
    _rejected(t, (2, 2), asn=0, parameters=b"")


@case("RFC 7607 2")
def as_0_in_the_capability_is_answered_with_2_2(t):
    _rejected(t, (2, 2), parameters=_parameters(0))


@case("RFC 6793 4.1")
def the_capability_counts_when_it_differs_from_the_field(t):
    _rejected(t, (2, 2), parameters=_parameters(64999))


@case("RFC 6793 9", peer(4200000005))
def a_peer_with_a_4_octet_as_is_accepted_by_its_capability(t):
    _accepted(t)


@case("RFC 4271 6.2")
def a_hold_time_of_one_second_is_answered_with_2_6(t):
    _rejected(t, (2, 6), hold_time=1)


@case("RFC 4271 6.2")
def a_hold_time_of_two_seconds_is_answered_with_2_6(t):
    _rejected(t, (2, 6), hold_time=2)


@case("RFC 4271 6.2")
def a_hold_time_of_three_seconds_is_accepted(t):
    _accepted(t, hold_time=3)


@case("RFC 4271 6.2")
def the_longest_hold_time_is_accepted(t):
    _accepted(t, hold_time=65535)


@case("RFC 6286 2.2")
def identifier_0_is_answered_with_2_3(t):
    _rejected(t, (2, 3), identifier="0.0.0.0")


@case("RFC 6286 2.2", ibgp())
def our_own_identifier_from_an_internal_peer_is_answered_with_2_3(t):
    _rejected(t, (2, 3), identifier=ROUTER_ID)


@case("RFC 6286 2.2")
def an_identifier_that_is_no_host_address_is_accepted(t):
    _accepted(t, identifier="240.0.0.7")


@case("RFC 4271 6.2")
def an_unknown_optional_parameter_is_answered_with_2_4(t):
    _rejected(t, (2, 4), parameters=b"\x4d\x01x")


@case("RFC 4271 6.2")
def authentication_the_abandoned_parameter_is_answered_with_2_4_or_2_5(t):
    _rejected(t, (2, 4), (2, 5), parameters=b"\x01\x01\0")


@case("RFC 4271 6.2")
def a_parameter_length_beyond_the_message_is_answered_with_2_0(t):
    _rejected(t, (2, 0), length=200)


@case("RFC 4271 6.2")
def a_parameter_beyond_the_parameters_is_answered_with_2_0(t):
    _rejected(t, (2, 0), parameters=b"\x02\x20\x02\x00")


@case("RFC 4271 6.2")
def half_a_parameter_header_is_answered_with_2_0(t):
    _rejected(t, (2, 0), parameters=b"\x02")


@case("RFC 4271 6.2")
def octets_after_the_parameters_are_answered_with_2_0_or_1_2(t):
    _rejected(t, (2, 0), (1, 2), length=0)


@case("RFC 5492 4")
def a_capability_beyond_its_parameter_is_answered_with_2_0(t):
    _rejected(t, (2, 0), parameters=b"\x02\x04\x01\x20\0\x01")


@case("RFC 5492 4")
def half_a_capability_header_is_answered_with_2_0(t):
    _rejected(t, (2, 0), parameters=b"\x02\x01\x02")


@case("RFC 5492 3")
def no_capabilities_at_all_make_an_ipv4_session(t):
    _accepted(t, parameters=b"")


@case("RFC 5492 3")
def an_empty_capabilities_parameter_is_accepted(t):
    _accepted(t, parameters=b"\x02\x00")


@case("RFC 5492 3")
def unknown_capabilities_are_ignored(t):
    _accepted(t, parameters=_with(t, bgp.capability(200, b"abc"), bgp.capability(0),
                                  bgp.capability(255, bytes(40))))


@case("RFC 5492 4")
def each_capability_in_a_parameter_of_its_own_is_accepted(t):
    _accepted(t, parameters=b"".join(
        bgp.capabilities_parameter([one]) for one in
        (bgp.cap_mp(bgp.IPV4), bgp.capability(2), bgp.cap_as4(t.peer.asn), bgp.capability(99, b"z"))))


@case("RFC 5492 4")
def the_same_capability_three_times_counts_once(t):
    _accepted(t, parameters=_with(t, bgp.capability(2), bgp.capability(2), bgp.cap_mp(bgp.IPV4),
                                  bgp.cap_as4(t.peer.asn)))


@case("RFC 4760 8")
def families_that_we_do_not_have_are_ignored(t):
    _accepted(t, parameters=_with(t, bgp.cap_mp((1, 128)), bgp.cap_mp((25, 70)),
                                  bgp.cap_mp((16388, 71)), bgp.cap_mp(bgp.IPV6)))


@case("RFC 5492 5")
def a_peer_without_our_family_gets_2_7_or_no_routes(t):
    connection = t.peer.opened()
    connection.send(_open(t, parameters=bgp.capabilities_parameter(
        [bgp.cap_mp(bgp.IPV6), bgp.cap_as4(t.peer.asn)])))
    found = connection.read()
    if found.kind == bgp.NOTIFICATION:
        same(found.code, (2, 7), "the code of the refusal")
        return
    connection.send(bgp.keepalive())
    connection.read_for(0.5)
    same(connection.routes, {}, "routes of a family that was not negotiated")


@case("RFC 9072 2")
def extended_optional_parameters_are_read(t):
    capabilities = [bgp.cap_mp(bgp.IPV4), bgp.capability(bgp.CAP_REFRESH), bgp.cap_as4(t.peer.asn)]
    capabilities += [bgp.capability(230 + i, bytes(100)) for i in range(4)]
    joined = b"".join(capabilities)
    inner = b"\x02" + struct.pack("!H", len(joined)) + joined
    _accepted(t, parameters=b"\xff" + struct.pack("!H", len(inner)) + inner, length=255)


@case("RFC 9072 2")
def short_parameters_in_the_extended_form_are_read(t):
    joined = bgp.cap_mp(bgp.IPV4) + bgp.cap_as4(t.peer.asn)
    inner = b"\x02" + struct.pack("!H", len(joined)) + joined
    _accepted(t, parameters=b"\xff" + struct.pack("!H", len(inner)) + inner, length=255)


@case("RFC 9072 2")
def an_extended_length_beyond_the_message_is_answered_with_2_0(t):
    _rejected(t, (2, 0), parameters=b"\xff\x01\x00\x02\x00\x00", length=255)


@case("RFC 4271 4.2")
def an_open_with_255_octets_of_plain_parameters_is_read(t):
    # Length 255 and a first type that is not 255: the plain form, completely filled.
    head = bgp.capabilities_parameter([bgp.cap_mp(bgp.IPV4), bgp.cap_as4(t.peer.asn)])
    rest = 255 - len(head) - 2
    filler = bgp.capability(210, bytes(rest - 2))
    parameters = head + bytes([2, len(filler)]) + filler
    same(len(parameters), 255, "length of the parameters")
    _accepted(t, parameters=parameters)


@case("RFC 4271 8.2.2")
def open_keepalive_and_update_in_one_segment_are_taken(t):
    connection = t.peer.opened()
    connection.send(_open(t), bgp.keepalive(), bgp.update(connection.attributes(), [t.net(1)]))
    connection.read_kind(bgp.KEEPALIVE)
    learns(connection, LOCAL_NETWORK)
    alive_without_refresh(connection)


def alive_without_refresh(connection):
    connection.send(bgp.keepalive())
    for found in connection.read_for(0.5):
        check(found.kind != bgp.NOTIFICATION, f"the session should have stayed up, got {found}")


@case("RFC 4271 6.2", peer(), peer(64601))
def a_refused_open_does_not_touch_another_session(t):
    other = t.peers[1].up()
    for _ in range(2):
        connection = t.peers[0].connect()
        connection.send(_open(t, hold_time=1))
        connection.close()
    alive(other)
