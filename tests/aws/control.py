"""How the stand-in is steered: one command a line, one JSON answer a line, on a Unix socket and on
stdin. A command is JSON, {"do": "routes", "session": "vif-1"}, or words: routes session=vif-1."""
import contextlib
import json
import os
import shlex
import socket
import sys


def parse(line):
    """The request of one line; ValueError if it is none."""
    if line.lstrip().startswith("{"):
        return json.loads(line)
    verb, *words = shlex.split(line)
    request = {"do": verb}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals:
            raise ValueError(f"{word!r}: expected NAME=VALUE")
        try:
            request[name] = json.loads(value)
        except ValueError:
            request[name] = value
    return request


class Lines:
    """Cuts what one client sends into lines and answers each."""

    def __init__(self, edge, answer):
        self.edge, self.answer, self.buffer = edge, answer, b""

    def take(self, data):
        *lines, self.buffer = (self.buffer + data).split(b"\n")
        for line in lines:
            if line.strip():
                self.answer(json.dumps(self.respond(line.decode(errors="replace"))) + "\n")

    def respond(self, line):
        try:
            return self.edge.obey(parse(line))
        except ValueError as error:
            return {"error": str(error)}


class Control:
    """The socket at `path`, if there is one, and stdin, if wanted."""

    def __init__(self, loop, edge, path=None, stdin=False):
        self.loop, self.edge, self.path = loop, edge, path
        if path:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(path)
            self.listener = socket.socket(socket.AF_UNIX)
            self.listener.bind(path)
            self.listener.listen()
            loop.watch(self.listener, self.on_client)
        if stdin:
            lines = Lines(edge, say)
            loop.watch(sys.stdin, lambda: self.on_stdin(lines))

    def on_client(self):
        client, _ = self.listener.accept()
        lines = Lines(self.edge, lambda text: client.sendall(text.encode()))
        self.loop.watch(client, lambda: self.on_data(client, lines))

    def on_data(self, client, lines):
        try:
            data = client.recv(65536)
            lines.take(data)
        except OSError:
            data = b""
        if not data:
            self.loop.watch(client)
            client.close()

    def on_stdin(self, lines):
        data = os.read(sys.stdin.fileno(), 65536)
        lines.take(data)
        if not data:
            self.loop.watch(sys.stdin)

    def close(self):
        if self.path:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(self.path)


def say(text):
    sys.stdout.write(text)
    sys.stdout.flush()
