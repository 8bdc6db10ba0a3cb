#!/usr/bin/env python3
"""The man pages say what there is: dxrouted.yaml(5) each key of the schema and no other, with its default
and what a change of it does; dxctl(1) each command of `dxctl --help` and no other.

$DXCTL names dxctl.
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "container"))

import changing_commands  # noqa: E402, F401: it registers what it tries
import command_forms  # noqa: E402
import showing_commands  # noqa: E402, F401
from tries import TRIES  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
MAN = ROOT / "docs/man"
CLASSES = ("live", "next start", "next session", "resets the neighbor", "resets all")


def key_lines():
    """(section, [keys], rest of the line) of each line that describes keys."""
    section = ""
    for line in (MAN / "dxrouted.yaml.5.scd").read_text().split("# KEYS", 1)[1].splitlines():
        if line.startswith("# "):
            return
        if line.startswith("## "):
            section = line[3:]
        elif match := re.match(r"(\*[a-z0-9.-]+\*(?:, \*[a-z0-9.-]+\*)*) (.*)", line):
            yield section, re.findall(r"\*([^*]+)\*", match[1]), match[2]


def described_keys():
    return [f"{section}.{key}" for section, keys, _ in key_lines() for key in keys]


def sections():
    return re.findall(r"^## (\S+)$", (MAN / "dxrouted.yaml.5.scd").read_text(), re.MULTILINE)


def schema_keys(schema, path=""):
    """{path: whether it is only there to hold others}, without list items and names of the user's."""
    keys = {}
    for branch in [*schema.get("anyOf", []), schema.get("items"), schema.get("additionalProperties")]:
        if isinstance(branch, dict):
            keys |= schema_keys(branch, path)
    for name, value in schema.get("properties", {}).items():
        below = f"{path}.{name}".lstrip(".")
        only_holds = value.get("type") == ["object", "null"] and "properties" in value
        keys[below] = only_holds and keys.get(below, True)
        keys |= schema_keys(value, below)
    return keys


def said_once(path):
    """What the page says once for several: limits per family, the kinds of communities."""
    path = re.sub(r"(prefix-limit\.(?:in|out))\.ipv[46]\.", r"\1.", path)
    return re.sub(r"\b(?:large|extended)-community\.", "community.", path)


class Configuration(unittest.TestCase):
    def setUp(self):
        schema = json.loads((ROOT / "conf/dxrouted.schema.json").read_text())
        self.keys = {said_once(path): holds for path, holds in schema_keys(schema).items()}

    def test_the_sections_are_the_top_level_keys(self):
        self.assertCountEqual(sections(), [path for path in self.keys if "." not in path])

    def test_each_key_is_described(self):
        wanted = {path for path, holds in self.keys.items() if "." in path and not holds}
        self.assertEqual(wanted - set(described_keys()), set())

    def test_no_other_key_is_described_and_none_twice(self):
        described = described_keys()
        self.assertEqual(set(described) - set(self.keys), set())
        self.assertEqual(len(described), len(set(described)))

    def test_each_has_its_default_and_what_a_change_does(self):
        form = re.compile(r"_\S.*_ \(.+; (?:" + "|".join(CLASSES) + r")\)$")
        for section, keys, rest in key_lines():
            self.assertRegex(rest, form, f"{section}: {keys}")


class Commands(unittest.TestCase):
    def test_each_command_is_described_and_no_other(self):
        shown = subprocess.run([os.environ["DXCTL"], "--help"], stdout=subprocess.PIPE, text=True,
                               check=True).stdout
        commands = re.findall(r"^  (\S.*)$", shown.split("\nCommands", 1)[1], re.MULTILINE)
        self.assertGreater(len(commands), 20)
        self.assertCountEqual(command_forms.forms(), commands)

    def test_each_is_tried_in_a_container(self):
        self.assertCountEqual(command_forms.forms(), TRIES)


if __name__ == "__main__":
    unittest.main()
