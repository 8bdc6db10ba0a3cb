"""The AWS side as a whole: its sessions, BFD beside them, and the commands they obey."""
import inspect

import bgp_speaker as bgp
from bfd import ADMIN_DOWN, DOWN, NEIGHBOR_DOWN, STATES, TIME_EXPIRED, UP
from bfd_responder import BfdResponder
from return_path import best
from session import Session
from settings import Mistake

BFD_DOWN = (6, 10)  # RFC 9384


class Edge:
    """`emit(event, **values)` hears what happens, in the loop's thread. Each do_… method is a command
    and its first line of documentation the command's."""

    def __init__(self, loop, sessions, identifier, emit):
        self.loop, self.emit = loop, emit
        self.sessions = {settings.name: Session(loop, settings, identifier, emit)
                         for settings in sessions}
        self.bfd = BfdResponder([settings for settings in sessions if settings.bfd],
                                lambda *what: loop.post(lambda: self.on_bfd(*what)))

    def start(self):
        for session in self.sessions.values():
            session.start()
        self.bfd.start()

    def on_bfd(self, name, old, new, diagnostic, peer_state):
        """A session that BFD finds dead ends; an administrative Down of either side ends nothing
        (RFC 5882 3.2)."""
        self.emit("bfd", session=name, state=STATES[new], old=STATES[old], diagnostic=diagnostic,
                  peer_state=STATES[peer_state])
        dead = diagnostic == TIME_EXPIRED or (diagnostic == NEIGHBOR_DOWN and
                                              peer_state != ADMIN_DOWN)
        if old == UP and new == DOWN and dead:
            self.sessions[name].notify(*BFD_DOWN)

    # ---- commands

    def obey(self, request):
        """The answer to one command, {"do": NAME, …its arguments}; {"error": why} if it made no
        sense."""
        words = {key.replace("-", "_"): value for key, value in request.items() if key != "do"}
        method = getattr(self, "do_" + str(request.get("do")).replace("-", "_"), None)
        try:
            if not method:
                raise Mistake(f"no such command: {request.get('do')!r}; try help")
            inspect.signature(method).bind(**words)
            return {"ok": True, **(method(**words) or {})}
        except (Mistake, TypeError, ValueError, KeyError) as error:
            return {"error": str(error) or repr(error)}

    def chosen(self, name):
        """The session of that name; without a name the only one."""
        if name is None and len(self.sessions) == 1:
            return next(iter(self.sessions.values()))
        if name not in self.sessions:
            raise Mistake(f"session: {name!r} is none of {', '.join(self.sessions)}")
        return self.sessions[name]

    def do_help(self):
        """The commands."""
        return {"commands": commands()}

    def do_state(self):
        """Every session: state, timers, prefixes, how the last one ended, BFD."""
        return {"sessions": {name: {**session.shown(), "bfd": self.bfd.shown(name)}
                             for name, session in self.sessions.items()}}

    def do_routes(self, session=None):
        """What was received and accepted, by prefix, with communities and the preference they mean."""
        accepted = self.chosen(session).accepted()
        return {"routes": {prefix: route.shown() for prefix, route in accepted.items()}}

    def do_return_path(self, prefix, public=False):
        """Which sessions AWS sends by to a prefix or address, and the step that decided."""
        routes = [route for session in self.sessions.values()
                  for route in session.accepted().values()]
        return best(routes, prefix, public)

    def do_announce(self, routes, session=None):
        """Announces more routes, as the setting `announce` has them."""
        self.chosen(session).announce(several(routes))

    def do_withdraw(self, prefixes, session=None):
        """Withdraws routes."""
        return {"withdrawn": self.chosen(session).withdraw(several(prefixes))}

    def do_notify(self, code, subcode, data="", session=None, idle=None):
        """Sends a NOTIFICATION (data in hex) and closes; with `idle` it stays Idle so many seconds, 0:
        until clear."""
        found, octets = self.chosen(session), bytes.fromhex(data)
        if idle is not None:
            found.hold_idle(idle)
        found.notify(code, subcode, octets)

    def do_clear(self, session=None):
        """Ends Idle, as after 6/1."""
        self.chosen(session).clear()

    def do_set_limit(self, limit, session=None):
        """Changes the prefix limit; if there are more already the session ends with 6/1."""
        found = self.chosen(session)
        found.limit = limit
        if found.current:
            found.check_limit(found.current, len(found.current.received()))

    def do_graceful_shutdown(self, on=True, session=None):
        """Announces all again with the community GRACEFUL_SHUTDOWN (65535:0), or without."""
        self.chosen(session).announce_again(graceful_shutdown=on)

    def do_maintenance(self, on=True, session=None):
        """Of a vpn tunnel: lowers the MED on the other tunnels of its connection."""
        tunnel = self.chosen(session)
        if tunnel.settings.type != "vpn":
            raise Mistake(f"{tunnel.settings.name} is no vpn tunnel")
        others = [other for other in self.sessions.values() if other is not tunnel and
                  other.settings.type == "vpn" and other.settings.vpn == tunnel.settings.vpn]
        for other in others:
            other.announce_again(med_lowered=on)
        return {"lowered": [other.settings.name for other in others] if on else []}

    def do_silence(self, on=True, session=None):
        """Sends nothing any more, BFD included, and closes nothing: a black hole; or talks again."""
        found = self.chosen(session)
        found.silence(on)
        if found.settings.bfd:
            self.bfd.mute(found.settings.name, on)

    def do_reset(self, session=None):
        """Closes the TCP connection with RST."""
        self.chosen(session).reset()

    def do_refresh(self, session=None):
        """Asks for all routes again (ROUTE-REFRESH)."""
        found = self.chosen(session)
        if not found.current:
            raise Mistake("not Established")
        found.current.send(bgp.route_refresh(found.current.family))

    def do_bfd(self, session=None, mute=None, admin_down=None):
        """BFD alone: `mute` sends nothing but hears; `admin-down` says AdminDown."""
        name = self.chosen(session).settings.name
        if name not in self.bfd.circuits:
            raise Mistake(f"no BFD on {name}")
        if mute is not None:
            self.bfd.mute(name, mute)
        if admin_down is not None:
            self.bfd.admin_down(name, admin_down)

    def do_quit(self):
        """Ends the program: a Cease 6/2 on every session."""
        for session in self.sessions.values():
            session.notify(6, 2)
        self.loop.after(0.2, self.loop.stop)  # the Cease arrives


def several(value):
    """One may be given without a list around it."""
    return value if isinstance(value, list) else [value]


def commands():
    """{"NAME argument …": what it does} of all commands."""
    shown = {}
    for name, method in inspect.getmembers(Edge, inspect.isfunction):
        if name.startswith("do_"):
            words = [str(word).replace("_", "-") for word in
                     list(inspect.signature(method).parameters.values())[1:]]
            shown[" ".join([name[3:].replace("_", "-"), *words])] = " ".join(method.__doc__.split())
    return shown
