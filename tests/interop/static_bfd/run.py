"""Static routes that BFD watches: the gateway's is used from its first Up on, and a floating one takes over
within the detection time when the gateway goes silent without a link going down. Switching BFD on and off
by reload, the gateway's AdminDown, links that come later, and one session for a route and a neighbor."""
import json
import time

from bfd_peers import BFD_PEERS, Neighbor
from circuits import Site, aws_address, expect, expect_equal, our_address, stays, wait_until

ROUTE, HOST = "172.31.0.0/16", "172.31.0.1"
ROUTE6, HOST6 = "2001:db8:31::/48", "2001:db8:31::1"
PLAIN = "172.30.0.0/16"
BFD = {"interval": "50ms", "multiplier": 3}
DETECTION = 0.15
LATE = 0.25  # seconds that a busy machine may take
FIRST, SECOND = aws_address(1), aws_address(2)
FIRST6, SECOND6 = aws_address(1, 6), aws_address(2, 6)


def run(lab, peer):
    site = Site(lab, circuits=2)
    config = site.config(static_routes=[
        {"prefix": ROUTE, "via": FIRST, "bfd": dict(BFD)},
        {"prefix": ROUTE, "via": SECOND, "distance": 254},
        {"prefix": ROUTE6, "via": FIRST6, "bfd": dict(BFD)},
        {"prefix": ROUTE6, "via": SECOND6, "distance": 254},
        {"prefix": PLAIN, "via": FIRST}])
    router = site.dxrouted(config).start()

    # Before the first Up.
    wait_ways(site, SECOND, SECOND6)
    expect_equal(site.router.gateways(PLAIN), {FIRST}, "the route without BFD")
    expect(f"BFD with {FIRST} is Down" in router.ctl("show", "ip", "route", "static"),
           "why the route is not in use is shown")

    gateway = BFD_PEERS[peer](site.circuits[0].aws, [
        Neighbor(aws_address(1, family), our_address(1, family), "aws0") for family in (4, 6)], 50, 3).start()
    wait_ways(site, FIRST, FIRST6)
    expect_equal([(shown["peer"], shown["static-routes"], "neighbor" in shown)
                  for shown in router.show("bfd peers")],
                 [(FIRST, [ROUTE], False), (FIRST6, [ROUTE6], False)], "who uses the sessions")
    wait_until("the intervals are agreed",
               lambda: [shown["detection-time"] for shown in router.show("bfd peers")] == [150, 150])

    events_of_gateways(router)
    for _ in range(3):
        goes_silent_and_returns(site, router)
    if peer == "frr":
        is_switched_off(site, router, gateway)
    by_reload(site, router, config)
    link_comes_again(site)
    if peer == "bird":
        gateway.process.stop()
        shared_with_a_neighbor(site, router, config)


def events_of_gateways(router):
    journal = router.directory / "dxrouted.yaml.state" / "journal" / "events.jsonl"
    def happened():
        events = [json.loads(line) for line in journal.read_text().splitlines()]
        return [(event["event"], event["details"]["watchedBy"]) for event in events
                if event["event"].startswith("gateway-") and event["details"]["gateway"] == FIRST]
    wait_until("the gateway's use is an event",
               lambda: happened() == [("gateway-down", "bfd"), ("gateway-up", "bfd")])


def wait_ways(site, gateway, gateway6, timeout=15):
    site.wait_way(HOST, gateway, timeout)
    site.wait_way(HOST6, gateway6, timeout)


def ways(site):
    return [site.router.way_to(host)[0] for host in (HOST, HOST6)]


def goes_silent_and_returns(site, router):
    circuit = site.circuits[0]
    began = time.monotonic()
    circuit.black_hole()
    wait_ways(site, SECOND, SECOND6, 5)
    took = time.monotonic() - began
    expect(took < DETECTION + LATE, f"the traffic moved after {took:.3f} s")
    expect_equal(site.router.gateways(PLAIN), {FIRST}, "the route without BFD")
    router.wait_logged(f"static routes via {FIRST}: BFD Down: control detection time expired")
    circuit.black_hole(False)
    wait_ways(site, FIRST, FIRST6)


def is_switched_off(site, router, gateway):
    """By its operator: that says nothing about the path (RFC 5882 4.2)."""
    gateway.admin_down()
    wait_until("BFD is Down", lambda: router.show("bfd peers")[0]["status"] == "down")
    stays("the routes are used", lambda: ways(site) == [FIRST, FIRST6], 2)
    router.wait_logged(f"static routes via {FIRST}: BFD Down: switched off by the peer: they stay without it")
    gateway.admin_up()
    wait_until("BFD is Up", lambda: states(router) == ["up", "up"])
    goes_silent_and_returns(site, router)
    is_on_again_and_deaf(site, router, gateway)


def is_on_again_and_deaf(site, router, gateway):
    """Its BFD runs, and calls the path Down: what was said of a BFD that is off does not hold any longer."""
    gateway.admin_down()
    wait_until("BFD is Down", lambda: states(router) == ["down", "down"])
    box = site.circuits[0].aws
    box.nft("table inet deaf { chain in { type filter hook input priority 0; udp dport 3784 drop; }; }")
    gateway.admin_up()
    wait_ways(site, SECOND, SECOND6, 10)
    router.wait_logged(f"static routes via {FIRST}: BFD was switched on again by the peer, and does not come Up")
    box.nft("delete table inet deaf")
    wait_ways(site, FIRST, FIRST6)


def by_reload(site, router, config):
    routes = config["static-routes"]
    watched = site.router.start("ip", "-o", "monitor", "route")
    routes[0]["bfd"] = False
    reload(router, config)
    wait_until("one session is gone", lambda: [one["peer"] for one in router.show("bfd peers")] == [FIRST6])
    routes[2]["bfd"] = {"interval": "80ms", "multiplier": 4}
    reload(router, config)
    wait_until("the intervals are agreed", lambda: router.show("bfd peers")[0]["detection-time"] == 240)
    stays("the routes are used", lambda: ways(site) == [FIRST, FIRST6], 2)
    expect_equal(router.show("bfd peers")[0]["session-down"], downs_before(router), "flaps")
    told = watched.log()
    expect(ROUTE not in told and ROUTE6 not in told, f"a route was touched meanwhile: {told}")

    # What is watched anew waits for its first Up.
    routes[0]["bfd"], routes[2]["bfd"] = dict(BFD), dict(BFD)
    reload(router, config)
    wait_until("the floating one took over", lambda: f"{ROUTE} via {SECOND}" in watched.log())
    watched.stop()
    wait_ways(site, FIRST, FIRST6)
    wait_until("BFD is Up", lambda: states(router) == ["up", "up"])


def downs_before(router):
    """Of IPv6: as often as the log says."""
    return router.process.log().count(f"via {FIRST6}: BFD Down")


def link_comes_again(site):
    circuit = site.circuits[0]
    circuit.link("down")
    wait_ways(site, SECOND, SECOND6)
    circuit.link("up")
    site.router.add_address(circuit.interface, f"{our_address(1, 6)}/125")  # the kernel's went with the link
    wait_ways(site, FIRST, FIRST6)


def shared_with_a_neighbor(site, router, config):
    wait_ways(site, SECOND, SECOND6)
    circuit = site.circuits[0]
    circuit.peer("bird", announce=["198.51.100.0/24"], bfd=(50, 3)).start()
    config["neighbors"] = [circuit.neighbor(bfd={"interval": "100ms", "multiplier": 5})]
    reload(router, config)
    router.wait_established(FIRST)
    site.wait_way(HOST, FIRST)
    shown = shared(router)
    expect_equal((shown["neighbor"], shown["static-routes"]), (FIRST, [ROUTE]), "who uses the session")
    wait_until("the one who wants to know soonest decides", lambda: shared(router)["detection-time"] == 150)

    circuit.black_hole()
    site.wait_way(HOST, SECOND, 5)
    router.wait_down(FIRST, timeout=5)
    expect("BFD Down" in router.neighbor(FIRST)["lastResetDueTo"], "why BGP ended")
    circuit.black_hole(False)
    site.wait_way(HOST, FIRST)
    router.wait_established(FIRST)
    site.wait_route("198.51.100.0/24", FIRST)

    # Each may leave the session without a flap for the other.
    before = shared(router)["session-down"]
    config["neighbors"][0]["bfd"] = False
    reload(router, config)
    wait_until("the neighbor has left", lambda: "neighbor" not in shared(router))
    config["neighbors"][0]["bfd"] = dict(BFD)
    reload(router, config)
    wait_until("the neighbor is back", lambda: "neighbor" in shared(router))
    config["static-routes"][0]["bfd"] = False
    reload(router, config)
    wait_until("the route has left", lambda: "static-routes" not in shared(router))
    config["static-routes"][0]["bfd"] = dict(BFD)
    reload(router, config)
    wait_until("the route is back", lambda: shared(router).get("static-routes") == [ROUTE])
    stays("all is used", lambda: site.router.way_to(HOST)[0] == FIRST and router.established(FIRST), 1)
    expect_equal((shared(router)["session-down"], router.neighbor(FIRST)["connectionsEstablished"]),
                 (before, 2), "flaps of BFD, sessions of BGP")


def shared(router):
    found = [one for one in router.show("bfd peers") if one["peer"] == FIRST]
    expect_equal(len(found), 1, "sessions with the gateway")
    return found[0]


def states(router):
    return [one["status"] for one in router.show("bfd peers")]


def reload(router, config):
    router.write(config)
    router.ctl("reload")
