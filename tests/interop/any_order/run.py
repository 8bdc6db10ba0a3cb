"""Whatever happens, in any order: links, paths, sessions, announcements, operators, changes of the configuration, restarts
and other people's deletions, at two circuits and a VPN. After every few events the kernel has exactly the routes that a
model of the site expects, each by the right neighbor, and each circuit and tunnel has been sent exactly what the
configuration says, within its limit.
By hand, or with run.sh --all: DX_STEPS=150 DX_SEED=random; its number repeats a run."""
import copy
import os
import time

from chance import seeded
from circuits import BGP, AwsSide, Site, aws_address, expect_equal, stays, wait_until

STEPS = int(os.environ.get("DX_STEPS", "20"))
SETTLES = 60  # seconds: a circuit that failed three times waits for 10 before it is used again
VPCS = [f"172.{16 + n}.0.0/16" for n in range(12)]
LONGER = [f"172.{16 + n}.7.0/24" for n in range(12)]  # told by the VPN alone
OURS = [f"10.{n}.0.0/{16 + n % 9}" for n in range(12)]
ALL_OF_OURS = "10.0.0.0/8"
LIMITS = (100, 4, {"max": 4, "order": "configured"}, {"max": 4, "aggregate": [ALL_OF_OURS]})
CIRCUITS, VPN = ("dx1", "dx2"), "vpn"


def run(lab):
    chance = seeded()
    play = Play(Site(lab, circuits=3), chance)
    play.settles("the start")
    for step in range(STEPS):
        done = [play.something() for _ in range(chance.choice((1, 1, 2, 3)))]
        print(f"step {step}: {'; '.join(done)}", flush=True)
        play.settles(done[-1], calm=chance.random() < 0.4)
    play.all_is_well_again()
    errors = [line for line in play.router.process.log().splitlines() if " error" in line.lower()]
    expect_equal([line for line in errors if "the rest is held back" not in line], [], "errors in the log")


class Play:
    """The site, and what ought to be so."""

    def __init__(self, site, chance):
        self.site, self.chance = site, chance
        self.names = (*CIRCUITS, VPN)
        self.circuits = dict(zip(self.names, site.circuits))
        self.sides = {name: AwsSide(circuit.aws, circuit.vif(name, "vpn" if name == VPN else "private")).start()
                      for name, circuit in self.circuits.items()}
        self.told = {name: set() for name in self.names}
        for name in self.names:
            self.announce(name, VPCS + (LONGER if name == VPN else []))
        self.down, self.dark, self.drained = set(), set(), set()
        self.first, self.covered, self.metric = "dx1", True, 20
        self.networks, self.limit = OURS[:3], LIMITS[0]
        self.trial_ends = 0
        self.router = site.dxrouted(self.config()).start()

    def config(self):
        high = {name: {"preference": "high" if name == self.first else "low"} for name in CIRCUITS}
        vpn = {"covered-by-dx": "suppress" if self.covered else "keep"}
        limit = {"prefix-limit": {"out": self.limit}}
        return self.site.config(*(self.sides[name].neighbor(name, **high.get(name, vpn), **limit)
                                  for name in self.names), networks=self.networks,
                                fib={"metric": self.metric, "on-stop": "keep", "stale-time": "5s"})

    def address(self, name):
        return aws_address(self.circuits[name].number)

    # What ought to be in the kernel.

    def expected(self):
        second = next(name for name in CIRCUITS if name != self.first)
        order = [name for name in (self.first, second, VPN) if name in self.usable()]
        ways = {}
        for prefix in VPCS + LONGER:
            by = next((name for name in order if prefix in self.told[name]), None)
            if by and not (prefix in LONGER and self.covered and self.is_covered(prefix, order)):
                ways[prefix] = self.address(by)
        return ways

    def sent(self):
        """What each neighbor is to be told."""
        most, order = (self.limit["max"], self.limit.get("order")) if isinstance(self.limit, dict) else (self.limit, None)
        if isinstance(self.limit, dict) and "aggregate" in self.limit:
            fits = len(self.networks) <= most - 1  # the aggregate has a place of its own
            return set(self.networks) if fits else {ALL_OF_OURS}
        ranked = self.networks if order else sorted(self.networks, key=lambda each: (int(each.split("/")[1]), octets(each)))
        return set(ranked[:most])

    def is_covered(self, longer, order):
        shorter = VPCS[LONGER.index(longer)]
        return any(shorter in self.told[name] for name in order if name in CIRCUITS)

    def settles(self, what, calm=True):
        """Calm: every session that can be up is, none waits to be used, and the routes stay as they are. Else what is
        under way goes on into the next events."""
        try:
            if calm:
                wait_until("every session is up and in use", self.is_calm, SETTLES)
            self.site.wait_exactly(self.expected(), SETTLES)
            if calm:
                self.has_told()
                stays("the routes stay", lambda: self.site.router.ways(BGP) == self.expected(), 0.5)
            wait_until("the metric is that of the configuration", lambda: self.metrics() <= {self.metric}, 20)
        except Exception as error:
            raise type(error)(f"after {what}: {error}; down {self.down}, dark {self.dark}, drained {self.drained}, "
                              f"first {self.first}, covered {self.covered}, "
                              f"networks {self.networks}, limit {self.limit}") from None

    def is_calm(self):
        neighbors = self.router.show("bgp neighbors")
        can_be_up = [neighbors[self.address(name)] for name in self.usable()]
        return all(each["bgpState"] == "Established" and "returnDelayRemainingString" not in each
                   for each in can_be_up)

    def usable(self):
        return [name for name in self.names if name not in self.down | self.dark | self.drained]

    def has_told(self):
        for name in self.usable():
            routes = self.sides[name].wait_routes(name, self.sent())
            words = {"high" if name == self.first else "low"} if name in CIRCUITS else {None}
            expect_equal({route.get("preference") for route in routes.values()}, words, f"the preference on {name}")

    def metrics(self):
        return {route.get("metric", 0) for route in self.site.router.routes(BGP).values()}

    def all_is_well_again(self):
        for name in self.names:
            if name in self.down:
                self.link(name)
            if name in self.dark:
                self.darkness(name)
            if name in self.drained:
                self.drain(name)
            self.announce(name, VPCS)
        self.settles("all was mended")

    # What happens; each says what it did.

    def something(self):
        name = self.chance.choice(self.names)
        event = self.chance.choice((self.link, self.link, self.darkness, self.flap, self.clear, self.drain, self.tell,
                                    self.tell, self.crash, self.restart, self.change, self.change, self.trial, self.vandalize))
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
        self.router.ctl("clear", "ip", "bgp", name)

    def drain(self, name):
        drained = name in self.drained
        if drained:
            self.router.ctl("undrain", name)
        else:
            self.router.ctl("drain", name, "wait", "1s")
            wait_until(f"{name} is drained", lambda: self.router.neighbor(self.address(name)).get("drain") == "drained", 20)
        (self.drained.remove if drained else self.drained.add)(name)
        return f"{'undrain' if drained else 'drain'} {name}"

    def tell(self, name):
        some = self.chance.sample(VPCS + (LONGER if name == VPN else []), self.chance.randint(1, 12))
        if self.chance.random() < 0.5:
            self.announce(name, some)
        else:
            self.sides[name].ask("withdraw", session=name, prefixes=some)
            self.told[name] -= set(some)

    def announce(self, name, prefixes):
        self.sides[name].ask("announce", session=name, routes=sorted(prefixes))
        self.told[name] |= set(prefixes)

    def crash(self, _name):
        self.router.kill()
        self.router.start()
        return "kill -9 and start"

    def restart(self, _name):
        expect_equal(self.router.stop(), 0, "the exit code")
        self.router.start()
        return "stop and start"

    def change(self, _name):
        what = self.alter()
        self.wait_for_trial()
        self.router.write(self.config())
        self.router.ctl("reload")
        return f"another {what}"

    def trial(self, _name):
        """A change that has to be confirmed: it is, or it is not, or the router is killed before."""
        self.wait_for_trial()
        before = copy.copy(self.__dict__)
        what = self.alter()
        candidate = self.router.config_path.with_name("candidate.yaml")
        self.router.write(self.config(), candidate)
        self.router.ctl("config", "apply", str(candidate), "confirm", "1s")
        if self.chance.random() < 0.4:
            self.router.ctl("config", "confirm")
            return f"another {what}, confirmed"
        self.__dict__.update(before)
        self.trial_ends = time.monotonic() + 1.5
        if self.chance.random() < 0.3:
            self.crash(_name)
            return f"another {what}, killed before it was confirmed"
        return f"another {what}, not confirmed"

    def wait_for_trial(self):
        time.sleep(max(0, self.trial_ends - time.monotonic()))

    def alter(self):
        what = self.chance.choice(("first", "covered", "metric", "networks", "networks", "limit"))
        if what == "first":
            self.first = next(name for name in CIRCUITS if name != self.first)
        elif what == "covered":
            self.covered = not self.covered
        elif what == "networks":
            self.networks = self.chance.sample(OURS, self.chance.randint(1, 8))
        elif what == "limit":
            self.limit = self.chance.choice(LIMITS)
        else:
            self.metric = 30 - self.metric
        return what

    def vandalize(self, _name):
        """Another program deletes a few of our routes, or what they all lead over."""
        box = self.site.router
        objects = [shown["id"] for shown in box.ip_json("nexthop", "show", "protocol", BGP)]
        if objects and self.chance.random() < 0.5:
            box.ip("nexthop", "del", "id", str(self.chance.choice(objects)), check=False)
            return "ip nexthop del"
        routes = sorted(box.routes(BGP))
        for prefix in self.chance.sample(routes, min(3, len(routes))):
            box.ip("route", "del", prefix, check=False)
        return "ip route del"


def octets(prefix):
    return [int(octet) for octet in prefix.split("/")[0].split(".")]
