#!/usr/bin/python3
"""Leases a second with all guards on: build/bench/lease.json.

The real campaign service asks a real PostgreSQL of its own, which is bound to
one core; DIALERS dialers (simulated: they only ask) want LEASES attempts at a
time over NATS. The lists grow by SIZES (contacts; SIZES="10000 100000 1000000
10000000" for the whole curve, half an hour of filling); 200 campaigns of all
kinds run, a tenth of the callees has been called before, a hundredth is on the
do-not-call list, a twentieth is in two campaigns. Calls end after 5 s
(simulated: twenty statements a second).

`value` is the median of ROUNDS at the largest size, each dialer asking again as
soon as it is answered; `per_core_s` is leases by second of processor time of
PostgreSQL, which others on the machine do not change. A decision's time is that
of the request that it came with, as the dialer sees it; its percentiles are of
rounds in which OFFERED leases a second are asked for, PACED at a time, since
those of a full queue would only say how many dialers stand in it. Beside them,
`flush_ms` is what the disk takes for the flush that each decision waits for.
"""
import collections
import os
import re
import statistics
import subprocess
import sys
import threading
import time
import uuid
from importlib.machinery import SourceFileLoader
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CONF = ROOT / "deploy/postgresql.conf"
sys.path.insert(0, str(ROOT / "tests/integration"))
sys.path.insert(0, str(ROOT / "tools/demo"))
sys.path.insert(0, str(ROOT / "tests/bench"))
from turns import write  # noqa: E402
from wire import Nats, RpcError, decode  # noqa: E402

world = SourceFileLoader("world", str(
    ROOT / "tests/integration/test_campaign")).load_module()
SIZES = [int(n) for n in os.environ.get(
    "SIZES", "10000 100000").split()]
LEASES = int(os.environ.get("LEASES", "20"))
ROUND_S = float(os.environ.get("ROUND_S", "10"))
ROUNDS = int(os.environ.get("ROUNDS", "3"))
DIALERS = int(os.environ.get("DIALERS", "4"))
OFFERED = int(os.environ.get("OFFERED", "400"))
PACED = int(os.environ.get("PACED", "10"))
CAMPAIGNS = 200
CORES = sorted(os.sched_getaffinity(0))
TICKS = os.sysconf("SC_CLK_TCK")
CALLERS = [f"021500000{i:02d}" for i in range(8)]


def bind(pid, core):
    subprocess.run(["taskset", "-acp", str(core), str(pid)], check=True,
                   stdout=subprocess.DEVNULL)


class HugePages:
    """As many as deploy/postgresql.conf wants set aside, while this lasts; none
    for who may not (root)."""
    path = Path("/proc/sys/vm/nr_hugepages")

    def __enter__(self):
        self.before = self.path.read_text()
        wanted = re.search(r"vm\.nr_hugepages = (\d+)", CONF.read_text())[1]
        if int(self.before) < int(wanted):
            self.set(wanted)

    def __exit__(self, *_):
        self.set(self.before)

    def set(self, n):
        try:
            self.path.write_text(n)
        except OSError as err:
            print(f"lease: no huge pages set aside: {err}", file=sys.stderr)

    @staticmethod
    def used():
        """[MiB]"""
        found = dict(re.findall(r"HugePages_(\w+): +(\d+)",
                                Path("/proc/meminfo").read_text()))
        return 2 * (int(found["Total"]) - int(found["Free"]) +
                    int(found["Rsvd"]))


class Bench(world.Place):
    def open(self):
        self.env["YH_PG_CONNECTIONS"] = "8"
        super().open()
        self.tune()

    def start(self):
        self.env["YH_LEASE_MS"] = "45000"
        super().start()

    def tune(self):
        """As deploy/postgresql.conf recommends."""
        with open(f"{self.home()}/pg/postgresql.conf", "a") as conf:
            conf.write(CONF.read_text())
        self.kill(15)
        subprocess.run(["kill", "-INT", str(self.pg())], check=True)
        world.until(lambda: not self.pg(), "PostgreSQL stops", 60)
        self.stack("up")
        bind(self.pg(), CORES[0])
        self.start()
        bind(self.proc.pid, CORES[-1])

    def home(self):
        return (self.run / "stack/home").read_text().strip()

    def pg(self):
        """The server's pid, 0 when it does not run."""
        home = self.home()
        for path in Path("/proc").glob("[0-9]*"):
            try:
                line = (path / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if line[0].endswith(b"/postgres") and \
                    f"{home}/pg".encode() in line:
                return int(path.name)
        return 0

    def flush_ms(self, n=100):
        """How long the server's disk takes to flush a page of log, with the
        server at rest."""
        path, took = Path(self.home()) / "flush", []
        path.write_bytes(bytes(n * 8192))
        with open(path, "r+b", buffering=0) as file:
            os.fsync(file.fileno())
            for _ in range(n):
                file.write(os.urandom(8192))
                begun = time.monotonic()
                os.fdatasync(file.fileno())
                took.append((time.monotonic() - begun) * 1000)
                time.sleep(.02)
        path.unlink()
        return took

    def own_cpu_s(self):
        """Processor time of the campaign service so far."""
        stat = Path(f"/proc/{self.proc.pid}/stat").read_text()
        return sum(int(x) for x in stat.rpartition(")")[2].split()[11:13]) \
            / TICKS

    def pg_cpu_s(self):
        """Processor time of the server and all its children so far."""
        top, total = self.pg(), 0
        for path in Path("/proc").glob("[0-9]*/stat"):
            try:
                stat = path.read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(path.parent.name) == top:
                total += sum(int(x) for x in stat[11:15])
            elif int(stat[1]) == top:
                total += int(stat[11]) + int(stat[12])
        return total / TICKS

    # ---- the lists ----

    def campaigns(self):
        first = self.create([self.phone()], kind=2, start=False)
        self.first = first.split("/")[1]
        self.sql(f"""
            INSERT INTO caller_ids (number, kinds)
                SELECT n, 14 FROM unnest('{{{",".join(CALLERS)}}}'::text[]) n;
            INSERT INTO campaigns (id, display_name, kind, script_id,
                script_version, state, max_attempts, max_concurrent,
                caller_id, bank_name, purpose, purpose_key, product, served)
            SELECT 'bench' || i, 'bench', 1 + i % 3, script_id,
                script_version, 3, 3, 10000, '', bank_name,
                (ARRAY['marketing', 'service', 'collection'])[1 + i % 3],
                (ARRAY[1747704175, 1457512036, 2142078097])[1 + i % 3],
                'product' || i % 20, 0
            FROM campaigns, generate_series(0, {CAMPAIGNS - 1}) i
            WHERE id = '{self.first}'""")

    def grow(self, old, new):
        """Contacts old .. new - 1, spread over the campaigns."""
        indexes = self.sql("SELECT indexdef FROM pg_indexes WHERE indexname "
                           "IN ('due_next', 'contacts_list')").splitlines()
        self.sql(f"""
            SET synchronous_commit = off;
            UPDATE campaigns SET state = 3 WHERE id LIKE 'bench%';
            DROP INDEX due_next, contacts_list;
            ALTER TABLE due DROP CONSTRAINT due_pkey;
            ALTER TABLE contacts
                DROP CONSTRAINT contacts_campaign_id_phone_hash_key;
            WITH k AS (
            INSERT INTO contacts (state, campaign_id, phone_hash, phone_enc,
                masked_enc, variables_enc, facts)
            SELECT 1, 'bench' || i % {CAMPAIGNS},
                sha256(int8send(CASE WHEN i % 20 = 7 THEN i - 1 ELSE i END)),
                k.phone_enc, k.masked_enc, k.variables_enc,
                'zone_from_min=480 zone_to_min=480 consent_stated=1 '
                'consent_until_s=4102444800 consent_evidence=1 '
                'consent_voice=1 contact_purpose=' || (ARRAY[1747704175,
                1457512036, 2142078097])[1 + (i % {CAMPAIGNS}) % 3] ||
                ' relation=1'
            FROM generate_series({old}, {new - 1}) i, contacts k
            WHERE k.campaign_id = '{self.first}' RETURNING id, campaign_id)
            INSERT INTO due SELECT id, campaign_id,
                now() - id % 86400 * interval '1 second' FROM k;
            INSERT INTO attempts (id, campaign_id, contact_id, phone_hash,
                person_hash, number, request_id, instance, caller_id,
                lease_until, live, created_at, rang, ended_at, settled_at,
                outcome, disposition, terminal, terminal_at)
            SELECT 'h' || i, 'bench' || i % {CAMPAIGNS}, 1,
                sha256(int8send(i)), sha256(int8send(i)), 1, 'h' || i, 'd',
                '02150000001', t, false, t, true, t, t, 3, 'no_answer', true, t
            FROM (SELECT i, now() - interval '2 days' -
                i % 1000000 * interval '1 second' AS t
                FROM generate_series({old}::bigint, {new - 1}, 10) i) n;
            INSERT INTO dnc (phone_hash, masked_enc, source, reason)
            SELECT sha256(int8send(i)), '\\x00', 'import', ''
            FROM generate_series({old + 5}::bigint, {new - 1}, 100) i""")
        self.sql("ALTER TABLE contacts ADD UNIQUE (campaign_id, phone_hash)")
        self.sql("ALTER TABLE due ADD PRIMARY KEY (contact_id)")
        for definition in indexes:
            self.sql(definition)
        for table in ("contacts", "due", "attempts", "dnc", "campaigns"):
            self.sql(f"VACUUM ANALYZE {table}")
        self.sql("CHECKPOINT")
        self.sql("UPDATE campaigns SET state = 2 WHERE id LIKE 'bench%'")

    # ---- the load ----

    def end_calls(self, stop, calls):
        """What ended events would do, as twenty statements a second."""
        with subprocess.Popen(["psql", "-Xq", self.env["YH_PG_URL"]],
                              stdin=subprocess.PIPE, text=True) as psql:
            psql.stdin.write(
                "PREPARE ends AS WITH a AS (UPDATE attempts SET live = false, "
                "outcome = 3, rang = true, ended_at = now(), settled_at = "
                "now(), terminal = true, terminal_at = now(), disposition = "
                "'no_answer' WHERE id = ANY($1::text[]) AND live RETURNING "
                "contact_id) UPDATE contacts k SET state = 3 FROM a "
                "WHERE k.id = a.contact_id;\n")
            while calls or not stop.is_set():
                stop.wait(.05)
                ids = []
                while calls and (calls[0][0] < time.monotonic()
                                 or stop.is_set()) and len(ids) < 1000:
                    ids.append(calls.popleft()[1])
                if ids:
                    psql.stdin.write(
                        f"EXECUTE ends ('{{{','.join(ids)}}}');\n")
                    psql.stdin.flush()
            psql.stdin.close()

    def dialer(self, i, until, took, leases, gap, calls):
        """@param gap Seconds between requests; the dialers take turns"""
        nats = Nats(self.env["YH_NATS_URL"])
        time.sleep(gap * i / DIALERS)
        next_at = time.monotonic()
        while time.monotonic() < until:
            next_at = max(next_at + gap, time.monotonic())
            begun = time.monotonic()
            try:
                answer = nats.rpc("LedgerService", "LeaseAttempts", {
                    1: f"d{i}", 2: uuid.uuid4().hex, 3: leases, 4: world.UP,
                    5: CALLERS}, 30)
                given = answer.get(1, [])
            except RpcError:
                given = []
            now = time.monotonic()
            took.append((now - begun, len(given)))
            calls.extend((now + 5, world.text(decode(x), 1)) for x in given)
            time.sleep(max(next_at - time.monotonic(), 0))

    def round(self, seconds, leases=LEASES, gap=0):
        took, stop, calls = [], threading.Event(), collections.deque()
        ender = threading.Thread(target=self.end_calls, args=(stop, calls))
        ender.start()
        time.sleep(.5)  # psql is up: its start is no part of a decision
        cpu, begun = self.pg_cpu_s(), time.monotonic()
        own = self.own_cpu_s()
        threads = [threading.Thread(target=self.dialer, args=(
            i, begun + seconds, took, leases, gap, calls))
            for i in range(DIALERS)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        wall = time.monotonic() - begun
        cpu = self.pg_cpu_s() - cpu
        own = self.own_cpu_s() - own
        stop.set()
        ender.join()
        total = sum(n for _, n in took)
        at = percentiles(t * 1000 for t, n in took for _ in range(n))
        return {"leases_per_s": round(total / wall),
                "per_core_s": round(total / cpu) if cpu else 0,
                "pg_cores": round(cpu / wall, 2),
                "campaign_cores": round(own / wall, 2), "p50_ms": at(.5),
                "p99_ms": at(.99), "max_ms": at(1), "leases": total}

    def measure(self, size):
        """A small list is leased quickly: rounds as long as it lasts."""
        seconds = min(ROUND_S, size / 20000)
        self.round(min(2, seconds / 4))
        rows = [self.round(seconds) for _ in range(ROUNDS)]
        pace = (PACED, DIALERS * PACED / OFFERED)
        self.round(5, *pace)  # until the calls of the last round are over
        flush, paced = [], []
        for _ in range(ROUNDS):
            flush += self.flush_ms()
            paced.append(self.round(max(seconds, 2), *pace))
        at = percentiles(flush)
        return {"contacts": size, **middle(rows), "paced": middle(paced),
                "flush_ms": {"p50": at(.5), "p99": at(.99)},
                "rounds": rows + paced}


def percentiles(values):
    """@return the value at a share of them, None when there are none"""
    values = sorted(values)
    return lambda p: round(values[int(p * (len(values) - 1))], 1) \
        if values else None


def middle(rows):
    """Each figure's median over the rounds."""
    return {k: statistics.median(r[k] or 0 for r in rows) for k in rows[0]}


def run(bench):
    """A step a size, and what goes with them."""
    steps, have = [], 0
    os.sched_setaffinity(0, {CORES[-1]})
    try:
        bench.open()
        bench.campaigns()
        for size in SIZES:
            begun = time.monotonic()
            bench.grow(have, size)
            have = size
            load_s = time.monotonic() - begun
            steps.append({**bench.measure(size), "load_s": round(load_s)})
            print({k: v for k, v in steps[-1].items() if k != "rounds"},
                  flush=True)
        return steps, {
            "refused": int(bench.sql("SELECT count(*) FROM decisions "
                                     "WHERE guard <> 'pass'")),
            "postgresql": bench.sql("SHOW server_version"),
            "huge_pages_mib": HugePages.used()}
    finally:
        bench.close()
        subprocess.run(["rm", "-rf", bench.run], check=False)


def main():
    with HugePages():
        steps, more = run(Bench())
    last = steps[-1]
    write("lease", value=last["leases_per_s"], unit="leases/s", bar=2000,
          per_core_s=last["per_core_s"],
          peer="the same at the smallest list",
          peer_value=steps[0]["leases_per_s"],
          ratio=round(last["leases_per_s"] / steps[0]["leases_per_s"], 2),
          decision_p50_ms=last["paced"]["p50_ms"],
          decision_p99_ms=last["paced"]["p99_ms"], decision_bar_ms=20,
          decision_offered_per_s=OFFERED, decision_leases_a_request=PACED,
          saturated_p99_ms=last["p99_ms"], flush_ms=last["flush_ms"],
          contacts=last["contacts"], leases_a_request=LEASES,
          campaigns=CAMPAIGNS, dialers=DIALERS, **more,
          load=os.getloadavg()[0], steps=steps,
          conditions="all guards on; PostgreSQL with deploy/postgresql.conf, "
          "bound to one core, fsync and synchronous commit on; campaign, NATS "
          "and the simulated dialers on "
          f"another; {len(CORES)} cores in all, shared with whatever else ran; "
          "flush_ms is fdatasync of 8 KiB on the same disk between the rounds")


if __name__ == "__main__":
    main()
