#!/usr/bin/python3
"""Interruptions told from other sounds: build/bench/barge.json.

Recordings of tests/bench/barge_audio.py (held-out voices and texts), the
product's detector beside the one by energy alone.
"""
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "build/bench"
YINHUCTL = Path(os.environ.get("YINHU_BIN", ROOT / "build/bin")) / "yinhuctl"


def evaluate(detector, tsv):
    done = subprocess.run([YINHUCTL, "eval", "vad", "--json", "--detector",
                           detector, tsv], check=True, stdout=subprocess.PIPE)
    return json.loads(done.stdout)


def others(result):
    """(stopped, files) of all that is neither speech nor a word."""
    kinds = [v for k, v in result["false_stops"].items()
             if k not in ("sentence", "backchannel")]
    return sum(v["stopped"] for v in kinds), sum(v["files"] for v in kinds)


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, ROOT / "tests/bench/barge_audio.py",
                        "eval", folder], check=True)
        ours = evaluate("sentence", f"{folder}/list.tsv")
        energy = evaluate("energy", f"{folder}/list.tsv")
    stopped, files = others(ours)
    (OUT / "barge.json").write_text(json.dumps(
        {"name": "barge", "value": ours["stop_ms_p99"], "unit": "ms",
         "missed_ratio": ours["missed_ratio"],
         "other_sounds_stop_ratio": stopped / files,
         "peer": "energy for 160 ms",
         "peer_value": energy["stop_ms_p99"],
         "peer_other_sounds_stop_ratio": others(energy)[0] / files,
         "sentence": ours, "energy": energy, "bar": {"p99": 250},
         "conditions": "p99 from the sentence's true beginning, soft onsets "
         "included, to the prompt's last packet; espeak-ng voices and texts "
         "that were not trained on, sounds made by the project: all "
         "synthetic"}, indent=1, ensure_ascii=False) + "\n")
    for r in (ours, energy):
        print(json.dumps(r, ensure_ascii=False))


if __name__ == "__main__":
    main()
