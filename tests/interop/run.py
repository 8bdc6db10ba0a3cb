#!/usr/bin/env python3
"""Runs one interop scenario: run.py NAME [--peer bird|frr|gobgp|openbgpd]

The scenario is NAME/run.py beside this file: a function `run(site_lab)` or, where the scenario is for
every peer, `run(lab, peer)`. $DXROUTED and $DXCTL name the programs, else those in build/ are used.
Needs root. Exit code: 0 passed, 1 failed, 77 cannot run here.
"""
import argparse
import importlib.util
import inspect
import os
import pathlib
import sys
import time
import traceback

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "support")]

from lab import Failed, Lab, Skipped  # noqa: E402
from peers import PEERS  # noqa: E402


def load(name):
    specification = importlib.util.spec_from_file_location(name, HERE / name / "run.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def main():
    names = sorted(path.parent.name for path in HERE.glob("*/run.py"))
    arguments = argparse.ArgumentParser(description=__doc__,
                                        formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("name", choices=names, metavar="NAME")
    arguments.add_argument("--peer", choices=sorted(PEERS), default="bird")
    arguments.add_argument("--keep-logs", action="store_true")
    chosen = arguments.parse_args()
    if os.geteuid() != 0:
        raise Skipped("needs root, for network namespaces")

    run = load(chosen.name).run
    started = time.monotonic()
    with Lab(chosen.name, chosen.keep_logs) as lab:
        run(lab, chosen.peer) if len(inspect.signature(run).parameters) == 2 else run(lab)
        if chosen.keep_logs:
            print(f"logs: {lab.directory}")
    print(f"passed: {chosen.name} in {time.monotonic() - started:.1f} s")


if __name__ == "__main__":
    try:
        main()
    except Skipped as reason:
        print(f"skipped: {reason}")
        sys.exit(77)
    except Failed as error:
        frames = [frame for frame in traceback.extract_tb(error.__traceback__)
                  if frame.filename.endswith("run.py") and frame.name == "run"]
        where = f" (line {frames[-1].lineno})" if frames else ""
        print(f"failed{where}: {error}")
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
