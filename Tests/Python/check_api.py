"""Holds the running service against its own description with Schemathesis: no 5xx, no answer that the description does
not know, none without a key. Started by scripts/check-api."""

import argparse
import http.client
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time
import urllib.parse

from stage import PATIENCE, Stage, wait_for

FOLDER = pathlib.Path(__file__).resolve().parent
# A tenant that there is not.
NOBODY = "0198c6f2-0000-7000-8000-000000000000"

CHECKS = ",".join([
    "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance",
    "response_schema_conformance", "ignored_auth", "unsupported_method", "only_with_key",
])


def step(url, headers=None):
    """One step of a browser: redirects are answers. Returns status, headers and page."""
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=PATIENCE)
    connection.request("GET", f"{parts.path}?{parts.query}" if parts.query else parts.path, headers=headers or {})
    response = connection.getresponse()
    content = response.read()
    connection.close()
    return response.status, response.headers, content


class World(Stage):
    """With one practice that has something of everything."""

    def __init__(self):
        super().__init__(CLARIVA_EDIT_HOLD_SECONDS="1", CLARIVA_RATE_LIMIT_PER_SECOND="0")

    def write(self, person, text):
        self.meta.post("/control/messages", {"account": "dr_lind", "person": person, "text": text})

    def faults(self, *names):
        for name in names:
            self.meta.post("/control/faults", {"name": name})

    def mend(self):
        self.meta.call("DELETE", "/control/faults")

    def fill(self):
        """A connected practice with a sent and a failed reply and a parked event."""
        self.meta.post("/control/accounts", {"username": "dr_lind"})
        self.tenant = self.api.post("/v1/tenants", {"name": "Praxis Dr. Lind", "flow": "instagram_login"})["id"]
        own = f"/v1/tenants/{self.tenant}"
        self.api.put(f"{own}/reply-rules", {"rules": [{"name": "a", "match": {"any": True}, "text": "Danke."}]})
        link = self.api.post(f"{own}/connect-links")["url"]
        _, headers, _ = step(f"{link}/authorize")
        cookie = headers["Set-Cookie"].split(";")[0]
        _, headers, _ = step(f"{headers['Location']}&auto=allow&account=dr_lind")
        status, _, page = step(headers["Location"], {"Cookie": cookie})
        assert status == 303, f"the practice could not be connected: {status}\n{page.decode(errors='replace')}"
        self.connection = self.api.get(f"{own}/connections")["data"][0]["id"]
        self.write("anna", "hello")
        wait_for("an answer", lambda: [r for r in self.replies() if r["state"] == "sent"])
        # Whoever blocks the account cannot be answered.
        self.meta.post("/control/people", {"username": "bert", "blocked": True})
        self.write("bert", "hello")
        wait_for("a failed reply", lambda: [r for r in self.replies() if r["state"] == "failed"])
        self.faults("senderless_edit_only", "message_lookup_500", "conversations_empty")
        self.write("carla", "hello")
        parked = wait_for("a parked event", lambda: self.api.get("/v1/events?state=parked")["data"])
        self.mend()
        self.event = parked[0]["id"]
        self.reply = self.replies()[0]["id"]
        self.conversation = self.api.get(f"{own}/conversations")["data"][0]["id"]
        self.keys = {"admin": self.key}
        for scope, more in [("read", {}), ("tenant", {"tenant_id": self.tenant})]:
            self.keys[scope] = self.api.post("/v1/api-keys", {"name": scope, "scope": scope, **more})["key"]

    def replies(self):
        return self.api.get(f"/v1/tenants/{self.tenant}/replies")["data"]

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
        # Nor is the tenant deleted that all the others are asked about.
        lines += [
            "[[operations]]", 'include-path = "/v1/tenants/{tenant_id}"', 'include-method = "DELETE"',
            f'parameters = {{ "path.tenant_id" = "{NOBODY}" }}',
        ]
        path.write_text("\n".join(lines) + "\n")
        return path


def run(world, caller, phases, examples, seed, real_ids, only):
    """One run of Schemathesis. Returns its count of test cases, and whether it found no fault."""
    arguments = [
        str(pathlib.Path(sys.executable).parent / "schemathesis"), "--no-color",
        "--config-file", str(world.configuration(real_ids)),
        "run", f"{world.api.base}/openapi.json", "--phases", phases, "--max-examples", str(examples),
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
    arguments.add_argument("--seed", type=int, default=20260921, help="another one plays other cases")
    arguments.add_argument("--examples", type=int, default=8, help="random cases of each operation")
    arguments.add_argument("--keep", action="store_true", help="keep the logs")
    options = arguments.parse_args()
    print(f"check-api: seed {options.seed}", flush=True)
    world = None
    try:
        world = World()
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
    except AssertionError as failure:
        print(f"check-api: {failure}", file=sys.stderr)
        return 1
    finally:
        if world:
            world.stop()
            errors = [line for line in world.log("service", last=0).splitlines() if "request failed" in line]
            if errors:
                print("check-api: the service's log:", *errors[:20], sep="\n", file=sys.stderr)
            if options.keep:
                print(f"check-api: logs in {world.folder}")
            else:
                shutil.rmtree(world.folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
