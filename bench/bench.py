"""The benchmark of `make bench`: what is measured, and how it is printed. The servers are in servers.py."""

import argparse
import concurrent.futures
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

from servers import Browser, Failure, Metrics, Server, call, free_port, percentile

ROOT = pathlib.Path(__file__).resolve().parent.parent
REPLY = "Thank you for your message. We will answer during office hours."


def arguments():
    parser = argparse.ArgumentParser(
        prog="scripts/bench", description="Measures acknowledged webhooks and answered messages on a release build.")
    parser.add_argument("--clariva", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--bare", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--rounds", type=int, default=3, help="alternated rounds of each server (default 3)")
    parser.add_argument("--seconds", type=int, default=6, help="length of a round (default 6)")
    parser.add_argument("--connections", type=int, default=64, help="wrk's connections (default 64)")
    parser.add_argument("--role", default="all", help="role of `clariva serve` in the rounds (default all)")
    parser.add_argument("--reply-seconds", type=int, default=30, help="length of the second part (default 30, 0: none)")
    parser.add_argument("--reply-window", type=int, default=64, help="messages under way at once (default 64)")
    parser.add_argument("--bound", type=float, default=0.40, help="least ratio that passes (default 0.40)")
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
    """The Meta sandbox with one account, by its control API. All that the benchmark knows of that API is here."""

    USERNAME = "benchpractice"

    def __init__(self, clariva, port, callback, log):
        self.server = Server(
            "clariva sandbox", [clariva, "sandbox", "--port", str(port)], port, log)
        self.control = self.server.base + "/control"
        # Meta may gather messages into one POST; those of one account never go out side by side.
        call("POST", self.control + "/settings", {"callback_url": callback, "batch_size": 32})
        call("POST", self.control + "/accounts", {"username": self.USERNAME})

    def write(self, person, text):
        """A patient writes: the sandbox delivers a signed webhook."""
        call("POST", self.control + "/messages", {"account": self.USERNAME, "person": person, "text": text})

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


class Practice:
    """A directory with a configuration and a database in which one practice is connected."""

    def __init__(self, clariva, directory, sandbox_port):
        self.clariva, self.directory, self.port = clariva, pathlib.Path(directory), free_port()
        self.database = self.directory / "clariva.db"
        self.file = self.directory / "bench.env"
        subprocess.run(
            [ROOT / "scripts/dev-env", "--file", self.file, "--port", str(self.port),
             "--sandbox-port", str(sandbox_port), "--database", f"sqlite:{self.database}"],
            check=True, stdout=subprocess.DEVNULL)
        self.settings = dict(
            line.split("=", 1) for line in self.file.read_text().splitlines() if re.match(r"[A-Z_]+=", line))
        # JSON as in production, warnings only; the file is on the same disk as the database.
        with self.file.open("a") as file:
            file.write("CLARIVA_LOG_FORMAT=json\nCLARIVA_LOG_LEVEL=warning\n")
        text = self.file.read_text()
        self.file.write_text(re.sub(r"^CLARIVA_LOG_FORMAT=text\n", "", text, flags=re.MULTILINE))

    @property
    def callback(self):
        return f"http://127.0.0.1:{self.port}/webhooks/meta"

    def serve(self, role="all", file=None):
        command = [self.clariva, "serve", "--config", str(file or self.file)]
        if role != "all":
            command += ["--role", role]
        return Server("clariva serve", command, self.port, self.directory / "serve.log")

    def connect(self, base):
        """Makes the tenant and connects the sandbox's account. Returns the account's id in webhooks."""
        key = self.settings["CLARIVA_ADMIN_API_KEY"]
        tenant = call("POST", base + "/v1/tenants", {"name": "Bench", "flow": "instagram_login"}, key)
        self.tenant = f"{base}/v1/tenants/{tenant['id']}"
        link = call("POST", self.tenant + "/connect-links", {}, key)
        Browser(Sandbox.USERNAME).connect(link["url"])
        connections = call("GET", self.tenant + "/connections", key=key)["data"]
        active = [one for one in connections if one["state"] == "active"]
        if len(active) != 1:
            raise Failure(f"connecting left {[one['state'] for one in connections]}")
        return active[0]["instagram_page_id"]

    def rules(self, rules):
        call("PUT", self.tenant + "/reply-rules", {"rules": rules, "hours": {}},
             self.settings["CLARIVA_ADMIN_API_KEY"])

    def database_files(self):
        return [path for path in self.directory.iterdir() if path.name.startswith(self.database.name)]


# --- First part: acknowledged webhooks --------------------------------------------------------------------------------


def wrk(port, practice, account, options):
    """One round of wrk; its own summary as a dictionary."""
    threads = min(2, os.cpu_count() or 1)
    environment = {
        "BENCH_SECRET": practice.settings["CLARIVA_INSTAGRAM_APP_SECRET"], "BENCH_ACCOUNT": account,
        "BENCH_MICROS": str(int(time.time() * 1e6)), "BENCH_THREADS": str(threads),
        "BENCH_PREPARED": str(options.seconds * 50_000)}
    output = subprocess.run(
        ["wrk", "-t", str(threads), "-c", str(options.connections), "-d", f"{options.seconds}s", "--timeout", "10s",
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


def acknowledgements(options, practice, account):
    """Alternated rounds; each round of the service begins with the same database and ends with its server."""
    template = pathlib.Path(practice.directory, "template")
    template.mkdir()
    for path in practice.database_files():
        shutil.move(path, template / path.name)
    bare, ours = [], []
    for number in range(options.rounds):
        port = free_port()
        with Server("bare-server", [options.bare, str(port)], port, practice.directory / "bare.log"):
            bare.append(wrk(port, practice, account, options))
        for path in template.iterdir():
            shutil.copy(path, practice.directory / path.name)
        with practice.serve(options.role) as server:
            result = wrk(server.port, practice, account, options)
            counted = Metrics(server.base).total("clariva_webhook_requests_total", status="200")
            if counted < result["requests"]:
                raise Failure(f"the service counts {counted:.0f} acknowledged requests, wrk {result['requests']}")
            ours.append(result)
        for path in practice.database_files():
            path.unlink()
        print(f"  round {number + 1}: bare {bare[-1]['rate']:.0f}/s, clariva {ours[-1]['rate']:.0f}/s, "
              f"ratio {ours[-1]['rate'] / bare[-1]['rate']:.2f}", flush=True)
    for path in template.iterdir():
        shutil.copy(path, practice.directory / path.name)
    return bare, ours


# --- Second part: answered messages -----------------------------------------------------------------------------------


def answers(options, practice, sandbox):
    """Patients write through the sandbox, a bounded number of messages under way at once, each from another patient."""
    graph = practice.settings["CLARIVA_INSTAGRAM_GRAPH_URL"]
    with practice.serve() as server, concurrent.futures.ThreadPoolExecutor(8) as pool:
        practice.rules([{"name": "answer", "match": {"any": True}, "text": REPLY, "cooldown_seconds": 0}])
        before = Metrics(server.base)

        def sent(metrics):
            return metrics.total("clariva_reply_latency_seconds_count") - before.total(
                "clariva_reply_latency_seconds_count")

        written, began = 0, time.perf_counter()
        done, futures = 0, []
        while time.perf_counter() - began < options.reply_seconds:
            metrics = Metrics(server.base)
            done = sent(metrics)
            futures = [one for one in futures if not one.done() or one.result()]
            for _ in range(int(options.reply_window - (written - done))):
                futures.append(pool.submit(sandbox.write, f"patient{written}", f"Is Thursday free? ({written})"))
                written += 1
            time.sleep(0.02)
        seconds = time.perf_counter() - began
        after = Metrics(server.base)
        done = sent(after)
        name = "clariva_reply_latency_seconds"
        shares = {share: percentile(before.buckets(name), after.buckets(name), share) for share in (0.5, 0.99)}
        # What is under way must still be answered: once each.
        end = time.monotonic() + 60
        while sent(Metrics(server.base)) < written and time.monotonic() < end:
            time.sleep(0.2)
        answered = sent(Metrics(server.base))
        if answered != written:
            raise Failure(f"{written} messages were written, {answered:.0f} answered")
        return {"rate": done / seconds, "written": written, "p50": shares[0.5], "p99": shares[0.99],
                "sandbox": sandbox.round_trip(graph)}


# --- What is printed --------------------------------------------------------------------------------------------------


def median(results, name):
    return statistics.median(result[name] for result in results)


def report(options, description, bare, ours, replies):
    ratio = median(ours, "rate") / median(bare, "rate")
    print("\n## Machine\n")
    for name, value in description:
        print(f"- {name}: {value}")
    print(f"\n## Acknowledged webhooks\n\nwrk, {options.connections} connections, 560-byte signed messages, "
          f"{options.rounds} alternated rounds of {options.seconds} s, medians.\n")
    print("| server | requests/s | p50 ms | p99 ms | of bare |\n|---|---|---|---|---|")
    for name, results in (("bare Hummingbird route", bare), (f"clariva serve (role {options.role}), SQLite", ours)):
        share = median(results, "rate") / median(bare, "rate")
        print(f"| {name} | {median(results, 'rate'):.0f} | {median(results, 'p50_us') / 1e3:.1f} | "
              f"{median(results, 'p99_us') / 1e3:.1f} | {share:.2f} |")
    if replies:
        print(f"\n## Answered messages\n\n{options.reply_seconds} s, at most {options.reply_window} messages under "
              f"way; ours is webhook to sent, less a Graph call's round trip to the sandbox "
              f"({replies['sandbox'] * 1e3:.1f} ms).\n")
        print("| messages/s | p50 ms | p99 ms | p50 ms, ours | p99 ms, ours |\n|---|---|---|---|---|")
        cells = [f"{replies['rate']:.0f}"]
        for less in (0, replies["sandbox"]):
            cells += ["-" if replies[p] is None else f"{max(replies[p] - less, 0) * 1e3:.1f}" for p in ("p50", "p99")]
        print(f"| {' | '.join(cells)} |")
    print(f"\nratio {ratio:.2f}, bound {options.bound:.2f}: {'held' if ratio >= options.bound else 'NOT held'}")
    return ratio >= options.bound


def main():
    options = arguments()
    if options.directory:
        pathlib.Path(options.directory).mkdir(parents=True, exist_ok=True)
    # Not /tmp, which is memory on many machines: a durable commit must reach a disk.
    directory = tempfile.mkdtemp(prefix="clariva-bench.", dir=options.directory or "/var/tmp")
    sandbox = None
    try:
        description = machine(directory)
        sandbox_port = free_port()
        practice = Practice(options.clariva, directory, sandbox_port)
        sandbox = Sandbox(options.clariva, sandbox_port, practice.callback, pathlib.Path(directory, "sandbox.log"))
        with practice.serve() as server:
            account = practice.connect(server.base)
            practice.rules([])
        print("Acknowledged webhooks:", flush=True)
        bare, ours = acknowledgements(options, practice, account)
        replies = None
        if options.reply_seconds > 0:
            print("Answered messages:", flush=True)
            replies = answers(options, practice, sandbox)
        passed = report(options, description, bare, ours, replies)
    except Failure as failure:
        print(f"bench: {failure}", file=sys.stderr)
        passed = False
    finally:
        if sandbox:
            sandbox.server.stop()
        shutil.rmtree(directory, ignore_errors=True)
    sys.exit(0 if passed else 1)


if __name__ == "__main__":
    main()
