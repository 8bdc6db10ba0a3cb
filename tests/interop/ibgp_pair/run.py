"""The two boxes of a site, one circuit each, iBGP between them: LOCAL_PREF decides for both, next
hops are resolved, nothing is passed on inside, and when one box dies the other carries on."""
from circuits import (KEY, OUR_AS, Circuit, Dxrouted, expect, expect_equal, neighbor, stays,
                  wait_until)

ROUTE = "172.31.0.0/16"


def run(lab):
    one, two = lab.namespace("one"), lab.namespace("two")
    lab.link(one, "lan", ["10.20.0.1/24"], two, "lan", ["10.20.0.2/24"])
    circuits = [Circuit(lab, 1, one), Circuit(lab, 2, two)]
    peers = [circuit.peer("bird", announce=[ROUTE, f"172.{circuit.number}.0.0/16"]).start()
             for circuit in circuits]
    policies = {"primary": [{"set": {"local-pref": 200}, "then": "accept"}]}
    routers = []
    for number, box in enumerate((one, two), 1):
        toward_aws = circuits[number - 1].neighbor()
        if number == 1:
            toward_aws["import"] = "primary"
        config = {"router": {"asn": OUR_AS, "router-id": f"10.20.0.{number}"},
                  "networks": ["10.20.0.0/24"], "policies": policies,
                  "neighbors": [toward_aws, neighbor(
                      f"10.20.0.{3 - number}", OUR_AS, password=KEY,
                      timers={"hold": "3s", "keepalive": "1s", "connect-retry": "1s"})]}
        routers.append(Dxrouted(box, config, name=f"dxrouted{number}").start())
    routers[0].wait_established("192.168.1.1", "10.20.0.2")
    routers[1].wait_established("192.168.2.1", "10.20.0.1")

    # Both use box one's circuit: it has the higher preference.
    wait_until("box one goes out directly",
               lambda: (one.way_to("172.31.0.1") or [""])[0] == "192.168.1.1")
    wait_until("box two goes through box one",
               lambda: (two.way_to("172.31.0.1") or [""])[0] == "10.20.0.1")
    wait_until("box two has the specific route of box one's circuit",
               lambda: "10.20.0.1" in two.gateways("172.1.0.0/16"))
    wait_until("box one has the specific route of box two's circuit",
               lambda: "10.20.0.2" in one.gateways("172.2.0.0/16"))
    detail = routers[1].show(f"ip bgp {ROUTE}")
    best = next(path for path in detail["paths"] if "bestpath" in path and path["bestpath"])
    expect_equal(best.get("locPrf"), 200, "LOCAL_PREF of the internal path")
    for peer in peers:
        learned = peer.wait_learned("10.20.0.0/24")
        expect_equal(learned["10.20.0.0/24"]["path"], [OUR_AS], "the path that AWS sees")
        expect(ROUTE not in learned or learned[ROUTE]["path"][0] == OUR_AS, "the path of a transit")

    # Box one dies: two has its own circuit.
    routers[0].kill()
    wait_until("box two goes out directly",
               lambda: (two.way_to("172.31.0.1") or [""])[0] == "192.168.2.1", 10)
    wait_until("what only box one knew is gone", lambda: two.route("172.1.0.0/16") is None, 10)
    stays("box two carries on", lambda: routers[1].established("192.168.2.1"), 1)

    routers[0].start()
    wait_until("box two goes through box one again",
               lambda: (two.way_to("172.31.0.1") or [""])[0] == "10.20.0.1", 30)
