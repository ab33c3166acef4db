#!/usr/bin/python3
"""Concurrent calls held by one dialer beside everything else on the machine.

Callees answer and stay; the number rises by steps until a call fails or more
than 5 % of the packets leave over 5 ms late. The value is the most calls held,
`on_time` the most with less than 0.1 % late: build/bench/calls.json.
"""
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools/demo"))
sys.path.insert(0, str(ROOT / "tests/bench"))
import lab  # noqa: E402
from turns import write  # noqa: E402

STEPS = (25, 50, 100, 200, 300)
LATE_RATIO, LOST_RATIO = 0.001, 0.05
HOLD_S = 15


def value(text, name):
    found = re.search(rf"^{name}(?:{{[^}}]*}})? ([0-9.e+]+)$", text, re.M)
    return float(found.group(1)) if found else 0.0


def contacts(n):
    head = (lab.DEMO / "contacts.csv").read_text().splitlines()
    cells = head[1].split(",")
    at = head[0].split(",").index("phone")
    rows = [head[0]]
    for i in range(n):
        cells[at] = f"1992222{i:04d}"
        rows.append(",".join(cells))
    return "\n".join(rows) + "\n"


def hold(place, n):
    """Hold n calls; (held, share of late packets)."""
    import time
    name = place.create_campaign(None, maxConcurrentCalls=n)
    place.import_contacts(name, contacts(n).encode())
    place.api.post(f"/v1/{name}:start")
    try:
        place.wait_for(lambda: value(place.metrics("dialer"),
                                     "yinhu_dialer_calls") >= n,
                       f"{n} calls are up", 60)
    except TimeoutError:
        pass
    before = place.metrics("dialer")
    time.sleep(HOLD_S)
    after = place.metrics("dialer")

    def grown(metric):
        return value(after, metric) - value(before, metric)

    held = min(value(before, "yinhu_dialer_calls"),
               value(after, "yinhu_dialer_calls"))
    sent = grown("yinhu_dialer_rtp_sent_packets_total")
    late = grown("yinhu_dialer_rtp_late_packets_total")
    place.api.post(f"/v1/{name}:stop")
    return int(held), late / sent if sent else 1.0, sent


def main():
    best, most, rows = 0, 0, []
    for n in STEPS:
        with lab.Lab(ROOT / ".run/bench", ROOT / "tests/bench/personas.yaml",
                     {"YH_MAX_CALLS": str(n), "YH_CPS": "50"}) as place:
            held, late, sent = hold(place, n)
        rows.append({"wanted": n, "held": held, "late_ratio": round(late, 6),
                     "packets": int(sent)})
        print(rows[-1], flush=True)
        if held < n or late > LOST_RATIO:
            break
        most = n
        best = n if late < LATE_RATIO else best
    write("calls", value=most, unit="calls", on_time=best, steps=rows,
          conditions=f"answered calls held for {HOLD_S} s with prompts, VAD "
          "and recording on; dialer, carrier, all services and servers share "
          "2 cores; late: sent over 5 ms after its time")


if __name__ == "__main__":
    main()
