#!/usr/bin/python3
"""Half of a core's calls for long: does anything grow, does anything fade?

SOAK_SECONDS=3600 SOAK_CALLS=half of build/bench/media.json (or 1000), which
share ports as they do there. A line a 10 s from `yinhuctl bench media --hold`;
the gate is the slope after the first minute: memory, file descriptors, late
packets: build/bench/soak.json, exit status 1 if one of them grows.
"""
import json
import os
import subprocess
import sys
from pathlib import Path

import media

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "build/bench"
YINHUCTL = Path(os.environ.get("YINHU_BIN", ROOT / "build/bin")) / "yinhuctl"
WARM_S = 60
# Allowed growth an hour: 1 % of the memory, no descriptor, no trend of late
# packets beyond the bar itself.
RSS_AN_HOUR, FDS_AN_HOUR, LATE_BAR = 0.01, 1.0, 0.001


def slope_an_hour(rows, key):
    """Least squares."""
    n = len(rows)
    if n < 2:
        return 0.0
    x = [r["second"] / 3600 for r in rows]
    y = [r[key] for r in rows]
    mx, my = sum(x) / n, sum(y) / n
    var = sum((a - mx) ** 2 for a in x)
    return sum((a - mx) * (b - my) for a, b in zip(x, y)) / var if var else 0.0


def capacity():
    if "SOAK_CALLS" in os.environ:
        return int(os.environ["SOAK_CALLS"])
    path = OUT / "media.json"
    return json.loads(path.read_text())["value"] // 2 if path.exists() else 1000


def stolen_ms():
    """What the hypervisor has kept from this machine's cores so far."""
    steal = Path("/proc/stat").read_text().split("\n", 1)[0].split()[8]
    return int(steal) * 1000 // os.sysconf("SC_CLK_TCK")


def sample(seconds, calls):
    rows = []
    before = stolen_ms()
    command = [YINHUCTL, "bench", "media", "--hold", str(seconds), "--calls",
               str(calls), *media.SHARED]
    with subprocess.Popen(command, cwd=ROOT, text=True,
                          stdout=subprocess.PIPE) as run:
        for text in run.stdout:
            print(text.strip(), flush=True)
            row = json.loads(text)
            if "second" not in row:  # a line of the log: a stall
                continue
            now = stolen_ms()
            rows.append({**row, "stolen_ms": now - before})
            before = now
    if run.returncode:
        sys.exit("soak: yinhuctl bench media failed")
    return rows


def judge(rows):
    """What grows: (name, value, bar). The first minute is the warm-up, or the
    first third of a run that is too short for it."""
    last = rows[-1]["second"]
    warm = min(WARM_S, last / 3)
    kept = [r for r in rows if r["second"] > warm]
    late = [r["late_ratio"] for r in kept]
    half = len(late) // 2
    mean = sum(late) / len(late)
    rise = (sum(late[half:]) / (len(late) - half) - sum(late[:half]) / half
            if half else 0.0)
    share = slope_an_hour(kept, "rss_bytes") / kept[0]["rss_bytes"]
    return [("rss_growth_an_hour", share, RSS_AN_HOUR * max(1, 3600 / last)),
            ("fds_growth_an_hour", slope_an_hour(kept, "fds"),
             FDS_AN_HOUR * max(1, 3600 / last)),
            ("late_ratio", mean, LATE_BAR),
            ("late_rise", rise, LATE_BAR),
            ("lost", sum(r["lost"] for r in kept), 0)]


def main():
    seconds = int(os.environ.get("SOAK_SECONDS", "3600"))
    calls = capacity()
    OUT.mkdir(parents=True, exist_ok=True)
    rows = sample(seconds, calls)
    verdict = judge(rows)
    bad = [name for name, value, bar in verdict if value > bar]
    (OUT / "soak.json").write_text(json.dumps(
        {"name": "soak", "value": calls, "unit": "calls", "seconds": seconds,
         **{name: {"value": value, "bar": bar} for name, value, bar in verdict},
         "grows": bad, "rows": rows,
         "conditions": "as media.json, at half of its calls; simulated far "
         "end over loopback; a run shorter than an hour has a bar as much "
         "wider; stolen_ms is what a hypervisor kept from the cores"},
        indent=1) + "\n")
    for name, value, bar in verdict:
        print(f"{name}: {value:.6f} (bar {bar:.6f})")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
