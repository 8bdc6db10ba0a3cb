#!/usr/bin/env python3
"""The AWS side of Direct Connect virtual interfaces and VPN tunnels, for tests and by hand.

It speaks BGP as AWS does (TTL 1, MD5, hold 90, one family a session, prefix limits with NOTIFICATION
6/1) and answers BFD. Events are printed as JSON lines. Run it in a network namespace that has the
Amazon side's addresses; it needs root for port 179. One session is given by options, several by a
file: {"identifier": "192.0.2.64", "sessions": [{"type": "private", "local": …, "remote": …}, …]},
with the options' names as keys.
"""
import argparse
import json
import pathlib
import signal
import socket
import sys
import time

sys.path.insert(1, str(pathlib.Path(__file__).resolve().parents[1] / "support"))

from control import Control, say  # noqa: E402
from edge import Edge, commands  # noqa: E402
from loop import Loop  # noqa: E402
from settings import Mistake, Settings, checked, from_json, session_keys  # noqa: E402


def emit(event, **values):
    say(json.dumps({"time": round(time.time(), 3), "event": event, **values}) + "\n")


def arguments():
    epilog = "commands, as JSON {\"do\": NAME, …} or as words NAME key=value:\n" + "\n".join(
        f"  {form}\n      {text}" for form, text in commands().items())
    parser = argparse.ArgumentParser(description=__doc__, epilog=epilog,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--config", metavar="FILE", help="sessions, as JSON")
    parser.add_argument("--identifier", help="BGP identifier (default 192.0.2.64)")
    parser.add_argument("--socket", metavar="PATH", help="take commands on this Unix socket")
    parser.add_argument("--stdin", action="store_true", help="take commands on stdin")
    parser.add_argument("--ask", metavar="COMMAND", help="send one command to --socket, print the "
                                                         "answer and end")
    session = parser.add_argument_group("the session, unless there is a --config")
    for field in session_keys():
        add_option(session, field)
    given = parser.parse_args()
    if given.ask and not given.socket:
        parser.error("--ask needs --socket")
    return given


def add_option(group, field):
    kind, name = field.metadata.get("kind", str), "--" + field.name.replace("_", "-")
    options = {"help": field.metadata["help"], "default": None}
    if kind is bool:
        options["action"] = argparse.BooleanOptionalAction
    elif kind is list:
        options.update(action="append", metavar="PREFIX")
    else:
        options.update(type=kind, choices=field.metadata.get("choices"))
        if not options["choices"]:
            options["metavar"] = {int: "N", float: "N"}.get(kind, "TEXT")
    group.add_argument(name, **options)


def read_settings(given):
    """(identifier, sessions)"""
    if given.config:
        document = json.loads(pathlib.Path(given.config).read_text())
        return given.identifier or document.get("identifier", "192.0.2.64"), from_json(document)
    told = {field.name: getattr(given, field.name) for field in session_keys()}
    session = Settings(**{name: value for name, value in told.items() if value is not None})
    return given.identifier or "192.0.2.64", checked([session])


def ask(path, line):
    with socket.socket(socket.AF_UNIX) as sock:
        sock.connect(path)
        sock.sendall(line.encode() + b"\n")
        with sock.makefile() as answers:
            answer = json.loads(answers.readline())
    print(json.dumps(answer, indent=2))
    return 1 if "error" in answer else 0


def main():
    given = arguments()
    try:
        if given.ask:
            return ask(given.socket, given.ask)
        identifier, sessions = read_settings(given)
        loop = Loop()
        edge = Edge(loop, sessions, identifier, emit)
    except (Mistake, OSError, ValueError, TypeError) as error:
        print(f"aws_edge: {error}", file=sys.stderr)
        return 2
    control = Control(loop, edge, given.socket, given.stdin)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: loop.post(edge.do_quit))
    try:
        edge.start()
        emit("ready", sessions=list(edge.sessions))
        loop.run()
    finally:
        control.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
