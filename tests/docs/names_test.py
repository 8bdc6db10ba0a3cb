#!/usr/bin/env python3
"""Files, links and identifiers that the documents name are there, and the control API's table has every endpoint."""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
FILE = re.compile(r"`((?:[\w{}*-]+/)*[\w-]+\.(?:cpp|hpp|py|sh|json|txt|yaml|\*))`")
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")
# In the programmers' guides: `Type`, `function`, `Type::member`.
IDENTIFIER = re.compile(r"`((?:\w+::)*(?:[A-Z]+[a-z]\w*|[a-z]\w*_\w+))(?:\(\))?`")
GUIDES = ("README.md", "libbgp/README.md", "libfib/README.md", "daemon/README.md", "cli/README.md")
ENDPOINT = re.compile(r'Endpoint\{Verb::\w+, "([^"]+)"')
# Files of a running router, or of who follows a guide.
ELSEWHERE = {"dxrouted.yaml", "metrics.json", "peer-limits.json", "drained.json", "pending.json", "peer.json"}


def tracked():
    names = subprocess.run(["git", "-C", ROOT, "ls-files"], capture_output=True, text=True, check=False).stdout.split("\n")
    return [name for name in names if name]


def missing_names(document, text, files):
    for name in FILE.findall(text):
        if name.rpartition("/")[2] in ELSEWHERE or "{" in name:
            continue
        pattern = re.compile(r"(?:^|/)" + re.escape(name).replace(r"\*", r"[^/]*") + "$")
        if not any(pattern.search(file) for file in files):
            yield f"{document}: there is no {name}"
    for target in LINK.findall(text):
        if not (ROOT / document).parent.joinpath(target).exists():
            yield f"{document}: the link {target} leads nowhere"


def missing_identifiers(guide, text, source):
    for name in IDENTIFIER.findall(text):
        if not re.search(r"\b" + name.rpartition("::")[2] + r"\b", source):
            yield f"{guide}: nothing is called {name}"


def missing_endpoints():
    table = (ROOT / "daemon/control/README.md").read_text()
    for path in ENDPOINT.findall((ROOT / "daemon/control/api.cpp").read_text()):
        words = path.replace("/*", "/N")
        if words not in table and "…/" + words.rpartition("/")[2] not in table:
            yield f"daemon/control/README.md: {path} is missing"


def main():
    files = tracked()
    if not files:
        print("skipped: not a git checkout")
        return 77
    wrong = list(missing_endpoints())
    for document in (file for file in files if file.endswith(".md")):
        wrong += missing_names(document, (ROOT / document).read_text(), files)
    source = "\n".join((ROOT / file).read_text() for file in files if file.endswith((".cpp", ".hpp", ".py", ".txt")))
    for guide in (guide for guide in GUIDES if guide in files):
        wrong += missing_identifiers(guide, (ROOT / guide).read_text(), source)
    print("\n".join(wrong) or f"{len(files)} files: all that is named is there")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
