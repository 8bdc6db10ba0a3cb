"""The configuration that engineers are handed for Direct Connect, as YAML, against BIRD: a session
with MD5, a route in the kernel, the network sent, the static route, the shows."""
import re

from circuits import BGP, STATIC, Dxrouted, Site, expect, expect_equal

CONFIG = """\
router:
  asn: 65000
networks:
  - 10.0.0.0/16
neighbors:
  - address: 192.168.1.1
    remote-as: 64512
    password: optional-bgp-key
    import: accept-all
    export: accept-all
static-routes:
  - {{prefix: 10.1.0.0/16, via: 192.168.1.1}}
control: {{socket: {socket}}}
"""


def run(lab):
    site = Site(lab)
    aws = site.circuit.peer("bird", announce=["172.31.0.0/16"]).start()
    router = Dxrouted(site.router, {})
    router.write(CONFIG.format(socket=router.socket))
    router.start()

    router.wait_established("192.168.1.1")
    aws.wait_established()
    expect_equal(aws.wait_learned("10.0.0.0/16")["10.0.0.0/16"],
                 {"path": [65000], "communities": [], "next_hop": "192.168.1.2", "med": None},
                 "what AWS learns")
    expect("10.1.0.0/16" not in aws.learned(), "the static route was announced")

    site.wait_route("172.31.0.0/16", "192.168.1.1")
    route = site.router.route("172.31.0.0/16")
    expect_equal(route["protocol"], str(BGP), "the protocol of the kernel route")
    expect_equal(route["metric"], 20, "its metric")
    expect_equal(route["dev"], site.circuit.interface, "its interface")
    site.wait_route("10.1.0.0/16", "192.168.1.1")
    expect_equal(site.router.route("10.1.0.0/16")["protocol"], str(STATIC),
                 "the protocol of the static route")
    check_shows(router)

    expect_equal(router.stop(), 0, "the exit code")
    expect_equal(site.router.routes(BGP), {}, "routes left behind")
    expect_equal(site.router.routes(STATIC), {}, "static routes left behind")


def check_shows(router):
    summary = router.ctl("show", "ip", "bgp", "summary")
    expect(summary.startswith("BGP router identifier 192.168.1.2, local AS number 65000\n"), summary)
    expect(re.search(r"^192\.168\.1\.1 +4 +64512 +\d+ +\d+ +\d+ +\d+ +\d+ \d\d:\d\d:\d\d +1$",
                     summary, re.M), f"no line of the neighbor:\n{summary}")
    routes = router.ctl("show", "ip", "route", "bgp")
    expect(re.search(r"^B     172\.31\.0\.0/16 \[20/0\] via 192\.168\.1\.1, \d\d:\d\d:\d\d, dx1$",
                     routes, re.M), f"no line of the route:\n{routes}")
    expect("10.1.0.0/16" not in routes, "the static route is among the routes of BGP")
    expect("S     10.1.0.0/16 [1/0] via 192.168.1.1" in router.ctl("show", "ip", "route"),
           "no line of the static route")
    table = router.ctl("show", "ip", "bgp")
    expect(re.search(r"^ \*>  172\.31\.0\.0/16 +192\.168\.1\.1 .* 64512 i$", table, re.M), table)
    expect(re.search(r"^ \*>  10\.0\.0\.0/16 +0\.0\.0\.0 +0 +32768 i$", table, re.M), table)
    peers = router.show("ip bgp summary")["ipv4Unicast"]["peers"]
    expect_equal(peers["192.168.1.1"]["state"], "Established", "the state in JSON")
    expect_equal(peers["192.168.1.1"]["pfxRcd"], 1, "pfxRcd in JSON")
    shown = router.ctl("show", "running-config")
    expect("optional-bgp-key" not in shown, "the key is shown")
    # Abbreviations as on any router.
    expect_equal(router.ctl("sh", "ip", "bgp", "sum").splitlines()[0], summary.splitlines()[0],
                 "the first line of the abbreviated command")
