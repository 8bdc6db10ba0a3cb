"""Keys are used and never told: not by the log at level debug, by any show, the API, the messages of --check and of a
reload, the process list, the archive of `support` or the files the daemon makes, but the history of the configuration, which is
0600. A changed key counts for the session that is up, which ends; there is none until the other side has the new one, too."""
import pathlib

from circuits import AwsSide, Site, aws_address, expect, expect_equal, stays, wait_until
from lab import command

KEYS = ["0xC_first.key", "0xC_second.key", "0xC_third.key", "0xC_mistaken.key"]
AWS, AWS2 = aws_address(1), aws_address(2)
SHOWS = ("running-config", "ip bgp summary", "ip bgp neighbors", f"ip bgp neighbors {AWS}", "ip bgp", "ip route",
         "bfd peers", "interface", "version")


def run(lab):
    site = Site(lab, circuits=2)
    sides = [AwsSide(circuit.aws, circuit.vif(f"dx{circuit.number}", password=key, announce=["172.31.0.0/16"])).start()
             for circuit, key in zip(site.circuits, KEYS)]
    config = site.config(sides[0].neighbor("dx1"), sides[1].neighbor("dx2", password=None), log={"level": "debug"})
    router = site.dxrouted("")
    (router.directory / "dx2.key").write_text(KEYS[1] + "\n")
    (router.directory / "dx2.key").chmod(0o600)
    config["neighbors"][1]["password-file"] = "dx2.key"
    router.write(config)
    router.start()
    router.wait_established(AWS, AWS2)

    key_is_changed(site, router, config, sides)
    archive = router.directory / "support.tar.gz"
    router.box.run(router.client, "--socket", router.socket, "support", archive, timeout=120)
    said = [router.ctl("show", *words.split(), *form) for words in SHOWS for form in ([], ["--json"], ["--wide"])]
    said += [command("tar", "-xzOf", archive)]
    said += mistakes(router, config)
    said += [command("ps", "-ww", "-o", "args=", "-p", router.pid()),
             pathlib.Path(f"/proc/{router.pid()}/environ").read_text(), router.process.log()]
    expect_equal([key for key in KEYS if any(key in text for text in said)], [], "keys that were told")
    expect_equal(router.stop(), 0, "the exit code")
    holders = {path for path in router.directory.rglob("*") if path.is_file() and any(
        key in path.read_text(errors="replace") for key in KEYS)}
    history = {path for path in holders if path.parent.name == "history"}
    expect_equal({path.name for path in holders - history}, {"dxrouted.yaml", "dx2.key"}, "files with keys")
    expect_equal({path.stat().st_mode & 0o777 for path in history}, {0o600}, "who may read the history")


def key_is_changed(site, router, config, sides):
    """The first neighbor's; the other does not notice."""
    config["neighbors"][0]["password"] = KEYS[2]
    router.write(config)
    router.ctl("reload")
    wait_until("the session ends", lambda: not router.established(AWS), 3)
    stays("there is none with the old key", lambda: not router.established(AWS) and
          not sides[0].established("dx1"), 3)
    sides[0].stop()
    AwsSide(site.circuit.aws, site.circuit.vif("dx1", password=KEYS[2])).start()
    router.wait_established(AWS, timeout=20)
    expect_equal(router.neighbor(AWS2)["connectionsEstablished"], 1, "sessions of the other neighbor")


def mistakes(router, config):
    """What is said of configurations that are wrong around a key."""
    said = []
    for told in ({"password": " " + KEYS[3]}, {"password": KEYS[3], "password-file": "dx2.key"},
                 {"password": [KEYS[3]]}, {"passwort": KEYS[3]}, {"password": KEYS[3], "description": [1]}):
        code, words = router.check({**config, "neighbors": [{**config["neighbors"][0], **told}]})
        expect_equal(code, 2, f"the exit code of --check ({words})")
        reload_code, refused = router.ctl_refused("reload")
        expect_equal(reload_code, 2, f"the exit code of reload ({refused})")
        said += [words, refused]
    router.write(config)
    expect(router.check()[0] == 0, "the configuration is good again")
    return said
