"""The byte-level speaker as a peer that stands by itself: a thread accepts the router's connection,
keeps the session alive and takes in what comes, while the test sends what it likes."""
import contextlib
import socket
import threading
import time

import bgp_speaker as bgp
from lab import wait_until


class SpeakerPeer:
    """Listens at `local` in a namespace; the router dials. A new connection replaces the old one."""

    def __init__(self, box, local, asn, families=(bgp.IPV4,), capabilities=None, password=None,
                 remote=None, identifier=None, hold=90):
        self.local, self.asn, self.families, self.hold = local, asn, families, hold
        self.capabilities = capabilities
        with box.inside():
            self.listener = bgp.Listener(local, asn, identifier or "192.0.2.65", password, remote)
        self.lock = threading.Lock()     # of sending
        self.speaker = None              # while Established
        self.routes = {}
        self.sessions = 0                # how many there have been
        self.refreshes = 0               # ROUTE-REFRESH messages that came
        self.keepalives = []             # when KEEPALIVEs came
        self.end = ""                    # why the last session ended
        self.table = []                  # messages that each session begins with
        self.away = False                # connections wait until it is back
        self.stopping = False
        self.thread = threading.Thread(target=self._serve, daemon=True)
        box.lab.at_end.append(self.close)
        self.thread.start()

    def close(self):
        self.stopping = True
        self.listener.close()
        speaker = self.speaker
        if speaker:
            speaker.close()
        self.thread.join(3)

    def wait_established(self, timeout=30):
        wait_until(f"the router and {self.local} are Established", lambda: self.speaker, timeout)

    def send(self, *messages):
        with self.lock:
            self.speaker.send(*messages)

    def announce(self, prefixes, path=None, extra=()):
        """As few UPDATEs as hold them."""
        attributes = self.speaker.attributes(path, self.local, extra)
        room = 4096 - len(bgp.update(attributes))
        for part in bgp.packed(prefixes, room):
            self.send(bgp.update(attributes, part))

    def withdraw(self, prefixes):
        for part in bgp.packed(prefixes, 4000):
            self.send(bgp.update(withdrawn=part))

    def hang_up(self, *last_words):
        """Says these and closes the connection; away until told otherwise."""
        self.away = True
        speaker = self.speaker
        with self.lock, contextlib.suppress(OSError):  # the router may be faster
            speaker.send(*last_words)
            speaker.sock.shutdown(socket.SHUT_RDWR)
        wait_until(f"{self.local} has hung up", lambda: self.speaker is None, 3)

    def _serve(self):
        while not self.stopping:
            if self.away:
                time.sleep(0.02)
                continue
            try:
                speaker = self.listener.accept(0.5)
            except bgp.Timeout:
                continue
            except OSError:
                return
            try:
                speaker.handshake(self.hold, self.capabilities, self.families)
                self.sessions += 1
                self.routes = speaker.routes
                self.speaker = speaker
                for messages in self.table:
                    self.send(messages)
                self._keep(speaker)
            except (bgp.Closed, bgp.Timeout, OSError) as error:
                self.end = str(error)
            finally:
                self.speaker = None
                speaker.close()

    def _keep(self, speaker):
        due, every = 0, min(self.hold, speaker.peer_open.hold_time) / 3
        while not self.stopping:
            if time.monotonic() >= due:
                with self.lock:
                    speaker.send(bgp.keepalive())
                due = time.monotonic() + every
            with contextlib.suppress(bgp.Timeout):
                found = speaker.read(0.2)
                if found.kind == bgp.NOTIFICATION:
                    raise bgp.Closed(str(found))
                self.refreshes += found.kind == bgp.ROUTE_REFRESH
                if found.kind == bgp.KEEPALIVE:
                    self.keepalives.append(time.monotonic())
