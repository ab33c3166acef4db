#!/usr/bin/python3
"""How soon a finding follows the final transcript, with 500 live calls.

Real qa-inspector, NATS and Redis; the calls are events only. In each call the
bot and the callee speak by turns, an exchange every 5 s; before each answer
stand 6 s of silence on the call's own clock, which rule Q44 finds by the
transcript. Latency: from the transcript's publication to the finding's, and to
its being stored in the stream.

Environment: CALLS (500), SECONDS (30). The result is added to
build/bench/quality.json.
"""
import datetime
import json
import os
import random
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/integration"))
from live import Player, Replica, Stack, read_stream, until  # noqa: E402

CALLS = int(os.environ.get("CALLS", "500"))
SECONDS = float(os.environ.get("SECONDS", "30"))
EXCHANGE_S = 5.0
BOT = ["您好，这里是东海银行，我是智能语音助手，本次通话会被录音。",
       "本期账单可以申请分期，年化利率百分之十三，按单利计算。",
       "您可以在手机银行里查看还款计划。", "请问还有什么可以帮您的吗？"]
CALLEE = ["哦", "利息怎么算的", "我看一下啊", "那好吧我知道了"]


class Talk(Player):
    """Calls that go on by themselves, without a dialog."""

    def exchange(self, call, until_s):
        if time.monotonic() > until_s:
            return
        n = call.utterance
        self.tell(call, n + 1, BOT[n % len(BOT)])
        call.lines.append(CALLEE[n % len(CALLEE)])
        call.pause_ms[n] = 6000
        self.answer(call)
        self.later(EXCHANGE_S, self.exchange, call, until_s)


def microseconds(text):
    """Of an RFC 3339 time with nanoseconds."""
    whole, fraction = text.rstrip("Z").split(".")
    at = datetime.datetime.fromisoformat(whole + "+00:00").timestamp()
    return int(at) * 1000000 + int(fraction[:6].ljust(6, "0"))


def latencies(stack):
    heard, told, stored = {}, [], []
    for event in read_stream(stack):
        if event.name == "transcript":
            heard[event.id] = event.time_us
        elif event.name == "finding" and ".finding.Q44." in event.id:
            line = int(event.id.rsplit(".", 1)[1])
            cause = heard.get(f"{event.call}.utt.{line // 2}")
            if line % 2 == 0 and cause:
                told.append((event.time_us - cause) / 1000)
                stored.append((microseconds(event.stored) - cause) / 1000)
    return sorted(told), sorted(stored), len(heard)


def main():
    stack = Stack()
    inspector = Replica(stack, "qa-inspector", 1)
    try:
        inspector.wait_ready()
        player = Talk(stack, "none@1", variables={"bank_name": "东海银行"})
        player.start()
        end = time.monotonic() + EXCHANGE_S + SECONDS
        for _ in range(CALLS):
            call = player.begin([])
            player.later(random.uniform(0.2, EXCHANGE_S), player.exchange,
                         call, end)
        time.sleep(max(0, end - time.monotonic()))
        until(lambda: inspector.metric("yinhu_qa_events_in_flight") == 0,
              "all events are judged")
        told, stored, heard = latencies(stack)
    finally:
        inspector.stop()
        stack.down()
    assert len(told) > heard * 0.95, f"{len(told)} findings of {heard}"

    def p(values, q):
        return round(values[min(len(values) - 1, int(len(values) * q))], 2)

    path = ROOT / "build/bench/quality.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    result = json.loads(path.read_text()) if path.exists() else {
        "name": "quality"}
    result["live"] = {
        "calls": CALLS, "seconds": SECONDS, "transcripts": heard,
        "findings": len(told), "finding_p50_ms": p(told, 0.5),
        "finding_p99_ms": p(told, 0.99), "finding_max_ms": p(told, 1),
        "stored_p50_ms": p(stored, 0.5), "stored_p99_ms": p(stored, 0.99),
        "conditions": "one qa-inspector, NATS and Redis on this machine; "
                      "from the final transcript's publication; calls "
                      "simulated as events, an exchange every 5 s"}
    path.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n")
    print(json.dumps(result["live"], ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
