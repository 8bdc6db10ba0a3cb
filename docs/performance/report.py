#!/usr/bin/env python3
"""Makes the tables and plots of performance.md from a comparison's results.

    report.py RESULTS.jsonl… [--into FOLDER]

RESULTS are what the benchmark appends: a line a run, {"scenario", "n", "driver", "figures", "disturbed"}, after a line
that names the machine and the versions. Medians are taken; disturbed runs are left out. Writes FOLDER/performance.md's
part between its two marks, and FOLDER/NAME.svg for each plot."""

import argparse
import collections
import json
import math
import pathlib
import statistics

DAEMONS = {"dxrouted": "#0b6e4f", "bird": "#b3541e", "frr": "#5b4b9a", "gobgp": "#7a7a7a", "openbgpd": "#a3872f"}

# Scenario, its figure, what it means, the file of its plot.
ROWS = [
    ("load", "fib_s", "s until all are in the kernel", "load"),
    ("load", "first_s", "s until the first is", None),
    ("load", "withdraw_s", "s until the kernel has none of them any more", "withdraw"),
    ("propagate1", "all_s", "s until another peer has all (no kernel routes)", "propagate1"),
    ("propagate10", "all_s", "s until ten other peers have all", None),
    ("failover-notify", "last_s", "s until all are on the other circuit, after a NOTIFICATION", "failover"),
    ("failover-rst", "last_s", "s, after a TCP reset", None),
    ("failover-linkdown", "last_s", "s, after the link was set down", None),
    ("failover-carrier", "last_s", "s, after the carrier was lost", None),
    ("failover-rib", "last_s", "s until another peer has learnt all anew", None),
    ("outage-linkdown", "lost", "packets lost of 10,000 a second", None),
    ("outage-carrier", "lost", "packets lost of 10,000 a second", None),
    ("outage-notify", "lost", "packets lost of 10,000 a second", None),
    ("outage-notify", "moved_ms", "ms until the traffic has moved", None),
    ("outage-blackhole-bfd", "lost", "packets lost of 10,000 a second, BFD at 50 ms x 3", None),
    ("outage-blackhole-bfd", "excess_ms", "ms beyond the detection time until the traffic has moved", None),
    ("outage-return", "lost", "packets lost when the circuit comes back", None),
    ("load", "peak_mib", "MiB at the peak, one table", "memory"),
    ("failover-notify", "peak_mib", "MiB at the peak, two tables", None),
    ("idle", "rss_mib", "MiB with two peers and 100 routes", None),
    ("idle", "idle_cpu_percent", "% of a core", None),
    ("start-active", "up_s", "s from the start of the process to the session", None),
]
BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"


def read(paths):
    """{(scenario, n, driver): {figure: [values]}} and the lines about the machine."""
    figures = collections.defaultdict(lambda: collections.defaultdict(list))
    machines = []
    for path in paths:
        for line in pathlib.Path(path).read_text().splitlines():
            row = json.loads(line)
            if "machine" in row:
                versions = ", ".join(f"{name} {version}" for name, version in sorted(row["versions"].items()))
                machines.append(f"{row['machine']}; {versions}")
            elif row.get("figures") and not row.get("disturbed"):
                for figure, value in row["figures"].items():
                    figures[row["scenario"], row["n"], row["driver"]][figure].append(value)
    return figures, machines


def number(value):
    if value == 0:
        return "0"
    digits = max(0, 1 - math.floor(math.log10(abs(value))))
    return f"{value:,.{digits}f}"


def table(figures, drivers):
    lines = ["| | N | " + " | ".join(drivers) + " | dxrouted : best other |", "|---|---:|" + "---:|" * (len(drivers) + 1)]
    for scenario, figure, meaning, _ in ROWS:
        for n in sorted({n for s, n, _ in figures if s == scenario}):
            medians = {driver: statistics.median(values) for driver in drivers
                       if (values := figures[scenario, n, driver].get(figure))}
            if "dxrouted" not in medians:
                continue
            others = [value for driver, value in medians.items() if driver != "dxrouted" and value > 0]
            ratio = f"{medians['dxrouted'] / min(others):.2f}" if others else ""
            cells = [number(medians[driver]) if driver in medians else "" for driver in drivers]
            lines.append(f"| {scenario}: {meaning} | {n:,} | " + " | ".join(cells) + f" | {ratio} |")
    return "\n".join(lines)


def plot(figures, drivers, scenario, figure, title):
    """An SVG of a figure against N, both logarithmic; None where there are not two sizes."""
    series = {}
    for driver in drivers:
        points = [(n, statistics.median(values[figure])) for (s, n, d), values in sorted(figures.items())
                  if s == scenario and d == driver and values.get(figure)]
        points = [(n, value) for n, value in points if value > 0]
        if len(points) > 1:
            series[driver] = points
    if "dxrouted" not in series:
        return None
    left, top, width, height = 70, 40, 420, 260
    xs = [n for points in series.values() for n, _ in points]
    ys = [value for points in series.values() for _, value in points]
    x0, x1 = math.log10(min(xs)), math.log10(max(xs))
    y0, y1 = math.floor(math.log10(min(ys))), math.ceil(math.log10(max(ys)))

    def x(n):
        return left + (math.log10(n) - x0) / (x1 - x0) * width

    def y(value):
        return top + height - (math.log10(value) - y0) / (y1 - y0) * height

    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {left + width + 100} {top + height + 50}" '
           'font-family="sans-serif" font-size="12" fill="#333">',
           '<rect width="100%" height="100%" fill="#fff"/>',
           f'<text x="{left}" y="22" font-size="14">{title}</text>']
    for power in range(y0, y1 + 1):
        at = y(10 ** power)
        out.append(f'<line x1="{left}" x2="{left + width}" y1="{at:.1f}" y2="{at:.1f}" stroke="#ddd"/>')
        label = f"{10 ** power:,}" if power >= 0 else f"{10 ** power:.{-power}f}"
        out.append(f'<text x="{left - 8}" y="{at + 4:.1f}" text-anchor="end">{label}</text>')
    for n in sorted(set(xs)):
        out.append(f'<text x="{x(n):.1f}" y="{top + height + 20}" text-anchor="middle">{n:,}</text>')
    out.append(f'<text x="{left + width / 2}" y="{top + height + 40}" text-anchor="middle">routes</text>')
    for driver, points in series.items():
        line = " ".join(f"{x(n):.1f},{y(value):.1f}" for n, value in points)
        colour = DAEMONS[driver]
        out.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        out += [f'<circle cx="{x(n):.1f}" cy="{y(value):.1f}" r="3" fill="{colour}"/>' for n, value in points]
        last = points[-1]
        out.append(f'<text x="{x(last[0]) + 8:.1f}" y="{y(last[1]) + 4:.1f}" fill="{colour}">{driver}</text>')
    return "\n".join(out + ["</svg>", ""])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("results", nargs="+", help="what the benchmark appended to")
    parser.add_argument("--into", default=str(pathlib.Path(__file__).parent), help="folder of performance.md")
    options = parser.parse_args()
    folder = pathlib.Path(options.into)
    figures, machines = read(options.results)
    drivers = [driver for driver in DAEMONS if any(d == driver for _, _, d in figures)]

    parts = [BEGIN, "", *(f"{machine}." for machine in dict.fromkeys(machines)), "", table(figures, drivers), ""]
    for scenario, figure, meaning, file in ROWS:
        svg = file and plot(figures, drivers, scenario, figure, f"{scenario}: {meaning}")
        if svg:
            (folder / f"{file}.svg").write_text(svg)
            parts += [f"![{scenario}: {meaning}, against the number of routes]({file}.svg)", ""]
    parts.append(END)

    page = folder / "performance.md"
    text = page.read_text() if page.exists() else f"{BEGIN}\n{END}\n"
    before, _, rest = text.partition(BEGIN)
    page.write_text(before + "\n".join(parts) + rest.partition(END)[2])


if __name__ == "__main__":
    main()
