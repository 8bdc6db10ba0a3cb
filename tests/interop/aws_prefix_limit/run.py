"""AWS ends the session at prefix 101. With our default limit that never happens, also when a reload
swaps all networks; with a limit that allows more it does, and the reason is shown in words. What AWS
takes is counted a family, and obeyed by the next run of dxrouted too."""
import re

from circuits import (AwsSide, OUR_NETWORK6, Site, aws_address, expect, expect_equal, stays, wait_until)

AWS = aws_address(1)
ALLOWED, MORE = 100, 200


def networks(first, count=150):
    return [f"10.{first + n // 256}.{n % 256}.0/24" for n in range(count)]


def run(lab):
    site = Site(lab)
    aws = AwsSide(site.circuit.aws, site.circuit.vif("v4"),
                  site.circuit.vif("v6", family=6)).start()
    config = site.config(aws.neighbor("v4"), aws.neighbor("v6"))
    config["networks"] = networks(1) + [OUR_NETWORK6]
    router = site.dxrouted(config).start()
    aws.wait_established()
    never_too_many(router, aws, config)
    one_too_many(router, aws, config)
    aws.ask("set-limit", session="v6", limit=0)
    wait_until("AWS ends the IPv6 session, with its family in the NOTIFICATION", lambda: [
        event["data"] for event in too_many_for(aws, "v6")] == ["00020100000000"])
    router.wait_down(aws_address(1, 6))


def never_too_many(router, aws, config):
    wait_until("AWS has as many as it allows", lambda: len(aws.routes("v4")) == ALLOWED)
    expect_equal(list(aws.routes("v6")), [OUR_NETWORK6], "the other family has a count of its own")
    for first in (3, 5, 3):  # all others, nothing in common
        config["networks"] = networks(first) + [OUR_NETWORK6]
        router.write(config)
        router.ctl("reload")
        wanted = set(networks(first))
        wait_until("AWS has the new ones", lambda: len(aws.routes("v4")) == ALLOWED and
                   set(aws.routes("v4")) <= wanted)
    expect_equal(max(event["prefixes"] for event in aws.events("update", "v4")), ALLOWED,
                 "the most prefixes AWS ever had")
    expect_equal((aws.events("limit"), aws.state("v4")["sessions"]), ([], 1), "limits exceeded, sessions")
    held_back = router.show(f"ip bgp neighbors {AWS} held-back-routes")["heldBackRoutes"]
    expect_equal(set(held_back), set(networks(3)) - set(aws.routes("v4")), "the list of what is held back")
    config["networks"] = networks(3, ALLOWED) + [OUR_NETWORK6]
    router.write(config)
    router.ctl("reload")
    router.wait_logged("all 100 ipv4 prefixes fit into prefix-limit out of 100 again")
    config["networks"] = networks(3) + [OUR_NETWORK6]
    router.write(config)
    router.ctl("reload")
    wait_until("they do not fit once more", lambda: router.process.log().count("the rest is held back") == 2)
    line = summary_line(router)
    expect(["100", "100"] == line.split()[10:12], f"PfxSnt and its limit in the summary: {line}")


def one_too_many(router, aws, config):
    config["neighbors"][0]["prefix-limit"] = {"out": MORE}
    router.write(config)
    router.ctl("reload")
    sent = wait_until("AWS ends the session", lambda: aws.events("notification-sent", "v4"))[0]
    expect_equal((sent["code"], sent["subcode"], sent["data"]), (6, 1, "00010100000064"),
                 "AWS's NOTIFICATION")
    router.wait_down(AWS)
    reason = router.neighbor(AWS)["lastResetDueTo"]
    expect("received NOTIFICATION Cease/Maximum Number of Prefixes Reached: at most 100 ipv4 prefixes are "
           "allowed" in reason, reason)
    shown = router.ctl("show", "ip", "bgp", "neighbors", AWS)
    expect("Maximum Number of Prefixes Reached" in shown, f"no reason in show neighbors:\n{shown}")
    expect("Maximum Number of Prefixes Reached" in summary_line(router), summary_line(router))
    router.wait_logged("Maximum Number of Prefixes Reached")
    stays("AWS stays Idle", lambda: aws.state("v4")["state"] == "Idle", 2)

    # What AWS said is obeyed from then on; a cleared neighbor may try again what is configured.
    aws.ask("clear", session="v4")
    wait_until("AWS has as many as it allows again", lambda: len(aws.routes("v4")) == ALLOWED)
    stays("it is content", lambda: len(aws.routes("v4")) == ALLOWED, 2)
    expect(re.search(r"100 \(shortest-first\), as the peer said on [-0-9]+ [:0-9]+, 50 held back",
                     router.ctl("show", "ip", "bgp", "neighbors", AWS)), "the limit that the peer said is shown")
    expect_equal(aws.state("v6")["sessions"], 1, "sessions of the other family")
    is_obeyed_after_a_restart(router, aws)
    aws.ask("set-limit", session="v4", limit=MORE)
    router.ctl("clear", "ip", "bgp", AWS)
    wait_until("AWS has all", lambda: len(aws.routes("v4")) == len(networks(1)), 30)


def is_obeyed_after_a_restart(router, aws):
    """Else an upgrade would end a session that was well, and AWS would leave it down."""
    said = router.neighbor(AWS)["addressFamilyInfo"]["ipv4Unicast"]["prefixLimitOut"]["byPeerSince"]
    for end in (type(router).kill, type(router).stop):
        end(router)
        router.start()
        wait_until("AWS has as many as it allows", lambda: len(aws.routes("v4")) == ALLOWED, 40)
        stays("it is content", lambda: router.established(AWS), 2)
        limit = router.neighbor(AWS)["addressFamilyInfo"]["ipv4Unicast"]["prefixLimitOut"]
        expect_equal((limit["max"], limit["byPeerSince"]), (ALLOWED, said), "the limit, and when it was said")
    expect_equal(len(too_many_for(aws, "v4")), 1, "sessions that AWS ended for too many prefixes")
    router.wait_logged("it takes 100 ipv4 prefixes, as it said on")


def too_many_for(aws, session):
    return [event for event in aws.events("notification-sent", session) if (event["code"], event["subcode"]) == (6, 1)]


def summary_line(router):
    shown = router.ctl("show", "ip", "bgp", "summary", "--wide")
    return next(line for line in shown.splitlines() if line.startswith(AWS))
