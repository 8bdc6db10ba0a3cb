"""Prometheus's text format, read: what a scrape of the daemon, or of an exporter, says."""
import re

SAMPLE = re.compile(r"([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)")
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"')


class Exposition:
    def __init__(self, text):
        self.text = text
        self.samples = []  # (name, labels, value)
        for line in text.splitlines():
            if not line or line.startswith("#"):
                continue
            name, labels, value = SAMPLE.fullmatch(line).groups()
            self.samples.append((name, dict(LABEL.findall(labels or "")), float(value)))

    def families(self):
        """The names by their TYPE lines: of a histogram there is one."""
        return {line.split()[2] for line in self.text.splitlines() if line.startswith("# TYPE ")}

    def all(self, name, **labels):
        """(labels, value) of the samples with these labels, and perhaps more."""
        return [(found, value) for known, found, value in self.samples
                if known == name and labels.items() <= found.items()]

    def value(self, name, **labels):
        """Of the one sample with these labels; None if there is none."""
        found = self.all(name, **labels)
        if len(found) > 1:
            raise ValueError(f"{name}{labels} is {len(found)} samples")
        return found[0][1] if found else None
