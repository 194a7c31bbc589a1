"""The servers that the benchmark starts, and how it speaks to them: only Python's standard library."""

import http.cookiejar
import json
import pathlib
import re
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request


class Failure(Exception):
    """The benchmark cannot go on; its text is for the person who started it."""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A process of ours that listens on a port, with its output in a file."""

    def __init__(self, name, command, port, log):
        self.name, self.port, self.log = name, port, pathlib.Path(log)
        self.base = f"http://localhost:{port}"
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=self.log.open("ab"), stderr=subprocess.STDOUT)
        self.wait_until_it_listens()

    def wait_until_it_listens(self, seconds=30):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise Failure(f"{self.name} ended with status {self.process.returncode}:\n{self.tail()}")
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.05)
        self.stop()
        raise Failure(f"{self.name} does not listen on port {self.port}:\n{self.tail()}")

    def tail(self):
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])

    def stop(self, seconds=60):
        """Ends the process: by SIGTERM, or by SIGKILL where it takes too long. Returns whether SIGTERM was enough."""
        if self.process.poll() is not None:
            return True
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(seconds)
            return True
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            return False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


def call(method, url, body=None, key=None):
    """One JSON call. Returns the decoded answer, or None where it is empty."""
    request = urllib.request.Request(url, method=method)
    if body is not None:
        request.data = json.dumps(body).encode()
        request.add_header("Content-Type", "application/json")
    if key:
        request.add_header("Authorization", f"Bearer {key}")
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            text = answer.read()
    except urllib.error.HTTPError as error:
        raise Failure(f"{method} {url} answered {error.code}: {error.read(600).decode(errors='replace')}") from None
    return json.loads(text) if text.strip() else None


class Metrics:
    """One reading of /metrics, of several processes together."""

    LINE = re.compile(r"^(\w+)(?:\{(.*)\})? (\S+)")
    LABEL = re.compile(r'(\w+)="([^"]*)"')

    def __init__(self, *bases):
        text = ""
        for base in bases:
            with urllib.request.urlopen(base + "/metrics", timeout=30) as answer:
                text += answer.read().decode()
        self.samples = []
        for line in text.splitlines():
            if match := self.LINE.match(line):
                name, labels, value = match.groups()
                self.samples.append((name, dict(self.LABEL.findall(labels or "")), float(value)))

    def total(self, name, **labels):
        return sum(value for sample, has, value in self.samples
                   if sample == name and all(has.get(key) == wanted for key, wanted in labels.items()))

    def buckets(self, name):
        """Cumulative counts of a histogram by upper bound, all label sets together."""
        counts = {}
        for sample, labels, value in self.samples:
            if sample == name + "_bucket":
                bound = float(labels["le"].replace("+Inf", "inf"))
                counts[bound] = counts.get(bound, 0) + value
        return counts


def percentile(before, after, share):
    """A percentile of what a histogram counted between two readings, interpolated within its bucket."""
    bounds = sorted(after)
    if not bounds:
        return None
    counts = [after[bound] - before.get(bound, 0) for bound in bounds]
    if counts[-1] <= 0:
        return None
    wanted, lower, below = share * counts[-1], 0.0, 0.0
    for bound, count in zip(bounds, counts):
        if count >= wanted:
            if bound == float("inf"):
                return lower
            return lower + (bound - lower) * (wanted - below) / max(count - below, 1e-9)
        lower, below = bound, count
    return lower


class Consent(urllib.request.HTTPRedirectHandler):
    """Follows redirects, and agrees where one leads to a consent dialog of the sandbox."""

    def __init__(self, account):
        self.account = account

    def redirect_request(self, request, file, code, message, headers, url):
        if urllib.parse.urlsplit(url).path.endswith(("/oauth/authorize", "/dialog/oauth")):
            url += "&" + urllib.parse.urlencode({"auto": "allow", "account": self.account})
        return super().redirect_request(request, file, code, message, headers, url)


class Browser:
    """A doctor's browser: cookies, redirects, and consent to all that is asked."""

    def __init__(self, account):
        self.opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()), Consent(account))

    def connect(self, link):
        """Goes the way from a connect link to its last page."""
        try:
            with self.opener.open(link.rstrip("/") + "/authorize", timeout=30) as answer:
                path = urllib.parse.urlsplit(answer.geturl()).path
        except urllib.error.HTTPError as error:
            shown = re.sub(r"<[^>]*>|\s+", " ", error.read(2000).decode(errors="replace"))
            raise Failure(f"connecting: answered {error.code}: {shown[:400]}") from None
        if not path.endswith("/done"):
            raise Failure(f"connecting ended at {re.sub('/connect/[^/]+', '/connect/-', path)}")
