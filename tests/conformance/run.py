#!/usr/bin/env python3
"""Plays the remote peer, byte by byte, and judges what the router answers.

    run.py [--dut dxrouted|bird|frr] [--only PATTERN] [--list] [--jobs N] [--json FILE] [--verbose]

PATTERN is a regular expression, searched in "area: sentence (RFC)". Needs root: everything runs in
network namespaces of its own. dxrouted is found through $DXROUTED and $DXCTL, else in build/.
Exit code: 0 all passed, 1 something failed, 2 usage, 77 cannot run here.
"""
import argparse
import importlib
import json
import multiprocessing
import os
import pathlib
import re
import sys
import time
import traceback

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import harness  # noqa: E402  (also lets tests/support be found)
from lab import Failed, Lab, Skipped  # noqa: E402
from routers import ROUTERS  # noqa: E402


class Worker:
    """Runs its share of the cases, one after the other, on routers of its own."""

    def __init__(self, dut, cases):
        self.dut, self.cases = dut, cases
        self.routers = {}    # at most one runs at a time
        self.broken = set()  # the keys of those that would not start

    def run(self, report):
        with Lab("conformance") as self.lab:
            self.inside = self.lab.namespace("router")
            self.outside = self.lab.namespace("peers")
            self.lab.link(self.inside, "r0", ["10.0.0.1/16", "2001:db8::1/64"],
                          self.outside, "p0", ["10.0.255.254/16"])
            self.inside.ip("address", "add", harness.ROUTER_LINK_LOCAL + "/64", "dev", "r0", "nodad")
            self.outside.ip("address", "add", harness.PEER_LINK_LOCAL + "/64", "dev", "p0", "nodad")
            self.outside.ip_batch(
                f"address add {self.address(number, i, spec.version)}/"
                f"{'16' if spec.version == 4 else '64 nodad'} dev p0"
                for number, case in self.cases for i, spec in enumerate(case.peers))
            for number, case in self.cases:
                report(self.run_case(number, case))
            for router in self.routers.values():
                router.kill()

    @staticmethod
    def address(number, i, version):
        if version == 4:
            return f"10.0.{1 + number // 50}.{1 + number % 50 * 5 + i}"
        return f"2001:db8::{1 + number // 50:x}:{1 + number % 50 * 5 + i:x}"

    def run_case(self, number, case):
        started = time.monotonic()
        bench = router = None
        try:
            router = self.router_of(case)
            bench = harness.Bench(self, number, case)
            case.function(bench)
            outcome, detail = "passed", ""
        except Skipped as reason:
            outcome, detail = "skipped", str(reason)
        except Exception as error:  # whatever it was, the next case goes on
            outcome, detail = "failed", self.describe(error)
        finally:
            if bench:
                bench.close()
        if router and not router.running():
            outcome = "failed"
            detail = f"the router ended. {detail}\n{router.process.log()[-2000:]}"
            self.routers.clear()
        return {"name": case.name, "area": case.area, "rfc": case.rfc, "outcome": outcome,
                "detail": detail, "seconds": round(time.monotonic() - started, 2)}

    @staticmethod
    def describe(error):
        if isinstance(error, Failed):
            return str(error)
        frame = traceback.extract_tb(error.__traceback__)[-1]
        return f"{type(error).__name__}: {error} ({pathlib.Path(frame.filename).name}:{frame.lineno})"

    @staticmethod
    def key(case):
        return json.dumps([case.router, case.name if case.alone else None])

    def router_of(self, case):
        """The router that the case needs, started when the first such case comes."""
        key = self.key(case)
        if key not in self.routers:
            for other in self.routers.values():  # one at a time: they share port 179
                if other.running():
                    other.kill()
            self.routers.clear()
            mine = [(n, c) for n, c in self.cases if self.key(c) == key]
            if key in self.broken:
                raise Failed("the router did not start")
            router = ROUTERS[self.dut](self.inside, self.configuration(mine),
                                       name=f"{self.dut}-{len(self.lab.processes)}")
            self.broken.add(key)
            router.start()
            self.broken.remove(key)
            self.routers[key] = router
        return self.routers[key]

    def configuration(self, numbered):
        config = {
            "router": {"asn": harness.OUR_AS, "router-id": harness.ROUTER_ID, **numbered[0][1].router},
            "networks": [harness.LOCAL_NETWORK, harness.LOCAL_NETWORK6], "neighbors": []}
        for number, case in numbered:
            for section, values in case.config.items():
                config.setdefault(section, {}).update(values)
            for i, spec in enumerate(case.peers):
                entry = {"address": self.address(number, i, spec.version), "remote-as": spec.asn,
                         "passive": True, "import": "accept-all", "export": "accept-all",
                         **spec.options}
                config["neighbors"].append({k: v for k, v in entry.items() if v is not None})
        return config


def shares(cases, jobs):
    """The cases dealt out so that the workers end at about the same time; the cases of one router
    stay together within a share."""
    hands = [[0.0, []] for _ in range(jobs)]
    for number, case in sorted(enumerate(cases), key=lambda item: -item[1].cost):
        hand = min(hands, key=lambda entry: entry[0])
        hand[0] += case.cost
        hand[1].append((number, case))
    for hand in hands:
        hand[1].sort(key=lambda item: (Worker.key(item[1]), item[0]))
    return [hand[1] for hand in hands if hand[1]]


def load_cases():
    for path in sorted((HERE / "cases").glob("*.py")):
        importlib.import_module(f"cases.{path.stem}")
    return harness.CASES


def work(dut, cases, queue):
    try:
        Worker(dut, cases).run(queue.put)
    except BaseException as error:
        queue.put({"lost": len(cases), "detail": f"{type(error).__name__}: {error}"})
        raise


def collect(processes, queue, total, verbose):
    results = []
    while len(results) < total:
        try:
            result = queue.get(timeout=1)
        except Exception:  # queue.Empty: is anybody still working?
            if not any(process.is_alive() for process in processes):
                break
            continue
        if "lost" in result:
            print(f"a worker ended early: {result['detail']}", file=sys.stderr)
            continue
        results.append(result)
        if verbose or result["outcome"] == "failed":
            line = f"{result['outcome']}: {result['area']}: {result['name']} ({result['rfc']})"
            print(line + (f"\n    {result['detail']}" if result["detail"] else ""), flush=True)
    return results


def main():
    arguments = argparse.ArgumentParser(description=__doc__,
                                        formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--dut", choices=sorted(ROUTERS), default="dxrouted")
    arguments.add_argument("--only", default="", metavar="PATTERN")
    arguments.add_argument("--list", action="store_true")
    arguments.add_argument("--jobs", type=int, default=6)
    arguments.add_argument("--json", metavar="FILE")
    arguments.add_argument("--verbose", action="store_true")
    chosen = arguments.parse_args()

    cases = [case for case in load_cases()
             if re.search(chosen.only, f"{case.area}: {case.name} ({case.rfc})")]
    if chosen.list:
        for case in cases:
            print(f"{case.area}: {case.name} ({case.rfc})")
        return 0
    if os.geteuid() != 0:
        print("needs root, for network namespaces", file=sys.stderr)
        return 77
    results = []
    runnable = []
    for case in cases:
        reason = ROUTERS[chosen.dut].unsupported(Worker(chosen.dut, []).configuration([(0, case)]))
        if reason:
            results.append({"name": case.name, "area": case.area, "rfc": case.rfc,
                            "outcome": "skipped", "detail": reason, "seconds": 0})
        else:
            runnable.append(case)

    started = time.monotonic()
    queue = multiprocessing.Queue()
    processes = [multiprocessing.Process(target=work, args=(chosen.dut, share, queue))
                 for share in shares(runnable, chosen.jobs)]
    for process in processes:
        process.start()
    try:
        results += collect(processes, queue, len(runnable), chosen.verbose)
    finally:
        for process in processes:
            if not results or process.is_alive():
                process.join(10)
            if process.is_alive():
                process.terminate()  # its laboratory cleans up
                process.join()
    return summary(chosen, cases, results, time.monotonic() - started)


def summary(chosen, cases, results, seconds):
    counts = {outcome: sum(result["outcome"] == outcome for result in results)
              for outcome in ("passed", "failed", "skipped")}
    lost = len(cases) - len(results)
    if chosen.json:
        pathlib.Path(chosen.json).write_text(json.dumps(
            {"dut": chosen.dut, **counts, "lost": lost, "seconds": round(seconds, 1),
             "cases": sorted(results, key=lambda result: (result["area"], result["name"]))},
            indent=1) + "\n")
    extra = f", {counts['skipped']} skipped" if counts["skipped"] else ""
    extra += f", {lost} not run" if lost else ""
    print(f"{counts['passed']} passed, {counts['failed']} failed{extra} in {seconds:.0f} s")
    return 1 if counts["failed"] or lost else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Skipped as reason:
        print(f"skipped: {reason}", file=sys.stderr)
        sys.exit(77)
    except KeyboardInterrupt:
        sys.exit(130)
