"""Which of its sessions AWS would send a packet back by: what it makes of the communities it
receives, and the order in which it prefers routes. Pure: no sockets, no clock."""
import dataclasses
import ipaddress

from settings import AMAZON

LOW, MEDIUM, HIGH = 1, 2, 3
WORDS = {LOW: "low", MEDIUM: "medium", HIGH: "high"}
PREFERENCES = {"7224:7100": LOW, "7224:7200": MEDIUM, "7224:7300": HIGH}
SCOPES = {"7224:9100": "region", "7224:9200": "continent", "7224:9300": "global"}
SUPPORTED = {"private": PREFERENCES, "transit": PREFERENCES, "public": SCOPES, "vpn": {}}


def community_text(number):
    return f"{number >> 16}:{number & 65535}"


def is_private_as(asn):
    return 64512 <= asn <= 65534 or 4200000000 <= asn <= 4294967294


@dataclasses.dataclass
class Accepted:
    """A route as AWS keeps it: `communities` without those of Amazon's that the type of virtual
    interface does not know, which are in `stripped`."""

    prefix: str
    session: str
    type: str
    path: list
    next_hop: str
    med: int
    communities: list
    stripped: list
    home: bool = True

    @property
    def preference(self):
        """Of several communities, which AWS calls mutually exclusive, the highest counts. Without
        one a location of the gateway's own Region is medium, any other low."""
        said = [PREFERENCES[value] for value in self.communities if value in PREFERENCES]
        return max(said, default=MEDIUM if self.home else LOW)

    @property
    def scope(self):
        said = [SCOPES[value] for value in self.communities if value in SCOPES]
        return said[0] if said else "global"

    @property
    def path_length(self):
        """On public virtual interfaces a private AS is replaced by 7224: prepends are lost."""
        if self.type == "public" and all(is_private_as(asn) for asn in self.path):
            return 1
        return len(self.path)

    def shown(self):
        shown = dataclasses.asdict(self)
        shown.pop("home")
        if self.type == "public":
            return {**shown, "scope": self.scope}
        return {**shown, "preference": WORDS[self.preference]} if self.type != "vpn" else shown


def accept(settings, prefix, route):
    """An Accepted of a bgp_speaker.Route; None where AWS's own AS stands in the path."""
    if settings.amazon_asn in route.path:
        return None
    values = [community_text(number) for number in route.communities]
    known = SUPPORTED[settings.type]
    stripped = [value for value in values if value.startswith(f"{AMAZON}:") and value not in known]
    kept = [value for value in values if value not in stripped]
    return Accepted(prefix, settings.name, settings.type, route.path, route.next_hop,
                    route.number(4), kept, stripped, settings.home)


# Each step keeps the routes with the highest value. Public virtual interfaces know no preference.
STEPS = (
    ("longest prefix", lambda route: ipaddress.ip_network(route.prefix).prefixlen),
    ("Direct Connect before VPN", lambda route: route.type != "vpn"),
    ("local preference community", lambda route: route.type == "public" or route.preference),
    ("AS_PATH length", lambda route: -route.path_length),
    ("MED", lambda route: -(route.med or 0)),
)


def covers(route, network):
    found = ipaddress.ip_network(route.prefix)
    return found.version == network.version and network.subnet_of(found)


def best(routes, destination, public=False):
    """{"sessions": the names that share the traffic to an address or prefix, "prefix", "decided":
    the step that left no other, or "ECMP"}. Public virtual interfaces are a world of their own."""
    network = ipaddress.ip_network(destination, strict=False)
    left = [route for route in routes
            if (route.type == "public") == public and covers(route, network)]
    decided = "only route" if left else "no route"
    for name, value in STEPS:
        if len(left) < 2:
            break
        highest = max(value(route) for route in left)
        left = [route for route in left if value(route) == highest]
        decided = name if len(left) == 1 else "ECMP"
    return {"sessions": sorted(route.session for route in left), "decided": decided,
            "prefix": left[0].prefix if left else None}
