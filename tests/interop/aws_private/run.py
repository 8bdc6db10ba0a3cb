"""A private virtual interface as AWS runs it: a session a family with a key each, TTL 1, hold times 90
and lower, routes both ways, communities; then what goes wrong: silence, RST, an administrative reset."""
from capture import TCP, Capture
from circuits import (BGP, OUR_NETWORK, OUR_NETWORK6, AwsSide, Site, aws_address, expect, expect_equal,
                      our_address, stays, wait_until)

VPC, VPC6 = "172.31.0.0/16", "2001:db8:9::/48"
OTHER_KEY = "0xC_other.key of_v6"
AWS, AWS6 = aws_address(1), aws_address(1, 6)
POLICIES = {"tagged": [{"set": {"community": {"add": ["7224:1", "65000:7"]}}, "then": "accept"}]}


def run(lab):
    site = Site(lab)
    aws = AwsSide(site.circuit.aws, site.circuit.vif("v4", announce=[VPC]),
                  site.circuit.vif("v6", family=6, password=OTHER_KEY, announce=[VPC6]))
    sent = Capture(site.circuit.aws, "aws0")
    aws.start()
    config = site.config(aws.neighbor("v4", preference="high", export="tagged"),
                         aws.neighbor("v6"), policies=POLICIES)
    router = site.dxrouted(config).start()
    aws.wait_established()
    timers(router, aws, 90, 30)
    routes(site, router, aws)
    for family in (4, 6):
        expect_equal(sent.ttls(our_address(1, family), TCP), {1}, "TTLs of what we send")
    bfd(router, aws, config)
    lower_hold_time(router, aws, config)
    two_families(router, aws, config)
    breaks(site, router, aws)
    expect_equal(router.stop(), 0, "the exit code")
    wait_until("AWS hears of our end", lambda: (6, 2) in [
        (event["code"], event["subcode"]) for event in aws.events("notification-received", "v4")], 3)


def timers(router, aws, hold, keepalive):
    for name, address in (("v4", AWS), ("v6", AWS6)):
        seen, ours = aws.state(name), router.neighbor(address)
        expect_equal((seen["hold"], seen["keepalive"]), (hold, keepalive), f"AWS's timers on {name}")
        expect_equal((ours["bgpTimerHoldTimeMsecs"], ours["bgpTimerKeepAliveIntervalMsecs"]),
                     (hold * 1000, keepalive * 1000), f"our timers on {name}")


def bfd(router, aws, config):
    """300 ms x 3 on both families. What either operator switches off does BGP no harm, though it be strict."""
    def peers():
        return {peer["peer"]: peer for peer in router.show("bfd peers")}
    wait_until("BFD is Up on both", lambda: [peer["status"] for peer in peers().values()] == ["up", "up"])
    for address in (AWS, AWS6):
        expect_equal(peers()[address]["detection-time"], 900, f"the detection time of {address}")
    sessions = [router.neighbor(address)["connectionsEstablished"] for address in (AWS, AWS6)]
    config["neighbors"][0]["bfd"] = {"strict": True}
    router.write(config)
    router.ctl("reload")
    aws.ask("bfd", session="v4", admin_down=True)
    wait_until("AWS has switched BFD off", lambda: peers()[AWS]["status"] == "down")
    router.wait_logged("switched off by the peer")
    config["neighbors"][1]["bfd"] = False
    router.write(config)
    router.ctl("reload")
    wait_until("we have switched BFD off", lambda: AWS6 not in peers())
    stays("BGP goes on", lambda: all(map(router.established, (AWS, AWS6))), 1.5)
    aws.ask("bfd", session="v4", admin_down=False)
    wait_until("AWS has switched BFD on", lambda: peers()[AWS]["status"] == "up")
    for entry in config["neighbors"]:
        entry["bfd"] = True
    router.write(config)
    router.ctl("reload")
    wait_until("BFD is Up on both again", lambda: [peer["status"] for peer in peers().values()] == ["up", "up"])
    expect_equal([router.neighbor(address)["connectionsEstablished"] for address in (AWS, AWS6)], sessions,
                 "sessions of BGP")


def routes(site, router, aws):
    site.wait_route(VPC, AWS)
    wait_until("the IPv6 route is in the kernel", lambda: VPC6 in site.router.routes(BGP, 6))
    route = aws.wait_routes("v4", [OUR_NETWORK])[OUR_NETWORK]
    expect_equal((route["path"], route["next_hop"], route["med"]), ([65000], our_address(1), None),
                 "our route at AWS")
    expect_equal((sorted(route["communities"]), route["stripped"], route["preference"]),
                 (["65000:7", "7224:7300"], ["7224:1"], "high"), "its communities, and those AWS strips")
    expect_equal(aws.wait_routes("v6", [OUR_NETWORK6])[OUR_NETWORK6]["next_hop"], our_address(1, 6),
                 "the next hop of our IPv6 route")
    aws.ask("announce", session="v4", routes=["172.30.0.0/16"])
    site.wait_route("172.30.0.0/16", AWS)
    aws.ask("withdraw", session="v4", prefixes=["172.30.0.0/16"])
    site.wait_no_route("172.30.0.0/16")
    aws.ask("graceful-shutdown", session="v4")
    wait_until("we hear of AWS's graceful shutdown", lambda: "graceful-shutdown" in
               router.ctl("show", "ip", "bgp", VPC).lower())
    aws.ask("graceful-shutdown", session="v4", on=False)
    wait_until("and of its end", lambda: "graceful-shutdown" not in
               router.ctl("show", "ip", "bgp", VPC).lower())


def lower_hold_time(router, aws, config):
    """The lower proposal counts: ours, from the next session on."""
    for entry in config["neighbors"]:
        entry["timers"].update({"hold": "30s", "keepalive": "10s"})
    router.write(config)
    router.ctl("reload")
    expect_equal(aws.state("v4")["hold"], 90, "the hold time of the session that is up")
    router.ctl("clear", "ip", "bgp", "*")
    for name in ("v4", "v6"):
        wait_until(f"{name} has the lower hold time", lambda: aws.state(name)["hold"] == 30)
    router.wait_established(AWS, AWS6)
    timers(router, aws, 30, 10)


def two_families(router, aws, config):
    """AWS takes no second family on a session: it is offered, and nothing of it goes over."""
    config["neighbors"][0].update({"profile": "none", "families": ["ipv4", "ipv6"]})
    config["neighbors"][0].pop("preference")
    sessions = aws.state("v4")["sessions"]
    router.write(config)
    router.ctl("reload")
    router.ctl("clear", "ip", "bgp", AWS)
    wait_until("there is a new session", lambda: aws.state("v4")["sessions"] > sessions)
    aws.wait_routes("v4", [OUR_NETWORK])
    families = router.neighbor(AWS)["neighborCapabilities"]["multiprotocolExtensions"]
    expect(families["ipv6Unicast"].get("advertised") and not families["ipv6Unicast"].get("received"),
           f"IPv6 on the session: {families}")
    config["neighbors"][0].update({"profile": "aws-private", "families": ["ipv4"]})
    config["neighbors"][0]["timers"].update({"hold": "3s", "keepalive": "1s"})
    router.write(config)
    router.ctl("reload")


def breaks(site, router, aws):
    """The route goes with the session and comes back with it; the other session stays."""
    before = router.neighbor(AWS6)["connectionsEstablished"]

    def over_and_back(reason, act, undo=lambda: None):
        router.wait_established(AWS)
        site.wait_route(VPC, AWS)
        dropped = router.neighbor(AWS)["connectionsDropped"]
        act()
        # The route may be back before anybody has looked: AWS dials at once.
        wait_until("the session ends", lambda: router.neighbor(AWS)["connectionsDropped"] > dropped, 6)
        shown = router.ctl("show", "ip", "bgp", "summary", "--wide")
        expect(reason in shown, f"no word of {reason!r}:\n{shown}")
        undo()

    over_and_back("Administrative Reset", lambda: aws.ask("notify", session="v4", code=6, subcode=4))
    wait_until("the hold time is 3 s", lambda: aws.state("v4")["hold"] == 3)
    over_and_back("the connection was lost", lambda: aws.ask("reset", session="v4"))
    # BGP and BFD fall silent together; BFD notices first.
    def back():
        site.wait_no_route(VPC, 6)
        aws.ask("silence", session="v4", on=False)
    over_and_back("Cease/BFD Down", lambda: aws.ask("silence", session="v4"), back)
    router.wait_established(AWS)
    site.wait_route(VPC, AWS)
    expect_equal(router.neighbor(AWS6)["connectionsEstablished"], before, "sessions of IPv6")
