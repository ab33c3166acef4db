"""A whole Yinhu on this machine: stack, services, carrier, and its API.

The demo, the end-to-end tests and the benches are all a Lab and a story.
Everything lives in one run directory; close() leaves no process.
"""
import csv
import json
import os
import signal
import socket
import statistics
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "tools/demo"
FINAL = ("COMPLETED", "STOPPED")


class ApiError(Exception):
    """An answer that was not 2xx: its HTTP status and google.rpc.Status."""

    def __init__(self, status, body):
        self.status, self.body = status, body
        super().__init__(f"HTTP {status}: {body}")


class Api:
    """The gateway's HTTP/JSON API."""

    def __init__(self, base):
        self.base = base

    def raw(self, method, path, body=None, content_type="application/json"):
        req = urllib.request.Request(self.base + path, data=body,
                                     method=method)
        if body is not None:
            req.add_header("Content-Type", content_type)
        try:
            with urllib.request.urlopen(req, timeout=30) as reply:
                return reply.read()
        except urllib.error.HTTPError as err:
            raise ApiError(err.code, err.read().decode()) from None

    def get(self, path):
        return json.loads(self.raw("GET", path))

    def post(self, path, message=None):
        return json.loads(self.raw("POST", path,
                                   json.dumps(message or {}).encode()))

    def pages(self, path, field):
        """All items of a list method."""
        token = ""
        while True:
            page = self.get(f"{path}?pageSize=200&pageToken={token}")
            yield from page[field]
            token = page["nextPageToken"]
            if not token:
                return


class Lab:
    """Start everything; use as a context manager."""

    def __init__(self, run=ROOT / ".run", personas=DEMO / "personas.yaml",
                 env=None, binaries=None, only=None):
        self.run = Path(run)
        self.personas = personas
        self.only = only
        self.bin = Path(binaries or os.environ.get("YINHU_BIN",
                                                   ROOT / "build/bin"))
        self.extra = env or {}
        self.carrier = None
        self.api = None
        self.env = None

    def __enter__(self):
        try:
            self.open()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_):
        self.close()

    # ---- starting and stopping ------------------------------------------

    def open(self):
        self.run.mkdir(parents=True, exist_ok=True)
        self.env = dict(os.environ, YINHU_RUN=str(self.run),
                        YINHU_BIN=str(self.bin))
        self.local("services", "down")
        self.local("stack", "down")
        self.local("stack", "up", check=True)
        self.start_carrier()
        self.env.update(self.settings())
        only = ["--only", ",".join(self.only)] if self.only else []
        self.local("services", "up", "--wait", "60", *only, check=True)
        if not self.only or "gateway" in self.only:
            self.api = Api(f"http://{self.env['YH_LISTEN']}")

    def close(self):
        """Down in reverse; True when every service had ended cleanly."""
        clean = self.local("services", "down") == 0
        self.stop_carrier()
        self.local("stack", "down")
        return clean

    def local(self, tool, *args, check=False):
        done = subprocess.run([ROOT / "deploy/local" / tool, *args],
                              env=self.env, text=True, capture_output=True,
                              check=False)
        if check and done.returncode:
            raise RuntimeError(f"{tool} {' '.join(args)} failed:\n"
                               f"{done.stdout}{done.stderr}")
        return done.returncode

    def settings(self):
        """What the services need beside the stack's own environment."""
        key = self.run / "field.key"
        if not key.exists():
            key.touch(mode=0o600)
            key.write_text(os.urandom(64).hex() + "\n")
        for sub in ("recordings", "admin"):
            (self.run / sub).mkdir(exist_ok=True)
        return {
            "YH_TRUNK_ADDR": f"127.0.0.1:{self.port('carrier')}",
            "YH_TRUNK_NAME": "sim",
            "YH_CALLER_IDS": "02150000001",
            "YH_RECORDINGS_DIR": str(self.run / "recordings"),
            "YH_KEY_FILE": str(key),
            "YH_CLOCK": "simulated 10:00",
            "YH_LISTEN": f"127.0.0.1:{free_port()}",
            "YH_ACK_WAIT_MS": "3000",
            **self.extra,
        }

    def port(self, name):
        path = self.run / "admin" / f"{name}.port"
        self.wait_for(path.exists, f"{name} writes its port", 20)
        return int(path.read_text().strip().rsplit(":", 1)[-1])

    # ---- the carrier ---------------------------------------------------------

    @property
    def truth_log(self):
        return self.run / "log/carrier.jsonl"

    def start_carrier(self, listen="127.0.0.1:0"):
        for sub in ("admin", "log"):
            (self.run / sub).mkdir(exist_ok=True)
        port = self.run / "admin/carrier.port"
        port.unlink(missing_ok=True)
        if listen.endswith(":0"):
            self.truth_log.unlink(missing_ok=True)
        with open(self.run / "log/carrier.log", "ab") as log:
            self.carrier = subprocess.Popen(
                [self.bin / "carrier", "--listen", listen, "--personas",
                 self.personas, "--log", self.truth_log, "--port-file", port],
                stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                start_new_session=True)
        self.port("carrier")

    def stop_carrier(self):
        if self.carrier and self.carrier.poll() is None:
            self.carrier.terminate()
            try:
                self.carrier.wait(10)
            except subprocess.TimeoutExpired:
                self.carrier.kill()
                self.carrier.wait()
        self.carrier = None

    def truth(self):
        """What the carrier knows: a list of its log's records."""
        if not self.truth_log.exists():
            return []
        lines = self.truth_log.read_text().splitlines()
        return [json.loads(line) for line in lines if line.endswith("}")]

    # ---- services ------------------------------------------------------------

    def kill(self, service):
        """kill -9; the supervisor starts it again."""
        pid = int((self.run / "pid" / f"{service}.pid").read_text())
        os.kill(pid, signal.SIGKILL)

    def ready(self, service):
        """Is the (restarted) service ready?"""
        try:
            base = f"http://127.0.0.1:{self.port(service)}/readyz"
            with urllib.request.urlopen(base, timeout=2) as reply:
                return reply.status == 200
        except (OSError, ValueError, TimeoutError):
            return False

    def metrics(self, service):
        base = f"http://127.0.0.1:{self.port(service)}/metrics"
        with urllib.request.urlopen(base, timeout=5) as reply:
            return reply.read().decode()

    # ---- stories ----------------------------------------------------------------

    def approve_script(self, source):
        """An author writes and submits it, a second person approves it."""
        made = self.api.post("/v1/scripts?actor=author", {"source": source})
        if made["state"] != "APPROVED":
            for verb, actor in (("submit", "author"), ("approve", "reviewer")):
                made = self.api.post(f"/v1/{made['name']}:{verb}",
                                     {"actor": actor})
        return made

    def create_campaign(self, contacts, script=DEMO / "card_instalment.yaml",
                        **fields):
        """Script, campaign, contacts. Returns its resource name."""
        made = self.approve_script(Path(script).read_text())
        campaign = {"displayName": "信用卡账单分期", "kind": "MARKETING",
                    "script": made["name"], "callerId": "02150000001",
                    "bankName": "银湖银行股份有限公司", "maxAttempts": 1,
                    "maxConcurrentCalls": 30, **fields}
        name = self.api.post("/v1/campaigns", campaign)["name"]
        if contacts is not None:
            self.import_contacts(name, Path(contacts).read_bytes())
        return name

    def import_contacts(self, name, data):
        return json.loads(self.api.raw(
            "POST", f"/v1/{name}/contacts:import", data, "text/csv"))

    def finish(self, name, seconds=300, tick=None):
        """Wait for a campaign's end; tick(campaign) at every look."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                campaign = self.api.get(f"/v1/{name}")
            except (ApiError, OSError):
                time.sleep(0.3)
                continue
            if tick:
                tick(campaign)
            if campaign["state"] in FINAL:
                return campaign
            time.sleep(0.3)
        raise TimeoutError(f"{name} has not ended within {seconds} s")

    def calls(self, name):
        """All calls of a campaign, each in full."""
        return [self.api.get(f"/v1/{c['name']}")
                for c in self.api.pages(f"/v1/{name}/calls", "calls")]

    @staticmethod
    def wait_for(condition, what, seconds=30):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            value = condition()
            if value:
                return value
            time.sleep(0.05)
        raise TimeoutError(f"not within {seconds} s: {what}")


def free_port():
    """A port that the gateway keeps when it is started again."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def read_contacts(path):
    with open(path, encoding="utf-8") as file:
        return list(csv.DictReader(file))


def percentile(values, q):
    """The q-quantile [0..1], nearest rank; 0 without values."""
    ranked = sorted(values)
    if not ranked:
        return 0
    return ranked[min(len(ranked) - 1, int(q * len(ranked)))]


def median(values):
    return statistics.median(values) if values else 0
