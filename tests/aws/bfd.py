"""BFD as the passive side of a single hop (RFC 5880 6.8, asynchronous mode, no authentication, no
echo): the packet and one session's state. Pure: time comes in, what to send goes out."""
import dataclasses
import struct

ADMIN_DOWN, DOWN, INIT, UP = 0, 1, 2, 3
STATES = {ADMIN_DOWN: "AdminDown", DOWN: "Down", INIT: "Init", UP: "Up"}
NO_DIAGNOSTIC, TIME_EXPIRED, NEIGHBOR_DOWN, ADMINISTRATIVE = 0, 1, 3, 7
POLL, FINAL, AUTHENTICATION, DEMAND, MULTIPOINT = 0x20, 0x10, 0x04, 0x02, 0x01
SLOW = 1.0  # RFC 5880 6.8.3: no faster before the session is Up


@dataclasses.dataclass
class Packet:
    """Times in seconds."""

    state: int
    my_discriminator: int
    your_discriminator: int = 0
    desired_min_tx: float = SLOW
    required_min_rx: float = SLOW
    multiplier: int = 3
    diagnostic: int = 0
    flags: int = 0

    def pack(self):
        return struct.pack("!BBBBIIIII", 1 << 5 | self.diagnostic, self.state << 6 | self.flags,
                           self.multiplier, 24, self.my_discriminator, self.your_discriminator,
                           round(self.desired_min_tx * 1e6), round(self.required_min_rx * 1e6), 0)

    @classmethod
    def parse(cls, data):
        """None of what RFC 5880 6.8.6 has discarded."""
        if len(data) < 24:
            return None
        first, second, multiplier, length, mine, yours, transmit, receive, _ = struct.unpack(
            "!BBBBIIIII", data[:24])
        flags, state = second & 0x3F, second >> 6
        if first >> 5 != 1 or not 24 <= length <= len(data) or not multiplier or not mine:
            return None
        if flags & (AUTHENTICATION | MULTIPOINT) or (not yours and state not in (DOWN, ADMIN_DOWN)):
            return None
        return cls(state, mine, yours, transmit / 1e6, receive / 1e6, multiplier, first & 31, flags)


class BfdSession:
    """The state variables of RFC 5880 6.8.1. `changed(old, new, diagnostic, peer_state)` is called
    when the state changes."""

    def __init__(self, discriminator, interval, multiplier, changed):
        self.discriminator, self.interval, self.multiplier = discriminator, interval, multiplier
        self.changed = changed
        self.state, self.diagnostic = DOWN, NO_DIAGNOSTIC
        self.polling = False
        self._forget_peer()

    def _forget_peer(self):
        self.peer_discriminator, self.peer_state, self.heard = 0, DOWN, None
        self.peer_min_tx, self.peer_min_rx, self.peer_multiplier = 0, 1e-6, 0

    @property
    def desired_min_tx(self):
        return self.interval if self.state == UP else max(self.interval, SLOW)

    @property
    def transmit_interval(self):
        """Before jitter; None while nothing is to be sent: the passive side never starts, and the
        peer may want nothing (6.8.7)."""
        if not self.peer_discriminator or not self.peer_min_rx:
            return None
        return max(self.desired_min_tx, self.peer_min_rx)

    @property
    def detection_time(self):
        return self.peer_multiplier * max(self.interval, self.peer_min_tx)

    @property
    def expires(self):
        """When the peer counts as gone (6.8.4); None while there is none."""
        return None if self.heard is None else self.heard + self.detection_time

    def packet(self, flags=0):
        if self.polling and not flags & FINAL:
            flags |= POLL
        return Packet(self.state, self.discriminator, self.peer_discriminator, self.desired_min_tx,
                      self.interval, self.multiplier, self.diagnostic, flags)

    def receive(self, packet, now):
        """Takes a packet in (6.8.6). Whether it must be answered at once, with Final."""
        self.peer_discriminator, self.peer_state = packet.my_discriminator, packet.state
        self.peer_min_tx, self.peer_min_rx = packet.desired_min_tx, packet.required_min_rx
        self.peer_multiplier, self.heard = packet.multiplier, now
        if packet.flags & FINAL:
            self.polling = False
        if self.state != ADMIN_DOWN:
            self._follow(packet.state)
        return bool(packet.flags & POLL)

    def _follow(self, peer_state):
        if peer_state == ADMIN_DOWN:
            if self.state != DOWN:
                self._become(DOWN, NEIGHBOR_DOWN)
        elif self.state == DOWN:
            if peer_state != UP:
                self._become(INIT if peer_state == DOWN else UP, NO_DIAGNOSTIC)
        elif self.state == INIT:
            if peer_state != DOWN:
                self._become(UP, NO_DIAGNOSTIC)
        elif peer_state == DOWN:
            self._become(DOWN, NEIGHBOR_DOWN)

    def expire(self):
        """The detection time has passed without a packet."""
        self._forget_peer()
        if self.state in (INIT, UP):
            self._become(DOWN, TIME_EXPIRED)

    def set_admin_down(self, on):
        if on != (self.state == ADMIN_DOWN):
            self._become(ADMIN_DOWN if on else DOWN, ADMINISTRATIVE if on else NO_DIAGNOSTIC)

    def _become(self, state, diagnostic):
        old, self.state, self.diagnostic = self.state, state, diagnostic
        self.polling = state == UP  # the interval changes with it: 6.8.3
        self.changed(old, state, diagnostic, self.peer_state)

    def shown(self):
        interval = self.transmit_interval
        return {"state": STATES[self.state], "peer-state": STATES[self.peer_state],
                "diagnostic": self.diagnostic,
                "transmit-ms": interval and round(interval * 1000),
                "detection-ms": round(self.detection_time * 1000)}
