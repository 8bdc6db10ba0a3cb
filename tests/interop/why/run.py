"""`why` and `policy test` where each reason really occurs: paths that lose, are rejected by a rule, loop, have
no way to their next hop or are over the limit; neighbors that are not told for each reason there is; routes
that are not in the kernel, for each reason that can be made here."""
import json

from circuits import AWS_AS, BGP, KEY, OUR_AS, Site, aws_address, expect, expect_equal, neighbor, wait_until
from peers import Bird, Session

LAN_AS = 65030
SHARED, FILTERED, OVER_LIMIT = "100.64.1.0/24", "100.64.2.0/24", "100.64.3.0/24"
LOOP, KEPT, LOST, FOREIGN, FIXED = (f"100.64.{n}.0/24" for n in (5, 6, 7, 8, 9))
MARKED, CONNECTED, COVERED = "100.64.10.0/24", "192.168.2.0/30", "100.64.1.128/25"


class MarkingBird(Bird):
    """BIRD with a filter that makes the odd routes."""

    def config(self):
        odd = [f"if net = {LOOP} then bgp_path.prepend({OUR_AS});",
               f"if net = {KEPT} then bgp_community.add((65535, 65281));",
               f"if net = {LOST} then bgp_next_hop = 203.0.113.9;"]
        return super().config().replace("next hop self;", "").replace(
            "if source = RTS_STATIC then accept;",
            "if source = RTS_STATIC then { " + " ".join(odd) + " accept; }")


def make_peers(site):
    def session(number, **options):
        local, remote = aws_address(number), f"192.168.{number}.2"
        return Session(local, remote, **{"password": KEY, **options})
    first = [SHARED, FILTERED, LOOP, KEPT, LOST, FOREIGN, FIXED, CONNECTED]
    peers = [
        MarkingBird(site.circuits[0].aws, [session(1)], announce=first, router_id="192.0.2.1"),
        site.circuits[1].peer("bird", announce=[SHARED]),
        site.circuits[2].peer("frr", asn=LAN_AS),
        site.circuits[3].peer("bird", asn=OUR_AS, announce=["100.64.40.0/24"]),
        site.circuits[4].peer("bird", asn=OUR_AS),
        site.circuits[5].peer("bird", announce=[COVERED], password=None),
        site.circuits[6].peer("bird", announce=[MARKED]),
    ]
    return [peer.start() for peer in peers]


def make_config(site):
    by_number = {circuit.number: circuit for circuit in site.circuits}
    def other(number, remote_as, **options):
        return neighbor(aws_address(number), remote_as, password=KEY,
                        timers={"connect-retry": "1s"}, **options)
    aws = {"profile": "aws-private", "bfd": False}
    config = site.config(
        by_number[1].neighbor(name="dx1", preference="high", import_="from-aws", **aws),
        by_number[2].neighbor(name="dx2", preference="low", export=None,
                              prefix_limit={"in": {"max": 1, "action": "discard"}}, **aws),
        other(3, LAN_AS, name="lan", export="to-lan", prefix_limit={"out": 2}, bgp_role="customer"),
        other(4, OUR_AS, name="ib1"), other(5, OUR_AS, name="ib2"),
        by_number[6].neighbor(name="vpn", profile="aws-vpn", password=None),
        other(7, AWS_AS, name="provider", bgp_role="customer"),
        other(8, AWS_AS, name="down"),
        policies={
            "from-aws": [{"match": {"prefix": [FILTERED]}, "then": "reject"},
                         {"set": {"local-pref": 320}, "then": "accept"}],
            "to-lan": [{"match": {"prefix": [FOREIGN]}, "then": "reject"},
                       {"match": {"prefix": ["0.0.0.0/0 le 24"]}, "then": "accept"}],
            "stricter": [{"match": {"prefix": [SHARED]}, "set": {"med": 7}, "then": "accept"}]},
        static_routes=[{"prefix": FIXED, "blackhole": True}])
    config["networks"] = ["10.0.0.0/16", "10.1.0.0/16", "10.2.0.0/16"]
    return config


class Why:
    """The answer of `why`, by neighbor."""

    def __init__(self, router, what):
        answer = json.loads(router.ctl("--json", "why", what))
        self.prefix = answer["prefix"]
        self.paths = {path["path"]["peer"].get("name", "ours"): path for path in answer["paths"]}
        self.told = {one["neighbor"]: one for one in answer["neighbors"]}
        self.forwarding = {one["protocol"]: one for one in answer["forwarding"]}
        self.text = router.ctl("why", what)

    def because(self, name):
        return self.told[name].get("because", "told")


def check_paths(router):
    shared = Why(router, SHARED)
    expect("bestpath" in shared.paths["dx1"]["path"], shared.text)
    expect_equal(shared.paths["dx2"]["path"]["notBest"]["step"], "lower LOCAL_PREF", "why dx2 lost")
    expect_equal(shared.paths["dx2"]["path"]["notBest"]["values"], "150 is lower than 320", "values")
    expect(shared.text.startswith(f"{SHARED} goes via dx1 (192.168.1.1); dx2 (192.168.2.1) backup, not best: "
                                  "lower LOCAL_PREF: 150 is lower than 320; advertised to "), shared.text)

    rejected = Why(router, FILTERED)
    run = rejected.paths["dx1"]["importPolicy"]
    line = next(number for number, text in enumerate(router.config_path.read_text().splitlines(), 1)
                if text.strip() == "from-aws:") + 1
    expect_equal((run["policy"], run["decidedBy"], run["rules"][-1]["line"]), ("from-aws", 1, line), "the rule")
    expect(f"rule 1 (line {line}): prefix: {FILTERED} matches {FILTERED}" in rejected.text, rejected.text)
    expect(rejected.text.startswith(f"{FILTERED} goes nowhere: dx1 "), rejected.text)

    for prefix, name, words in ((LOOP, "dx1", "our own AS 65000 is in the AS path once"),
                                (LOST, "dx1", "203.0.113.9: next hop not reachable"),
                                (OVER_LIMIT, "dx2", "over the prefix limit (prefix-limit in 1)")):
        why = Why(router, prefix)
        expect(why.paths[name].get("unusable", "").startswith(words), why.text)
        expect_equal(set(why.because(name) for name in why.told if name != "down"), {"there is no best path"},
                     f"who is told of {prefix}")


def check_exports(router):
    shared = Why(router, SHARED)
    for name, reason in (("dx1", "learnt from it"), ("dx2", "no export policy"),
                         ("vpn", "learnt from an AWS neighbor, not given to another"),
                         ("down", "the session is not established"), ("ib1", "told"),
                         ("provider", "its AS is in the AS path")):
        expect_equal(shared.because(name), reason, f"{SHARED} to {name}")
    expect_equal(Why(router, KEPT).because("lan"), "the community NO_EXPORT", "NO_EXPORT")
    expect_equal(Why(router, KEPT).because("ib1"), "told", "NO_EXPORT over iBGP")
    expect_equal(Why(router, "100.64.40.0/24").because("ib2"),
                 "learnt over iBGP, not passed on over iBGP", "iBGP to iBGP")
    marked = Why(router, MARKED)
    expect(marked.because("lan").startswith("marked for customers only (OTC)"), marked.text)
    foreign = Why(router, FOREIGN)
    expect_equal(foreign.told["lan"]["exportPolicy"]["decidedBy"], 1, "the rule of to-lan")
    covered = Why(router, COVERED)
    expect("lan: no: export policy to-lan, no rule decides" in covered.text, covered.text)
    held = [Why(router, f"10.{n}.0.0/16") for n in range(3)]
    waiting = [why for why in held if why.because("lan") == "held back by the prefix limit"]
    expect_equal(len(waiting), 1, "of three networks that may go, two do")
    expect("(out 2: 2 sent, " in waiting[0].text, waiting[0].text)
    expect(" is ours: " in held[0].text, held[0].text)


def check_kernel(site, router):
    foreign = Why(router, FOREIGN)
    expect(foreign.text.startswith(f"{FOREIGN} goes by a foreign kernel route via {aws_address(8)} on dx8;"),
           foreign.text)
    expect("bgp: not in the kernel: another program's kernel route has the prefix" in foreign.text, foreign.text)
    fixed = Why(router, FIXED)
    expect("bgp: not in the kernel: the static route is preferred (distance 1)" in fixed.text, fixed.text)
    connected = Why(router, CONNECTED)
    expect(connected.text.startswith(f"{CONNECTED} is the network of dx2"), connected.text)
    expect("bgp: not in the kernel: it is a connected network" in connected.text, connected.text)
    covered = Why(router, COVERED)
    expect(f"not in the kernel: covered by {SHARED}" in covered.text, covered.text)
    expect_equal(Why(router, "100.64.1.77").prefix, SHARED, "the longest match that is used")
    expect_equal(Why(router, "100.64.1.200").prefix, COVERED, "the longest match")
    closer = router.ctl("why", "100.64.7.1")
    expect("100.64.7.0/24" in closer, closer)
    unknown = router.ctl("why", "198.51.100.7")
    expect(unknown.startswith("198.51.100.7/32 goes nowhere: no route covers it"), unknown)
    site.router.ip("route", "add", "default", "via", aws_address(8))
    wait_until("the default route carries what has no route of its own", lambda: router.ctl(
        "why", FILTERED).startswith(f"{FILTERED} goes by 0.0.0.0/0 instead: dx1 (192.168.1.1) rejected by"))
    expect(router.ctl("why", "198.51.100.7").startswith("0.0.0.0/0 goes by a foreign kernel route via "),
           "an address that only the default route matches")
    site.router.ip("route", "del", "default")


def check_policy_test(router):
    one = router.ctl("policy", "test", "dx1", "in", SHARED)
    expect("before the policy: local-pref: none -> 300" in one, one)
    expect("does not match: prefix: 100.64.1.0/24 does not match 100.64.2.0/24" in one, one)
    expect("accepts, sets local-pref: 300 -> 320 (matches all)" in one, one)
    other = router.ctl("policy", "test", "dx1", "in", SHARED, "policy", "stricter")
    expect("sets med: none -> 7" in other and "In force is from-aws, which accepts it" in other, other)
    table = json.loads(router.ctl("--json", "policy", "test", "dx1", "in", "all", "policy", "stricter"))
    expect_equal((table["tested"], table["accepted"], table["newlyRejected"], table["changed"]),
                 (8, 1, 5, 1), "stricter over all that dx1 sent")
    out = router.ctl("policy", "test", "lan", "out")
    expect("rule 2 (line " in out and "the community NO_EXPORT: 1 rejected" in out, out)
    code, said = router.ctl_refused("policy", "test", "lan", "out", "policy", "nothing")
    expect(code == 1 and "no such policy: nothing" in said and "stricter" in said, said)
    before_first = router.ctl("policy", "test", "down", "out", "10.0.0.0/16")
    expect("Accepted: " in before_first, before_first)


def run(lab):
    site = Site(lab, circuits=8)
    site.router.ip("route", "add", FOREIGN, "via", aws_address(8), "proto", "static")
    peers = make_peers(site)
    config = make_config(site)
    router = site.dxrouted(config).start()
    router.wait_established(*(aws_address(n) for n in range(1, 8)))
    site.wait_route(SHARED)
    wait_until("dx2 has lost", lambda: "dx2" in Why(router, SHARED).paths)
    peers[1].announce(OVER_LIMIT)
    wait_until("one is over the limit", lambda: Why(router, OVER_LIMIT).paths)
    peers[2].wait_learned("10.0.0.0/16")
    wait_until("all is in", lambda: Why(router, MARKED).paths and Why(router, COVERED).paths)

    check_paths(router)
    check_exports(router)
    check_kernel(site, router)
    check_policy_test(router)

    config["fib"] = {"enabled": False}
    router.write(config)
    router.ctl("reload")
    wait_until("nothing is installed any more", lambda: not site.router.routes(BGP))
    shared = Why(router, SHARED)
    expect(shared.text.startswith(f"{SHARED} would go via dx1 (192.168.1.1), but is not in the kernel: "
                                  "fib.enabled is false"), shared.text)
