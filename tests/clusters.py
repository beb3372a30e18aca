"""A Dask cluster on this machine, as `dask scheduler` and `dask worker` start one."""

import os
import socket
import subprocess
import sys
from pathlib import Path

DASK = str(Path(sys.executable).parent / "dask")


class LocalCluster:
    """A scheduler and workers, each a process of its own.

    Args:
      folder: for logs and what workers write.
      scheme: "tcp" or "tls".
      settings: Dask's, as environment variables.

    Attributes:
      address: the scheduler's.
    """

    def __init__(self, folder: Path, scheme: str = "tcp", **settings: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self.address = f"{scheme}://127.0.0.1:{self._port}"
        self._folder = folder
        self._settings = settings
        self.processes: list[subprocess.Popen[bytes]] = []
        self.scheduler = self.start_scheduler()

    def start_scheduler(self) -> subprocess.Popen[bytes]:
        scheme = self.address.partition(":")[0]
        words = ["--host", f"{scheme}://127.0.0.1", "--port", str(self._port), "--no-dashboard"]
        return self._start("scheduler", *words, "--no-show")

    def start_worker(self, name: str, *words: str, **variables: str) -> subprocess.Popen[bytes]:
        """One worker of one thread, without course files; a nanny starts it anew."""
        options = ["--name", name, "--nthreads", "1", "--no-dashboard", "--host", "127.0.0.1"]
        options += ["--local-directory", str(self._folder / name)]
        return self._start("worker", self.address, *options, *words, **variables)

    def _start(self, *words: str, **variables: str) -> subprocess.Popen[bytes]:
        log = self._folder / f"{len(self.processes)}-{words[0]}.log"
        with log.open("wb") as file:
            process = subprocess.Popen(
                [DASK, *words],
                cwd=self._folder,
                env=os.environ | self._settings | variables,
                stdout=file,
                stderr=file,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        self.processes.append(process)
        return process

    def close(self) -> None:
        for process in reversed(self.processes):
            process.terminate()
        for process in self.processes:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
