#!/usr/bin/python3
"""Calls told apart by what is heard, on sounds that chose no threshold.

make bench-progress: the held-out set of tools/progress/make_set.py (other
voices, sentences, tunes and lines than the tuning set's) through yinhuctl eval
progress; beside it, on the same people and machines, the energy rules of a
well-known PBX. Result in build/bench/progress.json; `value` is the share of
verdicts that are right, and a person taken for a machine is counted apart.
"""
import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SET = ROOT / "build/progress/held_out"
CTL = ROOT / "build/bin/yinhuctl"
sys.path.insert(0, str(ROOT / "tools/progress"))
import sounds  # noqa: E402

MACHINES = ("voicemail", "call_assistant")


def evaluate(*options):
    done = subprocess.run([CTL, "eval", "progress", "--json", *options,
                           SET / "list.tsv"], check=True, capture_output=True)
    return json.loads(done.stdout)


# ---- the peer -----------------------------------------------------------------

def energy_rules(samples):
    """Asterisk's app_amd with its defaults, as its documentation has them:
    initial silence 2500, greeting 1500, after it 800, words 100 apart by 50,
    at most 3, all within 5000 ms; silence below a mean amplitude of 256."""
    word = silence = greeting = words = 0
    speaking = False
    for at in range(0, 5000, 20):
        frame = samples[at * 8:at * 8 + 160] or [0.0]
        if sum(abs(s) for s in frame) / len(frame) * 32768 < 256:
            silence += 20
            if silence >= 50:
                if speaking and word >= 100:
                    words += 1
                speaking, word = False, 0
            if not greeting and silence >= 2500:
                return "machine"
            if greeting and silence >= 800:
                return "human"
        else:
            speaking, silence = True, 0
            word += 20
            greeting += 20
            if greeting >= 1500 or words >= 3:
                return "machine"
    return "unsure"


def peer(labels):
    """How often the rules take a person for a machine, and the reverse."""
    wrong = {"human": 0, "machine": 0}
    n = dict(wrong)
    for path, label in labels:
        if label != "human" and label not in MACHINES:
            continue
        kind = "human" if label == "human" else "machine"
        verdict = energy_rules(sounds.read_wav(SET / path))
        n[kind] += 1
        wrong[kind] += verdict not in (kind, "unsure")
    return n, wrong


def main():
    if "--keep" not in sys.argv:
        subprocess.run([ROOT / "tools/progress/make_set.py", "held_out", SET],
                       check=True)
    labels = [line.split("\t")[:2]
              for line in (SET / "list.tsv").read_text().splitlines()]
    ours, prints = evaluate(), evaluate("--no-words")
    n, wrong = peer(labels)
    ours_rate = ours["person_as_machine"] / ours["people"]
    result = {
        "name": "progress",
        "value": ours["accuracy"],
        "unit": "ratio",
        "conditions": "held-out voices, sentences, tunes, lines; all made here "
                      "(espeak-ng, synthesis): level -12..-32 dBov, noise down "
                      "to 12 dB, low-rate codec, 0-3 % lost, started within",
        "n": ours["n"],
        "accuracy_without_words": prints["accuracy"],
        "people": ours["people"],
        "person_as_machine": ours["person_as_machine"],
        "people_told_by_deadline": ours["people_in_time"],
        "machines_and_announcements": ours["machines"],
        "machine_as_person": ours["machine_as_person"],
        "unsure": ours["unsure"],
        "after_first_voice_ms": ours["after_first_voice_ms"],
        "ear_us_a_frame": prints["ear_us_a_frame"],
        "classes": ours["classes"],
        "confusion": ours["confusion"],
        "peer": "a person taken for a machine by Asterisk app_amd's default "
                "rules, rebuilt here, same people",
        "peer_value": wrong["human"] / n["human"],
        "peer_machine_as_person": wrong["machine"] / n["machine"],
        "person_as_machine_rate": ours_rate,
        "ratio": ours_rate / (wrong["human"] / n["human"])
        if wrong["human"] else None,
    }
    out = ROOT / "build/bench/progress.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n")
    print(f"progress: {result['value']:.3f} of {result['n']} right, "
          f"{result['unsure']:.3f} unsure; a person taken for a machine "
          f"{ours['person_as_machine']} of {ours['people']} (energy rules "
          f"{wrong['human']}), a machine for a person "
          f"{ours['machine_as_person']} of {ours['machines']}; ear "
          f"{result['ear_us_a_frame']:.1f} us a frame")


if __name__ == "__main__":
    sys.exit(main())
