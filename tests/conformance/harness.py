"""What a case is, what it has at hand, and what it may expect.

A case is a small function whose name is a sentence; it plays one or more remote peers against the
router under test. Every case has neighbors, addresses and prefixes of its own, so many share one
router without noticing each other.
"""
import contextlib
import dataclasses
import ipaddress
import pathlib
import socket
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))

import bgp_speaker as bgp  # noqa: E402
from lab import Failed  # noqa: E402

OUR_AS = 65000
ROUTER_ID = "10.0.0.1"
ROUTER = {4: "10.0.0.1", 6: "2001:db8::1"}
ROUTER_LINK_LOCAL, PEER_LINK_LOCAL = "fe80::1", "fe80::2"
LOCAL_NETWORK, LOCAL_NETWORK6 = "198.51.100.0/24", "2001:db8:ffff::/48"

CASES = []


@dataclasses.dataclass
class PeerSpec:
    """One neighbor of the router, to be played by the case."""

    asn: int
    version: int    # of its address
    options: dict   # keys of dxrouted's configuration


def peer(asn=64512, version=4, **options):
    return PeerSpec(asn, version, {key.rstrip("_").replace("_", "-"): value
                                   for key, value in options.items()})


def ibgp(**options):
    return peer(OUR_AS, **options)


@dataclasses.dataclass
class Case:
    name: str
    rfc: str
    area: str
    function: object
    peers: list
    router: dict    # differs from the usual `router` section: such cases have a router of their own
    config: dict    # sections to be merged into the configuration
    cost: float     # how long it takes, about: the long ones start first
    alone: bool     # stresses the router: a router and a worker of its own


def case(rfc, *peers, router=None, config=None, cost=0.3, alone=False):
    def register(function):
        CASES.append(Case(function.__name__.strip("_").replace("_", " "), rfc,
                          function.__module__.rpartition(".")[2], function, list(peers) or [peer()],
                          router or {}, config or {}, cost, alone))
        return function
    return register


class Remote:
    """One peer of a case: where it sits, and how it connects."""

    def __init__(self, bench, spec, address):
        self.bench, self.spec, self.address = bench, spec, address
        self.asn = spec.asn
        self.router = ROUTER[spec.version]
        self.identifier = address if spec.version == 4 else bench.identifier_for(address)
        self.family = bgp.IPV4 if spec.version == 4 else bgp.IPV6
        self.password = spec.options.get("password")

    @property
    def families(self):
        names = self.spec.options.get("families")
        if not names:
            return (self.family,)
        return tuple(bgp.IPV4 if name == "ipv4" else bgp.IPV6 for name in names)

    def connect(self, patience=6.0, **options):
        """A TCP connection; refusals are tried again while the router may still be starting."""
        options.setdefault("password", self.password)
        deadline = time.monotonic() + patience
        while True:
            try:
                with self.bench.outside():
                    made = bgp.connect(self.router, self.address, self.asn, self.identifier,
                                       **options)
                made.family = self.family
                self.bench.connections.append(made)
                return made
            except OSError as error:
                if time.monotonic() > deadline:
                    raise Failed(f"no connection to {self.router}: {error}") from None
                time.sleep(0.1)

    def opened(self, patience=6.0, **options):
        """Connected, and the router's OPEN read: the router is in OpenSent. A router that is not
        ready for the neighbor yet closes at once; that is tried again."""
        deadline = time.monotonic() + patience
        while True:
            made = self.connect(**options)
            try:
                made.read_open()
                return made
            except bgp.Closed:
                made.close()
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    def confirming(self, **open_options):
        """OPENs exchanged: the router is in OpenConfirm."""
        made = self.opened()
        open_options.setdefault("families", self.families)
        made.send_open(**open_options)
        made.read_kind(bgp.KEEPALIVE)
        return made

    def up(self, hold_time=90, capabilities=None, patience=6.0, settle=True, **options):
        """Established, with the router's first routes read."""
        made = self.opened(patience, **options)
        if capabilities is None:
            capabilities = made.default_capabilities(self.families)
        made.send_open(hold_time, capabilities)
        ours = any(sent[0] == bgp.CAP_AS4 for sent in capabilities)
        made.four_octets = ours and made.peer_open.capability(bgp.CAP_AS4) is not None
        made.read_kind(bgp.KEEPALIVE)
        made.send(bgp.keepalive())
        if settle:
            with contextlib.suppress(bgp.Timeout):
                made.read_until(lambda: made.ended, 2)
        return made

    def listen(self):
        with self.bench.outside():
            made = bgp.Listener(self.address, self.asn, self.identifier, self.password, self.router)
        made.family = self.family
        self.bench.listeners.append(made)
        return made


class Bench:
    """What a case works with: `t`."""

    def __init__(self, worker, number, case_):
        self.worker, self.number, self.case = worker, number, case_
        self.connections, self.listeners = [], []
        self.peers = [Remote(self, spec, worker.address(number, i, spec.version))
                      for i, spec in enumerate(case_.peers)]

    @property
    def peer(self):
        return self.peers[0]

    def outside(self):
        """Sockets made within are the peers', not the test's."""
        return self.worker.outside.inside()

    def identifier_for(self, address):
        tail = int(ipaddress.ip_address(address)) & 0xFFFF
        return str(ipaddress.ip_address(int(ipaddress.ip_address("10.6.0.0")) + tail))

    def net(self, i=0, length=24):
        """A prefix of this case's own: 20.N.0.0/16 cut into /24s."""
        base = (20 + (self.number >> 8)) << 24 | (self.number & 255) << 16
        return str(ipaddress.ip_network((base + (i << (32 - length)), length)))

    def nets(self, count, first=0, length=24):
        return [self.net(first + i, length) for i in range(count)]

    def net6(self, i=0):
        base = 0x20010DB8 << 96 | (0x1000 + self.number) << 80 | i << 64
        return str(ipaddress.ip_network((base, 64)))

    def router_is_alive(self):
        return self.worker.router_of(self.case).running()

    def close(self):
        for connection in [*self.connections, *self.listeners]:
            with contextlib.suppress(OSError):
                connection.close()


# ---- expectations -----------------------------------------------------------------------------


def check(condition, text):
    if not condition:
        raise Failed(text)


def same(got, wanted, text):
    if got != wanted:
        raise Failed(f"{text}: wanted {wanted!r}, got {got!r}")


def notified(connection, *codes, data=None, timeout=5.0):
    """The router sends one of the NOTIFICATIONs, with the data if given, and closes."""
    deadline = time.monotonic() + timeout
    wanted = " or ".join(f"{code}/{subcode}" for code, subcode in codes)
    while True:
        try:
            found = connection.read(max(deadline - time.monotonic(), 0))
        except bgp.Timeout:
            raise Failed(f"wanted NOTIFICATION {wanted}, got none in {timeout:g} s") from None
        except bgp.Closed as error:
            raise Failed(f"wanted NOTIFICATION {wanted}, got: {error}") from None
        if found.kind == bgp.NOTIFICATION:
            break
    check(found.code in codes, f"wanted NOTIFICATION {wanted}, got {found}")
    if data is not None:
        same(found.data.hex(), data.hex(), f"data of {found.code[0]}/{found.code[1]}")
    closed(connection)
    return found


def closed(connection, timeout=5.0):
    """The connection ends; whatever else came before is read over."""
    deadline = time.monotonic() + timeout
    with contextlib.suppress(bgp.Closed):
        while True:
            try:
                connection.read(max(deadline - time.monotonic(), 0))
            except bgp.Timeout:
                raise Failed(f"the connection was still open after {timeout:g} s") from None


def closed_quietly(connection, timeout=5.0):
    """It ends, and no NOTIFICATION was sent."""
    before = len(connection.log)
    closed(connection, timeout)
    said = [str(found) for _, found in list(connection.log)[before:]
            if found.kind == bgp.NOTIFICATION]
    check(not said, f"wanted no NOTIFICATION, got {said}")


def alive(connection, timeout=8.0):
    """The session is up and all that was sent has been read: a refresh is answered."""
    network = LOCAL_NETWORK if connection.family == bgp.IPV4 else LOCAL_NETWORK6
    start = len(connection.log)
    try:
        connection.send(bgp.route_refresh(connection.family))
        deadline = time.monotonic() + timeout
        while True:
            found = connection.read(max(deadline - time.monotonic(), 0))
            if found.kind == bgp.NOTIFICATION:
                raise Failed(f"the session should have stayed up, got {found}")
            if found.kind == bgp.UPDATE:
                learnt = bgp.parse_update(found.body, connection.four_octets)
                if network in learnt.announced:
                    return
    except bgp.Timeout:
        raise Failed("the session should have stayed up, but a refresh was not answered") from None
    except bgp.Closed as error:
        said = [str(found) for _, found in list(connection.log)[start:]]
        raise Failed(f"the session should have stayed up: {error} {said[-1:]}") from None


def learns(observer, prefix, timeout=8.0):
    """A peer is sent the prefix; its Route."""
    try:
        observer.read_until(lambda: prefix in observer.routes, timeout)
    except bgp.Timeout:
        raise Failed(f"{prefix} was not sent to the other peer") from None
    return observer.routes[prefix]


def forgets(observer, prefix, timeout=8.0):
    try:
        observer.read_until(lambda: prefix not in observer.routes, timeout)
    except bgp.Timeout:
        raise Failed(f"{prefix} was not withdrawn from the other peer") from None


def never_learns(observer, *prefixes, after=None):
    """None of them is sent, also after all that `after` sent was read."""
    if after is not None:
        alive(after)
    if LOCAL_NETWORK in observer.routes or LOCAL_NETWORK6 in observer.routes:
        alive(observer)
    observer.read_for(0.25)
    sent = [prefix for prefix in prefixes if prefix in observer.routes]
    check(not sent, f"{sent} should not have been sent to the other peer")


def pair(t, **options):
    """The case's first two peers, both Established: the one under test and the observer."""
    return t.peers[0].up(**options), t.peers[1].up()


def updates(connection, since=0):
    """The UPDATEs among the messages from an index of the log on, decoded."""
    return [bgp.parse_update(found.body, connection.four_octets)
            for _, found in list(connection.log)[since:] if found.kind == bgp.UPDATE]


def wait(seconds):
    time.sleep(seconds)


def own_address(connection):
    return connection.sock.getsockname()[0]


def refused(function):
    """The TCP connection is refused, ends without a byte, or with a NOTIFICATION at once."""
    try:
        connection = function()
    except (OSError, Failed, socket.timeout):
        return
    try:
        found = connection.read(3)
    except (bgp.Closed, bgp.Timeout):
        return
    check(found.kind == bgp.NOTIFICATION, f"the router talked: {found}")
