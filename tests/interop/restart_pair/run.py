"""Two of us help each other: either restarts, or both at once, killed or stopped with `on-stop: keep`; neither
waits for the other, and no route goes."""
import time

from circuits import (AWS_AS, Dxrouted, KEY, OUR_AS, OUR_NETWORK, Site, aws_address, expect, neighbor,
                      our_address, wait_until)

THEIR_NETWORK = "172.31.0.0/16"
RESTART = {"mode": "full", "restart-time": "30s"}
FIB = {"on-stop": "keep", "stale-time": "20s"}


def helping(router, address):
    return router.neighbor(address)["gracefulRestartInfo"]["helping"]


def run(lab):
    site = Site(lab)
    us = site.dxrouted(site.config(site.circuit.neighbor(graceful_restart=RESTART), fib=FIB)).start()
    they = Dxrouted(site.circuit.aws, {
        "router": {"asn": AWS_AS, "router-id": "192.168.1.1"}, "networks": [THEIR_NETWORK], "fib": FIB,
        "neighbors": [neighbor(our_address(1), OUR_AS, password=KEY, timers={"connect-retry": "1s"},
                               graceful_restart=RESTART)]}).start()
    site.wait_route(THEIR_NETWORK)
    wait_until("the other has ours", lambda: site.circuit.aws.gateways(OUR_NETWORK), 20)

    for restarting in ([us], [they], [us, they]):
        for end in (Dxrouted.kill, Dxrouted.stop):
            watches = [site.router.watch_routes(), site.circuit.aws.watch_routes()]
            for router in restarting:
                end(router)
            time.sleep(0.5)
            for router in restarting:
                router.start()
            us.wait_established(aws_address(1))
            they.wait_established(our_address(1))
            wait_until("nobody helps any more", lambda: not helping(us, aws_address(1)) and
                       not helping(they, our_address(1)), 10)
            for router in restarting:
                wait_until("routes are chosen", lambda box=router: "are chosen" in box.process.log(), 5)
                expect("without" not in router.process.log(), "somebody was waited for in vain")
            time.sleep(0.5)
            for watch, prefix in zip(watches, (THEIR_NETWORK, OUR_NETWORK)):
                expect(not watch.saw_deleted(prefix), f"{prefix} was away:\n{watch.log()}")
            site.wait_route(THEIR_NETWORK, timeout=1)
            expect(site.circuit.aws.gateways(OUR_NETWORK), "the other has lost ours")
