#!/usr/bin/env python3
"""From the package to routes on a bare machine with systemd, and there every command of dxctl(1): the package is
installed, `dxctl import aws` makes the router's configuration, FRR is at AWS's end of two virtual interfaces, and each
form of command that the page describes is run and does what the page says. A form that is not run here, or is no
longer on the page, fails.

$DXROUTED_DEB names the package, else it is the one in build/release; the container is of the release that it was
built on. Needs root, dpkg-deb, FRR and, the first time, a Debian mirror. Exit code: 0 passed, 1 failed, 77 cannot run here.
"""
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))

import changing_commands  # noqa: E402, F401: it registers what it tries
import command_forms  # noqa: E402
import showing_commands  # noqa: E402, F401
from container import main  # noqa: E402
from imported_site import Site  # noqa: E402
from lab import expect_equal  # noqa: E402
from package import find_package  # noqa: E402
from tries import TRIES  # noqa: E402


def run(lab):
    forms = command_forms.forms()
    expect_equal(sorted(TRIES), sorted(forms), "the commands tried, and those of the man page")
    site = Site(lab, find_package())
    began = time.monotonic()
    try:
        site.install()
        for edge in site.edges:
            edge.start()
        site.imported()
        site.settled()
        print(f"installed, imported and settled after {time.monotonic() - began:.1f} s", flush=True)
        for form in forms:
            began = time.monotonic()
            TRIES[form](site)
            print(f"{time.monotonic() - began:5.1f} s  {form}", flush=True)
        options(site)
        site.settled()
        is_removed(site)
    except Exception:
        print("--- dxrouted", site.journal(), sep="\n", file=sys.stderr)
        raise


def options(site):
    """Those of the page, and the exit statuses."""
    site.ctl("--version").shows("dxctl")
    for word in ("-h", "--help"):
        site.ctl(word).shows("--socket", "show ip bgp summary")
    said = site.ctl("-c", "sh ver", "--command", "sh ip bgp sum").shows("Router ID", "State/PfxRcd")
    expect_equal(said.err, "", "what is said on stderr")
    site.ctl("show", "ip", "bgp", "summary", "--wide").shows("PfxSnt")
    site.ctl("show", "ip", "bgp", "summary", "wide").shows("PfxSnt")
    site.ctl("show", "version", "json").shows().json()
    site.ctl("--socket", "/run/dxrouted/dxrouted.sock", "show", "version").shows("Router ID")
    site.ask("env", "DXROUTED_SOCKET=/nowhere", "dxctl", "show", "version").shows("there is no /nowhere", code=1)
    site.ctl("show", "ip", "bgp", "neighbors", "nobody").shows("no such neighbor", code=1)
    site.ctl("show", "ip", "nonsense").shows("nonsense", code=2)
    site.ask("sh", "-c", "echo 'show version' | dxctl").shows("Router ID")


def is_removed(site):
    site.run("dpkg", "--remove", "dxrouted")
    expect_equal(site.our_routes(), 0, "our routes after removal")
    site.run("test", "-e", "/etc/dxrouted/dxrouted.yaml")
    site.run("dpkg", "--purge", "dxrouted")
    site.is_gone()


if __name__ == "__main__":
    main("every_command", run)
