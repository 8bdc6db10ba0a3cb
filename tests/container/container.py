"""A machine of its own with systemd as PID 1: a cached Debian tree, booted without a trace.

It owns the tree and the running container; it knows nothing of routing. The tree is made once by
debootstrap and never written to afterwards: systemd-nspawn puts an overlay over it. The release is by
default the one of this machine, so that programs built here find their libraries there.
"""
import contextlib
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys

from lab import Failed, Lab, Namespace, Skipped, command, wait_until

BASE = ["systemd", "systemd-sysv", "udev", "dbus", "iproute2", "procps"]
TOOLS = {"debootstrap": "debootstrap", "systemd-nspawn": "systemd-container"}
LONG = 900  # seconds for what downloads
SUITES = {"12": "bookworm", "13": "trixie"}  # by the number of the release


def release():
    words = pathlib.Path("/etc/os-release").read_text()
    found = re.search(r"^VERSION_CODENAME=(bookworm|trixie)$", words, re.MULTILINE)
    if not found:
        raise Skipped("not on Debian 12 or 13, whose trees this test knows")
    return found[1]


def need_tools():
    if os.geteuid() != 0:
        raise Skipped("needs root, for a container")
    missing = [package for tool, package in TOOLS.items() if not shutil.which(tool)]
    if not missing:
        return
    try:
        command("apt-get", "update", "-qq", timeout=LONG)
        command("apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing, timeout=LONG)
    except Failed as error:
        raise Skipped(f"cannot install {' '.join(missing)}: {error}") from None


def library_packages(*programs):
    """The Debian packages of the shared libraries that the programs need."""
    packages = set()
    for program in programs:
        for path in re.findall(r"=> (/\S+)", command("ldd", program)):
            packages.add(_owner(path))
    return sorted(packages)


def _owner(path):
    """Packages from before the merge of /lib and /usr/lib own their files as /lib/…"""
    real = os.path.realpath(path)
    for name in (real, real.removeprefix("/usr"), path):
        shown = command("dpkg-query", "-S", name, check=False)
        if shown:
            return shown.split(":")[0]
    raise Skipped(f"no package has {path}: the programs do not fit into a plain Debian")


class Tree:
    """The cached root file system, with at least the packages asked for. One of another name than its
    release's has packages that those of the tests are to be without."""

    def __init__(self, packages, suite=None, name=None):
        cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache")
        self.suite = suite or release()
        self.root = cache / "dxrouted-containers" / (name or self.suite)
        self.installed = self.root.with_suffix(".packages")
        self.root.parent.mkdir(parents=True, exist_ok=True)
        if not self.installed.exists():
            self._make()
        missing = sorted(set(packages) - set(self.installed.read_text().split()))
        if missing:
            self._install(missing)

    def _make(self):
        shutil.rmtree(self.root, ignore_errors=True)
        try:
            command("debootstrap", "--variant=minbase", self.suite, self.root, timeout=LONG)
        except Failed as error:
            raise Skipped(f"no {self.suite} tree (no way to a mirror?): {error}") from None
        self.installed.write_text("")

    def _install(self, packages):
        try:
            self._apt("update")
            self._apt("install", "-y", "--no-install-recommends", *packages)
        except Failed as error:
            raise Skipped(f"cannot install into the tree: {error}") from None
        with self.installed.open("a") as names:
            names.writelines(f"{name}\n" for name in packages)

    def fetched(self, package):
        """A directory with the files of a package of the release, of which nothing is installed, nor what it needs."""
        directory = self.root.with_suffix(f".{package}")
        if not directory.exists():
            try:
                self._apt("update")
                self._apt("download", package)
            except Failed as error:
                raise Skipped(f"cannot fetch {package}: {error}") from None
            archive, = self.root.glob(f"{package}_*.deb")
            command("dpkg-deb", "--extract", archive, directory)
            archive.unlink()
        return directory

    def _apt(self, *words):
        command("chroot", self.root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq",
                *words, timeout=LONG)


class Container(Namespace):
    """A booted tree. As a Namespace it is a box of the laboratory like any other; run_inside() also
    enters its processes and files."""

    def __init__(self, lab, name, tree, binds):
        """`binds`: {path of the host: path inside}; the laboratory's directory is /mnt/lab."""
        self.lab, self.name, self.netns = lab, name, f"{lab.prefix}-{name}"
        self.boot_log = lab.directory / f"{name}-boot.log"
        self.nspawn = None
        lab.at_end.append(self.stop)
        with open(self.boot_log, "wb") as log:
            self.nspawn = subprocess.Popen(
                ["systemd-nspawn", "--directory", tree.root, "--machine", self.netns, "--boot",
                 "--volatile=overlay", "--register=no", "--keep-unit", "--private-network",
                 "--console=pipe", f"--bind={lab.directory}:/mnt/lab",
                 *(f"--bind-ro={host}:{inside}" for host, inside in binds.items()),
                 # Nothing that waits for a network, as a whole system's boot would.
                 "systemd.unit=basic.target",
                 # udevd for the links made later; the devices of this machine are none of its business.
                 "systemd.mask=systemd-udev-trigger.service"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                env={**os.environ, "SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1",
                     # Without a writable /sys networkd takes it that there is no udev, configures links
                     # before it has read the routes, and so finds none to delete at its start.
                     "SYSTEMD_NSPAWN_API_VFS_WRITABLE": "yes"})
        self.init = None
        wait_until("the container is up", self._up, 60, 0.2)
        command("ip", "netns", "attach", self.netns, self.init)
        lab.namespaces.append(self)

    def _alive(self):
        if self.nspawn.poll() is not None:
            raise RuntimeError(f"systemd-nspawn ended:\n{self.boot_log.read_text(errors='replace')}")

    def _child(self):
        self._alive()
        pid = self.nspawn.pid
        children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return children[0] if children else None

    def _up(self):
        """Its first child is only on the way to the one that becomes PID 1 there."""
        self.init = self._child()
        return self.init and self.run_inside("systemctl", "is-system-running",
                               check=False).strip() in ("running", "degraded")

    def words_inside(self, *words):
        """The command line that runs these there."""
        return ["nsenter", "--target", self.init, "--mount", "--uts", "--ipc", "--net", "--pid", "--cgroup", *words]

    def run_inside(self, *words, check=True, timeout=60):
        return command(*self.words_inside(*words), check=check, timeout=timeout)

    def journal(self, unit):
        return self.run_inside("journalctl", "--unit", unit, "--output", "cat", "--no-pager")

    def monitor(self, *objects):
        """`ip monitor` that listens; it says nothing by itself."""
        process = self.start("ip", "-N", "-tshort", "monitor", *objects, name="monitor")
        wait_until("the monitor listens", lambda: self._listens(process.pid), 5)
        return process

    def _listens(self, pid):
        """The program's netlink socket is bound (field 3 of the table is the port: its process id)."""
        table = self.run("cat", "/proc/net/netlink")
        return any(line.split()[2] == str(pid) for line in table.splitlines()[1:])

    def stop(self):
        """systemd-nspawn passes SIGTERM on as a request to power off; its child dies with it."""
        if self.nspawn is None or self.nspawn.poll() is not None:
            return
        self.nspawn.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.nspawn.wait(20)
        if self.nspawn.poll() is None:
            self.nspawn.kill()
            self.nspawn.wait()


def main(name, run):
    """Runs a test in a lab of its own. 77 says that it cannot run here."""
    try:
        need_tools()
        with Lab(name) as lab:
            run(lab)
        print(f"passed: {name}")
    except Skipped as reason:
        print(f"skipped: {reason}")
        sys.exit(77)
    except Failed as error:
        print(f"failed: {error}")
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
