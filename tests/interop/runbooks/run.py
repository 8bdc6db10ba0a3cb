"""The runbooks (docs/runbooks) as they are written: their site with their configurations, each command in order, and
what it prints."""
import json
import pathlib
import shutil
import signal

import runbooks
from circuits import KEY, AwsSide, Dxrouted, expect, expect_equal, vif, wait_until
from runbook_player import Machine, play

ROOT = pathlib.Path(__file__).resolve().parents[3]
NEW_KEY = "another-bgp-key"
VPC, INSIDE, NETWORK = "172.31.0.0/16", "172.31.7.0/24", "10.0.0.0/16"
EDITS = (("return-delay: 30s", "return-delay: 40s"), ("return-delay: 40s", "return-delay: 50s"),
         ("cross-connect A", "cage 12"))
# neighbor: interface, network, what AWS announces
LINKS = {"dx-primary": ("eth0.100", "192.168.1", [VPC]), "dx-secondary": ("eth1.200", "192.168.2", [VPC]),
         "vpn-1": ("xfrm1", "169.254.10", [VPC, INSIDE]), "vpn-2": ("xfrm2", "169.254.11", [VPC, INSIDE])}


class Site:
    """The pages' router, and AWS's end of each of its links."""

    def __init__(self, lab):
        box = lab.namespace("router")
        box.sysctl("net.ipv4.ip_forward", 1)
        lab.link(box, "lan", ["10.0.1.1/24"], lab.namespace("customer"), "eth0", ["10.0.1.2/24"])
        self.lab, self.router, self.machine, self.amazon = lab, Dxrouted(box, ""), None, {}
        for name, (interface, network, _) in LINKS.items():
            edge = lab.namespace(name)
            lab.link(box, interface, [f"{network}.2/30"], edge, "aws0", [f"{network}.1/30"])
            self.amazon[name] = amazon(edge, name, KEY)

    def key(self, name, key):
        path = self.machine.etc / f"keys/{name}.key"
        path.write_text(key + "\n")
        path.chmod(0o600)

    def key_at_amazon(self, name, key):
        """By another process, whose BFD is a new one: ours has to have noticed that the old one is gone."""
        self.amazon[name].stop()
        wait_until("BFD is not up", lambda: not any(
            peer["peer"] == f"{LINKS[name][1]}.1" and peer["status"] == "up" for peer in self.router.show("bfd peers")))
        self.amazon[name] = amazon(self.amazon[name].box, name, key)

    def configure(self, page):
        """A new machine with a page's configuration, and another one to try; it does not run yet."""
        if self.router.process:
            expect_equal(self.router.stop(), 0, "the exit code")
        self.machine = Machine(self.router.box, self.lab.directory / f"root-of-{page}",
                               {"dxctl": self.router.client, "dxrouted": self.router.daemon})
        self.router.config_path, self.router.socket = self.machine.etc / "dxrouted.yaml", self.machine.socket
        for name in ("dx-primary", "dx-secondary"):
            self.key(name, KEY)
        self.router.write(f"{runbooks.configuration(page)}\ncontrol: {{socket: {self.router.socket}}}\n")
        edit(shutil.copy(self.router.config_path, self.machine.work / "new.yaml"))

    def write_virtual_interfaces(self):
        said = {"virtualInterfaces": [virtual_interface()]}
        (self.machine.work / "vifs.json").write_text(json.dumps(said))

    def start(self, *_):
        """As the service; but the control socket is not the default."""
        text = self.router.config_path.read_text()
        if "control:" not in text:
            self.router.write(f"{text}\ncontrol: {{socket: {self.router.socket}}}\n")
        if not self.router.process or not self.router.running():
            self.router.start()

    def upgrade(self, *_):
        """What the package's scripts do."""
        if self.router.running():
            self.router.process.signal(signal.SIGUSR1)
            wait_until("it has ended", lambda: not self.router.running())
            self.router.start()

    def wait_established(self, *names):
        self.router.wait_established(*(f"{LINKS[name][1]}.1" for name in names), timeout=60)

    def play(self, page, **stand_ins):
        play(self.machine, page, **{"apt-get": self.upgrade, "journalctl": lambda *_: None, "systemctl": self.start,
                                    **stand_ins})


def amazon(edge, name, key):
    _, network, prefixes = LINKS[name]
    tunnel = name.startswith("vpn")
    return AwsSide(edge, vif(name, f"{network}.1", f"{network}.2", "vpn" if tunnel else "private",
                             None if tunnel else key, announce=prefixes)).start()


def edit(path):
    """One change that nothing else notices."""
    text = path.read_text()
    before, after = next(pair for pair in EDITS if pair[0] in text)
    path.write_text(text.replace(before, after))


def run(lab):
    site = Site(lab)
    one_circuit(site)
    two_circuits(site)
    with_vpn(site)


def one_circuit(site):
    site.configure("first-circuit.md")
    site.write_virtual_interfaces()
    site.play("first-circuit.md", **{"apt-get": lambda *_: None})


def virtual_interface():
    said = {"asn": 65000, "addressFamily": "ipv4", "authKey": KEY, "amazonAddress": "192.168.1.1/30",
            "customerAddress": "192.168.1.2/30"}
    return {**said, "virtualInterfaceId": "dxvif-ffabc001", "connectionId": "dxcon-fg111111", "vlan": 100, "mtu": 1500,
            "virtualInterfaceType": "private", "virtualInterfaceName": "dx-primary", "amazonSideAsn": 64512,
            "virtualInterfaceState": "available", "bgpPeers": [{**said, "bgpPeerState": "available"}]}


def two_circuits(site):
    site.configure("second-circuit.md")
    site.start()
    site.wait_established("dx-primary", "dx-secondary")
    (site.machine.work / "routes.json").write_text(json.dumps({"virtualInterfaceId": "dxvif-ffabc001", "routes": [
        {"cidr": NETWORK, "routeDirection": "accepted"}, {"cidr": VPC, "routeDirection": "advertised"}]}))
    for page in ("second-circuit.md", "README.md", "maintenance.md", "failover-drill.md", "no-traffic.md",
                 "upgrade.md"):
        site.play(page)
    a_box_is_lost(site)
    site.play("config-change.md", editor=edit)
    # Somebody gave the BGP peer another key, and told nobody.
    site.amazon["dx-primary"].ask("notify", code=6, subcode=3, idle=600)
    site.router.wait_down("192.168.1.1")
    site.key_at_amazon("dx-primary", NEW_KEY)
    site.play("session-down.md")
    site.key_at_amazon("dx-primary", KEY)
    site.wait_established("dx-primary")
    site.play("key-change.md", editor=lambda _: (site.key("dx-primary", NEW_KEY),
                                                  site.key_at_amazon("dx-primary", NEW_KEY)))


def a_box_is_lost(site):
    """All that its backup is to have is there again on a machine that had nothing, and is what it runs with."""
    machine = site.machine
    extra = {"var/lib/dxrouted/history/1.json": "{}", "etc/systemd/network/10-eth0.100.network": "[Match]\n",
             "etc/systemd/system/dxrouted.service.d/override.conf": "[Service]\n", "usr/local/bin/page": "#!/bin/sh\n"}
    for name, text in extra.items():
        (machine.root / name).parent.mkdir(parents=True, exist_ok=True)
        (machine.root / name).write_text(text)
    (machine.root / "etc/systemd/networkd.conf.d").rmdir()
    before = files_of(machine)
    expect(set(extra) < set(before), f"what a box has: {sorted(before)}")

    def new_machine(*_):
        expect_equal(site.router.stop(), 0, "the exit code")
        for directory in ("etc", "var", "usr"):
            shutil.rmtree(machine.root / directory)
    site.play("restore.md", **{"apt-get": new_machine})
    expect_equal(files_of(machine), before, "what is there again")


def files_of(machine):
    """{name: (mode, text)}; the journal goes on meanwhile."""
    return {str(path.relative_to(machine.root)): (path.stat().st_mode, path.read_text())
            for directory in ("etc", "var", "usr") for path in (machine.root / directory).rglob("*")
            if path.is_file() and path.parent.name != "journal"}


def with_vpn(site):
    site.key_at_amazon("dx-primary", KEY)
    site.configure("vpn-backup.md")
    site.write_virtual_interfaces()
    fixture = ROOT / "tests/unit/cli/import/fixtures/vpn.json"
    (site.machine.work / "vpn.json").write_text(fixture.read_text().replace("4200000100", "65000"))
    site.start()
    site.wait_established("dx-primary", "vpn-1", "vpn-2")
    site.play("vpn-backup.md")
    site.play("vpn-and-dx.md")
