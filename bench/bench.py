"""The benchmark of `make bench`: what is measured, and how it is printed. The servers are in servers.py."""

import argparse
import concurrent.futures
import contextlib
import datetime
import json
import os
import pathlib
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

from databases import ROOT, PostgreSQL, SQLite
from servers import Browser, Failure, Metrics, Server, call, free_port, percentile

# Patients of the measured messages have other numbers than those who wrote before.
FIRST = 1_000_000
# Messages that are answered before anything is measured.
WARM_UP = 256
# Messages that may wait for the sandbox at the same time.
WRITERS = 32
# What decides how long a commit takes; printed with the figures.
POSTGRES_SETTINGS = ("server_version", "fsync", "synchronous_commit", "shared_buffers", "max_wal_size",
                     "checkpoint_timeout", "checkpoint_completion_target", "wal_compression", "wal_buffers")
ANSWER = [{"name": "answer", "match": {"any": True}, "cooldown_seconds": 0,
           "text": "Thank you for your message. We will answer during office hours."}]


def arguments():
    parser = argparse.ArgumentParser(
        prog="scripts/bench", description="Measures acknowledged webhooks and answered messages on a release build.")
    parser.add_argument("--clariva", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--bare", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--engine", choices=["sqlite", "postgres", "both"], default="both",
                        help="what is measured (default both; scripts/bench leaves PostgreSQL out where it is missing)")
    parser.add_argument("--rounds", type=int, default=3, help="alternated rounds of each server (default 3)")
    parser.add_argument("--seconds", type=int, default=6, help="length of a round (default 6)")
    parser.add_argument("--connections", type=int, default=256, help="wrk's connections (default 256)")
    parser.add_argument("--role", default="all", help="role of `clariva serve` in the rounds (default all)")
    parser.add_argument("--paced-connections", type=int, default=256,
                        help="wrk's connections at half of the peak rate (default 256)")
    parser.add_argument("--reply-seconds", type=int, default=30, help="length of the second part (default 30, 0: none)")
    parser.add_argument("--reply-window", type=int, default=64, help="messages under way at once (default 64)")
    parser.add_argument("--accounts", type=int, default=8, help="connected practices (default 8)")
    parser.add_argument("--processes", type=int, choices=[1, 2], default=1,
                        help="2: answered messages on PostgreSQL also with two services (default 1)")
    parser.add_argument("--bound", type=float, default=0.40, help="least ratio that passes (default 0.40)")
    parser.add_argument("--bound-p99", type=float, default=60,
                        help="most ms at half of the peak rate that pass on PostgreSQL (default 60)")
    parser.add_argument("--directory", help="where the databases lie (default: a temporary directory of /var/tmp)")
    return parser.parse_args()


# --- The machine ------------------------------------------------------------------------------------------------------


def machine(directory):
    """What the figures depend on, one line each."""
    cpu = re.search(r"^model name\s*:\s*(.*)$", pathlib.Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    memory = int(re.search(r"MemTotal:\s+(\d+)", pathlib.Path("/proc/meminfo").read_text())[1]) / 1024 / 1024
    mount = subprocess.run(["findmnt", "-no", "SOURCE,FSTYPE", "-T", directory], capture_output=True, text=True)
    swift = subprocess.run(["swift", "--version"], capture_output=True, text=True)
    version = re.search(r"Swift version (\S+)", swift.stdout + swift.stderr)
    return [
        ("date", datetime.date.today().isoformat()),
        ("processor", f"{cpu[1] if cpu else platform.processor()}, {os.cpu_count()} cores"),
        ("memory", f"{memory:.0f} GiB"),
        ("kernel", f"{platform.system()} {platform.release()}"),
        ("disk", f"{' '.join(mount.stdout.split()) or 'unknown'}, "
                 f"{flushes(directory):.0f} durable 4 KiB writes/s one by one"),
        ("swift", version[1] if version else "unknown"),
        ("load before", "%.2f" % os.getloadavg()[0]),
    ]


def flushes(directory):
    """Durable 4 KiB writes a second, one after another: what a commit of its own for each request could not exceed."""
    path = pathlib.Path(directory, "flush")
    with path.open("wb", buffering=0) as file:
        began, count = time.perf_counter(), 0
        while time.perf_counter() - began < 1:
            file.write(b"x" * 4096)
            os.fdatasync(file.fileno())
            count += 1
        rate = count / (time.perf_counter() - began)
    path.unlink()
    return rate


# --- A service with one connected practice ----------------------------------------------------------------------------


class Sandbox:
    """The Meta sandbox with its accounts, by its control API. All that the benchmark knows of that API is here."""

    def __init__(self, clariva, port, callback, accounts, log):
        self.server = Server(
            "clariva sandbox", [clariva, "sandbox", "--port", str(port)], port, log)
        self.control = self.server.base + "/control"
        # Meta may gather messages into one POST; those of one account never go out side by side.
        call("POST", self.control + "/settings", {"callback_url": callback, "batch_size": 32})
        self.accounts = [f"benchpractice{number}" for number in range(accounts)]
        for name in self.accounts:
            call("POST", self.control + "/accounts", {"username": name})

    def write(self, number, text):
        """Another patient writes to the next practice: the sandbox delivers a signed webhook."""
        account = self.accounts[number % len(self.accounts)]
        call("POST", self.control + "/messages", {"account": account, "person": f"patient{number}", "text": text})

    def round_trip(self, graph):
        """Median seconds of a small Graph call, for which the sandbox has nothing to do but to refuse a token."""
        times = []
        for _ in range(200):
            began = time.perf_counter()
            try:
                urllib.request.urlopen(graph + "/v25.0/me?access_token=none", timeout=10).read()
            except urllib.error.HTTPError as error:
                error.read()
            times.append(time.perf_counter() - began)
        return statistics.median(times)


def answered(bases):
    """How many replies were sent since the services started."""
    return Metrics(*bases).total("clariva_reply_latency_seconds_count")


def wait_until(condition, problem, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise Failure(problem)
        time.sleep(0.2)


class Service:
    """A directory with a configuration and a database in which the sandbox's practices are connected."""

    def __init__(self, clariva, directory, database, options):
        self.clariva, self.directory, self.database = clariva, pathlib.Path(directory), database
        self.port, sandbox_port = free_port(), free_port()
        self.file = self.directory / "bench.env"
        subprocess.run(
            [ROOT / "scripts/dev-env", "--file", self.file, "--port", str(self.port),
             "--sandbox-port", str(sandbox_port), "--database", database.url],
            check=True, stdout=subprocess.DEVNULL)
        self.settings = dict(
            line.split("=", 1) for line in self.file.read_text().splitlines() if re.match(r"[A-Z_]+=", line))
        # JSON as in production, warnings only; the file is on the same disk as the database.
        with self.file.open("a") as file:
            file.write("CLARIVA_LOG_FORMAT=json\nCLARIVA_LOG_LEVEL=warning\nCLARIVA_RATE_LIMIT_PER_SECOND=0\n")
        text = self.file.read_text()
        self.file.write_text(re.sub(r"^CLARIVA_LOG_FORMAT=text\n", "", text, flags=re.MULTILINE))
        database.make(clariva, self.file)
        self.sandbox = Sandbox(clariva, sandbox_port, f"http://127.0.0.1:{self.port}/webhooks/meta", options.accounts,
                               self.directory / "sandbox.log")
        try:
            with self.serve() as server:
                self.account = [self.connect(server.base, name) for name in self.sandbox.accounts][0]
                # A database that has been in use: without rows, and what it knows of them, its plans mean nothing.
                self.rules(server.base, ANSWER)
                self.answer([server.base], range(400))
                self.rules(server.base, [])
        except BaseException:
            self.sandbox.server.stop()
            raise
        database.keep()

    @property
    def name(self):
        return self.database.name

    def serve(self, role="all"):
        command = [self.clariva, "serve", "--config", str(self.file)]
        if role != "all":
            command += ["--role", role]
        return Server("clariva serve", command, self.port, self.directory / "serve.log")

    def serve_another(self):
        """A second process on the same database, which gets no webhooks."""
        port, file = free_port(), self.directory / "another.env"
        file.write_text(re.sub(r"^CLARIVA_HTTP_PORT=.*$", f"CLARIVA_HTTP_PORT={port}", self.file.read_text(),
                               flags=re.MULTILINE))
        command = [self.clariva, "serve", "--config", str(file)]
        return Server("clariva serve", command, port, self.directory / "another.log")

    def connect(self, base, username):
        """Makes a tenant and connects an account of the sandbox. Returns the account's id in webhooks."""
        key = self.settings["CLARIVA_ADMIN_API_KEY"]
        made = call("POST", base + "/v1/tenants", {"name": username, "flow": "instagram_login"}, key)
        tenant = f"{base}/v1/tenants/{made['id']}"
        link = call("POST", tenant + "/connect-links", {}, key)
        Browser(username).connect(link["url"])
        call("PUT", tenant + "/reply-rules", {"rules": [], "hours": {}}, key)
        connections = call("GET", tenant + "/connections", key=key)["data"]
        active = [one for one in connections if one["state"] == "active"]
        if len(active) != 1:
            raise Failure(f"connecting left {[one['state'] for one in connections]}")
        return active[0]["instagram_page_id"]

    def answer(self, bases, numbers, text=lambda number: "Are you open today?"):
        """These patients write once each, and are answered."""
        before = answered(bases)
        with concurrent.futures.ThreadPoolExecutor(WRITERS) as pool:
            list(pool.map(lambda number: self.sandbox.write(number, text(number)), numbers))
        wait_until(lambda: answered(bases) - before >= len(numbers), "the first messages are not answered")

    def rules(self, base, rules):
        """The same rules for every practice."""
        key = self.settings["CLARIVA_ADMIN_API_KEY"]
        for tenant in call("GET", base + "/v1/tenants?limit=100", key=key)["data"]:
            call("PUT", f"{base}/v1/tenants/{tenant['id']}/reply-rules", {"rules": rules, "hours": {}}, key)


# --- First part: acknowledged webhooks --------------------------------------------------------------------------------


def wrk(port, service, options, rate=0):
    """One round of wrk, at full speed or at a rate; its own summary as a dictionary."""
    threads = min(2, os.cpu_count() or 1)
    connections = options.paced_connections if rate else options.connections
    environment = {
        "BENCH_SECRET": service.settings["CLARIVA_INSTAGRAM_APP_SECRET"], "BENCH_ACCOUNT": service.account,
        "BENCH_MICROS": str(int(time.time() * 1e6)), "BENCH_THREADS": str(threads), "BENCH_RATE": str(rate),
        "BENCH_PREPARED": str(int(options.seconds * (rate * 1.1 if rate else 50_000)))}
    output = subprocess.run(
        ["wrk", "-t", str(threads), "-c", str(connections), "-d", f"{options.seconds}s", "--timeout", "10s",
         "-s", ROOT / "bench/wrk/signed-messages.lua", f"http://127.0.0.1:{port}/webhooks/meta"],
        capture_output=True, text=True, env=os.environ | environment)
    found = re.search(r"^RESULT (.*)$", output.stdout, re.MULTILINE)
    if output.returncode != 0 or not found:
        raise Failure(f"wrk failed:\n{output.stdout}{output.stderr}")
    result = json.loads(found[1])
    result["rate"] = result["requests"] / (result["microseconds"] / 1e6)
    if result["not_2xx"] or result["socket_errors"]:
        raise Failure(f"wrk counted errors: {result}")
    if result["unprepared"] > result["requests"] * 0.02:
        print(f"  note: {result['unprepared']} requests were made during the round", flush=True)
    return result


def bare_round(options, service):
    port = free_port()
    with Server("bare-server", [options.bare, str(port)], port, service.directory / "bare.log"):
        return wrk(port, service, options)


def our_round(options, service, rate=0):
    """Begins with the database as it was kept and ends with its server."""
    service.database.reset()
    with service.serve(options.role) as server:
        result = wrk(server.port, service, options, rate)
        counted = Metrics(server.base).total("clariva_webhook_requests_total", status="200")
        if counted < result["requests"]:
            raise Failure(f"the service counts {counted:.0f} acknowledged requests, wrk {result['requests']}")
    return result


def acknowledgements(options, services):
    """Alternated rounds. Returns those of the bare route, and of each service by its name."""
    bare, ours = [], {service.name: [] for service in services}
    for number in range(options.rounds):
        bare.append(bare_round(options, services[0]))
        line = f"  round {number + 1}: bare {bare[-1]['rate']:.0f}/s"
        for service in services:
            result = our_round(options, service)
            ours[service.name].append(result)
            line += f", {service.name} {result['rate']:.0f}/s ({result['rate'] / bare[-1]['rate']:.2f})"
        print(line, flush=True)
    return bare, ours


def at_half(options, services, peaks):
    """Alternated rounds at half of each service's own peak rate."""
    results = {service.name: [] for service in services}
    for number in range(options.rounds):
        line = f"  round {number + 1}:"
        for service in services:
            result = our_round(options, service, peaks[service.name] / 2)
            results[service.name].append(result)
            line += f" {service.name} {result['rate']:.0f}/s, p99 {result['p99_us'] / 1e3:.1f} ms"
            line += f" ({result['late']} sent late);" if result["late"] else ";"
        print(line.rstrip(";"), flush=True)
    return results


# --- Second part: answered messages -----------------------------------------------------------------------------------


def answers(options, service, processes):
    """Patients write through the sandbox, a bounded number of messages under way at once, each from another patient."""
    graph = service.settings["CLARIVA_INSTAGRAM_GRAPH_URL"]
    service.database.reset()
    with contextlib.ExitStack() as stack:
        pool = stack.enter_context(concurrent.futures.ThreadPoolExecutor(WRITERS))
        servers = [stack.enter_context(service.serve())]
        if processes > 1:
            servers.append(stack.enter_context(service.serve_another()))
        bases = [server.base for server in servers]
        service.rules(bases[0], ANSWER)
        # Until whoever has just started works for every practice, and each process for some.
        first, idle = FIRST, dict.fromkeys(bases, 0)
        while any(answered([base]) <= count for base, count in idle.items()):
            idle = {base: answered([base]) for base in bases}
            service.answer(bases, range(first, first + WARM_UP))
            first += WARM_UP
        before = Metrics(*bases)
        earlier = answered(bases)
        written, done, futures = 0, 0, []
        began = time.perf_counter()
        while time.perf_counter() - began < options.reply_seconds:
            done = answered(bases) - earlier
            futures = [one for one in futures if not one.done() or one.result()]
            for _ in range(int(options.reply_window - (written - done))):
                futures.append(pool.submit(service.sandbox.write, first + written, f"Is Thursday free? ({written})"))
                written += 1
            time.sleep(0.02)
        seconds = time.perf_counter() - began
        after = Metrics(*bases)
        done = answered(bases) - earlier
        name = "clariva_reply_latency_seconds"
        shares = {share: percentile(before.buckets(name), after.buckets(name), share) for share in (0.5, 0.99)}
        # What is under way must still be answered: once each.
        wait_until(lambda: answered(bases) - earlier >= written, f"of {written} messages some are not answered")
        if answered(bases) - earlier != written:
            raise Failure(f"{written} messages were written, {answered(bases) - earlier:.0f} answered")
        print(f"  {service.name}, {processes} process(es): {done / seconds:.0f}/s", flush=True)
        return {"name": service.name, "processes": processes, "rate": done / seconds, "written": written,
                "p50": shares[0.5], "p99": shares[0.99], "sandbox": service.sandbox.round_trip(graph)}


# --- What is printed --------------------------------------------------------------------------------------------------


def median(results, name):
    return statistics.median(result[name] for result in results)


def report(options, description, bare, ours, half, replies):
    """Prints the tables. Returns whether every bound was held."""
    print("\n## Machine\n")
    for name, value in description:
        print(f"- {name}: {value}")
    print(f"\n## Acknowledged webhooks\n\nwrk, {options.connections} connections, 560-byte signed messages, "
          f"{options.rounds} alternated rounds of {options.seconds} s, medians.\n")
    print("| server | requests/s | p50 ms | p99 ms | of bare |\n|---|---|---|---|---|")
    rows = [("bare Hummingbird route", bare)]
    rows += [(f"`clariva serve` (role {options.role}), {name}", results) for name, results in ours.items()]
    for name, results in rows:
        share = median(results, "rate") / median(bare, "rate")
        print(f"| {name} | {median(results, 'rate'):,.0f} | {median(results, 'p50_us') / 1e3:.1f} | "
              f"{median(results, 'p99_us') / 1e3:.1f} | {share:.2f} |")
    print(f"\nAt half of the peak rate, {options.paced_connections} connections, evenly in time:\n")
    print("| engine | requests/s | p50 ms | p99 ms | sent late |\n|---|---|---|---|---|")
    for name, results in half.items():
        print(f"| {name} | {median(results, 'rate'):,.0f} | {median(results, 'p50_us') / 1e3:.1f} | "
              f"{median(results, 'p99_us') / 1e3:.1f} | {sum(one['late'] for one in results)} |")
    if replies:
        print(f"\n## Answered messages\n\n{options.reply_seconds} s, {options.accounts} practices, at most "
              f"{options.reply_window} messages under way; ours is webhook to sent, less a Graph call's round trip to "
              f"the sandbox ({replies[0]['sandbox'] * 1e3:.1f} ms).\n")
        print("| engine | processes | messages/s | p50 ms | p99 ms | p50 ms, ours | p99 ms, ours |\n"
              "|---|---|---|---|---|---|---|")
        for result in replies:
            cells = [result["name"], str(result["processes"]), f"{result['rate']:.0f}"]
            for less in (0, result["sandbox"]):
                cells += ["-" if result[p] is None else f"{max(result[p] - less, 0) * 1e3:.1f}" for p in ("p50", "p99")]
            print(f"| {' | '.join(cells)} |")
    print()
    checks = [(f"ratio on {name}", median(results, "rate") / median(bare, "rate"), options.bound, True)
              for name, results in ours.items()]
    if PostgreSQL.name in half:
        checks.append((f"p99 at half of the peak rate on {PostgreSQL.name}, ms",
                       median(half[PostgreSQL.name], "p99_us") / 1e3, options.bound_p99, False))
    held = True
    for name, value, bound, is_least in checks:
        holds = value >= bound if is_least else value <= bound
        held = held and holds
        print(f"{name}: {value:.2f}, bound {bound:.2f}: {'held' if holds else 'NOT held'}")
    return held


def databases(options):
    """A name and what makes the database in a directory, for each engine that is measured."""
    if options.engine in ("sqlite", "both"):
        yield "sqlite", SQLite
    if options.engine in ("postgres", "both"):
        server = os.environ.get("CLARIVA_TEST_POSTGRES_URL")
        if not server:
            raise Failure("PostgreSQL is measured beside scripts/with-postgres, which scripts/bench does by itself")
        yield "postgres", lambda _: PostgreSQL(server)


def main():
    options = arguments()
    if options.directory:
        pathlib.Path(options.directory).mkdir(parents=True, exist_ok=True)
    # Not /tmp, which is memory on many machines: a durable commit must reach a disk.
    directory = tempfile.mkdtemp(prefix="clariva-bench.", dir=options.directory or "/var/tmp")
    services = []
    try:
        description = machine(directory)
        for name, make in databases(options):
            folder = pathlib.Path(directory, name)
            folder.mkdir()
            services.append(Service(options.clariva, folder, make(folder), options))
            if name == "postgres":
                description.append(("PostgreSQL", services[-1].database.settings(POSTGRES_SETTINGS)))
        print("Acknowledged webhooks:", flush=True)
        bare, ours = acknowledgements(options, services)
        print("At half of the peak rate:", flush=True)
        half = at_half(options, services, {name: median(results, "rate") for name, results in ours.items()})
        replies = []
        if options.reply_seconds > 0:
            print("Answered messages:", flush=True)
            for service in services:
                counts = range(1, options.processes + 1) if service.name == PostgreSQL.name else [1]
                replies += [answers(options, service, count) for count in counts]
        passed = report(options, description, bare, ours, half, replies)
    except Failure as failure:
        print(f"bench: {failure}", file=sys.stderr)
        passed = False
    finally:
        for service in services:
            service.sandbox.server.stop()
        shutil.rmtree(directory, ignore_errors=True)
    sys.exit(0 if passed else 1)


if __name__ == "__main__":
    main()
