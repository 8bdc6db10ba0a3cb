"""A BGP speaker made of bytes: builds and reads every message by hand, so that it can also send
what no router would. It owns one TCP connection and no policy; what a test wants to see wrong, it
sends wrong.

RFC 4271 4, 4760, 6793, 2918, 7313, 9003, 1997, 4360, 8092, 9234; TCP MD5 (RFC 2385) by setsockopt.
"""
import collections
import contextlib
import dataclasses
import ipaddress
import socket
import struct
import time

PORT = 179
MARKER = b"\xff" * 16
OPEN, UPDATE, NOTIFICATION, KEEPALIVE, ROUTE_REFRESH = 1, 2, 3, 4, 5
AS_TRANS = 23456

# Attribute type codes
ORIGIN, AS_PATH, NEXT_HOP, MED, LOCAL_PREF, ATOMIC_AGGREGATE, AGGREGATOR = 1, 2, 3, 4, 5, 6, 7
COMMUNITIES, ORIGINATOR_ID, CLUSTER_LIST, MP_REACH, MP_UNREACH = 8, 9, 10, 14, 15
EXTENDED_COMMUNITIES, AS4_PATH, AS4_AGGREGATOR, LARGE_COMMUNITIES, OTC = 16, 17, 18, 32, 35

# Attribute flags
OPTIONAL, TRANSITIVE, PARTIAL, EXTENDED_LENGTH = 0x80, 0x40, 0x20, 0x10
WELL_KNOWN = TRANSITIVE
OPTIONAL_TRANSITIVE = OPTIONAL | TRANSITIVE

AS_SET, AS_SEQUENCE = 1, 2

# Capabilities
CAP_MP, CAP_REFRESH, CAP_EXTENDED_MESSAGE, CAP_ROLE, CAP_GRACEFUL_RESTART = 1, 2, 6, 9, 64
CAP_AS4, CAP_ENHANCED_REFRESH = 65, 70

IPV4, IPV6 = (1, 1), (2, 1)

TCP_MD5SIG = 14
TCP_MD5SIG_MAXKEYLEN = 80


class Timeout(Exception):
    """Nothing came in time."""


class Closed(Exception):
    """The other side closed the connection."""


# ---- building ---------------------------------------------------------------------------------


def message(kind, body=b"", marker=MARKER, length=None):
    return marker + struct.pack("!HB", 19 + len(body) if length is None else length, kind) + body


def keepalive():
    return message(KEEPALIVE)


def notification(code, subcode, data=b""):
    return message(NOTIFICATION, bytes([code, subcode]) + data)


def shutdown_notification(subcode, text):
    encoded = text.encode()
    return notification(6, subcode, bytes([len(encoded)]) + encoded)


def route_refresh(family=IPV4, subtype=0):
    return message(ROUTE_REFRESH, struct.pack("!HBB", family[0], subtype, family[1]))


def capability(code, value=b""):
    return bytes([code, len(value)]) + value


def cap_mp(family):
    return capability(CAP_MP, struct.pack("!HBB", family[0], 0, family[1]))


def cap_as4(asn):
    return capability(CAP_AS4, struct.pack("!I", asn))


def capabilities_parameter(capabilities):
    joined = b"".join(capabilities)
    return bytes([2, len(joined)]) + joined if joined else b""


def open_message(asn, hold_time, identifier, parameters=b"", version=4, length=None):
    two_octets = asn if asn < 65536 else AS_TRANS
    body = struct.pack("!BHH4sB", version, two_octets, hold_time, pack_ip(identifier),
                       len(parameters) if length is None else length)
    return message(OPEN, body + parameters)


def pack_ip(address):
    return address if isinstance(address, bytes) else ipaddress.ip_address(address).packed


def prefix_bytes(prefix):
    network = ipaddress.ip_network(prefix)
    return bytes([network.prefixlen]) + network.network_address.packed[:(network.prefixlen + 7) // 8]


def nlri(prefixes):
    return b"".join(prefix if isinstance(prefix, bytes) else prefix_bytes(prefix)
                    for prefix in prefixes)


def packed(prefixes, room):
    """Cuts a list of prefixes so that each part's NLRI fits into `room` octets."""
    part, size = [], 0
    for prefix in prefixes:
        needs = 1 + (int(prefix.rpartition("/")[2]) + 7) // 8
        if size + needs > room:
            yield part
            part, size = [], 0
        part.append(prefix)
        size += needs
    if part:
        yield part


def attribute(flags, kind, value, length=None):
    size = len(value) if length is None else length
    if size > 255 or flags & EXTENDED_LENGTH:
        return struct.pack("!BBH", flags | EXTENDED_LENGTH, kind, size) + value
    return struct.pack("!BBB", flags, kind, size) + value


def origin(value=0):
    return attribute(WELL_KNOWN, ORIGIN, bytes([value]))


def path_segments(path, four_octets=True):
    """[1, 2, {3, 4}] as segments: a list is a sequence, a set within it an AS_SET."""
    segments, sequence = [], []
    for element in path:
        if isinstance(element, (set, frozenset)):
            if sequence:
                segments.append((AS_SEQUENCE, sequence))
            segments.append((AS_SET, sorted(element)))
            sequence = []
        else:
            sequence.append(element)
    if sequence:
        segments.append((AS_SEQUENCE, sequence))
    return segment_bytes(segments, four_octets)


def segment_bytes(segments, four_octets=True):
    out = b""
    for kind, numbers in segments:
        for start in range(0, max(len(numbers), 1), 255):
            part = numbers[start:start + 255]
            if not four_octets:
                part = [asn if asn < 65536 else AS_TRANS for asn in part]
            out += bytes([kind, len(part)]) + struct.pack(
                f"!{len(part)}{'I' if four_octets else 'H'}", *part)
    return out


def as_path(path, four_octets=True):
    return attribute(WELL_KNOWN, AS_PATH, path_segments(path, four_octets))


def next_hop(address):
    return attribute(WELL_KNOWN, NEXT_HOP, pack_ip(address))


def med(value):
    return attribute(OPTIONAL, MED, struct.pack("!I", value))


def local_pref(value):
    return attribute(WELL_KNOWN, LOCAL_PREF, struct.pack("!I", value))


def communities(*values):
    """Of "64512:1" texts or 32-bit numbers."""
    return attribute(OPTIONAL_TRANSITIVE, COMMUNITIES,
                     b"".join(struct.pack("!I", community(value)) for value in values))


def community(value):
    if isinstance(value, int):
        return value
    high, low = value.split(":")
    return int(high) << 16 | int(low)


NO_EXPORT, NO_ADVERTISE, NO_EXPORT_SUBCONFED = 0xFFFFFF01, 0xFFFFFF02, 0xFFFFFF03


def large_communities(*triples):
    return attribute(OPTIONAL_TRANSITIVE, LARGE_COMMUNITIES,
                     b"".join(struct.pack("!III", *triple) for triple in triples))


def extended_communities(*values):
    return attribute(OPTIONAL_TRANSITIVE, EXTENDED_COMMUNITIES, b"".join(values))


def aggregator(asn, address, four_octets=True):
    return attribute(OPTIONAL_TRANSITIVE, AGGREGATOR,
                     struct.pack("!I" if four_octets else "!H", asn) + pack_ip(address))


def otc(asn):
    return attribute(OPTIONAL_TRANSITIVE, OTC, struct.pack("!I", asn))


def mp_reach(prefixes, hops, family=IPV6):
    """hops: one address, a list of two (global, link-local), or the bytes of the field."""
    if isinstance(hops, str):
        hops = [hops]
    field = hops if isinstance(hops, bytes) else b"".join(pack_ip(hop) for hop in hops)
    value = struct.pack("!HBB", *family, len(field)) + field + b"\0" + nlri(prefixes)
    return attribute(OPTIONAL, MP_REACH, value)


def mp_unreach(prefixes, family=IPV6):
    return attribute(OPTIONAL, MP_UNREACH, struct.pack("!HB", *family) + nlri(prefixes))


def update(attributes=b"", prefixes=(), withdrawn=()):
    """`attributes`: bytes, or a list of bytes in the order to be sent."""
    if not isinstance(attributes, bytes):
        attributes = b"".join(attributes)
    gone = nlri(withdrawn)
    return message(UPDATE, struct.pack("!H", len(gone)) + gone +
                   struct.pack("!H", len(attributes)) + attributes + nlri(prefixes))


def end_of_rib(family=IPV4):
    return update() if family == IPV4 else update(mp_unreach([], family))


# ---- reading ----------------------------------------------------------------------------------


@dataclasses.dataclass
class Message:
    kind: int
    body: bytes
    length: int

    @property
    def code(self):  # of a NOTIFICATION
        return self.body[0], self.body[1]

    @property
    def data(self):
        return self.body[2:]

    def __str__(self):
        if self.kind == NOTIFICATION:
            return f"NOTIFICATION {self.code[0]}/{self.code[1]} {self.data.hex()}".strip()
        names = {OPEN: "OPEN", UPDATE: "UPDATE", KEEPALIVE: "KEEPALIVE",
                 ROUTE_REFRESH: "ROUTE-REFRESH"}
        return f"{names.get(self.kind, self.kind)} {self.body.hex()}"


@dataclasses.dataclass
class Open:
    version: int
    my_as: int
    hold_time: int
    identifier: str
    capabilities: list  # of (code, value), in the order sent
    parameters: list    # of (type, value): all optional parameters

    def capability(self, code):
        return next((value for found, value in self.capabilities if found == code), None)

    @property
    def families(self):
        return [(struct.unpack("!H", value[:2])[0], value[3])
                for code, value in self.capabilities if code == CAP_MP]


def parse_open(body):
    version, my_as, hold_time, identifier, length = struct.unpack("!BHH4sB", body[:10])
    rest, wide = body[10:], 1
    if length == 255 and rest[:1] == b"\xff":  # RFC 9072
        rest, wide = rest[3:], 2
    parameters, capabilities = [], []
    while rest:
        size = int.from_bytes(rest[1:1 + wide], "big")
        kind, value, rest = rest[0], rest[1 + wide:1 + wide + size], rest[1 + wide + size:]
        parameters.append((kind, value))
        while kind == 2 and value:
            capabilities.append((value[0], value[2:2 + value[1]]))
            value = value[2 + value[1]:]
    return Open(version, my_as, hold_time, str(ipaddress.ip_address(identifier)), capabilities,
                parameters)


@dataclasses.dataclass
class Attribute:
    flags: int
    kind: int
    value: bytes


@dataclasses.dataclass
class Route:
    """One announced path: its raw attributes, and readers for what tests ask about."""

    attributes: dict  # type code -> Attribute
    four_octets: bool = True
    hop: bytes = b""

    def value(self, kind):
        found = self.attributes.get(kind)
        return None if found is None else found.value

    def number(self, kind):
        value = self.value(kind)
        return None if value is None else int.from_bytes(value, "big")

    @property
    def path(self):
        return parse_path(self.value(AS_PATH) or b"", self.four_octets)

    @property
    def as4_path(self):
        value = self.value(AS4_PATH)
        return None if value is None else parse_path(value, True)

    @property
    def next_hop(self):
        return str(ipaddress.ip_address(self.hop[:4] if len(self.hop) == 4 else self.hop[:16]))

    @property
    def link_local(self):
        return str(ipaddress.ip_address(self.hop[16:])) if len(self.hop) == 32 else None

    @property
    def communities(self):
        value = self.value(COMMUNITIES) or b""
        return [number for (number,) in struct.iter_unpack("!I", value)]

    @property
    def large_communities(self):
        return list(struct.iter_unpack("!III", self.value(LARGE_COMMUNITIES) or b""))


def parse_path(value, four_octets):
    path, size = [], 4 if four_octets else 2
    while value:
        kind, count = value[0], value[1]
        numbers = struct.unpack(f"!{count}{'I' if four_octets else 'H'}",
                                value[2:2 + count * size])
        path.extend(numbers if kind == AS_SEQUENCE else [frozenset(numbers)])
        value = value[2 + count * size:]
    return path


def parse_prefixes(data, family):
    found, size = [], 4 if family == IPV4 else 16
    while data:
        octets = (data[0] + 7) // 8
        packed = data[1:1 + octets].ljust(size, b"\0")
        found.append(str(ipaddress.ip_network((packed, data[0]), strict=False)))
        data = data[1 + octets:]
    return found


@dataclasses.dataclass
class Update:
    withdrawn: list
    announced: list
    attributes: list      # of Attribute, in the order sent
    route: Route          # what `announced` has in common
    end_of_rib: tuple     # its family, or None


def parse_attributes(data):
    attributes = []
    while data:
        flags, kind = data[0], data[1]
        if flags & EXTENDED_LENGTH:
            size, start = struct.unpack("!H", data[2:4])[0], 4
        else:
            size, start = data[2], 3
        attributes.append(Attribute(flags, kind, data[start:start + size]))
        data = data[start + size:]
    return attributes


def parse_update(body, four_octets=True):
    gone = struct.unpack("!H", body[:2])[0]
    withdrawn = parse_prefixes(body[2:2 + gone], IPV4)
    size = struct.unpack("!H", body[2 + gone:4 + gone])[0]
    attributes = parse_attributes(body[4 + gone:4 + gone + size])
    announced = parse_prefixes(body[4 + gone + size:], IPV4)
    by_kind = {found.kind: found for found in attributes}
    route = Route(by_kind, four_octets, by_kind[NEXT_HOP].value if NEXT_HOP in by_kind else b"")
    ended = IPV4 if len(body) == 4 else None
    if MP_UNREACH in by_kind:
        value = by_kind[MP_UNREACH].value
        family = struct.unpack("!HB", value[:3])
        withdrawn += parse_prefixes(value[3:], family)
        if len(attributes) == 1 and len(value) == 3:
            ended = family
    if MP_REACH in by_kind:
        value = by_kind[MP_REACH].value
        family, hop_size = struct.unpack("!HB", value[:3]), value[3]
        route.hop = value[4:4 + hop_size]
        announced += parse_prefixes(value[5 + hop_size:], family)
    return Update(withdrawn, announced, attributes, route, ended)


# ---- connections ------------------------------------------------------------------------------


def set_md5_key(sock, peer_address, key):
    """TCP_MD5SIG for one peer; an empty key removes it."""
    address = ipaddress.ip_address(peer_address)
    if address.version == 4:
        where = struct.pack("=HH4s", socket.AF_INET, 0, address.packed)
    else:
        where = struct.pack("=HHI16sI", socket.AF_INET6, 0, 0, address.packed, 0)
    secret = key.encode()
    sock.setsockopt(socket.IPPROTO_TCP, TCP_MD5SIG,
                    struct.pack("=128sBBHi80s", where, 0, 0, len(secret), 0, secret))


def set_ttl(sock, ttl):
    """The TTL, or hop limit, of what the socket sends."""
    if sock.family == socket.AF_INET6:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS, ttl)
    else:
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, ttl)


def new_socket(address, ttl=None):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if ttl:
        set_ttl(sock, ttl)
    return sock


class Speaker:
    """One connection to a BGP router. Reads are synchronous; what was learnt is in `routes`."""

    def __init__(self, sock, asn, identifier):
        self.sock = sock
        self.asn = asn
        self.identifier = identifier
        self.buffer = b""
        self.family = IPV4          # what refreshes ask for
        self.four_octets = True     # of AS numbers in UPDATEs; settled by handshake()
        self.peer_open = None
        self.routes = {}            # prefix -> Route
        self.log = collections.deque(maxlen=100000)  # (time, Message): all that came, oldest first
        self.ended = set()          # families with End-of-RIB

    def close(self):
        with contextlib.suppress(OSError):
            self.sock.close()

    def reset(self):
        """Closes with RST instead of FIN."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close()

    def send(self, *parts):
        data = b"".join(parts)
        self.sock.settimeout(20)
        try:
            self.sock.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            raise Closed("while sending") from None

    def read(self, timeout=5.0):
        """The next message, whatever it is; its routes are taken into `routes`."""
        deadline = time.monotonic() + timeout
        while True:
            found = self.take()
            if found:
                return found
            left = deadline - time.monotonic()
            if left <= 0:
                raise Timeout(f"no message within {timeout:g} s")
            self.sock.settimeout(left)
            try:
                data = self.sock.recv(262144)
            except socket.timeout:
                continue
            except (ConnectionResetError, BrokenPipeError):
                raise Closed("connection reset") from None
            if not data:
                raise Closed("connection closed")
            self.buffer += data

    def take(self):
        """The first message of what is in the buffer, None if it is not whole yet. Reads nothing."""
        found = self._cut()
        if found:
            self.log.append((time.monotonic(), found))
            self._learn(found)
        return found

    def _cut(self):
        if len(self.buffer) < 19:
            return None
        length, kind = struct.unpack("!HB", self.buffer[16:19])
        if len(self.buffer) < length:
            return None
        body, self.buffer = self.buffer[19:length], self.buffer[length:]
        return Message(kind, body, length)

    def _learn(self, found):
        if found.kind != UPDATE:
            return
        learnt = parse_update(found.body, self.four_octets)
        for prefix in learnt.withdrawn:
            self.routes.pop(prefix, None)
        for prefix in learnt.announced:
            self.routes[prefix] = learnt.route
        if learnt.end_of_rib:
            self.ended.add(learnt.end_of_rib)

    def read_until(self, condition, timeout=5.0):
        """Reads on until condition() holds; Timeout if it does not in time."""
        deadline = time.monotonic() + timeout
        while not condition():
            self.read(max(deadline - time.monotonic(), 0))

    def read_for(self, seconds):
        """All messages of the coming seconds, or until the connection ends."""
        deadline, found = time.monotonic() + seconds, []
        with contextlib.suppress(Timeout, Closed):
            while True:
                found.append(self.read(max(deadline - time.monotonic(), 0)))
        return found

    def read_kind(self, kind, timeout=5.0):
        """The next message of a kind; others are read over."""
        deadline = time.monotonic() + timeout
        while True:
            found = self.read(max(deadline - time.monotonic(), 0))
            if found.kind == kind:
                return found
            if found.kind == NOTIFICATION:
                raise Closed(str(found))

    # The usual way up.

    def default_capabilities(self, families=(IPV4,)):
        return [*(cap_mp(family) for family in families), capability(CAP_REFRESH),
                cap_as4(self.asn)]

    def send_open(self, hold_time=90, capabilities=None, families=(IPV4,), identifier=None):
        if capabilities is None:
            capabilities = self.default_capabilities(families)
        self.send(open_message(self.asn, hold_time, identifier or self.identifier,
                               capabilities_parameter(capabilities)))

    def read_open(self, timeout=5.0):
        found = self.read(timeout)
        if found.kind != OPEN:
            raise Closed(f"wanted an OPEN, got {found}")
        self.peer_open = parse_open(found.body)
        return self.peer_open

    def handshake(self, hold_time=90, capabilities=None, families=(IPV4,), timeout=5.0):
        """OPEN and KEEPALIVE both ways: Established afterwards."""
        if capabilities is None:
            capabilities = self.default_capabilities(families)
        self.send_open(hold_time, capabilities)
        self.read_open(timeout)
        ours = any(sent[0] == CAP_AS4 for sent in capabilities)
        self.four_octets = ours and self.peer_open.capability(CAP_AS4) is not None
        self.read_kind(KEEPALIVE, timeout)
        self.send(keepalive())
        return self

    # Announcing, in the session's AS number size.

    def path(self, path):
        return as_path(path, self.four_octets)

    def attributes(self, path=None, hop=None, extra=()):
        """ORIGIN, AS_PATH, NEXT_HOP and what is given besides, as a list."""
        hop = hop or self.sock.getsockname()[0]
        return [origin(), self.path([self.asn] if path is None else path), next_hop(hop), *extra]

    def announce(self, prefixes, path=None, hop=None, extra=()):
        if isinstance(prefixes, str):
            prefixes = [prefixes]
        self.send(update(self.attributes(path, hop, extra), prefixes))

    def withdraw(self, prefixes):
        self.send(update(withdrawn=[prefixes] if isinstance(prefixes, str) else prefixes))


def dialling_socket(address, source, password=None, ttl=None):
    """A socket ready to connect. In the namespace of the calling thread."""
    sock = new_socket(address, ttl)
    try:
        if password:
            set_md5_key(sock, address, password)
        sock.bind((source, 0))
    except OSError:
        sock.close()
        raise
    return sock


def connect(address, source, asn, identifier, password=None, ttl=None, port=PORT, timeout=5.0):
    """Dials a router."""
    sock = dialling_socket(address, source, password, ttl)
    try:
        sock.settimeout(timeout)
        sock.connect((address, port))
    except OSError:
        sock.close()
        raise
    return Speaker(sock, asn, identifier)


class Listener:
    """Waits for a router to dial."""

    def __init__(self, address, asn, identifier, password=None, peer=None, port=PORT, ttl=None):
        self.asn, self.identifier, self.family = asn, identifier, IPV4
        self.sock = new_socket(address, ttl)
        try:
            if password:
                set_md5_key(self.sock, peer, password)
            self.sock.bind((address, port))
            self.sock.listen(16)
        except OSError:
            self.sock.close()
            raise

    def accept(self, timeout=15.0):
        self.sock.settimeout(timeout)
        try:
            sock, _ = self.sock.accept()
        except socket.timeout:
            raise Timeout(f"the router did not dial within {timeout:g} s") from None
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        made = Speaker(sock, self.asn, self.identifier)
        made.family = self.family
        return made

    def close(self):
        self.sock.close()
