"""Two circuits, one with a wrong key: it stays down and says why, the other does not notice; with
the right key it comes up without the other being touched."""
import re

from circuits import Site, aws_address, expect, expect_equal, stays, wait_until


def run(lab):
    site = Site(lab, circuits=2)
    wrong = site.circuits[0].peer("bird", announce=["172.31.0.0/16"], password="their-key").start()
    site.circuits[1].peer("bird", announce=["172.30.0.0/16"]).start()
    config = site.config(*(circuit.neighbor() for circuit in site.circuits))
    router = site.dxrouted(config).start()

    router.wait_established(aws_address(2))
    site.wait_route("172.30.0.0/16", aws_address(2))
    stays("the neighbor with the wrong key is down",
          lambda: not router.established(aws_address(1)), 6)
    expect(not wrong.established("192.168.1.2"), "AWS sees a session")
    expect(site.router.route("172.31.0.0/16") is None, "a route came without a session")
    wait_until("the key is named as the probable cause", lambda: re.search(
        "MD5|key|password", router.ctl("show", "ip", "bgp", "neighbors", aws_address(1)), re.I), 10)
    expect("optional-bgp-key" not in router.process.log(), "the key is in the log")
    expect_equal(router.process.log().count("no session: no answer from 192.168.1.1:179"), 1,
                 "lines in the log that say why")
    line = next(line for line in router.ctl("show", "ip", "bgp", "summary").splitlines()
                if line.startswith(aws_address(1)))
    expect(line.split()[-1] in ("Active", "Connect", "Idle"), f"the summary says: {line}")

    before = router.neighbor(aws_address(2))["connectionsEstablished"]
    config["neighbors"][0]["password"] = "their-key"
    router.write(config)
    router.ctl("reload")
    router.wait_established(aws_address(1))
    site.wait_route("172.31.0.0/16", aws_address(1))
    after = router.neighbor(aws_address(2))
    expect_equal((after["bgpState"], after["connectionsEstablished"]), ("Established", before),
                 "the other session")
