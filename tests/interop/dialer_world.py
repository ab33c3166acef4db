"""What stands around a dialer under test: ledger, synthesis, recognition and
dialog, played by one NATS connection; and the dialer itself.

It shares no code with the services; tests/integration/wire.py has the formats.
"""
import hashlib
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
import uuid
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/integration"))
from wire import Nats, decode, encode  # noqa: E402

BIN = Path(os.environ.get("YINHU_BIN", ROOT / "build/bin"))
CALLER = "02150000001"
# Fields of CallEvent's body, by the subject's last token.
BODY = {"dialing": 10, "ringing": 11, "early_media": 12, "answered": 13,
        "bot_speech": 14, "played": 15, "speech_started": 16,
        "transcript": 17, "silence": 18, "ended": 23, "transfer": 40,
        "progress": 50, "agent_speech": 62}
OUTCOMES = ("", "answered", "line_busy", "no_answer", "declined",
            "vacant_number", "powered_off", "trunk_failure", "interrupted",
            "other_failure")


def until(condition, what, seconds=10):
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < end, f"not within {seconds} s: {what}"
        time.sleep(0.02)


def prompt(ms):
    """Something loud, A-law: a square wave of about 300 Hz."""
    return bytes(0x94 if i // 13 % 2 else 0x14 for i in range(ms * 8))


class Event(dict):
    """One call event; body is the decoded message of its field."""

    def __init__(self, name, fields):
        super().__init__(fields)
        self.name = name
        self.id = fields[1][0].decode()
        self.time_us = fields[3][0]
        self.body = decode(fields[BODY[name]][0])

    def number(self, field):
        return self.body.get(field, [0])[0]

    def text(self, field):
        return self.body.get(field, [b""])[0].decode()


class World(threading.Thread):
    """Answers the dialer. Change its members to make trouble."""

    def __init__(self, url):
        super().__init__(daemon=True)
        self.nats = Nats(url)
        self.lock = threading.RLock()
        self.leases = []
        self.asks = []          # LeaseAttemptsRequests, decoded
        self.mute_ledger = 0    # requests that get no answer
        self.held = True
        self.lease_ms = 60000
        self.events = {}        # by call
        self.prompts = {}       # text: A-law
        self.tts_delay = 0
        self.deaf = 0           # last chunks that get no answer
        self.strange = 0        # last chunks answered: unknown stream
        self.instance = "ears1"
        self.opened = 0
        self.audio = {}         # (call, utterance, an agent's?): bytes
        self.words = {}         # call: texts to understand, in order
        self.overheard = ""     # what early media is understood as
        self.asked = 0          # how often it was asked about
        self.on_event = lambda call, event: None
        self.sequence = {}
        self.jobs = queue.Queue()
        self.nats.send("".join(
            f"SUB {subject} {sid}\r\n" for sid, subject in enumerate((
                "yinhu.rpc.LedgerService.*", "yinhu.rpc.SynthesisService.*",
                "yinhu.rpc.SpeechService.*", "yinhu.call.*.*"), 10)))
        self.hear(True)

    def hear(self, on):
        """Subscribe to the audio, or die as a recogniser does."""
        self.send("SUB yinhu.audio.*.* 20\r\n" if on else "UNSUB 20\r\n")

    def send(self, data):
        with self.lock:
            self.nats.send(data)

    def publish(self, subject, data, reply=""):
        self.send(f"PUB {subject} {reply} {len(data)}\r\n".encode() + data +
                  b"\r\n")

    def run(self):
        self.nats.sock.settimeout(None)
        while True:
            line = self.nats.file.readline().split()
            if not line:
                return
            if line[0] == b"PING":
                self.send("PONG\r\n")
            elif line[0] in (b"MSG", b"HMSG"):
                body = self.nats.file.read(int(line[-1]) + 2)[:-2]
                extra = 2 if line[0] == b"HMSG" else 1
                if extra == 2:
                    body = body[int(line[-2]):]
                reply = line[3].decode() if len(line) > 3 + extra else ""
                self.take(line[1].decode(), reply, body)

    def take(self, subject, reply, body):
        part = subject.split(".")
        if part[1] == "rpc":
            fields = getattr(self, part[3])(decode(body))
            if fields is not None:
                self.publish(reply, encode({2: encode(fields)}))
        elif part[1] == "audio":
            self.audio_chunk(decode(body), reply)
        elif part[1] == "call" and part[3] in BODY:
            event = Event(part[3], decode(body))
            self.events.setdefault(part[2], []).append(event)
            self.on_event(part[2], event)

    # ---- the services -------------------------------------------------------

    def LeaseAttempts(self, req):
        self.asks.append(req)
        if self.mute_ledger:
            self.mute_ledger -= 1
            return None
        n = req.get(3, [0])[0]
        given, self.leases = self.leases[:n], self.leases[n:]
        return {1: given, 2: 50}

    def RenewLeases(self, req):
        return {1: req.get(2, []) if self.held else [], 2: self.lease_ms}

    def Synthesize(self, req):
        text = req[1][0].decode()
        time.sleep(self.tts_delay)
        alaw = self.prompts.get(text, prompt(1000))
        return {1: alaw, 2: len(alaw) // 8, 4: "test"}

    def OpenStream(self, _):
        self.opened += 1
        return {1: self.instance, 2: "test"}

    def Recognize(self, _):
        self.asked += 1
        return {1: self.overheard, 2: 1.0}

    def audio_chunk(self, c, reply):
        call, utterance = c[1][0].decode(), c[2][0]
        agent = bool(c.get(12, [0])[0])
        key = (call, utterance, agent)
        if not c.get(3, [0])[0]:
            self.audio[key] = b""
        self.audio[key] += c.get(4, [b""])[0]
        if not c.get(5, [0])[0]:
            return
        if self.deaf:
            self.deaf -= 1
        elif self.strange:
            self.strange -= 1
            self.publish(reply, encode({1: utterance, 4: True}))
        else:
            words = self.words.get(call) or ["嗯"]
            text = words[min(utterance, len(words)) - 1]
            self.store(call, f"{'agent' if agent else 'utt'}.{utterance}",
                       "agent_speech" if agent else "transcript", {
                1: utterance, 2: text, 4: c.get(6, [0])[0],
                5: c.get(7, [0])[0], 6: "test"})
            self.publish(reply, encode({1: utterance, 2: text}))

    def store(self, call, ident, name, body):
        self.publish(f"yinhu.call.{call}.{name}", encode({
            1: f"{call}.{ident}", 2: call, 3: time.time_ns() // 1000,
            5: "test", BODY[name]: body}))

    # ---- what tests do -----------------------------------------------------------

    def lease(self, phone, **more):
        """Offer a call. @return its id"""
        call = uuid.uuid4().hex
        self.leases.append({1: f"a-{call}", 2: call, 3: 1, 4: "c1", 5: "k1",
                            6: phone, 7: more.get("caller", CALLER),
                            8: "test@1", 9: 1,
                            10: {1: "name", 2: "张三"},
                            11: more.get("ring_ms", 20000),
                            12: self.lease_ms, 13: 1})
        return call

    def command(self, instance, call, action):
        seq = self.sequence[call] = self.sequence.get(call, 0) + 1
        self.publish(f"yinhu.cmd.{instance}.{call}",
                     encode({1: call, 2: seq, **action}), "_NOBODY")
        return seq

    def say(self, instance, call, text, barge_in=True, listen_ms=3000,
            hang_up=False, utterance=0):
        return self.command(instance, call, {3: {
            1: text, 2: barge_in, 3: listen_ms, 4: hang_up, 5: utterance}})

    def seen(self, call, name):
        return [e for e in list(self.events.get(call, ())) if e.name == name]

    def wait(self, call, name, n=1, seconds=15):
        found = until(lambda: (s := self.seen(call, name)) and len(s) >= n
                      and s, f"{name} {n}", seconds)
        return found[n - 1]

    def ended(self, call, seconds=20):
        event = self.wait(call, "ended", 1, seconds)
        return OUTCOMES[event.number(1)], event


class Dialer:
    """The program, against a private stack."""

    def __init__(self, trunk, url, **settings):
        self.dir = tempfile.TemporaryDirectory(prefix="yh-dialer-")
        base = Path(self.dir.name)
        self.instance = "d" + uuid.uuid4().hex[:8]
        self.log = base / "log"
        self.recordings = base / "recordings"
        env = dict(os.environ, YH_INSTANCE=self.instance, YH_NATS_URL=url,
                   YH_TRUNK_ADDR=trunk, YH_TRUNK_NAME="test",
                   YH_CALLER_IDS=CALLER, YH_ADMIN_ADDR="127.0.0.1:0",
                   YH_ADMIN_PORT_FILE=str(base / "port"),
                   YH_RECORDINGS_DIR=str(self.recordings),
                   YH_OPTIONS_MS="1000", YH_OPTIONS_TIMEOUT_MS="600",
                   YH_RTP_MIN="31000", YH_RTP_MAX="31999",
                   YH_DRAIN_MS="5000")
        env.update({f"YH_{k.upper()}": str(v) for k, v in settings.items()})
        if "sip_tls_dir" in settings:
            # libsofia-sip-ua is named in lsan.supp; its leaks of OpenSSL's
            # objects are known as its own by whole stacks alone.
            env["ASAN_OPTIONS"] = env.get("ASAN_OPTIONS", "") + \
                ":fast_unwind_on_malloc=0"
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen([BIN / "dialer"], env=env,
                                            stdout=log, stderr=log)
        until(lambda: (base / "port").exists() and
              (base / "port").read_text().endswith("\n"), "the dialer starts")
        self.admin = "http://127.0.0.1:" + (base / "port").read_text().strip()
        until(self.is_ready, "the dialer is ready")

    def is_ready(self):
        try:
            with urllib.request.urlopen(self.admin + "/readyz", timeout=2):
                return True
        except OSError:
            return False

    def metric(self, name):
        with urllib.request.urlopen(self.admin + "/metrics", timeout=2) as r:
            text = r.read().decode()
        return sum(float(line.split()[-1]) for line in text.splitlines()
                   if line.startswith((name + " ", name + "{") if "{" not in name
                                      else name))

    def check_recording(self, event):
        """The file that `ended` names; its data, two bytes a sample."""
        path = self.recordings / event.text(7)
        data = path.read_bytes()
        assert hashlib.sha256(data).hexdigest() == event.text(8)
        assert data[:4] == b"RIFF" and data[20] == 6 and data[22] == 2
        return data[data.index(b"data") + 8:]

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(15)

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        code = self.stop() if self.process.poll() is None else \
            self.process.returncode
        text = self.log.read_text()
        self.dir.cleanup()
        if kind:
            print(text[-4000:])
        else:
            assert code == 0, f"the dialer's exit code is {code}\n{text}"


class Stack:
    """A private NATS server."""

    def __init__(self):
        self.run = Path(tempfile.mkdtemp(prefix="yh-dialer-stack-"))
        self.run.chmod(0o755)
        self.env = dict(os.environ, YINHU_RUN=str(self.run))
        self.tool("up")
        for line in self.tool("env").splitlines():
            name, value = line.removeprefix("export ").split("=", 1)
            if name == "YH_NATS_URL":
                self.url = value.replace("\\", "")

    def tool(self, verb):
        return subprocess.run([ROOT / "deploy/local/stack", verb],
                              env=self.env, text=True, capture_output=True,
                              check=True).stdout

    def close(self):
        self.tool("down")
        subprocess.run(["rm", "-rf", self.run], check=False)
