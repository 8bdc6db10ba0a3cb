"""A session that is up and of which nobody can say what it does, said by the shows: that no policy lets routes pass,
what AWS sent and what of it is used, what AWS was sent, and the timers configured beside those negotiated."""
from circuits import OUR_NETWORK, AwsSide, Site, aws_address, expect, expect_equal, wait_until

AWS = aws_address(1)
VPC, UNWANTED, OTHER_NETWORK = "172.31.0.0/16", "172.30.0.0/16", "10.7.0.0/16"
POLICIES = {"vpc": [{"match": {"prefix": [VPC]}, "then": "accept"}],
            "own": [{"match": {"prefix": [OUR_NETWORK]}, "then": "accept"}]}


def run(lab):
    site = Site(lab)
    aws = AwsSide(site.circuit.aws, site.circuit.vif("dx1", announce=[VPC, UNWANTED])).start()
    config = site.config(aws.neighbor("dx1", import_=None, export=None), policies=POLICIES)
    config["networks"].append(OTHER_NETWORK)
    router = site.dxrouted(config).start()
    aws.wait_established()
    no_policy(site, router, aws)

    config["neighbors"][0].update({"import": "vpc", "export": "own"})
    config["neighbors"][0]["timers"].update({"hold": "30s", "keepalive": "10s"})
    router.write(config)
    router.ctl("reload")
    site.wait_route(VPC, AWS)
    aws.wait_routes("dx1", [OUR_NETWORK])
    what_passes(router)
    timers(router, configured=(30, 10), negotiated=(90, 30))
    router.ctl("clear", "ip", "bgp", AWS)
    wait_until("there is a new session", lambda: router.neighbor(AWS)["connectionsEstablished"] == 2)
    timers(router, configured=(30, 10), negotiated=(30, 10))


def no_policy(site, router, aws):
    wait_until("both routes have come", lambda: len(received(router)) == 2)
    for summary in ("show ip bgp summary", "show bgp summary"):
        expect(f"Neighbor {AWS} has neither import nor export policy: no routes pass (RFC 8212)" in
               router.ctl(*summary.split()), f"{summary} does not say why there are no routes")
    expect_equal((site.router.route(VPC), aws.routes("dx1")), (None, {}), "routes that passed without a policy")
    router.wait_logged("warning: no import policy: nothing is accepted from this neighbor")


def what_passes(router):
    expect_equal({prefix: route.get("rejectedBy") for prefix, route in received(router).items()},
                 {VPC: None, UNWANTED: "policy vpc rejects it"}, "received, and why it is not used")
    expect_equal(set(router.show(f"ip bgp neighbors {AWS} routes")["routes"]), {VPC}, "what of it is used")
    expect_equal(set(router.show(f"ip bgp neighbors {AWS} advertised-routes")["advertisedRoutes"]), {OUR_NETWORK},
                 "what AWS was sent")
    shown = router.ctl("show", "ip", "bgp", "neighbors", AWS)
    expect("2 received, 1 accepted, 1 advertised prefixes" in shown, f"no counts in\n{shown}")


def received(router):
    return router.show(f"ip bgp neighbors {AWS} received-routes")["receivedRoutes"]


def timers(router, configured, negotiated):
    shown = router.ctl("show", "ip", "bgp", "neighbors", AWS)
    for said, (hold, keepalive) in (("Hold time is", negotiated), ("Configured hold time is", configured)):
        line = f"{said} {hold} seconds, keepalive interval is {keepalive} seconds"
        expect(line in shown, f"no line {line!r} in\n{shown}")
