"""We restart (RFC 4724): killed, and stopped with `on-stop: keep`. The peers go on using our network,
the kernel our peers' routes; nothing is chosen before both peers have told what they have."""
import threading
import time

from circuits import KEY, OUR_NETWORK, Failed, Site, aws_address, expect, expect_equal, wait_until

STAYS, GOES = "172.31.0.0/16", "172.30.0.0/16"
SAID_TWICE = "OPEN received in OpenConfirm"


class Lookout:
    """Asks a peer over and over whether it has our network."""

    def __init__(self, peer):
        self.peer, self.missed, self.looks, self.over = peer, [], 0, False
        self.thread = threading.Thread(target=self._look, daemon=True)
        self.thread.start()

    def _look(self):
        while not self.over:
            self.looks += 1
            if OUR_NETWORK not in self.peer.learned():
                self.missed.append(time.strftime("%X"))
            time.sleep(0.05)

    def end(self):
        self.over = True
        self.thread.join(10)
        expect(self.looks > 5, "the lookout was asleep")
        expect(not self.missed, f"the peer had lost our network at {self.missed}")


def run(lab, peer):
    site = Site(lab, circuits=2)
    # While it keeps our routes OpenBGPD answers no SYN that is signed.
    password = None if peer == "openbgpd" else KEY
    peers = [circuit.peer(peer, announce=[STAYS, GOES], password=password).start()
             for circuit in site.circuits]
    options = {"password": password, "graceful_restart": {"mode": "full", "restart-time": "30s"}}
    config = site.config(site.circuits[0].neighbor(preference="high", **options),
                         site.circuits[1].neighbor(preference="low", **options),
                         fib={"on-stop": "keep", "stale-time": "40s"})
    router = site.dxrouted(config).start()
    for aws in peers:
        aws.wait_learned(OUR_NETWORK)
    site.wait_route(STAYS, aws_address(1))
    site.wait_route(GOES, aws_address(1))
    wait_until("everything has been told", lambda: all(
        router.neighbor(aws_address(n))["gracefulRestartInfo"]["ipv4Unicast"]["endOfRibStatus"]
        ["endOfRibSend"] for n in (1, 2)), 10)

    for way in ("kill", "stop"):
        for _ in range(5):
            if restarts(site, router, peers, way):
                break
        else:
            raise Failed("the peer ended its sessions by itself each time")

    waits_no_longer_than_told(site, router, config, peers)

    # The operator's shutdown is no restart: the peer forgets us at once.
    config["neighbors"][0]["shutdown"] = True
    router.write(config)
    router.ctl("reload")
    peers[0].wait_forgotten(OUR_NETWORK, timeout=3)


def restarts(site, router, peers, way):
    """Once; false where the peer made nothing of it by a fault of its own, as OpenBGPD does when both dial at once."""
    watch = site.router.watch_routes()
    lookouts = [Lookout(aws) for aws in peers]
    if way == "kill":
        router.kill()
    else:
        expect_equal(router.stop(), 0, "the exit code")
    time.sleep(1)
    for aws in peers:
        aws.withdraw(GOES)
    expect(site.router.gateways(STAYS), "the kernel has lost the route")
    router.start()
    router.wait_established(aws_address(1), aws_address(2), timeout=30)
    wait_until("routes are chosen", lambda: "graceful restart: ipv4 routes are chosen" in
               router.process.log(), 30)
    expect("without" not in router.process.log().split("are chosen")[1].splitlines()[0],
           "somebody was not waited for")
    site.wait_route(STAYS, aws_address(1))
    site.wait_no_route(GOES, timeout=10)
    wait_until("our table is told again", lambda: all(
        router.neighbor(aws_address(n))["gracefulRestartInfo"]["ipv4Unicast"]
        ["endOfRibStatus"]["endOfRibSend"] for n in (1, 2)), 10)
    time.sleep(1)
    if SAID_TWICE in router.process.log():
        print("the peer said OPEN twice over one connection, and lost the session with our routes: once more")
        for lookout in lookouts:
            lookout.over = True
        for aws in peers:
            aws.announce(GOES)
        site.wait_route(GOES, aws_address(1))
        return False
    for lookout in lookouts:
        lookout.end()
    expect(not watch.saw_deleted(STAYS), f"the route was away after {way}:\n{watch.log()}")
    expect(f"{STAYS} via {aws_address(2)} " not in watch.log(),
           f"the second circuit was chosen before the first had told:\n{watch.log()}")
    for aws in peers:
        aws.announce(GOES)
    site.wait_route(GOES, aws_address(1))
    return True


def waits_no_longer_than_told(site, router, config, peers):
    """One of two circuits does not come back: three quarters of the stale time, and routes are chosen."""
    peers[1].stop()
    router.wait_down(aws_address(2))
    watch = site.router.watch_routes()
    config["fib"]["stale-time"] = "4s"
    router.write(config)
    router.kill()
    router.start()
    router.wait_established(aws_address(1))
    expect(router.neighbor(aws_address(1))["gracefulRestartInfo"]["ipv4Unicast"].get("selectionDeferred"),
           "routes are chosen without waiting")
    wait_until("routes are chosen", lambda: f"without {aws_address(2)}" in router.process.log(), 6)
    peers[0].wait_learned(OUR_NETWORK)
    time.sleep(2)  # the stale time is over
    expect(not watch.saw_deleted(STAYS), f"the route was away:\n{watch.log()}")
    site.wait_route(STAYS, aws_address(1))
