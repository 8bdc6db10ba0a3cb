"""10,000 packets a second through the router while the circuit in use fails, and again while it returns. What is
lost is what the detection of the failure explains: by BFD the detection time, by the link until the kernel tells,
by a NOTIFICATION nothing. On return nothing is lost."""
import re
import time

from circuits import Site, aws_address, expect, expect_equal, wait_until
from packet_stream import Stream

VPC, HOST = "172.31.0.0/16", "172.31.0.1"
RATE = 10000
DETECTION = 0.9         # seconds: 300 ms x 3, what AWS does
SLACK = 0.06            # seconds that the router may wait on a busy machine, besides what the stream itself waited
FLOWS = 0.5             # seconds of the stream before and after what is done to it


def run(lab):
    site = Site(lab, circuits=2)
    customer = site.customer()
    sides, config = site.preferring_the_first(VPC, HOST)
    router = site.dxrouted(config).start()
    test = Test(site, customer, router, sides)
    test.ready()
    for way in FAILURES:
        way(test)
    expect_equal(router.neighbor(aws_address(2))["connectionsEstablished"], 1, "sessions of the other circuit")
    expect_equal(router.stop(), 0, "the exit code")


class Test:
    """The first circuit fails and returns while the stream flows."""

    def __init__(self, site, customer, router, sides):
        self.site, self.customer, self.router, self.sides = site, customer, router, sides
        self.first = site.circuits[0]

    def ready(self):
        self.router.wait_established(aws_address(1), aws_address(2), timeout=40)
        wait_until("BFD is Up on both", lambda: [
            peer["status"] for peer in self.router.show("bfd peers")] == ["up", "up"])
        self.site.wait_way(HOST, aws_address(1), 20)

    def during(self, act, arrives_by, settled):
        """What became of the stream while act() was done, until the traffic was on that circuit for good."""
        stream = Stream(self.customer, HOST, *(circuit.aws for circuit in self.site.circuits), rate=RATE)
        time.sleep(FLOWS)
        begun = time.monotonic()
        act()
        settled(aws_address(arrives_by))
        time.sleep(FLOWS)
        figures = stream.stop()
        expect(figures["sent"] > 1.5 * FLOWS * RATE, f"the stream did not flow: {figures}")
        expect(figures["taken"][self.site.circuits[arrives_by - 1].aws.netns] > 0.5 * FLOWS * RATE,
               f"the stream is not on circuit {arrives_by}: {figures}")
        return begun, figures

    def fails(self, what, act, explained):
        """`explained(begun)` is how many seconds are."""
        begun, figures = self.during(act, 2, lambda way: self.site.wait_way(HOST, way))
        allowed = explained(begun)
        late = figures["late-ms"] / 1000
        lasted = sum(outage["ms"] for outage in figures["outages"]) / 1000
        print(f"{what}: {figures['lost']} of {figures['sent']} lost, {lasted * 1000:.1f} ms; explained "
              f"{allowed * 1000:.0f} ms; the stream was at most {late * 1000:.0f} ms late")
        if allowed:
            allowed += SLACK + 2 * late
        expect(lasted <= allowed and figures["lost"] <= allowed * RATE,
               f"{what}: more was lost than explained, {allowed * 1000:.0f} ms: {figures}")
        expect_equal(figures["duplicated"], 0, "packets that arrived twice")

    def returns(self, what, act):
        _, figures = self.during(act, 1, lambda _: self.ready())
        expect_equal(figures["lost"], 0, f"{what}: packets lost on return ({figures})")


def by_bfd(test):
    test.fails("BFD", test.first.black_hole, lambda _: DETECTION)
    test.returns("BFD", lambda: test.first.black_hole(False))


def by_carrier(test):
    """The kernel reports a lost carrier when it gets to it, at times a second later: until then nobody knows."""
    watch = test.site.router.start("ip", "-ts", "monitor", "link", name="monitor")
    offset = time.time() - time.monotonic()

    def told(begun):
        stamps = re.findall(r"\[(\S+)\] \d+: dx1@?\S*: <([^>]*)>", watch.log())
        watch.stop()
        first = next((stamp for stamp, flags in stamps if "NO-CARRIER" in flags), None)
        expect(first, f"the kernel told nothing of a carrier:\n{watch.log()}")
        when = time.mktime(time.strptime(first[:19], "%Y-%m-%dT%H:%M:%S")) + float(first[19:])
        return when - offset - begun
    test.fails("carrier", lambda: test.first.aws.ip("link", "set", "aws0", "down"), told)
    test.returns("carrier", lambda: test.first.aws.ip("link", "set", "aws0", "up"))


def by_link(test):
    """Our interface is set down: the kernel knows at once."""
    test.fails("link", lambda: test.first.link("down"), lambda _: 0.001)
    test.returns("link", lambda: test.first.link("up"))


def by_notification(test):
    """A Cease: the other side goes on forwarding, so nothing need be lost."""
    side = test.sides[0]
    test.fails("NOTIFICATION", lambda: side.ask("notify", code=6, subcode=2, idle=0), lambda _: 0)
    test.returns("NOTIFICATION", lambda: side.ask("clear"))


# What announces itself before it happens (a Cease, a drain) explains no loss.
FAILURES = (by_bfd, by_link, by_carrier, by_notification)
