#!/usr/bin/env python3
"""Builds the Debian package for a release with that release's own compiler and libraries, and has its lintian
look at it: build_package.py bookworm|trixie. It is then in build/package-SUITE.

The tree that it builds in is cached beside those of the tests, with what packaging/install-deps.sh lists, and a
ccache. Needs root and, the first time, a Debian mirror. Exit code: 0 built and clean, 1 failed, 77 cannot run here.
"""
import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))

from container import LONG, SUITES, Tree, main  # noqa: E402
from lab import Failed, Skipped, command, expect  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
STEPS = ["cmake -S /src -B /build -G Ninja -Wno-dev -DCMAKE_BUILD_TYPE=Release -DDX_WERROR=ON -DBUILD_TESTING=OFF",
         "cmake --build /build -- --quiet -k 0",
         "cd /build && rm -f dxrouted_*.deb && cpack >/dev/null",
         "lintian --fail-on error,warning /build/dxrouted_*.deb"]


def builder(suite):
    tree = Tree(["lintian", "ccache"], suite, name=f"{suite}-build")
    try:
        command("chroot", tree.root, "bash", "-s", stdin=(ROOT / "packaging/install-deps.sh").read_text(), timeout=LONG)
    except Failed as error:
        raise Skipped(f"cannot install into the tree (no way to a mirror?): {error}") from None
    return tree


def inside(tree, directory, line):
    """A line of shell with the sources in /src, read only, and the result in /build; nothing else is kept."""
    cache = tree.root.with_suffix(".ccache")
    for path in (directory, cache):
        path.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        ["systemd-nspawn", "--quiet", "--register=no", "--keep-unit", "--private-network", "--volatile=overlay",
         "--directory", tree.root, f"--bind-ro={ROOT}:/src", f"--bind={directory}:/build", f"--bind={cache}:/ccache",
         "--setenv=CMAKE_CXX_COMPILER_LAUNCHER=ccache", "--setenv=CCACHE_DIR=/ccache",
         f"--setenv=CMAKE_BUILD_PARALLEL_LEVEL={os.cpu_count()}", "--console=pipe", "sh", "-c", line],
        stdin=subprocess.DEVNULL, check=False)
    if done.returncode != 0:
        raise Failed(f"`{line}` ended with {done.returncode}")


def run(_lab):
    expect(len(sys.argv) == 2 and sys.argv[1] in SUITES.values(), f"usage: {sys.argv[0]} {'|'.join(SUITES.values())}")
    suite = sys.argv[1]
    tree, directory = builder(suite), ROOT / f"build/package-{suite}"
    for line in STEPS:
        inside(tree, directory, line)
    print(*directory.glob("dxrouted_*.deb"))


if __name__ == "__main__":
    main("build_package", run)
