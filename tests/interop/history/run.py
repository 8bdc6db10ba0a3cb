"""Why a session ended, in the words of its history and of `why down`: by the peer's NOTIFICATION, by the link, by BFD,
by `clear` and by whom. `monitor` shows it as it happens. It goes on over a stop, and over a kill that tears the last
line. With a full disk under the state directory the session stays up and nothing is forgotten; `support` gathers it
all."""
import json
import os
import subprocess
import tarfile

from circuits import Site, aws_address, expect, expect_equal, stays, wait_until
from lab import command

AWS = aws_address(1)
BFD = {"interval": "50ms", "multiplier": 3}


def run(lab):
    site = Site(lab)
    peer = site.circuit.peer("bird", announce=["172.31.0.0/16"], bfd=(50, 3)).start()
    router = site.dxrouted(site.config(site.circuit.neighbor(name="dx1", profile="aws-private", bfd=dict(BFD))))
    router.start()
    up(router)
    with Monitor(router) as monitor:
        each_cause(site, router, peer)
        monitor.check()
    goes_on(router)
    gathered(router)
    full_disk(lab, router)


def up(router):
    router.wait_established(AWS, timeout=20)
    wait_until("BFD is up", lambda: "up" in [peer["status"] for peer in json.loads(
        router.ctl("show", "bfd", "peers", "--json"))])


def events(router):
    return json.loads(router.ctl("show", "bgp", "neighbors", "dx1", "history", "1000", "json"))["events"]


def of_kind(router, kind):
    return [event for event in events(router) if event["event"] == kind]


def why(router):
    return router.ctl("why", "down", "dx1")


def each_cause(site, router, peer):
    peer.stop()  # says goodbye
    router.wait_down(AWS)
    told = of_kind(router, "notification-received")[-1]
    expect_equal(told["details"]["code"], 6, "the NOTIFICATION's code")
    expect("received NOTIFICATION Cease" in why(router), why(router))
    expect("it has not come back" in why(router), why(router))
    peer.start()
    up(router)

    site.circuit.link("down")
    router.wait_down(AWS)
    expect("interface dx1 is down" in why(router), why(router))
    site.circuit.link("up")
    up(router)
    expect("it came back after" in why(router), why(router))

    site.circuit.black_hole()
    router.wait_down(AWS)
    said = why(router)
    expect("BFD went down: control detection time expired" in said, said)
    counters = of_kind(router, "bfd-down")[-1]["details"]
    expect(counters["packetsIn"] > 0 and counters["downs"] > 0, f"BFD's counters: {counters}")
    site.circuit.black_hole(False)
    up(router)

    wait_until("the peer's route is there", lambda: router.show("ip bgp summary")["ipv4Unicast"]["peers"][AWS]["pfxRcd"])
    router.ctl("clear", "ip", "bgp", "dx1")
    wait_until("the clear is known", lambda: of_kind(router, "cleared"))
    expect_equal(of_kind(router, "cleared")[-1]["details"]["user"], os.getuid(), "who cleared")
    wait_until("it is down by the clear", lambda: "it was cleared by " in why(router))
    up(router)
    down = of_kind(router, "down")[-1]["details"]
    expect_equal(down["ipv4Accepted"], 1, f"routes at the end: {down}")


class Monitor:
    """`dxctl monitor --json` beside everything else."""

    def __init__(self, router):
        self.router = router
        self.path = router.directory / "monitor.out"

    def __enter__(self):
        self.out = self.path.open("wb")
        self.process = subprocess.Popen([str(self.router.client), "--socket", str(self.router.socket), "--json",
                                         "monitor", "neighbor", "dx1"], stdout=self.out)
        wait_until("monitor is there", lambda: b"heartbeat" in self.path.read_bytes())
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.out.close()

    def lines(self):
        return [json.loads(line) for line in self.path.read_text().splitlines()]

    def check(self):
        latest = events(self.router)[-1]["sequence"]
        wait_until("monitor shows the latest", lambda: any(
            line.get("sequence", 0) >= latest for line in self.lines()), 5)
        kinds = {line["event"] for line in self.lines()}
        wanted = {"down", "established", "link-down", "link-up", "bfd-down", "bfd-up", "cleared", "notification-received"}
        expect_equal(wanted - kinds, set(), "events that monitor did not show")


def goes_on(router):
    """Over a stop, and over a kill whose last line is torn."""
    before = events(router)
    expect_equal(router.stop(), 0, "the exit code")
    router.start()
    up(router)
    after = events(router)
    expect_equal(after[:len(before)], before, "what was known before the stop")
    expect("dxrouted was stopped (SIGTERM); it came back after" in why(router), why(router))

    wait_until("it is written", lambda: "established" in journal(router).read_text().splitlines()[-1] or
               "routes-complete" in journal(router).read_text().splitlines()[-1])
    router.kill()
    text = journal(router).read_bytes()
    journal(router).write_bytes(text + b'{"sequence":99999,"time":17')
    router.start()
    up(router)
    expect("dxrouted ended without a word" in why(router), why(router))
    expect_equal(journal(router).stat().st_mode & 0o777, 0o600, "the file's mode")
    for line in journal(router).read_text().splitlines():
        json.loads(line)


def journal(router):
    return router.directory / "dxrouted.yaml.state" / "journal" / "events.jsonl"


def gathered(router):
    archive = router.directory / "support.tar.gz"
    router.box.run(router.client, "--socket", router.socket, "support", archive, timeout=120)
    with tarfile.open(archive) as files:
        names = set(files.getnames())
        history = files.extractfile(f"dxrouted/history-{AWS}.txt").read().decode()
        missing = files.extractfile("missing.txt").read().decode()
    for name in ("running-config.txt", "neighbors.json", "doctor.txt", f"why-down-{AWS}.txt"):
        expect(f"dxrouted/{name}" in names, f"{name} is in the archive: {sorted(names)}")
    expect("host/ip-link.txt" in names and "host/uname.txt" in names, "the host's facts are there")
    expect("cleared" in history, history)
    expect("ip-link" not in missing and "dxrouted/" not in missing, missing)


def gathered_without_daemon(router):
    """The host's part is there all the same, and whose part is not is said."""
    archive = router.directory / "support-down.tar.gz"
    code, said = router.ctl_refused("support", archive)
    expect_equal(code, 1, "the exit code of support")
    expect("only the host's part" in said and "is dxrouted running?" in said, said)
    with tarfile.open(archive) as files:
        expect("host/ip-link.txt" in files.getnames(), "the host's facts are there")


def full_disk(lab, router):
    router.stop()
    gathered_without_daemon(router)
    state = router.directory / "dxrouted.yaml.state"
    command("mount", "-t", "tmpfs", "-o", "size=32k", "tmpfs", state)
    try:
        filler = state / "filler"
        with filler.open("wb", buffering=0) as file:
            try:
                while file.write(b"x" * 4096):
                    pass
            except OSError:
                pass
        router.start()
        up(router)
        wait_until("it is told", lambda: "No space left on device" in router.process.log(), 5)
        for _ in range(2):
            router.ctl("clear", "ip", "bgp", "dx1")
            up(router)
        stays("the session is up", lambda: router.established(AWS), 2)
        full = [line for line in router.process.log().splitlines() if "No space left on device" in line]
        expect_equal([sum(of in line for line in full) for of in ("the history: ", "journal: ")], [1, 1], "warnings")
        expect_equal(len(of_kind(router, "cleared")), 2, "what is known of the clears")
        filler.unlink()
        stays("the session is up", lambda: router.established(AWS), 10)  # it is tried again after that
        router.ctl("clear", "ip", "bgp", "dx1")
        wait_until("the disk has it all", lambda: journal(router).exists() and
                   journal(router).read_text().count('"cleared"') == 3, 5)
        router.wait_established(AWS)
        router.stop()
    finally:
        command("umount", state)
