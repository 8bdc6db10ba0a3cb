"""The pages of docs/runbooks as tests read them: commands with what they are said to print, and configurations.

A ```console block has commands behind `$ ` and below each what it prints, abridged with `…`. A command
that ends in `# not tried here` was not; a ```yaml block whose first line begins with `# dxrouted.yaml` is a full
configuration. What a page shows and what is printed are compared without figures.
"""
import dataclasses
import pathlib
import re

PAGES = pathlib.Path(__file__).resolve().parents[2] / "docs/runbooks"
NOT_TRIED = "# not tried here"
_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)


@dataclasses.dataclass
class Command:
    page: str
    text: str
    shown: list
    tried: bool

    @property
    def words(self):
        return self.text.split()

    @property
    def program(self):
        return self.words[0]

    @property
    def exit_code(self):
        """A page that shows an error means it."""
        return int(any(line.startswith(f"{self.program}: ") for line in self.shown))


def pages():
    return sorted(path.name for path in PAGES.glob("*.md"))


def blocks(page, language):
    return [text for found, text in _BLOCK.findall((PAGES / page).read_text()) if found == language]


def languages(page):
    return {language for language, _ in _BLOCK.findall((PAGES / page).read_text())}


def commands(page):
    """Those of all its console blocks, in order."""
    found = []
    for block in blocks(page, "console"):
        for line in block.splitlines():
            if line.startswith("$ "):
                text = line[2:].removesuffix(NOT_TRIED).strip()
                found.append(Command(page, text, [], not line.endswith(NOT_TRIED)))
            elif found and not line.startswith("…"):
                found[-1].shown.append(line)
    return found


def configuration(page):
    """The full one of a page."""
    return next(text for text in blocks(page, "yaml") if is_full(text))


def is_full(yaml):
    return yaml.startswith("# dxrouted.yaml")


def missing(shown, printed):
    """The first line of a page that a command does not print, in that order; None: it prints all. `…` at a line's end
    stands for the rest of it."""
    rest = iter([_without_figures(line) for line in printed.splitlines()])
    return next((line for line in shown if line.strip() and not any(_stands_for(line, each) for each in rest)), None)


def _stands_for(shown, printed):
    begins = shown.removesuffix("…")
    return printed.startswith(_without_figures(begins)) if begins != shown else printed == _without_figures(shown)


_VARIES = re.compile(r"\d+[dwy]\d+[hwd]|\d\d:\d\d:\d\d(?![:\d])|never|(?:[0-9a-f]{2}:){5}[0-9a-f]{2}|fe80::[0-9a-f:]+")


def _without_figures(line):
    """Neither times, hardware addresses, counters and versions, nor how wide they make a column."""
    return " ".join(re.sub(r"\d+", "0", _VARIES.sub("_", line)).split())
