"""`drain` takes a circuit out of use and `undrain` gives it back while 10,000 packets a second flow, and none is
lost: AWS and we prefer the other circuit before the session ends. A drained neighbor stays down over a reload."""
import time

from circuits import OUR_AS, OUR_NETWORK, Site, aws_address, expect, expect_equal, stays, wait_until
from packet_stream import Stream

VPC, HOST = "172.31.0.0/16", "172.31.0.1"
RATE = 10000
FLOWS = 0.5  # seconds of the stream before and after


def run(lab):
    site = Site(lab, circuits=2)
    customer = site.customer()
    sides, config = site.preferring_the_first(VPC, HOST)
    router = site.dxrouted(config).start()
    router.wait_established(aws_address(1), aws_address(2), timeout=40)
    site.wait_way(HOST, aws_address(1), 20)

    stream = Stream(customer, HOST, *(circuit.aws for circuit in site.circuits), rate=RATE)
    time.sleep(FLOWS)
    drained(site, router, sides[0])
    returns(site, router, sides[0])
    time.sleep(FLOWS)
    figures = stream.stop()
    expect_equal(figures["lost"], 0, f"packets lost ({figures})")
    carried = [figures["taken"][circuit.aws.netns] for circuit in site.circuits]
    expect(min(carried) > FLOWS * RATE, f"both circuits carried packets: {carried}")

    stays_drained_over_a_reload(router, config)
    expect_equal(router.neighbor(aws_address(2))["connectionsEstablished"], 1, "sessions of the other circuit")


def drained(site, router, side):
    done = router.box.start(router.client, "--socket", router.socket, "drain", "dx1", "wait", "2s")
    wait_until("the other circuit is preferred", lambda: site.router.way_to(HOST)[0] == aws_address(2), 2)
    expect(router.established(aws_address(1)), "the session is still up when the traffic has moved")
    told = sent(side)
    expect_equal(told["path"], [OUR_AS] * 4, "the path that AWS is told")
    expect("7224:7100" in told["communities"] and "7224:7300" not in told["communities"],
           f"the communities that AWS is told: {told}")
    wait_until("dxctl is done", lambda: not done.running())
    expect_equal(done.stop(), 0, "the exit code of drain")
    expect("drained" in done.log(), "dxctl says when it is done")
    shown = router.neighbor(aws_address(1))
    expect_equal((shown["bgpState"], shown["bgpStateNote"], shown["drain"]), ("Idle", "Admin", "drained"), "the state")
    expect_equal(side.end_of_session("dx1"), "NOTIFICATION 6/2 received", "what AWS is told at the end")
    expect("drained by the operator" in shown["lastResetDueTo"], f"what we say of it: {shown['lastResetDueTo']}")
    expect("Idle (Admin)" in router.ctl("show", "ip", "bgp", "summary"), "the summary")
    stays("the neighbor is down", lambda: not router.established(aws_address(1)), 2)


def sent(side):
    return side.ask("routes", session="dx1")["routes"][OUR_NETWORK]


def returns(site, router, side):
    router.ctl("undrain", "dx1")
    router.wait_established(aws_address(1), timeout=40)
    site.wait_way(HOST, aws_address(1), 20)
    wait_until("AWS is told the usual", lambda: "7224:7300" in sent(side)["communities"])


def stays_drained_over_a_reload(router, config):
    router.ctl("drain", "dx1", "wait", "0s")
    config["neighbors"][0]["description"] = "under work"
    router.write(config)
    router.ctl("reload")
    stays("the neighbor is down", lambda: not router.established(aws_address(1)), 2)
    config["router"]["router-id"] = "192.168.1.99"  # resets all
    router.write(config)
    router.ctl("reload")
    router.wait_established(aws_address(2), timeout=40)
    stays("the neighbor is down", lambda: not router.established(aws_address(1)), 2)
    config["router"]["router-id"] = "192.168.1.2"
    router.write(config)
    router.ctl("undrain", "dx1")
    router.wait_established(aws_address(1), timeout=40)
