"""With each peer: a refresh in either direction, by command and by ROUTE-REFRESH, keeps the session
and every route."""
from circuits import BGP, OUR_NETWORK, Site, Skipped, aws_address, expect_equal, stays, wait_until

ROUTES = {"172.31.0.0/16", "172.30.0.0/16"}


def run(lab, peer):
    site = Site(lab)
    aws = site.circuit.peer(peer, announce=sorted(ROUTES)).start()
    router = site.dxrouted(site.config(site.circuit.neighbor())).start()
    router.wait_established(aws_address(1))
    aws.wait_learned(OUR_NETWORK)
    for prefix in ROUTES:
        site.wait_route(prefix)

    def unchanged():
        return set(site.router.routes(BGP)) == ROUTES and OUR_NETWORK in aws.learned()

    try:
        before = refreshes_received(router)
        aws.request_refresh()
        wait_until("our side counts the refresh", lambda: refreshes_received(router) > before)
        stays("all routes stay after the peer's refresh", unchanged, 1)
    except Skipped:
        pass
    try:
        aws.send_again()
        stays("all routes stay when the peer sends again", unchanged, 1)
    except Skipped:
        pass
    for words in (["soft", "in"], ["soft", "out"], ["soft"]):
        router.ctl("clear", "ip", "bgp", aws_address(1), *words)
        stays(f"all routes stay after clear {' '.join(words)}", unchanged, 0.5)
    router.ctl("clear", "ip", "bgp", "*", "soft")
    stays("all routes stay after clear *", unchanged, 0.5)
    expect_equal(router.neighbor(aws_address(1))["connectionsEstablished"], 1, "sessions made")

    # Without soft: a reset. OpenBGPD then stays Idle for 30 s.
    router.ctl("clear", "ip", "bgp", aws_address(1))
    wait_until("a second session is made", lambda: router.neighbor(aws_address(1)).get(
        "connectionsEstablished") == 2, 60)
    wait_until("all routes are back", unchanged, 20)


def refreshes_received(router):
    return router.neighbor(aws_address(1))["messageStats"]["routeRefreshRecv"]
