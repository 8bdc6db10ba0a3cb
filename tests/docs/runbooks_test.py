#!/usr/bin/env python3
"""docs/runbooks: each `dxctl` command is one that dxctl understands, each full configuration is valid, and what no test
tries says so. Whether the commands do what the pages say is for tests/interop/runbooks.

$DXCTL and $DXROUTED name the programs.
"""
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))

import runbooks  # noqa: E402

# What the pages use already and dxctl does not know yet.
NOT_YET = []
# Played or stood in for by tests/interop/runbooks; those of the package by tests/container/package_life.py.
TRIED = {"apt-get", "chown", "cp", "dpkg", "dxctl", "dxrouted", "editor", "install", "ip", "journalctl", "rm", "systemctl", "tar"}
WRONG_USAGE = 2


def all_commands():
    return [command for page in runbooks.pages() for command in runbooks.commands(page)]


def dxctl_commands():
    """Those in the text between backquotes as well: {words: where}."""
    found = {command.text: command.page for command in all_commands() if command.program == "dxctl"}
    for page in runbooks.pages():
        text = re.sub(r"^```.*?^```$", "", (runbooks.PAGES / page).read_text(), flags=re.M | re.S)
        found |= {each: page for each in re.findall(r"`(dxctl [^`]*[^`-])`", text) if "--help" not in each}
    return {text.removeprefix("dxctl "): page for text, page in found.items()}


def is_awaited(words):
    return any(words.startswith(awaited) for awaited in NOT_YET)


class Commands(unittest.TestCase):
    def exit_code(self, words):
        """Without a daemon and without files: whatever is understood is refused (1), or goes on for ever."""
        with tempfile.TemporaryDirectory() as empty:
            try:
                return subprocess.run([os.environ["DXCTL"], "--socket", f"{empty}/none", *shlex.split(words)],
                                      cwd=empty, capture_output=True, timeout=5).returncode
            except subprocess.TimeoutExpired:
                return None

    def test_dxctl_understands_each(self):
        commands = dxctl_commands()
        self.assertGreater(len(commands), 20)
        for words, page in commands.items():
            if not is_awaited(words):
                with self.subTest(f"{page}: dxctl {words}"):
                    self.assertNotEqual(self.exit_code(words), WRONG_USAGE)

    def test_what_is_awaited_is_used_and_not_there_yet(self):
        for awaited in NOT_YET:
            used = [words for words in dxctl_commands() if words.startswith(awaited)]
            self.assertTrue(used, f"{awaited}: no page has it")
            for words in used:
                self.assertEqual(self.exit_code(words), WRONG_USAGE, f"{words}: is there, take {awaited} off the list")

    def test_wrong_usage_is_told_from_no_daemon(self):
        self.assertEqual(self.exit_code("show ip bgp sumary"), WRONG_USAGE)
        self.assertEqual(self.exit_code("show ip bgp summary"), 1)

    def test_what_no_test_tries_says_so(self):
        for command in all_commands():
            words = command.text.split()
            untried = command.program not in TRIED or words[:2] == ["ip", "link"] and words[2:3] == ["add"]
            self.assertFalse(untried and command.tried, f"{command.page}: {command.text} {runbooks.NOT_TRIED}")
            self.assertFalse(command.program == "dxctl" and not command.tried, f"{command.page}: {command.text}")

    def test_the_index_explains_the_mark(self):
        self.assertIn(f"`{runbooks.NOT_TRIED}`:", (runbooks.PAGES / "README.md").read_text())


class Pages(unittest.TestCase):
    def test_full_configurations_are_valid(self):
        full = [(page, text) for page in runbooks.pages() for text in runbooks.blocks(page, "yaml")
                if runbooks.is_full(text)]
        self.assertGreaterEqual(len(full), 3)
        for page, text in full:
            with self.subTest(page), tempfile.TemporaryDirectory() as directory:
                path = pathlib.Path(directory) / "dxrouted.yaml"
                path.write_text(text)
                path.chmod(0o640)
                for key in re.findall(r"password-file: (\S+)", text):
                    (path.parent / key).parent.mkdir(exist_ok=True)
                    (path.parent / key).write_text("optional-bgp-key\n")
                    (path.parent / key).chmod(0o600)
                done = subprocess.run([os.environ["DXROUTED"], "--check", "--config", path], capture_output=True,
                                      text=True)
                self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_the_index_has_each_page_and_links_lead_somewhere(self):
        index = (runbooks.PAGES / "README.md").read_text()
        for page in runbooks.pages():
            self.assertTrue(page == "README.md" or f"]({page})" in index, f"{page} is not in the index")
            for target in re.findall(r"\]\(([^)#]+)\)", (runbooks.PAGES / page).read_text()):
                self.assertTrue((runbooks.PAGES / target).is_file(), f"{page}: {target}")

    def test_each_page_says_what_to_look_at_first(self):
        for page in runbooks.pages():
            if page != "README.md":
                self.assertIn("\n**First:**", (runbooks.PAGES / page).read_text(), page)


if __name__ == "__main__":
    unittest.main()
