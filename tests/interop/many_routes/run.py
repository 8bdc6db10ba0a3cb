"""100,000 routes: every one of them in the kernel with its gateway, prefix by prefix; half of them
withdrawn; the rest gone when the peer goes; sessions never touched by the load."""
import time

import bgp_speaker as bgp
from circuits import AWS_AS, BGP, Site, aws_address, expect, expect_equal, wait_until
from speaker_peer import SpeakerPeer

COUNT = 100_000


def prefix(n):
    return f"{20 + (n >> 16)}.{n >> 8 & 255}.{n & 255}.0/24"


def run(lab):
    site = Site(lab, circuits=2)
    aws = [SpeakerPeer(circuit.aws, aws_address(circuit.number), AWS_AS) for circuit in site.circuits]
    router = site.dxrouted(site.config(*(circuit.neighbor(
        password=None, timers={"hold": "9s", "keepalive": "3s", "connect-retry": "1s"})
        for circuit in site.circuits))).start()
    for peer in aws:
        peer.wait_established()

    # Ten prefixes an attribute set; the second circuit has a longer path for the first half.
    started = time.monotonic()
    announce(aws[0], range(COUNT), path_of=lambda n: [AWS_AS, 61000 + n % 1000])
    announce(aws[1], range(COUNT // 2), path_of=lambda n: [AWS_AS, 61000 + n % 1000, 64999])
    expected = {prefix(n): aws_address(1) for n in range(COUNT)}
    site.wait_exactly(expected, 90)
    print(f"{COUNT} routes in the kernel after {time.monotonic() - started:.1f} s")

    aws[0].withdraw([prefix(n) for n in range(0, COUNT, 2)])
    expected = {prefix(n): aws_address(1) for n in range(1, COUNT, 2)}
    expected.update({prefix(n): aws_address(2) for n in range(0, COUNT // 2, 2)})
    site.wait_exactly(expected, 60)

    expect_equal([peer.sessions for peer in aws], [1, 1], "sessions made")
    aws[0].close()
    expected = {prefix(n): aws_address(2) for n in range(COUNT // 2)}
    site.wait_exactly(expected, 60)
    expect(router.established(aws_address(2)), "the other session ended")
    expect_equal(router.stop(), 0, "the exit code")
    wait_until("nothing is left", lambda: not site.router.routes(BGP), 5)


def announce(peer, numbers, path_of):
    by_path = {}
    for n in numbers:
        by_path.setdefault(tuple(path_of(n)), []).append(prefix(n))
    for path, prefixes in by_path.items():
        peer.announce(prefixes, path=list(path))
    peer.send(bgp.end_of_rib())
