"""The databases that the benchmark measures: how each is made, kept as it was, and put back before a round."""

import os
import pathlib
import secrets
import shutil
import subprocess
import urllib.parse

from servers import Failure

ROOT = pathlib.Path(__file__).resolve().parent.parent


class SQLite:
    """A file beside the service."""

    name = "SQLite"

    def __init__(self, directory):
        self.file = pathlib.Path(directory, "clariva.db")
        self.template = pathlib.Path(directory, "template")
        self.url = f"sqlite:{self.file}"

    def make(self, clariva, configuration):
        """`clariva serve` migrates it by itself."""

    def keep(self):
        """Remembers the database as it is now, while nobody has it open."""
        self.template.mkdir()
        for path in self.files():
            shutil.move(path, self.template / path.name)

    def reset(self):
        """As it was kept."""
        for path in self.files():
            path.unlink()
        for path in self.template.iterdir():
            shutil.copy(path, self.file.parent / path.name)

    def files(self):
        return [path for path in self.file.parent.iterdir() if path.name.startswith(self.file.name)]


class PostgreSQL:
    """A database of its own on the server that scripts/with-postgres has started; the service has the rights that
    deploy/postgres/roles.sql gives it."""

    name = "PostgreSQL"

    def __init__(self, server):
        self.server, self.password = server, secrets.token_hex(16)
        self.url = self.address("clariva_app", "clariva")

    def address(self, user, database):
        host = urllib.parse.urlsplit(self.server).netloc.rpartition("@")[2]
        return f"postgres://{user}:{self.password}@{host}/{database}"

    def make(self, clariva, configuration):
        self.run("postgres", "-c", "CREATE DATABASE clariva")
        self.grant()
        for role in ("clariva_owner", "clariva_app"):
            self.run("postgres", "-c", f"ALTER ROLE {role} PASSWORD '{self.password}'")
        owner = {"CLARIVA_DATABASE_URL": self.address("clariva_owner", "clariva")}
        made = subprocess.run([clariva, "migrate", "--config", str(configuration)], capture_output=True, text=True,
                              env=os.environ | owner)
        if made.returncode != 0:
            raise Failure(f"clariva migrate failed:\n{made.stdout}{made.stderr}")

    def keep(self):
        # As autovacuum does within a minute: until then its plans are guesses.
        self.run("clariva", "-c", "VACUUM (ANALYZE)")
        self.run("postgres", "-c", "ALTER DATABASE clariva RENAME TO clariva_kept")

    def reset(self):
        self.run("postgres", "-c", "DROP DATABASE IF EXISTS clariva WITH (FORCE)")
        self.run("postgres", "-c", "CREATE DATABASE clariva TEMPLATE clariva_kept")
        # What the roles may do with the database itself is not copied.
        self.grant()
        # A round pays for what it writes itself, and for its pages after a checkpoint as in the long run.
        self.run("postgres", "-c", "CHECKPOINT")

    def grant(self):
        self.run("clariva", "-1", "-f", str(ROOT / "deploy/postgres/roles.sql"))

    def run(self, database, *arguments):
        """psql as the superuser."""
        done = subprocess.run(self.command(database, *arguments), capture_output=True, text=True)
        if done.returncode != 0:
            raise Failure(f"psql failed:\n{done.stderr}")
        return done.stdout.strip()

    def command(self, database, *arguments):
        address = urllib.parse.urlsplit(self.server)._replace(path="/" + database).geturl()
        return ["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", address, *arguments]

    def settings(self, names):
        """What the server has been told, for the report."""
        values = self.run("postgres", "-c", "SELECT name || '=' || current_setting(name) FROM unnest(ARRAY['"
                          + "','".join(names) + "']) AS name")
        return ", ".join(values.splitlines())
