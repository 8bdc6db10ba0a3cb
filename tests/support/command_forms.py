"""The forms of commands that dxctl(1) describes, and the command lines that one stands for: [ ] may be left out, |
separates alternatives, words in capitals are filled in."""
import itertools
import pathlib
import re

PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs/man/dxctl.1.scd"


def forms():
    """As the page writes them, in its order."""
    commands = PAGE.read_text().split("# COMMANDS", 1)[1].split("\n# ", 1)[0]
    return [form.replace("\\*", "*") for form in re.findall(r"^\*(.*)\*$", commands, re.MULTILINE)]  # as the page has to write it


def lines(form, values):
    """Each command line that a form without { } stands for, as a list of words; `values`: {"PREFIX": …}."""
    return [[values.get(word, word) for word in line] for line in _sequence(_tokens(form))]


def _tokens(form):
    tokens = iter(re.findall(r"[][{}]|[^][{}\s]+", form))

    def nested():
        found = []
        for token in tokens:
            if token == "]":
                break
            found.append(nested() if token == "[" else token)
        return found
    return nested()


def _sequence(tokens):
    return [list(itertools.chain(*parts)) for parts in itertools.product(*map(_ways, tokens))]


def _ways(token):
    """A list is what may be left out."""
    if isinstance(token, list):
        return [[], *_sequence(token)]
    return [[word] for word in token.split("|")]
