"""Recognition servers as their makers wrote them, on the wire; standard library
alone. What they recognise is made up: speech here is a row of 100 ms blocks, the
level of a block is a character of WORDS. So a test sees every block that was
lost, doubled or out of place.

Faults (server.fault): "" none, "refuse" (no answer to the handshake), "reject"
(HTTP 503), "stall" (reads on, says nothing), "deaf" (does not even read),
"half" (its side of the socket is closed, it reads on), "garbage" (bytes that
are no frame), "nonsense" (a message that is not the protocol), "die" (reset in
the middle, after `fault_after` blocks), "late" (answers after `late_s`).
"""
import array
import asyncio
import base64
import hashlib
import json
import math
import os
import socket
import ssl
import struct
import threading

# No digits: rows of these are taken for secrets, and redacted.
WORDS = "甲乙丙丁戊己庚辛壬癸"
GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def level(word):
    """The sample value that stands for a word."""
    return 1500 * (WORDS.index(word) + 1)


def speech(words):
    """A-law of the words. 800 samples each."""
    import warnings
    warnings.simplefilter("ignore", DeprecationWarning)
    import audioop
    pcm = b"".join(struct.pack("<h", level(w)) * 800 for w in words)
    return audioop.lin2alaw(pcm, 2)


def read_words(samples, rate):
    """What is in the middle of each whole block."""
    block, out = rate // 10, ""
    for at in range(0, len(samples) - block // 2, block):
        value = samples[at + block // 2]
        n = round(value / 1500) - 1
        out += WORDS[n] if 0 <= n < len(WORDS) else "？"
    return out


class Closed(Exception):
    pass


class Socket:
    """A server's side of a WebSocket, RFC 6455."""

    def __init__(self, server, reader, writer):
        self.server, self.reader, self.writer = server, reader, writer
        self.sent, self.closing = 0, False

    async def handshake(self):
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode()
        fields = dict(line.split(": ", 1)
                      for line in head.split("\r\n")[1:] if ": " in line)
        assert head.startswith("GET / HTTP/1.1\r\n"), head
        assert fields["Upgrade"] == "websocket"
        assert fields["Connection"] == "Upgrade"
        assert fields["Sec-WebSocket-Version"] == "13"
        assert len(base64.b64decode(fields["Sec-WebSocket-Key"])) == 16
        if self.server.fault == "refuse":
            await asyncio.sleep(60)
        if self.server.fault == "reject":
            self.writer.write(b"HTTP/1.1 503 Busy\r\n\r\n")
            raise Closed
        accept = base64.b64encode(hashlib.sha1(
            fields["Sec-WebSocket-Key"].encode() + GUID).digest()).decode()
        answer = ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                  f"Connection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n")
        if self.server.takes_subprotocol and \
                "Sec-WebSocket-Protocol" in fields:
            answer += ("Sec-WebSocket-Protocol: "
                       f"{fields['Sec-WebSocket-Protocol']}\r\n")
        self.writer.write((answer + "\r\n").encode())

    def frame(self, op, data, last=True):
        n = len(data)
        head = bytes([0x80 * last | op]) + (
            bytes([n]) if n < 126 else
            b"\x7e" + struct.pack(">H", n) if n < 65536 else
            b"\x7f" + struct.pack(">Q", n))
        self.writer.write(head + data)

    async def send(self, text):
        fault = self.server.fault
        if fault in ("stall", "half"):
            return
        if fault == "late":
            await asyncio.sleep(self.server.late_s)
        if fault == "garbage":
            self.writer.write(os.urandom(300))
            return
        if fault == "nonsense":
            text = '{"hello": [1, 2'
        # In two fragments now and then, and with a ping between.
        data = text.encode()
        self.sent += 1
        if self.sent % 3 == 0 and len(data) > 2:
            self.frame(0x1, data[:2], last=False)
            self.frame(0x9, b"are you there")
            self.frame(0x0, data[2:])
        else:
            self.frame(0x1, data)
        await self.writer.drain()

    async def close(self):
        """RFC 6455, 7.1: the socket is closed when the other side has closed,
        too. With a pong of theirs unread it would be reset, and what was said
        last be lost on its way."""
        self.frame(0x8, struct.pack(">H", 1000))
        self.closing = True
        while True:
            await self.receive()

    async def receive(self):
        """@return str or bytes, a whole message"""
        data, kind = b"", 0
        while True:
            a, b = await self.reader.readexactly(2)
            assert b & 0x80, "a client masks"
            assert not a & 0x70, "no extension was agreed"
            n = b & 0x7f
            if n == 126:
                n, = struct.unpack(">H", await self.reader.readexactly(2))
            elif n == 127:
                n, = struct.unpack(">Q", await self.reader.readexactly(8))
            mask = await self.reader.readexactly(4)
            body = await self.reader.readexactly(n)
            pad = mask * (n // 4 + 1)
            body = (int.from_bytes(body, "big") ^
                    int.from_bytes(pad[:n], "big")).to_bytes(n, "big")
            op = a & 0x0f
            if op == 0x8:
                if not self.closing:
                    self.frame(0x8, body[:2])
                raise Closed
            if op == 0xa:
                assert body == b"are you there"
                self.server.pongs += 1
                continue
            kind = kind or op
            data += body
            if a & 0x80:
                return data.decode() if kind == 1 else data


class Server:
    """Runs in a thread of its own. kill() is a crash; start() again works."""

    takes_subprotocol = False
    rate = 8000

    def __init__(self, tls=None):
        self.fault, self.fault_after, self.late_s = "", 0, 0.0
        self.calls = self.pongs = 0
        self.errors = []
        self.tls = tls
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            self.port = s.getsockname()[1]
        self.start()

    @property
    def url(self):
        host = "localhost" if self.tls else "127.0.0.1"
        return f"ws{'s' if self.tls else ''}://{host}:{self.port}"

    def start(self):
        self.loop = asyncio.new_event_loop()
        self.writers = set()
        up = threading.Event()
        self.thread = threading.Thread(target=self.run, args=(up,),
                                       daemon=True)
        self.thread.start()
        assert up.wait(10)

    def run(self, up):
        asyncio.set_event_loop(self.loop)
        context = None
        if self.tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*self.tls)
        self.listener = self.loop.run_until_complete(asyncio.start_server(
            self.serve, "127.0.0.1", self.port, backlog=512, ssl=context,
            reuse_address=True))
        up.set()
        self.loop.run_forever()

    def kill(self):
        """As SIGKILL would: nothing listens, every connection is reset."""
        def stop():
            self.listener.close()
            for w in list(self.writers):
                w.transport.abort()
            for task in asyncio.all_tasks(self.loop):
                task.cancel()
            self.loop.call_later(0.05, self.loop.stop)
        self.loop.call_soon_threadsafe(stop)
        self.thread.join(10)

    async def serve(self, reader, writer):
        self.writers.add(writer)
        self.calls += 1
        ws = Socket(self, reader, writer)
        try:
            await ws.handshake()
            if self.fault == "half":
                sock = writer.get_extra_info("socket")
                sock = socket.socket(fileno=os.dup(sock.fileno()))
                sock.shutdown(socket.SHUT_WR)
                sock.close()
            await self.talk(ws)
        except (Closed, asyncio.IncompleteReadError, ConnectionError):
            pass
        except AssertionError as e:
            self.errors.append(repr(e))
        finally:
            self.writers.discard(writer)
            writer.close()

    async def check_death(self, ws, seconds):
        if self.fault == "deaf":
            await asyncio.sleep(60)
        if self.fault == "die" and seconds >= self.fault_after / 10:
            ws.writer.transport.abort()
            raise Closed


class FunAsr(Server):
    """funasr-wss-server-2pass, C++."""

    engine, rate = "funasr", 16000

    async def talk(self, ws):
        conf, audio, seen, sentence = {}, array.array("h"), 0, 0
        while True:
            m = await ws.receive()
            if isinstance(m, bytes):
                if "chunk_size" not in conf:
                    continue  # tpass_online_handle is null: dropped, silently
                audio.frombytes(m)
                await self.check_death(ws, len(audio) / self.rate)
                words = read_words(audio, self.rate)
                # A step of the online pass every 600 ms; it mishears.
                while len(words) - seen >= 6:
                    seen += 6
                    await ws.send(self.reply("2pass-online", "嗯" * 6, False))
                # A sentence of 12 words; the offline pass has it right.
                while len(words) - sentence >= 12:
                    text = words[sentence:sentence + 12]
                    sentence += 12
                    await ws.send(self.reply("2pass-offline", text, False))
                continue
            message = json.loads(m)
            if "hotwords" in message:
                assert isinstance(message["hotwords"], str)
                self.hotwords = json.loads(message["hotwords"])
            if not conf:
                assert message["mode"] == "2pass"
                assert message["wav_format"] == "pcm"
                assert message["audio_fs"] == self.rate
                assert message["is_speaking"] is True
            conf.update(message)
            if message.get("is_speaking") is False:
                words = read_words(audio, self.rate)[sentence:]
                await ws.send(self.reply("2pass-offline" if words else None,
                                         words, True))

    @staticmethod
    def reply(mode, text, final):
        out = {"text": text, "wav_name": "call", "is_final": final}
        if mode:
            out["mode"] = mode
        return json.dumps(out)


class FunAsrPython(FunAsr):
    """funasr_wss_server.py: takes the subprotocol, never says is_final in the
    end."""

    takes_subprotocol = True

    @staticmethod
    def reply(mode, text, final):
        return json.dumps({"mode": mode or "2pass-offline", "text": text,
                           "wav_name": "call", "is_final": False})


class Vosk(Server):
    """vosk-server/websocket/asr_server.py."""

    engine = "vosk"

    async def talk(self, ws):
        audio, given, begun = array.array("h"), 0, False
        while True:
            m = await ws.receive()
            if isinstance(m, str) and "config" in m:
                conf = json.loads(m)["config"]
                assert not begun
                assert conf["sample_rate"] == self.rate
                continue
            if m == '{"eof" : 1}':
                words = read_words(audio, self.rate)[given:]
                await ws.send(self.final(words))
                await ws.close()
            assert isinstance(m, bytes), m
            begun = True
            audio.frombytes(m)
            await self.check_death(ws, len(audio) / self.rate)
            words = read_words(audio, self.rate)[given:]
            if len(words) >= 12:
                given += 12
                await ws.send(self.final(words[:12]))
            else:
                await ws.send(json.dumps({"partial": " ".join(words)}))

    @staticmethod
    def final(words):
        if not words:
            return json.dumps({"text": ""})
        return json.dumps({
            "result": [{"conf": 0.75, "start": i / 10, "end": i / 10 + 0.1,
                        "word": w} for i, w in enumerate(words)],
            "text": " ".join(words)})


class Sherpa(Server):
    """sherpa-onnx-online-websocket-server."""

    engine, rate = "sherpa-ws", 16000

    async def talk(self, ws):
        audio, given, segment = array.array("f"), 0, 0
        while True:
            m = await ws.receive()
            if m == "Done":
                words = read_words([v * 32768 for v in audio],
                                   self.rate)[given:]
                await ws.send(self.result(words, segment, True, True))
                await ws.send("Done!")
                continue
            assert isinstance(m, bytes), m
            audio.frombytes(m)
            assert max(map(abs, audio[-100:])) <= 1
            await self.check_death(ws, len(audio) / self.rate)
            words = read_words([v * 32768 for v in audio], self.rate)[given:]
            end = len(words) >= 12
            await ws.send(self.result(words[:12], segment, end, False))
            if end:
                given += 12
                segment += 1

    @staticmethod
    def result(words, segment, final, eof):
        return json.dumps({
            "text": words, "tokens": list(words),
            "timestamps": [i / 10 for i in range(len(words))],
            "ys_probs": [-0.1] * len(words), "lm_probs": [],
            "context_scores": [], "segment": segment, "words": [],
            "start_time": 0.0, "is_final": final, "is_eof": eof})


class Fixed(FunAsr):
    """Hears one sentence whatever is said: an engine of a dialect."""

    heard = "唔使喇唔該"

    async def talk(self, ws):
        conf = {}
        while True:
            m = await ws.receive()
            if isinstance(m, str):
                conf.update(json.loads(m))
                if conf["is_speaking"] is False:
                    await ws.send(self.reply("2pass-offline", self.heard,
                                             True))


# ---- recognisers of real speech, however few the words ----------------------

BANDS_HZ = (300, 450, 650, 900, 1200, 1550, 1950, 2400, 2900, 3350)
HOP = 320  # 40 ms at 8000 Hz


def spectrum(samples):
    """Log power in each band without the frame's mean, and the loudness."""
    powers = []
    for hz in BANDS_HZ:  # Goertzel 1958
        k = 2 * math.cos(2 * math.pi * hz / 8000)
        a = b = 0.0
        for s in samples:
            a, b = s + k * a - b, a
        powers.append(math.log(a * a + b * b - k * a * b + 1e3))
    mean = sum(powers) / len(powers)
    return [p - mean for p in powers], mean


def features(samples):
    """8000 Hz -> spectra from the first loud frame to the last one."""
    frames = [spectrum(samples[i:i + HOP])
              for i in range(0, len(samples) - HOP, HOP)]
    if not frames:
        return []
    gate = max(loud for _, loud in frames) - 5
    heard = [i for i, (_, loud) in enumerate(frames) if loud > gate]
    return [shape for shape, _ in frames[heard[0]:heard[-1] + 1]]


def warped(a, b):
    """Mean distance along the best path (Sakoe & Chiba 1978)."""
    row = [0.0] + [math.inf] * len(b)
    for x in a:
        last, row[0] = row[0], math.inf
        for j, y in enumerate(b, 1):
            d = sum((p - q) * (p - q) for p, q in zip(x, y))
            last, row[j] = row[j], d + min(last, row[j], row[j - 1])
    return row[-1] / (len(a) + len(b))


class OfDialect(FunAsr):
    """Recognises the sentences of one dialect by their sound; what is nearest to
    another one's is not understood. `known` is {text: [features]} of its own,
    `foreign` a list of features."""

    def __init__(self, known, foreign):
        self.known, self.foreign = known, foreign
        super().__init__()

    def hear(self, audio):
        spoken = features(audio[::2])
        if not spoken:
            return ""
        best, text = min((warped(spoken, t), text)
                         for text, all_ in self.known.items() for t in all_)
        other = min(warped(spoken, t) for t in self.foreign)
        return text if best < other else ""

    async def talk(self, ws):
        audio = array.array("h")
        while True:
            m = await ws.receive()
            if isinstance(m, bytes):
                audio.frombytes(m)
            elif json.loads(m).get("is_speaking") is False:
                await ws.send(self.reply("2pass-offline", self.hear(audio),
                                         True))
                audio = array.array("h")
