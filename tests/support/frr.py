"""zebra, bgpd and bfdd in a namespace, under a name of their own beside any FRR of the system."""
import contextlib
import os
import pathlib
import pwd
import shutil

from lab import Skipped, wait_until

PROGRAMS = pathlib.Path("/usr/lib/frr")


class FrrInstance:
    def __init__(self, box, name, bgpd_config, kernel=False):
        if not (PROGRAMS / "bgpd").exists():
            raise Skipped("FRR is not installed")
        self.box, self.bgpd_config = box, bgpd_config
        self.instance = f"{box.netns}-{os.urandom(2).hex()}"
        self.runtime = pathlib.Path("/var/run/frr") / self.instance
        self.directory = pathlib.Path(box.lab.directory) / f"{box.name}-{name}"
        self.arguments = [] if kernel else ["--no_kernel"]
        self.zebra = self.process = None

    def start(self):
        self.directory.mkdir(exist_ok=True)
        self.directory.chmod(0o755)
        owner = pwd.getpwnam("frr")
        self.runtime.mkdir(parents=True)
        os.chown(self.runtime, owner.pw_uid, owner.pw_gid)
        self.box.lab.at_end.append(self.remove)
        (self.directory / "zebra.conf").write_text("hostname frr\n")
        self.zebra = self._run("zebra")
        wait_until("zebra listens", lambda: (self.runtime / "zserv.api").exists(), 10)
        self.start_bgpd()

    def start_bgpd(self):
        (self.directory / "bgpd.conf").write_text(self.bgpd_config)
        self.process = self._run("bgpd", *self.arguments)
        wait_until("bgpd answers", lambda: self.vtysh("show bgp summary") is not None, 15)

    def start_bfdd(self, *lines):
        (self.directory / "bfdd.conf").write_text("\n".join(lines) + "\n")
        process = self._run("bfdd")
        wait_until("bfdd answers", lambda: self.vtysh("show bfd peers brief") is not None, 15)
        return process

    def _run(self, program, *more):
        path = self.directory / f"{program}.conf"
        path.chmod(0o644)
        return self.box.start(PROGRAMS / program, "-N", self.instance, "-f", path,
                              "--log", "stdout", "-P", "0", *more)

    def remove(self):
        for process in (self.process, self.zebra):
            with contextlib.suppress(Exception):
                process.kill()
        shutil.rmtree(self.runtime, ignore_errors=True)

    def vtysh(self, *commands):
        words = [part for line in commands for part in ("-c", line)]
        return self.box.run("vtysh", "-N", self.instance, *words)
