"""The examiner's process: runs check cells and makes the points. No student's code runs in it.

A check cell is text of the release, hidden tests included. The names in it are, in this order, the
cell's own, Python's, what the release's own import statements bind, and else what the student's
process defines: its plain values as values, everything else as a `Remote` that calls over.
"""

from __future__ import annotations

import ast
import builtins
import math
import socket
import traceback
from collections.abc import Mapping
from typing import Any

import numpy as np

from course_utils.checks.engine.arguments import (
    CheckFault,
    Subject,
    handed,
    probe_named,
    require_buildable,
)
from course_utils.checks.engine.boundary import AnswerError, Received
from course_utils.checks.engine.report import Report
from course_utils.grading.wall import student
from course_utils.grading.wall.shell import Output, Shell
from course_utils.grading.wall.wire import Channel, Closed, Handle, WireError, decode, encode

DONE, GONE, UNDEFINED, FAULTY = "done", "gone", "undefined", "faulty"
_LONGEST_MESSAGE = 500  # characters of what a student's process says about a failure


def serve(sock: socket.socket, student_sock: socket.socket) -> None:
    """Answers requests until the channel is closed.

    A request is a list: the check cell's text, the trusted import statement of each name, and the
    cell's points.
    """
    channel, examiner = Channel(sock), Examiner(Shell.instance(), Link(Channel(student_sock)))
    while True:
        try:
            token, data = channel.receive()
        except Closed:
            return
        channel.reply(token, encode(examiner.check(*decode(data))))


class StudentGone(BaseException):
    """The student's process ended; no property of a check can catch this."""


class Undefined(Exception):  # noqa: N818 - a state of the student's process
    """The check uses a name that the student's process does not define."""


class Remote(Subject):
    """An object in the student's process."""

    def __init__(self, link: Link, handle: Handle) -> None:
        self._link = link
        self.handle = handle

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Calls the object over there."""
        return self._call(student.CALL, handed(args), handed(kwargs))

    def get(self, attribute: str) -> Any:
        """An attribute of the object over there."""
        value = self._link.ask(student.GET, self.handle.number, attribute)
        Received.count += 1
        return value

    def probe(self, name: str, *args: Any, **kwargs: Any) -> Any:
        """What a probe measures over there."""
        args, kwargs = handed(args), handed(kwargs)
        probe_named(name, args, kwargs)
        return self._call(student.PROBE, args, kwargs, name)

    def _call(self, task: str, args: Any, kwargs: Any, *words: str) -> Any:
        try:
            value = self._link.ask(task, self.handle.number, *words, list(args), kwargs)
        except AnswerError:
            require_buildable(args, kwargs)
            raise
        Received.count += 1
        return value

    def __str__(self) -> str:
        return self.handle.text


class Link:
    """Asks the student's process; whatever it answers is a value or an AnswerError."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    def ask(self, task: str, *arguments: Any) -> Any:
        """The plain value or subject that the task gives.

        Raises:
          CheckFault: if what the check hands over can't be sent.
          AnswerError: if it gives none, with a sentence for the student.
          Undefined: if the name that was looked up is not defined.
          StudentGone: if the process ended.
        """
        try:
            request = encode([task, *arguments], hide=_handle)
        except WireError as error:
            raise CheckFault(f"The check hands over what can't be sent: {error}.") from None
        try:
            answer = decode(self._channel.ask(request), show=lambda handle: Remote(self, handle))
        except WireError as error:
            raise AnswerError(f"The result can't be read: {error}.") from None
        except Closed as error:
            raise StudentGone(str(error)) from None
        return _opened(answer)


def _handle(value: Any) -> Handle | None:
    return Handle(value.handle.number) if isinstance(value, Remote) else None


def _opened(answer: Any) -> Any:
    """What an answer holds. Its form is checked: anyone may have written it."""
    parts: list[Any] = answer if type(answer) is list else []
    kind = parts[0] if parts and type(parts[0]) is str else ""
    if kind == student.VALUE and len(parts) == 2:
        return parts[1]
    if kind == student.MISSING:
        raise Undefined
    if kind == student.FAILED and [type(part) for part in parts] == [str, str, bool]:
        raise AnswerError(parts[1][:_LONGEST_MESSAGE], blank=parts[2])
    raise AnswerError("The result can't be read: it has the wrong form.")


class Examiner:
    """Runs check cells against a student's process."""

    def __init__(self, shell: Shell, link: Link) -> None:
        self._shell = shell
        self._link = link

    def check(self, source: str, imports: Mapping[str, str], maximum: float) -> list[Any]:
        """Runs a check cell: DONE, its outputs, points and misconceptions, or what went wrong."""
        self._shell.reset(new_session=False)
        try:
            self._define(needed_names(source), imports)
            outputs, run = self._shell.execute(source)
            run.raise_error()
            if fault := self._fault():
                return [FAULTY, fault]
            points = _points(run.result, maximum)
        except StudentGone as gone:
            return [GONE, str(gone)]
        except Undefined as error:
            return [UNDEFINED, str(error)]
        except Exception:
            return [FAULTY, traceback.format_exc()]
        return [DONE, list(filter(_is_shown, outputs)), points, self._misconceptions()]

    def _define(self, names: list[str], imports: Mapping[str, str]) -> None:
        for name in names:
            if name in imports:
                exec(imports[name], self._shell.user_ns)
            else:
                self._shell.user_ns[name] = self._look_up(name)

    def _look_up(self, name: str) -> Any:
        try:
            return self._link.ask(student.LOOK, name)
        except Undefined:
            raise Undefined(f"`{name}` is not defined by any cell before this one") from None
        except AnswerError as error:
            raise Undefined(f"`{name}` can't be used: {error}") from None

    def _reports(self) -> list[Report]:
        return [v for v in self._shell.user_ns.values() if isinstance(v, Report)]

    def _fault(self) -> str:
        return next((report.fault for report in self._reports() if report.fault), "")

    def _misconceptions(self) -> list[str]:
        slugs = (slug for report in self._reports() for slug in report.misconceptions)
        return list(dict.fromkeys(slugs))


def needed_names(source: str) -> list[str]:
    """The names that a cell uses and neither binds itself nor gets from Python.

    >>> needed_names("report = check_double(double); print(report.points(2))")
    ['check_double', 'double']
    """
    nodes = list(ast.walk(ast.parse(source)))
    names = [node for node in nodes if isinstance(node, ast.Name)]
    bound = {name.id for name in names if not isinstance(name.ctx, ast.Load)}
    bound |= {node.arg for node in nodes if isinstance(node, ast.arg)}
    bound |= {node.asname or node.name for node in nodes if isinstance(node, ast.alias)}
    used = dict.fromkeys(name.id for name in names)
    return sorted(name for name in used if name not in bound and not hasattr(builtins, name))


def _points(value: Any, maximum: float) -> float:
    """What the cell's last line gave, within 0..maximum."""
    if not isinstance(value, (int, float, np.number)) or not math.isfinite(value):
        raise ValueError(f"The check cell must end in a finite number, got {value!r}.")
    return float(min(max(value, 0), maximum))


def _is_shown(output: Output) -> bool:
    """The report and what the check prints; points are written later, stderr would cost them."""
    return output["output_type"] == "display_data" or output.get("name") == "stdout"
