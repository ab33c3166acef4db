#!/usr/bin/python3
"""The local stack and the supervisor: up, crash, up again, nothing left.

Works on stacks of its own under /tmp, never on the checkout's .run/.
"""
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest
import urllib.parse
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STACK = ROOT / "deploy/local/stack"
SERVICES = ROOT / "deploy/local/services"

# A service as the supervisor sees one: /readyz, SIGTERM, and its moods.
FAKE = '''#!/usr/bin/python3
import http.server, os, signal, sys, time
name = os.path.basename(sys.argv[0])
mood = os.environ.get("MOOD_" + name.replace("-", "_"), "")
if mood == "bad-config":
    sys.exit(2)
def term(*_):
    time.sleep(30 if mood == "stubborn" else 0)
    with open(os.environ["FAKE_ORDER"], "a") as order:
        order.write(name + "\\n")
    os._exit(3 if mood == "unclean" else 0)
signal.signal(signal.SIGTERM, term)
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/readyz" else 404)
        self.end_headers()
    def log_message(self, *_):
        pass
host, port = os.environ["YH_ADMIN_ADDR"].split(":")
server = http.server.HTTPServer((host, int(port)), Handler)
path = os.environ["YH_ADMIN_PORT_FILE"]
with open(path + ".new", "w") as out:
    out.write(str(server.server_port))
os.rename(path + ".new", path)
server.serve_forever()
'''


def until(condition, seconds=15):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def processes(word):
    """Pids whose command line or working place names `word`."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            line = (path / "cmdline").read_bytes().decode(errors="replace")
        except OSError:
            continue
        if word in line and int(path.name) != os.getpid():
            found.append(int(path.name))
    return found


class Place(unittest.TestCase):
    """A directory with its own .run, removed with all that runs in it."""

    def setUp(self):
        self.top = tempfile.mkdtemp(prefix="yhtest.", dir="/tmp")
        self.run_dir = Path(self.top) / ".run"
        self.env = {k: v for k, v in os.environ.items()
                    if not k.startswith(("YH_", "YINHU_"))}
        self.env["YINHU_RUN"] = str(self.run_dir)

    def tearDown(self):
        self.call(STACK, "down")
        for pid in processes(self.top):
            os.kill(pid, signal.SIGKILL)
        shutil.rmtree(self.top, ignore_errors=True)

    def call(self, *args):
        return subprocess.run(args, env=self.env, text=True, check=False,
                              capture_output=True, timeout=120)

    def ok(self, *args):
        done = self.call(*args)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def stack_env(self):
        text = self.ok("/bin/bash", "-c", f"eval \"$({STACK} env)\"; env")
        return dict(line.split("=", 1) for line in text.splitlines()
                    if line.startswith("YH_"))


class StackTest(Place):
    def psql(self, query):
        return self.ok("psql", "-XAtc", query, self.stack_env()["YH_PG_URL"])

    def home(self):
        return Path((self.run_dir / "stack/home").read_text().strip())

    def pids(self):
        text = self.call(STACK, "status").stdout
        return {m[1]: int(m[2]) for m in
                re.finditer(r"^(\w+) +up +pid (\d+)", text, re.M)}

    def assert_serves(self):
        env = self.stack_env()
        self.assertEqual(self.psql("select 1 + 1"), "2\n")
        redis = env["YH_REDIS_URL"].removeprefix("unix:")
        self.assertEqual(self.ok("redis-cli", "-s", redis, "ping"), "PONG\n")
        url = urllib.parse.urlparse(env["YH_NATS_URL"])
        with socket.create_connection((url.hostname, url.port), 5) as sock:
            info = sock.makefile().readline()
        self.assertIn('"jetstream":true', info)
        self.assertIn('"max_payload":8388608', info)
        self.assertIn('"auth_required":true', info)

    def assert_nothing_left(self, home):
        self.assertEqual(processes(str(self.run_dir)), [])
        self.assertEqual(processes(str(home)), [])
        self.assertFalse(home.exists())
        self.assertFalse((self.run_dir / "stack").exists())

    def test_comes_up_serves_and_leaves_nothing(self):
        self.ok(STACK, "up")
        self.assertEqual(self.call(STACK, "status").returncode, 0)
        self.assert_serves()
        home = self.home()
        self.ok(STACK, "down")
        self.assert_nothing_left(home)
        self.assertEqual(self.call(STACK, "status").returncode, 1)
        self.assertNotEqual(self.call(STACK, "env").returncode, 0)

    def test_a_second_up_says_so_and_changes_nothing(self):
        self.ok(STACK, "up")
        before = self.pids()
        self.assertIn("already up", self.ok(STACK, "up"))
        self.assertEqual(self.pids(), before)
        self.assertEqual(len(before), 3)

    def test_after_a_crash_it_comes_back_with_its_data_and_port(self):
        self.ok(STACK, "up")
        self.psql("create table kept (x int)")
        before = self.stack_env()
        for pid in self.pids().values():
            os.kill(pid, signal.SIGKILL)
        self.assertTrue(until(lambda: not self.pids()))
        self.ok(STACK, "up")
        self.assertEqual(self.psql("select count(*) from kept"), "0\n")
        self.assertEqual(self.stack_env()["YH_NATS_URL"],
                         before["YH_NATS_URL"])
        self.assert_serves()

    def test_only_the_dead_server_is_started_again(self):
        self.ok(STACK, "up")
        before = self.pids()
        os.kill(before["nats"], signal.SIGKILL)
        self.assertIn("started: nats)", self.ok(STACK, "up"))
        after = self.pids()
        self.assertEqual((after["redis"], after["pg"]),
                         (before["redis"], before["pg"]))
        self.assert_serves()

    def test_standard_ports_may_be_taken_and_none_is_opened(self):
        taken = []
        for port in (4222, 8222, 6379, 5432):
            sock = socket.socket()
            taken.append(sock)
            try:
                sock.bind(("127.0.0.1", port))
                sock.listen()
            except OSError:
                pass  # someone has it: as good for this test
        try:
            self.ok(STACK, "up")
            self.assert_serves()
        finally:
            for sock in taken:
                sock.close()

    def test_a_path_too_long_for_a_socket_is_no_hindrance(self):
        self.run_dir = Path(self.top) / ("long" * 25) / ".run"
        self.env["YINHU_RUN"] = str(self.run_dir)
        self.ok(STACK, "up")
        self.assert_serves()
        home = self.home()
        self.assertTrue(str(home).startswith("/tmp/yinhu."))
        self.ok(STACK, "down")
        self.assert_nothing_left(home)

    def test_postgres_is_not_run_by_root(self):
        self.ok(STACK, "up")
        status = Path(f"/proc/{self.pids()['pg']}/status").read_text()
        self.assertNotEqual(re.search(r"^Uid:\s+(\d+)", status, re.M)[1], "0")


class SupervisorTest(Place):
    SOME = ("gateway", "dialer", "dialog", "campaign")

    def setUp(self):
        super().setUp()
        self.bin = Path(self.top) / "bin"
        self.bin.mkdir()
        for name in self.SOME:
            (self.bin / name).write_text(FAKE)
            (self.bin / name).chmod(0o755)
        self.order = Path(self.top) / "order"
        self.env.update(YINHU_BIN=str(self.bin), FAKE_ORDER=str(self.order),
                        YINHU_STOP_S="1")
        self.only = ("--only", ",".join(self.SOME))

    def pid(self, name):
        try:
            return int((self.run_dir / "pid" / f"{name}.pid").read_text())
        except (OSError, ValueError):
            return None

    def supervisor(self):
        return processes(f"{SERVICES}\0run\0--only\0{','.join(self.SOME)}")

    def test_up_waits_until_ready_and_down_stops_callers_first(self):
        self.ok(SERVICES, "up", *self.only)
        self.assertEqual(self.call(SERVICES, "status").returncode, 0)
        self.ok(SERVICES, "down")
        self.assertEqual(self.order.read_text().split(),
                         ["gateway", "dialer", "dialog", "campaign"])
        self.assertEqual(processes(str(self.bin)), [])

    def test_a_killed_service_is_started_again(self):
        self.ok(SERVICES, "up", *self.only)
        old = self.pid("dialog")
        os.kill(old, signal.SIGKILL)
        self.assertTrue(until(lambda: self.pid("dialog") not in (None, old)))
        self.assertTrue(until(
            lambda: self.call(SERVICES, "status").returncode == 0))
        self.assertIn("restarts 1", self.call(SERVICES, "status").stdout)
        self.ok(SERVICES, "down")

    def test_bad_configuration_is_final(self):
        self.env["MOOD_dialer"] = "bad-config"
        done = self.call(SERVICES, "up", *self.only)
        self.assertEqual(done.returncode, 1)
        self.assertIn("dialer: exit code 2", done.stdout)
        self.call(SERVICES, "down")

    def test_a_missing_program_is_named(self):
        (self.bin / "dialer").unlink()
        done = self.call(SERVICES, "up", *self.only)
        self.assertEqual(done.returncode, 1)
        self.assertIn("dialer: cannot start", done.stdout)
        self.call(SERVICES, "down")

    def test_an_unclean_exit_is_told(self):
        self.env["MOOD_campaign"] = "unclean"
        self.ok(SERVICES, "up", *self.only)
        done = self.call(SERVICES, "down")
        self.assertEqual(done.returncode, 1)
        self.assertIn("campaign: exit code 3", done.stdout)

    def test_who_does_not_drain_is_cut_off(self):
        self.env["MOOD_gateway"] = "stubborn"
        self.ok(SERVICES, "up", *self.only)
        done = self.call(SERVICES, "down")
        self.assertEqual(done.returncode, 1)
        self.assertIn("gateway: cut off", done.stdout)
        self.assertEqual(processes(str(self.bin)), [])

    def test_interrupt_in_the_foreground_leaves_no_process(self):
        with subprocess.Popen([SERVICES, "run", *self.only], env=self.env,
                              text=True, stdout=subprocess.PIPE,
                              start_new_session=True) as proc:
            self.assertIn("are ready", proc.stdout.readline())
            os.killpg(proc.pid, signal.SIGINT)
            self.assertEqual(proc.wait(15), 0, proc.stdout.read())
        self.assertEqual(processes(str(self.bin)), [])

    def test_services_do_not_outlive_a_killed_supervisor(self):
        self.ok(SERVICES, "up", *self.only)
        for pid in self.supervisor():
            os.kill(pid, signal.SIGKILL)
        self.assertTrue(until(lambda: not processes(str(self.bin))))


class StartTest(unittest.TestCase):
    """The services themselves, each alone."""
    BIN = Path(os.environ.get("YINHU_BIN", ROOT / "build/bin"))

    def test_without_a_bus_each_says_so_and_ends(self):
        with socket.create_server(("127.0.0.1", 0)) as nobody:
            env = dict(os.environ, YH_ADMIN_ADDR="127.0.0.1:0",
                       YH_NATS_URL=f"nats://127.0.0.1:{nobody.getsockname()[1]}")
        running = {s.name: subprocess.Popen(
            [self.BIN / s.name], env=env, cwd=ROOT, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            for s in (ROOT / "services").iterdir()}
        for name, process in running.items():
            said, _ = process.communicate(timeout=60)
            self.assertEqual(process.returncode, 3, f"{name}: {said}")
            self.assertIn("bus is not connected", said, name)


def main():
    suite = unittest.defaultTestLoader.loadTestsFromModule(
        __import__("__main__"))
    done = unittest.TextTestRunner(verbosity=2).run(suite)
    bad = len(done.failures) + len(done.errors)
    print(f"{done.testsRun - bad} passed, {bad} failed")
    return 1 if bad else 0


if __name__ == "__main__":
    raise SystemExit(main())
