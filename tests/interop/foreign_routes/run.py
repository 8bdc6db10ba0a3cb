"""Beside other people's routes: a foreign route for the same prefix wins and is not touched, ours
comes when it goes; deletions of ours by others are repaired; a default of the administrator stays."""
import json

from circuits import BGP, STATIC, Site, aws_address, expect, expect_equal, stays, wait_until


def run(lab):
    site = Site(lab)
    box = site.router
    box.ip("route", "add", "172.30.0.0/16", "via", aws_address(1), "proto", "static", "metric", "20")
    site.circuit.peer("bird", announce=["172.31.0.0/16", "172.30.0.0/16", "172.29.0.0/16"]).start()
    router = site.dxrouted(site.config(
        site.circuit.neighbor(), static_routes=[{"prefix": "10.1.0.0/16", "via": aws_address(1)}]
    )).start()
    router.wait_established(aws_address(1))
    site.wait_route("172.31.0.0/16")
    site.wait_route("172.29.0.0/16")
    site.wait_route("10.1.0.0/16")

    stays("the foreign route stays as it is", lambda: _protocols(box, "172.30.0.0/16") == ["4"], 2)
    states = {entry["protocol"]: entry["state"]
              for entry in json.loads(router.ctl("--json", "show", "ip", "route"))["172.30.0.0/16"]}
    expect_equal(states, {"kernel": "installed", "bgp": "conflict"}, "the states")
    shown = router.ctl("show", "ip", "route")
    ends = {line[:1]: line.rsplit(",", 1)[1] for line in shown.splitlines() if "172.30.0.0/16" in line}
    expect_equal(ends, {"K": " dx1", "B": " dx1 (not installed: another program's kernel route has the prefix)"},
                 f"how they are shown:\n{shown}")
    box.ip("route", "del", "172.30.0.0/16", "proto", "static")
    wait_until("ours takes its place", lambda: _protocols(box, "172.30.0.0/16") == [str(BGP)], 40)

    history = router.ctl("show", "ip", "bgp", "neighbors", aws_address(1), "history")
    over = "172.30.0.0/16: the other program's route is gone; installing ours"
    expect(over in router.process.log(), "the end of the conflict is logged")
    expect(over in history, f"and is an event:\n{history}")

    for prefix, protocol in (("172.31.0.0/16", BGP), ("10.1.0.0/16", STATIC)):
        for _ in range(3):
            box.ip("route", "del", prefix)
            wait_until(f"{prefix} is repaired",
                       lambda p=prefix, n=protocol: _protocols(box, p) == [str(n)], 10)
    box.ip("route", "flush", "proto", "bgp")
    wait_until("all are repaired", lambda: set(box.routes(BGP)) == {
        "172.31.0.0/16", "172.30.0.0/16", "172.29.0.0/16"}, 15)

    # A foreign route that comes later, with a better and with our own metric.
    box.ip("route", "add", "172.29.0.0/16", "via", aws_address(1), "proto", "static", "metric", "5")
    wait_until("the foreign one is there and ours is not in its way",
               lambda: "4" in _protocols(box, "172.29.0.0/16"), 5)
    stays("it stays", lambda: "4" in _protocols(box, "172.29.0.0/16"), 2)
    expect_equal(router.stop(), 0, "the exit code")
    expect_equal(_protocols(box, "172.29.0.0/16"), ["4"], "what is left")
    expect_equal(box.routes(BGP), {}, "our routes after the end")


def _protocols(box, prefix):
    return [str(route["protocol"]) for route in box.ip_json("route", "show", prefix)]
