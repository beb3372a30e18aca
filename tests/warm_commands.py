"""Commands forked from the process of `warm_kernels`: a start takes no seconds.

`run` stands for `python -m MODULE WORDS` as a process of its own. Each command line keeps a test
that starts it for real: `course` and `python -m course_utils` in test_cli.py, `course grade` in
class_run/test_run.py, `nbgrader autograde` in plugins/test_nbgrader.py.
"""

from __future__ import annotations

import atexit
import os
import runpy
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tests.warm_kernels import started

OF_THE_COURSE = ("course_utils", "tests", "benchmarks")


def run(
    root: Path,
    module: str,
    *words: str,
    env: Mapping[str, str] = os.environ,
    timeout: float = 600,
) -> subprocess.CompletedProcess[str]:
    """What a module's command did in a folder.

    Raises:
      TimeoutExpired: after so many seconds; the command is killed.
    """
    command = [module, *words]
    with tempfile.TemporaryDirectory() as folder:
        outputs = [Path(folder, name) for name in ("stdout", "stderr")]
        process = started(_live, (command, dict(env), str(root), list(map(str, outputs))))
        process.join(timeout)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise subprocess.TimeoutExpired(command, timeout)
        said = [path.read_text(encoding="utf-8") for path in outputs]
    return subprocess.CompletedProcess(command, process.exitcode, *said)


def _live(command: list[str], environment: dict[str, str], root: str, outputs: list[str]) -> None:
    for descriptor, path in enumerate([os.devnull, *outputs]):
        opened = os.open(path, os.O_RDWR | os.O_CREAT)
        os.dup2(opened, descriptor)
        os.close(opened)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(root)
    folders = environment.get("PYTHONPATH", "")
    sys.path[:0] = [root, *filter(None, folders.split(os.pathsep))]
    for name in [name for name in sys.modules if name.partition(".")[0] in OF_THE_COURSE]:
        del sys.modules[name]  # a copy of the course has its own
    sys.argv = command
    try:
        runpy.run_module(command[0], run_name="__main__", alter_sys=True)
    finally:
        atexit._run_exitfuncs()
