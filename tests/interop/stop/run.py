"""SIGTERM: a Cease to every neighbor, routes removed or kept as `fib.on-stop` says, exit code 0,
the socket gone. SIGINT the same."""
import signal

import bgp_speaker as bgp
from circuits import AWS_AS, BGP, Site, aws_address, expect, expect_equal, wait_until
from speaker_peer import SpeakerPeer


def run(lab):
    site = Site(lab)
    aws = SpeakerPeer(site.circuit.aws, aws_address(1), AWS_AS)
    for on_stop, number, left in (("remove", signal.SIGTERM, 0), ("keep", signal.SIGTERM, 1),
                                  ("remove", signal.SIGINT, 0)):
        router = site.dxrouted(site.config(site.circuit.neighbor(password=None),
                                           fib={"on-stop": on_stop})).start()
        aws.wait_established()
        aws.announce(["172.31.0.0/16"])
        aws.send(bgp.end_of_rib())
        site.wait_route("172.31.0.0/16", aws_address(1))
        router.process.signal(number)
        expect_equal(router.process.process.wait(10), 0, f"the exit code after signal {number}")
        wait_until("the peer hears of it", lambda: not aws.speaker, 3)
        expect(aws.end.startswith("NOTIFICATION 6/"), f"the session ended with: {aws.end}")
        expect_equal(len(site.router.routes(BGP)), left, f"routes left with on-stop: {on_stop}")
        expect(not router.socket.exists(), "the control socket was left behind")
        aws.end = ""
