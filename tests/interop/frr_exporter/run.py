"""Debian's prometheus-frr-exporter with dxctl for its vtysh: what it says is what is so. It is skipped where the package is
not installed."""
import shutil

from circuits import AWS_AS, OUR_AS, Site, Skipped, aws_address, expect_equal, wait_until
from exposition import Exposition

ROUTES = ["172.30.0.0/16", "172.31.0.0/16"]
PORT = 9342
ALL_OF_IT = ["--no-collector.ospf", "--collector.bgp6", "--collector.bgp.advertised-prefixes",
             "--collector.bgp.peer-descriptions", "--collector.bgp.peer-descriptions.plain-text"]


def run(lab):
    exporter = shutil.which("prometheus-frr-exporter")
    if not exporter:
        raise Skipped("no prometheus-frr-exporter")
    site = Site(lab, circuits=2)
    peer = site.circuits[0].peer("bird", announce=ROUTES, bfd=(300, 3)).start()
    router = site.dxrouted(site.config(
        site.circuits[0].neighbor(description="dxvif-ffaabbcc, cage 12", bfd=True),
        site.circuits[1].neighbor())).start()
    router.wait_established(aws_address(1))
    site.router.start(exporter, "--frr.vtysh", f"--frr.vtysh.path={router.client}",
                      f"--frr.vtysh.options=--socket {router.socket}", f"--web.listen-address=127.0.0.1:{PORT}",
                      *ALL_OF_IT)

    def scrape():
        return Exposition(site.router.run("curl", "-sSf", f"http://127.0.0.1:{PORT}/metrics"))
    wait_until("the exporter has what it asked for", lambda: scrape().value("frr_collector_up", collector="bgp") == 1)
    wait_until("BFD is up there too", lambda: scrape().value("frr_bfd_peer_state", peer=aws_address(1)) == 1)
    now = scrape()
    expect_equal({labels["collector"]: value for labels, value in now.all("frr_collector_up")},
                 {"bgp": 1, "bgp6": 1, "bfd": 1}, "collectors that understood dxctl")
    first = {"peer": aws_address(1), "peer_as": str(AWS_AS), "local_as": str(OUR_AS), "vrf": "default", "afi": "ipv4",
             "safi": "unicast", "peer_desc": "dxvif-ffaabbcc, cage 12"}
    shown = router.show("ip bgp summary")["ipv4Unicast"]
    for name, value in (("frr_bgp_peer_state", 1), ("frr_bgp_peer_prefixes_received_count_total", len(ROUTES)),
                        ("frr_bgp_peer_prefixes_advertised_count_total", 1)):
        expect_equal(now.value(name, **first), value, name)
    expect_equal(now.value("frr_bgp_peer_state", peer=aws_address(2)), 0, "the session that is down")
    expect_equal(now.value("frr_bgp_peers_count_total", afi="ipv4"), 2, "peers")
    expect_equal(now.value("frr_bgp_rib_count_total", afi="ipv4"), shown["ribCount"], "prefixes")
    wait_until("messages are counted", lambda: scrape().value("frr_bgp_peer_message_received_total", **first) > 2)
    wait_until("the uptime grows", lambda: scrape().value("frr_bgp_peer_uptime_seconds", **first) >= 1)

    peer.stop()
    router.wait_down(aws_address(1))
    wait_until("the end of the session is there too", lambda: scrape().value("frr_bgp_peer_state", **first) == 0)
