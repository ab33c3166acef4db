"""Calls without telephony: a dialer and its callees, played over the bus.

The dialer tells what happens (answered, bot_speech, played, transcript, ended)
and obeys the dialog's commands; the clock of a call is its own, so that five
minutes of talk pass in a second. It shares no code with the services.
"""
import base64
import heapq
import json
import os
import random
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import urllib.request
import uuid
from pathlib import Path

from wire import Nats, decode, encode

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(os.environ.get("YINHU_BIN", ROOT / "build/bin"))
# Fields of CallEvent's body, by the subject's last token.
BODY = {"answered": 13, "bot_speech": 14, "played": 15, "speech_started": 16, "transcript": 17,
        "silence": 18, "turn": 19, "do_not_call": 20, "dialog_ended": 21,
        "finding": 22, "ended": 23, "quality_report": 24, "handover": 26}
MS_PER_CHAR = 240


def until(condition, what, seconds=15):
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < end, f"not within {seconds} s: {what}"
        time.sleep(0.02)


class Stack:
    """NATS, Redis and PostgreSQL of a test's own."""

    def __init__(self):
        self.top = tempfile.mkdtemp(prefix="yhlive.", dir="/tmp")
        self.env = {k: v for k, v in os.environ.items()
                    if not k.startswith(("YH_", "YINHU_"))}
        self.env["YINHU_RUN"] = self.top + "/run"
        self.call("up")
        text = self.call("env") and subprocess.run(
            ["/bin/bash", "-c",
             f"eval \"$({ROOT}/deploy/local/stack env)\"; env"],
            env=self.env, capture_output=True, text=True, check=True).stdout
        self.env.update(line.split("=", 1) for line in text.splitlines()
                        if line.startswith("YH_"))
        self.redis = self.env["YH_REDIS_URL"].removeprefix("unix:")

    def call(self, what):
        done = subprocess.run([ROOT / "deploy/local/stack", what],
                              env=self.env, capture_output=True, text=True,
                              timeout=60, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def redis_pid(self):
        out = subprocess.run(["redis-cli", "-s", self.redis, "info", "server"],
                             capture_output=True, text=True, timeout=10,
                             check=True).stdout
        return int(next(line.split(":")[1] for line in out.splitlines()
                        if line.startswith("process_id:")))

    def down(self):
        self.call("down")
        shutil.rmtree(self.top, ignore_errors=True)


class Replica:
    """One process of a service; killed and started again at will."""

    def __init__(self, stack, service, number, **settings):
        self.name = f"{service}.{number}"
        self.service, self.stack = service, stack
        self.port = Path(stack.top) / f"{self.name}.port"
        self.log = Path(stack.top) / f"{self.name}.log"
        self.env = dict(stack.env, YH_ADMIN_ADDR="127.0.0.1:0",
                        YH_ADMIN_PORT_FILE=str(self.port), **settings)
        self.start()

    def start(self):
        self.port.unlink(missing_ok=True)
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen([BIN / self.service], cwd=ROOT,
                                            env=self.env, stdout=log,
                                            stderr=log)

    def admin(self, path):
        with urllib.request.urlopen(
                f"http://127.0.0.1:{self.port.read_text().strip()}{path}",
                timeout=2) as r:
            return r.read().decode()

    def is_ready(self):
        try:
            return self.admin("/readyz") is not None
        except (OSError, ValueError):
            return False

    def wait_ready(self):
        until(self.is_ready, f"{self.name} is ready", 30)

    def metric(self, name):
        return sum(float(line.split()[-1])
                   for line in self.admin("/metrics").splitlines()
                   if line.startswith((name + " ", name + "{")))

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

    def stop(self):
        self.process.terminate()
        try:
            return self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()
            return None


class Call:
    def __init__(self, lines, pause_ms):
        self.id = uuid.uuid4().hex
        self.lines, self.pause_ms = list(lines), dict(pause_ms)
        self.now_ms = 0
        self.utterance = 0
        self.said = {}      # by command: what the bot said
        self.prompts = 0
        self.faults = []
        self.ended = False


class Player(threading.Thread):
    """The dialer and all callees. Give it calls, wait for `done`."""

    def __init__(self, stack, script, kind="marketing", variables=None,
                 answer_s=(0.05, 0.4)):
        super().__init__(daemon=True)
        self.instance = "live" + uuid.uuid4().hex[:8]
        self.script, self.kind = script, kind
        self.variables = variables or {}
        self.answer_s = answer_s
        self.calls, self.jobs = {}, []
        self.changed = threading.Condition()
        self.nats = Nats(stack.env["YH_NATS_URL"])
        self.lock = threading.Lock()
        self.nats.send(f"SUB yinhu.cmd.{self.instance}.* 9\r\nPING\r\n")
        self.nats.sock.settimeout(None)
        self.clock = threading.Thread(target=self.run_jobs, daemon=True)

    def start(self):
        super().start()
        self.clock.start()

    # ---- the bus ---------------------------------------------------------

    def run(self):
        while True:
            line = self.nats.file.readline().split()
            if not line:
                return
            if line[0] == b"PING":
                self.send(b"PONG\r\n")
            elif line[0] in (b"MSG", b"HMSG"):
                body = self.nats.file.read(int(line[-1]) + 2)[:-2]
                head = 1 if line[0] == b"MSG" else 2
                if head == 2:
                    body = body[int(line[-2]):]
                reply = line[3] if len(line) > 3 + head else None
                self.obey(line[1].decode(), decode(body), reply)

    def send(self, data):
        with self.lock:
            self.nats.send(data)

    def store(self, call, what, name, body, offset_ms):
        ident = f"{call.id}.{what}"
        data = encode({1: ident, 2: call.id, 3: time.time_ns() // 1000,
                       4: offset_ms, 5: "dialer", BODY[name]: body})
        head = f"NATS/1.0\r\nNats-Msg-Id: {ident}\r\n\r\n".encode()
        self.send(f"HPUB yinhu.call.{call.id}.{name} {len(head)} "
                  f"{len(head) + len(data)}\r\n".encode() + head + data +
                  b"\r\n")

    def obey(self, subject, command, reply):
        call = self.calls.get(subject.split(".")[-1])
        seq = command[2][0]
        if reply:
            data = encode({1: call is None, 2: seq})
            self.send(b"PUB " + reply + f" {len(data)}\r\n".encode() + data +
                      b"\r\n")
        if call is None or call.ended:
            return
        if 3 not in command:
            self.later(0.02, self.hang_up, call, "bot")
            return
        say = decode(command[3][0])
        text = say.get(1, [b""])[0].decode()
        if seq in call.said:
            if call.said[seq] != text:
                call.faults.append(f"command {seq} has two texts")
            return
        call.said[seq] = text
        self.later(0.01, self.speak, call, seq, text, say)

    # ---- what happens ----------------------------------------------------

    def later(self, delay_s, what, *args):
        with self.changed:
            heapq.heappush(self.jobs, (time.monotonic() + delay_s,
                                       random.random(), what, args))
            self.changed.notify()

    def run_jobs(self):
        while True:
            with self.changed:
                while not self.jobs or self.jobs[0][0] > time.monotonic():
                    self.changed.wait(self.jobs and max(
                        0, self.jobs[0][0] - time.monotonic()) or None)
                job = heapq.heappop(self.jobs)
            job[2](*job[3])

    def context(self, call):
        return {1: f"a-{call.id}", 2: "c1", 3: "k1", 4: self.script,
                5: self.kind, 6: [{1: k, 2: v}
                                  for k, v in self.variables.items()],
                7: self.instance}

    def begin(self, lines, pause_ms=()):
        """A callee answers, and says these lines one after the other.
        @param pause_ms {line: ms} before it, where not half a second"""
        call = Call(lines, pause_ms)
        self.calls[call.id] = call
        self.store(call, "answered", "answered",
                   {1: self.context(call), 2: 3000}, 0)
        return call

    def speak(self, call, seq, text, say):
        self.tell(call, seq, text)
        self.go_on(call, say)

    def tell(self, call, seq, text):
        if text:
            length = 400 + len(text) * MS_PER_CHAR
            call.prompts += 1
            self.store(call, f"bot.{seq}", "bot_speech",
                       {1: seq, 2: text, 3: length, 70: call.prompts},
                       call.now_ms)
            call.now_ms += length
            self.store(call, f"played.{seq}", "played",
                       {1: seq, 3: length}, call.now_ms)

    def go_on(self, call, say):
        if say.get(4, [0])[0]:
            self.later(0.02, self.hang_up, call, "bot")
        elif call.utterance < len(call.lines):
            self.later(random.uniform(*self.answer_s), self.answer, call)
        else:
            self.later(0.02, self.hang_up, call, "callee")

    def answer(self, call):
        if call.ended:
            return
        text = call.lines[call.utterance]
        call.now_ms += call.pause_ms.get(call.utterance, 500)
        call.utterance += 1
        start, call.now_ms = call.now_ms, call.now_ms + 400 + len(
            text) * MS_PER_CHAR
        self.store(call, f"speech.{call.utterance}", "speech_started",
                   {1: call.utterance, 70: call.prompts}, start)
        self.store(call, f"utt.{call.utterance}", "transcript",
                   {1: call.utterance, 2: text, 4: start, 5: call.now_ms,
                    6: "played"}, call.now_ms)

    def hang_up(self, call, by):
        if call.ended:
            return
        call.ended = True
        self.store(call, "ended", "ended", {
            1: 1, 4: by, 6: call.now_ms, 7: "r/x.wav", 8: "00",
            9: {9: call.utterance}, 10: self.context(call),
            70: call.prompts}, call.now_ms)

    def all_ended(self):
        return all(c.ended for c in self.calls.values())


def serve_script(stack, source):
    """Be the campaign, as far as dialog asks it."""
    nats = Nats(stack.env["YH_NATS_URL"])
    thread = threading.Thread(
        target=nats.serve, daemon=True,
        args=("ScriptService", "GetScript", lambda req: {
            1: req[1][0].decode(), 2: "live", 3: 1, 4: source}))
    thread.start()
    return nats


class Stored:
    """A message of the stream CALLS."""

    def __init__(self, message):
        self.name = message["subject"].split(".")[-1]
        self.stored = message["time"]
        fields = decode(base64.b64decode(message["data"]))
        self.id, self.call = fields[1][0].decode(), fields[2][0].decode()
        self.time_us = fields[3][0]
        self.body = decode(fields[BODY[self.name]][0]) \
            if self.name in BODY else {}


def read_stream(stack, skip=0):
    """All that the stream holds, in order, after number `skip`."""
    nats = Nats(stack.env["YH_NATS_URL"])

    def ask(api, data):
        return json.loads(nats.ask("$JS.API.STREAM." + api + ".CALLS",
                                   json.dumps(data).encode()))
    last = ask("INFO", {})["state"]["last_seq"]
    for seq in range(skip + 1, last + 1):
        yield Stored(ask("MSG.GET", {"seq": seq})["message"])
