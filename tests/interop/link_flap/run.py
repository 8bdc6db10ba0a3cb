"""A link goes down, by the administrator and by the carrier: the session ends at once with that
reason and the routes go; when the link is back so are they. The same for a lost address."""
import time

from circuits import (BGP, OUR_NETWORK, Site, aws_address, expect, expect_equal, our_address, stays,
                      wait_until)


def run(lab):
    site = Site(lab)
    aws = site.circuit.peer("bird", announce=["172.31.0.0/16"]).start()
    router = site.dxrouted(site.config(
        site.circuit.neighbor(), static_routes=[{"prefix": "10.1.0.0/16", "via": aws_address(1)}]
    )).start()

    def back():
        wait_until("the session is back", lambda: router.established(aws_address(1)), 12)
        site.wait_route("172.31.0.0/16", aws_address(1), 5)
        site.wait_route("10.1.0.0/16", aws_address(1), 5)
        aws.wait_learned(OUR_NETWORK)
    back()

    def breaks(what, down, up, reason, within=1.5):
        started = time.monotonic()
        down()
        wait_until(f"the session ends at once: {what}",
                   lambda: not router.established(aws_address(1)), 5)
        took = time.monotonic() - started
        expect(took < within, f"{what}: the session ended after {took:.1f} s")
        wait_until(f"the routes go: {what}", lambda: site.router.route("172.31.0.0/16") is None and
                   site.router.route("10.1.0.0/16") is None, 3)
        shown = router.ctl("show", "ip", "bgp", "neighbors", aws_address(1)).lower()
        expect(any(word in shown for word in reason), f"{what}: no such reason in\n{shown}")
        time.sleep(1)
        started = time.monotonic()
        up()
        back()
        expect(time.monotonic() - started < 10, f"{what}: it took long to come back")

    breaks("link set down", lambda: site.circuit.link("down"), lambda: site.circuit.link("up"),
           ("link", "interface"))
    # The carrier event may be a second late (linkwatch).
    breaks("no carrier", lambda: site.circuit.aws.ip("link", "set", "aws0", "down"),
           lambda: site.circuit.aws.ip("link", "set", "aws0", "up"), ("link", "interface"), 2.5)
    breaks("address removed",
           lambda: site.router.ip("address", "del", f"{our_address(1)}/30", "dev", "dx1"),
           lambda: site.router.ip("address", "add", f"{our_address(1)}/30", "dev", "dx1"),
           ("address",))
    check_another_address(site, router)
    router.wait_established(aws_address(1))
    check_no_return_before_the_session(site, router, aws)


def check_another_address(site, router):
    """The session's own address goes while another one of the subnet stays."""
    site.router.ip("address", "add", "192.168.1.3/24", "dev", "dx1")
    stays("the session is not touched", lambda: router.established(aws_address(1)), 0.5)
    site.router.ip("address", "del", f"{our_address(1)}/30", "dev", "dx1")
    wait_until("the session ends", lambda: not router.established(aws_address(1)), 1)
    down = router.neighbor(aws_address(1))["lastResetDueTo"]
    expect_equal(down, f"local address {our_address(1)} does not exist", "the reason")
    site.router.ip("address", "add", f"{our_address(1)}/30", "dev", "dx1")


def check_no_return_before_the_session(site, router, aws):
    """The link is back and the neighbor is not: its routes would lead nowhere."""
    site.wait_route("172.31.0.0/16", aws_address(1), 5)
    aws.stop()
    site.circuit.link("down")
    router.wait_down(aws_address(1))
    site.circuit.link("up")
    site.wait_route("10.1.0.0/16", aws_address(1), 5)  # a static route asks for the link only
    stays("no BGP route is there without a session", lambda: not site.router.routes(BGP), 2)
    aws.start()
    site.wait_route("172.31.0.0/16", aws_address(1), 20)
