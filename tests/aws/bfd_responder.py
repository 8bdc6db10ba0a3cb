"""The sockets and timers of BFD over a single hop (RFC 5881): UDP 3784, TTL 255. A thread of its
own, so that a large table on BGP never delays a packet."""
import random
import socket
import sys
import threading
import time

from bgp_speaker import set_ttl
from bfd import FINAL, BfdSession, Packet
from loop import Loop

PORT = 3784
SOURCE_PORTS = range(49152, 65536)
TTL = 255
IP_RECVTTL = 12  # Linux; not in Python's socket


def open_socket(address, port):
    """Bound, sends with TTL 255 and is told the TTL of what comes."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
    set_ttl(sock, TTL)
    if family == socket.AF_INET6:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_RECVHOPLIMIT, 1)
    else:
        sock.setsockopt(socket.IPPROTO_IP, IP_RECVTTL, 1)
    try:
        sock.bind((address, port))
    except OSError:
        sock.close()
        raise
    return sock


class Circuit:
    """One peer: its session, its two sockets, and the timers that drive them."""

    def __init__(self, loop, settings, discriminator, changed):
        self.loop, self.settings = loop, settings
        self.muted = False
        self.dropped = 0  # with a TTL other than 255
        self.session = BfdSession(discriminator, settings.bfd_interval / 1000,
                                  settings.bfd_multiplier, changed)
        self.receiver = self.sender = None
        self.transmit_timer = self.detect_timer = None
        self.open()

    def open(self):
        """Waits for an address that is not there yet."""
        try:
            self.receiver = open_socket(self.settings.local, PORT)
            self.sender = open_socket(self.settings.local, random.choice(SOURCE_PORTS))
        except OSError:
            if self.receiver:
                self.receiver.close()
            self.loop.after(1, self.open)
            return
        self.loop.watch(self.receiver, self.on_readable)

    def on_readable(self):
        try:
            data, ancillary, _, (address, *_) = self.receiver.recvmsg(512, 64)
        except OSError:
            return
        if address != self.settings.remote:
            return
        if int.from_bytes(ancillary[0][2][:4], sys.byteorder) != TTL:
            self.dropped += 1
            return
        packet = Packet.parse(data)
        if not packet or packet.your_discriminator not in (0, self.session.discriminator):
            return
        self.take(packet)

    def take(self, packet):
        before = self.session.transmit_interval, self.session.state
        if self.session.receive(packet, time.monotonic()):
            self.send(FINAL)
        if before != (self.session.transmit_interval, self.session.state):
            self.transmit()
        if not self.detect_timer or self.session.expires < self.detect_timer.due:
            self.detect()

    def detect(self):
        """One timer that looks again when the last packet heard would expire; sooner when the detection time
        has become shorter, as it does once both sides are Up."""
        if self.detect_timer:
            self.detect_timer.cancel()
        self.detect_timer, expires = None, self.session.expires
        if expires is None:
            return
        left = expires - time.monotonic()
        if left > 0:
            self.detect_timer = self.loop.after(left, self.detect)
        else:
            self.session.expire()

    def transmit(self):
        """Sends, and again after the interval with 6.8.7's jitter."""
        if self.transmit_timer:
            self.transmit_timer.cancel()
        interval = self.session.transmit_interval
        if interval is None:
            self.transmit_timer = None
            return
        self.send()
        most = 0.9 if self.settings.bfd_multiplier == 1 else 1.0
        self.transmit_timer = self.loop.after(interval * random.uniform(0.75, most), self.transmit)

    def send(self, flags=0):
        if self.muted or not self.sender:
            return
        try:
            self.sender.sendto(self.session.packet(flags).pack(), (self.settings.remote, PORT))
        except OSError:
            pass  # no way to the peer now: what BFD is there to notice

    def set_admin_down(self, on):
        self.session.set_admin_down(on)
        self.transmit()


class BfdResponder:
    """All circuits with BFD. `changed(name, old, new, diagnostic, peer_state)` is called in its
    thread; its own methods may be called from any."""

    def __init__(self, sessions, changed):
        self.loop = Loop()
        self.circuits = {}
        for settings in sessions:
            def on_change(*what, name=settings.name):
                changed(name, *what)
            self.circuits[settings.name] = Circuit(self.loop, settings, len(self.circuits) + 1,
                                                   on_change)
        self.thread = threading.Thread(target=self.loop.run, name="bfd", daemon=True)

    def start(self):
        self.thread.start()

    def shown(self, name):
        circuit = self.circuits.get(name)
        return circuit and {**circuit.session.shown(), "muted": circuit.muted,
                            "wrong-ttl": circuit.dropped}

    def mute(self, name, on):
        """Nothing is sent; what comes is heard."""
        circuit = self.circuits[name]
        circuit.muted = on

    def admin_down(self, name, on):
        circuit = self.circuits[name]
        self.loop.post(lambda: circuit.set_admin_down(on))
