"""A minimal SIP caller with RTP, for tests of what answers a call.

Own SIP, SDP, RTP and A-law code, stdlib only: it shares nothing with what it
tests. UDP on loopback, one call at a time an object, one codec (PCMA).
"""
import math
import random
import re
import socket
import struct
import threading
import time

HOST = "127.0.0.1"
FRAME = 160


def alaw_table():
    table = []
    for line in range(256):
        code = line ^ 0x55
        exponent, mantissa = (code >> 4) & 7, code & 15
        size = mantissa * 16 + 8 if exponent == 0 else \
            (mantissa * 16 + 264) << (exponent - 1)
        table.append(size if code & 0x80 else -size)
    return table


ALAW = alaw_table()


def decode(octets):
    return [ALAW[o] for o in octets]


def rms(samples):
    return math.sqrt(sum(s * s for s in samples) / max(len(samples), 1))


def power_at(samples, hertz):
    """Share of the power that is at one frequency (Goertzel), 0..1."""
    total = sum(s * s for s in samples)
    if not total:
        return 0.0
    turn = 2 * math.pi * hertz / 8000
    re_ = sum(s * math.cos(turn * i) for i, s in enumerate(samples))
    im_ = sum(s * math.sin(turn * i) for i, s in enumerate(samples))
    return 2 * (re_ * re_ + im_ * im_) / (len(samples) * total)


def bound():
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind((HOST, 0))
    return sock


class Rtp:
    """Receives in a thread; sends what it is given at 20 ms."""

    def __init__(self):
        self.sock = bound()
        self.port = self.sock.getsockname()[1]
        self.got = []  # (monotonic time, sequence, timestamp, type, octets)
        self.peer = None
        self.open = True
        self.seq, self.stamp = random.getrandbits(15), 0
        threading.Thread(target=self.receive, daemon=True).start()

    def receive(self):
        while self.open:
            try:
                data = self.sock.recv(2048)
            except OSError:
                return
            if len(data) > 12 and data[0] >> 6 == 2:
                _, kind, seq, stamp = struct.unpack("!BBHI", data[:8])
                self.got.append((time.monotonic(), seq, stamp, kind & 127,
                                 data[12:]))

    def send(self, octets):
        """Send speech in real time."""
        due = time.monotonic()
        for at in range(0, len(octets) - FRAME + 1, FRAME):
            head = struct.pack("!BBHII", 0x80, 8, self.seq & 0xffff,
                               self.stamp & 0xffffffff, 0x12345678)
            self.sock.sendto(head + octets[at:at + FRAME], self.peer)
            self.seq, self.stamp = self.seq + 1, self.stamp + FRAME
            due += 0.02
            time.sleep(max(0.0, due - time.monotonic()))

    def press(self, keys, kind):
        """Telephone events (RFC 4733) of 100 ms, the end three times."""
        for key in keys:
            for i in range(1, 9):
                event = struct.pack("!BBH", "0123456789*#ABCD".index(key),
                                    10 | (0x80 if i > 5 else 0),
                                    FRAME * min(i, 5))
                head = struct.pack("!BBHII", 0x80,
                                   kind | (0x80 if i == 1 else 0),
                                   self.seq & 0xffff, self.stamp & 0xffffffff,
                                   0x12345678)
                self.sock.sendto(head + event, self.peer)
                self.seq += 1
                time.sleep(0.02)
            self.stamp += FRAME * 10
            time.sleep(0.04)

    def pressed(self, kind):
        """(key, duration in samples) of each event that was received."""
        ends = {}
        for _, _, stamp, of, octets in list(self.got):
            if of == kind and octets[1] & 0x80:
                ends[stamp] = ("0123456789*#ABCD"[octets[0]],
                               struct.unpack("!H", octets[2:4])[0])
        return [ends[stamp] for stamp in sorted(ends)]

    def heard(self):
        return decode(b"".join(p[4] for p in self.got if p[3] == 8))

    def close(self):
        self.open = False
        self.sock.close()


class Caller:
    def __init__(self, server):
        host, port = server.rsplit(":", 1)
        self.server = (host, int(port))
        self.sock = bound()
        self.here = f"{HOST}:{self.sock.getsockname()[1]}"
        self.rtp = Rtp()
        self.id = f"{random.getrandbits(48):x}@test"
        self.tag = f"{random.getrandbits(32):x}"
        self.cseq = 1
        self.to = self.uri = None
        self.seen = []  # status codes in order

    def request(self, method, body="", branch=None, cseq=None, headers=""):
        branch = branch or f"z9hG4bK{random.getrandbits(48):x}"
        self.branch = branch
        kind = "Content-Type: application/sdp\r\n" if body else ""
        text = (f"{method} {self.uri} SIP/2.0\r\n"
                f"Via: SIP/2.0/UDP {self.here};branch={branch};rport\r\n"
                f"From: <sip:95500@{self.here}>;tag={self.tag}\r\n"
                f"To: {self.to}\r\nCall-ID: {self.id}\r\n"
                f"CSeq: {cseq or self.cseq} {method}\r\n"
                f"Contact: <sip:95500@{self.here}>\r\n"
                f"Max-Forwards: 70\r\n{headers}{kind}"
                f"Content-Length: {len(body)}\r\n\r\n{body}")
        self.sock.sendto(text.encode(), self.server)

    def sdp(self, codecs="8 101"):
        return ("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\n"
                "c=IN IP4 127.0.0.1\r\nt=0 0\r\n"
                f"m=audio {self.rtp.port} RTP/AVP {codecs}\r\n"
                "a=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\n"
                "a=ptime:20\r\n")

    def receive(self, seconds):
        """The next message as text, or None."""
        self.sock.settimeout(max(seconds, 0.001))
        try:
            return self.sock.recv(65536).decode()
        except socket.timeout:
            return None

    def invite(self, number, body=None, headers=""):
        self.uri = f"sip:{number}@{self.server[0]}:{self.server[1]}"
        self.to = f"<{self.uri}>"
        self.request("INVITE", self.sdp() if body is None else body,
                     headers=headers)
        self.invite_branch = self.branch

    def take(self, text):
        code = int(text.split()[1])
        self.seen.append(code)
        tag = re.search(r"^To:.*(;tag=[^\s;]+)", text, re.M | re.I)
        if tag and ";tag=" not in self.to:
            self.to += tag.group(1)
        media = re.search(r"^m=audio (\d+)", text, re.M)
        if media:
            self.rtp.peer = (self.server[0], int(media.group(1)))
        self.answer = text
        return code

    def wait_final(self, seconds):
        """Follow the INVITE to its final code and acknowledge that."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            text = self.receive(end - time.monotonic())
            if text is None or not text.startswith("SIP/2.0"):
                continue
            if "INVITE" not in re.search(r"CSeq:.*", text).group(0):
                continue
            code = self.take(text)
            if code >= 300:
                self.request("ACK", branch=self.invite_branch)
                return code
            if code >= 200:
                self.request("ACK")
                return code
        return None

    def wait_bye(self, seconds):
        """Answer the far end's BYE. Returns whether one came."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            text = self.receive(end - time.monotonic())
            if text and text.startswith("BYE "):
                kept = [line for line in text.split("\r\n") if line.split(":")[0]
                        in ("Via", "From", "To", "Call-ID", "CSeq")]
                reply = "\r\n".join(["SIP/2.0 200 OK"] + kept +
                                    ["Content-Length: 0", "", ""])
                self.sock.sendto(reply.encode(), self.server)
                return True
        return False

    def cancel(self):
        self.request("CANCEL", branch=self.invite_branch)

    def bye(self, seconds=2):
        self.cseq += 1
        self.request("BYE")
        text = self.receive(seconds)
        return int(text.split()[1]) if text else None

    def options(self, seconds=2):
        self.uri = f"sip:{self.server[0]}:{self.server[1]}"
        self.to = f"<{self.uri}>"
        self.cseq += 1
        self.request("OPTIONS")
        text = self.receive(seconds)
        return int(text.split()[1]) if text else None

    def close(self):
        self.rtp.close()
        self.sock.close()
