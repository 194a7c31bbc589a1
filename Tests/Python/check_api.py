"""Holds the running service against its own description with Schemathesis: no 5xx, no answer that the description does
not know, none without a key. Started by scripts/check-api."""

import argparse
import http.client
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse

FOLDER = pathlib.Path(__file__).resolve().parent
ADMIN_KEY = "admin-key-of-the-api-check"
# Nothing that these runs find may depend on the time that the machine needs.
PATIENCE = 120

CHECKS = ",".join([
    "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance",
    "response_schema_conformance", "ignored_auth", "unsupported_method", "only_with_key",
])


class Failure(Exception):
    pass


def until(what, look):
    """Looks again and again until something is there."""
    end = time.monotonic() + PATIENCE
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > end:
            raise Failure(f"{what} did not come within {PATIENCE} s")
        time.sleep(0.1)


def call(method, url, body=None, headers=None):
    """One request; redirects are answers. Returns status, headers and body."""
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=PATIENCE)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    payload = None if body is None else json.dumps(body)
    connection.request(method, target, payload, {"Content-Type": "application/json", **(headers or {})})
    response = connection.getresponse()
    content = response.read()
    connection.close()
    return response.status, response.headers, content


def called(method, url, body=None, headers=None):
    """The JSON of a good answer."""
    status, _, content = call(method, url, body, headers)
    if not 200 <= status < 300:
        raise Failure(f"{method} {url} was answered {status}: {content.decode(errors='replace')}")
    return json.loads(content) if content else None


class Program:
    """A process of the program, ended by its id."""

    def __init__(self, binary, arguments, environment, folder):
        self.path = folder / f"{arguments[0]}.log"
        with self.path.open("w") as log:
            self.process = subprocess.Popen(
                [binary, *arguments], env=environment, cwd=folder, stdin=subprocess.DEVNULL, stdout=log,
                stderr=subprocess.STDOUT)

    def text(self):
        return self.path.read_text(errors="replace")

    def port(self):
        def look():
            match = re.search(r'listening.*?port"?[=:] ?"?(\d+)', self.text())
            if not match and self.process.poll() is not None:
                raise Failure(f"{self.path.name} ended at once:\n{self.text()}")
            return match and int(match[1])

        return until("the record `listening`", look)

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        return self.process.returncode


class World:
    """A sandbox and a service on SQLite, with one practice that has something of everything."""

    def __init__(self, binary, folder):
        self.folder = folder
        self.programs = []
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.base = f"http://127.0.0.1:{port}"
        sandbox = self.start(binary, [
            "sandbox", "--port", "0", "--callback", f"{self.base}/webhooks/meta", "--verify-token", "verify",
        ], {})
        meta = f"http://127.0.0.1:{sandbox.port()}"
        self.control = f"{meta}/control"
        self.service = self.start(binary, ["serve"], {
            "CLARIVA_HTTP_PORT": str(port), "CLARIVA_PUBLIC_URL": f"http://localhost:{port}",
            "CLARIVA_DATABASE_URL": f"sqlite:{folder}/clariva.db",
            "CLARIVA_ENCRYPTION_KEYS": "k1:" + "Bw" * 21 + "c=", "CLARIVA_ADMIN_API_KEY": ADMIN_KEY,
            "CLARIVA_WEBHOOK_VERIFY_TOKEN": "verify", "CLARIVA_EDIT_HOLD_SECONDS": "1",
            "CLARIVA_RATE_LIMIT_PER_SECOND": "0",
            "CLARIVA_INSTAGRAM_APP_ID": "300000000000001",
            "CLARIVA_INSTAGRAM_APP_SECRET": "sandbox-instagram-app-secret",
            "CLARIVA_FACEBOOK_APP_ID": "400000000000001",
            "CLARIVA_FACEBOOK_APP_SECRET": "sandbox-facebook-app-secret",
            "CLARIVA_INSTAGRAM_AUTHORIZE_URL": f"{meta}/instagram/oauth/authorize",
            "CLARIVA_INSTAGRAM_API_URL": f"{meta}/instagram-api",
            "CLARIVA_INSTAGRAM_GRAPH_URL": f"{meta}/instagram-graph",
            "CLARIVA_FACEBOOK_AUTHORIZE_URL": f"{meta}/facebook/dialog/oauth",
            "CLARIVA_FACEBOOK_GRAPH_URL": f"{meta}/facebook-graph",
        })
        self.service.port()

    def start(self, binary, arguments, environment):
        program = Program(binary, arguments, environment, self.folder)
        self.programs.append(program)
        return program

    def api(self, method, path, body=None):
        return called(method, self.base + path, body, {"Authorization": f"Bearer {ADMIN_KEY}"})

    def write(self, person, text):
        called("POST", f"{self.control}/messages", {"account": "dr_lind", "person": person, "text": text})

    def fill(self):
        """A connected practice with a sent and a failed reply and a parked event."""
        called("POST", f"{self.control}/accounts", {"username": "dr_lind"})
        self.tenant = self.api("POST", "/v1/tenants", {"name": "Praxis Dr. Lind", "flow": "instagram_login"})["id"]
        own = f"/v1/tenants/{self.tenant}"
        self.api("PUT", f"{own}/reply-rules", {"rules": [{"name": "a", "match": {"any": True}, "text": "Danke."}]})
        link = self.api("POST", f"{own}/connect-links", {})["url"]
        _, headers, _ = call("GET", f"{link}/authorize")
        cookie = headers["Set-Cookie"].split(";")[0]
        _, headers, _ = call("GET", f"{headers['Location']}&auto=allow&account=dr_lind")
        status, _, page = call("GET", headers["Location"], None, {"Cookie": cookie})
        if status != 303:
            raise Failure(f"the practice could not be connected: {status}\n{page.decode(errors='replace')}")
        self.connection = self.api("GET", f"{own}/connections")["data"][0]["id"]
        self.write("anna", "hello")
        until("an answer", lambda: [r for r in self.replies() if r["state"] == "sent"])
        called("POST", f"{self.control}/faults", {"name": "code_100", "operation": "send"})
        self.write("bert", "hello")
        until("a failed reply", lambda: [r for r in self.replies() if r["state"] == "failed"])
        called("DELETE", f"{self.control}/faults")
        for fault in ["senderless_edit_only", "message_lookup_500", "conversations_empty"]:
            called("POST", f"{self.control}/faults", {"name": fault})
        self.write("carla", "hello")
        parked = until("a parked event", lambda: self.api("GET", "/v1/events?state=parked")["data"])
        called("DELETE", f"{self.control}/faults")
        self.event = parked[0]["id"]
        self.reply = self.replies()[0]["id"]
        self.conversation = self.api("GET", f"{own}/conversations")["data"][0]["id"]
        self.keys = {"admin": ADMIN_KEY}
        for scope, more in [("read", {}), ("tenant", {"tenant_id": self.tenant})]:
            self.keys[scope] = self.api("POST", "/v1/api-keys", {"name": scope, "scope": scope, **more})["key"]

    def replies(self):
        return self.api("GET", f"/v1/tenants/{self.tenant}/replies")["data"]

    def configuration(self, real_ids):
        """With real ids in the paths: otherwise all that is ever seen is 404."""
        path = self.folder / "schemathesis.toml"
        # What was answered before, in this run or another, must not change what is asked.
        lines = [
            "[cache]", "enabled = false", "[phases.coverage.extra-data-sources]", "responses = false",
            "[phases.fuzzing.extra-data-sources]", "responses = false", "[phases.fuzzing.error-feedback]",
            "enabled = false",
        ]
        if not real_ids:
            path.write_text("\n".join(lines) + "\n")
            return path
        lines += ["[parameters]", f'"path.tenant_id" = "{self.tenant}"']
        for part, value in [
            ("connections", self.connection), ("conversations", self.conversation), ("replies", self.reply),
            ("events", self.event),
        ]:
            # Ending the connection for good would take it from all others.
            lines += [
                "[[operations]]", f'include-path-regex = "/{part}/.id"', 'exclude-method = "DELETE"',
                f'parameters = {{ "path.id" = "{value}", "path.tenant_id" = "{self.tenant}" }}',
            ]
        path.write_text("\n".join(lines) + "\n")
        return path

    def stop(self):
        return [program.stop() for program in reversed(self.programs)]


def run(world, caller, phases, examples, seed, real_ids, only):
    """One run of Schemathesis. Returns its count of test cases, and whether it found no fault."""
    arguments = [
        str(pathlib.Path(sys.executable).parent / "schemathesis"), "--no-color",
        "--config-file", str(world.configuration(real_ids)),
        "run", f"{world.base}/openapi.json", "--phases", phases, "--max-examples", str(examples),
        "--seed", str(seed), "--generation-database", "none", "--no-shrink",
        "--checks", CHECKS, "--suppress-health-check", "all", "--warnings", "off", "--max-redirects", "0",
        "--continue-on-failure", "--request-timeout", str(PATIENCE), "--include-path-regex", only,
    ]
    key = world.keys.get(caller)
    if key:
        arguments += ["--header", f"Authorization: Bearer {key}"]
    began = time.monotonic()
    environment = {
        **os.environ, "SCHEMATHESIS_HOOKS": "schemathesis_checks", "PYTHONPATH": str(FOLDER),
        "CLARIVA_CHECK_CALLER": caller,
    }
    done = subprocess.run(arguments, cwd=world.folder, env=environment, capture_output=True, text=True)
    found = re.search(r"(\d+) generated", done.stdout)
    count = int(found[1]) if found else 0
    is_good = done.returncode == 0 and count > 0
    if not is_good:
        print(done.stdout[-30000:], done.stderr[-4000:], sep="\n")
    verdict = "" if is_good else f", FAULTS (exit status {done.returncode})"
    print(f"check-api: {caller:7} {count:5} cases, {time.monotonic() - began:5.1f} s{verdict}", flush=True)
    return count, is_good


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--binary", required=True, help="the program clariva")
    arguments.add_argument("--seed", type=int, default=20260921, help="another one plays other cases")
    arguments.add_argument("--examples", type=int, default=8, help="random cases of each operation")
    arguments.add_argument("--keep", action="store_true", help="keep the logs")
    options = arguments.parse_args()
    print(f"check-api: seed {options.seed}", flush=True)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="clariva-api-"))
    world = None
    try:
        world = World(options.binary, folder)
        world.fill()
        total, are_good = 0, True
        few = max(1, options.examples // 4)
        for caller, phases, examples, real_ids, only in [
            ("nobody", "examples,fuzzing", few, True, "."),
            ("read", "examples,fuzzing", few, True, "^/v1/"),
            ("tenant", "examples,fuzzing", options.examples, True, "^/v1/"),
            ("admin", "examples,coverage,fuzzing", options.examples, True, "."),
            ("admin", "fuzzing", few, False, "^/v1/"),
        ]:
            count, is_good = run(world, caller, phases, examples, options.seed, real_ids, only)
            total, are_good = total + count, are_good and is_good
        print(f"check-api: {total} cases, {'no fault' if are_good else 'with faults'}", flush=True)
        return 0 if are_good else 1
    except Failure as failure:
        print(f"check-api: {failure}", file=sys.stderr)
        return 1
    finally:
        if world:
            world.stop()
            errors = [line for line in world.service.text().splitlines() if "request failed" in line]
            if errors:
                print("check-api: the service's log:", *errors[:20], sep="\n", file=sys.stderr)
        if options.keep:
            print(f"check-api: logs in {folder}")
        else:
            for path in sorted(folder.rglob("*"), reverse=True):
                path.rmdir() if path.is_dir() else path.unlink()
            folder.rmdir()


if __name__ == "__main__":
    sys.exit(main())
