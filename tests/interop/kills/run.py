"""`kill -9` at any moment: while a table is loaded, half of it new each time, and while a circuit fails and returns, by
its link, by BFD, by a NOTIFICATION; and while a change of fib.metric waits to be confirmed. After each restart the kernel has exactly the routes that are announced, each by the
right gateway; the configuration is the same byte by byte, and its history is whole.
By hand, or with run.sh --all: DX_KILLS=32 DX_KILL_ROUTES=100000 DX_SEED=random; its number repeats the moments of a run."""
import json
import os
import time

import bgp_speaker as bgp
from chance import seeded
from circuits import AWS_AS, Site, aws_address, expect_equal, wait_until
from lab import Lab
from routers import to_yaml
from speaker_peer import SpeakerPeer

KILLS = int(os.environ.get("DX_KILLS", "6"))
COUNT = int(os.environ.get("DX_KILL_ROUTES", "5000"))
PER_SET = 10           # prefixes that share their attributes
VPCS = [f"172.{16 + n // 250}.{n % 250}.0/24" for n in range(60)]
FIRST, SECOND = aws_address(1), aws_address(2)
SETTLES = 60           # seconds
DETECTION = 0.9        # seconds: 300 ms x 3
OBJECTS = 186          # the protocol of our nexthop objects


def run(lab):
    chance = seeded()
    during_load(Site(lab, circuits=2), chance, KILLS - KILLS // 2)
    with Lab("failover") as another:
        during_failover(Site(another, circuits=2), chance, KILLS // 2)


class Victim:
    """The router, what it must not lose, and how it is killed."""

    def __init__(self, site, config, chance):
        self.site, self.chance = site, chance
        self.config = {**config, "fib": {"on-stop": "keep", "stale-time": "5s"}}
        self.router = site.dxrouted(self.config)
        self.text = self.router.config_path.read_bytes()
        self.history = self.shown = self.objects = None
        self.killed = 0

    def start(self):
        self.router.start()
        known = json.loads(self.router.ctl("config", "history", "--json"))
        self.history = self.history or known
        expect_equal(known, self.history, f"the history of the configuration after {self.killed} kills")
        shown = json.loads(self.router.ctl("config", "show", "1", "--json"))["text"]
        self.shown = self.shown or shown
        expect_equal(shown, self.shown, "the entry of the history")
        expect_equal(self.router.config_path.read_bytes(), self.text, f"the configuration after {self.killed} kills")

    def dies_within(self, seconds):
        """At any moment of the time; it comes again."""
        time.sleep(self.chance.uniform(0, seconds))
        self.router.kill()
        self.killed += 1
        self.start()

    def settles(self, expected):
        """The kernel has these routes and no others, and no more nexthop objects than ever."""
        self.site.wait_exactly(expected, SETTLES)
        self.objects = self.objects or self.count_objects()
        wait_until(f"no nexthop object is left over after {self.killed} kills",
                   lambda: self.count_objects() <= self.objects, 20, every=0.5)

    def with_metric(self, metric):
        changed = self.router.directory / "metric.yaml"
        changed.write_text(to_yaml({**self.config, "fib": {**self.config["fib"], "metric": metric},
                                    "control": {"socket": str(self.router.socket)}}))
        return changed

    def metrics(self):
        return {route.get("metric", 0) for route in self.site.router.ip_json("route", "show", "protocol", OBJECTS)}

    def count_objects(self):
        return len(self.site.router.ip_json("nexthop", "show", "protocol", OBJECTS))


def prefix(n):
    return f"{20 + (n >> 16)}.{n >> 8 & 255}.{n & 255}.0/24"


def table(hop, numbers, longer=()):
    """UPDATEs with these prefixes, in few pieces, and End-of-RIB."""
    updates = []
    for at in range(numbers.start, numbers.stop, PER_SET):
        attributes = [bgp.origin(), bgp.as_path([AWS_AS, 61000 + at % 1000, *longer]), bgp.next_hop(hop)]
        updates.append(bgp.update(attributes, [prefix(n) for n in range(at, min(at + PER_SET, numbers.stop))]))
    return [b"".join(updates[at:at + 500]) for at in range(0, len(updates), 500)] + [bgp.end_of_rib()]


def during_load(site, chance, kills):
    """Each time another half of the table is new, and the second circuit has a longer way to half of it."""
    peers = [SpeakerPeer(circuit.aws, aws_address(circuit.number), AWS_AS) for circuit in site.circuits]
    victim = Victim(site, site.config(*(circuit.neighbor(password=None) for circuit in site.circuits)), chance)
    load = 0
    for turn in range(1, kills + 1):
        numbers = range(turn * COUNT // 2, turn * COUNT // 2 + COUNT)
        half = range(numbers.start - COUNT // 4, numbers.start + COUNT // 4)
        peers[0].table, peers[1].table = table(FIRST, numbers), table(SECOND, half, [64999])
        expected = {prefix(n): SECOND for n in half} | {prefix(n): FIRST for n in numbers}
        if not load:
            began = time.monotonic()
            victim.start()
            victim.settles(expected)
            load = time.monotonic() - began
            print(f"{len(expected)} routes settle within {load:.1f} s", flush=True)
        # The sessions of the last turn end with the process; it comes again to new tables, and dies over them.
        victim.dies_within(0)
        for _ in range(chance.choice((1, 1, 2))):
            victim.dies_within(load)
        victim.settles(expected)
    print(f"{victim.killed} kills during load", flush=True)
    expect_equal(victim.router.stop(), 0, "the exit code")
    site.wait_exactly(expected, 1)  # fib.on-stop: keep


def by_link(site, _side):
    site.circuits[0].link("down")
    return lambda: site.circuits[0].link("up")


def by_bfd(site, _side):
    site.circuits[0].black_hole()
    return lambda: site.circuits[0].black_hole(False)


def by_notification(_site, side):
    side.ask("notify", code=6, subcode=2, idle=0)
    return lambda: side.ask("clear")


def during_failover(site, chance, kills):
    sides = [circuit.vpc(VPCS[0], "172.16.0.1") for circuit in site.circuits]
    for side, circuit in zip(sides, site.circuits):
        side.ask("announce", session=f"dx{circuit.number}", routes=VPCS)
    victim = Victim(site, site.config(sides[0].neighbor("dx1", preference="high"),
                                      sides[1].neighbor("dx2", preference="low")), chance)
    victim.start()
    victim.settles(dict.fromkeys(VPCS, FIRST))
    for turn in range(kills):
        fails = (by_link, by_bfd, by_notification)[turn % 3]
        mend = fails(site, sides[0])
        # Mostly while it fails, at times while it returns.
        if chance.random() < 0.7:
            victim.dies_within(DETECTION * 1.2)
            victim.settles(dict.fromkeys(VPCS, SECOND))
            mend()
        else:
            victim.settles(dict.fromkeys(VPCS, SECOND))
            mend()
            victim.dies_within(DETECTION * 1.2)
        victim.settles(dict.fromkeys(VPCS, FIRST))
    print(f"{victim.killed} kills during failover", flush=True)
    of_another_metric(victim, dict.fromkeys(VPCS, FIRST))


def of_another_metric(victim, expected):
    """The change is taken back at the start: what is in the kernel under its metric gives way to what is wanted."""
    victim.router.ctl("config", "apply", victim.with_metric(10), "confirm", "5m")
    wait_until("the routes have the new metric", lambda: victim.metrics() == {10}, 20)
    victim.settles(expected)
    victim.router.kill()
    victim.router.start()
    wait_until("the routes have the old metric again, and none is left", lambda: victim.metrics() == {20}, 30)
    victim.settles(expected)
