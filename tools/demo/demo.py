#!/usr/bin/python3
"""One campaign, end to end: `make demo`.

Starts a private stack and the services, plays a carrier with thirty callees,
runs the campaign, prints what came out, and compares it with what each callee
was scripted to want. Exit code 0 only if all of it agrees.
"""
import argparse
import json
import shutil
import signal
import sys
import time
from pathlib import Path

import yaml

sys.path.insert(0, str(Path(__file__).parent))
import lab  # noqa: E402
from lab import DEMO, ROOT, percentile  # noqa: E402

REPORT = ROOT / "build/demo/report.json"
BAR = 28


def say(text=""):
    print(text, flush=True)


# ---- while it runs -------------------------------------------------------------

class Progress:
    """A bar on a terminal, a line every few seconds elsewhere."""

    def __init__(self):
        self.live = sys.stdout.isatty()
        self.last = 0.0
        self.width = 0

    def __call__(self, campaign):
        stats = campaign["stats"]
        total, done = stats["contacts"], stats["done"]
        full = BAR * done // max(total, 1)
        text = (f"[{'█' * full}{'·' * (BAR - full)}] {done:>2}/{total}"
                f"  calling {stats['inProgress']:>2}"
                f"  answered {stats['answered']:>2}"
                f"  inspected {stats['inspected']:>2}"
                f"  findings {stats['findings']:>2}")
        if campaign["stateReason"]:
            text += f"  {campaign['state']}: {campaign['stateReason']}"
        now = time.monotonic()
        if self.live:
            print("\r" + text.ljust(self.width), end="", flush=True)
            self.width = len(text)
        elif now - self.last > 5 or campaign["state"] in lab.FINAL:
            say(text)
            self.last = now

    def end(self):
        if self.live:
            print()


# ---- afterwards ----------------------------------------------------------------

def is_subsequence(wanted, got):
    rest = iter(got)
    return all(w in rest for w in wanted)


def expectations(personas):
    """Number -> (disposition, why it is interesting)."""
    return {str(number): persona["expect"]
            for persona in yaml.safe_load(personas.read_text())["personas"]
            if "expect" in persona for number in persona["numbers"]}


def spoken(truth):
    """Number -> what its callee said, as intents, in order."""
    said = {}
    for record in truth:
        if record.get("event") == "said" and record.get("means"):
            said.setdefault(record["number"], []).append(record["means"])
    return said


def turn_latencies(truth):
    """End of a callee's speech to the answer's first packet [ms], measured
    at the carrier's RTP socket; turns that were cut in on are left out."""
    return [r["latency_ms"] for r in truth if r.get("event") == "prompt_start"
            and r.get("latency_ms") and not r.get("cut_in")]


def barge_in_stops(truth):
    """Callee breaks in to bot silent [ms]."""
    return [r["ms"] for r in truth if r.get("event") == "barge_in_stop"]


def invites(truth):
    counts = {}
    for record in truth:
        if record.get("event") == "invite":
            number = record["number"]
            counts[number] = counts.get(number, 0) + 1
    return counts


def judge(contact, call, expected, said, invited):
    """Every way in which the record of one contact disagrees with the truth."""
    if call is None:
        return ["no record of a call"]
    faults = []
    if not call["terminal"]:
        faults.append("no terminal record")
    if invited != 1:
        faults.append(f"{invited} INVITEs, expected 1")
    if call["disposition"] != expected:
        faults.append(f"disposition {call['disposition']}, expected "
                      f"{expected}")
    if not is_subsequence(said, call["intents"]):
        faults.append(f"understood {call['intents']}, said {said}")
    if call["outcome"] == "ANSWERED" and call["quality"] is None:
        faults.append("answered but not inspected")
    if call["score"] is None:
        faults.append("not scored")
    return faults


def compare(contacts, calls, truth, expected):
    by_tail = {c["maskedPhone"][-4:]: c for c in calls}
    said, invited = spoken(truth), invites(truth)
    rows = []
    for contact in contacts:
        phone = contact["phone"]
        call = by_tail.get(phone[-4:])
        faults = judge(contact, call, expected[phone], said.get(phone, []),
                       invited.get(phone, 0))
        rows.append({"call": call, "expected": expected[phone],
                     "said": said.get(phone, []), "faults": faults})
    return rows


def print_table(rows):
    head = ("number", "line", "disposition", "turns", "findings", "score",
            "understood")
    form = "{:<12} {:<14} {:<15} {:>5} {:>8} {:>5}  {}"
    say(form.format(*head))
    say("-" * 92)
    for row in rows:
        call = row["call"]
        if call is None:
            continue
        findings = len(call["quality"]["findings"]) if call["quality"] else "-"
        score = f"{call['score']['conversion']:.2f}" if call["score"] else "-"
        mark = "  ✗ " + "; ".join(row["faults"]) if row["faults"] else ""
        say(form.format(call["maskedPhone"], call["outcome"].lower(),
                        call["disposition"], call["turns"], findings, score,
                        " ".join(call["intents"])) + mark)


def summary(campaign, rows, calls, truth, seconds):
    turns = [ms for c in calls for ms in c["turnLatencyMs"] if ms]
    stops = barge_in_stops(truth)
    answered = [c for c in calls if c["outcome"] == "ANSWERED"]
    return {
        "contacts": campaign["stats"]["contacts"],
        "terminal_records": sum(c["terminal"] for c in calls),
        "answered": len(answered),
        "inspected": sum(c["quality"] is not None for c in answered),
        "scored": sum(c["score"] is not None for c in calls),
        "findings": sum(len(c["quality"]["findings"]) for c in answered
                        if c["quality"]),
        "dispositions": campaign["stats"]["dispositions"],
        "turn_latency_ms": {"n": len(turns), "p50": percentile(turns, .5),
                            "p99": percentile(turns, .99)},
        "barge_in_stop_ms": {"n": len(stops), "max": max(stops, default=0)},
        "seconds": round(seconds, 1),
        "agree": sum(not r["faults"] for r in rows),
        "simulated": "carrier, callees and their voices; the clock of the "
                     "calling hours stands at 10:00",
    }


def write_report(report, rows):
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    report["contacts_in_full"] = [
        {"number": r["call"]["maskedPhone"] if r["call"] else None,
         "disposition": r["call"]["disposition"] if r["call"] else None,
         "expected": r["expected"], "said": r["said"],
         "understood": r["call"]["intents"] if r["call"] else [],
         "faults": r["faults"]} for r in rows]
    REPORT.write_text(json.dumps(report, ensure_ascii=False, indent=2) + "\n")


def run_campaign(place):
    begin = time.monotonic()
    name = place.create_campaign(DEMO / "contacts.csv")
    place.api.post(f"/v1/{name}:start")
    progress = Progress()
    campaign = place.finish(name, 300, progress)
    progress.end()
    calls, truth = place.calls(name), place.truth()
    contacts = lab.read_contacts(DEMO / "contacts.csv")
    rows = compare(contacts, calls, truth,
                   expectations(DEMO / "personas.yaml"))
    report = summary(campaign, rows, calls, truth, time.monotonic() - begin)
    say()
    print_table(rows)
    write_report(report, rows)
    latency = report["turn_latency_ms"]
    say()
    say(f"contacts {report['contacts']}   terminal records "
        f"{report['terminal_records']}   answered {report['answered']}   "
        f"inspected {report['inspected']}   findings {report['findings']}")
    say(f"turn latency (callee stops -> first packet of the answer): p50 "
        f"{latency['p50']} ms, p99 {latency['p99']} ms over {latency['n']} "
        f"turns")
    say(f"as scripted: {report['agree']} of {len(rows)}   in "
        f"{report['seconds']} s   report: {REPORT.relative_to(ROOT)}")
    return report["agree"] == len(rows) == report["terminal_records"]


def keep_up(place):
    say("\nKEEP=1: everything stays up until Ctrl-C.")
    say(f"  console   {place.api.base}/")
    say(f"  logs      {place.run / 'log'}")
    say("  servers   deploy/local/stack status; deploy/local/services status")
    try:
        signal.pause()
    except KeyboardInterrupt:
        say()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", action="store_true",
                        help="leave it up until Ctrl-C")
    args = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    place = lab.Lab()
    shutil.rmtree(place.run / "recordings", ignore_errors=True)
    good = False
    try:
        say("Yinhu demo: 30 callees of a simulated carrier, all on this "
            "machine")
        place.open()
        say(f"console: {place.api.base}/   (the clock of the calling hours "
            f"is set to 10:00)\n")
        good = run_campaign(place)
        if args.keep:
            keep_up(place)
    except KeyboardInterrupt:
        say("\ninterrupted")
    except (RuntimeError, TimeoutError, lab.ApiError) as err:
        say(f"\nfailed: {err}\nlogs: {place.run / 'log'}")
    finally:
        clean = place.close()
    if not clean:
        say("a service had not ended cleanly, see .run/log")
    say("demo: " + ("PASSED" if good and clean else "FAILED"))
    return 0 if good and clean else 1


if __name__ == "__main__":
    sys.exit(main())
