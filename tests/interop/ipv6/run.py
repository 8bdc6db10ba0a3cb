"""With each peer: a session on IPv6 with a key of its own beside the one on IPv4; routes of IPv6 in
the kernel via the global or the link-local address of the peer."""
from circuits import (BGP, KEY, OUR_AS, OUR_NETWORK, OUR_NETWORK6, PEERS, Session, Site, aws_address,
                  expect, expect_equal, our_address, wait_until)

KEY6 = "another-key-for-six"


def run(lab, peer):
    site = Site(lab)
    aws = PEERS[peer](site.circuit.aws, [
        Session(aws_address(1), our_address(1), password=KEY),
        Session(aws_address(1, 6), our_address(1, 6), password=KEY6)],
        announce=["172.31.0.0/16", "2001:db8:31::/48", "2001:db8:32::/64"]).start()
    router = site.dxrouted(site.config(site.circuit.neighbor(),
                                       site.circuit.neighbor(family=6, password=KEY6))).start()
    router.wait_established(aws_address(1), aws_address(1, 6))
    learned = aws.wait_learned(OUR_NETWORK, OUR_NETWORK6)
    expect_equal(learned[OUR_NETWORK6]["path"], [OUR_AS], "the path of our IPv6 network")

    site.wait_route("172.31.0.0/16", aws_address(1))
    ways = {aws_address(1, 6), _link_local(site.circuit.aws)}
    for prefix in ("2001:db8:31::/48", "2001:db8:32::/64"):
        site.wait_route(prefix)
        expect(site.router.gateways(prefix) <= ways,
               f"{prefix} via {site.router.gateways(prefix)}, not {ways}")
        expect_equal(site.router.route(prefix)["dev"], "dx1", "the interface")
    expect_equal(set(site.router.routes(BGP, family=6)), {"2001:db8:31::/48", "2001:db8:32::/64"},
                 "our IPv6 routes in the kernel")

    aws.withdraw("2001:db8:32::/64")
    site.wait_no_route("2001:db8:32::/64")
    summary = router.show("bgp ipv6 summary")
    wait_until("the summary counts one prefix", lambda: _received(router) == 1)
    expect(aws_address(1) not in str(summary), "the IPv4 neighbor is in the IPv6 summary")
    expect("2001:db8:31::/48" in router.ctl("show", "ipv6", "route", "bgp"), "show ipv6 route bgp")
    expect_equal(router.stop(), 0, "the exit code")
    expect_equal(site.router.routes(BGP, family=6), {}, "routes left behind")


def _received(router):
    summary = router.show("bgp ipv6 summary")
    peers = summary.get("ipv6Unicast", summary)["peers"]
    return peers[aws_address(1, 6)]["pfxRcd"]


def _link_local(box):
    shown = box.ip_json("-6", "address", "show", "dev", "aws0")
    return next(found["local"] for entry in shown for found in entry.get("addr_info", [])
                if found.get("scope") in ("link", "253"))
