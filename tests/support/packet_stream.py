#!/usr/bin/env python3
"""A stream of numbered UDP packets from one network namespace to an address in others, and what was lost
of it: the meter of an outage. Runs until SIGTERM or SIGINT, then prints what became of the packets.

  ip netns exec site packet_stream.py 172.31.0.1 --to aws1 --to aws2 --rate 10000

Judged by numbers and by when a packet was sent, so a receiver that is late loses nothing; a machine that
is busy sends late, and says so (late). Standard library only; knows nothing of routing.
"""
import argparse
import array
import contextlib
import ctypes
import json
import os
import signal
import socket
import struct
import sys
import time

from lab import wait_until

PORT = 9000
TICK = 0.001            # seconds between two bursts
LONGEST_BURST = 200     # packets; a sender that was held up goes on from there instead of flooding
BEGINS = "it begins"    # the first line, on stderr
UNDER_WAY = 0.3         # seconds that a packet may take at the end
ONE_OUTAGE = 0.05       # seconds that may arrive within one outage
RECEIVE_BUFFER = 16 << 20
SO_RCVBUFFORCE = 33     # Linux; not in Python's socket
NUMBER = struct.Struct("!Q")
_CLONE_NEWNET = 0x40000000


def receiver(namespace, address):
    """A socket of another namespace; this process stays where it is."""
    libc = ctypes.CDLL(None, use_errno=True)
    home, there = (os.open(path, os.O_RDONLY) for path in ("/proc/self/ns/net", f"/run/netns/{namespace}"))
    if libc.setns(there, _CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), f"setns to {namespace}")
    try:
        sock = socket.socket(family_of(address), socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, RECEIVE_BUFFER)
        sock.bind((address, PORT))
        return sock
    finally:
        if libc.setns(home, _CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "setns back")
        os.close(home)
        os.close(there)


def family_of(address):
    return socket.AF_INET6 if ":" in address else socket.AF_INET


class Meter:
    """Sends and counts in one thread, in short bursts."""

    def __init__(self, destination, namespaces, rate, size, flows, source):
        self.destination, self.rate = destination, rate
        self.padding = bytes(max(0, size - NUMBER.size))
        self.senders = [socket.socket(family_of(destination), socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
                        for _ in range(flows)]
        for sock in self.senders if source else ():
            sock.bind((source, 0))
        self.receivers = {name: receiver(name, destination) for name in namespaces}
        self.sent_at = array.array("d")
        self.arrived = bytearray()
        self.taken = dict.fromkeys(namespaces, 0)
        self.duplicated = self.reordered = self.highest = 0
        self.late = 0.0
        self.ending = False

    def end(self, *_):
        self.ending = True

    def run(self):
        say(BEGINS)
        due = time.monotonic()
        while not self.ending:
            now = time.monotonic()
            self.late = max(self.late, now - due)
            burst = int((now - due) * self.rate) + 1 if now >= due else 0
            self.send(min(burst, LONGEST_BURST))
            due = now if burst > LONGEST_BURST else due + burst / self.rate
            self.receive()
            time.sleep(max(0.0, min(TICK, due + TICK - time.monotonic())))
        until = time.monotonic() + UNDER_WAY
        while time.monotonic() < until:
            self.receive()
            time.sleep(TICK)

    def send(self, count):
        for _ in range(count):
            number = len(self.sent_at)
            self.sent_at.append(time.monotonic())
            self.arrived.append(0)
            with contextlib.suppress(OSError):  # a host without a way has lost the packet
                self.senders[number % len(self.senders)].sendto(
                    NUMBER.pack(number) + self.padding, (self.destination, PORT))

    def receive(self):
        for name, sock in self.receivers.items():
            with contextlib.suppress(BlockingIOError):
                while True:
                    self.take(name, NUMBER.unpack_from(sock.recv(2048))[0])

    def take(self, name, number):
        self.duplicated += self.arrived[number]
        self.reordered += number < self.highest
        self.highest = max(self.highest, number)
        self.arrived[number] = 1
        self.taken[name] += 1

    def outages(self):
        """[first, last] numbers lost; what lies close together is one."""
        found = []
        for number, there in enumerate(self.arrived):
            if there:
                continue
            if found and self.sent_at[number] - self.sent_at[found[-1][1]] <= ONE_OUTAGE:
                found[-1][1] = number
            else:
                found.append([number, number])
        return found

    def figures(self):
        """Times are CLOCK_MONOTONIC, so that other processes' times compare with them."""
        return {"sent": len(self.sent_at), "lost": self.arrived.count(0), "duplicated": self.duplicated,
                "reordered": self.reordered, "taken": self.taken, "late-ms": round(self.late * 1000, 1),
                "outages": [self.outage(first, last) for first, last in self.outages()]}

    def outage(self, first, last):
        """Until the first packet that got through again was sent."""
        again = self.sent_at[last + 1] if last + 1 < len(self.sent_at) else self.sent_at[last]
        return {"from": self.sent_at[first], "until": again, "lost": self.arrived[first:last + 1].count(0),
                "ms": round((again - self.sent_at[first]) * 1000, 1)}


def say(line):
    print(line, file=sys.stderr, flush=True)


def in_words(figures):
    lost = f"{figures['sent']} packets sent, {figures['lost']} lost"
    return "\n".join([lost, *(f"  nothing arrived for {outage['ms']:.0f} ms ({outage['lost']} packets)"
                              for outage in figures["outages"])])


class Stream:
    """The program as a scenario uses it: from one box (lab.Namespace) to an address that others have. It flows once
    this is made, however busy the machine is."""

    def __init__(self, box, host, *ends, rate=10000, flows=1, source=None):
        words = [word for end in ends for word in ("--to", end.netns)] + (["--source", source] if source else [])
        self.process = box.start(sys.executable, "-B", __file__, host, *words, "--rate", rate,
                                 "--flows", flows, "--json", name="packet_stream")
        wait_until("the stream flows", self.process.log, 20)

    def stop(self):
        """The figures; with `taken` by the boxes' netns."""
        self.process.stop()
        return json.loads(self.process.log().removeprefix(f"{BEGINS}\n"))


def main():
    arguments = argparse.ArgumentParser(description=__doc__,
                                        formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("destination", help="address that every --to has")
    arguments.add_argument("--to", action="append", required=True, metavar="NETNS",
                           help="namespace where packets may arrive; may be given several times")
    arguments.add_argument("--rate", type=float, default=10000, help="packets a second (default 10000)")
    arguments.add_argument("--flows", type=int, default=1, help="from so many ports in turn (default 1)")
    arguments.add_argument("--source", metavar="ADDRESS", help="address to send from")
    arguments.add_argument("--size", type=int, default=64, help="octets of payload (default 64)")
    arguments.add_argument("--json", action="store_true", help="figures as JSON, not in words")
    given = arguments.parse_args()
    meter = Meter(given.destination, given.to, given.rate, given.size, given.flows, given.source)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, meter.end)
    with contextlib.suppress(OSError):  # the kernel forwards in the sender's name
        os.setpriority(os.PRIO_PROCESS, 0, -15)
    meter.run()
    figures = meter.figures()
    print(json.dumps(figures) if given.json else in_words(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
