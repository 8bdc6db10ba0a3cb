#!/usr/bin/env python3
"""RFC 5880 6.2 and 6.8 as rows: the states, the times, and what is discarded."""
import unittest

from bfd import (ADMIN_DOWN, DOWN, FINAL, INIT, NEIGHBOR_DOWN, POLL, STATES, TIME_EXPIRED, UP,
                 BfdSession, Packet)

PEER = 7

# (our state, the state received) -> ours afterwards
STATE_MACHINE = {
    (DOWN, ADMIN_DOWN): DOWN, (DOWN, DOWN): INIT, (DOWN, INIT): UP, (DOWN, UP): DOWN,
    (INIT, ADMIN_DOWN): DOWN, (INIT, DOWN): INIT, (INIT, INIT): UP, (INIT, UP): UP,
    (UP, ADMIN_DOWN): DOWN, (UP, DOWN): DOWN, (UP, INIT): UP, (UP, UP): UP,
    (ADMIN_DOWN, ADMIN_DOWN): ADMIN_DOWN, (ADMIN_DOWN, DOWN): ADMIN_DOWN,
    (ADMIN_DOWN, INIT): ADMIN_DOWN, (ADMIN_DOWN, UP): ADMIN_DOWN,
}


def session(state=DOWN):
    made = BfdSession(1, 0.3, 3, lambda *_: None)
    made.state = state
    return made


def packet(state=DOWN, **options):
    return Packet(state, PEER, 0 if state in (DOWN, ADMIN_DOWN) else 1, **options)


class Bfd(unittest.TestCase):
    def test_states(self):
        for (ours, theirs), wanted in STATE_MACHINE.items():
            with self.subTest(f"{STATES[ours]} receives {STATES[theirs]}"):
                made = session(ours)
                made.receive(packet(theirs), 0)
                self.assertEqual(STATES[made.state], STATES[wanted])

    def test_the_passive_side_never_starts(self):
        made = session()
        self.assertIsNone(made.transmit_interval)
        made.receive(packet(), 0)
        self.assertEqual(made.transmit_interval, 1.0)
        made.expire()
        self.assertIsNone(made.transmit_interval)

    def test_each_direction_takes_the_slower_time(self):
        made = session(UP)
        made.receive(packet(UP, desired_min_tx=0.5, required_min_rx=0.1, multiplier=4), 10)
        self.assertEqual((made.transmit_interval, made.detection_time, made.expires), (0.3, 2.0, 12.0))
        made.receive(packet(UP, desired_min_tx=0.1, required_min_rx=1.5, multiplier=3), 10)
        self.assertEqual((made.transmit_interval, round(made.detection_time, 3)), (1.5, 0.9))
        made.receive(packet(UP, required_min_rx=0), 10)
        self.assertIsNone(made.transmit_interval)

    def test_reasons_for_going_down(self):
        made = session(UP)
        made.expire()
        self.assertEqual((made.state, made.diagnostic), (DOWN, TIME_EXPIRED))
        made = session(UP)
        made.receive(packet(DOWN), 0)
        self.assertEqual((made.state, made.diagnostic), (DOWN, NEIGHBOR_DOWN))

    def test_polls_until_final_once_up_and_answers_polls(self):
        made = session(INIT)
        self.assertFalse(made.receive(packet(UP), 0))
        self.assertTrue(made.packet().flags & POLL)
        self.assertTrue(made.receive(packet(UP, flags=POLL), 0))
        self.assertEqual(made.packet(FINAL).flags, FINAL)
        made.receive(packet(UP, flags=FINAL), 0)
        self.assertFalse(made.packet().flags & POLL)

    def test_packets_survive_packing(self):
        sent = Packet(UP, 7, 1, 0.3, 0.4, 5, TIME_EXPIRED, POLL)
        self.assertEqual(Packet.parse(sent.pack()), sent)

    def test_what_is_discarded(self):
        good = bytearray(Packet(UP, 7, 1).pack())
        for what, at, value in (("version 0", 0, 0), ("multiplier 0", 2, 0), ("too short", 3, 23),
                                ("longer than the datagram", 3, 25), ("authentication", 1, 0xC4),
                                ("multipoint", 1, 0xC1)):
            with self.subTest(what):
                bad = bytearray(good)
                bad[at] = value
                self.assertIsNone(Packet.parse(bytes(bad)))
        self.assertIsNone(Packet.parse(Packet(UP, 0, 1).pack()), "no discriminator of its own")
        self.assertIsNone(Packet.parse(Packet(UP, 7, 0).pack()), "Up without ours")
        self.assertIsNone(Packet.parse(bytes(good[:23])))


if __name__ == "__main__":
    unittest.main()
