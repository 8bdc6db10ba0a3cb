"""BFD at the other end, played by BIRD and by FRR's bfdd as Debian ships them, with sessions to given
neighbors and no routing protocol."""
import json
import os
import pathlib

from frr import PROGRAMS, FrrInstance
from lab import Failed, Skipped, command, wait_until


class Neighbor:
    """`local` and `remote` as the peer sees them; over link-local addresses too."""

    def __init__(self, local, remote, interface):
        self.local, self.remote, self.interface = local, remote, interface


class BirdBfd:
    program = "/usr/sbin/bird"

    def __init__(self, box, neighbors, interval, multiplier):
        if not os.path.exists(self.program):
            raise Skipped("BIRD is not installed")
        self.box, self.neighbors = box, neighbors
        self.interval, self.multiplier = interval, multiplier
        self.directory = pathlib.Path(box.lab.directory) / f"{box.name}-bird"
        self.directory.mkdir()
        self.socket = self.directory / "bird.ctl"
        self.process = None

    def start(self):
        self._write()
        self.process = self.box.start(self.program, "-f", "-c", self.directory / "bird.conf",
                                      "-s", self.socket)
        wait_until("BIRD answers", lambda: "BFD" in self._control("show", "protocols"), 10)
        return self

    def _write(self):
        lines = ["log stderr all;", "router id 192.0.2.1;", "protocol device { scan time 1; }",
                 "protocol bfd bfd1 {", '  interface "*" {',
                 f"    interval {self.interval} ms; multiplier {self.multiplier};",
                 "    idle tx interval 1 s; };",
                 *(f'  neighbor {one.remote} dev "{one.interface}" local {one.local};'
                   for one in self.neighbors), "}"]
        (self.directory / "bird.conf").write_text("\n".join(lines) + "\n")

    def _control(self, *words):
        return command("birdc", "-s", self.socket, *words)

    def configure(self, interval, multiplier):
        self.interval, self.multiplier = interval, multiplier
        self._write()
        shown = self._control("configure")
        if "Reconfigur" not in shown:
            raise Failed(f"BIRD refused its configuration: {shown}")

    def sessions(self):
        """{our address: (is it Up, its transmit interval in ms, its detection time in ms)}"""
        found = {}
        for line in self._control("show", "bfd", "sessions").splitlines():
            words = line.split()
            if len(words) == 6 and words[1] == self.neighbors[0].interface:
                found[words[0]] = (words[2] == "Up", round(1000 * float(words[4])),
                                   round(1000 * float(words[5])))
        return found

    def admin_down(self):
        raise Skipped("BIRD has no word for AdminDown")


class FrrBfd(FrrInstance):
    """zebra and bfdd."""

    def __init__(self, box, neighbors, interval, multiplier):
        super().__init__(box, "frr", "")
        if not (PROGRAMS / "bfdd").exists():
            raise Skipped("bfdd is not installed")
        self.neighbors, self.interval, self.multiplier = neighbors, interval, multiplier

    def start(self):
        super().start()
        return self

    def start_bgpd(self):
        lines = ["bfd"]
        for one in self.neighbors:
            lines += [f" {self._peer(one)}", f"  receive-interval {self.interval}",
                      f"  transmit-interval {self.interval}",
                      f"  detect-multiplier {self.multiplier}"]
        self.process = self.start_bfdd(*lines)

    @staticmethod
    def _peer(one):
        return f"peer {one.remote} local-address {one.local} interface {one.interface}"

    def _for_all(self, *lines):
        for one in self.neighbors:
            self.vtysh("configure terminal", "bfd", self._peer(one), *lines)

    def configure(self, interval, multiplier):
        self.interval, self.multiplier = interval, multiplier
        self._for_all(f"receive-interval {interval}", f"transmit-interval {interval}",
                      f"detect-multiplier {multiplier}")

    def sessions(self):
        found = {}
        for peer in json.loads(self.vtysh("show bfd peers json")):
            transmit = max(self.interval, peer["remote-receive-interval"])
            detection = peer["remote-detect-multiplier"] * max(self.interval,
                                                               peer["remote-transmit-interval"])
            found[peer["peer"]] = (peer["status"] == "up", transmit, detection)
        return found

    def admin_down(self):
        self._for_all("shutdown")

    def admin_up(self):
        self._for_all("no shutdown")


BFD_PEERS = {"bird": BirdBfd, "frr": FrrBfd}
