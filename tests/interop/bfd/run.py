"""A BfdService against BIRD and bfdd: Up over IPv4, IPv6 and link-local addresses, intervals from both
sides, the peer's death within the detection time, AdminDown from both sides."""
import json
import os
import pathlib
import signal
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "support"))

from bfd_peers import BFD_PEERS, Neighbor  # noqa: E402
from lab import Skipped, expect, expect_equal, stays, wait_until  # noqa: E402
from routers import find_program  # noqa: E402

PAIRS = {"v4": ("192.168.1.2", "192.168.1.1"), "v6": ("2001:db8::2", "2001:db8::1"),
         "link-local": ("fe80::2", "fe80::1")}  # ours, theirs
LATE = 0.25  # seconds that a busy machine may take


class Speaker:
    """bfd_speaker, with its events."""

    def __init__(self, box):
        program = find_program("BFD_SPEAKER", "tests/interop/bfd_speaker")
        self.fifo = pathlib.Path(box.lab.directory) / "bfd_speaker.fifo"
        os.mkfifo(self.fifo)
        self.process = box.start(program, self.fifo)

    def tell(self, *words):
        with open(self.fifo, "w", encoding="ascii") as fifo:
            fifo.write(" ".join(str(word) for word in words) + "\n")

    def events(self, kind):
        complete = self.process.log().rpartition("\n")[0].splitlines()
        return [json.loads(line) for line in complete if line.startswith(f'{{"event":"{kind}"')]

    def status(self):
        seen = len(self.events("status"))
        self.tell("status")
        wait_until("bfd_speaker answers", lambda: len(self.events("status")) > seen, every=0.02)
        return self.events("status")[-1]["peers"]


def run(lab, peer):
    if peer not in BFD_PEERS:
        raise Skipped(f"{peer} has no BFD")
    site, aws = lab.namespace("site"), lab.namespace("aws")
    lab.link(site, "dx1", [f"{ours}/{mask(ours)}" for ours, _ in PAIRS.values()],
             aws, "aws0", [f"{theirs}/{mask(theirs)}" for _, theirs in PAIRS.values()])
    speaker = Speaker(site)
    for name, (ours, theirs) in PAIRS.items():
        speaker.tell("add", name, theirs, ours, "dx1", 100, 3)
    other = BFD_PEERS[peer](aws, [Neighbor(theirs, ours, "aws0") for ours, theirs in PAIRS.values()],
                            interval=150, multiplier=4).start()

    wait_until("all sessions are Up", lambda: all_up(speaker, other), 30)
    agreed(speaker, other, (150, 600), (150, 450))

    # Intervals change on either side, and nobody goes Down.
    for name in PAIRS:
        speaker.tell("configure", name, 300, 5)
    agreed(speaker, other, (300, 1200), (300, 1500))
    other.configure(400, 3)
    agreed(speaker, other, (400, 1200), (400, 2000))
    other.configure(60, 3)
    for name in PAIRS:
        speaker.tell("configure", name, 50, 3)
    agreed(speaker, other, (60, 180), (60, 180))
    stays("all are Up", lambda: all_up(speaker, other), 2)
    for name, session in speaker.status().items():
        expect_equal((session["ups"], session["downs"]), (1, 0), f"{name} flapped")
        expect_equal(session["discarded"], 0, f"{name} discarded packets")
        expect_equal(session["send_errors"], 0, f"{name}: {session['last_send_error']}")
        expect(session["smallest_margin"] > 0, f"{name} had no margin left")

    dies(speaker, other, "stops", lambda: other.process.signal(signal.SIGSTOP),
         lambda: other.process.signal(signal.SIGCONT))
    dies(speaker, other, "is cut off", lambda: drop(aws), lambda: aws.run("nft", "flush ruleset"))

    by_operators(speaker, other)


def mask(address):
    return 64 if ":" in address else 30


def all_up(speaker, other):
    shown = other.sessions()
    return all(session["state"] == "Up" for session in speaker.status().values()) \
        and len(shown) == len(PAIRS) and all(session[0] for session in shown.values())


def agreed(speaker, other, ours, theirs):
    """(transmit interval, detection time) in ms, of either side."""
    def shown():
        return {name: (session["transmit_interval"], session["detection_time"], session["polling"])
                for name, session in speaker.status().items()}
    wait_until(f"we use {ours}",
               lambda: shown() if set(shown().values()) == {(*ours, False)} else False)
    wait_until(f"the peer uses {theirs}",
               lambda: {session[1:] for session in other.sessions().values()} == {theirs})


def dies(speaker, other, how, kill, revive):
    before = len(speaker.events("down"))
    detection = max(session["detection_time"] for session in speaker.status().values()) / 1000
    started = time.monotonic()
    kill()
    done = time.monotonic()
    wait_until(f"all sessions are Down when the peer {how}",
               lambda: len(speaker.events("down")) == before + len(PAIRS))
    for event in speaker.events("down")[before:]:
        expect_equal(event["diagnostic"], "control detection time expired", "the diagnostic")
        # The last packet may have come just before or an interval earlier, and later than `started`.
        took = event["at"] - started
        expect(detection * 0.5 < took < done - started + detection + LATE,
               f"the peer {how}, and it took {took:.3f} s of {detection} s")
    revive()
    wait_until("all sessions are Up again", lambda: all_up(speaker, other), 20)


def drop(box):
    box.run("nft", "table inet cut { chain out { type filter hook output priority 0; "
                   "udp dport 3784 drop; }; }")


def by_operators(speaker, other):
    """AdminDown is no failure: on_down is not called."""
    failures = len(speaker.events("down"))
    for name in PAIRS:
        speaker.tell("admin-down", name)
    wait_until("the peer sees AdminDown",
               lambda: not any(session[0] for session in other.sessions().values()), 5)
    for name in PAIRS:
        speaker.tell("admin-up", name)
    wait_until("all sessions are Up again", lambda: all_up(speaker, other), 20)

    if not hasattr(other, "admin_up"):
        return
    other.admin_down()
    wait_until("all sessions are Down", lambda: all(
        session["state"] == "Down" for session in speaker.status().values()))
    # Not what `status` says of the peer: that holds for a detection time, and FRR says it rarely.
    for event in speaker.events("change")[-len(PAIRS):]:
        expect(event["administrative"], "it was the operator's wish")
    other.admin_up()
    wait_until("all sessions are Up again", lambda: all_up(speaker, other), 20)
    expect_equal(len(speaker.events("down")), failures, "failures told")
