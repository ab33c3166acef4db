#!/usr/bin/python3
"""The tables and plots of docs/pacing.md: `make pacing-report`.

Runs `yinhuctl simulate pacing` over worlds and seeds and writes the means with
95 % confidence intervals (Student's t over the seeds; a seed is a day of
callees, the same for every pacer) between the markers of docs/pacing.md, the
plots into docs/images, and all figures into build/bench/pacing.json. Days that were
simulated are kept in build/pacing; remove it after a change of the pacer.

Environment: SEEDS (20), HOURS (8), AGENTS ("5,10,20,50,100,200"), JOBS.
"""
import concurrent.futures
import json
import math
import os
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(os.environ.get("YINHU_BIN", ROOT / "build/bin"))
SEEDS = int(os.environ.get("SEEDS", "20"))
HOURS = int(os.environ.get("HOURS", "8"))
AGENTS = [int(n) for n in
          os.environ.get("AGENTS", "5,10,20,50,100,200").split(",")]
JOBS = int(os.environ.get("JOBS", os.cpu_count() or 1))
WORLDS = (("steady", "answer rate by the hour", []),
          ("drift", "and it wanders within the hour", ["--drift"]),
          ("bursts", "and minutes of 1.7 or 0.4 times it", ["--burst"]),
          ("both", "drift and bursts", ["--drift", "--burst"]))
PACERS = ("ours", "adaptive-day")
CACHE = ROOT / "build/pacing"
PAGE = ROOT / "docs/pacing.md"
MARKS = ("<!-- report: begin -->", "<!-- report: end -->")
# Two-sided 95 % quantiles of Student's t by degrees of freedom.
T95 = (12.71, 4.30, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26, 2.23, 2.20,
       2.18, 2.16, 2.14, 2.13, 2.12, 2.11, 2.10, 2.09, 2.09)


# ---- figures ------------------------------------------------------------------

def simulate(job):
    """Rows of a day, one a pacer; kept, so that a run that was cut goes on."""
    flags, seed, agents = job
    kept = CACHE / f"{agents}-{seed}-{HOURS}{''.join(flags)}.json"
    if kept.exists():
        return json.loads(kept.read_text())
    rows = []
    for pacer in PACERS:
        done = subprocess.run(
            [BIN / "yinhuctl", "simulate", "pacing", "--json", "--pacer",
             pacer, "--agents", str(agents), "--seed", str(seed), "--hours",
             str(HOURS), *flags], capture_output=True, text=True, check=True)
        rows += json.loads(done.stdout)["rows"]
    CACHE.mkdir(parents=True, exist_ok=True)
    kept.write_text(json.dumps(rows))
    return rows


def interval(values):
    """Mean and half of its 95 % confidence interval."""
    n = len(values)
    if n < 2:
        return statistics.mean(values), float("nan")
    t = T95[n - 2] if n - 2 < len(T95) else 1.98
    return (statistics.mean(values),
            t * statistics.stdev(values) / math.sqrt(n))


def summary(rows):
    """Rows of all pacers of one (world, agents), over the seeds."""
    by = {p: [r for r in rows if r["pacer"] == p] for p in PACERS}
    out = {"floor": rows[0]["floor"], "seeds": len(by["ours"])}
    for p, of in by.items():
        out[p] = {
            "utilisation": interval([r["utilisation"] for r in of]),
            "abandoned": interval([r["abandoned"] for r in of]),
            "window_max": max(r["abandoned_window_max"] for r in of),
            "withdrawn": sum(r["withdrawn"] for r in of) /
            sum(r["dials"] for r in of),
            "day_max": max(r["abandoned"] for r in of)}
    gain = [a["utilisation"] - b["utilisation"]
            for a, b in zip(by["ours"], by["adaptive-day"])]
    out["gain"] = interval(gain)
    out["gain_least"] = min(gain)
    return out


def run():
    jobs = [(name, flags, seed, n) for seed in range(1, SEEDS + 1)
            for n in AGENTS for name, _, flags in WORLDS]
    found = {}
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        for (name, _, _, n), rows in zip(jobs, pool.map(
                simulate, [j[1:] for j in jobs])):
            found.setdefault((name, n), []).extend(rows)
    return {key: summary(rows) for key, rows in found.items()}


# ---- the page -----------------------------------------------------------------

def percent(pair, digits=1):
    mean, half = pair
    return f"{100 * mean:.{digits}f} ± {100 * half:.{digits}f}"


def table(found, name):
    lines = ["| agents | ours | adaptive rule | Erlang-B floor | ours − "
             "adaptive | abandoned, ours | worst 30 min, ours "
             "| dials taken back | abandoned, adaptive "
             "| worst 30 min, adaptive |",
             "|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|"]
    for n in AGENTS:
        s = found[name, n]
        ours, other = s["ours"], s["adaptive-day"]
        lines.append(
            f"| {n} | **{percent(ours['utilisation'])}** "
            f"| {percent(other['utilisation'])} | {100 * s['floor']:.1f} "
            f"| {percent(s['gain'])} | {percent(ours['abandoned'], 2)} "
            f"| {100 * ours['window_max']:.2f} "
            f"| {100 * ours['withdrawn']:.2f} "
            f"| {percent(other['abandoned'], 2)} "
            f"| {100 * other['window_max']:.2f} |")
    return "\n".join(lines)


def verdict(found):
    above = all(s["ours"]["utilisation"][0] - s["ours"]["utilisation"][1] >
                s["floor"] and s["gain"][0] - s["gain"][1] > 0
                for s in found.values())
    worst = max(s["ours"]["window_max"] for s in found.values())
    days = sum(s["seeds"] for s in found.values())
    over = sum(s["ours"]["window_max"] > 0.03 or s["ours"]["day_max"] > 0.03
               for s in found.values())
    return (f"Over {days} simulated days ({SEEDS} seeds a cell, {HOURS} h "
            f"each): the whole confidence interval is above the floor and "
            f"above the adaptive rule in {'every' if above else 'NOT EVERY'} "
            f"cell; the worst 30 minutes of ours abandoned "
            f"{100 * worst:.2f} % ({over} cells over 3 %).")


def write_page(found):
    text = PAGE.read_text()
    head, rest = text.split(MARKS[0])
    tail = rest.split(MARKS[1])[1]
    parts = [verdict(found), "![utilisation](images/pacing.svg)",
             "![abandoned](images/pacing-abandoned.svg)"]
    for name, what, _ in WORLDS:
        parts.append(f"**{name}**: {what}. Utilisation and abandoned calls "
                     f"in %, mean ± 95 % interval.")
        parts.append(table(found, name))
    PAGE.write_text(head + MARKS[0] + "\n" + "\n\n".join(parts) + "\n" +
                    MARKS[1] + tail)


# ---- plots --------------------------------------------------------------------

W, H, LEFT, TOP, PANEL_W, PANEL_H = 960, 330, 48, 40, 200, 220
COLOURS = {"ours": "#0b6e4f", "adaptive": "#c8553d", "floor": "#5c677d",
           "cap": "#999999"}


class Plot:
    """Panels side by side, one a world; agents on an even scale."""

    def __init__(self, low, high, unit):
        self.low, self.high = low, high
        self.out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{W}" '
                    f'height="{H}" viewBox="0 0 {W} {H}" '
                    'font-family="sans-serif" font-size="11">',
                    f'<rect width="{W}" height="{H}" fill="white"/>']
        for i, (name, _, _) in enumerate(WORLDS):
            self.axes(i, name, unit if i == 0 else "")

    def x(self, panel, i):
        step = (PANEL_W - 24) / max(len(AGENTS) - 1, 1)
        return LEFT + panel * (PANEL_W + 26) + 12 + i * step

    def y(self, value):
        share = (value - self.low) / (self.high - self.low)
        return TOP + PANEL_H * (1 - share)

    def text(self, x, y, what, anchor="middle", fill="#333"):
        self.out.append(f'<text x="{x:.1f}" y="{y:.1f}" fill="{fill}" '
                        f'text-anchor="{anchor}">{what}</text>')

    def line(self, x1, y1, x2, y2, colour, width=1.0, dash=""):
        more = f' stroke-dasharray="{dash}"' if dash else ""
        self.out.append(f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" '
                        f'y2="{y2:.1f}" stroke="{colour}" '
                        f'stroke-width="{width}"{more}/>')

    def axes(self, panel, name, unit):
        left = self.x(panel, 0) - 12
        for k in range(5):
            value = self.low + (self.high - self.low) * k / 4
            self.line(left, self.y(value), left + PANEL_W, self.y(value),
                      "#e4e4e4")
            self.text(left - 4, self.y(value) + 4, f"{value:g}", "end")
        for i, n in enumerate(AGENTS):
            self.text(self.x(panel, i), TOP + PANEL_H + 16, n)
        self.text(left + PANEL_W / 2, TOP - 10, name)
        self.text(left + PANEL_W / 2, TOP + PANEL_H + 32, "agents")
        if unit:
            self.text(left, TOP - 26, unit, "start")

    def series(self, panel, points, colour, dash=""):
        """points: (mean, half of its interval) in agents' order."""
        at = [(self.x(panel, i), m, h) for i, (m, h) in enumerate(points)]
        path = " ".join(f"{x:.1f},{self.y(m):.1f}" for x, m, _ in at)
        more = f' stroke-dasharray="{dash}"' if dash else ""
        self.out.append(f'<polyline points="{path}" fill="none" '
                        f'stroke="{colour}" stroke-width="2"{more}/>')
        for x, m, h in at:
            if h and not math.isnan(h):
                self.line(x, self.y(m - h), x, self.y(m + h), colour, 3)

    def legend(self, entries):
        for i, (what, colour) in enumerate(entries):
            x = LEFT + 12 + i * 230
            self.line(x, H - 12, x + 24, H - 12, colour, 3)
            self.text(x + 30, H - 8, what, "start")

    def save(self, path):
        path.write_text("\n".join(self.out + ["</svg>"]) + "\n")


def column(found, name, pacer, what):
    return [tuple(100 * v for v in found[name, n][pacer][what])
            for n in AGENTS]


def plot_utilisation(found):
    plot = Plot(30, 100, "utilisation [%]")
    for i, (name, _, _) in enumerate(WORLDS):
        plot.series(i, [(100 * found[name, n]["floor"], 0) for n in AGENTS],
                    COLOURS["floor"], "4 3")
        plot.series(i, column(found, name, "adaptive-day", "utilisation"),
                    COLOURS["adaptive"])
        plot.series(i, column(found, name, "ours", "utilisation"),
                    COLOURS["ours"])
    plot.legend((("ours", COLOURS["ours"]),
                 ("adaptive rule, best setting", COLOURS["adaptive"]),
                 ("Erlang-B floor", COLOURS["floor"])))
    plot.save(ROOT / "docs/images/pacing.svg")


def plot_abandoned(found):
    plot = Plot(0, 8, "abandoned [%]")
    for i, (name, _, _) in enumerate(WORLDS):
        plot.series(i, [(3, 0)] * len(AGENTS), COLOURS["cap"], "4 3")
        plot.series(i, column(found, name, "ours", "abandoned"),
                    COLOURS["ours"])
        for pacer, colour in (("ours", COLOURS["ours"]),
                              ("adaptive-day", COLOURS["adaptive"])):
            plot.series(i, [(min(100 * found[name, n][pacer]["window_max"],
                                 8), 0) for n in AGENTS], colour, "2 3")
    plot.legend((("ours, the day", COLOURS["ours"]),
                 ("dotted: worst 30 min of all seeds", COLOURS["adaptive"]),
                 ("cap", COLOURS["cap"])))
    plot.save(ROOT / "docs/images/pacing-abandoned.svg")


def write_json(found):
    out = ROOT / "build/bench"
    out.mkdir(parents=True, exist_ok=True)
    cells = [{"world": name, "agents": n, **s}
             for (name, n), s in sorted(found.items())]
    least = min(cells, key=lambda c: c["gain"][0])
    (out / "pacing.json").write_text(json.dumps({
        "name": "pacing", "value": least["ours"]["utilisation"][0],
        "unit": "utilisation where ours leads least",
        "peer": "adaptive rule, best setting by hindsight",
        "peer_value": least["adaptive-day"]["utilisation"][0],
        "ratio": least["ours"]["utilisation"][0] /
        least["adaptive-day"]["utilisation"][0],
        "conditions": f"simulated, {SEEDS} seeds, {HOURS} h, worlds "
        + ", ".join(w[0] for w in WORLDS), "cells": cells}, indent=1) + "\n")


def main():
    found = run()
    write_json(found)
    plot_utilisation(found)
    plot_abandoned(found)
    write_page(found)
    print(verdict(found))
    return 0 if "NOT EVERY" not in verdict(found) and not any(
        s["ours"]["window_max"] > 0.03 for s in found.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
