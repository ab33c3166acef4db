"""A NATS client and as much protobuf as the tests need, by hand.

It shares no code with the services, so that an error cannot hide on both ends.
A message to send is a dict {field number: value}; an answer is read into
{field number: [values]}, bytes for everything that has a length.
"""
import json
import socket
import struct
import urllib.parse


def varint(n):
    n &= (1 << 64) - 1
    out = bytearray()
    while n > 0x7f:
        out.append(n & 0x7f | 0x80)
        n >>= 7
    out.append(n)
    return bytes(out)


def encode(fields):
    out = b""
    for number, value in fields.items():
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, (bool, int)):
                out += varint(number << 3) + varint(int(item))
                continue
            if isinstance(item, float):
                out += varint(number << 3 | 5) + struct.pack("<f", item)
                continue
            if isinstance(item, dict):
                item = encode(item)
            elif isinstance(item, str):
                item = item.encode()
            out += varint(number << 3 | 2) + varint(len(item)) + item
    return out


def decode(data):
    at, out = 0, {}

    def read():
        nonlocal at
        n = shift = 0
        while True:
            byte = data[at]
            at += 1
            n |= (byte & 0x7f) << shift
            shift += 7
            if byte < 0x80:
                return n

    while at < len(data):
        key = read()
        kind = key & 7
        if kind == 0:
            value = read()
        else:
            size = {1: 8, 5: 4}.get(kind) or read()
            value = data[at:at + size]
            at += size
        out.setdefault(key >> 3, []).append(value)
    return out


class RpcError(Exception):
    def __init__(self, code, text):
        self.code = code
        super().__init__(f"{code}: {text}")


class Nats:
    """One connection, one thing at a time."""

    def __init__(self, url):
        u = urllib.parse.urlparse(url)
        self.sock = socket.create_connection((u.hostname, u.port), 5)
        self.file = self.sock.makefile("rb")
        self.file.readline()  # INFO
        # Where nobody serves, the server says so at once.
        options = {"verbose": False, "pedantic": False, "headers": True,
                   "no_responders": True}
        if u.username:
            options["auth_token"] = u.username
        self.inbox = f"_INBOX.{id(self)}"
        self.send(f"CONNECT {json.dumps(options)}\r\nSUB {self.inbox}.* 1\r\n")
        self.number = 0

    def send(self, data):
        self.sock.sendall(data if isinstance(data, bytes) else data.encode())

    def listen(self, subject):
        """Subscribe. @return a function that waits for the next message"""
        self.send(f"SUB {subject} 2\r\n")
        self.send("PING\r\n")
        while self.file.readline().split()[:1] != [b"PONG"]:
            pass

        def wait(timeout):
            self.sock.settimeout(timeout)
            while True:
                line = self.file.readline().split()
                if line[:1] == [b"PING"]:
                    self.send("PONG\r\n")
                elif line[:1] == [b"MSG"]:
                    return self.file.read(int(line[-1]) + 2)[:-2]
        return wait

    def serve(self, service, method, answer):
        """Answer one RPC of a service until the connection is closed: answer
        gets the request's fields and gives those of the response."""
        self.send(f"SUB yinhu.rpc.{service}.{method} {service} 3\r\n")
        self.sock.settimeout(None)
        while True:
            line = self.file.readline().split()
            if not line:
                return
            if line[0] == b"PING":
                self.send("PONG\r\n")
            elif line[0] in (b"MSG", b"HMSG"):
                body = self.file.read(int(line[-1]) + 2)[:-2]
                if line[0] == b"HMSG":
                    body = body[int(line[-2]):]
                reply = line[3].decode()
                out = encode({2: encode(answer(decode(body)))})
                self.send(f"PUB {reply} {len(out)}\r\n".encode() + out +
                          b"\r\n")

    def ask(self, subject, data, timeout=10):
        """Send a request. @return the answer's payload"""
        self.number += 1
        reply = f"{self.inbox}.{self.number}"
        self.send(f"PUB {subject} {reply} {len(data)}\r\n".encode() + data +
                  b"\r\n")
        self.sock.settimeout(timeout)
        while True:
            line = self.file.readline().split()
            if not line:
                raise ConnectionError("the bus has closed")
            if line[0] == b"PING":
                self.send("PONG\r\n")
            elif line[0] in (b"MSG", b"HMSG"):
                body = self.file.read(int(line[-1]) + 2)[:-2]
                if line[0] == b"HMSG":
                    head, body = body[:int(line[-2])], body[int(line[-2]):]
                    if b" 503" in head and line[1].decode() == reply:
                        raise RpcError(14, "nobody serves " + subject)
                if line[1].decode() == reply:
                    return body

    def rpc(self, service, method, fields, timeout=10):
        answer = decode(self.ask(f"yinhu.rpc.{service}.{method}",
                                 encode(fields), timeout))
        status = decode(answer.get(1, [b""])[0])
        if status.get(1, [0])[0]:
            raise RpcError(status[1][0], status.get(2, [b""])[0].decode())
        return decode(answer.get(2, [b""])[0])

    def event(self, call_id, name, number, body, event_id=None, offset_ms=0,
              time_us=None):
        """Store a call event in the stream; the answer is the stream's."""
        import time
        fields = {1: event_id or f"{call_id}.{name}", 2: call_id,
                  3: time_us or time.time_ns() // 1000, 4: offset_ms,
                  5: "test", number: body}
        return self.ask(f"yinhu.call.{call_id}.{name}", encode(fields))
