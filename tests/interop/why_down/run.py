"""Why there is no session, without a packet capture: a circuit for each cause, and in the shows and the log the words
that name it. A tunnel that carries packets one way only, as IPsec can, is among them."""
from circuits import AwsSide, Site, aws_address, expect_equal, our_address, wait_until

SILENT = "if it answers ping, suspect a different password (TCP MD5), no BGP running there, or a firewall"
# What is done to circuit n, its settings at AWS, those in our configuration, and the words.
CAUSES = {
    "nobody listens": (None, None, {}, "no answer from {aws}:179: " + SILENT),
    "the other key": (None, {"password": "another-key"}, {}, "no answer from {aws}:179: " + SILENT),
    "packets go one way only": ("one_way", {}, {}, "no answer from {aws}:179: " + SILENT),
    "AWS has another AS": (None, {"amazon_asn": 64999}, {},
                           "sent NOTIFICATION OPEN Message Error/Bad Peer AS: AS 64999, 64512 is configured"),
    "AWS knows us by another AS": (None, {"customer_asn": 65001}, {},
                                   "received NOTIFICATION OPEN Message Error/Bad Peer AS"),
    "a hold time that AWS refuses": (None, {}, {"profile": "none", "timers": {"hold": "0s", "connect-retry": "1s"}},
                                     "received NOTIFICATION OPEN Message Error/Unacceptable Hold Time"),
    "the link is down": ("link_down", None, {}, "interface {interface} is down"),
    "no carrier": ("no_carrier", None, {}, "interface {interface} has no carrier"),
    "our address is missing": ("no_address", None, {}, "no interface has an address on the subnet of {aws}"),
    "the other address is missing": ("nobody_home", None, {}, "connecting to {aws}:179 failed: No route to host"),
}


def run(lab):
    site = Site(lab, circuits=len(CAUSES))
    entries = [arrange(circuit, *cause[:3]) for circuit, cause in zip(site.circuits, CAUSES.values())]
    router = site.dxrouted(site.config(*entries)).start()
    for circuit, (cause, (*_, words)) in zip(site.circuits, CAUSES.items()):
        wanted = words.format(aws=aws_address(circuit.number), interface=circuit.interface)
        told(router, aws_address(circuit.number), cause, wanted)


def arrange(circuit, act, there, ours):
    """Makes the cause; our configuration's entry. AWS runs where it has settings."""
    settings = circuit.vif(f"dx{circuit.number}", **(there or {}))
    if there is not None:
        AwsSide(circuit.aws, settings).start()
    if act:
        ACTS[act](circuit)
    return circuit.neighbor(**{"profile": "aws-private", "bfd": False, **ours})


ACTS = {
    "one_way": lambda circuit: circuit.aws.nft(
        "table inet one_way { chain out { type filter hook output priority 0; policy drop; }; }"),
    "link_down": lambda circuit: circuit.link("down"),
    "no_carrier": lambda circuit: circuit.aws.ip("link", "set", circuit.theirs, "down"),
    "no_address": lambda circuit: circuit.ours.ip(
        "address", "del", f"{our_address(circuit.number)}/30", "dev", circuit.interface),
    "nobody_home": lambda circuit: circuit.aws.ip(
        "address", "del", f"{aws_address(circuit.number)}/30", "dev", circuit.theirs),
}


def told(router, address, cause, words):
    """In `show ip bgp neighbors`, in the summary's last column, and once in the log."""
    def shown():
        return words in router.ctl("show", "ip", "bgp", "neighbors", address)
    wait_until(f"{cause}: `show ip bgp neighbors {address}` says {words!r}", shown, 15)
    wait_until(f"{cause}: the summary says {words!r}", lambda: any(
        line.startswith(address) and words in line
        for line in router.ctl("show", "ip", "bgp", "summary", "--wide").splitlines()), 5)
    def lines():
        return [line for line in router.process.log().splitlines() if f"neighbor {address}: " in line and words in line]
    wait_until(f"{cause}: the log says {words!r}", lines, 5)
    expect_equal(len(lines()), 1, f"{cause}: lines of the log that say it")
