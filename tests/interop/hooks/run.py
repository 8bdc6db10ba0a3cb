"""Hooks: programs and a webhook hear of sessions, BFD, prefix limits, failovers and reloads; what hangs is killed, what fails is
logged, and a program has neither the daemon's sockets nor its capabilities."""
import http.server
import json
import os
import pathlib
import stat
import sys
import threading

from circuits import Site, aws_address, expect, expect_equal, wait_until
from exposition import Exposition

ROUTE = "172.31.0.0/16"
BFD = {"interval": "50ms", "multiplier": 3}
EVERYTHING = ["neighbor-up", "neighbor-down", "bfd-down", "prefix-limit", "failover", "configuration"]
RECORD = """#!/bin/sh
event=$(cat)
printf '%s\\t%s\\t%s\\t%s\\n' "$1" "$DXROUTED_HOOK" "$DXROUTED_NEIGHBOR" "$event" >> "$2"
{ grep Cap /proc/self/status; ls -l /proc/self/fd; } > "$2.$DXROUTED_HOOK"
"""
NOBODY = 65534
SANDBOX = pathlib.Path(__file__).resolve().parent / "sandbox.py"
CAPABILITIES = "+net_admin,+net_bind_service"


def run(lab):
    site = Site(lab, circuits=2)
    first, second = (circuit.peer("bird", announce=[ROUTE], bfd=(50, 3)).start() for circuit in site.circuits)
    config = site.config(
        site.circuits[0].neighbor(name="dx1", profile="aws-private", preference="high", bfd=dict(BFD)),
        site.circuits[1].neighbor(name="dx2", profile="aws-private", preference="low", bfd=dict(BFD)),
        http={"listen": "127.0.0.1:9179"})
    router = site.dxrouted(config)
    record, said = router.directory / "record", router.directory / "said"
    record.write_text(RECORD)
    record.chmod(0o755)
    posted = Posted(site.router)
    config["hooks"] = [
        {"on": EVERYTHING, "command": [str(record), "an argument", str(said)]},
        {"on": ["neighbor-down"], "webhook": f"http://127.0.0.1:{posted.port}/alert"},
        {"on": ["neighbor-down"], "command": ["/bin/sleep", "60"], "timeout": "500ms"},
        {"on": ["configuration"], "command": ["/bin/false"]}]
    router.write(config)
    expect_equal(router.check()[0], 0, "exit code of --check")
    as_its_user(lab, router)
    router.start(through=["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups",
                          f"--inh-caps={CAPABILITIES}", f"--ambient-caps={CAPABILITIES}",
                          sys.executable, "-B", SANDBOX])
    router.wait_established(aws_address(1), aws_address(2))

    def heard(event, neighbor=""):
        return [body for _, kind, name, body in lines(said) if (kind, name) == (event, neighbor)]
    wait_until("both are told to be up", lambda: heard("neighbor-up", "dx1") and heard("neighbor-up", "dx2"))
    expect_equal(lines(said)[0][0], "an argument", "the program's argument")
    site.wait_way("172.31.0.1", aws_address(1))
    wait_until("BFD is up", lambda: all(peer["status"] == "up" for peer in router.show("bfd peers")))

    site.circuits[0].black_hole()
    for event in ("bfd-down", "neighbor-down", "failover"):
        wait_until(f"{event} is told", lambda: heard(event, "dx1"))
    event = heard("neighbor-down", "dx1")[0]
    expect_equal((event["event"], event["hook"], event["address"]), ("down", "neighbor-down", aws_address(1)), "the event")
    expect(heard("failover", "dx1")[0]["details"]["tookMicroseconds"] > 0, "how long the failover took")
    expect("BFD Down" in event["text"], f"the reason: {event['text']}")
    wait_until("the webhook has it too", lambda: posted.events)
    expect_equal(posted.events[0], event, "what was posted")
    wait_until("what hangs is killed", lambda: "/bin/sleep: killed after 0.5 s" in router.process.log(), 5)
    site.circuits[0].black_hole(False)

    router.sighup()
    wait_until("the reload is told", lambda: heard("configuration"))
    expect_equal(heard("configuration")[0]["details"]["summary"], "nothing changed", "what came of it")
    wait_until("what fails is logged", lambda: "/bin/false: exit code 1" in router.process.log())
    is_harmless(said)
    counts = Exposition(site.router.run("curl", "-sSf", "http://127.0.0.1:9179/metrics"))
    for result, least in (("done", 5), ("failed", 1), ("timed-out", 1)):
        expect(counts.value("dxrouted_hooks_total", result=result) >= least, f"{result}: {counts.all('dxrouted_hooks_total')}")
    expect_equal(counts.value("dxrouted_hooks_total", result="dropped"), 0, "dropped")

    config["neighbors"][1]["prefix-limit"] = {"in": {"max": 1, "action": "discard"}}
    router.write(config)
    router.sighup()
    second.announce("172.30.0.0/16")
    wait_until("the prefix limit is told", lambda: heard("prefix-limit", "dx2"))
    expect(first.process.running(), "BIRD has died")
    expect_equal(router.stop(), 0, "exit code")


def lines(path):
    """(argument, event, neighbor, body) of all that was recorded."""
    if not path.exists():
        return []
    split = [line.split("\t") for line in path.read_text().splitlines()]
    return [(argument, event, name, json.loads(body)) for argument, event, name, body in split]


def as_its_user(lab, router):
    """The daemon runs as somebody else, with ambient capabilities, as the unit has it."""
    os.chown(router.directory, NOBODY, NOBODY)
    os.chown(router.config_path, NOBODY, NOBODY)
    os.chmod(lab.directory, os.stat(lab.directory).st_mode | stat.S_IXOTH)


def is_harmless(said):
    for event in ("neighbor-up", "neighbor-down", "configuration"):
        text = (said.parent / f"{said.name}.{event}").read_text()
        for line in text.splitlines():
            if line.startswith(("CapPrm", "CapEff", "CapAmb")):
                expect_equal(int(line.split()[1], 16), 0, f"capabilities of a hook ({line})")
        expect("socket:" not in text.replace("2 -> socket:", "").replace("1 -> socket:", ""),
               f"a socket of the daemon in a hook:\n{text}")


class Posted:
    """A server in the namespace, and what it was posted."""

    def __init__(self, box):
        self.events = events = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                events.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_):
                pass
        with box.inside():
            self.server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
