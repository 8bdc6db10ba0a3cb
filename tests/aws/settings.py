"""What the stand-in can be told: one table for the options of the command line and the keys of the
JSON file. Defaults that depend on the type of the virtual interface are AWS's own."""
import dataclasses
import ipaddress

AMAZON, GRACEFUL_SHUTDOWN = 7224, "65535:0"


class Mistake(Exception):
    """Settings that make no sense; the text says which."""


@dataclasses.dataclass
class Defaults:
    """Of one type of virtual interface."""

    amazon_asn: int = 64512
    hold: int = 90
    keepalive: int = 30
    limit: int = 100
    bfd: bool = True
    md5: bool = True
    med: int = None
    path: tuple = ()          # what stands behind Amazon's AS in the AS_PATH


TYPES = {
    "private": Defaults(),
    "transit": Defaults(),
    # Amazon's public routes come with a path of at least three.
    "public": Defaults(amazon_asn=AMAZON, limit=1000, path=(16509, 16509)),
    "vpn": Defaults(hold=30, keepalive=10, bfd=False, md5=False, med=100),
}


def key(text, default=None, **metadata):
    return dataclasses.field(default=default, metadata={"help": text, **metadata})


@dataclasses.dataclass
class Settings:
    """One session. Where a default is None the type's counts."""

    local: str = key("address of the Amazon side")
    remote: str = key("address of the customer's router")
    name: str = key("what commands and events call the session (default: the remote address)")
    type: str = key("private, transit, public or vpn", "private", choices=tuple(TYPES))
    customer_asn: int = key("the customer's AS (default 65000)", 65000, kind=int)
    amazon_asn: int = key("Amazon's AS (default 64512; public 7224)", kind=int)
    password: str = key("the MD5 key; needed but on vpn tunnels")
    hold: int = key("hold time proposed, seconds (default 90; vpn 30)", kind=int)
    keepalive: int = key("keepalive time, seconds (default 30; vpn 10)", kind=int)
    limit: int = key("prefixes accepted; one more ends the session with 6/1 (default 100; public "
                     "1000)", kind=int)
    idle: float = key("seconds spent Idle after 6/1; 0: until `clear` (default 0)", 0.0, kind=float)
    retry: float = key("seconds between attempts to connect (default 5)", 5.0, kind=float)
    connect: bool = key("dial the router too; else only wait for it (default: dial)", True, kind=bool)
    bfd: bool = key("answer BFD, as the passive side (default: yes, but not on vpn tunnels)", kind=bool)
    bfd_interval: float = key("BFD intervals, milliseconds (default 300)", 300.0, kind=float)
    bfd_multiplier: int = key("BFD multiplier (default 3)", 3, kind=int)
    home: bool = key("the location belongs to the Region of the gateway: without a community its "
                     "routes are medium, else low (default: yes)", True, kind=bool)
    vpn: str = key("the VPN connection that a tunnel belongs to (default vpn-1)", "vpn-1")
    med: int = key("MED of what is announced (default none; vpn 100)", kind=int)
    announce: list = key("a route: PREFIX, or in JSON also {prefix, path, med, communities, origin: "
                         "region | continent | elsewhere}; may be given several times", kind=list)
    public_table: int = key("so many routes besides, as on a public virtual interface, of all three "
                            "origins in turn", 0, kind=int)

    def __post_init__(self):
        if not self.local or not self.remote:
            raise Mistake("a session needs `local` and `remote`")
        if self.type not in TYPES:
            raise Mistake(f"type: {self.type!r} is none of {', '.join(TYPES)}")
        defaults = TYPES[self.type]
        for name in ("amazon_asn", "hold", "keepalive", "limit", "bfd", "med"):
            if getattr(self, name) is None:
                setattr(self, name, getattr(defaults, name))
        self.name = self.name or self.remote
        self.path = list(defaults.path)
        if defaults.md5 and not self.password:
            raise Mistake(f"{self.name}: AWS has an MD5 key on every {self.type} virtual interface "
                          "(expected `password`)")
        if ipaddress.ip_address(self.local).version != ipaddress.ip_address(self.remote).version:
            raise Mistake(f"{self.name}: `local` and `remote` are of two families")
        self.announce = [*(self.announce or []), *public_routes(self.public_table)]

    @property
    def version(self):
        return ipaddress.ip_address(self.remote).version


def public_routes(count):
    """Many prefixes that look like Amazon's public table."""
    base, origins = int(ipaddress.ip_address("52.0.0.0")), ("region", "continent", "elsewhere")
    return [{"prefix": str(ipaddress.ip_network((base + (i << 8), 24))), "origin": origins[i % 3]}
            for i in range(count)]


def session_keys():
    return dataclasses.fields(Settings)


def from_json(document):
    """All sessions of a configuration file: {"sessions": [{…}, …]}; keys with - or _."""
    made = []
    known = {field.name for field in session_keys()}
    for entry in document.get("sessions", []):
        entry = {name.replace("-", "_"): value for name, value in entry.items()}
        unknown = sorted(set(entry) - known)
        if unknown:
            raise Mistake(f"unknown keys: {', '.join(unknown)}")
        made.append(Settings(**entry))
    return checked(made)


def checked(sessions):
    """What must be true of all sessions together."""
    for what in ("name", "local"):
        values = [getattr(session, what) for session in sessions]
        if len(set(values)) != len(values):
            raise Mistake(f"two sessions with the same `{what}`")
    if not sessions:
        raise Mistake("no session")
    return sessions
