"""A circuit and a VPN tunnel that tells more specifics of the circuit's prefixes: they stay out of the kernel
while the circuit carries (covered-by-dx), come back at once when it goes, and go again when it is back. A
circuit that flaps is used again only after its return-delay, but for what nobody else announces."""
import time

from circuits import Site, aws_address, expect, expect_equal, stays, wait_until

SUMMARY, INSIDE, OTHER, ALONE = "172.31.0.0/16", "172.31.7.0/24", "172.30.0.0/24", "172.29.0.0/24"
HOST, OTHER_HOST = "172.31.7.1", "172.30.0.1"


def run(lab):
    site = Site(lab, circuits=2)
    circuit = site.circuits[0].peer("bird", announce=[SUMMARY]).start()
    site.circuits[1].peer("bird", announce=[SUMMARY, INSIDE, OTHER], password=None).start()
    config = site.config(site.circuits[0].neighbor(profile="aws-private", bfd=False),
                         site.circuits[1].neighbor(profile="aws-vpn", password=None))
    router = site.dxrouted(config).start()
    router.wait_established(aws_address(1), aws_address(2))

    # The circuit takes what it covers, the tunnel the rest.
    site.wait_route(SUMMARY)
    site.wait_no_route(INSIDE)
    site.wait_route(OTHER, aws_address(2))
    site.wait_way(HOST, aws_address(1))
    route = router.show(f"ip route {INSIDE}")[INSIDE][0]
    expect_equal((route["state"], route["stateText"]), ("inactive", f"covered by {SUMMARY}"), "why it is not there")
    expect(f"(inactive: covered by {SUMMARY})" in router.ctl("show", "ip", "route"), "the table says so too")
    expect(SUMMARY in router.ctl("show", "ip", "route", HOST), "what an address goes by")

    # Gone by the table: the circuit's BGP withdraws. Gone by the link: nothing is said at all.
    circuit.withdraw(SUMMARY)
    site.wait_route(INSIDE, aws_address(2))
    circuit.announce(SUMMARY)
    site.wait_no_route(INSIDE)
    site.circuits[0].link("down")
    site.wait_route(INSIDE, aws_address(2), 5)
    site.wait_way(HOST, aws_address(2), 5)
    site.circuits[0].link("up")
    router.wait_established(aws_address(1), timeout=30)
    site.wait_no_route(INSIDE, 30)
    site.wait_way(HOST, aws_address(1))

    # `keep`, live: both ways, no session flaps.
    config["neighbors"][1]["covered-by-dx"] = "keep"
    router.write(config)
    router.ctl("reload")
    site.wait_route(INSIDE, aws_address(2))
    config["neighbors"][1]["covered-by-dx"] = "suppress"
    router.write(config)
    router.ctl("reload")
    site.wait_no_route(INSIDE)
    expect_equal(router.neighbor(aws_address(2))["connectionsEstablished"], 1, "sessions of the tunnel")

    # A drained tunnel stands back as before: nothing of the circuit's goes to it while it waits.
    router.ctl("drain", aws_address(2), "wait", "1s")
    site.wait_no_route(INSIDE)
    site.wait_way(HOST, aws_address(1))
    router.ctl("undrain", aws_address(2))
    router.wait_established(aws_address(2), timeout=30)

    # A drained circuit covers nothing: the tunnel has its longer route before the session ends.
    router.ctl("drain", aws_address(1), "wait", "1s")
    site.wait_route(INSIDE, aws_address(2))
    router.ctl("undrain", aws_address(1))
    router.wait_established(aws_address(1), timeout=30)
    site.wait_no_route(INSIDE, 30)

    returns_late(site, router, circuit, config)


def returns_late(site, router, circuit, config):
    config["neighbors"][0]["return-delay"] = "4s"
    router.write(config)
    router.ctl("reload")
    site.circuits[0].link("down")
    site.wait_way(HOST, aws_address(2), 5)
    site.circuits[0].link("up")
    router.wait_established(aws_address(1), timeout=30)
    since = time.monotonic()
    expect("Not used yet (return-delay)" in router.ctl("show", "ip", "bgp", "neighbors", aws_address(1)),
           "show says that it waits")
    stays("the tunnel carries", lambda: site.router.way_to(HOST)[0] == aws_address(2), 2)
    site.wait_way(HOST, aws_address(1), 10)
    expect(time.monotonic() - since > 3, "the return was delayed")
    wait_until("nothing waits", lambda: "return-delay" not in router.ctl(
        "show", "ip", "bgp", "neighbors", aws_address(1)))
    holds_back_no_more_than_others_carry(site, router, circuit)


def holds_back_no_more_than_others_carry(site, router, circuit):
    """What the circuit alone announces has no reason to wait; and whatever is asked says what is so."""
    circuit.announce(ALONE)
    site.wait_route(ALONE, aws_address(1))
    site.circuits[0].link("down")
    site.wait_way(HOST, aws_address(2), 5)
    site.circuits[0].link("up")
    router.wait_established(aws_address(1), timeout=30)
    site.wait_route(ALONE, aws_address(1), 2)
    expect_equal(site.router.way_to(HOST)[0], aws_address(2), "the tunnel still carries the rest")
    why = router.ctl("why", SUMMARY)
    expect(why.startswith(f"{SUMMARY} goes via {aws_address(2)}; {aws_address(1)} best"), f"who carries it: {why}")
    expect("but not used yet: return-delay, used again in" in why, f"and why: {why}")
    expect(f"via {aws_address(2)} on dx2\n" in why, f"what the kernel has: {why}")
    expect("Not used yet" in router.ctl("show", "ip", "bgp", SUMMARY), "the table of BGP")
    expect("not used yet: return-delay" in router.ctl("show", "ip", "route", SUMMARY), "the route table")
    expect("not used yet" not in router.ctl("why", ALONE), "what waits for nothing")
    expect("returnDelayRemainingString" in router.neighbor(aws_address(1)), "the doctor's fact")
    site.wait_way(HOST, aws_address(1), 10)
