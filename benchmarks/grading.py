"""`make bench-grading`: stock nbgrader and `course grade` on one class, then larger classes.

Both are timed from the command's start to the last score in the grade book, without feedback. Stock
runs nbgrader's own Execute with its own sanitising, in the same quick profile.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from nbgrader.api import Gradebook

from benchmarks.classes import hand_in_class, make_course
from tests.answer_bank import ROOT

FOLDER = ROOT / "artifacts" / "bench-grading"
COMPARED, SCALED = "02_static_unrolling", "01_two_step_rnn"
STOCK = """
from nbgrader.preprocessors import ClearOutput, DeduplicateIds, OverwriteCells, OverwriteKernelspec
from course_utils.grading.plugins.execute import GradingExecute

c.Autograde.sanitize_preprocessors = [
    ClearOutput, DeduplicateIds, OverwriteKernelspec, OverwriteCells, CheckCellMetadata,
]
c.Autograde.autograde_preprocessors[0] = GradingExecute
"""
_SECONDS_BETWEEN_LOOKS = 2  # at memory: to look takes the time of what is measured
PROGRAMS = Path(sys.executable).parent
ENVIRONMENT = os.environ | {"PYTHONPATH": str(ROOT), "PATH": f"{PROGRAMS}:{os.environ['PATH']}"}


@dataclass
class Timed:
    """A command that was run.

    Attributes:
      seconds: until the last score was written.
      total: until it ended.
      memory: the most memory of each kind of process, in bytes.
    """

    seconds: float
    total: float
    memory: dict[str, int] = field(default_factory=dict)


def timed(course: Path, *words: str, until: str = "") -> Timed:
    """Runs a command in a course's folder until it says something, and to its end.

    Meanwhile it watches the memory of the command's processes.
    """
    start = time.monotonic()
    log = course / "bench.log"
    with log.open("w") as file:
        process = psutil.Popen([*words], cwd=course, env=ENVIRONMENT, stdout=file, stderr=file)
        graded, memory = 0.0, defaultdict(int)
        look = start
        while process.poll() is None:
            if time.monotonic() > look:
                for kind, used in _memory(process):
                    memory[kind] = max(memory[kind], used)
                look = time.monotonic() + _SECONDS_BETWEEN_LOOKS
            if until and not graded and until in log.read_text():
                graded = time.monotonic() - start
            time.sleep(0.1)
    total = time.monotonic() - start
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, words, log.read_text()[-3000:])
    return Timed(graded or total, total, dict(memory))


def _last_line(size: int) -> str:
    """What `course grade` says when the last grade is written."""
    return f"Grading: {size} of {size},"


def _memory(process: psutil.Process) -> Iterator[tuple[str, int]]:
    """The memory of a command's processes now: of each kind the largest, and of all together."""
    everything = 0
    for each in [process, *process.children(recursive=True)]:
        try:
            used = each.memory_full_info()
            kind = "the command" if each == process else _kind(each)
        except psutil.Error:  # it has ended
            continue
        everything += used.pss
        if used.rss:  # else it is about to end
            yield kind, used.rss
    yield "all together, shared pages counted once", everything


def _kind(process: psutil.Process) -> str:
    words = process.cmdline()
    if any("ipykernel" in word for word in words):
        return "a kernel"
    parent = process.parent()
    if "course_utils.grading.wall.server" in words and parent and parent.name() != "bwrap":
        return "a student's process or an examiner"
    return "the sandbox's server"


def scores(course: Path, chapter: str) -> dict[str, float]:
    """What the grade book says of each student."""
    with Gradebook(f"sqlite:///{course}/gradebook.db", "unrolled") as gradebook:
        submissions = gradebook.assignment_submissions(chapter)
        return {found.student.id: round(found.score, 2) for found in submissions}


def _check(found: dict[str, float], expected: dict[str, float], what: str) -> None:
    wrong = {
        name: (found.get(name), points)
        for name, points in expected.items()
        if found.get(name) != points
    }
    print(f"  {what}: {len(expected) - len(wrong)} of {len(expected)} scores right", flush=True)
    for name, (got, points) in wrong.items():
        print(f"    {name}: {got}, expected {points}")
    if wrong:
        sys.exit(1)


def _show(name: str, size: int, run: Timed) -> None:
    rate = 60 * size / run.seconds
    print(f"  {name}: {size} submissions in {run.seconds:.1f} s, {rate:.1f} a minute", flush=True)
    for kind, used in sorted(run.memory.items()):
        print(f"    at most {used / 2**20:5.0f} MiB: {kind}", flush=True)


def compare(size: int, stock_size: int) -> None:
    """Times both on one class."""
    print(f"{COMPARED}: {size} different honest submissions, {os.cpu_count()} cores", flush=True)
    sealed, stock = FOLDER / "sealed", FOLDER / "stock"
    make_course(sealed, (COMPARED,))
    make_course(stock, (COMPARED,), STOCK)
    expected = hand_in_class(sealed, COMPARED, size)
    hand_in_class(stock, COMPARED, stock_size)
    for course in (sealed, stock):
        timed(course, "nbgrader", "generate_assignment", COMPARED)
    ours = timed(sealed, "course", "grade", COMPARED, until=_last_line(size))
    _show("course grade", size, ours)
    print(f"    with feedback {ours.total:.1f} s", flush=True)
    _check(scores(sealed, COMPARED), expected, "course grade")
    theirs = timed(stock, "nbgrader", "autograde", COMPARED)
    _show("stock nbgrader autograde", stock_size, theirs)
    some = dict(list(expected.items())[:stock_size])
    _check(scores(stock, COMPARED), some, "stock")
    ratio = (theirs.seconds / stock_size) / (ours.seconds / size)
    print(f"  ratio: {ratio:.1f}", flush=True)


def scale(sizes: list[int]) -> None:
    """Times `course grade` on classes of several sizes."""
    print(f"{SCALED}: how time grows", flush=True)
    for size in sizes:
        course = FOLDER / f"class-of-{size}"
        make_course(course, (SCALED,))
        expected = hand_in_class(course, SCALED, size)
        run = timed(course, "course", "grade", SCALED, until=_last_line(size))
        _show("course grade", size, Timed(run.seconds, run.total))
        print(f"    {run.seconds / size:.2f} s each; with feedback {run.total / size:.2f} s each")
        _check(scores(course, SCALED), expected, f"class of {size}")


def main() -> None:
    """Runs both measurements."""
    parser = argparse.ArgumentParser(description="Measures grading.")
    parser.add_argument("--size", type=int, default=40, help="of the class that both grade")
    parser.add_argument("--stock", type=int, help="how many of it stock nbgrader gets; all")
    parser.add_argument("--scale", type=int, nargs="*", default=[50, 100, 200])
    options = parser.parse_args()
    compare(options.size, options.stock or options.size)
    scale(options.scale)


if __name__ == "__main__":
    main()
