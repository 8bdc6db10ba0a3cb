"""Static routes whose gateway is asked by ARP and ND: used while it answers. It falls silent without a link
going down, a floating route takes over and goes again; the same gateway by reload with and without being asked;
links that are not there yet, which show names."""
import json
import time

from circuits import Site, aws_address, expect, expect_equal, our_address, stays, wait_until

ROUTE, HOST = "172.31.0.0/16", "172.31.0.1"
ROUTE6, HOST6 = "2001:db8:31::/48", "2001:db8:31::1"
PLAIN, WAITING = "172.30.0.0/16", "172.29.0.0/16"
TRACK = {"interval": "200ms", "misses": 3}
FIRST, SECOND = aws_address(1), aws_address(2)
FIRST6, SECOND6 = aws_address(1, 6), aws_address(2, 6)


def run(lab):
    site = Site(lab, circuits=2)
    silence(site)
    config = site.config(static_routes=[
        {"prefix": ROUTE, "via": FIRST, "track": dict(TRACK)},
        {"prefix": ROUTE, "via": SECOND, "distance": 254},
        {"prefix": ROUTE6, "via": FIRST6, "track": dict(TRACK)},
        {"prefix": ROUTE6, "via": SECOND6, "distance": 254},
        {"prefix": PLAIN, "via": FIRST},
        {"prefix": WAITING, "via": "192.0.2.1", "interface": "eth9"}])
    router = site.dxrouted(config).start()

    # Before the first answer.
    wait_ways(site, SECOND, SECOND6)
    expect_equal(site.router.gateways(PLAIN), {FIRST}, "the route that is not tracked")
    wait_until("why the route is not in use is shown", lambda: f"{FIRST} does not answer" in statics(router))
    router.wait_logged(f"static routes via {FIRST}: it does not answer (3 times, asked every 200ms)")
    expect("interface eth9 does not exist" in statics(router), f"the missing link is named:\n{statics(router)}")
    silence(site, False)
    wait_ways(site, FIRST, FIRST6)
    router.wait_logged(f"static routes via {FIRST}: it answers")

    events_of_gateways(router)
    for _ in range(3):
        falls_silent_and_returns(site, router)
    stops_answering_arp(site)
    by_reload(site, router, config)
    link_comes_again(site, router)


def silence(site, on=True):
    """The filter of `black_hole` is not asked about ARP."""
    circuit = site.circuit
    circuit.black_hole(on)
    circuit.aws.ip("link", "set", circuit.theirs, "arp", "off" if on else "on")


def statics(router):
    return router.ctl("show", "ip", "route", "static")


def wait_ways(site, gateway, gateway6, timeout=15):
    site.wait_way(HOST, gateway, timeout)
    site.wait_way(HOST6, gateway6, timeout)


def ways(site):
    return [site.router.way_to(host)[0] for host in (HOST, HOST6)]


def events_of_gateways(router):
    """There is no neighbor whose history could be asked for: what the journal wrote."""
    journal = router.directory / "dxrouted.yaml.state" / "journal" / "events.jsonl"
    def happened():
        events = [json.loads(line) for line in journal.read_text().splitlines()] if journal.exists() else []
        return [(event["event"], event["text"].split(" (")[0]) for event in events
                if event.get("details", {}).get("gateway") == FIRST]
    expected = [("gateway-down", f"static routes via {FIRST}: it does not answer"),
                ("gateway-up", f"static routes via {FIRST}: it answers")]
    wait_until("both are events", lambda: happened() == expected)


def falls_silent_and_returns(site, router):
    began = time.monotonic()
    silence(site)
    wait_ways(site, SECOND, SECOND6, 5)
    took = time.monotonic() - began
    expect(0.3 < took < 1.5, f"the traffic moved after {took:.3f} s")
    expect_equal(site.router.gateways(PLAIN), {FIRST}, "the route that is not tracked")
    expect(f"{FIRST} does not answer" in statics(router), f"why it is not in use:\n{statics(router)}")
    silence(site, False)
    wait_ways(site, FIRST, FIRST6)


def stops_answering_arp(site):
    """Its link stays up, and what is IP gets through."""
    circuit = site.circuit
    circuit.aws.ip("link", "set", circuit.theirs, "arp", "off")
    site.wait_way(HOST, SECOND)
    circuit.aws.ip("link", "set", circuit.theirs, "arp", "on")
    wait_ways(site, FIRST, FIRST6)


def by_reload(site, router, config):
    routes = config["static-routes"]
    watched = site.router.start("ip", "-o", "monitor", "route")
    routes[0]["track"] = {"interval": "300ms", "misses": 4}
    reload(router, config)
    stays("the routes are used", lambda: ways(site) == [FIRST, FIRST6], 1)
    routes[0]["track"] = False
    reload(router, config)
    stays("the routes are used", lambda: ways(site) == [FIRST, FIRST6], 1)
    told = watched.log()
    watched.stop()
    expect(ROUTE not in told and ROUTE6 not in told, f"a route was touched meanwhile: {told}")
    silence(site)
    site.wait_way(HOST6, SECOND6)
    stays("what is not tracked stays", lambda: site.router.way_to(HOST)[0] == FIRST, 1)
    silence(site, False)
    routes[0]["track"] = dict(TRACK)
    reload(router, config)
    wait_ways(site, FIRST, FIRST6)


def link_comes_again(site, router):
    circuit = site.circuit
    circuit.link("down")
    wait_ways(site, SECOND, SECOND6)
    expect("interface dx1 is down" in statics(router), f"what it waits for:\n{statics(router)}")
    circuit.link("up")
    site.router.add_address(circuit.interface, f"{our_address(1, 6)}/125")  # the kernel's went with the link
    wait_ways(site, FIRST, FIRST6)


def reload(router, config):
    router.write(config)
    router.ctl("reload")
