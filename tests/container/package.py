"""A machine with systemd that the Debian package is tried on. It knows the package and its unit; what is
configured and who the peers are is the tests'.
"""
import os
import pathlib
import re

from container import BASE, SUITES, Container, Tree
from lab import Skipped, command, expect, wait_until

ROOT = pathlib.Path(__file__).resolve().parents[2]
OUR_PROTOCOLS = (186, 88)  # of kernel routes: bgp, and our static ones


def find_package():
    if named := os.environ.get("DXROUTED_DEB"):
        return pathlib.Path(named).resolve()
    made = sorted((ROOT / "build/release").glob("dxrouted_*.deb"), key=lambda path: path.stat().st_mtime)
    if not made:
        raise Skipped("there is no package: run cpack in build/release, or name one in $DXROUTED_DEB")
    return made[-1]


def suite_of(deb):
    """The release that it was built on, whatever this machine's is."""
    release = re.search(r"\+deb(\d+)", command("dpkg-deb", "--field", deb, "Version"))
    if not release or release[1] not in SUITES:
        raise Skipped(f"{deb.name} is for no release that this test knows")
    return SUITES[release[1]]


def packages_of(deb):
    """What it depends on, the first of each alternative."""
    shown = command("dpkg-deb", "--field", deb, "Depends", "Recommends")
    return sorted({re.split(r"[ :(|]", word.strip())[0]
                   for line in shown.splitlines() for word in line.split(":", 1)[1].split(",")})


class Machine:
    """The container with what is asked of its unit; in /mnt the files of more packages of its release."""

    def __init__(self, lab, deb, *more):
        self.lab, self.deb = lab, deb
        tree = Tree([*BASE, *packages_of(deb)], suite_of(deb))
        self.box = Container(lab, "router", tree, {
            deb.parent: "/mnt/deb", **{tree.fetched(package): f"/mnt/{package}" for package in more}})

    def run(self, *words, **options):
        return self.box.run_inside(*words, **options)

    def refused(self, *words):
        """What a command says that must fail."""
        shown = self.run("sh", "-c", '"$@" 2>&1 && echo DONE', "sh", *words, check=False)
        expect("DONE" not in shown, f"{' '.join(words)} should fail, and said: {shown}")
        return shown

    def install(self, deb=None):
        return self.run("env", "DEBIAN_FRONTEND=noninteractive", "dpkg", "--install",
                        f"/mnt/{deb or f'deb/{self.deb.name}'}", timeout=120)

    def shown(self, name):
        return self.run("systemctl", "show", "--value", f"--property={name}", "dxrouted").strip()

    def active(self):
        return self.shown("ActiveState") == "active"

    def journal(self):
        return self.box.journal("dxrouted")

    def wait_logged(self, pattern):
        wait_until(f"the journal says {pattern!r}", lambda: re.search(pattern, self.journal()), 5)

    def our_routes(self):
        return sum(len(self.box.routes(protocol, family)) for protocol in OUR_PROTOCOLS for family in (4, 6))

    def is_gone(self):
        """After the package was purged."""
        for path in ("/usr/sbin/dxrouted", "/etc/dxrouted", "/var/lib/dxrouted", "/run/dxrouted",
                     "/etc/iproute2/rt_protos.d/dxrouted.conf"):
            self.refused("test", "-e", path)
        self.run("getent", "passwd", "dxrouted")  # files elsewhere may belong to it
        self.refused("systemctl", "cat", "dxrouted")
