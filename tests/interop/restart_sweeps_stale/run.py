"""The daemon is killed and started again: its routes stay in the kernel meanwhile, are adopted, and
what no neighbor announces any more is swept; other people's routes are not touched."""
from circuits import BGP, Site, aws_address, expect, expect_equal, stays, wait_until

FOREIGN = [("10.90.0.0/16", "static"), ("10.91.0.0/16", "boot"), ("10.92.0.0/16", "bird"),
           ("10.93.0.0/16", "bgp")]  # the last has our protocol, and another metric


def run(lab):
    site = Site(lab)
    aws = site.circuit.peer("bird", announce=["172.31.0.0/16", "172.30.0.0/16"]).start()
    for prefix, protocol in FOREIGN:
        site.router.ip("route", "add", prefix, "via", aws_address(1), "proto", protocol,
                       "metric", "77")
    config = site.config(
        site.circuit.neighbor(), fib={"stale-time": "20s"},
        static_routes=[{"prefix": "10.1.0.0/16", "via": aws_address(1)},
                       {"prefix": "10.2.0.0/16", "via": aws_address(1)}])
    router = site.dxrouted(config).start()
    for prefix in ("172.31.0.0/16", "172.30.0.0/16", "10.1.0.0/16", "10.2.0.0/16"):
        site.wait_route(prefix)

    router.kill()
    stays("the routes of a killed daemon stay in the kernel", lambda: len(
        site.router.routes(BGP)) == 3, 1)
    aws.withdraw("172.30.0.0/16")
    del config["static-routes"][1]
    router.write(config)
    gone = []

    def watch():
        if site.router.route("172.31.0.0/16") is None:
            gone.append("172.31.0.0/16")
        return router.established(aws_address(1))
    router.start()
    wait_until("the session is back", watch, 30)
    site.wait_no_route("172.30.0.0/16", timeout=10)  # at End-of-RIB, long before the stale time
    site.wait_no_route("10.2.0.0/16", timeout=25)
    expect(not gone, "a route that stayed was away for a while")
    stays("the kept routes stay", lambda: site.router.gateways("172.31.0.0/16") and
          site.router.gateways("10.1.0.0/16"), 1)
    for prefix, _ in FOREIGN:
        expect(site.router.route(prefix) is not None, f"the foreign {prefix} was removed")

    # Nobody announces: the stale time is the end of it.
    router.kill()
    aws.stop()
    config["fib"]["stale-time"] = "3s"
    router.write(config)
    router.start()
    site.wait_no_route("172.31.0.0/16", timeout=10)
    expect_equal(router.stop(), 0, "the exit code")
    for prefix, _ in FOREIGN:
        expect(site.router.route(prefix) is not None, f"the foreign {prefix} was removed")
