"""Graceful restart with BFD (`force`). BIRD's BFD dies with BIRD, and says so (C bit clear): where BGP was
lost before, BFD Down is no news and the routes stay (RFC 5882 4.3.2). Where BFD finds the path dead while
BGP is up, that is the end: the traffic moves within the detection time and nothing is kept."""
from circuits import Site, aws_address, crash, expect, stays, wait_until

ROUTE, HOST = "172.31.0.0/16", "172.31.0.1"


def info(router):
    return router.neighbor(aws_address(1))["gracefulRestartInfo"]


def bfd_up(router):
    peers = router.show("bfd peers")
    return bool(peers) and all(peer["status"] == "up" for peer in peers)


def run(lab):
    site = Site(lab, circuits=2)
    aws = site.circuits[0].peer("bird", announce=[ROUTE], bfd=(50, 3), restart=20).start()
    site.circuits[1].peer("bird", announce=[ROUTE]).start()
    router = site.dxrouted(site.config(
        site.circuits[0].neighbor(preference="high", bfd={"interval": "50ms", "multiplier": 3},
                                  graceful_restart={"mode": "helper", "force": True}),
        site.circuits[1].neighbor(preference="low"))).start()
    site.wait_way(HOST, aws_address(1))
    wait_until("BFD is up", lambda: bfd_up(router), 10)

    crash(aws)
    wait_until("dxrouted helps", lambda: info(router)["helping"], 3)
    wait_until("BFD is down", lambda: not bfd_up(router), 3)
    stays("the traffic goes on by the first circuit",
          lambda: (site.router.way_to(HOST) or [None])[0] == aws_address(1), 1)
    expect(info(router)["helping"], "BFD ended it")
    aws.restart()
    router.wait_established(aws_address(1), timeout=20)
    wait_until("the restart is over", lambda: not info(router)["helping"], 20)
    wait_until("BFD is up again", lambda: bfd_up(router), 10)
    stays("the traffic stays", lambda: (site.router.way_to(HOST) or [None])[0] == aws_address(1), 1)

    site.circuits[0].aws.run(
        "nft", "add table inet silence; add chain inet silence in { type filter hook input priority 0; "
        "policy drop; }; add chain inet silence out { type filter hook output priority 0; policy drop; }")
    site.wait_way(HOST, aws_address(2), 2)
    wait_until("BGP has ended", lambda: not router.established(aws_address(1)), 3)
    expect(not info(router)["helping"], "routes of a dead path are kept")
    expect("BFD Down" in router.neighbor(aws_address(1))["lastResetDueTo"], "the reason is not shown")
