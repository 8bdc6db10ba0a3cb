#!/usr/bin/env python3
"""The Debian package on a machine with systemd: what is installed, the unit's start, status text, reload,
watchdog and stop, and what upgrade, removal and purge do to the kernel's routes.

The router is in a container with systemd as PID 1, its peer (BIRD, MD5) outside. $DXROUTED_DEB names the
package, else it is the one in build/release, where `cpack` makes it; the container is of the release that it
was built on. Needs root, dpkg-deb, bird2 and, the first time, a Debian mirror. Exit code: 0 passed, 1 failed,
77 cannot run here.
"""
import functools
import json
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))

from container import main  # noqa: E402
from lab import command, expect, expect_equal, stays, wait_until  # noqa: E402
from package import Machine, find_package  # noqa: E402
from peers import AWS_AS, OUR_AS, Bird, Session  # noqa: E402
from routers import neighbor, to_yaml  # noqa: E402

KEY = "optional-bgp-key"
AWS, OURS = "192.168.1.1", "192.168.1.2"
# More than the 10,000 from which on a setting of the kernel is changed: the sandbox must let that through.
LEARNT = [f"172.{16 + i // 256}.{i % 256}.0/24" for i in range(4000)] + \
         [f"100.{64 + i // 256}.{i % 256}.0/24" for i in range(8000)]
STATIC = "10.1.0.0/16"
WATCHDOG = 3  # seconds; the unit's 30 would be long to wait for


def newer(deb, directory):
    """The same package with a higher version."""
    tree = directory / "newer"
    command("dpkg-deb", "--raw-extract", deb, tree)
    control = tree / "DEBIAN/control"
    control.write_text(re.sub(r"^Version: (.*)$", r"Version: \1.1", control.read_text(), flags=re.M))
    command("dpkg-deb", "--root-owner-group", "--build", tree, directory / "newer.deb")
    return directory / "newer.deb"


def configuration(**router):
    return {"router": {"asn": OUR_AS, "router-id": OURS},
            "networks": ["10.0.0.0/16"],
            "static-routes": [{"prefix": STATIC, "via": AWS}],
            # Removing the package takes the routes along all the same.
            "fib": {"on-stop": "keep"},
            "neighbors": [neighbor(AWS, AWS_AS, password=KEY, bfd=False,
                                   timers={"connect-retry": "1s"}, **router)]}


class Router(Machine):
    """The machine as a router with one circuit."""

    def __init__(self, lab, deb):
        super().__init__(lab, deb)
        self.aws = lab.namespace("aws")
        self.bird = None

    def configure(self, **router):
        self.write(to_yaml(configuration(**router)))

    def write(self, text):
        (self.lab.directory / "new.yaml").write_text(text)
        self.run("install", "-m", "640", "-o", "dxrouted", "-g", "dxrouted", "/mnt/lab/new.yaml",
                 "/etc/dxrouted/dxrouted.yaml")

    def plug_in(self):
        self.lab.link(self.box, "dx1", [f"{OURS}/30"], self.aws, "aws0", [f"{AWS}/30"])
        self.bird = Bird(self.aws, [Session(AWS, OURS, password=KEY)], announce=LEARNT).start()

    def wait_complete(self, what):
        text = f"1 of 1 neighbor established, {len(LEARNT) + 1} routes installed"
        wait_until(f"{what}: the status says: {text}", lambda: self.shown("StatusText") == text, 30)
        expect_equal(self.our_routes(), len(LEARNT) + 1, f"{what}: routes in the kernel")


class NoRouteLost:
    """While this is in force, the kernel tells of no route of ours that goes, and has all of them whenever
    they are counted: of those that go with their nexthop object it does not tell."""

    def __init__(self, machine, what):
        self.machine, self.what = machine, what
        self.wanted = machine.our_routes()

    def __enter__(self):
        self.monitor = self.machine.box.monitor("nexthop", "route")
        self.counts = self.machine.box.start(
            "sh", "-c", 'while ip -N route | grep -Ec "proto (186|88)"; do sleep 0.05; done', name="counts")

    def __exit__(self, kind, *_):
        self.monitor.stop()
        self.counts.kill()
        if kind is None:
            gone = re.findall(r"Deleted \d\S*/\d.* proto (?:186|88)\b.*$", self.monitor.log(), re.M)
            expect(not gone, f"{self.what}: the kernel lost {len(gone)} of ours: {gone[:3]}")
            counts = {int(count) for count in self.counts.log().split()}
            expect_equal(counts, {self.wanted}, f"{self.what}: routes in the kernel all the while")


def freshly_installed(machine):
    """Everything is there, and nothing runs: there is no configuration."""
    expect_equal(machine.shown("ActiveState"), "inactive", "the service without a configuration")
    expect_equal(machine.shown("UnitFileState"), "enabled", "at boot")
    machine.refused("systemctl", "start", "dxrouted")
    expect_equal(machine.run("stat", "-c", "%a %U:%G", "/etc/dxrouted").strip(), "750 dxrouted:dxrouted",
                 "/etc/dxrouted")
    for setting, value in (("net.ipv4.ip_forward", "1"), ("net.ipv6.conf.all.forwarding", "1"),
                           ("net.ipv4.conf.all.rp_filter", "2"),
                           ("net.ipv4.fib_multipath_hash_policy", "1")):
        expect_equal(machine.run("sysctl", "-n", setting).strip(), value, setting)
    expect("dxrouted" in machine.run("dxrouted", "--version"), "dxrouted --version")
    for page in ("man8/dxrouted.8.gz", "man5/dxrouted.yaml.5.gz", "man1/dxctl.1.gz"):
        machine.run("dpkg-query", "--search", f"/usr/share/man/{page}")


def boots_before_its_link(machine):
    """Started by multi-user.target; the interface comes later."""
    directory = "/etc/systemd/system/dxrouted.service.d"
    machine.run("sh", "-c", f"mkdir {directory} && "
                f"printf '[Service]\\nWatchdogSec={WATCHDOG}\\n' >{directory}/test.conf && "
                "systemctl daemon-reload")
    machine.configure()
    machine.run("systemctl", "start", "multi-user.target")
    expect(machine.active(), "multi-user.target starts dxrouted, which is ready without its link")
    wait_until("the status counts", lambda: machine.shown("StatusText") ==
               "0 of 1 neighbor established, 0 routes installed", 5)
    machine.plug_in()
    machine.wait_complete("the link is there")
    expect_equal(machine.run("sysctl", "-n", "net.ipv4.nexthop_compat_mode").strip(), "0",
                 "nexthop_compat_mode, which fib.tune-kernel sets through the sandbox")
    expect("proto dxstatic" in machine.run("ip", "route", "show", STATIC), "the protocol has its name")


def is_sandboxed(machine):
    shown = machine.run("systemd-analyze", "security", "--no-pager", "dxrouted")
    exposure = float(re.search(r"Overall exposure level for dxrouted.service: ([\d.]+)", shown)[1])
    expect(exposure < 2.0, f"exposure {exposure}")
    print(f"exposure {exposure}")
    status = machine.run("cat", f"/proc/{machine.shown('MainPID')}/status")
    # NET_BIND_SERVICE is 10, NET_ADMIN 12.
    expect_equal(re.search(r"^CapBnd:\s*(\w+)$", status, re.M)[1].lstrip("0"), "1400", "capabilities")


def reloads(machine):
    """One with errors fails and says each; the session stays whatever is reloaded."""
    since = machine.run("dxctl", "--json", "show", "ip", "bgp", "neighbors", AWS)
    machine.configure(description="cage 12")
    machine.run("systemctl", "reload", "dxrouted")
    machine.wait_logged("1 change applied")
    machine.write(to_yaml(configuration(description="cage 13")).replace("asn:", "asm:", 1) + "nonsense: 1\n")
    machine.refused("systemctl", "reload", "dxrouted")
    wait_until("the status says that the reload was refused", lambda: machine.shown("StatusText").endswith(
        "; the last reload was refused: the configuration has errors"), 5)
    for mistake in ("asm", "nonsense"):
        machine.wait_logged(rf"dxctl.*{mistake}|dxrouted.yaml:\d+:\d+: .*{mistake}")
    expect(machine.active(), "a refused reload leaves the service active")
    machine.configure(description="cage 13")
    machine.run("systemctl", "reload", "dxrouted")
    machine.wait_complete("the next reload is accepted")
    counters = [json.loads(shown)[AWS]["connectionsEstablished"]
                for shown in (since, machine.run("dxctl", "--json", "show", "ip", "bgp", "neighbors", AWS))]
    expect_equal(counters[0], counters[1], "sessions so far")


def is_watched(machine):
    """As long as it runs it is left alone; stopped it is killed and started again, and the routes stay."""
    stays("the watchdog is fed", lambda: machine.shown("NRestarts") == "0", WATCHDOG + 1)
    pid = machine.shown("MainPID")
    with NoRouteLost(machine, "watchdog"):
        machine.run("kill", "-STOP", pid)
        wait_until("the watchdog kills it and systemd starts it again",
                   lambda: machine.shown("NRestarts") == "1" and machine.shown("MainPID") not in ("0", pid),
                   WATCHDOG + 15)
        machine.wait_complete("after the watchdog")
    machine.wait_logged("[Ww]atchdog")


def is_killed_and_returns(machine):
    with NoRouteLost(machine, "kill -9"):
        before = machine.shown("MainPID")
        machine.run("kill", "-KILL", before)
        wait_until("it is started again", lambda: machine.shown("MainPID") not in ("0", before), 15)
        machine.wait_complete("after kill -9")


def is_upgraded(machine, deb):
    machine.write(to_yaml({**configuration(), "fib": {"on-stop": "remove"}}))
    machine.run("systemctl", "reload", "dxrouted")
    before = machine.shown("MainPID")
    machine.write("nonsense: 1\n")
    machine.install(deb)
    expect_equal(machine.shown("MainPID"), before, "what runs while the new version refuses the configuration")
    machine.write(to_yaml({**configuration(), "fib": {"on-stop": "remove"}}))
    with NoRouteLost(machine, "upgrade"):
        machine.install(deb)
        expect(machine.shown("MainPID") not in ("0", before), "the upgrade starts the new one")
        machine.wait_complete("after the upgrade")
    took = (int(machine.shown("ActiveEnterTimestampMonotonic")) -
            int(machine.shown("ActiveExitTimestampMonotonic"))) / 1e6
    print(f"upgrade: without dxrouted for {took:.2f} s")
    expect(took < 5, f"the upgrade left the machine without dxrouted for {took:.2f} s")
    expect("Administrative reset" in machine.bird.process.log(), "the peer was told why")
    expect_equal(machine.our_routes(), len(LEARNT) + 1, "routes after the upgrade")


def stops_and_starts(machine):
    machine.run("systemctl", "stop", "dxrouted")
    expect_equal(machine.our_routes(), 0, "routes after stop (fib.on-stop: remove)")
    expect("Administrative shutdown" in machine.bird.process.log(), "the peer was told why")
    machine.configure()
    machine.run("systemctl", "start", "dxrouted")
    machine.wait_complete("started again")


def is_removed_and_purged(machine):
    machine.run("dpkg", "--remove", "dxrouted")
    expect_equal(machine.our_routes(), 0, "routes after removal, although fib.on-stop is keep")
    machine.refused("test", "-e", "/usr/sbin/dxrouted")
    machine.run("test", "-e", "/etc/dxrouted/dxrouted.yaml")
    machine.run("test", "-d", "/var/lib/dxrouted")
    machine.run("dpkg", "--purge", "dxrouted")
    machine.is_gone()


def run(lab):
    deb = find_package()
    machine = Router(lab, deb)
    upgrade = newer(deb, lab.directory)
    machine.install()
    upgraded = functools.partial(is_upgraded, deb=f"lab/{upgrade.name}")
    steps = [freshly_installed, boots_before_its_link, is_sandboxed, reloads, is_watched,
             is_killed_and_returns, upgraded, stops_and_starts, is_removed_and_purged]
    try:
        for step in steps:
            step(machine)
            print(f"done: {getattr(step, '__name__', 'is_upgraded')}", flush=True)
    except Exception:
        print("--- dxrouted", machine.journal(), sep="\n", file=sys.stderr)
        raise


if __name__ == "__main__":
    main("package_life", run)
