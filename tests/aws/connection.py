"""One TCP connection to the router, from its OPEN on: the states OpenSent, OpenConfirm and
Established of RFC 4271 8.2.2 on an event loop. What it learns and decides goes to its session."""
import contextlib
import socket
import struct
import time

import bgp_speaker as bgp

OPEN_SENT, OPEN_CONFIRM, ESTABLISHED = "OpenSent", "OpenConfirm", "Established"
FSM_ERROR = {OPEN_SENT: 1, OPEN_CONFIRM: 2, ESTABLISHED: 3}  # RFC 6608
OPEN_HOLD = 60     # seconds to wait for the OPEN
LINGER = 2         # seconds that a NOTIFICATION is given to arrive
CONNECTION_COLLISION = (6, 7)


class Connection(bgp.Speaker):
    """Nothing waits: what cannot be sent yet stays in `pending`. While the session is silent nothing
    is sent and nothing is closed."""

    def __init__(self, session, sock, dialled):
        settings = session.settings
        super().__init__(sock, settings.amazon_asn, session.identifier)
        sock.setblocking(False)
        self.session, self.loop, self.settings = session, session.loop, settings
        self.dialled = dialled
        self.family = bgp.IPV4 if settings.version == 4 else bgp.IPV6
        self.state = OPEN_SENT
        self.pending = bytearray()
        self.hold, self.keepalive, self.heard = OPEN_HOLD, 0, time.monotonic()
        self.open, self.hold_timer = True, None
        self.send_open(settings.hold, families=(self.family,))
        self.watch_hold_time()

    # ---- bytes

    def send(self, *parts):
        self.pending += b"".join(parts)
        self.flush()

    def flush(self):
        if self.open and self.pending and not self.session.silent:
            try:
                del self.pending[:self.sock.send(self.pending)]
            except BlockingIOError:
                pass
            except OSError:
                self.pending.clear()  # reading tells that it has ended
        self.watch()

    def watch(self):
        if self.open:
            writable = self.flush if self.pending and not self.session.silent else None
            self.loop.watch(self.sock, self.on_readable, writable)

    def on_readable(self):
        try:
            data = self.sock.recv(262144)
        except BlockingIOError:
            return
        except OSError as error:
            return self.closed(f"connection: {error.strerror}")
        if not data:
            return self.closed("connection closed by the router")
        self.buffer += data
        try:
            while self.open and (found := self.take()):
                self.on_message(found)
        except (struct.error, IndexError, ValueError) as error:
            self.session.tell("malformed", why=str(error), message=str(self.log[-1][1]))
            self.notify(3, 1, why="malformed message")

    # ---- ends

    def closed(self, why):
        """The other side has ended it, or nothing is left to say."""
        self.close()
        self.session.on_end(self, why)

    def close(self):
        if self.open:
            self.open = False
            self.loop.watch(self.sock)
            super().close()

    def notify(self, code, subcode, data=b"", why=""):
        """Sends a NOTIFICATION and closes."""
        if self.session.silent:
            return
        self.send(bgp.notification(code, subcode, data))
        self.session.tell("notification-sent", code=code, subcode=subcode, data=data.hex())
        self.linger()
        self.session.on_end(self, f"NOTIFICATION {code}/{subcode} sent{': ' if why else ''}{why}")

    def linger(self):
        """Reads on until the router closes: a close with unread data would be a RST, and the router
        might never read the NOTIFICATION."""
        self.open = False
        self.loop.watch(self.sock, self.discard)
        with contextlib.suppress(OSError):
            self.sock.shutdown(socket.SHUT_WR)
        self.loop.after(LINGER, self.end_linger)

    def discard(self):
        try:
            if self.sock.recv(262144):
                return
        except OSError:
            pass
        self.end_linger()

    def end_linger(self):
        if self.sock.fileno() >= 0:
            self.loop.watch(self.sock)
            super().close()

    def reset_now(self):
        """RST instead of FIN."""
        self.reset()
        self.session.on_end(self, "reset")

    # ---- timers

    def watch_hold_time(self):
        """Looks again when the last message would be too old."""
        if self.hold_timer:
            self.hold_timer.cancel()
        left = self.heard + self.hold - time.monotonic()
        if self.open and left > 0:
            self.hold_timer = self.loop.after(left, self.watch_hold_time)
        elif self.open:
            self.notify(4, 0, why="hold timer expired")

    def send_keepalives(self):
        if self.open:
            if not self.session.silent:
                self.send(bgp.keepalive())
            self.loop.after(self.keepalive, self.send_keepalives)

    # ---- messages

    def on_message(self, found):
        self.heard = time.monotonic()
        if found.kind == bgp.NOTIFICATION:
            code, subcode = found.code
            self.session.tell("notification-received", code=code, subcode=subcode,
                              data=found.data.hex())
            return self.closed(f"NOTIFICATION {code}/{subcode} received")
        handler = self.HANDLERS.get((self.state, found.kind))
        if not handler:
            return self.notify(5, FSM_ERROR[self.state], why=f"{found} in {self.state}")
        handler(self, found)

    def on_open(self, found):
        theirs = self.peer_open = bgp.parse_open(found.body)
        refusal = self.refusal(theirs)
        if refusal:
            code, subcode, data, why = refusal
            return self.notify(code, subcode, data, why)
        self.four_octets = theirs.capability(bgp.CAP_AS4) is not None
        self.hold = min(self.settings.hold, theirs.hold_time)
        self.keepalive = min(self.settings.keepalive, self.hold / 3)
        if not self.session.survives_collision(self):
            return
        self.state = OPEN_CONFIRM
        self.watch_hold_time()
        self.send_keepalives()
        self.session.tell("state", state=self.state)

    def refusal(self, theirs):
        """(code, subcode, data, why) of an OPEN that AWS does not accept. One with several families
        is accepted; only the session's own is used."""
        as4 = theirs.capability(bgp.CAP_AS4)
        asn = int.from_bytes(as4, "big") if as4 else theirs.my_as
        if theirs.version != 4:
            return 2, 1, b"\0\4", f"version {theirs.version}"
        if asn != self.settings.customer_asn:
            return 2, 2, b"", f"AS {asn} instead of {self.settings.customer_asn}"
        if theirs.identifier in ("0.0.0.0", self.identifier):
            return 2, 3, b"", f"identifier {theirs.identifier}"
        if theirs.hold_time < 3:
            return 2, 6, b"", f"hold time {theirs.hold_time}"
        if self.family not in (theirs.families or [bgp.IPV4]):
            return 2, 7, bgp.cap_mp(self.family), "the family of the session is not offered"
        return None

    def on_confirm(self, _found):
        self.state = ESTABLISHED
        self.session.on_established(self)

    def on_update(self, found):
        self.session.on_update(self, bgp.parse_update(found.body, self.four_octets))

    def on_refresh(self, _found):
        self.session.tell("refresh-requested")
        self.session.send_all(self)

    def on_keepalive(self, _found):
        pass

    HANDLERS = {
        (OPEN_SENT, bgp.OPEN): on_open,
        (OPEN_CONFIRM, bgp.KEEPALIVE): on_confirm,
        (ESTABLISHED, bgp.KEEPALIVE): on_keepalive,
        (ESTABLISHED, bgp.UPDATE): on_update,
        (ESTABLISHED, bgp.ROUTE_REFRESH): on_refresh,
    }

    def received(self):
        """{prefix: Route} of the session's family."""
        colon = self.family == bgp.IPV6
        return {prefix: route for prefix, route in self.routes.items() if (":" in prefix) == colon}
