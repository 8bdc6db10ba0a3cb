"""The AWS side of a circuit, played by routing daemons as Debian ships them.

Each class runs one daemon with one or more sessions, announces prefixes, accepts everything, and
tells what it learnt. All keep their routes out of the kernel: the box they run in stays as it is.
"""
import json
import os
import pathlib
import pwd
import signal
import time

from frr import FrrInstance
from lab import Failed, Skipped, command, wait_until

AWS_AS = 64512
OUR_AS = 65000


class Session:
    """What one session of a peer looks like; `local` and `remote` as the peer sees them. Only BIRD
    knows `interface`, of link-local addresses, `passive`, and `bfd`: (milliseconds, multiplier). With
    `restart`, the seconds that it asks for, BIRD and FRR restart gracefully; without it they only help.
    `long_lived`: BIRD asks for so many more (RFC 9494)."""

    def __init__(self, local, remote, remote_as=OUR_AS, password=None, hold=90, interface=None,
                 passive=False, bfd=None, bfd_key=None, restart=None, long_lived=None):
        self.local, self.remote = local, remote
        self.remote_as, self.password, self.hold = remote_as, password, hold
        self.interface, self.passive, self.bfd, self.bfd_key = interface, passive, bfd, bfd_key
        self.restart_time, self.long_lived = restart, long_lived

    @property
    def family(self):
        return 6 if ":" in self.remote else 4


class Peer:
    """The common part: files, and the state that start() configures."""

    program = None  # what has to be installed

    def __init__(self, box, sessions, asn=AWS_AS, announce=(), router_id="192.0.2.64"):
        if not os.path.exists(self.program):
            raise Skipped(f"{self.program} is not installed")
        self.box, self.sessions, self.asn = box, list(sessions), asn
        self.announced, self.router_id = list(announce), router_id
        self.directory = pathlib.Path(box.lab.directory) / f"{box.name}-{type(self).__name__.lower()}"
        self.directory.mkdir(exist_ok=True)
        self.directory.chmod(0o777)  # some of them drop their privileges
        self.process = None

    def stop(self):
        self.process.stop()

    def kill(self):
        self.process.kill()

    def wait_established(self, timeout=30):
        for session in self.sessions:
            wait_until(f"{type(self).__name__} sees {session.remote} Established",
                       lambda remote=session.remote: self.established(remote), timeout)

    def wait_learned(self, *prefixes, timeout=20):
        for prefix in prefixes:
            wait_until(f"{type(self).__name__} learns {prefix}",
                       lambda wanted=prefix: wanted in self.learned(), timeout)
        return self.learned()

    def wait_forgotten(self, *prefixes, timeout=20):
        for prefix in prefixes:
            wait_until(f"{type(self).__name__} loses {prefix}",
                       lambda unwanted=prefix: unwanted not in self.learned(), timeout)

    def write(self, name, text):
        path = self.directory / name
        path.write_text(text)
        path.chmod(0o644)
        return path


def of_family(prefixes, family):
    return [prefix for prefix in prefixes if (":" in prefix) == (family == 6)]


class Bird(Peer):
    program = "/usr/sbin/bird"

    def start(self, recover=False):
        self.socket = self.directory / "bird.ctl"
        config = self.write("bird.conf", self.config())
        self.process = self.box.start(self.program, "-f", *(["-R"] if recover else []), "-c", config,
                                      "-s", self.socket)
        wait_until("BIRD answers", lambda: "uptime" in self.control("show", "status") or True, 10)
        return self

    def restart(self):
        """After a crash: where it restarts gracefully it says so."""
        self.start(recover=any(session.restart_time for session in self.sessions))

    def config(self):
        lines = ['log stderr all;', f"router id {self.router_id};",
                 "protocol device { scan time 1; }"]
        for family in (4, 6):
            routes = of_family(self.announced, family)
            lines += [f"protocol static announced{family} {{ ipv{family};",
                      *(f"  route {prefix} blackhole;" for prefix in routes), "}"]
        for number, session in enumerate(self.sessions):
            lines += [
                f"protocol bgp s{number} {{",
                f"  local {session.local} as {self.asn};",
                f"  neighbor {session.remote} as {session.remote_as};",
                f"  hold time {session.hold};", "  connect delay time 1;", "  connect retry time 2;",
                "  error wait time 1,2;",
                *([f'  password "{session.password}";'] if session.password else []),
                *([f'  interface "{session.interface}";'] if session.interface else []),
                f"  passive {'on' if session.passive else 'off'};",
                *(["  bfd on;"] if session.bfd else []),
                *([f"  graceful restart on; graceful restart time {session.restart_time};"]
                  if session.restart_time is not None else []),
                *([f"  long lived graceful restart on; long lived stale time {session.long_lived};"]
                  if session.long_lived else []),
                f"  ipv{session.family} {{ import all; next hop self;",
                # What was learnt from another session is not announced: a VIF is no transit.
                "    export filter { if source = RTS_STATIC then accept; reject; }; };", "}"]
        settings = {(*session.bfd, session.bfd_key) for session in self.sessions if session.bfd}
        lines += [f'protocol bfd {{ interface "*" {{ interval {interval} ms; multiplier {multiplier};'
                  + (f' authentication keyed md5; password "{key}";' if key else "") + " }; }"
                  for interval, multiplier, key in settings]
        return "\n".join(lines) + "\n"

    def control(self, *words):
        return command("birdc", "-r" if words[0] == "show" else "-v", "-s", self.socket, *words)

    def reconfigure(self):
        self.write("bird.conf", self.config())
        shown = command("birdc", "-s", self.socket, "configure")
        if "Reconfigur" not in shown:
            raise Failed(f"BIRD refused its configuration: {shown}")

    def announce(self, *prefixes):
        self.announced += prefixes
        self.reconfigure()

    def withdraw(self, *prefixes):
        self.announced = [kept for kept in self.announced if kept not in prefixes]
        self.reconfigure()

    def _name(self, remote):
        return next(f"s{i}" for i, session in enumerate(self.sessions) if session.remote == remote)

    def established(self, remote):
        return "Established" in self.control("show", "protocols", self._name(remote))

    def bfd(self, remote):
        """[state, interval, timeout] of the BFD session with an address, times in seconds; None if
        there is none."""
        for line in self.control("show", "bfd", "sessions").splitlines():
            words = line.split()
            if words[:1] == [remote]:
                return [words[2], *map(float, words[-2:])]
        return None

    def request_refresh(self):
        for number in range(len(self.sessions)):
            command("birdc", "-s", self.socket, "reload", "in", f"s{number}")

    def send_again(self):
        for number in range(len(self.sessions)):
            command("birdc", "-s", self.socket, "reload", "out", f"s{number}")

    def learned(self):
        routes, prefix = {}, None
        for number in range(len(self.sessions)):
            shown = self.control("show", "route", "all", "protocol", f"s{number}")
            for line in shown.splitlines():
                words = line.split()
                if line[:1].isalnum() and len(words) > 1 and "/" in words[0]:
                    prefix = words[0]
                    routes[prefix] = {"path": [], "communities": [], "next_hop": None, "med": None}
                elif line.startswith("\tBGP.") and prefix:
                    key, _, value = line.strip().partition(":")
                    self._take(routes[prefix], key, value.strip())
        return routes

    @staticmethod
    def _take(route, key, value):
        if key == "BGP.as_path":
            route["path"] = [int(asn) for asn in value.split()]
        elif key == "BGP.next_hop":
            route["next_hop"] = value.split()[0]
        elif key == "BGP.med":
            route["med"] = int(value)
        elif key == "BGP.community":
            route["communities"] = [word.strip("()").replace(",", ":") for word in value.split()]


class Frr(Peer):
    program = "/usr/lib/frr/bgpd"

    def start(self):
        self.frr = FrrInstance(self.box, "frr", self.config())
        self.frr.start()
        self.process = self.frr.process
        return self

    def restart(self):
        """A killed bgpd comes again; zebra stayed."""
        self.frr.start_bgpd()
        self.process = self.frr.process

    def config(self):
        lines = ["log stdout", f"router bgp {self.asn}", f" bgp router-id {self.router_id}",
                 " no bgp ebgp-requires-policy", " no bgp default ipv4-unicast",
                 " no bgp network import-check"]
        for seconds in {session.restart_time for session in self.sessions if session.restart_time}:
            lines += [" bgp graceful-restart", f" bgp graceful-restart restart-time {seconds}",
                      " bgp graceful-restart preserve-fw-state"]
        for session in self.sessions:
            lines += [f" neighbor {session.remote} remote-as {session.remote_as}",
                      f" neighbor {session.remote} update-source {session.local}",
                      f" neighbor {session.remote} timers {session.hold // 3} {session.hold}",
                      f" neighbor {session.remote} timers connect 2",
                      f" neighbor {session.remote} advertisement-interval 0"]
            if session.password:
                lines += [f" neighbor {session.remote} password {session.password}"]
        for family in (4, 6):
            lines += [f" address-family ipv{family} unicast"]
            for session in self.sessions:
                if session.family == family:
                    lines += [f"  neighbor {session.remote} activate"]
            lines += [f"  network {prefix}" for prefix in of_family(self.announced, family)]
            lines += [" exit-address-family"]
        return "\n".join(lines) + "\n"

    def vtysh(self, *commands):
        return self.frr.vtysh(*commands)

    def _networks(self, form, prefixes):
        for prefix in prefixes:
            family = 6 if ":" in prefix else 4
            self.vtysh("configure terminal", f"router bgp {self.asn}",
                       f"address-family ipv{family} unicast", f"{form}network {prefix}")

    def announce(self, *prefixes):
        self.announced += prefixes
        self._networks("", prefixes)

    def withdraw(self, *prefixes):
        self.announced = [kept for kept in self.announced if kept not in prefixes]
        self._networks("no ", prefixes)

    def established(self, remote):
        shown = json.loads(self.vtysh(f"show bgp neighbors {remote} json"))
        return shown[remote].get("bgpState") == "Established"

    def request_refresh(self):
        for session in self.sessions:
            self.vtysh(f"clear bgp ipv{session.family} unicast {session.remote} in")

    def send_again(self):
        for session in self.sessions:
            self.vtysh(f"clear bgp ipv{session.family} unicast {session.remote} soft out")

    def learned(self):
        routes = {}
        for family in (4, 6):
            shown = json.loads(self.vtysh(f"show bgp ipv{family} unicast json") or "{}")
            for prefix, paths in shown.get("routes", {}).items():
                for path in paths:
                    if path.get("peerId") not in (None, "(unspec)"):
                        routes[prefix] = self._route(family, prefix, path)
        return routes

    def _route(self, family, prefix, path):
        detail = json.loads(self.vtysh(f"show bgp ipv{family} unicast {prefix} json"))
        paths = detail.get("paths") or [{}]  # it may have gone since it was listed
        names = paths[0].get("community", {}).get("list", [])
        return {"path": [int(asn) for asn in path.get("path", "").split()],
                "communities": names, "med": path.get("metric"),
                "next_hop": path["nexthops"][0]["ip"]}


class GoBgp(Peer):
    program = "/usr/bin/gobgpd"

    def start(self):
        config = self.write("gobgpd.json", json.dumps(self.config(), indent=1))
        self.process = self.box.start(self.program, "-t", "json", "-f", config,
                                      "--api-hosts", "127.0.0.1:50051", "--log-level", "debug")
        wait_until("gobgpd answers", lambda: self.gobgp("global") or True, 15)
        wait_until("gobgpd takes its routes", self._announce_all, 15)
        return self

    def config(self):
        neighbors = []
        for session in self.sessions:
            name = f"ipv{session.family}-unicast"
            neighbors.append({
                "config": {"neighbor-address": session.remote, "peer-as": session.remote_as,
                           **({"auth-password": session.password} if session.password else {})},
                "transport": {"config": {"local-address": session.local}},
                "timers": {"config": {"hold-time": session.hold,
                                      "keepalive-interval": session.hold // 3,
                                      "connect-retry": 2, "idle-hold-time-after-reset": 2}},
                "afi-safis": [{"config": {"afi-safi-name": name}}]})
        listen = [session.local for session in self.sessions]
        return {"global": {"config": {"as": self.asn, "router-id": self.router_id,
                                      "local-address-list": listen}},
                "neighbors": neighbors}

    def gobgp(self, *words):
        return self.box.run("gobgp", "-u", "127.0.0.1", *words)

    def _announce_all(self):
        for prefix in self.announced:
            self._rib("add", prefix)
        return True

    def _rib(self, verb, prefix):
        family = 6 if ":" in prefix else 4
        # Without a next hop of its own (0.0.0.0, ::) gobgpd puts the session's address.
        self.gobgp("global", "rib", verb, prefix, "-a", f"ipv{family}")

    def announce(self, *prefixes):
        for prefix in prefixes:
            self.announced.append(prefix)
            self._rib("add", prefix)

    def withdraw(self, *prefixes):
        for prefix in prefixes:
            self.announced.remove(prefix)
            self._rib("del", prefix)

    def established(self, remote):
        shown = json.loads(self.gobgp("neighbor", remote, "-j"))
        return shown["state"].get("session_state") in (6, "ESTABLISHED")

    def request_refresh(self):
        raise Skipped("gobgpd sends no ROUTE-REFRESH: it keeps what it heard")

    def send_again(self):
        for session in self.sessions:
            self.gobgp("neighbor", session.remote, "softresetout")

    def learned(self):
        routes = {}
        for session in self.sessions:
            shown = self.gobgp("neighbor", session.remote, "adj-in", "-a", f"ipv{session.family}",
                               "-j")
            for prefix, paths in (json.loads(shown) or {}).items() if shown.strip() else ():
                routes[prefix] = self._route(paths[0])
        return routes

    @staticmethod
    def _route(path):
        route = {"path": [], "communities": [], "next_hop": None, "med": None}
        for attribute in path["attrs"]:
            kind = attribute["type"]
            if kind == 2:
                route["path"] = [asn for part in attribute.get("as_paths", []) for asn in part["asns"]]
            elif kind in (3, 14):
                route["next_hop"] = attribute["nexthop"]
            elif kind == 4:
                route["med"] = attribute["metric"]
            elif kind == 8:
                route["communities"] = [f"{value >> 16}:{value & 65535}"
                                        for value in attribute["communities"]]
        return route


class OpenBgpd(Peer):
    program = "/usr/sbin/bgpd"

    def start(self):
        self.socket = self.directory / "bgpd.sock"
        # Its processes chroot there; Debian's unit makes the directory, which is not running here.
        pathlib.Path(pwd.getpwnam("_openbgpd").pw_dir).mkdir(mode=0o755, exist_ok=True)
        config = self.write("bgpd.conf", self.config())
        config.chmod(0o600)
        self.process = self.box.start(self.program, "-d", "-f", config)
        wait_until("OpenBGPD answers", lambda: self.bgpctl("show", "summary") or True, 15)
        return self

    def config(self):
        lines = [f"AS {self.asn}", f"router-id {self.router_id}", "fib-update no",
                 f'socket "{self.socket}"',
                 *(f"listen on {session.local}" for session in self.sessions),
                 *(f"network {prefix}" for prefix in self.announced)]
        for session in self.sessions:
            lines += [f"neighbor {session.remote} {{", f"  remote-as {session.remote_as}",
                      f"  local-address {session.local}", f"  holdtime {session.hold}",
                      f"  announce IPv{session.family} unicast",
                      f"  announce IPv{10 - session.family} none"]
            if session.password:
                lines += [f'  tcp md5sig password "{session.password}"']
            lines += ["}"]
        # Only what originates here is announced: a VIF is no transit.
        lines += ["allow from any", "deny to any",
                  *(f"allow to any prefix {prefix}" for prefix in self.announced)]
        return "\n".join(lines) + "\n"

    def bgpctl(self, *words):
        return self.box.run("bgpctl", "-s", self.socket, *words)

    def reconfigure(self):
        self.write("bgpd.conf", self.config()).chmod(0o600)
        self.bgpctl("reload")

    def announce(self, *prefixes):
        self.announced += prefixes
        self.reconfigure()

    def withdraw(self, *prefixes):
        self.announced = [kept for kept in self.announced if kept not in prefixes]
        self.reconfigure()

    def established(self, remote):
        shown = json.loads(self.bgpctl("-j", "show", "neighbor", remote))
        return shown["neighbors"][0]["state"] == "Established"

    def request_refresh(self):
        for session in self.sessions:
            self.bgpctl("neighbor", session.remote, "refresh")

    def send_again(self):
        raise Skipped("OpenBGPD has no command to send its routes again")

    def learned(self):
        routes = {}
        for session in self.sessions:
            shown = json.loads(self.bgpctl("-j", "show", "rib", "neighbor", session.remote,
                                           "detail", "in"))
            for path in shown.get("rib", []):
                communities = path.get("communities", [])
                routes[path["prefix"]] = {
                    "path": [int(asn) for asn in path["aspath"].split()],
                    "communities": communities, "med": path.get("metric"),
                    "next_hop": path["exit_nexthop"]}
        return routes


PEERS = {"bird": Bird, "frr": Frr, "gobgp": GoBgp, "openbgpd": OpenBgpd}


def crash(peer):
    """The peer's daemon dies without a word: its kernel sends FIN or RST, no NOTIFICATION."""
    peer.process.signal(signal.SIGKILL)
    peer.process.process.wait()
    time.sleep(0.05)
