"""With each peer: its daemon dies without a word and comes again; the routes go and come."""
from circuits import OUR_NETWORK, Site, crash, expect, stays


def run(lab, peer):
    site = Site(lab)
    aws = site.circuit.peer(peer, announce=["172.31.0.0/16"]).start()
    router = site.dxrouted(site.config(site.circuit.neighbor())).start()
    router.wait_established("192.168.1.1")
    site.wait_route("172.31.0.0/16")

    crash(aws)
    router.wait_down("192.168.1.1", timeout=5)
    site.wait_no_route("172.31.0.0/16", timeout=2)
    stays("the route is gone", lambda: site.router.route("172.31.0.0/16") is None, 1)

    aws.restart() if hasattr(aws, "restart") else aws.start()
    router.wait_established("192.168.1.1", timeout=40)
    site.wait_route("172.31.0.0/16")
    aws.wait_learned(OUR_NETWORK)
    reason = str(router.neighbor("192.168.1.1"))
    expect("lastReset" in reason, "no reason of the last reset is kept")
