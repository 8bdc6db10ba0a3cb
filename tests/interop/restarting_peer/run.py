"""We help a peer restart (RFC 4724): its daemon is killed and comes again, and nothing happens to the
kernel's routes nor at another neighbor; what it does not tell again goes at End-of-RIB, and all goes
when it does not come back."""
from circuits import Site, aws_address, crash, expect, expect_equal, stays, wait_until

STAYS, GOES = "172.31.0.0/16", "172.30.0.0/16"


def info(router):
    return router.neighbor(aws_address(1))["gracefulRestartInfo"]


def run(lab, peer):
    site = Site(lab, circuits=2)
    aws = site.circuits[0].peer(peer, announce=[STAYS, GOES], restart=8).start()
    other = site.circuits[1].peer("bird", asn=64999).start()
    second = {**site.circuits[1].neighbor(), "remote-as": 64999}
    router = site.dxrouted(site.config(site.circuits[0].neighbor(graceful_restart="helper"),
                                       second)).start()
    for prefix in (STAYS, GOES):
        site.wait_route(prefix)
    other.wait_learned(STAYS, GOES)
    shown = info(router)
    expect_equal([shown["localGrMode"], shown["remoteGrMode"], shown["helping"]],
                 ["Helper", "Restart", False], "what is shown")
    expect_equal(shown["timers"], {"configuredRestartTimer": 120, "receivedRestartTimer": 8},
                 "the timers")
    expect("Local GR Mode: Helper" in router.ctl("show", "ip", "bgp", "neighbors", aws_address(1)),
           "the text does not say what is negotiated")

    watch = site.router.watch_routes()
    crash(aws)
    router.wait_down(aws_address(1), timeout=5)
    wait_until("dxrouted helps", lambda: info(router)["helping"], 3)
    shown = info(router)["ipv4Unicast"]
    expect_equal(shown["phase"], "away", "the phase")
    expect(shown["staleRoutes"] >= 2, f"FRR also sends our own back: {shown}")
    text = router.ctl("show", "ip", "bgp")
    expect(f"S*>  {STAYS[:-3]}" in text, f"no S for a stale route:\n{text}")
    paths = router.show(f"ip bgp {STAYS}")["paths"]
    expect(paths[0].get("stale") is True, f"not stale: {paths}")
    expect("stale routes in use" in
           router.ctl("show", "ip", "bgp", "neighbors", aws_address(1)), "not in the text")
    expect_equal(set(other.learned()) & {STAYS, GOES}, {STAYS, GOES}, "what the other one knows")

    aws.announced.remove(GOES)
    if peer == "frr":  # its configuration is that of the start
        aws.frr.bgpd_config = aws.config()
    aws.restart()
    router.wait_established(aws_address(1), timeout=20)
    site.wait_no_route(GOES, timeout=20)
    wait_until("the restart is over", lambda: not info(router)["helping"], 10)
    other.wait_forgotten(GOES)
    expect(not watch.saw_deleted(STAYS), f"the route was away:\n{watch.log()}")
    expect(watch.saw_deleted(GOES), "the watch sees nothing")
    router.wait_logged("routes again (graceful restart)")

    # It does not come back.
    crash(aws)
    router.wait_down(aws_address(1), timeout=5)
    stays("the route is kept", lambda: site.router.route(STAYS) is not None, 3)
    site.wait_no_route(STAYS, timeout=8)
    other.wait_forgotten(STAYS)
    expect(not info(router)["helping"], "still helping")

    # The operator's word ends it: shut down while its routes are kept.
    aws.restart()
    site.wait_route(STAYS, timeout=30)
    crash(aws)
    wait_until("dxrouted helps again", lambda: info(router)["helping"], 5)
    router.ctl("clear", "ip", "bgp", aws_address(1))
    site.wait_no_route(STAYS, timeout=2)

    # So does the loss of the link: its traffic has nowhere to go.
    aws.restart()
    site.wait_route(STAYS, timeout=30)
    crash(aws)
    wait_until("dxrouted helps once more", lambda: info(router)["helping"], 5)
    site.circuits[0].link("down")
    site.wait_no_route(STAYS, timeout=2)
    wait_until("it is given up", lambda: not info(router)["helping"], 3)
