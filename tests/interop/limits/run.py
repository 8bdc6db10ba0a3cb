"""Prefix limits: in with discard (the session stays, the excess is not used) and with restart (the
session ends with Cease and comes again after its time); out is never exceeded, also by BIRD's count. A peer
that ends the session for too many prefixes, and does not say how many it takes, is left alone for a while."""
from circuits import BGP, Site, aws_address, expect, expect_equal, stays, wait_until


def run(lab):
    site = Site(lab, circuits=3)
    prefixes = [f"100.64.{n}.0/24" for n in range(20)]
    discard = site.circuits[0].peer("bird", announce=prefixes[:10]).start()
    restart = site.circuits[1].peer("bird", announce=[f"100.65.{n}.0/24" for n in range(10)]).start()
    out = site.circuits[2].peer("bird")
    plain = out.config
    out.config = lambda: plain().replace("import all;", "import limit 15 action disable; import all;")
    out.start()
    ours = [f"10.{n}.0.0/16" for n in range(10, 30)]
    config = site.config(
        site.circuits[0].neighbor(prefix_limit={"in": {"max": 12, "action": "discard"}},
                                  export="reject-all"),
        site.circuits[1].neighbor(prefix_limit={"in": {"max": 12, "action": "restart",
                                                       "after": "4s"}}, export="reject-all"),
        site.circuits[2].neighbor(prefix_limit={"out": 5}))
    config["networks"] = ours
    router = site.dxrouted(config).start()
    router.wait_established(*(aws_address(n) for n in (1, 2, 3)))
    wait_until("all are in the kernel", lambda: len(site.router.routes(BGP)) == 20)

    discard.announce(*prefixes[10:])
    stays("the session with discard stays", lambda: router.established(aws_address(1)), 1.5)
    used = {prefix for prefix in site.router.routes(BGP) if prefix.startswith("100.64.")}
    expect_equal(len(used), 12, "prefixes in use with discard")
    discard.withdraw(*prefixes[10:])
    wait_until("below the limit all are used", lambda: set(prefixes[:10]) == {
        prefix for prefix in site.router.routes(BGP) if prefix.startswith("100.64.")})

    more = [f"100.65.{n}.0/24" for n in range(10, 20)]
    restart.announce(*more)
    router.wait_down(aws_address(2), timeout=5)
    wait_until("its routes are gone", lambda: not any(
        prefix.startswith("100.65.") for prefix in site.router.routes(BGP)), 5)
    restart.withdraw(*more)
    expect("Idle (PfxCt)" in router.ctl("show", "ip", "bgp", "summary"), "summary without PfxCt")
    for state in ("down", "up"):  # which changes nothing
        site.circuits[1].link(state)
    stays("it stays down for its time", lambda: not router.established(aws_address(2)), 2)
    router.wait_established(aws_address(2), timeout=30)

    wait_until("five of our networks are sent", lambda: len(out.learned()) == 5)
    stays("it stays at five", lambda: len(out.learned()) == 5, 1)
    shown = router.ctl("show", "ip", "bgp", "summary", "--wide")
    expect("5" in shown, shown)
    config["networks"] = ours[10:]
    router.write(config)
    router.ctl("reload")
    wait_until("five others take their place",
               lambda: len(out.learned()) == 5 and set(out.learned()) <= set(ours[10:]))
    config["neighbors"][2]["prefix-limit"] = {"out": 50}
    router.write(config)
    router.ctl("reload")
    wait_until("with a higher limit all are sent", lambda: set(out.learned()) == set(ours[10:]))
    expect_equal(router.neighbor(aws_address(3))["connectionsEstablished"], 1, "sessions made")
    says_no_number(router, out, config, ours)


def says_no_number(router, out, config, ours):
    """BIRD ends the session, and does not say how many it takes: what it was sent is known."""
    config["networks"] = ours
    router.write(config)
    router.ctl("reload")
    router.wait_down(aws_address(3), timeout=10)
    router.wait_logged("the peer takes fewer than the 20 ipv4 prefixes that it was sent")
    expect("it had been sent 20 ipv4 prefixes; what to do: announce fewer" in
           router.ctl("why", "down", aws_address(3)), router.ctl("why", "down", aws_address(3)))
    expect("Idle (PfxCt)" in router.ctl("show", "ip", "bgp", "summary"), "summary without PfxCt")
    expect_equal(router.neighbor(aws_address(3))["addressFamilyInfo"]["ipv4Unicast"]["sentTooManyPrefixCounter"], 20,
                 "what doctor says it by")
    out.control("enable", "all")
    stays("it is left alone", lambda: router.neighbor(aws_address(3))["bgpState"] == "Idle", 5)
    config["networks"] = ours[10:]
    router.write(config)
    router.ctl("reload")
    router.ctl("clear", "ip", "bgp", aws_address(3))
    router.wait_established(aws_address(3))
    wait_until("what it takes is sent", lambda: set(out.learned()) == set(ours[10:]))
