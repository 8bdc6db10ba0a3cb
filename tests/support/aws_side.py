"""The stand-in for the AWS side (tests/aws) as a scenario uses it: the program in a box, its commands
as calls, and the router's configuration that fits its sessions."""
import json
import pathlib
import socket
import sys

from lab import Failed, wait_until
from routers import neighbor

PROGRAM = pathlib.Path(__file__).resolve().parents[1] / "aws" / "aws_edge.py"


def vif(name, local, remote, kind, password=None, retry=1, **options):
    """Settings of one session, as aws_edge.py has them."""
    return {"name": name, "type": kind, "local": local, "remote": remote, "retry": retry,
            "password": password, **options}


def router_neighbor(settings, **options):
    """The entry of `neighbors` in the router's configuration for one of these sessions."""
    amazon = settings.get("amazon_asn", 7224 if settings["type"] == "public" else 64512)
    options.setdefault("password", settings.get("password"))
    options.setdefault("timers", {"connect-retry": "1s"})
    return neighbor(settings["local"], amazon, name=settings["name"],
                    profile=f"aws-{settings['type']}", **options)


class AwsSide:
    """One process with the sessions of one or more virtual interfaces."""

    def __init__(self, box, *sessions, identifier="192.0.2.64"):
        self.box, self.sessions = box, {settings["name"]: settings for settings in sessions}
        self.directory = pathlib.Path(box.lab.directory)
        self.socket = self.directory / f"{box.name}-aws.sock"
        self.config = self.directory / f"{box.name}-aws.json"
        self.config.write_text(json.dumps({"identifier": identifier, "sessions": sessions}, indent=1))
        self.process = None

    def start(self):
        self.process = self.box.start(sys.executable, "-B", PROGRAM, "--config", self.config,
                                      "--socket", self.socket, name="aws")
        wait_until("the AWS side is ready", lambda: self.events("ready") or self._alive(), 10)
        return self

    def _alive(self):
        if not self.process.running():
            raise RuntimeError(f"the AWS side ended at its start:\n{self.process.log()[-2000:]}")

    def stop(self):
        return self.process.stop()

    def kill(self):
        self.process.kill()

    def ask(self, verb, **words):
        """One command; its answer."""
        with socket.socket(socket.AF_UNIX) as sock:
            sock.settimeout(10)
            sock.connect(str(self.socket))
            sock.sendall(json.dumps({"do": verb, **words}).encode() + b"\n")
            with sock.makefile() as answers:
                answer = json.loads(answers.readline())
        if "error" in answer:
            raise Failed(f"the AWS side on {verb}: {answer['error']}")
        return answer

    def events(self, kind=None, session=None):
        """What it printed so far: dictionaries with `event`, `time` and more."""
        lines = self.process.log().splitlines()
        found = [json.loads(line) for line in lines if line.startswith("{") and line.endswith("}")]
        return [event for event in found if kind in (None, event["event"]) and
                session in (None, event.get("session"))]

    def state(self, name):
        return self.ask("state")["sessions"][name]

    def established(self, name):
        return self.state(name)["state"] == "Established"

    def end_of_session(self, name):
        """Why the session that was Established last ended; `last-end` of the state may be a later attempt's."""
        states = self.events("state", name)
        last = max(number for number, event in enumerate(states) if event["state"] == "Established")
        return next((event["why"] for event in states[last + 1:] if "why" in event), None)

    def wait_established(self, *names, timeout=30):
        for name in names or self.sessions:
            wait_until(f"AWS sees {name} Established", lambda wanted=name: self.established(wanted),
                       timeout)

    def wait_down(self, name, timeout=30):
        wait_until(f"AWS sees {name} down", lambda: not self.established(name), timeout)

    def routes(self, name):
        """{prefix: path, communities, stripped, preference or scope, …}"""
        return self.ask("routes", session=name)["routes"]

    def wait_routes(self, name, prefixes, timeout=15):
        """Exactly these have come; the routes."""
        wanted = set(prefixes)
        wait_until(f"AWS has {len(wanted)} routes on {name}",
                   lambda: set(self.routes(name)) == wanted, timeout)
        return self.routes(name)

    def return_path(self, prefix, public=False):
        return self.ask("return-path", prefix=prefix, public=public)

    def neighbor(self, name, **options):
        return router_neighbor(self.sessions[name], **options)
