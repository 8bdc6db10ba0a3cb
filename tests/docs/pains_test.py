#!/usr/bin/env python3
"""docs/pains.md: 22 rows in order, each with a verdict and with tests that exist and are run."""
import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "docs/pains.md"
VERDICT = re.compile(r"\*(prevented|explained by|not ours)\*", re.I)
LINK = re.compile(r"\[[^]]+\]\(([^)]+)\)")
# What names a test of the folder where it is run, by its folder.
REGISTERED = {"interop": "dx_interop({name} ", "netlink": "{name}.cpp"}


def rows():
    lines = [line for line in DOCUMENT.read_text().splitlines() if re.match(r"\| \d", line)]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


class Pains(unittest.TestCase):
    def test_there_are_all_22_in_order(self):
        self.assertEqual([int(row[0]) for row in rows()], list(range(1, 23)))

    def test_each_has_a_verdict(self):
        for number, _, what, _ in rows():
            self.assertRegex(what, VERDICT, f"row {number}")

    def test_each_names_tests_that_exist_and_are_run(self):
        for number, *_, tests in rows():
            paths = [(DOCUMENT.parent / target).resolve() for target in LINK.findall(tests)]
            self.assertTrue(paths, f"row {number} names no test")
            for path in paths:
                with self.subTest(f"row {number}: {path.relative_to(ROOT)}"):
                    self.assertTrue(path.is_file() or (path / "run.py").is_file(), "no such test")
                    self.assertTrue(is_run(path), "it is in no CMakeLists.txt")


def is_run(path):
    """Scenarios and C++ tests are listed; other folders run what is in them."""
    form = REGISTERED.get(path.parent.name)
    listed = (path.parent / "CMakeLists.txt").read_text().replace(")", " ") if form else ""
    return not form or form.format(name=path.stem) in listed


if __name__ == "__main__":
    unittest.main()
