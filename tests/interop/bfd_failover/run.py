"""Two circuits with BFD: one goes silent without a link going down, and its traffic has moved within the
detection time; BGP ends with BFD Down and both return. A change of intervals is no flap, what runs without
BFD is not harmed by it but told, a peer that authenticates its BFD is refused in so many words, and
`strict` waits for BFD."""
import time

from circuits import Site, aws_address, command, expect, expect_equal, stays, wait_until

ROUTE, HOST = "172.31.0.0/16", "172.31.0.1"
BFD = {"interval": "50ms", "multiplier": 3}
DETECTION = 0.15
LATE = 0.25  # seconds that a busy machine may take


def run(lab):
    site = Site(lab, circuits=2)
    first, second = (circuit.peer("bird", announce=[ROUTE], bfd=(50, 3)).start() for circuit in site.circuits)
    config = site.config(
        site.circuits[0].neighbor(profile="aws-private", preference="high", bfd=dict(BFD)),
        site.circuits[1].neighbor(profile="aws-private", preference="low", bfd=dict(BFD)))
    router = site.dxrouted(config).start()
    router.wait_established(aws_address(1), aws_address(2))
    wait_until("BFD is Up on both", lambda: states(router) == ["up", "up"])
    site.wait_way(HOST, aws_address(1))
    shown = peer(router, 1)
    expect_equal((shown["negotiated-transmit-interval"], shown["detection-time"]), (50, 150), "what was agreed")
    expect_equal(shown["interface"], "dx1", "the interface")

    for _ in range(3):
        goes_silent_and_returns(site, router)
    expect_equal(router.neighbor(aws_address(2))["connectionsEstablished"], 1, "sessions of the other circuit")

    # Other intervals and a new description: no session, BFD or BGP, flaps.
    before = ups(router, 1)
    config["neighbors"][0]["bfd"] = {"interval": "80ms", "multiplier": 4}
    config["neighbors"][0]["description"] = "primary"
    router.write(config)
    router.ctl("reload")
    wait_until("the new intervals are agreed", lambda: peer(router, 1)["detection-time"] == 240)
    stays("BFD is up", lambda: states(router) == ["up", "up"], 2)
    expect_equal((ups(router, 1), peer(router, 1)["session-down"]), (before, 3), "sessions of the first")

    is_refused(site, router, second)
    waits_for_bfd(site, router, config, second)
    expect(first.process.running(), "BIRD has died")


def goes_silent_and_returns(site, router):
    circuit = site.circuits[0]
    with_ups = ups(router, 1)
    began = time.monotonic()
    circuit.black_hole()
    site.wait_way(HOST, aws_address(2), 5)
    took = time.monotonic() - began
    expect(took < DETECTION + LATE, f"the traffic moved after {took:.3f} s")
    wait_until("BGP has ended", lambda: not router.established(aws_address(1)), 5)
    expect("BFD Down" in router.neighbor(aws_address(1))["lastResetDueTo"], "the reason is shown")
    shown = peer(router, 1)
    expect_equal((shown["status"], shown["diagnostic"]), ("down", "control detection time expired"), "BFD")
    router.wait_logged("BFD Down: control detection time expired")

    circuit.black_hole(False)
    router.wait_established(aws_address(1), timeout=40)
    wait_until("BFD is Up again", lambda: peer(router, 1)["status"] == "up")
    site.wait_way(HOST, aws_address(1), 20)
    expect_equal(ups(router, 1), with_ups + 1, "sessions of the circuit that failed")


def is_refused(site, router, second):
    second.sessions[0].bfd_key = "abc"
    second.reconfigure()
    router.wait_logged("BFD packets from it are refused: authentication, which is not supported: "
                       "switch it off at the peer")
    expect("authentication" in peer(router, 2)["refused"], "`show bfd peers` says why")
    metrics = command("curl", "-sSf", "--unix-socket", router.socket, "http://dx/metrics")
    expect('reason="authentication' in metrics, "the metric has its reason")
    router.wait_established(aws_address(2), timeout=40)  # BGP comes back without BFD
    router.wait_logged("BGP is up without BFD, which does not come Up: its packets are refused", 30)
    found = site.router.run(router.client, "--socket", router.socket, "doctor", aws_address(2), check=False)
    expect("uses authentication, which dxrouted does not do" in found, f"doctor says so: {found}")
    expect("bfd-absent" in router.ctl("show", "ip", "bgp", "neighbors", aws_address(2), "history"),
           "the history has it")
    second.sessions[0].bfd_key = None
    second.reconfigure()
    router.wait_logged("BFD packets from it are no longer refused", 40)
    wait_until("BFD is Up without authentication", lambda: states(router) == ["up", "up"], 40)
    router.wait_established(aws_address(2), timeout=40)


def waits_for_bfd(site, router, config, second):
    second.stop()
    router.wait_down(aws_address(2))
    config["neighbors"][1]["bfd"] = {**BFD, "strict": True}
    router.write(config)
    router.ctl("reload")
    plain = site.circuits[1].peer("bird", announce=[ROUTE]).start()
    wait_until("the neighbor waits for BFD", lambda: "BFD is not Up (strict)" in router.ctl(
        "show", "ip", "bgp", "neighbors", aws_address(2)), 20)
    stays("BGP does not come up", lambda: not router.established(aws_address(2)), 3)
    plain.stop()
    site.circuits[1].peer("bird", announce=[ROUTE], bfd=(50, 3)).start()
    router.wait_established(aws_address(2), timeout=40)
    expect_equal(peer(router, 2)["status"], "up", "BFD of the second")


def peer(router, number):
    return next((peer for peer in router.show("bfd peers") if peer["peer"] == aws_address(number)), None)


def states(router):
    return [peer["status"] for peer in router.show("bfd peers")]


def ups(router, number):
    return router.neighbor(aws_address(number))["connectionsEstablished"]
