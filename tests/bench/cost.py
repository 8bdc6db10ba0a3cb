#!/usr/bin/env python3
"""Counts the instructions that a route costs, and compares them with what is recorded.

    cost.py PROGRAM             fails where a step has grown by more than 5 %
    cost.py PROGRAM --record    writes the counts down in costs.json

Callgrind counts the same on every machine, but not for every compiler: the record has a column for each.
A growth that is worth its price is recorded in the commit that brings it, with the reason."""

import argparse
import json
import pathlib
import re
import subprocess
import sys
import tempfile

PREFIXES = 20000
GROWTH = 0.05
RECORD = pathlib.Path(__file__).parent / "costs.json"

# What is counted, and for how many of what.
STEPS = {
    "load": ("from an UPDATE's bytes to a netlink request", PREFIXES),
    "withdraw": ("from a withdrawal to a netlink request, where some routes stay", PREFIXES),
    "withdraw-all": ("the same where none stays: the last go in one request", PREFIXES),
    "second-path": ("another path to a prefix", PREFIXES),
    "failover": ("a session with all its routes falls", PREFIXES),
    "move-traffic": ("of that, until the kernel is asked to move the traffic: for the whole table", 1),
    "propagate": ("from the RIB to the bytes for two neighbors", PREFIXES),
}


def instructions(program, step):
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "callgrind.out"
        command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", "--instr-atstart=no",
                   "--collect-atstart=no", program, step, str(PREFIXES)]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        if done.returncode != 0:
            sys.exit(f"cost.py: {' '.join(command)}\n{done.stdout}")
        return int(re.search(r"^totals: (\d+)", out.read_text(), re.MULTILINE)[1])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", help="route_cost")
    parser.add_argument("--record", action="store_true", help="write the counts down")
    options = parser.parse_args()

    compiler = subprocess.run([options.program, "compiler"], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
    record = json.loads(RECORD.read_text()) if RECORD.exists() else {}
    known = record.get(compiler, {})
    if not known and not options.record:
        print(f"cost.py: nothing is recorded for {compiler}: the counts are only shown")

    grown = []
    counts = {}
    print(f"{'step':14}{'instructions':>14}{'recorded':>12}{'change':>9}")
    for step, (meaning, divisor) in STEPS.items():
        counts[step] = round(instructions(options.program, step) / divisor)
        before = known.get(step)
        change = f"{counts[step] / before - 1:+9.1%}" if before else ""
        print(f"{step:14}{counts[step]:14,}{before or '':>12}{change:>9}   {meaning}", flush=True)
        if before and counts[step] > before * (1 + GROWTH):
            grown.append(step)

    if options.record:
        record[compiler] = counts
        RECORD.write_text(json.dumps(record, indent=2, sort_keys=True) + "\n")
    elif grown:
        sys.exit(f"cost.py: {', '.join(grown)}: more than {GROWTH:.0%} above what is recorded; mend it, or record it and say why")


if __name__ == "__main__":
    main()
