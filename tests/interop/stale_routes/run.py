"""What ends a session decides whether its routes outlive it (RFC 4724, 8538), what a peer says when it is
back whether they stay, and RFC 9494 what becomes of them when it stays away: played byte by byte."""
import struct

import bgp_speaker as bgp
from circuits import AWS_AS, Site, aws_address, expect, expect_equal, stays, wait_until
from speaker_peer import SpeakerPeer

ROUTE, UNWANTED = "172.31.0.0/16", "172.30.0.0/16"
CAP_LONG_LIVED = 71
NO_LLGR = 0xffff0007


def restart(seconds=60, notifications=True, forwarded=True, families=(bgp.IPV4,)):
    """The capability of RFC 4724."""
    word = (0x4000 if notifications else 0) | seconds
    return bgp.capability(bgp.CAP_GRACEFUL_RESTART, struct.pack("!H", word) + b"".join(
        struct.pack("!HBB", *family, 0x80 if forwarded else 0) for family in families))


def long_lived(seconds, forwarded=True):
    return bgp.capability(CAP_LONG_LIVED, struct.pack("!HBB", *bgp.IPV4, 0x80 if forwarded else 0)
                          + seconds.to_bytes(3, "big"))


class Site2:
    """A peer whose every byte is ours, and another one that gets what it announces."""

    def __init__(self, lab):
        self.site = Site(lab, circuits=3)
        self.aws = SpeakerPeer(self.site.circuits[0].aws, aws_address(1), AWS_AS)
        self.plain = SpeakerPeer(self.site.circuits[1].aws, aws_address(2), 64999)
        self.knowing = self.site.circuits[2].peer("bird", asn=64998, restart=60).start()
        entries = [self.site.circuits[0].neighbor(password=None, graceful_restart="helper"),
                   {**self.site.circuits[1].neighbor(password=None), "remote-as": 64999},
                   {**self.site.circuits[2].neighbor(graceful_restart="helper"), "remote-as": 64998}]
        self.router = self.site.dxrouted(self.site.config(*entries)).start()
        self.router.wait_established(aws_address(2), aws_address(3))

    def base(self, *more):
        return [bgp.cap_mp(bgp.IPV4), bgp.cap_as4(AWS_AS), bgp.capability(bgp.CAP_REFRESH), *more]

    def session(self, *capabilities):
        """A new one with these; what is there is ended for real."""
        if self.aws.speaker:
            self.lose(bgp.notification(6, 9, bytes([6, 4])))
        self.router.ctl("clear", "ip", "bgp", aws_address(1))  # so that it dials at once
        self.come_back(*capabilities)
        self.aws.wait_established()
        self.router.wait_established(aws_address(1))

    def routes(self):
        self.aws.announce([ROUTE])
        self.aws.announce([UNWANTED], extra=[bgp.communities(NO_LLGR)])
        self.aws.send(bgp.end_of_rib())
        self.site.wait_route(ROUTE)
        self.site.wait_route(UNWANTED)

    def info(self):
        return self.router.neighbor(aws_address(1))["gracefulRestartInfo"]

    def lose(self, *last_words):
        """The peer's last words, and then nothing but the end of its connection. It stays away."""
        self.aws.hang_up(*last_words)
        self.router.wait_down(aws_address(1), timeout=5)

    def come_back(self, *capabilities):
        self.aws.capabilities = self.base(*capabilities)
        self.aws.away = False


def run(lab):
    played = Site2(lab)
    site, router, aws = played.site, played.router, played.aws
    what_keeps(played)
    who_comes_back(played)
    long_away(played)

    # What we decide is a Hard Reset to who knows it.
    played.session(restart())
    played.routes()
    router.ctl("clear", "ip", "bgp", aws_address(1))
    wait_until("the peer hears of it", lambda: aws.end.startswith("NOTIFICATION 6/9"), 5)
    site.wait_no_route(ROUTE, timeout=2)

    # Off is off: nothing is offered, nothing kept.
    offered = [code for code, _ in played.plain.speaker.peer_open.capabilities]
    expect(bgp.CAP_GRACEFUL_RESTART not in offered and CAP_LONG_LIVED not in offered,
           f"offered although it is off: {offered}")


def what_keeps(played):
    rows = [("TCP", [], True, True), ("TCP, no N", [], False, True),
            ("NOTIFICATION", [bgp.notification(3, 1)], True, True),
            ("NOTIFICATION, no N", [bgp.notification(3, 1)], False, False),
            ("Cease", [bgp.notification(6, 4)], True, True),
            ("Hard Reset", [bgp.notification(6, 9, bytes([6, 2]))], True, False)]
    for name, last_words, notifications, kept in rows:
        played.session(restart(notifications=notifications))
        played.routes()
        expect_equal(played.info()["notificationsPreserve"], notifications, "the N bits")
        played.lose(*last_words)
        if kept:
            stays(f"{name}: routes outlive it",
                  lambda: played.site.router.route(ROUTE) is not None, 0.5)
            expect(played.info()["helping"], f"{name}: does not help")
        else:
            played.site.wait_no_route(ROUTE, timeout=2)
            expect(not played.info()["helping"], f"{name}: helps")


def who_comes_back(played):
    # Without F, without the family, without the capability: what it told before goes at once.
    for name, capabilities in (("no F", [restart(forwarded=False)]),
                               ("no family", [restart(families=[])]), ("nothing", [])):
        played.session(restart())
        played.routes()
        played.lose()
        played.come_back(*capabilities)
        played.aws.wait_established()
        played.site.wait_no_route(ROUTE, timeout=3)
        expect(not played.info()["helping"], f"{name}: still helping")

    # With F it stays, until it has told all again.
    played.session(restart())
    played.routes()
    played.lose()
    played.come_back(restart())
    played.aws.wait_established()
    stays("the routes stay", lambda: played.site.router.route(ROUTE) is not None, 1)
    expect_equal(played.info()["ipv4Unicast"]["phase"], "back", "the phase")
    played.aws.announce([ROUTE])
    played.aws.send(bgp.end_of_rib())
    played.site.wait_no_route(UNWANTED, timeout=3)
    expect(played.site.router.route(ROUTE) is not None, "what was told again has gone")


def why_says_so(router):
    used, unwanted = (router.ctl("why", prefix) for prefix in (ROUTE, UNWANTED))
    plain, knowing = aws_address(2), aws_address(3)
    expect(f"  {plain}: no: long-lived stale, which the neighbor does not understand (RFC 9494)\n" in used, used)
    expect(f"  {knowing}: yes\n" in used, used)
    expect("cannot be used: " in unwanted and "NO_LLGR" in unwanted, unwanted)


def long_away(played):
    played.session(restart(2), long_lived(5))
    played.routes()
    wait_until("the plain one has it", lambda: ROUTE in played.plain.routes, 5)
    played.knowing.wait_learned(ROUTE)
    played.lose()
    wait_until("it is away for long",
               lambda: played.info()["ipv4Unicast"].get("phase") == "longAway", 5)
    played.site.wait_no_route(UNWANTED, timeout=2)  # NO_LLGR
    why_says_so(played.router)
    expect(played.site.router.route(ROUTE) is not None, "the route has gone")
    wait_until("who does not know the mark has lost it", lambda: ROUTE not in played.plain.routes, 5)
    wait_until("who knows it gets it",
               lambda: "65535:6" in played.knowing.learned()[ROUTE]["communities"], 5)
    played.site.wait_no_route(ROUTE, timeout=7)
    played.knowing.wait_forgotten(ROUTE)
