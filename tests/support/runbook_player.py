"""Runs the commands of a runbook as they are written, in order, on a machine that is one directory, a network namespace
and a control socket. Each must print what stands below it, figures aside. What a person, systemd or apt-get does is stood
in for."""
import os
import subprocess

import runbooks
from lab import Failed, expect, wait_until

CHANGES = ("clear", "config", "drain", "failover-test", "import", "reload", "support", "undrain")
ENDLESS = ("monitor", "watch")
# What is another one in the laboratory. There are no users, and nobody waits for a minute.
REPLACED = {"--for 60s": "--for 2s", " -o dxrouted -g dxrouted": "", "dxrouted:dxrouted": "root:root"}
WRONG_USAGE = 2
SETTLES = 60  # seconds


class Machine:
    """`root` has the directories that the pages name; `programs` what the pages' words run."""

    def __init__(self, box, root, programs):
        self.box, self.root, self.work, self.bin = box, root, root / "work", root / "bin"
        self.etc, self.socket, self.empty = root / "etc/dxrouted", root / "dxrouted.sock", root / "empty"
        for path in (self.work, self.bin, self.empty, self.etc / "keys", root / "root", root / "var/lib/dxrouted",
                     root / "etc/systemd/network", root / "etc/systemd/networkd.conf.d"):
            path.mkdir(parents=True)
        for name, program in programs.items():
            (self.bin / name).symlink_to(program)

    def path(self, word):
        return self.root / word[1:] if word.startswith("/") else self.work / word

    def understands(self, text):
        """dxctl does: without a daemon and without files it then says something else than wrong usage."""
        return self.run(text, self.root / "none", self.empty)[0] != WRONG_USAGE

    def run(self, text, socket=None, directory=None):
        """(exit code, what it printed), with the pages' paths in it."""
        done = subprocess.run(
            ["ip", "netns", "exec", self.box.netns, "sh", "-c", self._translated(text)], cwd=directory or self.work,
            text=True, timeout=120, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env={**os.environ, "PATH": f"{self.bin}:{os.environ['PATH']}",
                 "DXROUTED_SOCKET": str(socket or self.socket)})
        return done.returncode, done.stdout.replace(str(self.root), "")

    def _translated(self, text):
        for wanted, ours in REPLACED.items():
            text = text.replace(wanted, ours)
        if text == "dxrouted --check":
            text += " --config /etc/dxrouted/dxrouted.yaml"
        words = text.replace("-C / ", f"-C {self.root} ").split(" ")
        if words[0] == "dxctl" and words[1] in ENDLESS:
            words = ["timeout", "2", *words, ";", "code=$?;", "[", "$code", "=", "124", "]", "||", "exit", "$code"]
        return " ".join(str(self.path(word)) if word.startswith(("/etc/", "/root/", "/var/")) else word
                        for word in words)


def play(machine, page, **stand_ins):
    """`stand_ins` are called instead of programs, with the paths that they are given."""
    commands = [command for command in runbooks.commands(page) if command.tried and is_there(machine, command)]
    expect(len(commands) > 1, f"{page} has commands")
    for command in commands:
        if stand_in := stand_ins.get(command.program):
            stand_in(*(machine.path(word) for word in command.text.split()[1:]))
        else:
            do(machine, command)


def is_there(machine, command):
    """Else it is in the list of tests/docs/runbooks_test.py."""
    return command.program != "dxctl" or machine.understands(command.text)


def do(machine, command):
    said = ""

    def as_written():
        nonlocal said
        code, said = machine.run(command.text)
        return code == command.exit_code and runbooks.missing(command.shown, said) is None
    once = command.program != "dxctl" or command.words[1] in CHANGES
    try:
        wait_until(command.text, as_written, 0 if once else SETTLES, every=0.5)
    except Failed:
        raise Failed(f"{command.page}: `{command.text}` fails, or does not print "
                     f"{runbooks.missing(command.shown, said)!r}:\n{said}") from None
