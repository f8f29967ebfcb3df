"""A PostgreSQL server of the tests' own, from the installed binaries: on loopback, stopped by its process id."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg


def binaries() -> Path:
    """The folder of the newest installed server; RuntimeError says what to install."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda p: int(p.parts[4]))
    if not found:
        raise RuntimeError("PostgreSQL's server is not installed: apt-get install postgresql")
    return found[-1].parent


def _as_postgres() -> dict[str, Any]:
    """PostgreSQL refuses to run as root: drop to the user of Debian's package."""
    return {"user": "postgres", "group": "postgres", "extra_groups": []} if os.getuid() == 0 else {}


class Server:
    """A running server; ``address`` is the SQLAlchemy address without a database name."""

    def __init__(self) -> None:
        """Make a cluster in a temporary folder and wait until it answers."""
        self.folder = Path(tempfile.mkdtemp(prefix="jaga-pg-", dir="/dev/shm" if Path("/dev/shm").is_dir() else None))
        if os.getuid() == 0:
            shutil.chown(self.folder, "postgres")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        run, data = binaries(), self.folder / "data"
        subprocess.run(
            [run / "initdb", "-D", data, "-U", "jaga", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
            check=True, stdout=subprocess.DEVNULL, cwd="/", **_as_postgres(),
        )  # fmt: skip
        log = (self.folder / "log").open("w")
        options = ["-c", "fsync=off", "-c", "listen_addresses=127.0.0.1", "-c", "max_connections=100"]
        self.process = subprocess.Popen(
            [run / "postgres", "-D", data, "-p", str(self.port), "-k", self.folder, *options],
            stdout=log, stderr=log, cwd="/", **_as_postgres(),
        )  # fmt: skip
        log.close()
        self.address = f"postgresql+psycopg://jaga@127.0.0.1:{self.port}"
        self._wait()

    def _wait(self) -> None:
        until = time.monotonic() + 60
        while True:
            try:
                self.run("SELECT 1")
                return
            except psycopg.OperationalError:
                if time.monotonic() > until or self.process.poll() is not None:
                    raise
                time.sleep(0.1)

    def run(self, statement: str) -> None:
        """One statement outside a transaction, in the maintenance database."""
        where = f"host=127.0.0.1 port={self.port} user=jaga dbname=postgres"
        with psycopg.connect(where, autocommit=True) as connection:
            connection.execute(statement.encode())

    def stop(self) -> None:
        """End the server by its own process id and remove its folder."""
        self.process.terminate()
        self.process.wait(30)
        shutil.rmtree(self.folder, ignore_errors=True)
