#!/usr/bin/env python3
"""Checks who may include whom: the arrows of the architecture, read from the #include lines.

A folder may include only itself and the folders (and single headers, without their ending) listed for
it below.
"""
import pathlib
import re
import sys

# folder -> folders or headers of ours that it may include besides itself
ALLOWED = {
    "libfib/text": set(),
    "libfib/os": set(),
    "libfib/net": set(),
    "libfib/thread": set(),
    "libfib/fib": {"libfib/net"},
    "libfib/netlink": {"libfib/net", "libfib/os", "libfib/fib", "libfib/thread"},
    "libfib/bfd": {"libfib/net", "libfib/thread"},
    "libbgp/wire": {"libfib/net", "libfib/text"},
    "libbgp/fsm": {"libfib/net", "libbgp/wire"},
    "libbgp/policy": {"libfib/net", "libbgp/wire"},
    "libbgp/rib": {"libfib/net", "libbgp/wire", "libbgp/policy"},
    "libbgp/session": {"libfib/net", "libbgp/wire", "libbgp/fsm", "libbgp/rib"},
    "daemon/config": {"libfib/net", "libfib/os", "libfib/text", "libbgp/wire", "libbgp/policy"},
    "daemon/control": {"libfib/net", "libfib/os", "libfib/text", "libbgp/wire"},
    "daemon": None,  # the composition root: everything
    "cli": {"cli/doctor", "cli/import", "libfib/net/as_number", "libfib/os", "libfib/text", "daemon/control/limits"},  # of the daemon only the control API, over its socket
    "cli/import": {"cli/lines", "libfib/net", "libfib/os", "libfib/text"},
    "cli/doctor": {"libfib/net", "libfib/netlink", "cli/doctor/checks", "cli/doctor/probes",
                   "cli/client", "cli/failure", "cli/fields", "cli/output", "cli/table_reader", "cli/text_width"},
    "cli/doctor/probes": {"libfib/net", "libfib/netlink", "libfib/os", "cli/doctor/checks"},
    "cli/doctor/checks": {"libfib/net", "cli/aws_mtu"},
}
PURE = {"libfib/text", "libfib/net", "libfib/fib", "libbgp/wire", "libbgp/fsm", "libbgp/policy", "libbgp/rib",
        "cli/doctor/checks"}
# and these of a folder that is not
PURE_FILES = {"libfib/bfd/packet", "libfib/bfd/session", "libfib/bfd/demultiplexer"}
IMPURE_INCLUDE = re.compile(r"<(boost/asio|spdlog|sys/socket|netlink/|linux/|poll\.h|sys/epoll)")
NAMES = re.compile(r'^\s*#\s*include\s+([<"][^>"]+[>"])')


def folder_of(path):
    """The folder of ALLOWED that a path below the root belongs to, or None."""
    for folder in sorted(ALLOWED, key=len, reverse=True):
        if path.startswith(folder + "/"):
            return folder
    return None


def check(root):
    for path in sorted(root.rglob("*.[ch]pp")):
        name = path.relative_to(root).as_posix()
        folder = folder_of(name)
        if folder is None:
            continue
        allowed = ALLOWED[folder]
        pure = folder in PURE or name.rpartition(".")[0] in PURE_FILES
        for number, line in enumerate(path.read_text().splitlines(), 1):
            match = NAMES.match(line)
            if not match:
                continue
            include = match.group(1)
            if pure and IMPURE_INCLUDE.match(include):
                yield f"{name}:{number}: is pure and may not include {include}"
            if include.startswith("<"):
                continue
            header = include.strip('"')
            target = folder_of(header)
            if target is None:
                yield f"{name}:{number}: {include} is not a path from the repository's root"
            elif allowed is not None and target != folder and \
                    not allowed & {target, header.rpartition(".")[0]}:
                yield f"{name}:{number}: {folder} may not include {include}"


def main():
    root = pathlib.Path(__file__).resolve().parent.parent
    problems = list(check(root))
    print("\n".join(problems) or "include directions: all arrows are right")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
