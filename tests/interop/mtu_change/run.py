"""The MTU of the circuit changes while both sessions are up: no session ends and every route stays. Below 1280
the kernel takes IPv6 from the interface: IPv4 does not notice, and when the address is back so are the
session and its routes."""
from circuits import (BGP, STATIC, AwsSide, Site, aws_address, expect, expect_equal, our_address, stays,
                      wait_until)

VPC, VPC6, STATIC6 = "172.31.0.0/16", "2001:db8:9::/48", "2001:db8:a::/48"
AWS, AWS6 = aws_address(1), aws_address(1, 6)
ALL = ({VPC}, {VPC6, STATIC6})


def run(lab):
    site = Site(lab)
    aws = AwsSide(site.circuit.aws, site.circuit.vif("v4", announce=[VPC]),
                  site.circuit.vif("v6", family=6, announce=[VPC6])).start()
    router = site.dxrouted(site.config(aws.neighbor("v4"), aws.neighbor("v6"),
                                       static_routes=[{"prefix": STATIC6, "via": AWS6}])).start()
    aws.wait_established()
    wait_until("all routes are in the kernel", lambda: routes(site) == ALL)
    for mtu in (9001, 1500, 1400, 1280, 8500, 1500):
        site.router.ip("link", "set", "dx1", "mtu", mtu)
        wait_until(f"all routes are in the kernel with MTU {mtu}", lambda: routes(site) == ALL, 5)
    expect_equal(sessions(router), [1, 1], "sessions of both families")
    below_the_least_of_ipv6(site, router)
    expect_equal(router.stop(), 0, "the exit code")
    expect_equal(routes(site), (set(), set()), "routes that are left")


def below_the_least_of_ipv6(site, router):
    site.router.ip("link", "set", "dx1", "mtu", 1000)
    wait_until("the IPv6 session ends", lambda: not router.established(AWS6), 3)
    reason = router.neighbor(AWS6)["lastResetDueTo"]
    expect_equal(reason, f"no interface has an address on the subnet of {AWS6}", "the reason")
    wait_until("the log says why", lambda: "took IPv6 from it" in router.process.log(), 3)
    expect("deleted by another program" not in router.process.log(), "the kernel is taken for a program")
    stays("IPv4 goes on", lambda: routes(site) == (ALL[0], set()), 1)

    site.router.ip("link", "set", "dx1", "mtu", 1500)
    expect(our_address(1, 6) not in site.router.ip("-6", "address", "show", "dev", "dx1"),
           "the kernel has put the address back by itself")
    site.router.add_address("dx1", f"{our_address(1, 6)}/125")  # as networkd or the operator does
    router.wait_established(AWS6, timeout=10)
    wait_until("the IPv6 routes are back", lambda: routes(site) == ALL, 5)
    expect_equal(sessions(router), [1, 2], "sessions of both families")


def routes(site):
    """Ours in the kernel: of IPv4, of IPv6."""
    return set(site.router.routes(BGP)), {*site.router.routes(BGP, 6), *site.router.routes(STATIC, 6)}


def sessions(router):
    return [router.neighbor(address)["connectionsEstablished"] for address in (AWS, AWS6)]
