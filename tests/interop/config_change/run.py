"""Safe change: `config diff` says what happens and it does; what is not confirmed returns, after a crash
too; whatever moment a kill comes at, the file is one of the two; a full disk does not touch routing."""
import copy
import json
import subprocess
import time

from chance import seeded
from circuits import OUR_NETWORK, Failed, Site, aws_address, command, expect, expect_equal, stays, wait_until
from routers import to_yaml

NETWORK = "10.7.0.0/16"
LEARNT = ["172.17.0.0/16", "172.18.0.0/16"]
KILLS = 30


class Change:
    """A router with one neighbor, and configurations for it."""

    def __init__(self, lab):
        self.site = Site(lab)
        self.peer = self.site.circuit.peer("bird", announce=LEARNT).start()
        self.config = self.site.config(self.site.circuit.neighbor(name="dx1"))
        self.router = self.site.dxrouted(self.config)
        self.state = self.router.directory / "dxrouted.yaml.state"

    def text(self, change=None):
        config = copy.deepcopy(self.config)
        if change:
            change(config)
        return to_yaml({**config, "control": {"socket": str(self.router.socket)}})

    def file(self, change=None):
        path = self.router.directory / "new.yaml"
        path.write_text(self.text(change))
        return path

    def in_file(self):
        return self.router.config_path.read_text()

    def sessions(self):
        return self.router.neighbor(aws_address(1))["connectionsEstablished"]

    def history(self):
        return json.loads(self.router.ctl("config", "history", "--json"))

    def deeds(self):
        return [entry["what"] for entry in self.history()["entries"]]


def more_networks(config):
    config["networks"].append(NETWORK)


def other_key(config):
    config["neighbors"][0]["password"] = "another-key"


def run(lab):
    change = Change(lab)
    change.router.start()
    change.router.wait_established(aws_address(1))
    change.peer.wait_learned(OUR_NETWORK)
    check_diff(change)
    check_apply_and_rollback(change)
    check_without_confirmation(change)
    check_abort_and_confirm(change)
    check_bad_ones(change)
    check_hand_edit(change)
    check_limit_in(change)
    check_kill_while_it_waits(change)
    check_kills_during_apply(change)
    check_full_disk(lab, change)


def check_diff(change):
    """Says it, and does nothing."""
    expect_equal(change.deeds(), ["start"], "history of the first start")
    said = change.router.ctl("config", "diff", change.file(more_networks))
    expect(f"networks: +{NETWORK}" in said and "live" in said, said)
    expect("dx1 ipv4: announces 1" in said, said)

    def all_of_it(config):
        other_key(config)
        config["networks"] = []
        config["neighbors"][0]["timers"]["hold"] = "30s"
        config["neighbors"][0]["import"] = "reject-all"
    file = change.file(all_of_it)
    said = change.router.ctl("config", "diff", file)
    expect("another-key" not in said and "optional-bgp-key" not in said, "a key was shown: " + said)
    for line in ("neighbors.dx1.password: another content", "resets dx1", "hold: 90s -> 30s", "next session",
                 "import: accept-all -> reject-all", "dx1 ipv4: withdraws 1; rejects 2"):
        expect(line in said, f"no {line!r} in:\n{said}")
    expect_equal(change.in_file(), change.text(), "the file after diff")
    expect_equal(change.sessions(), 1, "sessions after diff")
    said = change.router.ctl("config", "check", file)
    expect_equal(said.strip(), "valid", "config check")


def check_limit_in(change):
    """What a lower limit keeps out, and where it would end the session."""
    def limited(config, limit=1):
        config["neighbors"][0]["prefix-limit"] = {"in": limit}

    def ended(config):
        limited(config, {"max": 1, "action": "restart"})
    said = change.router.ctl("config", "diff", change.file(ended))
    expect("dx1 ipv4: rejects 1; prefix-limit in is exceeded: the session ends" in said, said)
    said = change.router.ctl("config", "diff", change.file(limited))
    expect("dx1 ipv4: rejects 1\n" in said, said)
    deeds = change.deeds()
    change.router.ctl("config", "apply", change.file(limited))
    wait_until("one is left", lambda: len([one for one in LEARNT if change.site.router.gateways(one)]) == 1)
    said = change.router.ctl("config", "diff", change.file())
    expect("dx1 ipv4: accepts 1\n" in said, said)
    change.router.ctl("config", "rollback", "1")
    wait_until("both are back", lambda: all(change.site.router.gateways(one) for one in LEARNT))
    expect_equal(change.deeds(), [*deeds, "apply", "rollback"], "the history")


def check_apply_and_rollback(change):
    change.router.ctl("config", "apply", change.file(more_networks), "--comment", "more networks")
    change.peer.wait_learned(NETWORK)
    expect_equal(change.in_file(), change.text(more_networks), "the file after apply")
    entry = change.history()["entries"][-1]
    expect_equal((entry["what"], entry["user"], entry["comment"]), ("apply", 0, "more networks"), "entry")
    change.router.ctl("config", "rollback", "1")
    change.peer.wait_forgotten(NETWORK)
    expect_equal(change.in_file(), change.text(), "the file after rollback")
    expect("optional-bgp-key" not in change.router.ctl("config", "show", "2"), "a key was shown")
    expect(NETWORK in change.router.ctl("config", "show", "2"), "no network in entry 2")
    expect_equal(change.sessions(), 1, "sessions after live changes")


def check_without_confirmation(change):
    """The change cuts the session; the old configuration returns by itself, and so does the session."""
    change.router.ctl("config", "apply", change.file(other_key), "--confirm", "3s")
    change.router.wait_down(aws_address(1), timeout=5)
    code, said = change.router.ctl_refused("config", "apply", str(change.file()))
    expect(code == 1 and "waits for its confirmation" in said, said)
    wait_until("the old file is back", lambda: change.in_file() == change.text(), 10)
    change.router.wait_established(aws_address(1))
    expect_equal(change.deeds()[-1], "return", "what the history says")
    code, said = change.router.ctl_refused("config", "confirm")
    expect(code == 1 and "no change waits" in said, said)


def check_abort_and_confirm(change):
    change.router.ctl("config", "apply", change.file(more_networks), "confirm", "5m")
    change.peer.wait_learned(NETWORK)
    expect("waits for `config confirm`" in change.router.ctl("config", "history"), "nothing waits")
    change.router.ctl("reload")  # of what is in force
    change.router.ctl("config", "abort")
    change.peer.wait_forgotten(NETWORK)
    expect_equal(change.in_file(), change.text(), "the file after abort")
    change.router.ctl("config", "apply", change.file(more_networks), "confirm", "2s")
    change.router.ctl("config", "confirm")
    stays("what was confirmed stays", lambda: change.in_file() == change.text(more_networks), 3)
    expect(NETWORK in change.peer.learned(), "the network was withdrawn")
    change.router.ctl("config", "rollback", "1")


def check_bad_ones(change):
    before = change.deeds()

    def bad(config):
        config["neighbours"] = []
        config["networks"].append("10.0.0.0/99")
    for what in ("check", "diff", "apply"):
        code, said = change.router.ctl_refused("config", what, str(change.file(bad)))
        expect(code == 2 and "new.yaml:" in said and "neighbours" in said and "10.0.0.0/99" in said,
               f"config {what}: exit {code}, {said}")
    expect_equal(change.in_file(), change.text(), "the file after bad ones")
    expect_equal(change.deeds(), before, "the history after bad ones")


def check_hand_edit(change):
    change.router.config_path.write_text(change.text(more_networks))
    change.router.ctl("reload")
    expect_equal(change.deeds()[-1], "reload", "a hand edit in the history")
    change.peer.wait_learned(NETWORK)
    change.router.ctl("config", "rollback", "1")
    change.router.ctl("config", "apply", change.file(more_networks), "confirm", "3s")
    change.router.config_path.write_text(change.text() + "# by hand\n")
    code, said = change.router.ctl_refused("reload")
    expect(code == 1 and "waits for its confirmation" in said, said)
    change.peer.wait_forgotten(NETWORK)
    wait_until("nothing waits", lambda: "pending" not in change.history())
    expect(change.in_file().endswith("# by hand\n"), "the hand edit is gone")
    change.router.ctl("reload")
    change.router.ctl("config", "rollback", "1")


def check_kill_while_it_waits(change):
    """The next start gives back what was not confirmed, before anything else; a second daemon does not."""
    change.router.ctl("config", "apply", change.file(other_key), "confirm", "5m")
    change.router.wait_down(aws_address(1), timeout=5)
    second = change.site.router.start(change.router.daemon, "--config", change.router.config_path)
    expect_equal(second.process.wait(10), 1, "exit code of a second daemon")
    expect("another dxrouted runs" in second.log(), second.log())
    change.router.kill()
    expect_equal(change.in_file(), change.text(other_key), "the file after the kill")
    change.router.start()
    change.router.wait_logged("was not confirmed")
    expect_equal(change.in_file(), change.text(), "the file after the start")
    expect_equal(change.deeds()[-1], "return", "what the history says")
    change.router.wait_established(aws_address(1))


def check_kills_during_apply(change):
    chance = seeded()
    files = {change.text(), change.text(more_networks)}
    wanted = change.file(more_networks)
    returned = 0
    for kill in range(KILLS):
        confirm = ["--confirm", "5m"] if kill % 2 else []
        client = subprocess.Popen([change.router.client, "--socket", change.router.socket, "config", "apply",
                                   wanted, *confirm], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for_a_step(change, chance, kill)
        change.router.kill()
        client.wait(10)
        expect(change.in_file() in files, f"kill {kill} left another file")
        is_new = change.in_file() == change.text(more_networks)
        returned += bool(is_new and confirm)
        change.router.start()
        expect(not (confirm and change.in_file() != change.text()), f"kill {kill}: not given back")
        expect_equal(change.router.check()[0], 0, f"dxrouted --check after kill {kill}")
        change.router.ctl("config", "apply", change.file())
        wanted = change.file(more_networks)
    expect(returned, "no kill came after the file was put in place")
    change.router.wait_established(aws_address(1))


def wait_for_a_step(change, chance, kill):
    """Somewhere in the way of a change: at any time, or shortly after its first step on the disk."""
    before = len(list((change.state / "history").iterdir()))
    end = time.monotonic() + (chance.uniform(0, 0.1) if kill % 3 == 0 else 2)
    while time.monotonic() < end:
        if kill % 3 and len(list((change.state / "history").iterdir())) != before:
            return time.sleep(chance.uniform(0, 0.003))
    return None


def check_full_disk(lab, change):
    """Nothing is applied, and routing goes on."""
    change.router.stop()
    command("mount", "-t", "tmpfs", "-o", "size=64k", "none", change.state)
    lab.at_end.append(lambda: command("umount", "-l", change.state, check=False))
    try:
        (change.state / "filler").write_bytes(b"x" * 200_000)
    except OSError:
        pass
    change.router.start()
    change.router.wait_established(aws_address(1))
    code, said = change.router.ctl_refused("config", "apply", str(change.file(more_networks)), "confirm", "5m")
    expect(code == 1 and "No space left" in said, f"exit {code}: {said}")
    expect_equal(change.in_file(), change.text(), "the file when the disk is full")
    expect(change.router.established(aws_address(1)), "the session went down")
    change.router.config_path.write_text(change.text(more_networks))
    said = change.router.ctl("reload")
    expect("the history" in said, f"no warning: {said}")
    change.peer.wait_learned(NETWORK)
    expect_equal(change.sessions(), 1, "sessions on a full disk")
    try:
        change.router.stop()
    except Failed:
        raise Failed("dxrouted does not end on a full disk") from None
