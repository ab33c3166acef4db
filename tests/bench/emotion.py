#!/usr/bin/python3
"""Emotion on speakers that the training never saw, and what it costs.

make bench-emotion: each speaker of ../shared/data/emotion is tested by a model
that was trained on the others (yinhuctl eval emotion --loso); then the shipped
model over all recordings, for the time of it. Result in
build/bench/emotion.json; `value` is the accuracy.
"""
import json
import pathlib
import resource
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared/data/emotion/list.tsv"
CTL = ROOT / "build/bin/yinhuctl"
RUNS = 5


def evaluate(*options):
    """The scores, and the processor time that they took [s]."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run = subprocess.run([CTL, "eval", "emotion", "--json", *options, DATA],
                         check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return json.loads(run.stdout), (after.ru_utime + after.ru_stime
                                    - before.ru_utime - before.ru_stime)


def speech_s():
    files = (line.split("\t")[0] for line in DATA.read_text().splitlines())
    return sum((DATA.parent / f).stat().st_size - 58 for f in files) / 8000


def main():
    if not DATA.exists():
        print("bench emotion: skipped, no recordings at ../shared/data/emotion")
        return
    scores, _ = evaluate("--loso")
    cost = sorted(evaluate()[1] for _ in range(RUNS))[RUNS // 2]
    result = {
        "name": "emotion",
        "value": scores["accuracy"],
        "unit": "ratio",
        "conditions": "acted German speech, 8 kHz A-law; each of "
                      f"{scores['speakers']} speakers left out of the "
                      "training in turn; normalised to the speaker without "
                      "labels",
        "n": scores["n"],
        "accuracy": scores["accuracy"],
        "accuracy_without_normalisation": scores["accuracy_stranger"],
        "accuracy_call": scores["accuracy_call"],
        "confusion": scores["confusion"],
        "cpu_ms_per_second_of_speech": round(1000 * cost / speech_s(), 3),
        "peer": "SVM on 333 functionals, normalised to the speaker, ten "
                "speakers (as reported)",
        "peer_value": 0.92,
        "ratio": round(scores["accuracy"] / 0.92, 4),
    }
    out = ROOT / "build/bench/emotion.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(result, indent=1) + "\n")
    print(f"emotion: {result['value']:.3f} right, "
          f"{result['accuracy_without_normalisation']:.3f} without "
          f"normalisation, {result['cpu_ms_per_second_of_speech']} ms a "
          f"second of speech")


if __name__ == "__main__":
    sys.exit(main())
