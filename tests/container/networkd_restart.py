#!/usr/bin/env python3
"""dxrouted beside systemd-networkd: what networkd deletes when it is restarted, reloaded or told to
configure a link again is put back, and the sessions are there.

Two circuits to AWS (BIRD, MD5) end in a container with systemd as PID 1. Its networkd, with its
defaults, manages their addresses and takes every route it does not know for foreign. A foreign route of
our own making is the canary: when it goes, networkd has been at work.

$DXROUTED and $DXCTL name the programs, else those in build/ are used. Needs root and, the first time,
a Debian mirror. Exit code: 0 passed, 1 failed, 77 cannot run here.
"""
import pathlib
import re
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))

from container import BASE, Container, Tree, library_packages, main  # noqa: E402
from lab import expect, expect_equal, stays, wait_until  # noqa: E402
from peers import AWS_AS, OUR_AS, Bird, Session  # noqa: E402
from routers import Dxrouted, find_program, neighbor, to_yaml  # noqa: E402

KEY = "optional-bgp-key"
BGP, STATIC = 186, 88  # protocol numbers of our kernel routes
BOTH = "172.31.0.0/16"  # announced on both circuits: a nexthop group
ONLY = {1: "172.30.0.0/16", 2: "172.29.0.0/16"}  # on one: plain routes
OUR_STATIC = "10.1.0.0/16"
CANARY = {1: "198.51.100.0/24", 2: "203.0.113.0/24"}
BIRD_RESTS = 2.0  # seconds: refuses for one after a session failed, and the next try comes one later
REPAIRED_WITHIN = 2.0 + BIRD_RESTS


def aws_address(circuit):
    return f"192.168.{circuit}.1"


def our_address(circuit):
    return f"192.168.{circuit}.2"


class PromptBird(Bird):
    """BIRD that does not rest longer each time a session fails: here they fail on purpose."""

    def config(self):
        return super().config().replace("error wait time 1,2;", "error wait time 1,1;")


class ContainedDxrouted(Dxrouted):
    """dxrouted as a unit of the container. Its socket is in the laboratory's directory, so that dxctl
    and all that asks it stay outside."""

    def write(self, config):
        inside = f"/mnt/lab/{self.directory.name}/dxrouted.sock"
        super().write(to_yaml({**config, "control": {"socket": inside}}))

    def start(self, ready=True):
        self.box.run_inside(
            "systemd-run", "--quiet", "--unit=dxrouted", "--property=Type=notify",
            "/usr/local/sbin/dxrouted", "--config", f"/mnt/lab/{self.directory.name}/dxrouted.yaml")
        return self

    def log(self):
        return self.box.journal("dxrouted")


class Site:
    """The container as the router, its two circuits, and what is looked at."""

    def __init__(self, lab):
        self.lab = lab
        networks = lab.directory / "network"
        networks.mkdir()
        for circuit in (1, 2):
            (networks / f"10-dx{circuit}.network").write_text(
                f"[Match]\nName=dx{circuit}\n\n[Network]\nAddress={our_address(circuit)}/30\n")
        daemon, client = find_program("DXROUTED", "dxrouted"), find_program("DXCTL", "dxctl")
        tree = Tree([*BASE, *library_packages(daemon, client)])
        self.box = Container(lab, "router", tree, {
            daemon: "/usr/local/sbin/dxrouted", networks: "/etc/systemd/network"})
        self.peers = [self._peer(circuit) for circuit in (1, 2)]
        self.box.run_inside("systemctl", "start", "systemd-networkd")
        for circuit in (1, 2):
            wait_until(f"networkd has configured dx{circuit}",
                       lambda name=f"dx{circuit}": self.configured(name), 20)
        self.router = ContainedDxrouted(self.box, {
            "router": {"asn": OUR_AS, "router-id": our_address(1)},
            "networks": ["10.0.0.0/16"],
            "static-routes": [{"prefix": OUR_STATIC, "via": aws_address(1)}],
            "neighbors": [neighbor(aws_address(circuit), AWS_AS, password=KEY, preference=wish,
                                   profile="aws-private", bfd=False,
                                   timers={"connect-retry": "1s"})
                          for circuit, wish in ((1, "high"), (2, "low"))]})

    def _peer(self, circuit):
        aws = self.lab.namespace(f"aws{circuit}")
        self.lab.link(self.box, f"dx{circuit}", [], aws, "aws0", [f"{aws_address(circuit)}/30"])
        session = Session(aws_address(circuit), our_address(circuit), password=KEY)
        return PromptBird(aws, [session], announce=[BOTH, ONLY[circuit]],
                          router_id=f"192.0.2.{circuit}").start()

    def configured(self, interface):
        return "(configured)" in self.box.run_inside("networkctl", "status", interface)

    def addressed(self):
        shown = self.box.ip("-4", "address", "show")
        return all(our_address(circuit) in shown for circuit in (1, 2))

    def sessions(self):
        return [self.router.established(aws_address(circuit)) for circuit in (1, 2)]

    def connections(self):
        """How often each session came up."""
        return [self.router.neighbor(aws_address(circuit))["connectionsEstablished"]
                for circuit in (1, 2)]

    def kernel(self):
        """Our kernel routes: {prefix: (protocol, metric, [(gateway, interface, weight)])}."""
        objects = {shown["id"]: shown for shown in self.box.ip_json("nexthop", "show")}
        links = {link["ifindex"]: link["ifname"] for link in self.box.ip_json("link", "show")}

        def way(shown, weight):
            interface = shown.get("dev")
            return shown.get("gateway"), links.get(interface, interface), weight

        def ways(route):
            if "nhid" not in route:
                return [way(route, 1)]
            top = objects.get(route["nhid"], {})
            return sorted(way(objects.get(member["id"], {}), member.get("weight", 1))
                          for member in top.get("group", [{"id": route["nhid"]}]))

        return {prefix: (protocol, route.get("metric"), ways(route))
                for protocol in (BGP, STATIC)
                for prefix, route in self.box.routes(protocol).items()}

    def put_canaries(self):
        for circuit, prefix in CANARY.items():
            self.box.ip("route", "replace", prefix, "via", aws_address(circuit), "proto", "99")

    def canaries(self):
        return {circuit for circuit, prefix in CANARY.items() if self.box.route(prefix)}


def disturb(site, words, expected_gone):
    """One act of networkd: afterwards all is as it was, and what was lost is in the log."""
    name = " ".join(words)
    site.put_canaries()
    wanted, before, mark = site.kernel(), site.connections(), len(site.router.log())
    monitor = site.box.monitor("nexthop", "route", "address", "link")
    site.box.run_inside(*words)
    if expected_gone:
        wait_until(f"{name}: networkd deletes foreign routes",
                   lambda: not site.canaries() & expected_gone, 10, 0.01)
    # networkd itself may leave a circuit without its address for a second.
    wait_until(f"{name}: networkd puts the addresses back", site.addressed, 10, 0.01)
    started = time.monotonic()
    wait_until(f"{name}: the sessions are Established and the routes as before",
               lambda: all(site.sessions()) and site.kernel() == wanted, REPAIRED_WITHIN)
    took = time.monotonic() - started
    stays(f"{name}: sessions and routes", lambda: all(site.sessions()) and site.kernel() == wanted, 2)

    monitor.kill()
    deleted = seen_deleted(monitor.log())
    logged = site.router.log()[mark:]
    report(name, before, site.connections(), deleted, logged, took)
    if expected_gone:
        expect(any(what.startswith(("route", "object")) for what in deleted),
               f"{name} deleted nothing of ours: the test shows nothing")
        expect("was deleted by another program" in logged,
               f"{name}: no word in the log of what was deleted and put back")


def seen_deleted(monitored):
    """What of ours the monitor saw go, addresses of the circuits too. What the kernel removes along with
    an address or an object it removes without a word."""
    found = set()
    for line in re.findall(r"Deleted (.*)", monitored):
        if match := re.match(r"id (\d+) .*proto 186\b", line):
            found.add(f"object {match[1]}")
        elif match := re.match(r"(\d\S*/\d+) .*proto (?:186|88)\b", line):
            found.add(f"route {match[1]}")
        elif match := re.match(r"\d+: \S+\s+inet (\S+)", line):
            found.add(f"address {match[1]}")
    return sorted(found)


def report(name, before, after, deleted, logged, took):
    kept = "kept" if before == after else f"set up again {before} -> {after}"
    print(f"{name}: all back {took * 1000:.0f} ms after the addresses; sessions {kept}; "
          f"deleted: {', '.join(deleted) or 'nothing'}")
    for line in logged.splitlines():
        print(f"    {line}")


def run(lab):
    site = Site(lab)
    site.router.start()
    try:
        site.router.wait_established(aws_address(1), aws_address(2))
        prefixes = {BOTH, OUR_STATIC, *ONLY.values()}
        wait_until("all routes are in the kernel", lambda: set(site.kernel()) == prefixes)
        expect_equal(len(site.kernel()[BOTH][2]), 2, "members of the nexthop group")

        disturb(site, ["systemctl", "restart", "systemd-networkd"], {1, 2})
        disturb(site, ["networkctl", "reload"], set())
        disturb(site, ["networkctl", "reconfigure", "dx1"], {1})
        disturb(site, ["networkctl", "reconfigure", "dx2"], {2})
        expect_equal(site.box.run_inside("systemctl", "is-active", "dxrouted").strip(), "active",
                     "the unit")
    except Exception:
        print("--- dxrouted", site.router.log(), "--- systemd-networkd",
              site.box.journal("systemd-networkd"), sep="\n", file=sys.stderr)
        raise


if __name__ == "__main__":
    main("networkd_restart", run)
