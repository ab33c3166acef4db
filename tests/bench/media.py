#!/usr/bin/python3
"""Calls on one core: build/bench/media.json, media.svg.

Runs `yinhuctl bench media` with calls that share ports (calls_per_port), which
is the value, and with a port a call, each plain and with SRTP, and draws the
growth from 100 calls to the most. The tables on stdout are those of
docs/media.md. Nothing but Python's own library is needed; --draw FILE.json only
draws.
"""
import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "build/bench"
YINHUCTL = Path(os.environ.get("YINHU_BIN", ROOT / "build/bin")) / "yinhuctl"
WIDTH, HEIGHT, LEFT, BOTTOM = 720, 360, 60, 50
SHARED = ["--calls-per-port", "256"]
# Key in media.json ("" is the file itself), name, options, colour.
RUNS = (("", "RTP", SHARED, "#1668dc"),
        ("srtp_run", "SRTP", SHARED + ["--srtp"], "#d4380d"),
        ("port_a_call", "RTP, a port a call", [], "#69b1ff"),
        ("port_a_call_srtp", "SRTP, a port a call", ["--srtp"], "#ffa940"))


def run(*args):
    done = subprocess.run([YINHUCTL, "bench", "media", *args], cwd=ROOT,
                          stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


def table(result):
    rows = ["| calls | core | us a frame | late (dialer) | late (far end) | "
            "lost | KiB a call |", "|---|---|---|---|---|---|---|"]
    for g in result["growth"]:
        rows.append(f"| {g['calls']} | {g['cpu_percent']:.1f} % | "
                    f"{g['us_a_frame']:.1f} | {g['late_ratio']:.5f} | "
                    f"{g['late_ratio_far_end']:.5f} | {g['lost']} | "
                    f"{g['kib_a_call']:.1f} |")
    return "\n".join(rows)


def line(growth, colour, most):
    def at(g):
        x = LEFT + g["calls"] / most * (WIDTH - LEFT - 20)
        y = HEIGHT - BOTTOM - min(g["cpu_percent"], 100) / 100 * \
            (HEIGHT - BOTTOM - 20)
        return x, y
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in map(at, growth))
    dots = "".join(
        f'<circle cx="{at(g)[0]:.1f}" cy="{at(g)[1]:.1f}" r="3.5" '
        f'fill="{colour if g["holds"] else "white"}" stroke="{colour}"/>'
        for g in growth)
    return f'<polyline points="{path}" fill="none" stroke="{colour}"/>{dots}'


def limit_line(calls, most, name, y):
    x = LEFT + calls / most * (WIDTH - LEFT - 20)
    return (f'<line x1="{x}" x2="{x}" y1="20" y2="{HEIGHT - BOTTOM}" '
            'stroke="#888" stroke-dasharray="5 4"/>'
            f'<text x="{x - 6}" y="{y}" text-anchor="end" fill="#666">'
            f"{name}</text>")


def axes(most, limits):
    """Limits that lie outside are not drawn."""
    parts = [f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>']
    for percent in range(0, 101, 25):
        y = HEIGHT - BOTTOM - percent / 100 * (HEIGHT - BOTTOM - 20)
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH - 20}" y1="{y}" y2="{y}" '
                     'stroke="#ddd"/>'
                     f'<text x="{LEFT - 8}" y="{y + 4}" text-anchor="end">'
                     f"{percent} %</text>")
    for calls in range(0, most + 1, 500):
        x = LEFT + calls / most * (WIDTH - LEFT - 20)
        parts.append(f'<text x="{x}" y="{HEIGHT - BOTTOM + 18}" '
                     f'text-anchor="middle">{calls}</text>')
    for i, (name, calls) in enumerate(limits):
        if calls <= most:
            parts.append(limit_line(calls, most, name, 32 + 16 * i))
    parts.append(f'<text x="{(WIDTH + LEFT) / 2}" y="{HEIGHT - 10}" '
                 'text-anchor="middle">full-duplex calls on one core; hollow: '
                 "late or lost packets</text>")
    return "".join(parts)


def drawn(result):
    """The runs that are there: (name, colour, run)."""
    return [(name, colour, result[key] if key else result)
            for key, name, _, colour in RUNS if not key or key in result]


def draw(runs):
    plain = runs[0][2]
    most = max(g["calls"] for _, _, r in runs for g in r["growth"])
    bare = plain["bare_loop_at_the_calls_pace"]["calls_a_whole_core"]
    parts = [axes(most, (("0.6 of the raw socket limit",
                          .6 * plain["peer_value"]),
                         ("0.6 of a bare loop at the calls' pace",
                          .6 * bare)))]
    for i, (name, colour, r) in enumerate(runs):
        parts.append(line(r["growth"], colour, most))
        parts.append(f'<text x="{LEFT + 14}" y="{40 + 18 * i}" '
                     f'fill="{colour}">{name}</text>')
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} '
            f'{HEIGHT}" font-family="sans-serif" font-size="12">'
            + "".join(parts) + "</svg>\n")


def measure():
    seconds = os.environ.get("BENCH_SECONDS", "3")
    runs = {key: run("--seconds", seconds, *more)
            for key, _, more, _ in RUNS}
    result = runs.pop("")
    result.update(runs)
    (OUT / "media.json").write_text(json.dumps(result, indent=1) + "\n")
    return result


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    if len(sys.argv) == 3 and sys.argv[1] == "--draw":
        result = json.loads(Path(sys.argv[2]).read_text())
    else:
        result = measure()
    runs = drawn(result)
    (OUT / "media.svg").write_text(draw(runs))
    for name, _, r in runs:
        print(f"{name}: {r['value']} calls of {r['peer_value']:.0f}, "
              f"ratio {r['ratio']:.2f}; beside the bare loop "
              f"{r['bare_loop_at_the_calls_pace']['value_beside_it']:.2f}\n"
              f"{table(r)}\n")


if __name__ == "__main__":
    main()
