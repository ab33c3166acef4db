#!/usr/bin/python3
"""How long a prompt takes that nobody has asked for before: build/bench/tts.json.

make bench-tts: the real tts-gateway with espeak-ng, a NATS and a Redis of its
own. A prompt is what a script says (three clauses, six seconds of speech); each
of its clauses carries a number that is new, so that nothing is in the cache.
`value` is the 99th percentile from the request to the whole sound, one prompt
after the other. Beside it: RATE prompts a second that do not wait for each
other; prompts as calls need them, where one clause of three is new; and the
program espeak-ng on the same texts, started for each, to a file.
"""
import json
import subprocess
import sys
import threading
import time
from importlib.machinery import SourceFileLoader
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/integration"))
sys.dont_write_bytecode = True
from wire import Nats  # noqa: E402

voices = SourceFileLoader("voices", str(
    ROOT / "tests/integration/test_voices")).load_module()
PROMPTS, RATE, RATE_S = 300, 8, 20
BAR_MS = 300


def fresh(n):
    return (f"您尾号{n:04d}的信用卡，本期账单{9000 + n}.50元，"
            f"可以分{n % 60 + 3}期，每期{300 + n}元。")


def usual(n):
    return f"您好，本期账单{40000 + n}元，请问您有兴趣分期吗？"


def percentiles(ms):
    ms = sorted(ms)
    return {f"p{p}": round(ms[min(len(ms) - 1, len(ms) * p // 100)], 1)
            for p in (50, 95, 99)}


def ask(nats, text):
    begin = time.monotonic()
    answer = nats.rpc("SynthesisService", "Synthesize", {1: text}, 10)
    return (time.monotonic() - begin) * 1000, answer


def in_turn(w, texts):
    out = [ask(w.nats, t) for t in texts]
    assert not any(a.get(3) for _, a in out), "it was in the cache"
    return [ms for ms, _ in out], [a[2][0] / 1000 for _, a in out]


def at_a_rate(w, texts):
    took, threads = [], []

    def one(nats, text):
        took.append(ask(nats, text)[0])

    begin = time.monotonic()
    for i, text in enumerate(texts):
        t = threading.Thread(target=one, args=(Nats(w.url), text))
        time.sleep(max(0, begin + i / RATE - time.monotonic()))
        t.start()
        threads.append(t)
    for t in threads:
        t.join(30)
    return took


def program(texts):
    took = []
    for text in texts:
        begin = time.monotonic()
        subprocess.run(["espeak-ng", "-v", "cmn-latn-pinyin", "-s", "230",
                        "-w", "/dev/null", text], check=True)
        took.append((time.monotonic() - begin) * 1000)
    return took


def main():
    with voices.World() as w:
        w.say(usual(9999))  # the clauses that are the same in every call
        alone, seconds = in_turn(w, [fresh(i) for i in range(PROMPTS)])
        usual_ms, _ = in_turn(w, [usual(i) for i in range(PROMPTS)])
        load = at_a_rate(w, [fresh(1000 + i) for i in range(RATE * RATE_S)])
        missing = w.metric("yinhu_tts_shed_total")
    peer = percentiles(program([fresh(i) for i in range(100)]))
    voices.NATS.proc.kill()
    voices.NATS.proc.wait()
    subprocess.run(["rm", "-rf", voices.WORK], check=True)
    mean_s = sum(seconds) / len(seconds)
    result = {
        "name": "tts",
        "value": percentiles(alone)["p99"],
        "unit": "ms",
        "bar": BAR_MS,
        "conditions": f"espeak-ng embedded; {PROMPTS} prompts of "
                      f"{mean_s:.1f} s speech, no clause in the cache; request "
                      "to the whole sound at NATS, one after the other",
        "ms": percentiles(alone),
        "real_time_factor": round(sum(alone) / 1000 / sum(seconds), 4),
        "one_clause_new_ms": percentiles(usual_ms),
        "at_a_rate": {"prompts_per_s": RATE, "ms": percentiles(load),
                      "refused": missing},
        "peer": "p99 of the program espeak-ng on the same texts, started for "
                "each, not resampled, no level",
        "peer_value": peer["p99"],
        "ratio": round(peer["p99"] / percentiles(alone)["p99"], 3),
    }
    out = ROOT / "build/bench/tts.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n")
    print(f"tts: p99 {result['value']} ms (bar {BAR_MS}), at {RATE}/s "
          f"{result['at_a_rate']['ms']['p99']} ms, one clause new "
          f"{result['one_clause_new_ms']['p99']} ms")


if __name__ == "__main__":
    sys.exit(main())
