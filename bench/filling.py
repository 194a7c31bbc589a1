"""Fills a migrated database for `scripts/bench lists`: the same rows on both engines, as wide as the service makes
them.

What is sealed is noise or NULL here (senders, texts, payloads), and no list opens it: only the service can seal. What
the lists open is of the practice that lists.py has the service itself make."""

import dataclasses
import json
import random
import sqlite3
import subprocess
import time
import uuid

from databases import PostgreSQL
from servers import Failure

LEAST_TENANTS = 100
DAY = 86_400_000
# Younger than whatever retention deletes or empties.
AGE = 25 * DAY
PARKED = ("connection_not_active", "sender_unresolved", "direction_unknown")
STRUCTURE = ('{"changesLength":0,"firstChangeField":null,"hasMessage":true,"hasMessageEdit":false,"hasRecipient":true,'
             '"hasSender":true}')
NOISE = random.Random(7).randbytes(1 << 20)

# Columns of what is filled, each with what it holds: id, bytes, text or number.
TABLES = {
    "routes": "account_id:t tenant_id:i kind:t claimed_at:n",
    "connections": "tenant_id:i id:i flow:t state:t state_reason:t instagram_page_id:t aliases:t scopes:t "
                   "subscribed_fields:t senderless_own_seen:n created_at:n updated_at:n care_due_at:n",
    "events": "tenant_id:i id:i received_at:n app:t object:t account_id:t container:t siblings:n dedup:b deliveries:n "
              "payload:b state:t reason:t kind:t mid:t mid_digest:b thread_digest:b strategy:t structure:t attempts:n "
              "updated_at:n",
    "patients": "tenant_id:i id:i created_at:n",
    "conversations": "tenant_id:i id:i patient_id:i account_id:t channel:t automation:t opted_out:n created_at:n",
    "messages": "tenant_id:i id:i conversation_id:i direction:t author:t flow:t kind:t mid:t mid_digest:b sent_at:n "
                "received_at:n",
    "replies": "tenant_id:i id:i conversation_id:i author:t state:t reason:t attempts:n window_ends_at:n created_at:n "
               "settled_at:n",
    "audit_log": "tenant_id:i id:i sequence:n at:n actor:t actor_id:t action:t target:t target_id:t detail:t previous:b "
                 "hash:b",
    "erasures": "tenant_id:i id:i kind:t state:t step:t after_id:i round_at:n goes_round:n attempts:n counts:t "
                "requested_at:n erased_at:n backups_until:n",
    "api_keys": "id:i name:t prefix:t hash:b scope:t created_at:n",
}


@dataclasses.dataclass
class Filled:
    """What can be asked for."""
    # The largest first.
    tenants: list
    conversation: str
    # RFC 3339, from the oldest event to the newest.
    moments: list
    # Of one entry of the audit log.
    target: str


def account(number):
    return f"1784{number:013d}"


def make_tenants(client, count):
    """Practices as the API makes them, each with a key of its own. Returns their ids."""
    found = []
    for number in range(count):
        body = json.dumps({"name": f"Praxis {number}", "flow": "instagram_login"})
        status, _, answer = client.post("/v1/tenants", body, {"Content-Type": "application/json"})
        if status != 201:
            raise Failure(f"a practice was not made: {status}")
        found.append(json.loads(answer)["id"])
    return found


class Rows:
    """Makes the rows, always the same but for the time they are filled at."""

    def __init__(self, tenants, events):
        self.random = random.Random(4711)
        self.tenants, self.events = tenants, events
        self.now = int(time.time() * 1000)

    def id(self, moment):
        high = (moment << 16) | 0x7000 | self.random.getrandbits(12)
        return uuid.UUID(int=(high << 64) | (0b10 << 62) | self.random.getrandbits(62))

    def noise(self, count):
        start = self.random.randrange(len(NOISE) - count)
        return NOISE[start:start + count]

    def digest(self, number):
        """One of its own for each number."""
        return number.to_bytes(8, "big") + self.noise(24)

    def text(self, count):
        return self.noise(count // 2).hex()

    def tenant(self, number):
        """Every fiftieth event is the largest practice's, every tenth one of ten large ones'."""
        if number % 50 == 0:
            return 0
        if number % 10 == 1:
            return 1 + self.random.randrange(10)
        return self.random.randrange(len(self.tenants))

    def event_rows(self):
        for number in range(self.events):
            moment = self.now - AGE + number * AGE // self.events
            owner = self.tenant(number)
            state, reason, kind = "done", "replied", "message"
            place = number % 1000
            if place < 40:
                state, reason = "parked", PARKED[place % 3]
            elif place < 50:
                state, reason, kind = "failed", "error", "message"
            elif place < 500:
                reason, kind = "echo", "echo"
            elif place < 600:
                reason, kind = "recorded", "read"
            elif place < 610:
                reason, kind = "recorded", "reaction"
            elif place == 610 and number % 20_000 == 610:
                reason = "loop_guard"
            elif place == 611 and number % 50_000 == 611:
                reason, kind = "edit_noise", "edit"
            yield (self.tenants[owner], self.id(moment), moment, "instagram", "instagram", account(owner),
                   "messaging", 1, (moment & 0xFFFFFFFFFFFF).to_bytes(6, "big") + self.noise(32), 1, self.noise(420),
                   state, reason, kind, self.text(160), self.noise(32), self.noise(32), "payload", STRUCTURE, 0, moment + 900)

    def small_rows(self):
        """The other tables' rows, in the order of their references."""
        now = self.now
        # A table at a time: each change of table is a COPY of its own.
        for number, tenant in enumerate(self.tenants):
            yield "routes", (account(number), tenant, "account", now)
        for number, tenant in enumerate(self.tenants):
            state = ("active", "active", "active", "degraded", "reconnect_required")[number % 5]
            yield "connections", (
                tenant, self.id(now), "instagram_login", state, "token_dead" if state == "reconnect_required" else None,
                account(number), "[]", "[]", '["messages"]', 0, now, now, None)
        big = self.tenants[0]
        talks = [(self.id(now - AGE + n), self.id(now - AGE + n)) for n in range(min(20_000, self.events // 50))]
        for patient, _ in talks:
            yield "patients", (big, patient, now)
        for patient, talk in talks:
            yield "conversations", (big, talk, patient, account(0), "instagram", "on", 0, now)
        self.conversation = str(talks[0][1])
        for number in range(len(talks)):
            # Half of all messages are one conversation's.
            talk = talks[0][1] if number % 2 else talks[number][1]
            moment = now - AGE + number * 1000
            yield "messages", (big, self.id(moment), talk, "inbound", "patient", "instagram_login", "message",
                               self.text(160), self.digest(number), moment, moment)
        for number in range(len(talks)):
            moment = now - AGE + number * 1000
            state, reason = ("held", "outcome_unknown") if number % 100 == 0 else (
                ("failed", "policy") if number % 100 == 1 else ("sent", "sent"))
            yield "replies", (big, self.id(moment), talks[number][1], "machine", state, reason, 1, moment + DAY, moment,
                              moment + 900)
        for number in range(len(talks)):
            # Receipts of what is done. Every tenth is the largest practice's.
            owner = self.tenants[0 if number % 10 == 0 else self.random.randrange(len(self.tenants))]
            moment = now - AGE + number * AGE // len(talks)
            yield "erasures", (owner, self.id(moment), "patient", "done", "scrub", uuid.UUID(int=0), moment, 0, 0,
                               '{"conversations":1,"events":5,"messages":4,"replies":2}', moment, moment + 31_000,
                               moment + 31_000 + 35 * DAY)
        self.target = str(self.id(now))
        for number in range(self.events // 20):
            moment = now - AGE + number * 20 * AGE // self.events
            action, target = ("event.replay", "event") if number % 3 else ("tenant.change", "tenant")
            yield "audit_log", (self.tenants[number % 100], self.id(moment), 1000 + number, moment, "api_key",
                                self.text(36), action, target, self.target if number == 7 else self.text(36), "{}",
                                self.noise(32), self.noise(32))
        for number in range(1000):
            yield "api_keys", (self.id(now - AGE + number), f"key {number}", "clv_0", self.digest(number), "read", now)


class SQLiteSink:
    def __init__(self, database):
        self.connection = sqlite3.connect(database.file)
        self.connection.execute("PRAGMA synchronous = OFF")

    def insert(self, table, rows):
        kinds = [column.split(":") for column in TABLES[table].split()]
        names, marks = ", ".join(name for name, _ in kinds), ", ".join("?" for _ in kinds)
        places = [place for place, (_, kind) in enumerate(kinds) if kind == "i"]

        def plain(row):
            row = list(row)
            for place in places:
                row[place] = row[place].bytes if isinstance(row[place], uuid.UUID) else uuid.UUID(row[place]).bytes
            return row
        self.connection.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", map(plain, rows))

    def end(self):
        self.connection.commit()
        self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.connection.close()


class PostgreSQLSink:
    """As the superuser, whom no policy holds."""

    def __init__(self, database):
        self.database = database

    def insert(self, table, rows):
        kinds = [column.split(":") for column in TABLES[table].split()]
        names = ", ".join(name for name, _ in kinds)
        command = self.database.command("clariva", "-c", f"COPY {table} ({names}) FROM STDIN")
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE)
        try:
            for row in rows:
                line = "\t".join(self.plain(value, kind) for value, (_, kind) in zip(row, kinds))
                process.stdin.write(line.encode() + b"\n")
        except BrokenPipeError:
            pass
        _, errors = process.communicate()
        if process.returncode != 0:
            raise Failure(f"filling {table} failed:\n{errors.decode(errors='replace')[:600]}")

    @staticmethod
    def plain(value, kind):
        if value is None:
            return "\\N"
        return "\\\\x" + value.hex() if kind == "b" else str(value)

    def end(self):
        # As autovacuum does within minutes.
        self.database.run("clariva", "-c", "VACUUM (ANALYZE)")
        self.database.run("clariva", "-c", "CHECKPOINT")


def fill(database, tenants, events):
    rows = Rows(tenants, events)
    sink = PostgreSQLSink(database) if database.name == PostgreSQL.name else SQLiteSink(database)
    table, batch = None, []
    for name, row in rows.small_rows():
        if name != table and batch:
            sink.insert(table, batch)
            batch = []
        table = name
        batch.append(row)
    sink.insert(table, batch)
    sink.insert("events", rows.event_rows())
    sink.end()
    moments = [time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime((rows.now - AGE + part * AGE // 20) / 1000))
               for part in range(1, 20)]
    return Filled(tenants, rows.conversation, moments, rows.target)
