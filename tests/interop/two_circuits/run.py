"""Two circuits, the first preferred: failover by Cease, by a dead peer and by a link, each back
again, and the neighbor that stays is never touched. With maximum-paths both carry traffic, by their
weights."""
from collections import Counter

from circuits import OUR_NETWORK, Site, aws_address, expect_equal, wait_until

ROUTE, HOST = "172.31.0.0/16", "172.31.0.1"


def run(lab):
    site = Site(lab, circuits=2)
    first, second = (circuit.peer("bird", announce=[ROUTE]).start() for circuit in site.circuits)
    config = site.config(
        site.circuits[0].neighbor(profile="aws-private", preference="high", bfd=False),
        site.circuits[1].neighbor(profile="aws-private", preference="low", bfd=False))
    router = site.dxrouted(config).start()
    router.wait_established(aws_address(1), aws_address(2))
    site.wait_way(HOST, aws_address(1))

    # `preference` is told to AWS too, one community a prefix.
    expect_equal(first.wait_learned(OUR_NETWORK)[OUR_NETWORK]["communities"], ["7224:7300"],
                 "the community on the preferred circuit")
    expect_equal(second.wait_learned(OUR_NETWORK)[OUR_NETWORK]["communities"], ["7224:7100"],
                 "the community on the other circuit")

    def over_and_back(down, up):
        down()
        site.wait_way(HOST, aws_address(2), 5)
        up()
        router.wait_established(aws_address(1), timeout=40)
        site.wait_way(HOST, aws_address(1), 20)

    over_and_back(first.stop, first.start)
    over_and_back(lambda: first.withdraw(ROUTE), lambda: first.announce(ROUTE))
    over_and_back(lambda: site.circuits[0].link("down"), lambda: site.circuits[0].link("up"))
    expect_equal(router.neighbor(aws_address(2))["connectionsEstablished"], 1,
                 "sessions of the circuit that stayed")

    config["fib"] = {"maximum-paths": 2}
    for entry in config["neighbors"]:
        entry["preference"] = "medium"
    router.write(config)
    router.ctl("reload")
    wait_until("both circuits are in the kernel's route", lambda: site.router.gateways(ROUTE) == {
        aws_address(1), aws_address(2)})
    config["neighbors"][1]["weight"] = 3  # acts on the routes that are there
    router.write(config)
    router.ctl("reload")
    wait_until("the second carries three quarters", lambda: shares(site) == [16, 48], 5)
    site.circuits[1].link("down")
    site.wait_way(HOST, aws_address(1), 5)
    site.circuits[1].link("up")
    wait_until("both are used again", lambda: site.router.gateways(ROUTE) == {
        aws_address(1), aws_address(2)}, 30)


def shares(site):
    """How many of the 64 buckets each next hop of the route has, the fewest first."""
    group = site.router.route(ROUTE)["nhid"]
    buckets = site.router.ip_json("nexthop", "bucket", "list", "id", group)
    return sorted(Counter(entry["bucket"]["nhid"] for entry in buckets).values())
