"""A neighbor that is removed gets no traffic any more, whatever its link and the kernel's objects do,
and gets it again when it is configured again."""
from circuits import Site, aws_address, expect, our_address, stays, wait_until

PREFIX, INSIDE = "172.31.0.0/16", "172.31.0.1"


def run(lab):
    site = Site(lab, circuits=2)
    peers = [circuit.peer("bird", announce=[PREFIX]).start() for circuit in site.circuits]
    first, second = (site.circuits[0].neighbor(preference="high"),
                     site.circuits[1].neighbor(preference="low"))
    router = site.dxrouted(site.config(first, second)).start()
    router.wait_established(aws_address(1), aws_address(2))
    site.wait_way(INSIDE, aws_address(1))

    write_and_reload(router, site.config(second))
    wait_until("the peer hears it", lambda: not peers[0].established(our_address(1)), 5)
    site.wait_way(INSIDE, aws_address(2), 2)

    def only_second():
        way = site.router.way_to(INSIDE)
        return way is not None and way[0] == aws_address(2)
    for interface, state in (("dx1", "down"), ("dx1", "up")):
        site.router.ip("link", "set", interface, state)
        stays(f"the traffic stays with {interface} {state}", only_second, 1)
    site.router.ip("link", "set", "dx2", "down")
    wait_until("there is no way left", lambda: not site.router.gateways(PREFIX), 3)
    stays("the removed neighbor is not used instead",
          lambda: aws_address(1) not in (site.router.way_to(INSIDE) or ()), 1)
    site.router.ip("link", "set", "dx2", "up")
    site.wait_way(INSIDE, aws_address(2), 15)

    write_and_reload(router, site.config(first, second))
    router.wait_established(aws_address(1))
    site.wait_way(INSIDE, aws_address(1), 15)
    expect(router.neighbor(aws_address(1))["connectionsEstablished"] == 1, "it is a new neighbor")


def write_and_reload(router, config):
    router.write(config)
    router.ctl("reload")
