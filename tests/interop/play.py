"""A site to which things happen in any order, and what ought to be so after them: the scenarios any_order…
By hand, or with run.sh --all: DX_STEPS=150 DX_SEED=random; its number repeats a run."""
import dataclasses
import ipaddress
import os
import time

from circuits import BGP, AwsSide, aws_address, expect_equal, stays, wait_exactly, wait_until

STEPS = int(os.environ.get("DX_STEPS", "20"))
SETTLES = 60  # seconds: a circuit that failed three times waits for 10 before it is used again
COUNTS = (1, 2, 3, 5, 6, 7, 8)  # with four in the four places beside an aggregate it may be sent, or they
CIRCUITS, VPN = ("dx1", "dx2"), "vpn"


@dataclasses.dataclass(frozen=True)
class Prefixes:
    vpcs: tuple
    longer: tuple  # within them, one each: told by the VPN alone
    ours: tuple
    all_of_ours: str

    def all(self):
        return self.vpcs + self.longer


PREFIXES = {
    4: Prefixes(vpcs=tuple(f"172.{16 + n}.0.0/16" for n in range(12)),
                longer=tuple(f"172.{16 + n}.7.0/24" for n in range(12)),
                ours=tuple(f"10.{n}.0.0/{16 + n % 9}" for n in range(12)), all_of_ours="10.0.0.0/8"),
    6: Prefixes(vpcs=tuple(f"2001:db8:1{n:02}::/48" for n in range(12)),
                longer=tuple(f"2001:db8:1{n:02}:7::/64" for n in range(12)),
                ours=tuple(f"2001:db8:2{n:02}::/{48 + n % 9}" for n in range(12)), all_of_ours="2001:db8:200::/40"),
}


class Play:
    """Two circuits and a VPN, each with a stand-in for AWS behind it. Who derives from it makes `routers`, one a box, and
    says what is in their configurations and in their kernels."""

    def __init__(self, circuits, chance, family=4):
        self.chance, self.family, self.prefixes = chance, family, PREFIXES[family]
        self.limits = (100, 4, {"max": 4, "order": "configured"},
                       {"max": 5, "aggregate": [self.prefixes.all_of_ours]})
        self.names = (*CIRCUITS, VPN)
        self.circuits = dict(zip(self.names, circuits))
        self.sides = {name: AwsSide(circuit.aws, circuit.vif(name, "vpn" if name == VPN else "private", family)).start()
                      for name, circuit in self.circuits.items()}
        self.told = {name: set() for name in self.names}
        for name in self.names:
            self.announce(name, self.tellable(name))
        self.down, self.dark, self.drained = set(), set(), set()
        self.first, self.covered, self.metric = "dx1", True, 20
        self.refused = set()  # by our policy, whoever tells them
        self.on_stop = "keep"
        self.networks, self.limit = list(self.prefixes.ours[:3]), self.limits[0]
        self.events = [self.link, self.link, self.darkness, self.flap, self.clear, self.drain, self.tell, self.tell,
                       self.drill, self.crash, self.restart, self.change, self.change, self.vandalize]

    def go_on(self):
        """STEPS times a few things happen."""
        self.settles("the start")
        for step in range(STEPS):
            done = [self.something() for _ in range(self.chance.choice((1, 1, 2, 3)))]
            print(f"step {step}: {'; '.join(done)}", flush=True)
            self.settles(done[-1], calm=self.chance.random() < 0.4)
        self.all_is_well_again()
        for router in self.routers:
            errors = [line for line in router.process.log().splitlines() if " error" in line.lower()]
            expect_equal([line for line in errors if "the rest is held back" not in line], [], "errors in the log")

    # What ought to be so.

    def config(self, router):
        """Of that router."""
        raise NotImplementedError

    def expected(self, router):
        """{prefix: gateway}: what its kernel has."""
        raise NotImplementedError

    def router_of(self, name):
        """The one that has the circuit."""
        raise NotImplementedError

    def usable(self):
        return [name for name in self.names if name not in self.down | self.dark | self.drained]

    def address(self, name):
        return aws_address(self.circuits[name].number, self.family)

    def tellable(self, name):
        return self.prefixes.all() if name == VPN else self.prefixes.vpcs

    def neighbor(self, name):
        """The entry in our configuration."""
        if name == VPN:
            own = {"covered-by-dx": "suppress" if self.covered else "keep"}
        else:
            own = {"preference": "high" if name == self.first else "low"}
        return self.sides[name].neighbor(name, import_="in", prefix_limit={"out": self.limit}, **own)

    def sections(self):
        rules = [{"match": {"prefix": sorted(self.refused)}, "then": "reject"}] if self.refused else []
        return {"networks": self.networks, "policies": {"in": [*rules, {"then": "accept"}]},
                "fib": {"metric": self.metric, "on-stop": self.on_stop, "stale-time": "5s"}}

    def best(self, prefix, names):
        """By whom we send to it, of those that can be used."""
        second = next(name for name in CIRCUITS if name != self.first)
        order = [name for name in (self.first, second, VPN) if name in names]
        if prefix in self.prefixes.longer and self.covered:
            shorter = self.prefixes.vpcs[self.prefixes.longer.index(prefix)]
            if any(self.is_learnt(shorter, name) for name in order if name in CIRCUITS):
                return None
        return next((name for name in order if self.is_learnt(prefix, name)), None)

    def is_learnt(self, prefix, name):
        return prefix in self.told[name] and prefix not in self.refused

    def sent(self):
        """What each neighbor is to be told."""
        rules = self.limit if isinstance(self.limit, dict) else {"max": self.limit}
        if "aggregate" in rules:
            fits = len(self.networks) < rules["max"]  # the aggregate has a place of its own
            return set(self.networks) if fits else {self.prefixes.all_of_ours}
        ranked = self.networks if "order" in rules else sorted(self.networks, key=length_and_address)
        return set(ranked[:rules["max"]])

    def settles(self, what, calm=True):
        """Calm: every session that can be up is, none waits to be used, and the routes stay as they are. Else what is
        under way goes on into the next events."""
        try:
            if calm:
                wait_until("every session is up and in use", self.is_calm, SETTLES)
            for router in self.routers:
                wait_exactly(router.box, self.expected(router), SETTLES, self.family)
            if calm:
                self.has_told()
                stays("the routes stay", self.is_expected, 0.5)
            wait_until("the metric is that of the configuration", lambda: self.metrics() <= {self.metric}, 20)
        except Exception as error:
            raise type(error)(f"after {what}: {error}; {self.described()}") from None

    def described(self):
        return (f"down {self.down}, dark {self.dark}, drained {self.drained}, first {self.first}, "
                f"covered {self.covered}, networks {self.networks}, limit {self.limit}")

    def is_calm(self):
        """Every circuit and tunnel that can be is up and in use."""
        return all(self.is_in_use(name) for name in self.usable())

    def is_in_use(self, name):
        """AWS ends a new session once more when its BFD finds out late what ended the one before."""
        shown = self.router_of(name).neighbor(self.address(name))
        return (shown["bgpState"] == "Established" and "returnDelayRemainingString" not in shown
                and shown.get("peerBfdInfo", {}).get("status", "Up") == "Up" and self.sides[name].established(name))

    def is_expected(self):
        return all(router.box.ways(BGP, self.family) == self.expected(router) for router in self.routers)

    def has_told(self):
        for name in self.usable():
            routes = self.sides[name].wait_routes(name, self.sent())
            words = {"high" if name == self.first else "low"} if name in CIRCUITS else {None}
            expect_equal({route.get("preference") for route in routes.values()}, words, f"the preference on {name}")

    def metrics(self):
        return {route.get("metric", 0) for router in self.routers for route in router.box.routes(BGP, self.family).values()}

    def all_is_well_again(self):
        for name in self.names:
            if name in self.down:
                self.link(name)
            if name in self.dark:
                self.darkness(name)
            if name in self.drained:
                self.drain(name)
            self.announce(name, self.prefixes.vpcs)
        self.settles("all was mended")

    # What happens; each says what it did.

    def something(self):
        name = self.chance.choice(self.names)
        event = self.chance.choice(self.events)
        return event(name) or f"{event.__name__} {name}"

    def link(self, name):
        up = name in self.down
        self.circuits[name].link("up" if up else "down")
        (self.down.remove if up else self.down.add)(name)
        return f"link {name} {'up' if up else 'down'}"

    def darkness(self, name):
        """Packets get lost and no link goes down; only BFD notices it in time, and the VPN has none."""
        if name == VPN:
            return self.flap(name)
        dark = name in self.dark
        self.circuits[name].black_hole(not dark)
        (self.dark.remove if dark else self.dark.add)(name)
        return f"{name} {'lets packets pass' if dark else 'loses all packets'}"

    def flap(self, name):
        """AWS ends the session, and takes it again."""
        self.sides[name].ask("notify", code=6, subcode=4, idle=0)
        self.sides[name].ask("clear")
        return f"AWS resets {name}"

    def clear(self, name):
        self.router_of(name).ctl("clear", "ip", "bgp", name)

    def drain(self, name):
        router, drained = self.router_of(name), name in self.drained
        if drained:
            router.ctl("undrain", name)
        else:
            router.ctl("drain", name, "wait", "1s")
            wait_until(f"{name} is drained", lambda: router.neighbor(self.address(name)).get("drain") == "drained", 20)
        (self.drained.remove if drained else self.drained.add)(name)
        return f"{'undrain' if drained else 'drain'} {name}"

    def drill(self, name):
        """A circuit is taken away for a while, if nothing speaks against it, and comes back by itself; whoever asked for it
        may be gone by then."""
        router = self.router_of(name)
        client = router.box.start(router.client, "--socket", router.socket, "failover-test", name, "for",
                                  self.chance.choice(("1s", "2s")), name="drill")
        if self.chance.random() < 0.3:
            time.sleep(0.1)
            client.kill()
        return f"failover-test {name}"

    def tell(self, name):
        some = self.chance.sample(self.tellable(name), self.chance.randint(1, 12))
        if self.chance.random() < 0.5:
            self.announce(name, some)
        else:
            self.sides[name].ask("withdraw", session=name, prefixes=some)
            self.told[name] -= set(some)

    def announce(self, name, prefixes):
        self.sides[name].ask("announce", session=name, routes=sorted(prefixes))
        self.told[name] |= set(prefixes)

    def crash(self, name):
        router = self.router_of(name)
        router.kill()
        router.start()
        return f"kill -9 and start at {router.box.name}"

    def restart(self, name):
        router = self.router_of(name)
        expect_equal(router.stop(), 0, "the exit code")
        if self.on_stop == "remove":
            left = router.box.routes(BGP, self.family), router.box.ip_json("nexthop", "show", "protocol", BGP)
            expect_equal(left, ({}, []), "what is left after a stop")
        router.start()
        return f"stop and start at {router.box.name}"

    def change(self, _name):
        what = self.alter()
        for router in self.routers:
            router.write(self.config(router))
            router.ctl("reload")
        return f"another {what}"

    def alter(self):
        what = self.chance.choice(("first", "covered", "metric", "networks", "networks", "limit", "policy", "policy", "on-stop"))
        if what == "first":
            self.first = next(name for name in CIRCUITS if name != self.first)
        elif what == "covered":
            self.covered = not self.covered
        elif what == "networks":
            self.networks = self.chance.sample(self.prefixes.ours, self.chance.choice(COUNTS))
        elif what == "on-stop":
            self.on_stop = "remove" if self.on_stop == "keep" else "keep"
        elif what == "policy":
            self.refused = set(self.chance.sample(self.prefixes.all(), self.chance.randint(0, 6)))
        elif what == "limit":
            self.limit = self.chance.choice(self.limits)
        else:
            self.metric = 30 - self.metric
        return what

    def vandalize(self, name):
        """Another program deletes a few of our routes, or what they all lead over."""
        box = self.router_of(name).box
        objects = [shown["id"] for shown in box.ip_json("nexthop", "show", "protocol", BGP)]
        if objects and self.chance.random() < 0.5:
            box.ip("nexthop", "del", "id", str(self.chance.choice(objects)), check=False)
            return f"ip nexthop del at {box.name}"
        routes = sorted(box.routes(BGP, self.family))
        for prefix in self.chance.sample(routes, min(3, len(routes))):
            box.ip(f"-{self.family}", "route", "del", prefix, check=False)
        return f"ip route del at {box.name}"


def length_and_address(prefix):
    network = ipaddress.ip_network(prefix)
    return network.prefixlen, network.network_address
