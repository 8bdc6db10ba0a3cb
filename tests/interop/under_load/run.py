"""While one neighbor loads a large table, the others notice nothing: a single UPDATE of another neighbor
reaches the kernel, `dxctl show ip bgp summary` answers, KEEPALIVEs leave on time, and BFD at 50 ms x 3 stays Up.
Prints what it measured; what it insists on is that all this happens before the load is through.
By hand: DX_ROUTES=1000000; DX_MINUTES=10 goes on for so long, the table coming, shown and going over and over."""
import errno
import os
import socket
import threading
import time

import bgp_speaker as bgp
from bfd_peers import BirdBfd, Neighbor
from circuits import AWS_AS, BGP, Site, aws_address, expect, expect_equal, our_address, wait_until
from speaker_peer import SpeakerPeer

COUNT = int(os.environ.get("DX_ROUTES", "300000"))
MINUTES = float(os.environ.get("DX_MINUTES", "0"))
PER_SET = 7   # prefixes that share their attributes
HOLD = 3      # seconds; a KEEPALIVE is due every second
PAUSE = 0.05  # between two single UPDATEs


def run(lab):
    site = Site(lab, circuits=2)
    loader, single = (SpeakerPeer(circuit.aws, aws_address(circuit.number), AWS_AS, hold=HOLD)
                      for circuit in site.circuits)
    timers = {"hold": f"{HOLD}s", "keepalive": "1s", "connect-retry": "1s"}
    router = site.dxrouted(site.config(*(
        circuit.neighbor(password=None, timers=timers, bfd={"interval": "50ms", "multiplier": 3})
        for circuit in site.circuits))).start()
    for circuit in site.circuits:
        start_bfd(circuit)
    for peer in (loader, single):
        peer.wait_established()
    wait_until("BFD is Up on both", lambda: [
        peer["status"] for peer in router.show("bfd peers")] == ["up", "up"])
    table = list(chunks(loader))
    sample = [address(n) for n in range(0, COUNT, max(1, COUNT // 500))]

    with site.router.inside():
        probe = Probe()
    started = time.monotonic()
    sending = threading.Thread(target=lambda: [loader.send(chunk) for chunk in table])
    sending.start()
    wait_until("the load has begun", lambda: any(map(probe.reaches, sample)), 10, every=0.001)

    updates, shows = [], []
    number = 0
    while not all(map(probe.reaches, sample)):
        updates.append(one_update(single, probe, number))
        number += 1
        before = time.monotonic()
        router.ctl("show", "ip", "bgp", "summary")
        shows.append(time.monotonic() - before)
        time.sleep(PAUSE)
    ended = time.monotonic()
    sending.join()
    wait_until("everything is in the kernel", lambda: in_kernel(site) == COUNT + number, 120, every=1)

    rounds = goes_on(router, loader, table, time.monotonic() + 60 * MINUTES)
    if rounds:
        print(f"the table came and went {rounds} times in {MINUTES:g} minutes, shown each time")

    print(f"{COUNT:,} routes in the kernel within {ended - started:.1f} s; meanwhile:")
    print(f"  a single UPDATE in the kernel: {figures(updates)}")
    print(f"  dxctl show ip bgp summary:     {figures(shows)}")
    for name, peer in (("the loading", loader), ("the other", single)):
        # Later ones wait for this program, which reads the kernel's table.
        during = [at for at in peer.keepalives if at < ended] + [ended]
        gaps = [b - a for a, b in zip(during, during[1:])]
        print(f"  between KEEPALIVEs to {name} neighbor: {figures(gaps)}")
        expect(max(gaps, default=0) < HOLD, "a KEEPALIVE was late")
        expect_equal(peer.sessions, 1, f"sessions of {name} neighbor")
    for peer in router.show("bfd peers"):
        print(f"  BFD to {peer['peer']}: {peer['smallest-margin-usec'] / 1000:.0f} of "
              f"{peer['detection-time']} ms were left at the least")
        expect_equal((peer["status"], peer["session-down"]), ("up", 0), f"BFD to {peer['peer']}")
    expect(len(updates) > 2, "the load was through before anything could be measured")
    expect_equal(router.stop(), 0, "the exit code")


def in_kernel(site):
    """How many of BGP's. Counted by another program: this one has KEEPALIVEs to send meanwhile."""
    return int(site.router.run("sh", "-c", f"ip -4 route show proto {BGP} | wc -l"))


def goes_on(router, loader, table, until):
    """How often the whole table was withdrawn and told again, with `show` dumping it, until then."""
    rounds = 0
    while time.monotonic() < until:
        for at in range(0, COUNT, 500):
            loader.withdraw([address(n)[:-1] + "0/24" for n in range(at, min(at + 500, COUNT))])
        router.ctl("show", "ip", "bgp")
        for chunk in table:
            loader.send(chunk)
        router.ctl("show", "ip", "route", "bgp")
        rounds += 1
    return rounds


def start_bfd(circuit):
    """The far end, which must not be late itself on a machine that is busy with everything else."""
    far_end = BirdBfd(circuit.aws, [Neighbor(aws_address(circuit.number), our_address(circuit.number), "aws0")],
                      interval=50, multiplier=3).start()
    os.setpriority(os.PRIO_PROCESS, far_end.process.pid, -15)


def address(n):
    """In the n-th prefix: every fourth /24 from 32.0.0.0 to 95.255.255.255, in no order."""
    spread = (32 << 24) + (n * 0x9e375 % (1 << 20) << 10)
    return f"{spread >> 24}.{spread >> 16 & 255}.{spread >> 8 & 255}.1"


def chunks(peer):
    """The table's UPDATEs, some thousand in one piece: between two pieces a KEEPALIVE may go."""
    piece = []
    for at in range(0, COUNT, PER_SET):
        prefixes = [address(n)[:-1] + "0/24" for n in range(at, min(at + PER_SET, COUNT))]
        attributes = peer.speaker.attributes([AWS_AS, 61000 + at % 1000, 70000 + at], peer.local)
        piece.append(bgp.update(attributes, prefixes))
        if len(piece) == 1000 or at + PER_SET >= COUNT:
            yield b"".join(piece)
            piece = []


def one_update(peer, probe, number):
    """Seconds from an UPDATE's first byte to its route in the kernel."""
    peer_prefix = f"172.{16 + (number >> 8)}.{number & 255}"
    sent = time.monotonic()
    peer.announce([f"{peer_prefix}.0/24"])
    wait_until("a single UPDATE is in the kernel", lambda: probe.reaches(f"{peer_prefix}.1"), 60, every=0.0005)
    return time.monotonic() - sent


class Probe:
    """Asks the kernel whether it has a way: connecting a UDP socket looks one up and sends nothing."""

    def __init__(self):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

    def reaches(self, host):
        try:
            self.socket.connect((host, 9))
            return True
        except OSError as error:
            if error.errno != errno.ENETUNREACH:
                raise
            return False


def figures(seconds):
    if not seconds:
        return "none"
    ordered = sorted(seconds)
    median, most, longest = (ordered[int(part * (len(ordered) - 1))] * 1000 for part in (0.5, 0.95, 1))
    return f"median {median:.0f} ms, 95 % within {most:.0f} ms, longest {longest:.0f} ms, {len(ordered)} times"
