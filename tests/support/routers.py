"""The router under test. Dxrouted is the one that counts; BirdRouter translates the same
configuration for BIRD, so that a test can be tried on a second implementation before it is believed.

A configuration is a dictionary in the form of dxrouted's YAML.
"""
import json
import os
import pathlib
import re
import signal
import subprocess

from frr import FrrInstance
from lab import Skipped, command, wait_until

ROOT = pathlib.Path(__file__).resolve().parents[2]


def find_program(variable, name):
    """The built program: from the environment (as ctest sets it), else from a usual build."""
    candidates = [os.environ.get(variable)] if os.environ.get(variable) else [
        ROOT / "build" / kind / name for kind in ("release", "dev", "asan", "tsan")]
    for candidate in candidates:
        if candidate and os.access(candidate, os.X_OK):
            return pathlib.Path(candidate).resolve()
    raise Skipped(f"no {name}: build it, or let {variable} name it")


def to_yaml(value, indent=0):
    """Block style, as people write it; strings quoted where a plain one could be misread."""
    pad = "  " * indent
    if isinstance(value, dict):
        return "".join(f"{pad}{key}:{_nested(inner, indent)}" for key, inner in value.items())
    return "".join(f"{pad}-{_item(inner, indent)}" for inner in value)


def _nested(value, indent):
    if isinstance(value, (dict, list, tuple)) and value:
        return "\n" + to_yaml(value, indent + 1)
    return f" {_scalar(value)}\n"


def _item(value, indent):
    if isinstance(value, (dict, list, tuple)) and value:
        text = to_yaml(value, indent + 1)
        return " " + text[2 * (indent + 1):]
    return f" {_scalar(value)}\n"


def _scalar(value):
    if isinstance(value, str) and re.fullmatch(r"[A-Za-z][A-Za-z0-9_./-]*", value) and \
            value.lower() not in ("yes", "no", "on", "off", "true", "false", "null", "y", "n"):
        return value
    return json.dumps(value)


def neighbor(address, remote_as=64512, **options):
    """One entry of `neighbors`, with everything accepted unless said otherwise. Keys of dxrouted
    with a dash are written with an underscore, `import` as `import_`."""
    entry = {"address": address, "remote-as": remote_as, "import": "accept-all",
             "export": "accept-all"}
    entry.update({key.rstrip("_").replace("_", "-"): value for key, value in options.items()})
    return {key: value for key, value in entry.items() if value is not None}


class Router:
    """A router in a box: its process, once it is started."""

    process = None

    def stop(self):
        """In good order; the exit code."""
        return self.process.stop()

    def kill(self):
        """As a crash or the OOM killer would: no Cease, no cleaning up."""
        self.process.kill()

    def running(self):
        return self.process.running()

    def pid(self):
        return self.process.pid


class Dxrouted(Router):
    """dxrouted and dxctl in one box. `config` may also be YAML text."""

    def __init__(self, box, config, name="dxrouted"):
        self.box = box
        self.daemon = find_program("DXROUTED", "dxrouted")
        self.client = find_program("DXCTL", "dxctl")
        self.directory = pathlib.Path(box.lab.directory) / f"{box.name}-{name}"
        self.directory.mkdir(exist_ok=True)
        self.config_path = self.directory / "dxrouted.yaml"
        self.socket = self.directory / "dxrouted.sock"
        self.write(config)

    @staticmethod
    def unsupported(_config):
        return ""

    def write(self, config, path=None):
        path = path or self.config_path
        if isinstance(config, dict):
            config = to_yaml({**config, "control": {"socket": str(self.socket)}})
        path.write_text(config)
        path.chmod(0o640)

    def start(self, ready=True, through=()):
        """`through` is a program that runs it: under a limit, say."""
        self.process = self.box.start(*through, self.daemon, "--config", self.config_path)
        if ready:
            self.wait_ready()
        return self

    def wait_ready(self, timeout=15):
        def ready():
            if not self.process.running():
                raise RuntimeError(f"dxrouted ended at its start:\n{self.process.log()[-3000:]}")
            return re.search(r"\bready\b", self.process.log())
        wait_until("dxrouted is ready", ready, timeout)

    def wait_logged(self, text, timeout=5):
        """A thread of its own writes the log: a line may come later than what it tells of."""
        wait_until(f"the log says {text!r}", lambda: text in self.process.log(), timeout)

    def check(self, config=None):
        """(exit code, what it said) of `dxrouted --check`."""
        if config is not None:
            self.write(config)
        done = subprocess.run([str(self.daemon), "--check", "--config", str(self.config_path)],
                              capture_output=True, text=True, timeout=30)
        return done.returncode, done.stdout + done.stderr

    def sighup(self):
        self.process.signal(signal.SIGHUP)

    def ctl(self, *words):
        return command(self.client, "--socket", self.socket, *words)

    def ctl_refused(self, *words):
        """(exit code, what it said on stderr) of a command that may fail."""
        done = subprocess.run([str(self.client), "--socket", str(self.socket), *words],
                              capture_output=True, text=True, timeout=30)
        return done.returncode, done.stderr

    def show(self, words):
        """`show …` as JSON."""
        return json.loads(self.ctl("--json", "show", *words.split()))

    def neighbor(self, address):
        return self.show(f"ip bgp neighbors {address}")[address]

    def established(self, address):
        return self.neighbor(address).get("bgpState") == "Established"

    def wait_established(self, *addresses, timeout=30):
        for address in addresses:
            wait_until(f"dxrouted sees {address} Established",
                       lambda remote=address: self.established(remote), timeout)

    def wait_down(self, *addresses, timeout=30):
        for address in addresses:
            wait_until(f"dxrouted sees {address} down",
                       lambda remote=address: not self.established(remote), timeout)


def seconds(value):
    match = re.fullmatch(r"(\d+)(ms|s|m)?", str(value))
    number, unit = int(match[1]), match[2] or "s"
    return max(1, number // 1000) if unit == "ms" else number * (60 if unit == "m" else 1)


class BirdRouter(Router):
    """The same configuration on BIRD, as far as BIRD has it: what it has not is Skipped."""

    KNOWN = {"name", "description", "address", "remote-as", "local-address", "interface", "password",
             "families", "passive", "multihop", "ttl-security", "timers", "prefix-limit", "import",
             "export", "bgp-role", "allow-own-as", "next-hop-self", "shutdown"}

    def __init__(self, box, config, name="bird"):
        self.box, self.config = box, config
        self.directory = pathlib.Path(box.lab.directory) / f"{box.name}-{name}"
        self.directory.mkdir(exist_ok=True)
        self.socket = self.directory / "bird.ctl"
        self.names = {entry["address"]: f"n{i}" for i, entry in enumerate(config["neighbors"])}

    def start(self, ready=True):
        path = self.directory / "bird.conf"
        path.write_text(self.translate(self.config))
        self.process = self.box.start("/usr/sbin/bird", "-f", "-c", path, "-s", self.socket)
        def answers():
            if not self.process.running():
                raise RuntimeError(f"BIRD ended at its start: {self.process.log()}")
            return command("birdc", "-s", self.socket, "show", "status")
        wait_until("BIRD answers", answers, 10)
        return self

    def established(self, address):
        shown = command("birdc", "-s", self.socket, "show", "protocols", self.names[address])
        return "Established" in shown

    def wait_established(self, *addresses, timeout=30):
        for address in addresses:
            wait_until(f"BIRD sees {address} Established",
                       lambda remote=address: self.established(remote), timeout)

    @classmethod
    def unsupported(cls, config):
        """Why BIRD cannot play this configuration; empty if it can."""
        try:
            cls.translate(config)
        except Skipped as reason:
            return str(reason)
        return ""

    @classmethod
    def translate(cls, config):
        unknown = set(config) - {"router", "networks", "neighbors", "fib", "control"}
        if unknown:
            raise Skipped(f"BIRD gets no {', '.join(sorted(unknown))}")
        router = config["router"]
        lines = ["log stderr all;", f"router id {router['router-id']};",
                 "protocol device { scan time 1; }", "protocol direct { ipv4; ipv6; }",
                 "protocol kernel { ipv4 { export where source = RTS_BGP; }; metric 20; }",
                 "protocol kernel { ipv6 { export where source = RTS_BGP; }; metric 20; }"]
        for family in (4, 6):
            lines += [f"protocol static networks{family} {{ ipv{family};"]
            lines += [f"  route {prefix} blackhole;" for prefix in config.get("networks", [])
                      if (":" in prefix) == (family == 6)]
            lines += ["}"]
        for number, entry in enumerate(config["neighbors"]):
            lines += cls.translate_neighbor(number, entry, router["asn"])
        return "\n".join(lines) + "\n"

    @classmethod
    def translate_neighbor(cls, number, entry, asn):
        unknown = set(entry) - cls.KNOWN
        if unknown:
            raise Skipped(f"BIRD has no {', '.join(sorted(unknown))}")
        timers = entry.get("timers", {})
        local = f"local {entry['local-address']} " if "local-address" in entry else "local "
        if asn != entry["remote-as"]:
            reach = f"  multihop {entry['multihop']};" if entry.get("multihop", 1) > 1 else "  direct;"
        else:
            reach = "  direct;"
        lines = [f"protocol bgp n{number} {{", f"  {local}as {asn};",
                 f"  neighbor {entry['address']} as {entry['remote-as']};", reach,
                 f"  hold time {seconds(timers.get('hold', 90))};",
                 *([f"  keepalive time {seconds(timers['keepalive'])};"]
                   if seconds(timers.get("keepalive", 0)) else []),
                 f"  connect retry time {seconds(timers.get('connect-retry', 10))};",
                 "  connect delay time 1;", "  error wait time 1,2;", "  enable extended messages on;",
                 f"  passive {'on' if entry.get('passive') else 'off'};",
                 f"  ttl security {'on' if entry.get('ttl-security') else 'off'};",
                 f"  allow local as {entry.get('allow-own-as', 0)};"]
        if "password" in entry:
            if '"' in entry["password"]:
                raise Skipped("BIRD cannot have a quote in a password")
            lines += [f'  password "{entry["password"]}";']
        if entry.get("shutdown"):
            lines += ["  disabled;"]
        if "bgp-role" in entry:
            role = entry["bgp-role"]
            if isinstance(role, dict):
                lines += [f"  require roles {'on' if role.get('strict') else 'off'};"]
                role = role["role"]
            lines += [f"  local role {role.replace('-', '_')};"]
        families = entry.get("families") or ["ipv6" if ":" in entry["address"] else "ipv4"]
        for family in families:
            lines += cls.translate_channel(family, entry)
        return [*lines, "}"]

    @staticmethod
    def translate_channel(family, entry):
        passes = {"accept-all": "all", "reject-all": "none", None: "none"}
        for way in ("import", "export"):
            if entry.get(way) not in passes:
                raise Skipped("policies are not translated for BIRD")
        exported = {"all": "where source ~ [RTS_STATIC, RTS_BGP]", "none": "none"}
        lines = [f"  {family} {{ import {passes[entry.get('import')]};",
                 f"    export {exported[passes[entry.get('export')]]};", "    import table on;",
                 # RFC 4271 9.1.2.1 as dxrouted has it: a next hop that is not reachable is not used
                 "    gateway direct;" if entry.get("multihop", 1) == 1 else "    gateway recursive;"]
        if entry.get("next-hop-self", True):
            lines += ["    next hop self;"]
        for way, limit in entry.get("prefix-limit", {}).items():
            number, action = limit, "block" if way == "out" else "block"
            if isinstance(limit, dict):
                number = limit["max"]
                action = {"restart": "restart", "discard": "block"}[limit.get("action", "discard")]
            lines += [f"    {'import' if way == 'in' else 'export'} limit {number} action {action};"]
        return [*lines, "  };"]


class FrrRouter(Router):
    """The same on FRR, for a third opinion."""

    KNOWN = BirdRouter.KNOWN - {"interface", "name", "next-hop-self"}

    def __init__(self, box, config, name="frr"):
        self.box, self.config, self.name = box, config, name

    def start(self, ready=True):
        self.frr = FrrInstance(self.box, self.name, self.translate(self.config), kernel=True)
        self.frr.start()
        self.process = self.frr.process
        return self

    def stop(self):
        self.process.kill()

    def kill(self):
        self.frr.remove()

    @classmethod
    def unsupported(cls, config):
        try:
            cls.translate(config)
        except Skipped as reason:
            return str(reason)
        return ""

    @classmethod
    def translate(cls, config):
        if set(config) - {"router", "networks", "neighbors", "fib", "control"}:
            raise Skipped("FRR gets no more sections")
        router, entries = config["router"], config["neighbors"]
        lines = [f"router bgp {router['asn']}", f" bgp router-id {router['router-id']}",
                 " no bgp default ipv4-unicast", " no bgp network import-check",
                 " bgp bestpath as-path multipath-relax", " bgp deterministic-med",
                 " bgp bestpath compare-routerid"]
        families = {"ipv4": [], "ipv6": []}
        for entry in entries:
            lines += cls.translate_neighbor(entry, router["asn"], families)
        for family, inner in families.items():
            lines += [f" address-family {family} unicast",
                      *(f"  network {prefix}" for prefix in config.get("networks", [])
                        if (":" in prefix) == (family == "ipv6")), *inner, " exit-address-family"]
        return "\n".join([*lines, "exit", "route-map accept-all permit 10", "exit",
                          "route-map reject-all deny 10", "exit"]) + "\n"

    @classmethod
    def translate_neighbor(cls, entry, asn, families):
        unknown = set(entry) - cls.KNOWN
        if unknown:
            raise Skipped(f"FRR gets no {', '.join(sorted(unknown))}")
        address, timers = entry["address"], entry.get("timers", {})
        hold = seconds(timers.get("hold", 90))
        head = f" neighbor {address}"
        lines = [f"{head} remote-as {entry['remote-as']}",
                 f"{head} timers {seconds(timers.get('keepalive', 30 if hold else 0))} {hold}",
                 f"{head} timers connect {seconds(timers.get('connect-retry', 10))}",
                 f"{head} advertisement-interval 0"]
        if entry.get("passive"):
            lines += [f"{head} passive"]
        if entry.get("shutdown"):
            lines += [f"{head} shutdown"]
        if "password" in entry:
            lines += [f"{head} password {entry['password']}"]
        if entry.get("ttl-security"):
            lines += [f"{head} ttl-security hops 1"]
        elif entry.get("multihop", 1) > 1:
            lines += [f"{head} ebgp-multihop {entry['multihop']}"]
        if "bgp-role" in entry:
            role = entry["bgp-role"]
            strict = isinstance(role, dict) and role.get("strict")
            role = role["role"] if isinstance(role, dict) else role
            lines += [f"{head} local-role {role}{' strict-mode' if strict else ''}"]
        for family in entry.get("families") or ["ipv6" if ":" in address else "ipv4"]:
            families[family] += cls.translate_family(" " + head, entry, asn)
        return lines

    @staticmethod
    def translate_family(head, entry, asn):
        lines = [f"{head} activate"]
        for way, direction in (("import", "in"), ("export", "out")):
            policy = entry.get(way)
            if policy not in (None, "accept-all", "reject-all"):
                raise Skipped("policies are not translated for FRR")
            if policy:
                lines += [f"{head} route-map {policy} {direction}"]
        if entry["remote-as"] == asn:
            lines += [f"{head} next-hop-self"]
        if entry.get("allow-own-as"):
            lines += [f"{head} allowas-in {entry['allow-own-as']}"]
        limits = entry.get("prefix-limit", {})
        if "out" in limits:
            raise Skipped("FRR has no prefix limit out")
        if "in" in limits:
            limit = limits["in"] if isinstance(limits["in"], dict) else {"max": limits["in"]}
            if limit.get("action", "discard") == "discard":
                raise Skipped("FRR has no limit that discards")
            lines += [f"{head} maximum-prefix {limit['max']}"]
        return lines


ROUTERS = {"dxrouted": Dxrouted, "bird": BirdRouter, "frr": FrrRouter}
