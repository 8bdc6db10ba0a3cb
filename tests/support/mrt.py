"""Reads recorded BGP messages: MRT (RFC 6396) BGP4MP with 2- and 4-octet AS numbers, and the older
type 5 ("BGP"). Only what a replay needs: who said what, in which order."""
import dataclasses
import gzip
import struct

import bgp_speaker as bgp

BGP, BGP4MP, BGP4MP_ET = 5, 16, 17
ESTABLISHED = 6


@dataclasses.dataclass
class Record:
    peer: tuple          # (AS, address family of the session, AS numbers of four octets)
    update: bytes        # the body of an UPDATE; None where the session went down


def read(path):
    data = gzip.open(path).read()
    at = 0
    while at + 12 <= len(data):
        _, kind, subtype, length = struct.unpack("!IHHI", data[at:at + 12])
        body = data[at + 12:at + 12 + length]
        at += 12 + length
        if kind == BGP4MP_ET:
            kind, body = BGP4MP, body[4:]
        found = _bgp(subtype, body) if kind == BGP else \
            _bgp4mp(subtype, body) if kind == BGP4MP else None
        if found:
            yield found


def _bgp(subtype, body):
    """Peer AS, peer address, local AS, local address, and the message without its header."""
    asn = struct.unpack("!H", body[:2])[0]
    peer = (asn, bgp.IPV4, False)
    if subtype == 1:
        return Record(peer, body[12:])
    if subtype == 3 and struct.unpack("!HH", body[6:10])[1] != ESTABLISHED:
        return Record(peer, None)
    return None


def _bgp4mp(subtype, body):
    wide = subtype in (4, 5)  # MESSAGE_AS4, STATE_CHANGE_AS4
    asn = struct.unpack("!I" if wide else "!H", body[:4 if wide else 2])[0]
    at = 10 if wide else 6    # behind both AS numbers and the interface index
    afi = struct.unpack("!H", body[at:at + 2])[0]
    at += 2 + 2 * (4 if afi == 1 else 16)
    peer = (asn, (afi, 1), wide)
    if subtype in (0, 5):
        return Record(peer, None) if struct.unpack("!HH", body[at:at + 4])[1] != ESTABLISHED \
            else None
    if subtype in (1, 4) and body[at + 18] == bgp.UPDATE:
        return Record(peer, body[at + 19:])
    return None
