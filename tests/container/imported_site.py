"""A machine that the package was installed on and that became a router by `dxctl import aws`: two virtual interfaces,
each with FRR at AWS's end of it, IPv4 and IPv6, keys and BFD. What the import says that comes next is done as it says.
"""
import dataclasses
import json
import re
import subprocess

from lab import expect, expect_equal, wait_until
from package import ROOT, Machine
from peers import Frr, Session

FIXTURES = ROOT / "tests/unit/cli/import/fixtures"
OUR_AS = 4200000100
NETWORKS = {4: "10.0.0.0/16", 6: "2001:db8:1000::/48"}
VPC = {4: "172.31.0.0/16", 6: "2001:db8:9::/48"}
INTERFACES = {"dxcon-fg111111": "eth0", "dxcon-fg222222": "eth1"}
HOME = "/root"


@dataclasses.dataclass
class Answer:
    words: list
    code: int
    out: str
    err: str

    def __str__(self):
        return f"`{' '.join(self.words)}`: exit {self.code}\n{self.out}{self.err}"

    def shows(self, *fragments, code=0):
        """With this exit code, and with each of these in what it said."""
        expect(self.code == code, f"wanted exit {code} of {self}")
        for fragment in fragments:
            expect(fragment in self.out + self.err, f"no {fragment!r} in {self}")
        return self

    def json(self):
        try:
            return json.loads(self.out)
        except ValueError as error:
            expect(False, f"{error} in the JSON of {self}")


class Edge:
    """AWS's end of a virtual interface: one FRR with a session for each of its BGP peers."""

    def __init__(self, site, virtual_interface):
        self.name, self.peers = virtual_interface["virtualInterfaceName"], virtual_interface["bgpPeers"]
        self.box = site.lab.namespace(self.name)
        self.interface = f"{INTERFACES[virtual_interface['connectionId']]}.{virtual_interface['vlan']}"
        site.lab.link(site.box, self.interface, [], self.box, "aws0", [peer["amazonAddress"] for peer in self.peers])
        sessions = [Session(bare(peer["amazonAddress"]), bare(peer["customerAddress"]), OUR_AS,
                            key_of(virtual_interface, peer)) for peer in self.peers]
        self.frr = Frr(self.box, sessions, announce=VPC.values(), router_id=bare(self.peers[0]["amazonAddress"]))

    def start(self):
        self.frr.start()
        lines = ["bfd"]
        for session in self.frr.sessions:
            lines += [f" peer {session.remote} local-address {session.local} interface aws0"]
        self.frr.frr.start_bfdd(*lines)


def bare(address):
    return address.split("/")[0]


def key_of(virtual_interface, peer):
    """AWS gives some in the router's configuration only."""
    said = re.search(rf"<{peer['addressFamily']}_bgp_auth_key>(.*?)<", virtual_interface["customerRouterConfig"])
    return peer.get("authKey") or said[1]


class Site(Machine):
    def __init__(self, lab, deb):
        super().__init__(lab, deb, "prometheus-frr-exporter")
        everything = json.loads((FIXTURES / "vifs.json").read_text())["virtualInterfaces"]
        self.virtual_interfaces = [one for one in everything if one["connectionId"] in INTERFACES][:len(INTERFACES)]
        self.edges = [Edge(self, one) for one in self.virtual_interfaces]

    def ask(self, *words):
        """A command in root's home; its answer whatever it is."""
        inside = self.box.words_inside("sh", "-c", f'cd {HOME} && exec "$@"', "sh", *words)
        done = subprocess.run(inside, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              errors="replace", timeout=60)
        return Answer(list(words), done.returncode, done.stdout, done.stderr)

    def ctl(self, *words):
        return self.ask("dxctl", *words)

    def json(self, *words):
        return self.ctl("--json", *words).shows().json()

    def file(self, name, text):
        """A file in root's home."""
        (self.lab.directory / name).write_text(text)
        self.run("cp", f"/mnt/lab/{name}", f"{HOME}/{name}")
        return name

    def neighbors(self):
        """{name: what `show bgp neighbors` has of it}"""
        shown = self.json("show", "bgp", "neighbors")
        return {one["name"]: one for one in shown.values()}

    def imported(self):
        """What was imported is put where the import says, and runs."""
        self.file("vifs.json", json.dumps({"virtualInterfaces": self.virtual_interfaces}))
        said = self.ctl("import", "aws", "vifs.json", "interface",
                        ",".join(f"{connection}={name}" for connection, name in INTERFACES.items()),
                        "networks", ",".join(NETWORKS.values()), "to", "router").shows(f"AS {OUR_AS}, 4 neighbors", "Next:")
        steps = [line.strip().removeprefix("sudo ") for line in said.out.split("Next:\n")[1].splitlines()]
        expect_equal([step.split()[0] for step in steps],
                     ["dxrouted", "install", "install", "install", "cp", "systemctl", "systemctl", "#"], "the next steps")
        for step in steps:
            if step.startswith("systemctl restart systemd-networkd"):
                # Few kernels that tests run on have VLANs: what is named as one is a veth, which networkd would not
                # take for its own.
                self.ask("sh", "-c", "rm /etc/systemd/network/*.netdev").shows()
            self.ask("sh", "-c", step).shows()

    def established(self):
        return all(one["bgpState"] == "Established" for one in self.neighbors().values())

    def settled(self):
        """All sessions and BFD are up, and both families' routes are in the kernel by both circuits."""
        wait_until("the sessions are Established", self.established, 60, 0.3)
        wait_until("BFD is up", lambda: [peer["status"] for peer in self.json("show", "bfd", "peers")] == ["up"] * 4, 20, 0.3)
        for prefix in VPC.values():  # the gateways of IPv6 are link-local
            wait_until(f"{prefix} goes by both circuits", lambda wanted=prefix: len(self.box.gateways(wanted)) == 2, 30, 0.2)

    def keys(self):
        return [session.password for edge in self.edges for session in edge.frr.sessions]

    def routes_at_aws(self, **routes):
        """A file as `aws directconnect list-virtual-interface-routes` prints it, of the first virtual interface."""
        return self.file("routes.json", json.dumps({
            "virtualInterfaceId": self.virtual_interfaces[0]["virtualInterfaceId"],
            "routes": [{"cidr": cidr, "routeDirection": direction}
                       for direction, prefixes in routes.items() for cidr in prefixes]}))
