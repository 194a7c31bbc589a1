"""`scripts/pressure`: one practice far louder than the others or whose calls hang, and more than the service can do.

Everything goes through the real service and the sandbox; times are the sandbox's: from the patient's message to the
accepted reply."""

import argparse
import concurrent.futures
import contextlib
import itertools
import os
import pathlib
import shutil
import sys
import tempfile
import time
import urllib.parse

from bench import ANSWER, Service
from databases import PostgreSQL, SQLite
from servers import Failure, Metrics, call

# Like the default rules, it asks for the patient's name.
NAMED = [ANSWER[0] | {"text": "Thank you, {{username}}. We will answer during office hours."}]


def arguments():
    parser = argparse.ArgumentParser(
        prog="scripts/pressure", description="Measures fairness between practices, and overload, on a release build.")
    parser.add_argument("--clariva", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--engine", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--part", choices=["noisy", "hanging", "overload"], action="append",
                        help="what is measured (default: all three)")
    parser.add_argument("--accounts", type=int, default=40, help="practices, the loud one besides (default 40)")
    parser.add_argument("--rate", type=float, default=1, help="messages/s of each practice (default 1)")
    parser.add_argument("--times", type=float, default=20, help="how much louder the loud one is (default 20)")
    parser.add_argument("--seconds", type=int, default=30, help="length of the quiet and the loud time (default 30)")
    parser.add_argument("--overload-seconds", type=int, default=120, help="length of the overload (default 120)")
    parser.add_argument("--overload-times", type=float, default=3, help="of what is answered at most (default 3)")
    parser.add_argument("--waiting", type=int, default=400,
                        help="messages that wait while it is measured what is answered at most (default 400)")
    parser.add_argument("--memory", type=float, default=256,
                        help="most MiB that the service may take in the overload (default 256)")
    parser.add_argument("--bound", type=float, default=2, help="most of the others' quiet p99 (default 2)")
    parser.add_argument("--directory", help="where the databases lie (default: a temporary directory of /var/tmp)")
    return parser.parse_args()


class Patients:
    """Write at a steady rate, each message from another patient, and remember when."""

    # The sandbox forgets nobody: names are used once in a run.
    numbers = itertools.count()

    def __init__(self, sandbox):
        self.sandbox, self.written = sandbox, {}

    def write(self, account):
        person = f"p{next(self.numbers)}"
        answer = call("POST", self.sandbox.control + "/messages",
                      {"account": account, "person": person, "text": "Is Thursday free?"})
        self.written[person] = (account, answer["at"])

    def write_together(self, account, number):
        """So many patients write to one practice in one call: what offers load is not to be what slows the answers."""
        persons = [f"p{next(self.numbers)}" for _ in range(number)]
        answer = call("POST", self.sandbox.control + "/messages",
                      {"account": account, "persons": persons, "text": "Is Thursday free?"})
        for person, message in zip(persons, answer["data"]):
            self.written[person] = (account, message["at"])

    def play(self, pool, rates, seconds):
        """`rates`: messages/s by account, evenly in time. Returns the patients that wrote."""
        moments = sorted((number / rate, account) for account, rate in rates.items()
                         for number in range(int(rate * seconds)))
        before = set(self.written)
        self.keep_time(pool, [(moment, self.write, account) for moment, account in moments])
        return [person for person in self.written if person not in before]

    def flood(self, pool, rate, seconds):
        """`rate`: messages/s of all practices together, each practice's of half a second at once, in turn."""
        accounts, step = self.sandbox.accounts, 0.5
        number = max(1, round(rate * step / len(accounts)))
        step = number * len(accounts) / rate
        self.keep_time(pool, [((turn + index / len(accounts)) * step, self.write_together, account, number)
                              for turn in range(int(seconds / step)) for index, account in enumerate(accounts)])

    @staticmethod
    def keep_time(pool, calls):
        """Makes each call (moment in seconds, function, arguments...) at its moment, and waits for all of them."""
        futures, began = [], time.perf_counter()
        for moment, *what in calls:
            wait = began + moment - time.perf_counter()
            if wait > 0:
                time.sleep(wait)
            futures.append(pool.submit(*what))
        for future in futures:
            future.result()


def sends(sandbox):
    """When each patient was answered, by the sandbox's clock, and how often."""
    found = {}
    for account in sandbox.accounts:
        for send in call("GET", f"{sandbox.control}/sends?account={urllib.parse.quote(account)}")["data"]:
            found.setdefault(send["person"], []).append(send["at"])
    return found


def answered(sandbox, persons, limit):
    """Waits until all of them have an answer."""
    end = time.monotonic() + limit
    while True:
        found = sends(sandbox)
        missing = [person for person in persons if person not in found]
        if not missing:
            return found
        if time.monotonic() > end:
            raise Failure(f"{len(missing)} of {len(persons)} patients have no answer after {limit} s")
        time.sleep(1)


def p99(patients, found, persons):
    waits = sorted(found[person][0] - patients.written[person][1] for person in persons)
    return waits[int(len(waits) * 0.5)], waits[min(len(waits) - 1, int(len(waits) * 0.99))], len(waits)


def resident(server):
    """MiB of memory that the process holds now."""
    text = pathlib.Path(f"/proc/{server.process.pid}/status").read_text()
    return int(next(line for line in text.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024


def neighbours(options, service, hanging):
    """Quiet, then loud: the others' p99 of both times."""
    sandbox = service.sandbox
    loud, others = sandbox.accounts[0], sandbox.accounts[1:]
    service.database.reset()
    with contextlib.ExitStack() as stack:
        pool = stack.enter_context(concurrent.futures.ThreadPoolExecutor(16))
        server = stack.enter_context(service.serve())
        service.rules(server.base, NAMED)
        patients = Patients(sandbox)
        rates = {account: options.rate for account in others}
        patients.play(pool, rates, 5)
        quiet = patients.play(pool, rates, options.seconds)
        answered(sandbox, quiet, 60)
        if hanging:
            # Whatever Meta is asked: names, senders, sends, and what became of them.
            call("POST", sandbox.control + "/faults",
                 {"name": "slow_answer", "account": loud, "milliseconds": 30_000})
            call("POST", sandbox.control + "/faults",
                 {"name": "senderless_edit_only", "account": loud, "share": 0.5})
        noisy = patients.play(pool, rates | {loud: options.rate * options.times}, options.seconds)
        noisy = [person for person in noisy if patients.written[person][0] != loud]
        found = answered(sandbox, noisy, 120)
        call("DELETE", sandbox.control + "/faults")
    results = [p99(patients, found, persons) for persons in (quiet, noisy)]
    name = f"one hangs, {options.times:.0f} times the rate" if hanging else f"one at {options.times:.0f} times the rate"
    factor = results[1][1] / max(results[0][1], 1)
    print(f"| {service.name} | {name} | {results[0][0]} / {results[0][1]} | {results[1][0]} / {results[1][1]} | "
          f"{results[0][2]} / {results[1][2]} | {factor:.2f} |", flush=True)
    return factor <= options.bound


def overload(options, service):
    """Measures how much is answered at most, offers several times as much, then waits until all is done.

    What is answered at most is measured while patients write just as fast as they are answered: they too share the
    machine, and answering alone, with nobody who writes, is faster than that."""
    sandbox = service.sandbox
    service.database.reset()
    with contextlib.ExitStack() as stack:
        pool = stack.enter_context(concurrent.futures.ThreadPoolExecutor(32))
        server = stack.enter_context(service.serve())
        service.rules(server.base, ANSWER)
        patients = Patients(sandbox)

        def count():
            return Metrics(server.base).total("clariva_reply_latency_seconds_count")

        def saturate(seconds):
            """So many messages wait at any time, as long as it lasts. Returns what was answered a second."""
            turns, began, start = itertools.cycle(sandbox.accounts), time.perf_counter(), None
            while time.perf_counter() - began < seconds + 5:
                done = count()
                # The first seconds fill it.
                if start is None and time.perf_counter() - began >= 5:
                    start = (time.perf_counter(), done)
                for _ in range(max(0, int(options.waiting - (len(patients.written) - done)) // 10)):
                    patients.write_together(next(turns), 10)
                time.sleep(0.1)
            return (count() - start[1]) / (time.perf_counter() - start[0])

        peak = saturate(options.seconds)
        before, began, written, memory = count(), time.perf_counter(), len(patients.written), resident(server)
        patients.flood(pool, peak * options.overload_times, options.overload_seconds)
        seconds = time.perf_counter() - began
        during, offered = (count() - before) / seconds, (len(patients.written) - written) / seconds
        most, written = resident(server), len(patients.written)
        backlog, began = written - count(), time.perf_counter()
        while count() < written:
            if time.perf_counter() - began > 1200:
                raise Failure(f"{written - count():.0f} messages are not answered 20 minutes after the overload")
            time.sleep(1)
            most = max(most, resident(server))
        drained = time.perf_counter() - began
        found = sends(sandbox)
        lost = [person for person in patients.written if person not in found]
        twice = [person for person in patients.written if len(found.get(person, [])) > 1]
    print(f"\n{service.name}, overload: at most {peak:.0f}/s are answered; {offered:.0f}/s offered for "
          f"{seconds:.0f} s: {during:.0f}/s answered ({during / peak:.2f} of the peak), backlog {backlog:.0f}, "
          f"drained in {drained:.0f} s ({backlog / drained:.0f}/s); memory {memory:.0f} MiB before, {most:.0f} MiB at "
          f"most; without answer {len(lost)}, answered twice {len(twice)}", flush=True)
    return not lost and not twice and during >= 0.9 * peak and most <= options.memory


def main():
    options = arguments()
    parts = options.part or ["noisy", "hanging", "overload"]
    options.accounts += 1
    directory = tempfile.mkdtemp(prefix="clariva-pressure.", dir=options.directory or "/var/tmp")
    held, service = True, None
    try:
        if options.engine == "postgres":
            database = PostgreSQL(os.environ["CLARIVA_TEST_POSTGRES_URL"])
        else:
            database = SQLite(pathlib.Path(directory))
        service = Service(options.clariva, directory, database, options)
        if "noisy" in parts or "hanging" in parts:
            print(f"{options.accounts - 1} practices at {options.rate}/s each for {options.seconds} s, the loud one "
                  "besides; milliseconds from the message to the accepted reply, of the others.\n\n"
                  "| engine | what | quiet p50 / p99 | loud p50 / p99 | messages | p99 loud of quiet |\n"
                  "|---|---|---|---|---|---|", flush=True)
        if "noisy" in parts:
            held = neighbours(options, service, hanging=False) and held
        if "hanging" in parts:
            held = neighbours(options, service, hanging=True) and held
        if "overload" in parts:
            held = overload(options, service) and held
    except Failure as failure:
        print(f"pressure: {failure}", file=sys.stderr)
        held = False
    finally:
        if service:
            service.sandbox.server.stop()
        shutil.rmtree(directory, ignore_errors=True)
    print("held" if held else "NOT held")
    sys.exit(0 if held else 1)


if __name__ == "__main__":
    main()
