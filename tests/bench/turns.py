#!/usr/bin/python3
"""Turn latency and barge-in over real SIP and RTP, callees simulated.

Runs the demo's campaign and measures at the carrier's RTP socket, not in the
dialer: build/bench/turns.json and build/bench/barge_in.json.
"""
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools/demo"))
import demo  # noqa: E402
import lab  # noqa: E402

OUT = ROOT / "build/bench"


def write(name, **fields):
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / f"{name}.json").write_text(json.dumps(
        {"name": name, **fields}, ensure_ascii=False, indent=2) + "\n")
    print(f"{name}: {fields['value']} {fields['unit']}", flush=True)


def main():
    with lab.Lab(ROOT / ".run/bench") as place:
        name = place.create_campaign(lab.DEMO / "contacts.csv")
        place.api.post(f"/v1/{name}:start")
        place.finish(name, 300)
        truth = place.truth()
        calls = place.calls(name)
    turns = demo.turn_latencies(truth)
    inside = [ms for c in calls for ms in c["turnLatencyMs"] if ms]
    write("turns", value=lab.percentile(turns, .99), unit="ms",
          p50=lab.percentile(turns, .5), p95=lab.percentile(turns, .95),
          p99=lab.percentile(turns, .99), n=len(turns),
          dialer_p50=lab.percentile(inside, .5),
          dialer_p99=lab.percentile(inside, .99),
          bar={"p50": 350, "p99": 600},
          conditions="end of callee speech to first packet of the answer at "
          "the carrier's RTP socket; 30 contacts, 30 calls at once, "
          "simulated callees, embedded engine, everything on 2 cores")
    stops = demo.barge_in_stops(truth)
    write("barge_in", value=max(stops, default=0), unit="ms", n=len(stops),
          bar={"p99": 250},
          conditions="callee starts to bot silent, at the carrier")


if __name__ == "__main__":
    main()
