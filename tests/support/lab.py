"""The laboratory: network namespaces, links and processes made for one test and removed after it.

Everything has the test's process id in its name, so that tests may run side by side. Nothing here
knows a routing daemon: those are in daemons.py.
"""
import contextlib
import ctypes
import ipaddress
import itertools
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

_libc = ctypes.CDLL(None, use_errno=True)
_CLONE_NEWNET = 0x40000000


class Failed(Exception):
    """What was expected did not happen; its text says what."""


class Skipped(Exception):
    """The test cannot run here; its text says why."""


def command(*words, check=True, stdin=None, timeout=60):
    """Runs a program and returns what it printed; fails with its words if it did."""
    done = subprocess.run([str(word) for word in words], input=stdin, text=True, timeout=timeout,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if check and done.returncode != 0:
        line = " ".join(str(word) for word in words)
        raise Failed(f"`{line}` ended with {done.returncode}: {(done.stderr or done.stdout).strip()}")
    return done.stdout


def wait_until(what, condition, timeout=15.0, every=0.05):
    """Polls until condition() is true and returns its value; the text names what did not happen."""
    deadline = time.monotonic() + timeout
    last = None
    while True:
        try:
            value = condition()
            if value:
                return value
            last = value
        except Failed as error:
            last = error
        if time.monotonic() > deadline:
            raise Failed(f"not within {timeout:g} s: {what} (last seen: {last!r})")
        time.sleep(every)


def stays(what, condition, seconds):
    """Fails if condition() becomes false within the time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not condition():
            raise Failed(f"did not last {seconds:g} s: {what}")
        time.sleep(0.1)


def expect(condition, what):
    if not condition:
        raise Failed(what)


def expect_equal(got, wanted, what):
    if got != wanted:
        raise Failed(f"{what}: wanted {wanted!r}, got {got!r}")


class Namespace:
    """One network namespace: a box of the laboratory."""

    def __init__(self, lab, name):
        self.lab = lab
        self.name = name
        self.netns = f"{lab.prefix}-{name}"
        command("ip", "netns", "add", self.netns)
        self.ip("link", "set", "lo", "up")

    def ip(self, *words, check=True):
        return command("ip", "-n", self.netns, *words, check=check)

    def ip_json(self, *words):
        return json.loads(command("ip", "-n", self.netns, "-json", "-N", *words) or "[]")

    def ip_batch(self, lines):
        command("ip", "-n", self.netns, "-batch", "-", stdin="\n".join(lines) + "\n")

    def sysctl(self, key, value):
        """Where /proc/sys is read-only, as in some containers, the kernel's default stays."""
        self.run("sysctl", "-qw", f"{key}={value}", check=False)

    def run(self, *words, check=True, timeout=60):
        return command("ip", "netns", "exec", self.netns, *words, check=check, timeout=timeout)

    def nft(self, rules):
        """Rules of the packet filter, in one transaction."""
        command("ip", "netns", "exec", self.netns, "nft", "-f", "-", stdin=rules + "\n")

    def start(self, *words, **options):
        return Process(self, [str(word) for word in words], **options)

    @contextlib.contextmanager
    def inside(self):
        """The calling thread is in the namespace: sockets made meanwhile belong to it."""
        home = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        there = os.open(f"/run/netns/{self.netns}", os.O_RDONLY)
        try:
            if _libc.setns(there, _CLONE_NEWNET) != 0:
                raise OSError(ctypes.get_errno(), "setns")
            try:
                yield
            finally:
                if _libc.setns(home, _CLONE_NEWNET) != 0:
                    os._exit(70)  # lost in the wrong namespace: nothing sensible can follow
        finally:
            os.close(there)
            os.close(home)

    # The kernel's routes. Protocol numbers, not names: 186 is bgp, 88 our static routes.

    def add_address(self, interface, address):
        flags = ["nodad"] if ":" in address else []
        self.ip("address", "add", address, "dev", interface, *flags)

    def routes(self, protocol=None, family=4):
        """{prefix: the route as `ip -j route` shows it}, of the main table."""
        words = ["-4" if family == 4 else "-6", "route", "show", "table", "main"]
        if protocol is not None:
            words += ["proto", str(protocol)]
        shown = self.ip_json(*words)
        return {normal_prefix(route["dst"], family): route for route in shown}

    def route(self, prefix):
        prefix = str(ipaddress.ip_network(prefix))
        return self.routes(family=6 if ":" in prefix else 4).get(prefix)

    def gateways(self, prefix):
        """The gateways that the kernel holds for a prefix, through nexthop objects too."""
        route = self.route(prefix)
        if route is None:
            return set()
        found = set()
        _collect_gateways(route, found)
        if not found and "nhid" in route:
            self._resolve_object(route["nhid"], found)
        return found

    def _resolve_object(self, identifier, found):
        for shown in self.ip_json("nexthop", "show", "id", identifier):
            for member in shown.get("group", []):
                self._resolve_object(member["id"], found)
            _collect_gateways(shown, found)

    def ways(self, protocol, family=4):
        """{prefix: the gateway in use}, with each nexthop object resolved once. Of a group with a
        backup that is the heaviest member; a weight of 1 beside a heavier one is idle."""
        objects = {shown["id"]: shown for shown in self.ip_json("nexthop", "show")}
        used = {}
        for identifier, shown in objects.items():
            members = shown.get("group", [{"id": identifier}])
            best = max(members, key=lambda member: member.get("weight", 1))
            hop = objects.get(best["id"], {})
            used[identifier] = hop.get("gateway") or hop.get("via", {}).get("host")
        return {prefix: used.get(route["nhid"]) if "nhid" in route else
                route.get("gateway") or route.get("via", {}).get("host")
                for prefix, route in self.routes(protocol, family).items()}

    def watch_routes(self):
        """What happens to the kernel's routes from now on."""
        return RouteWatch(self)

    def way_to(self, address):
        """(gateway, interface) that a packet to the address takes now; None if there is no way."""
        try:
            shown = self.ip_json("route", "get", address)
        except Failed:
            return None
        if not shown or shown[0].get("type") in ("blackhole", "unreachable"):
            return None
        route = shown[0]
        via = route.get("via", {}).get("host")
        return route.get("gateway", via), route.get("dev")


def _collect_gateways(shown, found):
    for hop in [shown, *shown.get("nexthops", [])]:
        gateway = hop.get("gateway") or hop.get("via", {}).get("host")
        if gateway:
            found.add(gateway)


def normal_prefix(shown, family):
    if shown == "default":
        return "0.0.0.0/0" if family == 4 else "::/0"
    return str(ipaddress.ip_network(shown))


class Process:
    """A program running in a namespace, its output kept in a file of the laboratory."""

    def __init__(self, namespace, words, name=None, environment=None):
        self.namespace = namespace
        lab = namespace.lab
        number = next(lab.numbers)
        self.name = name or os.path.basename(words[0])
        self.log_path = lab.directory / f"{number:02d}-{namespace.name}-{self.name}.log"
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen(
                ["ip", "netns", "exec", namespace.netns, *words], stdin=subprocess.DEVNULL,
                stdout=log, stderr=subprocess.STDOUT, env={**os.environ, **(environment or {})})
        lab.processes.append(self)

    @property
    def pid(self):
        return self.process.pid  # `ip netns exec` becomes the program

    def log(self):
        return self.log_path.read_text(errors="replace")

    def running(self):
        return self.process.poll() is None

    def signal(self, number):
        self.process.send_signal(number)

    def stop(self, timeout=10):
        """SIGTERM, and the exit code; a process that ignores it is a failure."""
        if self.running():
            self.signal(signal.SIGTERM)
        try:
            return self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill()
            raise Failed(f"{self.name} did not end within {timeout} s of SIGTERM") from None

    def kill(self):
        if self.running():
            self.process.kill()
        self.process.wait()


class RouteWatch:
    """`ip monitor route`: what a look now and then would not see."""

    def __init__(self, namespace):
        self.process = namespace.start("ip", "-4", "monitor", "route", name="monitor")
        time.sleep(0.3)  # until it listens: it says nothing by itself

    def log(self):
        return self.process.log()

    def saw_deleted(self, prefix):
        return any(line.startswith(f"Deleted {prefix} ") for line in self.log().splitlines())


class Lab:
    """All that one test makes. A context manager: what it made is gone afterwards, come what may."""

    _counter = itertools.count(1)

    def __init__(self, title="lab", keep_logs=False):
        self.title = title
        self.keep_logs = keep_logs
        self.prefix = f"dx-{os.getpid()}-{next(Lab._counter)}"
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix=f"{self.prefix}-"))
        self.directory.chmod(0o755)
        self.numbers = itertools.count(1)
        self.namespaces = []
        self.processes = []
        self.at_end = []  # called before the processes are killed

    def __enter__(self):
        # A test that is terminated cleans up like one that fails.
        with contextlib.suppress(ValueError):  # not in the main thread
            signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        return self

    def __exit__(self, kind, error, trace):
        if error is not None and not isinstance(error, Skipped):
            self.print_logs()
        self.close()

    def namespace(self, name):
        made = Namespace(self, name)
        self.namespaces.append(made)
        return made

    def link(self, a, a_interface, a_addresses, b, b_interface, b_addresses, mtu=None):
        """A veth pair between two namespaces, both ends up and addressed."""
        a.ip("link", "add", a_interface, "type", "veth",
             "peer", "name", b_interface, "netns", b.netns)
        for box, interface, addresses in ((a, a_interface, a_addresses),
                                          (b, b_interface, b_addresses)):
            if mtu:
                box.ip("link", "set", interface, "mtu", mtu)
            for address in addresses:
                box.add_address(interface, address)
            box.ip("link", "set", interface, "up")

    def print_logs(self, lines=60):
        for process in self.processes:
            tail = process.log().splitlines()[-lines:]
            state = "running" if process.running() else f"exit {process.process.returncode}"
            print(f"--- {process.log_path.name} ({state})", *tail, sep="\n", file=sys.stderr)
        for box in self.namespaces:
            for family in ("-4", "-6"):
                shown = box.ip(family, "route", "show", check=False).splitlines()
                print(f"--- {box.name}: ip {family} route", *shown[:40], sep="\n", file=sys.stderr)

    def close(self):
        for action in self.at_end:
            with contextlib.suppress(Exception):
                action()
        for process in self.processes:
            with contextlib.suppress(Exception):
                process.kill()
        for box in self.namespaces:
            self._kill_leftovers(box)
            command("ip", "netns", "delete", box.netns, check=False)
        if not self.keep_logs:
            shutil.rmtree(self.directory, ignore_errors=True)

    @staticmethod
    def _kill_leftovers(box):
        """Children that daemons forked: they live in a namespace of ours, so they are ours."""
        for pid in command("ip", "netns", "pids", box.netns, check=False).split():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGKILL)
