"""What changes something: it does, and what it changed is given back, so that each begins with all sessions up."""
import command_forms
from imported_site import NETWORKS, VPC
from lab import expect, expect_equal, wait_until
from tries import tries

FIRST, SECOND = "prod-fra-a", "prod-fra-b"
CONFIG = "/etc/dxrouted/dxrouted.yaml"
NETWORK = "10.77.0.0/16"


def sessions(site):
    return {name: one["connectionsEstablished"] for name, one in site.neighbors().items()}


@tries("clear ip bgp *|NEIGHBOR [soft [in|out]]")
def clear_ip(site):
    clears(site, "clear ip bgp *|NEIGHBOR [soft [in|out]]")


@tries("clear bgp [ipv4|ipv6 [unicast]] *|NEIGHBOR [soft [in|out]]")
def clear(site):
    clears(site, "clear bgp [ipv4|ipv6 [unicast]] *|NEIGHBOR [soft [in|out]]")


def clears(site, form):
    """Only without `soft` the session is another one afterwards."""
    for line in command_forms.lines(form, {}):
        name = f"{FIRST}-v6" if "ipv6" in line else FIRST
        before = sessions(site)[name]
        soft = "soft" in line
        site.ctl(*(name if word == "NEIGHBOR" else word for word in line)).shows(
            f"{counted(line)} {'refreshed' if soft else 'reset'}")
        if not soft:
            wait_until(f"{line}: another session", lambda was=before, of=name: sessions(site)[of] == was + 1, 30, 0.2)
            site.settled()
        expect_equal(sessions(site)[name], before + (not soft), f"sessions after {line}")


def counted(line):
    """Of four sessions two are of a family; `clear ip bgp *` ends all."""
    if "*" not in line:
        return "1 neighbor"
    of_a_family = {"ipv4", "ipv6"} & set(line) or {"ip", "soft"} <= set(line)
    return "2 neighbors" if of_a_family else "4 neighbors"


@tries("drain NEIGHBOR [wait DURATION]")
def drain(site):
    for words, waits in ([], "10 s"), (["wait", "1s"], "1 s"):
        site.ctl("drain", SECOND, *words).shows(f"its traffic is led away; the session ends in {waits}", "drained")
        site.ctl("show", "ip", "bgp", "summary").shows("Idle (Admin)")
        expect_equal(site.box.gateways(VPC[4]), {"169.254.100.1"}, "who is left")
        site.ctl("drain", SECOND).shows("drained already", code=1)
        if not words:
            site.ctl("undrain", SECOND).shows("given back")
            site.settled()


@tries("undrain NEIGHBOR")
def undrain(site):
    """What the drain before it left."""
    site.ctl("undrain", SECOND).shows("given back")
    site.settled()
    site.ctl("undrain", SECOND).shows("is not drained", code=1)


@tries("failover-test NEIGHBOR {expect-backup NEIGHBOR, for DURATION, force}")
def failover_test(site):
    site.ctl("show", "failover-test").shows("There was no failover test")
    site.ctl("failover-test", FIRST, "for", "1s").shows("have moved in the kernel", "passed")
    site.settled()
    site.ctl("failover-test", FIRST, "--expect-backup", f"{SECOND}-v6").shows("cannot stand in", code=1)
    site.ctl("failover-test", FIRST, "--for", "1s", "--expect-backup", SECOND).shows("given back", f"1 to {SECOND}", "passed")
    site.settled()
    site.ctl("failover-test", FIRST, "--for", "1s", "--force").shows("passed")
    site.settled()


def in_file(site):
    return site.run("cat", CONFIG)


def with_network(site):
    """The file in root's home with one network more than the one in force."""
    return site.file("new.yaml", in_file(site).replace("\nnetworks:\n", f"\nnetworks:\n  - {NETWORK}\n"))


def entries(site):
    return site.json("config", "history")["entries"]


@tries("config check FILE")
def config_check(site):
    site.ctl("config", "check", with_network(site)).shows("valid")
    bad = site.file("bad.yaml", in_file(site).replace("asn:", "asm:", 1))
    site.ctl("config", "check", bad).shows("bad.yaml:", "asm", code=2)


@tries("config diff FILE")
def config_diff(site):
    before = in_file(site), entries(site)
    new = with_network(site)
    site.ctl("config", "diff", new).shows(f"networks: +{NETWORK}", "live")
    changed = site.file("other.yaml", in_file(site).replace("remote-as: 64512", "remote-as: 64513", 1))
    site.ctl("config", "diff", changed).shows(f"resets {FIRST}")
    expect_equal(site.json("config", "diff", new)["changes"][0]["addedItems"], [NETWORK], "the change in JSON")
    expect_equal((in_file(site), entries(site)), before, "the file and the history after diff")


@tries("config apply FILE {confirm DURATION, comment TEXT}")
def config_apply(site):
    before = in_file(site)
    site.ctl("config", "apply", with_network(site)).shows("1 change applied")
    expect(NETWORK in in_file(site), "the file has the network")
    expect(NETWORK in str(site.json("show", "running-config")), "it is in force")
    site.ctl("config", "apply", site.file("old.yaml", before), "comment", "back").shows("1 change applied")
    expect_equal((in_file(site), entries(site)[-1]["comment"]), (before, "back"), "the file and the comment")
    site.ctl("config", "apply", with_network(site), "confirm", "1s").shows("returns in 1 s")
    wait_until("the one before it returns by itself", lambda: in_file(site) == before, 10, 0.2)
    wait_until("the history says so", lambda: entries(site)[-1]["what"] == "return", 5)


@tries("config confirm")
def config_confirm(site):
    site.ctl("config", "confirm").shows("no change waits", code=1)
    site.ctl("config", "apply", with_network(site), "comment", "to stay", "confirm", "5m").shows("returns in 300 s")
    site.ctl("config", "history").shows("to stay", "waits for `config confirm`")
    site.ctl("config", "confirm").shows("confirmed")
    expect(NETWORK in in_file(site), "it stays")


@tries("config abort")
def config_abort(site):
    before = in_file(site)
    site.ctl("config", "abort").shows("no change waits", code=1)
    site.ctl("config", "apply", site.file("less.yaml", before.replace(f"  - {NETWORK}\n", "")), "--confirm", "5m").shows()
    site.ctl("config", "abort").shows("was aborted")
    expect_equal(in_file(site), before, "the file after abort")


@tries("config rollback NUMBER {confirm DURATION, comment TEXT}")
def config_rollback(site):
    site.ctl("config", "rollback", "999").shows("no entry 999", code=1)
    before = in_file(site)
    site.ctl("config", "rollback", "1", "confirm", "5m", "comment", "a try").shows("returns in 300 s")
    site.ctl("config", "abort").shows()
    expect_equal(in_file(site), before, "the file after abort")
    site.ctl("config", "rollback", "1").shows("1 change applied")
    expect(NETWORK not in in_file(site), "the first configuration is back")
    expect_equal(site.json("show", "ip", "bgp")["routes"].keys(), {NETWORKS[4], VPC[4]}, "routes")
    site.settled()
