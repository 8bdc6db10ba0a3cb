"""SIGTERM: a Cease to every neighbor, routes removed or kept as `fib.on-stop` says, exit code 0,
the socket gone. SIGINT the same. SIGUSR1 keeps the routes, SIGUSR2 removes them, whatever it says; only
the first speaks of a return."""
import signal

import bgp_speaker as bgp
from circuits import AWS_AS, BGP, Site, aws_address, expect, expect_equal, wait_until
from speaker_peer import SpeakerPeer


SHUTDOWN, RESET = "6/2", "6/4"  # RFC 4486
STOPS = [("remove", signal.SIGTERM, SHUTDOWN, 0), ("keep", signal.SIGTERM, SHUTDOWN, 1),
         ("remove", signal.SIGINT, SHUTDOWN, 0), ("remove", signal.SIGUSR1, RESET, 1),
         ("keep", signal.SIGUSR2, SHUTDOWN, 0)]


def run(lab):
    site = Site(lab)
    aws = SpeakerPeer(site.circuit.aws, aws_address(1), AWS_AS)
    for on_stop, number, cease, left in STOPS:
        router = site.dxrouted(site.config(site.circuit.neighbor(password=None),
                                           fib={"on-stop": on_stop})).start()
        aws.wait_established()
        aws.announce(["172.31.0.0/16"])
        aws.send(bgp.end_of_rib())
        site.wait_route("172.31.0.0/16", aws_address(1))
        router.process.signal(number)
        expect_equal(router.process.process.wait(10), 0, f"the exit code after signal {number}")
        wait_until("the peer hears of it", lambda: not aws.speaker, 3)
        expect(aws.end.startswith(f"NOTIFICATION {cease}"), f"the session ended with: {aws.end}")
        expect_equal(len(site.router.routes(BGP)), left, f"routes left with on-stop: {on_stop}")
        expect(not router.socket.exists(), "the control socket was left behind")
        aws.end = ""
