"""The benchmark of `scripts/bench lists`: every list route over HTTP, on databases filled as in filling.py, with what
the service itself has made of one practice's patients: sealed texts, and receipts of erasures."""

import argparse
import http.client
import pathlib
import random
import re
import shutil
import statistics
import sys
import tempfile
import time
import urllib.parse

import filling
from bench import ANSWER, FIRST, POSTGRES_SETTINGS, Service, databases, machine, wait_until
from servers import Failure, Metrics, call

# Answers before anything is measured: keys and pages are in memory then, as they are in a service that runs.
WARM_UP = 30
# Different places in a list that are asked for.
CURSORS = 12
# Patients that are answered, and messages of one: full pages at every place.
SEALED = CURSORS * 50
# A text is one to five of them: 35 to 330 characters.
SENTENCES = (
    "Hello, do you still have an appointment this week?", "My knee hurts since I fell off my bicycle on Sunday.",
    "I could come on Thursday after four, or any time on Friday.", "Do I have to bring the letter from the hospital?",
    "The pharmacy says that my prescription has expired.", "Is it possible to talk to the doctor on the phone?",
    "My daughter needs her second vaccination before school begins.")
# Like the default rules, it asks for the patient's name.
NAMED = [ANSWER[0] | {
    "text": "Thank you for your message, {{username}}. {{practice}} answers during office hours, Monday to Friday from "
            "eight to six. In an emergency please call 112; at night and at weekends the on-call service helps you."}]


def arguments():
    parser = argparse.ArgumentParser(
        prog="scripts/bench lists", description="Measures every list route at many tenants and events.")
    parser.add_argument("--clariva", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--bare", help=argparse.SUPPRESS)
    parser.add_argument("--engine", choices=["sqlite", "postgres", "both"], default="both",
                        help="what is measured (default both; scripts/bench leaves PostgreSQL out where it is missing)")
    parser.add_argument("--tenants", type=int, default=10_000, help="practices (default 10000)")
    parser.add_argument("--events", type=int, default=1_000_000, help="events (default 1000000)")
    parser.add_argument("--requests", type=int, default=300, help="requests of each route (default 300)")
    parser.add_argument("--bound", type=float, default=20, help="most ms at p99 that pass (default 20)")
    parser.add_argument("--directory", help="where the databases lie (default: a temporary directory of /var/tmp)")
    # Of the service that bench.py makes.
    parser.set_defaults(accounts=1)
    options = parser.parse_args()
    if options.tenants < filling.LEAST_TENANTS:
        parser.error(f"--tenants must be at least {filling.LEAST_TENANTS}")
    return options


class Client:
    """One connection that stays open, as a program that reads lists has it."""

    def __init__(self, port, headers):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.headers = headers

    def get(self, path):
        """Returns the body and how many ms its answer took."""
        began = time.perf_counter()
        self.connection.request("GET", path, headers=self.headers)
        answer = self.connection.getresponse()
        body = answer.read()
        taken = (time.perf_counter() - began) * 1000
        if answer.status != 200:
            raise Failure(f"GET {path} answered {answer.status}: {body[:300].decode(errors='replace')}")
        return body, taken

    def post(self, path, body, headers):
        self.connection.request("POST", path, body=body, headers=self.headers | headers)
        answer = self.connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()


def text(number):
    return " ".join(SENTENCES[(number + place) % len(SENTENCES)] for place in range(1 + number % 5))


class FilledService(Service):
    """With one practice that is connected and has sealed texts, and a database that is filled."""

    def __init__(self, options, directory, database):
        super().__init__(options.clariva, directory, database, options)
        try:
            # It was put away as bench.py needs it.
            database.reset()
            self.key = self.settings["CLARIVA_ADMIN_API_KEY"]
            with self.serve() as server:
                began = time.monotonic()
                self.practice = call("GET", server.base + "/v1/tenants", key=self.key)["data"][0]["id"]
                erased = self.forget(server.base)
                self.conversation = self.talk(server.base)
                print(f"  {self.name}: {SEALED} patients answered and {erased} erased in "
                      f"{time.monotonic() - began:.0f} s", flush=True)
                tenants = filling.make_tenants(self.client(), options.tenants)
            began = time.monotonic()
            self.filled = filling.fill(database, tenants, options.events)
            print(f"  {self.name}: {options.events} events of {len(tenants)} practices filled in "
                  f"{time.monotonic() - began:.0f} s", flush=True)
        except BaseException:
            self.sandbox.server.stop()
            raise

    def whole(self, base, path):
        """A list to its end."""
        found, cursor = [], ""
        while cursor is not None:
            page = call("GET", f"{base}{path}?limit=200{cursor and '&cursor=' + cursor}", key=self.key)
            found, cursor = found + page["data"], page["next_cursor"]
        return found

    def forget(self, base):
        """Erases the patients that have written so far. Returns how many."""
        tenant = f"/v1/tenants/{self.practice}"
        patients = [one["patient"]["id"] for one in self.whole(base, tenant + "/conversations")]
        for patient in patients:
            call("DELETE", f"{base}{tenant}/patients/{patient}", key=self.key)
        # None begins before echoes of what was sent to the patient have had 30 seconds.
        wait_until(lambda: Metrics(base).total("clariva_erasures_total") >= len(patients),
                   "the erasures are not done", seconds=300)
        return len(patients)

    def talk(self, base):
        """Patients are answered, and one writes all the time. Returns that one's conversation."""
        conversations = f"/v1/tenants/{self.practice}/conversations"
        self.rules(base, NAMED)
        self.answer([base], range(FIRST, FIRST + SEALED), text)
        # Nobody is answered so often.
        self.rules(base, [])
        # One after the other, as a person writes.
        for number in range(SEALED):
            self.sandbox.write(FIRST + SEALED, text(number))

        def newest():
            return call("GET", f"{base}{conversations}?limit=1", key=self.key)["data"][0]["id"]
        wait_until(lambda: len(self.whole(base, f"{conversations}/{newest()}/messages")) == SEALED,
                   "the messages of one patient are not there")
        return newest()

    def client(self):
        return Client(self.port, {"Authorization": f"Bearer {self.key}"})

    def operator(self):
        """Signed in at the operator's page."""
        client = Client(self.port, {})
        status, headers, _ = client.post("/admin/sign-in", urllib.parse.urlencode({"key": self.key}),
                                         {"Content-Type": "application/x-www-form-urlencoded"})
        if status != 303:
            raise Failure(f"signing in answered {status}")
        return Client(self.port, {"Cookie": headers["Set-Cookie"].split(";")[0]})


def routes(service):
    """What is asked: a name, and paths that are taken in turn."""
    filled, practice = service.filled, f"/v1/tenants/{service.practice}"
    big, small, moment = filled.tenants[0], filled.tenants[len(filled.tenants) // 2], filled.moments
    some = random.Random(1).sample(filled.tenants, 20)
    events = "/v1/events"
    found = [
        ("events", [events]),
        ("events of a practice (the largest)", [f"{events}?tenant_id={big}"]),
        ("events of a practice (any)", [f"{events}?tenant_id={one}" for one in some]),
        ("events of an account", [f"{events}?instagram_page_id={filling.account(number)}"
                                  for number in range(0, 200, 10)]),
        ("events of an account that nobody has", [f"{events}?instagram_page_id=17849999999999999"]),
    ]
    for state in ("received", "parked", "done", "failed"):
        found.append((f"events, state {state}", [f"{events}?state={state}"]))
    for reason, what in (("sender_unresolved", "parked"), ("loop_guard", "rare"), ("replied", "frequent"),
                         ("edit_noise", "mostly frequent, here rare"), ("awaiting_message", "none")):
        found.append((f"events, reason {reason} ({what})", [f"{events}?reason={reason}"]))
    for kind, what in (("message", "frequent"), ("reaction", "rare"), ("delivery", "mostly frequent, here none"),
                       ("comment", "none")):
        found.append((f"events, kind {kind} ({what})", [f"{events}?kind={kind}"]))
    found += [
        ("events received after", [f"{events}?received_after={one}" for one in moment]),
        ("events received before", [f"{events}?received_before={one}" for one in moment]),
        ("events, practice and state", [f"{events}?tenant_id={one}&state=parked" for one in [big] + some]),
        ("events, practice and reason", [f"{events}?tenant_id={one}&reason=error" for one in [big] + some]),
        ("events, practice and a rare kind", [f"{events}?tenant_id={one}&kind=comment" for one in [big] + some]),
        ("events, practice and time", [f"{events}?tenant_id={big}&received_before={one}" for one in moment]),
        ("events, account and state", [f"{events}?instagram_page_id={filling.account(number)}&state=failed"
                                       for number in range(20)]),
        ("events, state and reason", [f"{events}?state=parked&reason=direction_unknown"]),
        ("events, state and kind", [f"{events}?state=parked&kind=reaction"]),
        ("practices", ["/v1/tenants"]),
        ("connections", [f"/v1/tenants/{one}/connections" for one in some]),
        ("conversations", [f"/v1/tenants/{big}/conversations"]),
        ("messages", [f"/v1/tenants/{big}/conversations/{filled.conversation}/messages"]),
        ("replies", [f"/v1/tenants/{big}/replies"]),
        ("events of a practice, senders opened", [f"{events}?tenant_id={service.practice}"]),
        ("conversations, names opened", [f"{practice}/conversations"]),
        ("messages, texts opened", [f"{practice}/conversations/{service.conversation}/messages"]),
        ("replies, texts opened", [f"{practice}/replies"]),
        ("connections of the largest", [f"/v1/tenants/{big}/connections"]),
        ("erasures", ["/v1/erasures"]),
        ("erasures of a practice (the largest)", [f"/v1/erasures?tenant_id={big}"]),
        ("erasures of a practice (any)", [f"/v1/erasures?tenant_id={one}" for one in some]),
        ("erasures of a practice (made by the service)", [f"/v1/erasures?tenant_id={service.practice}"]),
        ("audit log", ["/v1/audit-log"]),
        ("audit log of a practice", [f"/v1/audit-log?tenant_id={big}"]),
        ("audit log, action", ["/v1/audit-log?action=event.replay"]),
        ("audit log, target", [f"/v1/audit-log?target_id={filled.target}"]),
        ("audit log, kind of actor", ["/v1/audit-log?actor=operator"]),
        ("API keys", ["/v1/api-keys"]),
        ("switches", ["/v1/switches", f"/v1/tenants/{small}/switches"]),
    ]
    operators = [
        ("/admin", ["/admin"]), ("/admin/tenants", ["/admin/tenants"]),
        ("/admin/tenants by name", ["/admin/tenants?name=Praxis+77"]),
        ("/admin/events", ["/admin/events?state=parked", "/admin/events?state=failed"]),
        ("/admin/replies", ["/admin/replies?state=held", "/admin/replies?state=failed"]),
    ]
    return found, operators


CURSOR = re.compile(rb'"next_cursor":"([^"]+)"')
LINK = re.compile(rb'href="([^"]*cursor=[^"]*)"')


def places(client, path):
    """The list's first page and further ones."""
    found = [path]
    while len(found) < CURSORS:
        body, _ = client.get(found[-1])
        if match := CURSOR.search(body):
            joint = "&" if "?" in path else "?"
            found.append(f"{path}{joint}cursor={match[1].decode()}")
        elif match := LINK.search(body):
            found.append(match[1].decode().replace("&amp;", "&"))
        else:
            break
    return found


def measure(client, paths, requests):
    """p50 and p99 in ms over a list's places."""
    if len(paths) == 1:
        paths = places(client, paths[0])
    for number in range(WARM_UP):
        client.get(paths[number % len(paths)])
    taken = sorted(client.get(paths[number % len(paths)])[1] for number in range(requests))
    return statistics.median(taken), taken[min(len(taken) - 1, int(len(taken) * 0.99))]


def figures(options, service):
    """By name of the route."""
    lists, operators = routes(service)
    with service.serve():
        client, operator = service.client(), service.operator()
        # What begins with the service, such as its first sweep.
        time.sleep(2)
        return ({name: measure(client, paths, options.requests) for name, paths in lists}
                | {name: measure(operator, paths, options.requests) for name, paths in operators})


def report(options, description, results):
    print(f"\nList routes at {options.tenants} practices and {options.events} events, one request at a time; "
          f"{options.requests} of each.")
    for name, value in description:
        print(f"- {name}: {value}")
    engines = list(results)
    print("\n| list | " + " | ".join(f"{engine}: p50, p99 ms" for engine in engines) + " |")
    print("|---" * (len(engines) + 1) + "|")
    slow = []
    for route in results[engines[0]]:
        cells = []
        for engine in engines:
            median, worst = results[engine][route]
            # The overview counts: it is no list.
            if worst > options.bound and route != "/admin":
                slow.append(f"{route} on {engine}: {worst:.1f} ms")
            cells.append(f"{median:.1f}, {worst:.1f}")
        print(f"| {route} | " + " | ".join(cells) + " |")
    print(f"\nBound of the lists: {options.bound:g} ms at p99: "
          + ("held" if not slow else "BROKEN by " + "; ".join(slow)))
    return not slow


def main():
    options = arguments()
    # Not /tmp, which is memory on many machines.
    directory = pathlib.Path(tempfile.mkdtemp(prefix="clariva-bench.", dir=options.directory or "/var/tmp"))
    try:
        description, results = machine(directory), {}
        for name, make in databases(options):
            folder = directory / name
            folder.mkdir()
            service = FilledService(options, folder, make(folder))
            try:
                if name == "postgres":
                    description.append(("PostgreSQL", service.database.settings(POSTGRES_SETTINGS)))
                results[service.name] = figures(options, service)
            finally:
                service.sandbox.server.stop()
        passed = report(options, description, results)
    except Failure as failure:
        print(f"bench: {failure}", file=sys.stderr)
        passed = False
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    sys.exit(0 if passed else 1)


if __name__ == "__main__":
    main()
