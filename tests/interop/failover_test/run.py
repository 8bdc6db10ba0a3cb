"""`failover-test` takes a circuit away while packets flow: the traffic moves to the expected backup without a
loss, the circuit is given back by itself even if dxctl is killed, and at once if the backup fails; a test that
would be an outage is refused."""
import time

from circuits import Site, aws_address, expect, expect_equal, stays, wait_until
from packet_stream import Stream

VPC, ALONE, HOST = "172.31.0.0/16", "172.30.0.0/16", "172.31.0.1"
RATE = 10000


def run(lab):
    site = Site(lab, circuits=2)
    customer = site.customer()
    sides, config = site.preferring_the_first(VPC, HOST)
    router = site.dxrouted(config).start()
    router.wait_established(aws_address(1), aws_address(2), timeout=40)
    site.wait_way(HOST, aws_address(1), 20)

    stream = Stream(customer, HOST, *(circuit.aws for circuit in site.circuits), rate=RATE)
    time.sleep(0.5)
    passes(router)
    time.sleep(0.5)
    figures = stream.stop()
    expect_equal(figures["lost"], 0, f"packets lost ({figures})")
    expect(min(figures["taken"].values()) > RATE / 4, f"both circuits carried packets: {figures}")

    gives_back_without_dxctl(site, router)
    spares_what_has_no_way(router, sides)
    gives_back_when_the_backup_fails(site, router, sides)
    refuses_an_outage(router, sides)
    expect_equal(router.neighbor(aws_address(2))["connectionsEstablished"], 2, "sessions of the other circuit")


def passes(router):
    said = router.ctl("failover-test", "dx1", "--expect-backup", "dx2", "--for", "2s")
    expect("its 1 routes have moved in the kernel: 1 to dx2" in said and "passed: " in said, said)
    told = result(router)
    expect(told["movedMsecs"] < 200, f"how long it took: {told}")
    expect(2000 <= told["givenBackMsecs"] <= told["backInUseMsecs"] < 20000, f"when it came back: {told}")
    router.wait_logged("failover test passed")


def gives_back_without_dxctl(site, router):
    client = start(router, "for", "2s")
    wait_until("the circuit is away", lambda: not router.established(aws_address(1)))
    client.kill()
    site.wait_way(HOST, aws_address(2), 2)
    stays("it is away", lambda: not router.established(aws_address(1)), 1)
    wait_until("the test is over", lambda: result(router)["over"], 30)
    site.wait_way(HOST, aws_address(1), 20)

    # Given back before its time.
    client = start(router, "for", "10m")
    wait_until("the circuit is away", lambda: not router.established(aws_address(1)))
    code, said = router.ctl_refused("failover-test", "dx2")
    expect(code == 1 and "under way" in said, f"a second test: {said}")
    router.ctl("undrain", "dx1")
    wait_until("dxctl is done", lambda: not client.running(), 30)
    expect_equal(client.stop(), 0, "its exit code")


def spares_what_has_no_way(router, sides):
    sides[0].ask("announce", routes=ALONE)
    wait_until("the route is here", lambda: ALONE in router.show("ip route bgp"))
    code, said = router.ctl_refused("failover-test", "dx1", "for", "1s")
    expect(code == 1 and f"1 of 2 routes have no other way ({ALONE})" in said, f"a route without a backup: {said}")
    expect(router.established(aws_address(1)), "the circuit is left alone")
    code, said = router.ctl_refused("failover-test", "dx1", "for", "1s", "force")
    expect(code == 1 and "1 of 2 routes have no way" in said, f"a route without a backup: {said}")
    sides[0].ask("withdraw", prefixes=ALONE)
    wait_until("the route is gone", lambda: ALONE not in router.show("ip route bgp"))


def gives_back_when_the_backup_fails(site, router, sides):
    site.wait_way(HOST, aws_address(1), 20)
    client = start(router, "expect-backup", "dx2", "for", "10m")
    site.wait_way(HOST, aws_address(2), 5)
    sides[1].ask("withdraw", prefixes=VPC)
    wait_until("dxctl is done", lambda: not client.running(), 30)
    expect_equal(client.stop(), 1, "its exit code")
    told = result(router)
    expect("lost the way" in told["fault"] and told["givenBackMsecs"] < 20000, f"a withdrawn route: {told}")
    sides[1].ask("announce", routes=VPC)
    site.wait_way(HOST, aws_address(1), 20)

    client = start(router, "for", "10m")
    site.wait_way(HOST, aws_address(2), 5)
    sides[1].ask("notify", code=6, subcode=4, idle=1)
    wait_until("dxctl is done", lambda: not client.running(), 30)
    expect_equal(client.stop(), 1, "its exit code")
    told = result(router)
    expect("dx2, which had taken over, went down" in told["fault"], f"a backup that went: {told}")
    router.wait_established(aws_address(1), aws_address(2), timeout=40)
    site.wait_way(HOST, aws_address(1), 20)


def refuses_an_outage(router, sides):
    sides[1].ask("notify", code=6, subcode=2, idle=0)
    router.wait_down(aws_address(2))
    code, said = router.ctl_refused("failover-test", "dx1")
    expect(code == 1 and "outage" in said, f"without a backup: {said}")
    expect(router.established(aws_address(1)), "the circuit is left alone")


def start(router, *words):
    return router.box.start(router.client, "--socket", router.socket, "failover-test", "dx1", *words)


def result(router):
    return router.show("failover-test")
