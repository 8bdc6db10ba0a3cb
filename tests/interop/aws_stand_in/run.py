"""The stand-in for the AWS side itself, against BIRD as the customer's router: MD5, TTL 1, one family a
session, BFD as the passive side, prefix limit; and by bytes: what it refuses, collisions, AdminDown. No
dxrouted: what is wrong here is the stand-in's."""
import signal
import socket
import struct

import bgp_speaker as bgp
from capture import TCP, UDP, Capture
from circuits import (AWS_AS, AwsSide, Failed, KEY, OUR_AS, PEERS, Session, Site, aws_address, expect,
                      expect_equal, our_address, stays, wait_until)

AWS, OURS, AWS6, OURS6 = aws_address(1), our_address(1), aws_address(1, 6), our_address(1, 6)
OTHER_KEY = "0xC_another.key"
BFD_PORT = 3784
ADMIN_DOWN, DOWN, INIT, UP = range(4)


def run(lab):
    site = Site(lab)
    aws = AwsSide(site.circuit.aws, site.circuit.vif("v4", announce=["172.31.0.0/16"]),
                  site.circuit.vif("v6", family=6, password=OTHER_KEY, announce=["2001:db8:9::/48"]))
    heard = Capture(site.router, site.circuit.interface)
    aws.start()
    bird = PEERS["bird"](site.router, [
        Session(OURS, AWS, AWS_AS, KEY, bfd=(400, 4)),
        Session(OURS6, AWS6, AWS_AS, OTHER_KEY, bfd=(400, 4))], asn=OUR_AS,
        announce=[f"10.0.{n}.0/24" for n in range(100)], router_id="192.168.1.2").start()
    sessions_and_ttl(aws, bird, heard)
    bfd_times(aws, bird)
    bfd_mute(aws, bird)
    bfd_admin_down(aws, bird)
    bfd_detects(aws, bird)
    prefix_limit(aws, bird)
    bird.stop()
    for name in ("v4", "v6"):  # else that would end the next connections
        wait_until(f"BFD of {name} is Down", lambda: aws.state(name)["bfd"]["state"] == "Down")
    customer = Customer(site)
    refusals(customer)
    collisions(aws, customer)
    admin_down_of_the_router(aws, customer)
    expect_equal(aws.stop(), 0, "the exit code")


def sessions_and_ttl(aws, bird, heard):
    aws.wait_established()
    bird.wait_learned("172.31.0.0/16", "2001:db8:9::/48")
    expect_equal(bird.learned()["172.31.0.0/16"]["path"], [AWS_AS], "the path that BIRD learns")
    expect_equal(len(aws.routes("v4")), 100, "routes of BIRD on the first session")
    expect_equal(aws.routes("v6"), {}, "routes of BIRD on the other")
    for address in (AWS, AWS6):
        wait_until(f"BFD packets from {address}", lambda: heard.ttls(address, UDP))
        expect_equal(heard.ttls(address, TCP), {1}, f"TTLs of BGP from {address}")
        expect_equal(heard.ttls(address, UDP), {255}, f"TTLs of BFD from {address}")


def bfd_up(aws, bird):
    for name, address in (("v4", AWS), ("v6", AWS6)):
        wait_until(f"BFD is Up on {name}", lambda: aws.state(name)["bfd"]["state"] == "Up" and
                   bird.bfd(address)[0] == "Up")


def bfd_times(aws, bird):
    """Each direction: the slower of what one wants to send and the other to receive."""
    bfd_up(aws, bird)
    wait_until("BIRD hears every 400 ms and waits three times that",
               lambda: bird.bfd(AWS)[1:] == [0.4, 1.2])
    found = aws.state("v4")["bfd"]
    expect_equal((found["transmit-ms"], found["detection-ms"]), (400, 1600), "the stand-in's times")
    stays("BFD stays Up", lambda: bird.bfd(AWS)[0] == "Up", 3)


def bfd_mute(aws, bird):
    """BIRD notices, and ends BGP; the stand-in hears BIRD say Down, and does the same."""
    aws.ask("bfd", session="v4", mute=True)
    wait_until("BIRD notices the silence", lambda: bird.bfd(AWS)[0] == "Down", 3)
    wait_until("BGP goes with it", lambda: not aws.established("v4"), 3)
    expect(aws.established("v6"), "the other session went too")
    aws.ask("bfd", session="v4", mute=False)
    bfd_up(aws, bird)
    aws.wait_established("v4")


def bfd_admin_down(aws, bird):
    """Said to the router; the stand-in itself ends nothing for it."""
    aws.ask("bfd", session="v6", admin_down=True)
    wait_until("BIRD hears AdminDown", lambda: bird.bfd(AWS6)[0] == "Down", 5)
    expect_equal(aws.events("notification-sent", "v6"), [], "NOTIFICATIONs for AdminDown")
    aws.ask("bfd", session="v6", admin_down=False)
    bfd_up(aws, bird)
    aws.wait_established("v6")


def bfd_detects(aws, bird):
    """BIRD hangs: after the detection time the stand-in ends both sessions."""
    before = len(aws.events("notification-sent"))
    bird.process.signal(signal.SIGSTOP)
    try:
        wait_until("the stand-in notices", lambda: not aws.established("v4") and
                   not aws.established("v6"), 4)
        expect_equal(aws.routes("v4"), {}, "routes that are left")
    finally:
        bird.process.signal(signal.SIGCONT)
    expect_equal({(event["code"], event["subcode"])
                  for event in aws.events("notification-sent")[before:]}, {(6, 10)}, "what it sent")
    aws.wait_established()
    bfd_up(aws, bird)


def prefix_limit(aws, bird):
    bird.announce("10.0.100.0/24")
    wait_until("BIRD hears of the limit", lambda: "Maximum number of prefixes reached" in
               bird.control("show", "protocols", "all", "s0"))
    expect_equal(aws.state("v4")["state"], "Idle", "the state afterwards")
    data = aws.events("notification-sent", "v4")[-1]["data"]
    expect_equal(data, "00010100000064", "AFI, SAFI and limit of the NOTIFICATION")
    bird.withdraw("10.0.100.0/24")
    stays("it stays Idle", lambda: aws.state("v4")["state"] == "Idle", 3)
    aws.ask("clear", session="v4")
    aws.wait_established("v4")
    aws.wait_routes("v4", [f"10.0.{n}.0/24" for n in range(100)])


class Customer:
    """The router, byte by byte."""

    def __init__(self, site):
        self.box = site.router

    def dial(self, asn=OUR_AS, identifier="192.0.2.1", **options):
        options.setdefault("password", KEY)
        with self.box.inside():
            return bgp.connect(AWS, OURS, asn, identifier, **options)

    def bfd_sockets(self):
        """One that hears, one that sends."""
        with self.box.inside():
            made = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2)]
        for sock, port in zip(made, (BFD_PORT, 49999)):
            sock.bind((OURS, port))
            sock.settimeout(3)
        return made

    def listener(self, identifier):
        with self.box.inside():
            return bgp.Listener(OURS, OUR_AS, identifier, KEY, AWS)


def notification(connection):
    try:
        while True:
            found = connection.read()
            if found.kind == bgp.NOTIFICATION:
                return found
    except (bgp.Closed, bgp.Timeout) as error:
        raise Failed(f"no NOTIFICATION: {error}") from None


def refusals(customer):
    for what, code, asn, told in (
            ("hold time 0", (2, 6), OUR_AS, {"hold_time": 0}),
            ("hold time 2", (2, 6), OUR_AS, {"hold_time": 2}),
            ("another AS", (2, 2), 65001, {}),
            ("IPv6 only", (2, 7), OUR_AS, {"families": [bgp.IPV6]})):
        connection = customer.dial(asn)
        connection.send_open(**told)
        expect_equal(notification(connection).code, code, f"the answer to {what}")
        connection.close()

    connection = customer.dial()
    connection.handshake(3, families=[bgp.IPV4, bgp.IPV6])
    expect_equal(connection.peer_open.families, [bgp.IPV4], "families offered to who offers two")
    expect_equal(connection.peer_open.hold_time, 90, "hold time proposed")
    connection.close()
    try:
        customer.dial(password=None, timeout=1.5)
    except OSError:
        return
    raise Failed("a connection without a key was accepted")


def collisions(aws, customer):
    """Both dial: the connection of the higher identifier stays."""
    for identifier, ours_stays in (("192.0.2.1", False), ("192.0.2.99", True)):
        wait_until("the session is down", lambda: aws.state("v4")["state"] in ("Active", "Connect"))
        listener = customer.listener(identifier)
        theirs = listener.accept()
        listener.close()
        ours = customer.dial(identifier=identifier)
        for connection in (theirs, ours):
            connection.read_open()
            connection.send_open()
        loser, winner = (theirs, ours) if ours_stays else (ours, theirs)
        expect_equal(notification(loser).code, (6, 7), f"the loser's end with {identifier}")
        winner.read_kind(bgp.KEEPALIVE)
        winner.send(bgp.keepalive())
        aws.wait_established("v4")
        winner.close()


def bfd_packet(state, yours=0):
    """RFC 5880 4.1: version 1, multiplier 3, our discriminator 77, intervals of a second."""
    return struct.pack("!BBBBIIIII", 1 << 5, state << 6, 3, 24, 77, yours, 1000000, 1000000, 0)


def admin_down_of_the_router(aws, customer):
    """It ends BFD and not BGP. Before that: the passive side does not start, and a packet with a TTL
    other than 255 is not heard."""
    wait_until("the session is down", lambda: aws.state("v4")["state"] in ("Active", "Connect"))
    connection = customer.dial().handshake()
    hears, sends = customer.bfd_sockets()

    def say(state, yours=0, ttl=255):
        sends.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, ttl)
        sends.sendto(bfd_packet(state, yours), (AWS, BFD_PORT))

    def state():
        return aws.state("v4")["bfd"]["state"]

    try:
        hears.settimeout(1.5)
        expect(not hears.recv(64), "the passive side started")
    except socket.timeout:
        pass
    say(DOWN)
    answer = hears.recv(64)
    theirs, ours = struct.unpack("!II", answer[4:12])
    expect_equal((answer[1] >> 6, ours), (INIT, 77), "state and discriminator of the first answer")
    say(INIT, theirs)
    wait_until("BFD is Up", lambda: state() == "Up")
    say(ADMIN_DOWN, theirs, ttl=254)
    wait_until("the wrong TTL is counted", lambda: aws.state("v4")["bfd"]["wrong-ttl"] == 1)
    expect_equal(state(), "Up", "the state after a packet with a TTL of 254")
    say(ADMIN_DOWN, theirs)
    wait_until("BFD is Down", lambda: state() == "Down")
    stays("BGP does not mind, nor later that BFD is silent", lambda: aws.established("v4"), 3.5)
    for opened in (connection, hears, sends):
        opened.close()
