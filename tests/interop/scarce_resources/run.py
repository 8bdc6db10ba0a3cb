"""What the kernel refuses: file descriptors at accept() (no busy loop, said once, over when there are
some again), and MD5 keys (fails closed, said once, served when it takes them)."""
import itertools
import os
import pathlib
import resource

import bgp_speaker as bgp
from circuits import (AWS_AS, KEY, Site, aws_address, expect, expect_equal, our_address, stays,
                      wait_until)


def run(lab):
    site = Site(lab, circuits=2)
    check_descriptors(site)
    check_keys(site)


def check_descriptors(site):
    config = site.config(site.circuit.neighbor(password=None, passive=True))
    router = site.dxrouted(config)
    if b"__ubsan_handle" in router.daemon.read_bytes():
        return  # the sanitizer's own check of an object's type needs descriptors
    router.start()
    said = "cannot accept connections on 0.0.0.0:179: Too many open files"
    usual = resource.prlimit(router.pid(), resource.RLIMIT_NOFILE)
    used = descriptors(router)
    unused = next(number for number in itertools.count() if number not in used)
    resource.prlimit(router.pid(), resource.RLIMIT_NOFILE, (unused, usual[1]))
    with site.circuit.aws.inside():
        speaker = bgp.connect(our_address(1), aws_address(1), AWS_AS, "192.0.2.1")
    wait_until("it is said", lambda: said in router.process.log(), 5)
    before = processor_time(router)
    stays("it runs", router.running, 1.5)
    expect(processor_time(router) - before < 0.3, "it is busy while it has no descriptors")
    expect_equal(router.process.log().count(said), 1, "lines about it")
    resource.prlimit(router.pid(), resource.RLIMIT_NOFILE, usual)
    speaker.handshake()
    router.wait_established(aws_address(1))
    speaker.close()
    expect_equal(router.stop(), 0, "the exit code")


def descriptors(router):
    """Once those are closed that the start writes its files with."""
    seen = []

    def steady():
        seen.append({int(path.name) for path in pathlib.Path(f"/proc/{router.pid()}/fd").iterdir()})
        return all(each == seen[-1] for each in seen[-10:]) and len(seen) >= 10
    wait_until("the same descriptors for half a second", steady)
    return seen[-1]


def processor_time(router):
    words = pathlib.Path(f"/proc/{router.pid()}/stat").read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def check_keys(site):
    """The room for keys is a socket's option memory (net.core.optmem_max, which each namespace has of
    its own from Linux 6.9 on)."""
    aws = site.circuits[1].peer("bird").start()
    router = site.dxrouted(site.config()).start()
    with site.router.inside():
        room = pathlib.Path("/proc/sys/net/core/optmem_max")
        if not os.access(room, os.W_OK):
            return
        before = room.read_text()
        room.write_text("1")
    router.write(site.config(site.circuits[1].neighbor()))
    router.ctl("reload")
    said = f"connections from {aws_address(2)} are refused: the kernel refused the TCP MD5 key"
    stays("there is no session without its key",
          lambda: not aws.established(our_address(2)) and not router.established(aws_address(2)), 5)
    expect_equal(router.process.log().count(said), 1, "lines about the key")
    shown = router.ctl("show", "ip", "bgp", "neighbors", aws_address(2))
    expect("the kernel refused the TCP MD5 key" in shown, f"no such reason in\n{shown}")
    with site.router.inside():
        room.write_text(before)
    router.wait_established(aws_address(2), timeout=20)
    expect(KEY not in router.process.log(), "the key is in the log")
