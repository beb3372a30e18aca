"""A PostgreSQL server of Debian's package, started as an ordinary user."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from pathlib import Path

from tests.left_out import leave_out

_USER = "postgres"  # whom the package makes; the server refuses to run as root


class Server:
    """An empty server that listens on this machine only.

    Args:
      folder: for its files.

    Attributes:
      port: where it listens.
    """

    def __init__(self, folder: Path) -> None:
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
        if not found:
            leave_out("PostgreSQL is missing. On Debian and Ubuntu: sudo apt install postgresql.")
        self._programs = found[-1].parent
        self._data = folder / "data"
        self._as = {"user": _USER, "group": _USER, "extra_groups": []} if os.geteuid() == 0 else {}
        self._data.mkdir()
        if self._as:
            shutil.chown(self._data, _USER, _USER)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._run("initdb", "--auth=trust", "--username=course", "--no-sync", "--encoding=UTF8")
        self.start()

    def url(self, name: str) -> str:
        """The address of a new, empty database."""
        words = ["--host=127.0.0.1", f"--port={self.port}", "--username=course", name]
        subprocess.run([self._programs / "createdb", *words], check=True)
        return f"postgresql+psycopg://course@127.0.0.1:{self.port}/{name}"

    def start(self) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=''"
        self._run("pg_ctl", "--wait", "--options", f"{options} -c fsync=off", "start")

    def stop(self) -> None:
        self._run("pg_ctl", "--wait", "--mode=immediate", "stop")

    def _run(self, program: str, *words: str) -> None:
        for outer in self._data.parents if self._as else ():
            if outer.stat().st_uid == 0 and not outer.stat().st_mode & 0o001:
                outer.chmod(outer.stat().st_mode | 0o011)  # pytest closes its folders at each start
        command = [self._programs / program, "--pgdata", self._data, *words]
        with (self._data.parent / "log").open("ab") as log:
            subprocess.run(command, check=True, cwd=self._data, stdout=log, stderr=log, **self._as)
