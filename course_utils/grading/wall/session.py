"""Runs the cells of one notebook: a student's process and an examiner, restarted when one is lost.

Nothing that happens over there reaches the caller as an exception: a cell that could not be run to
its end has a cause, a part of a sentence, and the next cell goes on.
"""

from __future__ import annotations

import math
import os
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from nbformat import NotebookNode

from course_utils.grading.wall import examiner, keeper, student
from course_utils.grading.wall.outputs import readable, size
from course_utils.grading.wall.sandbox import Inmate, NoSandbox, Server
from course_utils.grading.wall.walls import Limits
from course_utils.grading.wall.wire import Closed, Late, WireError, decode, encode

_LONGEST_CAUSE = 200  # characters
_DEFINES = r"^[ \t]*(?:(?:def|class)[ \t]+{0}\b|{0}[ \t]*=[^=])"  # a name, in a cell's text
_UNDEFINED = re.compile(r"`(\w+)` is not defined")
MOST_OUTPUTS = 2000  # of a notebook: each costs time where pages are made
_GRACE_SECONDS = 2  # for a cell to end after an interrupt
_QUIET_SECONDS = 0.2  # for what a cell has started to show that it writes to the channel
_RESERVE = 1 / 15  # of the notebook's time, for each answer and check when all is used up
_MOST = 2  # times the notebook's time, with what is reserved


@dataclass
class Result:
    """What became of a cell.

    Attributes:
      outputs: in the notebook format.
      cause: why it was not run to its end; empty if it was.
    """

    outputs: list[NotebookNode] = field(default_factory=list)
    cause: str = ""


@dataclass
class Verdict(Result):
    """What became of a check cell.

    Attributes:
      points: 0 if there is a cause.
      misconceptions: slugs of those that the check found.
      fault: a traceback, if the check itself failed: for the instructor, it may quote the check.
        Then the answer was not judged, and the points say nothing of it.
    """

    points: float = 0.0
    misconceptions: list[str] = field(default_factory=list)
    fault: str = ""

    @classmethod
    def of_fault(cls, traceback: str) -> Verdict:
        """The verdict where the check itself failed."""
        return cls(cause="not gradable, for the check itself failed", fault=traceback)


class Lost(Exception):  # noqa: N818 - not a fault
    """A process is gone or was given up; the text is the cause."""


class Session:
    """The processes of one notebook.

    Args:
      server: forks them.
      limits: what the notebook may use.
      imports: the release's import statement for each name. They hold in both processes, whatever
        became of the cell that has them.
      cores: where it may run; everywhere, if that is left out.
      helpers: what else the release binds by statements of its own that checks may need.
      files: what the release has beside the notebook, by name.

    Attributes:
      cut_short: whether a process was lost, or a cell was stopped: on a machine that is too busy
        that happens to honest work as well.
    """

    def __init__(
        self,
        server: Server,
        limits: Limits,
        imports: Mapping[str, str],
        cores: Sequence[int] = (),
        helpers: Mapping[str, str] = MappingProxyType({}),
        files: Mapping[str, bytes] = MappingProxyType({}),
    ) -> None:
        self._server = server
        self._cores = cores or sorted(os.sched_getaffinity(0))
        self._limits = limits
        self._imports = dict(imports)
        self._trusted = {**helpers, **imports}
        self._files = dict(files)
        self._ends = time.monotonic() + limits.total
        self._output_left = limits.output
        self._outputs_left = MOST_OUTPUTS
        self.cut_short = False
        self._stopped: list[tuple[str, str]] = []  # texts of cells, and what each raised
        self._done: list[str] = []  # cells that a new student's process has to run again
        self._has_forged = False
        self._student: Inmate | None = None
        self._examiner: Inmate | None = None

    def run(self, source: str, reserve: bool = False) -> Result:
        """Runs a cell in the student's process.

        Args:
          source: its text.
          reserve: whether it is an answer or given, and has some time even if all is used up.
        """
        text = source.encode("utf-8", "replace").decode()
        try:
            self._revive()
            result = self._run(text, self._seconds(reserve))
        except Lost as lost:
            self.cut_short = True
            return Result(cause=str(lost))
        if not result.cause:
            self._done.append(text)
        errors = [output for output in result.outputs if output.output_type == "error"]
        self._stopped += [(text, f"{error.ename}: {error.evalue}") for error in errors]
        self._output_left -= size(result.outputs)
        self._outputs_left -= len(result.outputs)
        if self._output_left < 0:
            shown = f"the notebook shows more than {self._limits.output / 2**20:g} MiB"
            return Result(cause=result.cause or shown)
        if self._outputs_left < 0:
            shown = f"the notebook shows more than {MOST_OUTPUTS} things"
            return Result(cause=result.cause or shown)
        return result

    def check(self, source: str, points: float) -> Verdict:
        """Runs a check cell in the examiner's process, against the student's."""
        try:
            self._revive()
            return self._check(encode([source, self._trusted, points]), points)
        except Lost as lost:
            self.cut_short = True
            return Verdict(cause=str(lost))

    def close(self) -> None:
        """Ends the processes."""
        self._end_examiner()
        self._end_student()

    def _revive(self) -> None:
        """Makes sure that there is a student's process which has run all cells so far.

        A cell that does not get through a second time is given up. Once something has written to
        the channel, so is a cell after which something does.
        """
        while self._student is None:
            self._student = self._server.start("student", self._limits, self._cores)
            if self._files:
                self._ask_to_write()
            if self._imports:
                statements = dict.fromkeys(self._imports.values())
                result = self._run("\n".join(statements), self._seconds(reserve=True))
                if self._student is None:
                    raise Lost(f"the imports did not get through: {result.cause}")
            for source in list(self._done):
                if self._run(source, self._seconds(reserve=True)).cause or self._forges():
                    self._done.remove(source)
                if self._student is None:
                    break

    def _forges(self) -> bool:
        """Whether the student's process writes to the channel unasked; it is ended then."""
        if not self._has_forged or self._student is None:
            return False
        if self._student.channel.is_quiet(_QUIET_SECONDS):
            return False
        self._end_student()
        return True

    def _ask_to_write(self) -> None:
        """Has the release's files written where the student's code looks for them."""
        assert self._student is not None
        try:
            request = encode([student.WRITE, self._files])
            self._student.channel.ask(request, self._seconds(reserve=True))
        except (Late, Closed):
            raise Lost(f"the release's files could not be written: {self._end_student()}") from None

    def _run(self, source: str, seconds: float) -> Result:
        assert self._student is not None
        channel, cause = self._student.channel, ""
        try:
            try:
                answer = channel.ask(encode([student.RUN, source, self._limits.output]), seconds)
            except Late:
                self.cut_short = True
                cause = self._too_long(seconds)
                self._student.interrupt()
                answer = channel.await_reply(_GRACE_SECONDS)
            return _result(answer, cause)
        except Late:
            self._end_student()
            return Result(cause=f"{cause}, and an interrupt did not stop it")
        except Closed as closed:
            self.cut_short = True
            return Result(cause=cause or self._end_student(closed))

    def _check(self, request: bytes, points: float) -> Verdict:
        seconds = self._seconds(reserve=True)
        try:
            answer = decode(self._living_examiner().channel.ask(request, seconds), text_keys=True)
        except Late:
            self.close()
            raise Lost(self._too_long(seconds)) from None
        except (Closed, WireError):
            raise Lost(f"the check broke off: {self._end_examiner()}") from None
        match answer:
            case [examiner.GONE, str() as said]:
                raise Lost(f"the answer's process was lost: {self._end_student(Closed(said))}")
        return self._explained(_verdict(answer, points))

    def _explained(self, verdict: Verdict) -> Verdict:
        """The verdict; if a name is not defined, with the exception of the cell that defines it."""
        unknown = _UNDEFINED.match(verdict.cause)
        for text, said in reversed(self._stopped):
            if unknown and defines(text, unknown[1]):
                error = " ".join(said.split())[:_LONGEST_CAUSE]
                verdict.cause = f"{unknown[0]}: the cell that should do so stopped with {error}"
                break
        return verdict

    def _living_examiner(self) -> Inmate:
        assert self._student is not None
        if self._examiner is None:
            sockets = [self._student.channel.socket]
            self._examiner = self._server.start("examiner", self._limits, self._cores, sockets)
            if self._files:
                self._examiner.channel.ask(encode(self._files), self._limits.cell)
        return self._examiner

    def _seconds(self, reserve: bool) -> float:
        """How long the next cell may take."""
        left, total = self._ends - time.monotonic(), self._limits.total
        if reserve:  # others that hang must not cost a right answer its points
            left = max(left, min(total * _RESERVE, left + (_MOST - 1) * total))
        if left <= 0:
            raise Lost(f"the {self._limits.total:g} s of the whole notebook are used up")
        return min(left, self._limits.cell)

    def _too_long(self, seconds: float) -> str:
        if seconds < self._limits.cell:
            return f"the {self._limits.total:g} s of the whole notebook were used up"
        return f"it ran for more than {self._limits.cell:g} s"

    def _end_student(self, closed: Closed | None = None) -> str:
        """Ends the student's process and all that goes with it, and says how it ended."""
        if self._student is None:
            return ""
        cause, self._student = self._student.end(), None
        self._end_examiner()
        if cause.startswith(keeper.NO_WALLS):
            raise NoSandbox(cause)
        if closed is None or cause != keeper.STOPPED:
            return cause
        self._has_forged = True
        return str(closed)

    def _end_examiner(self) -> str:
        if self._examiner is None:
            return ""
        cause, self._examiner = self._examiner.end(), None
        if cause.startswith(keeper.NO_WALLS):
            raise NoSandbox(cause)
        return cause


def defines(source: str, name: str) -> bool:
    r"""Whether a cell's text seems to define a name, also if it is no Python.

    >>> defines("x = 'a’\ndef f(x):", "f"), defines("print(f == 3)", "f")
    (True, False)
    """
    return re.search(_DEFINES.format(re.escape(name)), source, re.MULTILINE) is not None


def _result(answer: bytes, cause: str) -> Result:
    """What a student's process says of a cell, as far as it can be read."""
    try:
        parts = decode(answer, text_keys=True)
    except WireError as error:
        return Result(cause=f"its outputs can't be read: {error}")
    match parts:
        case [student.VALUE, list() as outputs, bool()]:
            return Result(readable(outputs), cause)
        case [student.FAILED, str() as said, bool()]:
            return Result(cause=cause or said[:_LONGEST_CAUSE])
    return Result(cause="its outputs can't be read")


def _verdict(answer: Any, points: float) -> Verdict:
    match answer:
        case [examiner.DONE, list() as outputs, float() as earned, list() as slugs]:
            earned = min(max(earned, 0.0), points) if math.isfinite(earned) else 0.0
            return Verdict(readable(outputs), "", earned, [str(slug) for slug in slugs])
        case [examiner.UNDEFINED, str() as cause]:
            return Verdict(cause=cause)
        case [examiner.FAULTY, str() as traceback]:
            return Verdict.of_fault(traceback)
    return Verdict(cause="the examiner's answer could not be read")
