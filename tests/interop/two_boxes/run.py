"""A site of two boxes with iBGP between them, a circuit at one and a VPN at the other: each knows of the other
which routes are AWS's and over what. The tunnel's more specific routes stay out of both kernels while the
circuit carries, come back at once when it goes, and nothing of the one AWS neighbor reaches the other. A
route reflector of another make in between carries all that."""
from circuits import (AWS_AS, KEY, OUR_AS, OUR_NETWORK, Circuit, Dxrouted, aws_address, expect, expect_equal,
                      neighbor, stays, wait_until)
from frr import FrrInstance

SUMMARY, INSIDE, OTHER = "172.31.0.0/16", "172.31.7.0/24", "172.30.0.0/24"
HOST, OTHER_HOST = "172.31.7.1", "172.30.0.1"
VPN_AS = 64600
ONE, TWO = "10.20.0.1", "10.20.0.2"


class Pair:
    def __init__(self, lab):
        self.lab = lab
        self.boxes = [lab.namespace("one"), lab.namespace("two")]
        one, two = self.boxes
        lab.link(one, "lan", [f"{ONE}/24"], two, "lan", [f"{TWO}/24"])
        for box in self.boxes:
            box.sysctl("net.ipv4.ip_forward", 1)
        self.circuit, self.tunnel = Circuit(lab, 1, one), Circuit(lab, 2, two)
        self.dx = self.circuit.peer("bird", announce=[SUMMARY]).start()
        self.vpn = self.tunnel.peer("bird", announce=[SUMMARY, INSIDE, OTHER], password=None, asn=VPN_AS).start()
        self.configs = [
            self.config(ONE, self.circuit.neighbor(name="dx", profile="aws-private", bfd=False), TWO),
            self.config(TWO, neighbor(aws_address(2), VPN_AS, name="vpn", profile="aws-vpn",
                                      timers={"connect-retry": "1s"}), ONE)]
        self.routers = [Dxrouted(box, config, name=f"dxrouted{number}").start()
                        for number, (box, config) in enumerate(zip(self.boxes, self.configs), 1)]
        self.routers[0].wait_established(aws_address(1), TWO)
        self.routers[1].wait_established(aws_address(2), ONE)

    @staticmethod
    def config(address, toward_aws, other):
        return {"router": {"asn": OUR_AS, "router-id": address}, "networks": [OUR_NETWORK],
                "neighbors": [toward_aws, Pair.inside(other, password=KEY)]}

    @staticmethod
    def inside(address, **options):
        return neighbor(address, OUR_AS, name="other", timers={"connect-retry": "1s"}, **options)

    def reload(self, number):
        self.routers[number].write(self.configs[number])
        self.routers[number].ctl("reload")

    def wait_ways(self, what, one, two, host=HOST, timeout=10):
        """Where packets for the host leave the two boxes."""
        for box, gateway in zip(self.boxes, (one, two)):
            wait_until(f"{what}: {box.name} sends {host} to {gateway}",
                       lambda box=box, gateway=gateway: (box.way_to(host) or [""])[0] == gateway, timeout)

    def wait_covered(self, one=aws_address(1), two=ONE, timeout=10):
        self.wait_ways("the circuit carries", one, two, timeout=timeout)
        for box in self.boxes:
            wait_until(f"{INSIDE} is not in the kernel of {box.name}", lambda box=box: box.route(INSIDE) is None)

    def wait_uncovered(self, timeout=10):
        self.wait_ways("the tunnel carries", TWO, aws_address(2), timeout=timeout)


def run(lab):
    pair = Pair(lab)
    pair.wait_covered()
    pair.wait_ways("the tunnel has the rest", TWO, aws_address(2), OTHER_HOST)
    told_in_words(pair)
    kept_apart(pair)
    comes_and_goes(pair)
    said_by_the_tunnels_box(pair)
    reflected(pair)


def told_in_words(pair):
    one, two = pair.routers
    for router, prefix, over in ((one, SUMMARY, "a Direct Connect circuit"), (two, SUMMARY, "a Direct Connect circuit"),
                                 (one, INSIDE, "an AWS VPN"), (two, INSIDE, "an AWS VPN")):
        expect(f"Learnt over: {over}" in router.ctl("show", "ip", "bgp", prefix), router.show(f"ip bgp {prefix}"))
    for router in pair.routers:
        expect_equal(router.show(f"ip route {INSIDE}")[INSIDE][0]["stateText"], f"covered by {SUMMARY}",
                     "why it is not in the kernel")
    why = two.ctl("why", SUMMARY)
    expect("over a Direct Connect circuit of another router of ours, other" in why, f"why on the other box: {why}")


def kept_apart(pair):
    """Neither AWS neighbor has anything of the other's, unless it is asked for."""
    for peer in (pair.dx, pair.vpn):
        peer.wait_learned(OUR_NETWORK)
        stays("only our network is told", lambda peer=peer: set(peer.learned()) == {OUR_NETWORK}, 1)
    pair.configs[1]["neighbors"][0]["send-aws-routes"] = True
    pair.reload(1)
    pair.vpn.wait_learned(SUMMARY)
    expect_equal(pair.vpn.learned()[SUMMARY]["path"], [OUR_AS, AWS_AS], "the path that is asked for")
    pair.configs[1]["neighbors"][0]["send-aws-routes"] = False
    pair.reload(1)
    pair.vpn.wait_forgotten(SUMMARY)


def comes_and_goes(pair):
    pair.dx.withdraw(SUMMARY)
    pair.wait_uncovered()
    pair.dx.announce(SUMMARY)
    pair.wait_covered()
    pair.circuit.link("down")
    pair.wait_uncovered(5)
    pair.circuit.link("up")
    pair.routers[0].wait_established(aws_address(1), timeout=30)
    pair.wait_covered(timeout=30)
    # The box with the circuit is gone without a word.
    pair.routers[0].kill()
    wait_until("the tunnel's box has its own way",
               lambda: (pair.boxes[1].way_to(HOST) or [""])[0] == aws_address(2), 10)
    pair.routers[0].start()
    pair.routers[0].wait_established(aws_address(1), TWO, timeout=30)
    pair.wait_covered(timeout=30)
    # A drained circuit covers nothing, on neither box, while its session is still up.
    pair.routers[0].ctl("drain", "dx", "wait", "1s")
    pair.wait_uncovered()
    pair.routers[0].ctl("undrain", "dx")
    pair.routers[0].wait_established(aws_address(1), timeout=30)
    pair.wait_covered(timeout=30)


def said_by_the_tunnels_box(pair):
    """`covered-by-dx: keep` where the tunnel is holds for the site, live."""
    pair.configs[1]["neighbors"][0]["covered-by-dx"] = "keep"
    pair.reload(1)
    pair.wait_uncovered()
    kept_apart(pair)
    pair.configs[1]["neighbors"][0]["covered-by-dx"] = "suppress"
    pair.reload(1)
    pair.wait_covered()


def reflected(pair):
    """FRR as route reflector instead of a session between the two."""
    reflector = pair.lab.namespace("reflector")
    clients = [f"10.21.{number}.1" for number in (1, 2)]
    for number, (box, other) in enumerate(zip(pair.boxes, (TWO, ONE)), 1):
        pair.lab.link(box, "rr", [f"10.21.{number}.1/30"], reflector, f"box{number}", [f"10.21.{number}.2/30"])
        box.ip("route", "add", f"10.21.{3 - number}.0/30", "via", other)
    lines = [f"router bgp {OUR_AS}", " bgp router-id 10.21.0.1"]
    lines += [f" neighbor {client} remote-as {OUR_AS}" for client in clients]
    lines += [" address-family ipv4 unicast"]
    lines += [f"  neighbor {client} route-reflector-client" for client in clients]
    frr = FrrInstance(reflector, "reflector", "\n".join(lines) + "\n")
    frr.start()
    for number, config in enumerate(pair.configs, 1):
        config["neighbors"][1] = Pair.inside(f"10.21.{number}.2")
        pair.reload(number - 1)
    for number, router in enumerate(pair.routers, 1):
        router.wait_established(f"10.21.{number}.2", timeout=30)
    pair.wait_covered(two=ONE, timeout=30)
    kept_apart(pair)
    pair.dx.withdraw(SUMMARY)
    pair.wait_uncovered(20)
    pair.dx.announce(SUMMARY)
    pair.wait_covered(timeout=20)
