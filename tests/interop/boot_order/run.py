"""The daemon starts first: neither interface nor address is there. It is ready, waits, and has its
session and its routes soon after they come."""
from lab import wait_until
from circuits import AWS_AS, KEY, OUR_AS, PEERS, Dxrouted, Session, expect, neighbor


def run(lab):
    box = lab.namespace("router")
    aws = lab.namespace("aws1")
    config = {"router": {"asn": OUR_AS}, "networks": ["10.0.0.0/16"], "neighbors": [
        neighbor("192.168.1.1", AWS_AS, password=KEY, local_address="192.168.1.2",
                 interface="eth0.100", timers={"connect-retry": "1s"})],
        "static-routes": [{"prefix": "10.1.0.0/16", "via": "192.168.1.1"},
                          {"prefix": "10.3.0.0/16", "interface": "eth0.100"}]}
    router = Dxrouted(box, config).start()  # ready, without anything
    expect(not router.established("192.168.1.1"), "a session out of nothing")
    router.ctl("show", "ip", "bgp", "summary")

    make_link(box, aws)
    peer = PEERS["bird"](aws, [Session("192.168.1.1", "192.168.1.2", password=KEY)],
                         announce=["172.31.0.0/16"]).start()
    box.ip("link", "set", "eth0.100", "up")
    wait_until("the static route by interface is there",
               lambda: box.route("10.3.0.0/16") is not None, 5)
    expect(not router.established("192.168.1.1"), "a session without an address")
    box.ip("address", "add", "192.168.1.2/30", "dev", "eth0.100")
    router.wait_established("192.168.1.1", timeout=10)
    wait_until("the routes are in the kernel", lambda: box.gateways("172.31.0.0/16") and
               box.gateways("10.1.0.0/16"), 5)
    peer.wait_learned("10.0.0.0/16")

    # All of it goes and comes again, under the same name.
    box.ip("link", "del", "eth0.100")
    router.wait_down("192.168.1.1", timeout=3)
    make_link(box, aws)
    box.ip("address", "add", "192.168.1.2/30", "dev", "eth0.100")
    box.ip("link", "set", "eth0.100", "up")
    router.wait_established("192.168.1.1", timeout=15)
    wait_until("the routes are back", lambda: box.gateways("172.31.0.0/16") and
               box.gateways("10.1.0.0/16") and box.route("10.3.0.0/16"), 10)


def make_link(box, aws):
    """The circuit, with the name that a VLAN interface has."""
    box.ip("link", "add", "eth0.100", "type", "veth", "peer", "name", "eth0", "netns", aws.netns)
    aws.ip("address", "add", "192.168.1.1/30", "dev", "eth0")
    aws.ip("link", "set", "eth0", "up")
