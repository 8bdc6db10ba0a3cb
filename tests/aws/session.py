"""One virtual interface's BGP session as AWS runs it: listens and dials with TTL 1 and MD5, accepts no
more prefixes than its limit, and can be made to misbehave."""
import errno
import ipaddress

import bgp_speaker as bgp
from announcement import Announcement
from connection import CONNECTION_COLLISION, ESTABLISHED, OPEN_CONFIRM, Connection
from return_path import accept

TTL = 1
DIAL_TIME = 5  # seconds for a TCP connection to come about


class Session:
    """`emit(event, **values)` hears what happens. At most one connection lasts; two may be open while
    both sides dial."""

    def __init__(self, loop, settings, identifier, emit):
        self.loop, self.settings, self.identifier, self.emit = loop, settings, identifier, emit
        self.announcement = Announcement(settings)
        self.limit = settings.limit
        self.connections = []
        self.listener = self.dialling = self.idle_timer = None
        self.held = False      # Idle until cleared, or for a time
        self.silent = False
        self.established_count = 0
        self.last_end = ""

    def start(self):
        self.listen()
        self.keep_dialling()

    def tell(self, event, **values):
        self.emit(event, session=self.settings.name, **values)

    @property
    def current(self):
        """The Established connection, or None."""
        return next((made for made in self.connections if made.state == ESTABLISHED), None)

    @property
    def state(self):
        if self.held:
            return "Idle"
        if self.connections:
            return (self.current or self.connections[-1]).state
        return "Connect" if self.dialling else "Active"

    # ---- connections

    def listen(self):
        """Waits for an address that is not there yet."""
        settings = self.settings
        try:
            self.listener = bgp.Listener(settings.local, settings.amazon_asn, self.identifier,
                                         settings.password, settings.remote, ttl=TTL)
        except OSError as error:
            if error.errno != errno.EADDRNOTAVAIL:
                raise
            self.loop.after(0.5, self.listen)
            return
        self.listener.sock.setblocking(False)
        self.watch_listener()

    def watch_listener(self):
        """Of a silent session connections stay unanswered in the queue."""
        if self.listener:
            self.loop.watch(self.listener.sock, None if self.silent else self.on_accept)

    def on_accept(self):
        try:
            sock, (address, *_) = self.listener.sock.accept()
        except OSError:
            return
        if address != self.settings.remote or self.held:
            sock.close()
            return
        self.add(sock, dialled=False)

    def keep_dialling(self):
        idle = not self.connections and not self.held and not self.silent and not self.dialling
        if self.settings.connect and idle:
            self.dial()
        self.loop.after(self.settings.retry, self.keep_dialling)

    def dial(self):
        settings = self.settings
        try:
            sock = bgp.dialling_socket(settings.remote, settings.local, settings.password, TTL)
        except OSError:
            return
        sock.setblocking(False)
        sock.connect_ex((settings.remote, bgp.PORT))
        self.dialling = sock
        self.loop.watch(sock, None, lambda: self.end_dialling(sock))
        self.loop.after(DIAL_TIME, lambda: self.end_dialling(sock))

    def end_dialling(self, sock):
        """The connection is made, has failed, or took too long."""
        if self.dialling is not sock:
            return
        self.loop.watch(sock)
        self.dialling = None
        try:
            sock.getpeername()
        except OSError:
            sock.close()
            return
        if self.held or self.silent:
            sock.close()
        else:
            self.add(sock, dialled=True)

    def stop_dialling(self):
        if self.dialling:
            self.loop.watch(self.dialling)
            self.dialling.close()
            self.dialling = None

    def add(self, sock, dialled):
        made = Connection(self, sock, dialled)
        self.connections.append(made)
        self.tell("state", state=made.state, dialled=dialled)

    def survives_collision(self, connection):
        """RFC 4271 6.8: of two connections the one dialled by the higher identifier stays, and any
        that is Established. Ends the other."""
        for other in [made for made in self.connections if made is not connection]:
            ours_higher = (ipaddress.ip_address(self.identifier) >
                           ipaddress.ip_address(connection.peer_open.identifier))
            if other.state == ESTABLISHED or (other.state == OPEN_CONFIRM and
                                              other.dialled == ours_higher):
                connection.notify(*CONNECTION_COLLISION)
                return False
            if other.state == OPEN_CONFIRM:
                other.notify(*CONNECTION_COLLISION)
        return True

    def on_end(self, connection, why):
        if connection in self.connections:
            self.connections.remove(connection)
        self.last_end = why
        self.tell("state", state=self.state, why=why)

    # ---- routes

    def on_established(self, connection):
        self.established_count += 1
        self.stop_dialling()
        self.tell("state", state=ESTABLISHED, hold=connection.hold, keepalive=connection.keepalive,
                  peer_hold=connection.peer_open.hold_time)
        self.send_all(connection)

    def send_all(self, connection):
        connection.send(*self.announcement.updates(connection), bgp.end_of_rib(connection.family))

    def announce(self, routes):
        prefixes = self.announcement.add(routes)
        if self.current:
            self.current.send(*self.announcement.updates(self.current, prefixes))

    def withdraw(self, prefixes):
        gone = self.announcement.remove(prefixes)
        if self.current:
            self.current.send(*self.announcement.withdrawals(gone))
        return gone

    def announce_again(self, **changes):
        """After something that changes all routes: `graceful_shutdown`, `med_lowered`."""
        for name, value in changes.items():
            setattr(self.announcement, name, value)
        if self.current:
            self.current.send(*self.announcement.updates(self.current))

    def on_update(self, connection, update):
        received = connection.received()
        self.tell("update", announced=len(update.announced), withdrawn=len(update.withdrawn),
                  prefixes=len(received), end_of_rib=bool(update.end_of_rib))
        self.check_limit(connection, len(received))

    def check_limit(self, connection, count):
        """RFC 4486: Maximum Number of Prefixes Reached, with AFI, SAFI and the limit."""
        if count <= self.limit:
            return
        afi, safi = connection.family
        data = afi.to_bytes(2, "big") + bytes([safi]) + self.limit.to_bytes(4, "big")
        self.tell("limit", limit=self.limit, prefixes=count)
        self.hold_idle(self.settings.idle)
        connection.notify(6, 1, data, f"{count} prefixes, {self.limit} allowed")

    def accepted(self):
        """The Adj-RIB-In as AWS sees it, by prefix."""
        received = self.current.received() if self.current else {}
        made = (accept(self.settings, prefix, route) for prefix, route in sorted(received.items()))
        return {route.prefix: route for route in made if route}

    # ---- commands

    def notify(self, code, subcode, data=b""):
        for made in [*self.connections]:
            made.notify(code, subcode, data)

    def hold_idle(self, seconds):
        """Idle for a time, or with 0 until clear(). Connections are left to the caller."""
        self.clear()
        self.held = True
        if seconds:
            self.idle_timer = self.loop.after(seconds, self.clear)

    def clear(self):
        """Out of Idle; it dials and accepts again."""
        if self.idle_timer:
            self.idle_timer.cancel()
        self.held, self.idle_timer = False, None

    def silence(self, on):
        """Sends nothing, closes nothing, answers nobody; what the router sends is still read."""
        self.silent = on
        self.watch_listener()
        for made in [*self.connections]:
            made.flush()
            made.watch_hold_time()

    def reset(self):
        for made in [*self.connections]:
            made.reset_now()

    def shown(self):
        """For the command `state`."""
        current, opened = self.current, next((c for c in self.connections if c.peer_open), None)
        return {
            "type": self.settings.type, "state": self.state, "silent": self.silent,
            "hold": current and current.hold, "keepalive": current and current.keepalive,
            "peer-hold": opened and opened.peer_open.hold_time,
            "prefixes": len(current.received()) if current else 0, "limit": self.limit,
            "announced": len(self.announcement.routes), "sessions": self.established_count,
            "last-end": self.last_end}
