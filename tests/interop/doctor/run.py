"""`dxctl doctor`: all is well with two circuits; then one thing is broken at a time, and the closing
sentence names it."""
import contextlib
import json
import subprocess

from circuits import (KEY, AwsSide, Failed, Site, aws_address, expect, expect_equal, our_address,
                      wait_until)

VPCS = ["172.31.0.0/16", "172.30.0.0/16"]
AWS = aws_address(1)
LIMIT = 5  # what AWS accepts here


class Patient:
    """The site, what doctor says of it, and how parts of its configuration are replaced."""

    def __init__(self, lab):
        self.site = Site(lab, circuits=2)
        self.box, self.circuit = self.site.router, self.site.circuit
        self.sides = [AwsSide(circuit.aws, circuit.vif(f"dx-{circuit.number}", announce=[vpc],
                                                       limit=LIMIT))
                      for circuit, vpc in zip(self.site.circuits, VPCS)]
        self.config = self.site.config(*(
            side.neighbor(f"dx-{number}", interface=f"dx{number}",
                          local_address=our_address(number))
            for number, side in enumerate(self.sides, 1)))
        self.router = self.site.dxrouted(self.config)

    def doctor(self, *words):
        """(exit code, what it said) from inside the router's box."""
        done = subprocess.run(
            ["ip", "netns", "exec", self.box.netns, str(self.router.client), "--socket",
             str(self.router.socket), "doctor", *words], capture_output=True, text=True, timeout=30)
        return done.returncode, done.stdout

    def wait_says(self, text):
        """The closing sentence names the first circuit, and has `text`."""
        said = ""

        def named():
            nonlocal said
            code, said = self.doctor()
            end = said.splitlines()[-1]
            return code == 1 and end.startswith("dx-1: ") and text in end
        try:
            wait_until(f"the closing sentence says {text!r}", named, 12, every=0.3)
        except Failed as failure:
            raise Failed(f"{failure}\n{said}") from None

    def wait_well(self):
        """Everything is up again."""
        for number, vpc in enumerate(VPCS, 1):
            self.router.wait_established(aws_address(number))
            self.site.wait_route(vpc, aws_address(number))
        wait_until("doctor finds that all is well", lambda: self.doctor()[0] == 0, 10, every=0.3)

    @contextlib.contextmanager
    def neighbor(self, **options):
        """The first neighbor with other settings; None removes one."""
        entry = self.config["neighbors"][0]
        before = dict(entry)
        entry.update({key.rstrip("_").replace("_", "-"): value for key, value in options.items()})
        self.config["neighbors"][0] = {k: v for k, v in entry.items() if v is not None}
        self._reload()
        yield
        self.config["neighbors"][0] = before
        self._reload()

    def _reload(self):
        self.router.write(self.config)
        self.router.ctl("reload")

    @contextlib.contextmanager
    def firewall(self, box, *rules):
        box.run("nft", "add table inet doctor")
        box.run("nft", "add chain inet doctor in { type filter hook input priority 0; }")
        for rule in rules:
            box.run("nft", "add rule inet doctor in " + rule)
        yield
        box.run("nft", "delete table inet doctor")


@contextlib.contextmanager
def link_down(patient):
    patient.circuit.link("down")
    yield "dx1 is administratively down"
    patient.circuit.link("up")


@contextlib.contextmanager
def carrier_lost(patient):
    patient.circuit.aws.ip("link", "set", "aws0", "down")
    yield "dx1 has no carrier"
    patient.circuit.aws.ip("link", "set", "aws0", "up")


@contextlib.contextmanager
def address_missing(patient):
    address = f"{our_address(1)}/30"
    patient.box.ip("address", "del", address, "dev", "dx1")
    yield f"dx1 does not have our address {our_address(1)}"
    patient.box.add_address("dx1", address)


@contextlib.contextmanager
def no_arp(patient):
    patient.circuit.aws.ip("link", "set", "aws0", "arp", "off")
    patient.box.ip("link", "set", "dx1", "down")
    patient.box.ip("link", "set", "dx1", "up")
    yield f"{AWS} does not answer ARP"
    patient.circuit.aws.ip("link", "set", "aws0", "arp", "on")


@contextlib.contextmanager
def no_bgp(patient):
    patient.sides[0].kill()
    yield f"TCP 179 of {AWS} refuses connections"
    patient.sides[0].start()


@contextlib.contextmanager
def wrong_key(patient):
    with patient.neighbor(password="another-key"):
        yield "the keys differ"


@contextlib.contextmanager
def another_key_there(patient):
    """From the end of the session on nothing says that the keys are the same."""
    side, text = patient.sides[0], patient.sides[0].config.read_text()
    side.stop()
    side.config.write_text(text.replace(KEY, "another-key"))
    side.start()
    _, said = patient.doctor("dx-1", "json")
    found = {entry["check"]: entry for entry in json.loads(said)["checks"]}["md5"]
    expect(found["result"] in ("unknown", "failed"), f"right after the key was changed: {found}")
    yield "the keys differ"
    side.stop()
    side.config.write_text(text)
    side.start()


@contextlib.contextmanager
def no_key(patient):
    with patient.neighbor(password=None, profile="none"):
        yield "no password is set here"


@contextlib.contextmanager
def wrong_as(patient):
    with patient.neighbor(remote_as=64999):
        yield "Bad Peer AS"


@contextlib.contextmanager
def no_policy(patient):
    with patient.neighbor(import_=None):
        yield "no import policy for ipv4"


@contextlib.contextmanager
def too_many_prefixes(patient):
    networks = patient.config["networks"]
    patient.config["networks"] = [f"10.{number}.0.0/16" for number in range(LIMIT + 1)]
    with patient.neighbor(prefix_limit={"out": 50}):
        yield f"at most {LIMIT} ipv4 prefixes are allowed"
        patient.config["networks"] = networks
    for number, side in enumerate(patient.sides, 1):
        side.ask("clear", session=f"dx-{number}")


@contextlib.contextmanager
def bgp_dropped_here(patient):
    with patient.firewall(patient.box, f"ip saddr {AWS} tcp sport 179 drop",
                          f"ip saddr {AWS} tcp dport 179 drop"):
        patient.router.ctl("clear", "ip", "bgp", AWS)
        yield "the firewall's chain inet doctor in here drops it"


@contextlib.contextmanager
def bfd_dropped_there(patient):
    with patient.firewall(patient.circuit.aws, "udp dport 3784 drop"):
        yield "nothing was heard from the peer's BFD"


def only_warned_of(patient):
    """What may be meant costs no exit code, but is not called well."""
    patient.box.run("sysctl", "-qw", "net.ipv4.conf.dx1.rp_filter=1")
    expect("rp_filter is 1 on dx1 (strict)" in warning(patient, "rp-filter"), "a strict rp_filter")
    patient.box.run("sysctl", "-qw", "net.ipv4.conf.dx1.rp_filter=0")
    part = VPCS[0].replace(".0.0/16", ".7.0/24")
    patient.box.ip("route", "add", part, "via", AWS, "proto", "static")
    wait_until("the route by the same gateway is told of",
               lambda: f"{part} via {AWS}" in warning(patient, "static-routes"), 5)
    patient.box.ip("route", "del", part, "proto", "static")
    patient.router.ctl("drain", "dx-1", "wait", "0s")
    code, said = patient.doctor()
    expect(code == 0 and "drained by the operator" in said and "dxctl undrain dx-1" in said, f"drained: {said}")
    patient.router.ctl("undrain", "dx-1")
    patient.wait_well()


def warning(patient, check):
    code, said = patient.doctor("dx-1", "json")
    found = {entry["check"]: entry for entry in json.loads(said)["checks"] if entry.get("neighbor") == "dx-1"}
    return found[check]["detail"] if (code, found[check]["result"]) == (0, "warning") else ""


@contextlib.contextmanager
def foreign_route(patient):
    patient.box.ip("route", "add", VPCS[0], "via", aws_address(2), "proto", "static")
    yield f"{VPCS[0]} not installed, for another program's route has the prefix"
    patient.box.ip("route", "del", VPCS[0], "proto", "static")


SCENES = [link_down, carrier_lost, address_missing, no_arp, no_bgp, wrong_key,
          another_key_there, no_key, wrong_as,
          no_policy, too_many_prefixes, bgp_dropped_here, bfd_dropped_there, foreign_route]


def run(lab):
    patient = Patient(lab)
    without_a_daemon(patient)
    for side in patient.sides:
        side.start()
    patient.router.start()
    patient.wait_well()
    healthy(patient)
    for scene in SCENES:
        with scene(patient) as text:
            patient.wait_says(text)
        patient.wait_well()
    only_warned_of(patient)
    watched_static_route(patient)
    no_traces(patient)


def without_a_daemon(patient):
    code, said = patient.doctor()
    expect_equal(code, 1, "the exit code without a daemon")
    expect("is dxrouted running?" in said.splitlines()[-1], f"without a daemon it says: {said}")
    expect("forwarding     ok" in said, f"the host is not looked at: {said}")


def healthy(patient):
    code, said = patient.doctor("json")
    report = json.loads(said)
    expect_equal((code, report["schema"], report["failures"]), (0, 1, 0), "a healthy site")
    expect(report["conclusion"].startswith("All is well"), report["conclusion"])
    found = {(entry.get("neighbor"), entry["check"]): entry for entry in report["checks"]}
    for name in ("dx-1", "dx-2"):
        expect_equal(found[name, "vlan"]["result"], "warning", "a veth as the VLAN's interface")
        for check in ("link", "address", "arp", "ping", "tcp", "md5", "open", "policy", "bfd", "fib"):
            expect_equal(found[name, check]["result"], "ok", f"{name}: {check}: {found[name, check]}")
    _, said = patient.doctor("dx-2", "json")
    expect_equal({entry.get("neighbor") for entry in json.loads(said)["checks"]}, {"dx-2", None},
                 "the neighbors that are looked at")
    expect_equal(patient.router.ctl_refused("doctor", "nobody")[0], 1, "the exit code for nobody")


def watched_static_route(patient):
    """A gateway that is there but does not speak BFD, then one that is not there."""
    customer = patient.site.customer()
    patient.config["static-routes"] = [
        {"prefix": "10.8.0.0/16", "via": "10.0.1.2", "bfd": True},
        {"prefix": "10.9.0.0/16", "via": AWS, "bfd": True}]
    patient.router.write(patient.config)
    patient.router.ctl("reload")
    said = ""

    def found():
        nonlocal said
        _, said = patient.doctor("json")
        return {entry["check"]: entry for entry in json.loads(said)["checks"]}["static-bfd"]
    for text, act in (("10.8.0.0/16 via 10.0.1.2: it answers ping, but nothing was heard from its BFD", None),
                      ("10.8.0.0/16 via 10.0.1.2: 10.0.1.2 does not answer ARP",
                       lambda: customer.ip("addr", "del", "10.0.1.2/24", "dev", "eth0"))):
        if act:
            act()
            patient.box.ip("neigh", "flush", "dev", "lan")
        wait_until(f"static-bfd says {text}",
                   lambda wanted=text: found()["detail"].startswith(wanted) and found()["result"] == "failed", 15)
    del patient.config["static-routes"][0]
    patient.router.write(patient.config)
    patient.router.ctl("reload")
    expect_equal((found()["result"], found()["detail"]),
                 ("ok", f"10.9.0.0/16 via {AWS}: BFD is Up, detects within 900 ms"), "a neighbor as gateway")


def no_traces(patient):
    """An examination ends no session, and says no key."""
    before = patient.router.neighbor(AWS)["connectionsEstablished"]
    for _ in range(5):
        _, said = patient.doctor()
        expect(KEY not in said, "the key is in the report")
    expect_equal(patient.router.neighbor(AWS)["connectionsEstablished"], before, "sessions so far")
