"""Recorded updates of the Internet, replayed by one speaker for each recorded peer: what each
neighbor holds and what the kernel holds are exactly what the recording implies."""
import gzip
import ipaddress
import os
import pathlib

import bgp_speaker as bgp
import mrt
from lab import Failed
from routers import ROOT
from circuits import BGP, OUR_AS, Dxrouted, Skipped, expect_equal, neighbor, wait_until
from speaker_peer import SpeakerPeer

FOLDER = pathlib.Path(os.environ.get("DX_MRT", ROOT.parent / "shared" / "data" / "mrt"))
FILES = ["updates.19991214.1621.gz", "updates.20100227.1600.gz", "updates.20100227.1610.gz"]


class Replay:
    """One recorded peer: the speaker that repeats it, and the table that its words imply."""

    def __init__(self, number, peer):
        self.asn, self.family, self.four_octets = peer
        self.address = f"10.70.0.{number + 10}" if self.family == bgp.IPV4 else \
            f"2001:db8:70::{number + 10:x}"
        self.table = {}   # prefix -> length of its path
        self.speaker = None
        self.sent = 0

    def start(self, box):
        capabilities = [bgp.cap_mp(self.family), bgp.capability(bgp.CAP_REFRESH)]
        if self.four_octets:
            capabilities.append(bgp.cap_as4(self.asn))
        self.speaker = SpeakerPeer(box, self.address, self.asn, capabilities=capabilities,
                                   identifier=f"192.0.2.{self.address.split('.')[-1]}"
                                   if self.family == bgp.IPV4 else "192.0.2.250")

    def play(self, record):
        if record.update is None:  # the recorded session went down: what it held is withdrawn
            self._withdraw_all()
            return
        body = self._with_our_next_hop(record.update)
        learnt = bgp.parse_update(body, self.four_octets)
        for prefix in learnt.withdrawn:
            self.table.pop(prefix, None)
        for prefix in learnt.announced:
            if OUR_AS in learnt.route.path or has_set(learnt.route) or not usable(prefix):
                self.table.pop(prefix, None)
            else:
                # An AS4_PATH changes numbers and not the length: AS_PATH is enough.
                self.table[prefix] = len(learnt.route.path)
        self.speaker.send(bgp.message(bgp.UPDATE, body))
        self.sent += 1

    def _withdraw_all(self):
        prefixes, self.table = list(self.table), {}
        if self.family == bgp.IPV4:
            self.speaker.withdraw(prefixes)
            return
        for prefix in prefixes:
            self.speaker.send(bgp.update(bgp.mp_unreach([prefix])))

    def _with_our_next_hop(self, body):
        """The recorded next hops are not on our link: the speaker's own takes their place."""
        gone = int.from_bytes(body[:2], "big")
        size = int.from_bytes(body[2 + gone:4 + gone], "big")
        attributes = b""
        for found in bgp.parse_attributes(body[4 + gone:4 + gone + size]):
            value = found.value
            if found.kind == bgp.NEXT_HOP:
                value = bgp.pack_ip(self.address)
            elif found.kind == bgp.MP_REACH:
                hop = bgp.pack_ip(self.address)
                value = value[:3] + bytes([len(hop)]) + hop + value[4 + value[3]:]
            attributes += bgp.attribute(found.flags & ~bgp.EXTENDED_LENGTH, found.kind, value)
        return body[:2 + gone] + len(attributes).to_bytes(2, "big") + attributes + \
            body[4 + gone + size:]


def has_set(route):
    """Such a route is taken as withdrawn (RFC 9774 3); those of 2010 have some."""
    return any(isinstance(element, frozenset)
               for element in [*route.path, *(route.as4_path or [])])


def usable(prefix):
    network = ipaddress.ip_network(prefix)
    return not (network.is_multicast or network.is_loopback and network.prefixlen >= 8)


def run(lab):
    paths = [FOLDER / name for name in FILES if (FOLDER / name).exists()]
    if not paths:
        raise Skipped(f"no recordings in {FOLDER}")
    # The two of 2010 belong together: one after the other.
    replay(lab, "old", [path for path in paths if "1999" in path.name])
    replay(lab, "new", [path for path in paths if "2010" in path.name])


def replay(lab, name, paths):
    if not paths:
        return
    records = []
    for path in paths:
        try:
            records += mrt.read(path)
        except gzip.BadGzipFile as error:
            raise Failed(f"{path}: {error}") from None
    speaking = {record.peer for record in records if record.update is not None}
    records = [record for record in records if record.peer in speaking]
    peers = {}
    for record in records:
        if record.peer not in peers:
            peers[record.peer] = Replay(len(peers), record.peer)
    ours, theirs = lab.namespace(f"router-{name}"), lab.namespace(f"peers-{name}")
    lab.link(ours, "lan", ["10.70.0.1/24", "2001:db8:70::1/64"], theirs, "lan",
             [f"{peer.address}/{24 if peer.family == bgp.IPV4 else 64}" for peer in peers.values()])
    for peer in peers.values():
        peer.start(theirs)
    router = Dxrouted(ours, {
        "router": {"asn": OUR_AS, "router-id": "10.70.0.1"},
        "neighbors": [neighbor(peer.address, peer.asn, export="reject-all")
                      for peer in peers.values()]}, name=f"dxrouted-{name}").start()
    for peer in peers.values():
        peer.speaker.wait_established()
    for record in records:
        peers[record.peer].play(record)
    print(f"{name}: {sum(peer.sent for peer in peers.values())} UPDATEs of {len(peers)} peers")
    compare_neighbors(router, peers.values())
    for family, number in ((bgp.IPV4, 4), (bgp.IPV6, 6)):
        compare_kernel(ours, [peer for peer in peers.values() if peer.family == family], number)
    expect_equal([peer.speaker.sessions for peer in peers.values()], [1] * len(peers),
                 "sessions made")
    expect_equal(router.stop(), 0, "the exit code")


def compare_neighbors(router, peers):
    for peer in peers:
        def settled(peer=peer):
            shown = router.show(
                ("ip bgp" if peer.family == bgp.IPV4 else "bgp ipv6") +
                f" neighbors {peer.address} received-routes")
            got = set(shown.get("receivedRoutes", {}))
            missing, extra = set(peer.table) - got, got - set(peer.table)
            if missing or extra:
                raise Failed(f"missing {sorted(missing)[:5]} ({len(missing)}), "
                             f"too many {sorted(extra)[:5]} ({len(extra)})")
            return True
        wait_until(f"AS {peer.asn} at {peer.address} holds what was recorded", settled, 40, 0.5)


def compare_kernel(box, peers, family):
    """Each prefix is there, via one of the neighbors with the shortest path."""
    holders = {}
    for peer in peers:
        for prefix, length in peer.table.items():
            holders.setdefault(prefix, []).append((length, peer.address))
    allowed = {prefix: {address for length, address in found if length == min(found)[0]}
               for prefix, found in holders.items()}

    def settled():
        got = box.ways(BGP, family)
        missing, extra = allowed.keys() - got.keys(), got.keys() - allowed.keys()
        if missing or extra:
            raise Failed(f"missing {sorted(missing)[:5]} ({len(missing)}), "
                         f"too many {sorted(extra)[:5]} ({len(extra)})")
        wrong = [(prefix, way) for prefix, way in got.items() if way not in allowed[prefix]]
        if wrong:
            raise Failed(f"{len(wrong)} by another way: {wrong[:3]}")
        return True
    wait_until(f"the kernel holds the {len(allowed)} prefixes of IPv{family}", settled, 40, 0.5)
