#!/usr/bin/python3
"""Calls a second that one core sets up, without and with media.

sipp answers at once on one CPU; `yinhuctl bench setup` has the other:
build/bench/setup.json.
"""
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "build/bench"
YINHUCTL = Path(os.environ.get("YINHU_BIN", ROOT / "build/bin")) / "yinhuctl"
sys.path.insert(0, str(ROOT / "tests/interop"))
from sipp_callee import answer, goodbye, invite, scenario  # noqa: E402

PORT, NEAR, FAR = 30660, "0", "1"
CALLEE = scenario(invite(), answer("180 Ringing"),
                  answer("200 OK", sdp=True, retrans=True), goodbye())


def callee(folder):
    path = Path(folder) / "callee.xml"
    path.write_text(CALLEE)
    return subprocess.Popen(
        ["taskset", "-c", FAR, "sipp", "-i", "127.0.0.1", "-p", str(PORT),
         "-sf", path, "-nostdin"], cwd=folder, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL)


def run(*args):
    with tempfile.TemporaryDirectory() as folder:
        sipp = callee(folder)
        time.sleep(1)  # it does not tell when it listens
        try:
            done = subprocess.run(
                [YINHUCTL, "bench", "setup", "--cpu", NEAR, *args,
                 f"127.0.0.1:{PORT}"], cwd=ROOT, stdout=subprocess.PIPE,
                check=True)
        finally:
            sipp.kill()
            sipp.wait()
    return json.loads(done.stdout)


def table(result):
    rows = ["| calls/s | core | set-up p50 / p99 | failed | RTP late |",
            "|---|---|---|---|---|"]
    for s in result["steps"]:
        rows.append(f"| {s['rate']} | {s['core_percent']:.0f} % | "
                    f"{s['setup_p50_ms']:.1f} / {s['setup_p99_ms']:.1f} ms | "
                    f"{s['failed']} of {s['placed']} | "
                    f"{s['rtp_late']} of {s['rtp_sent']} |")
    return "\n".join(rows)


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    plain = run("--from", "200", "--step", "200")
    plain["bar"] = 1000
    media = run("--media", "--from", "100", "--to", "800", "--hold", "2000")
    media["bar"] = 300
    plain["with_media"] = media
    (OUT / "setup.json").write_text(json.dumps(plain, indent=1) + "\n")
    for name, r in (("without media", plain), ("with media", media)):
        print(f"{name}: {r['value']} calls/s a core (bar {r['bar']})\n"
              f"{table(r)}\n")


if __name__ == "__main__":
    main()
