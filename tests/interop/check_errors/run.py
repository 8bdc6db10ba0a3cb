"""`dxrouted --check`: a good file passes silently; of a bad one every mistake is told at once, each
with its position; exit codes as promised. A daemon started with it does not run, one that runs goes on
without it, and `dxctl reload` tells the same."""
import re

from circuits import Dxrouted, expect, expect_equal

GOOD = """\
router: {asn: 65000, router-id: 192.168.1.2}
networks: [10.0.0.0/16]
neighbors:
  - {address: 192.168.1.1, remote-as: 64512, password: optional-bgp-key, import: accept-all, export: accept-all}
"""

BAD = """\
router:
  asn: 0
  router-idd: 192.168.1.2
networks:
  - 10.0.0.0/33
neighbors:
  - address: 192.168.1
    remote-as: 64512
  - address: 192.168.1.1
    remote-as: 64512
    import: no-such-policy
    timers: {hold: 2s}
static-routes:
  - {prefix: 10.1.0.0/16}
fib: {on-stop: burn}
"""
LINES = {2, 3, 5, 7, 11, 12, 14, 15}  # each has a mistake

# Slips in copying a virtual interface into the configuration -> words of what is said.
SLIPS = {
    "{address: 192.168.1.1/30, remote-as: 64512}": "'192.168.1.1/30' is not an address",
    "{address: 192.168.1.1, remote-as: 65000}": "65000 is our own AS number too",
    "{address: 192.168.1.1, remote-as: 16509}": "16509 is not a private AS number",
    "{address: 192.168.1.1, remote-as: 64512, local-address: 192.168.1.1}": "is the neighbor's own address",
    "{address: 192.168.1.1, remote-as: 64512, password: ' optional-bgp-key'}": "blank at an end",
    "{address: 192.168.1.1, remote-as: 64512, password: short}": "6 to 80",
    "{address: 192.168.1.1, remote-as: 64512, families: [ipv4, ipv6]}": "family of its address only",
    "{address: 192.168.1.1, remote-as: 64512, password: a-good-key, graceful-restart: helper}": "BFD is on",
}


def lines_named(router, said):
    file = re.escape(str(router.config_path))
    return {int(line) for line in re.findall(rf"^{file}:(\d+):\d+: ", said, re.M)}


def slips(router):
    for entry, words in SLIPS.items():
        neighbor = entry.replace("{", "{profile: aws-private, import: accept-all, export: accept-all, ")
        code, said = router.check(f"router: {{asn: 65000, router-id: 192.168.1.2}}\nneighbors:\n  - {neighbor}\n")
        expect(code == 2 and words in said, f"--check of {entry} ended with {code}:\n{said}")


def run(lab):
    router = Dxrouted(lab.namespace("router"), {})
    code, said = router.check(GOOD)
    expect_equal(code, 0, f"the exit code of a good file ({said})")
    code, said = router.check(BAD)
    expect_equal(code, 2, f"the exit code of a bad file ({said})")
    found = lines_named(router, said)
    expect(LINES <= found, f"no word of the mistakes in the lines {sorted(LINES - found)}:\n{said}")
    expect("router-id" in said.replace("router-idd", ""), f"no near match for router-idd:\n{said}")

    code, said = router.check("router: {asn: 65000\n")
    expect_equal(code, 2, f"the exit code of what is no YAML ({said})")
    router.config_path.unlink()
    code, said = router.check()
    expect_equal((code, said), (2, f"{router.config_path}: cannot open: No such file or directory\n"),
                 "a missing file")

    slips(router)

    router.write(BAD)
    router.start(ready=False)
    expect_equal(router.process.process.wait(10), 2, "the exit code of a start with a bad file")

    router.write({"router": {"asn": 65000, "router-id": "192.168.1.2"}})
    router.start()
    router.write(BAD)
    code, said = router.ctl_refused("reload")
    expect_equal(code, 2, f"the exit code of a reload of a bad file ({said})")
    expect(LINES <= lines_named(router, said), f"a reload tells less than --check:\n{said}")
    expect(router.running(), "the router ended")
