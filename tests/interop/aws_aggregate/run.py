"""More networks than AWS takes: aggregates stand in for them, announced before what they cover is withdrawn, and
the networks come back when they fit. AWS never has more than it allows, and a way to every network at every
moment that could have one. No aggregate is announced in vain, and what none covers is held back."""
import ipaddress

from circuits import (OUR_AS, AwsSide, Site, aws_address, expect, expect_equal, stays, wait_until)

AWS = aws_address(1)
ALLOWED = 20
AGGREGATES = ["10.0.0.0/8", "172.16.0.0/12"]
PLACES = ALLOWED - len(AGGREGATES)  # for networks


def networks(count, first=0):
    return [f"10.{n}.0.0/16" for n in range(first, first + count)]


def run(lab):
    site = Site(lab)
    aws = AwsSide(site.circuit.aws, site.circuit.vif("v4", limit=ALLOWED)).start()
    entry = aws.neighbor("v4", preference="high")
    entry["prefix-limit"] = {"out": {"max": ALLOWED, "aggregate": AGGREGATES}}
    config = site.config(entry)
    config["networks"] = networks(PLACES)
    router = site.dxrouted(config).start()
    aws.wait_established()

    def reload(wanted):
        config["networks"] = wanted
        router.write(config)
        router.ctl("reload")

    wait_until("AWS has all", lambda: set(aws.routes("v4")) == set(networks(PLACES)))
    expect("Aggregate 10.0.0.0/8 is not in use" in shown(router), "what is not in use is shown so")
    too_many(router, aws, reload)
    session_starts_with_too_many(router, aws)
    back_again(router, aws, reload)
    some_are_not_covered(router, aws, reload)
    expect_equal((aws.events("limit"), max(event["prefixes"] for event in aws.events("update", "v4"))),
                 ([], ALLOWED), "limits exceeded, and the most prefixes AWS ever had")
    expect_equal(aws.state("v4")["state"], "Established", "AWS's session in the end")


def too_many(router, aws, reload):
    before = len(aws.events("update", "v4"))
    reload(networks(150))
    wait_until("AWS has the aggregate alone", lambda: list(aws.routes("v4")) == ["10.0.0.0/8"])
    expect_equal(told(aws, before), [(1, 0), (0, PLACES)], "the aggregate before the end of the rest")
    route = aws.routes("v4")["10.0.0.0/8"]
    expect_equal((route["path"], route["communities"]), ([OUR_AS], ["7224:7300"]), "the aggregate's path, preference")
    text = shown(router)
    expect("Maximum prefixes sent 20 (shortest-first), 150 aggregated" in text, text)
    expect("Aggregate 10.0.0.0/8 is sent instead of 150 prefixes, since not all fit" in text, text)
    router.wait_logged("150 ipv4 prefixes do not fit into prefix-limit out of 20")
    advertised = router.ctl("show", "ip", "bgp", "neighbors", AWS, "advertised-routes")
    expect("10.0.0.0/8" in advertised and "150 more are covered by the aggregates" in advertised, advertised)
    wide = router.ctl("show", "ip", "bgp", "summary", "--wide")
    expect("is sent aggregates instead of 150 prefixes" in wide, wide)
    router.ctl("clear", "ip", "bgp", AWS, "soft", "out")
    stays("a refresh changes nothing", lambda: list(aws.routes("v4")) == ["10.0.0.0/8"], 1)


def session_starts_with_too_many(router, aws):
    router.ctl("clear", "ip", "bgp", AWS)
    wait_until("the next session", lambda: aws.state("v4")["sessions"] == 2 and aws.routes("v4"))
    expect_equal(list(aws.routes("v4")), ["10.0.0.0/8"], "what it is told")


def back_again(router, aws, reload):
    reload(networks(PLACES))  # they would fit, with no place to spare
    wait_until("they are counted", lambda: f"instead of {PLACES} prefixes" in shown(router))
    expect_equal(list(aws.routes("v4")), ["10.0.0.0/8"], "still the aggregate")
    before = len(aws.events("update", "v4"))
    reload(networks(PLACES - 2))
    wait_until("the networks themselves", lambda: set(aws.routes("v4")) == set(networks(PLACES - 2)))
    expect_equal(told(aws, before), [(PLACES - 2, 0), (0, 1)], "the networks before the end of the aggregate")
    router.wait_logged("16 ipv4 prefixes fit into prefix-limit out of 20 again")


def some_are_not_covered(router, aws, reload):
    others = [f"192.168.{n}.0/24" for n in range(30)]
    reload(networks(10) + ["172.16.1.0/24"] + others)
    wait_until("both aggregates, and others in what is left", lambda: set(aws.routes("v4")) == set(
        AGGREGATES) | set(sorted(others, key=ipaddress.ip_network)[:PLACES]))
    expect("12 held back, 11 aggregated" in shown(router), shown(router))


def told(aws, since):
    """What came since then: (announced, withdrawn) of each UPDATE."""
    return [(event["announced"], event["withdrawn"]) for event in aws.events("update", "v4")[since:]]


def shown(router):
    return router.ctl("show", "ip", "bgp", "neighbors", AWS)
