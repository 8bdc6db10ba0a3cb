"""`dxctl import` without a daemon: what it writes passes `dxrouted --check`, keys are their owner's alone
and nowhere else, nothing that exists is overwritten, and what is no input is one line."""
import pathlib
import re
import stat
import subprocess

from circuits import Dxrouted, expect, expect_equal

FIXTURES = pathlib.Path(__file__).resolve().parents[2] / "unit/cli/import/fixtures"
NOWHERE = "/nonexistent/dxrouted.sock"  # no daemon is asked

# words of the command -> how many keys it brings
IMPORTS = {
    ("aws", "vifs.json"): 6,
    ("aws", "vpn.json"): 0,
    ("aws", "vpn.xml"): 0,
    ("aws", "vifs.json", "and", "vpn.json", "networks", "10.20.0.0/16"): 6,
    ("frr", "frr.conf"): 3,
    ("cisco", "cisco.txt"): 1,
}


def dxctl(router, *words, by_line=False):
    """(exit code, stdout, stderr)"""
    command = [str(router.client), "--socket", NOWHERE]
    command += ["-c", " ".join(words)] if by_line else words
    done = subprocess.run(command, capture_output=True, text=True, timeout=30)
    return done.returncode, done.stdout, done.stderr


def words_of(words, directory):
    files = [str(FIXTURES / word) if "." in word and "/" not in word else word for word in words]
    return ["import", *files, "to", str(directory)]


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def check_output(router, directory, said, keys):
    code, told = check(router, directory)
    # That a limit is above AWS's usual one is said also where AWS allocated it.
    told = "".join(line for line in told.splitlines(True) if "unless it allocated more" not in line)
    expect_equal((code, told), (0, f"{directory}/dxrouted.yaml: valid\n"), "dxrouted --check")
    secrets = []
    for path in sorted(directory.rglob("*")):
        if path.is_dir():
            continue
        secret = path.parent.name == "keys"
        expect_equal(mode(path), 0o600 if secret else 0o640, f"the mode of {path}")
        if secret:
            secrets.append(path.read_text().rstrip("\n"))
    expect_equal(len(secrets), keys, "the number of keys")
    texts = [said] + [path.read_text() for path in directory.rglob("*")
                      if path.is_file() and path.parent.name != "keys"]
    for secret in secrets:
        expect(not any(secret in text for text in texts), "a key is shown")


def check(router, directory):
    done = subprocess.run([str(router.daemon), "--check", "--config", f"{directory}/dxrouted.yaml"],
                          capture_output=True, text=True, timeout=30)
    return done.returncode, done.stdout + done.stderr


def run(lab):
    router = Dxrouted(lab.namespace("router"), {})
    for number, (words, keys) in enumerate(IMPORTS.items()):
        directory = router.directory / f"import-{number}"
        command = words_of(words, directory)
        code, said, errors = dxctl(router, *command, by_line=number % 2 == 1)
        expect_equal((code, errors), (0, ""), f"{words}")
        check_output(router, directory, said, keys)

        before = (directory / "dxrouted.yaml").read_bytes()
        (directory / "dxrouted.yaml").write_text("mine\n")
        code, said, errors = dxctl(router, *command)
        expect_equal((code, said), (1, ""), f"{words} over what exists")
        expect("exists already" in errors, f"it was refused without the reason: {errors}")
        expect_equal((directory / "dxrouted.yaml").read_text(), "mine\n", "what exists")
        code, said, errors = dxctl(router, *command, "force")
        expect_equal((code, errors), (0, ""), f"{words} by force")
        expect_equal((directory / "dxrouted.yaml").read_bytes(), before, "the file written by force")
        check_output(router, directory, said, keys)

    vifs = (FIXTURES / "vifs.json").read_text()
    done = subprocess.run([str(router.client), "import", "aws", "-", "to", str(router.directory / "from-stdin")],
                          input=vifs, capture_output=True, text=True, timeout=30)
    expect_equal((done.returncode, done.stderr), (0, ""), "an import from stdin")
    check_output(router, router.directory / "from-stdin", done.stdout, 6)

    for bad in ("/etc/hostname", "/nonexistent", "/", "/dev/null"):
        for form in ("aws", "frr", "cisco"):
            code, said, errors = dxctl(router, "import", form, bad)
            expect_equal((code, said), (1, ""), f"import {form} {bad}")
            expect(re.fullmatch(r"dxctl: [^\n]+\n", errors), f"not one line: {errors}")
