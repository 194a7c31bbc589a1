"""The service and the Meta sandbox in a folder of their own, on free ports of the loopback interface."""

import base64
import contextlib
import json
import os
import pathlib
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = pathlib.Path(os.environ.get("CLARIVA_BINARY", ROOT / ".build/debug/clariva"))
# The machine may be slow and busy: a condition is waited for, however long that takes within reason.
PATIENCE = float(os.environ.get("CLARIVA_PATIENCE", 60))


def wait_for(what, condition, patience=PATIENCE):
    """Returns the first true value of a condition."""
    end = time.monotonic() + patience
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"waited {patience:.0f} s in vain for {what}")
        time.sleep(0.05)


def free_port():
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Client:
    """JSON over HTTP."""

    def __init__(self, base, headers=None):
        self.base = base
        self.headers = headers or {}

    def call(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data, self.headers, method=method)
        if data is not None:
            request.add_header("Content-Type", "application/json")
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                text = answer.read()
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{method} {path.split('?')[0]}: {error.code} {error.read().decode()}") from None
        return json.loads(text) if text else None

    def get(self, path):
        return self.call("GET", path)

    def post(self, path, body=None):
        return self.call("POST", path, {} if body is None else body)

    def put(self, path, body):
        return self.call("PUT", path, body)


class Stage:
    """Both processes, on SQLite; ends them by their ids."""

    def __init__(self, **more):
        """`more`: variables of the service, beside or in the place of its own."""
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="clariva-stage-"))
        self.processes = []
        self.key = secrets.token_hex(24)
        self.more = more
        try:
            meta_port = self._start(
                "sandbox", lambda port: ["sandbox", "--port", str(port)], lambda _: {}, "/control/clock")
            self.meta = Client(f"http://127.0.0.1:{meta_port}")
            port = self._start(
                "service", lambda _: ["serve"], lambda port: self._environment(port, meta_port), "/readyz")
        except BaseException:
            self.end()
            raise
        self.url = f"http://localhost:{port}"
        self.meta_url = self.meta.base
        self.api = Client(f"http://127.0.0.1:{port}", {"Authorization": f"Bearer {self.key}"})
        self.meta.post(
            "/control/settings", {"callback_url": f"http://127.0.0.1:{port}/webhooks/meta", "echo_delay_ms": 0})

    def _environment(self, port, meta_port):
        meta = f"http://127.0.0.1:{meta_port}"
        return {
            "CLARIVA_HTTP_PORT": str(port),
            "CLARIVA_PUBLIC_URL": f"http://localhost:{port}",
            "CLARIVA_DATABASE_URL": f"sqlite:{self.folder}/clariva.db",
            "CLARIVA_ENCRYPTION_KEYS": "stage:" + base64.b64encode(secrets.token_bytes(32)).decode(),
            "CLARIVA_ADMIN_API_KEY": self.key,
            "CLARIVA_WEBHOOK_VERIFY_TOKEN": "sandbox-verify-token",
            "CLARIVA_INSTAGRAM_APP_ID": "300000000000001",
            "CLARIVA_INSTAGRAM_APP_SECRET": "sandbox-instagram-app-secret",
            "CLARIVA_FACEBOOK_APP_ID": "400000000000001",
            "CLARIVA_FACEBOOK_APP_SECRET": "sandbox-facebook-app-secret",
            "CLARIVA_INSTAGRAM_AUTHORIZE_URL": f"{meta}/instagram/oauth/authorize",
            "CLARIVA_INSTAGRAM_API_URL": f"{meta}/instagram-api",
            "CLARIVA_INSTAGRAM_GRAPH_URL": f"{meta}/instagram-graph",
            "CLARIVA_FACEBOOK_AUTHORIZE_URL": f"{meta}/facebook/dialog/oauth",
            "CLARIVA_FACEBOOK_GRAPH_URL": f"{meta}/facebook-graph",
            # Another site to come back to.
            "CLARIVA_RETURN_URL_HOSTS": f"127.0.0.1:{meta_port}",
            **self.more,
        }

    def _start(self, name, arguments, environment, ready):
        # A port that was free may be taken before the program has it: then another one.
        for _ in range(5):
            port = free_port()
            wanted = ("PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH")
            keep = {name: os.environ[name] for name in wanted if name in os.environ}
            with open(self.folder / f"{name}.log", "ab") as log:
                process = subprocess.Popen(
                    [BINARY, *arguments(port)], env={**keep, **environment(port)}, cwd=self.folder,
                    stdin=subprocess.DEVNULL, stdout=log, stderr=log)
            self.processes.append(process)
            wait_for(f"the {name}", lambda: self._answers(port, ready) or process.poll() is not None)
            if process.poll() is None:
                return port
            self.processes.remove(process)
        raise AssertionError(f"the {name} does not start:\n{self.log(name)}")

    @staticmethod
    def _answers(port, path):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False

    def log(self, name, last=20):
        """The last lines of a process's log; all of them with 0."""
        lines = (self.folder / f"{name}.log").read_text(errors="replace").splitlines()
        return "\n".join(lines[-last:])

    def stop(self):
        """Ends the processes; the folder stays."""
        for process in reversed(self.processes):
            process.terminate()
        for process in reversed(self.processes):
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def end(self):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
