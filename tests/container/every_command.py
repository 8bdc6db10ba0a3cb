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
from exposition import Exposition  # noqa: E402
from imported_site import Site  # noqa: E402
from lab import expect_equal, wait_until  # noqa: E402
from package import find_package  # noqa: E402
from tries import TRIES  # noqa: E402

EXPORTER = 9342  # its port


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
        is_exported(site)
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


def is_exported(site):
    """By the release's own prometheus-frr-exporter, with dxctl for its vtysh."""
    program = "/mnt/prometheus-frr-exporter/usr/bin/prometheus-frr-exporter"
    site.run("systemd-run", "--quiet", program, "--frr.vtysh", "--frr.vtysh.path=/usr/bin/dxctl",
             f"--web.listen-address=127.0.0.1:{EXPORTER}", "--no-collector.ospf", "--collector.bgp6")

    def scrape():
        return Exposition(site.box.run("curl", "-sSf", f"http://127.0.0.1:{EXPORTER}/metrics"))
    wait_until("the exporter answers", scrape, 20)
    now = scrape()
    expect_equal({labels["collector"]: value for labels, value in now.all("frr_collector_up")},
                 {"bgp": 1, "bgp6": 1, "bfd": 1}, "collectors that understood dxctl")
    for address in ("169.254.100.1", "2001:db8:100::1"):
        for name in ("frr_bgp_peer_state", "frr_bfd_peer_state"):
            expect_equal(now.value(name, peer=address), 1, f"{name} of {address}")


def is_removed(site):
    site.run("dpkg", "--remove", "dxrouted")
    expect_equal(site.our_routes(), 0, "our routes after removal")
    site.run("test", "-e", "/etc/dxrouted/dxrouted.yaml")
    site.run("dpkg", "--purge", "dxrouted")
    site.is_gone()


if __name__ == "__main__":
    main("every_command", run)
