"""The site that most scenarios play at: a router with circuits to AWS, one box at the other end of
each.

Circuit i: 192.168.i.0/30 and 2001:db8:0:i::/125, AWS is .1, we are .2, as Direct Connect has it.
"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))

from aws_side import AwsSide, vif  # noqa: E402
from lab import (Failed, Skipped, command, expect, expect_equal, stays, wait_until)  # noqa: E402
from peers import AWS_AS, OUR_AS, PEERS, Session, crash  # noqa: E402
from routers import Dxrouted, neighbor  # noqa: E402

KEY = "optional-bgp-key"
OUR_NETWORK, OUR_NETWORK6 = "10.0.0.0/16", "2001:db8:100::/48"
BGP, STATIC = 186, 88  # protocol numbers of our kernel routes

__all__ = ["AWS_AS", "AwsSide", "BGP", "Circuit", "Dxrouted", "Failed", "KEY", "OUR_AS", "OUR_NETWORK",
           "OUR_NETWORK6", "PEERS", "STATIC", "Session", "Site", "Skipped", "aws_address",
           "command", "crash", "expect", "expect_equal", "neighbor", "our_address", "stays",
           "wait_exactly", "wait_until"]


def aws_address(circuit, family=4):
    return f"192.168.{circuit}.1" if family == 4 else f"2001:db8:0:{circuit}::1"


def our_address(circuit, family=4):
    return f"192.168.{circuit}.2" if family == 4 else f"2001:db8:0:{circuit}::2"


def wait_exactly(box, expected, timeout, family=4):
    """{prefix: gateway in use}: the box's kernel has all of BGP's and no others."""
    def same():
        got = box.ways(BGP, family)
        wrong = [(target, got.get(target), expected.get(target))
                 for target in got.keys() | expected.keys()
                 if got.get(target) != expected.get(target)]
        if wrong:
            raise Failed(f"{len(wrong)} differ, as (prefix, got, wanted): {wrong[:3]}")
        return True
    wait_until(f"the kernel of {box.name} has exactly the {len(expected)} routes", same, timeout,
               every=min(1, len(expected) / 10_000))


class Circuit:
    """A link from one of our boxes to an AWS box: its own, unless one is given."""

    def __init__(self, lab, number, ours, aws=None):
        self.number, self.ours = number, ours
        self.interface, self.theirs = f"dx{number}", f"aws{number}" if aws else "aws0"
        self.aws = aws or lab.namespace(f"aws{number}")
        lab.link(ours, self.interface, [f"{our_address(number)}/30", f"{our_address(number, 6)}/125"],
                 self.aws, self.theirs, [f"{aws_address(number)}/30", f"{aws_address(number, 6)}/125"])

    def vif(self, name, kind="private", family=4, password=KEY, **options):
        """Settings of the stand-in (AwsSide) for a session over it."""
        return vif(name, aws_address(self.number, family), our_address(self.number, family), kind,
                   None if kind == "vpn" else password, **options)

    def vpc_host(self, address):
        """A host behind AWS, and the way back from it by this circuit."""
        self.aws.ip("address", "add", f"{address}/32", "dev", "lo")
        self.aws.ip("route", "add", "10.0.0.0/16", "via", our_address(self.number))

    def vpc(self, prefix, host, **options):
        """The stand-in for AWS with a VPC, and a host in it that packets go to."""
        self.vpc_host(host)
        return AwsSide(self.aws, self.vif(f"dx{self.number}", announce=[prefix], **options)).start()

    def peer(self, kind="bird", announce=(), password=KEY, family=4, asn=AWS_AS, **options):
        """A daemon at the AWS end with one session to us."""
        session = Session(aws_address(self.number, family), our_address(self.number, family),
                          password=password, **options)
        return PEERS[kind](self.aws, [session], asn=asn, announce=announce,
                           router_id=f"192.0.2.{self.number}")

    def neighbor(self, family=4, **options):
        """The entry in our configuration for it."""
        options.setdefault("password", KEY)
        options.setdefault("timers", {"connect-retry": "1s"})
        return neighbor(aws_address(self.number, family), AWS_AS, **options)

    def link(self, state):
        self.ours.ip("link", "set", self.interface, state)

    def black_hole(self, on=True):
        """Nothing gets through any more, in no direction, and no link goes down."""
        table, port = f"inet black_hole_{self.theirs}", self.theirs
        self.aws.nft(f"table {table} {{ chain in {{ type filter hook input priority 0; iifname {port} drop; }}; "
                     f"chain out {{ type filter hook output priority 0; oifname {port} drop; }}; }}"
                     if on else f"delete table {table}")


class Site:
    """Our box `router` and its circuits; each ends at a box of its own, or all at `aws`."""

    def __init__(self, lab, circuits=1, aws=None):
        self.lab = lab
        self.router = lab.namespace("router")
        self.router.sysctl("net.ipv4.ip_forward", 1)
        self.circuits = [Circuit(lab, number, self.router, aws) for number in range(1, circuits + 1)]

    def customer(self):
        """A box on the LAN behind our router: 10.0.1.2, which sends everything to it."""
        box = self.lab.namespace("customer")
        self.lab.link(self.router, "lan", ["10.0.1.1/24"], box, "eth0", ["10.0.1.2/24"])
        box.ip("route", "add", "default", "via", "10.0.1.1")
        return box

    @property
    def circuit(self):
        return self.circuits[0]

    @staticmethod
    def config(*neighbors, router=None, **sections):
        return {"router": {"asn": OUR_AS, "router-id": "192.168.1.2", **(router or {})},
                "networks": [OUR_NETWORK, OUR_NETWORK6], "neighbors": list(neighbors),
                **{key.replace("_", "-"): value for key, value in sections.items()}}

    def preferring_the_first(self, prefix, host):
        """A VPC with a host behind each of two circuits, of which the first is preferred: the AWS sides, and the
        configuration."""
        sides = [circuit.vpc(prefix, host) for circuit in self.circuits]
        return sides, self.config(sides[0].neighbor("dx1", preference="high"),
                                  sides[1].neighbor("dx2", preference="low"))

    def dxrouted(self, config):
        return Dxrouted(self.router, config)

    # What the kernel of our box holds.

    def wait_route(self, prefix, gateway=None, timeout=15):
        def there():
            found = self.router.gateways(prefix)
            return found and (gateway is None or gateway in found)
        wait_until(f"the kernel has {prefix}" + (f" via {gateway}" if gateway else ""), there,
                   timeout)

    def wait_no_route(self, prefix, timeout=15):
        wait_until(f"the kernel no longer has {prefix}",
                   lambda: self.router.route(prefix) is None, timeout)

    def wait_exactly(self, expected, timeout):
        wait_exactly(self.router, expected, timeout)

    def wait_way(self, address, gateway, timeout=10):
        """Where a packet really goes, backup paths included."""
        wait_until(f"packets to {address} go via {gateway}",
                   lambda: (self.router.way_to(address) or [None])[0] == gateway, timeout)
