"""The examiner's process: runs check cells and makes the points. No student's code runs in it.

A check cell is text of the release, hidden tests included. The names in it are, in this order, the
cell's own, Python's, what the release's own import statements bind, and else what the student's
process defines: its plain values as values, everything else as a `Remote` that calls over.
"""

from __future__ import annotations

import socket
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any

from course_utils.checks.engine.arguments import (
    CheckFault,
    Received,
    Subject,
    require_buildable,
)
from course_utils.checks.engine.boundary import AnswerError
from course_utils.checks.engine.calls import Call
from course_utils.checks.engine.report import Report
from course_utils.grading.wall import student
from course_utils.grading.wall.plain_check import (
    BIND,
    FORGET,
    Deletions,
    failure,
    is_plain,
    is_the_answers,
    needed_names,
    read_before_bound,
)
from course_utils.grading.wall.plain_check import points as points_of
from course_utils.grading.wall.proxy import Proxy, perform
from course_utils.grading.wall.shell import Output, Shell
from course_utils.grading.wall.wire import Channel, Closed, Handle, WireError, decode, encode

DONE, GONE, UNDEFINED, FAULTY = "done", "gone", "undefined", "faulty"
_UNDEFINED = "`{}` is not defined by any cell before this one"
_LONGEST_MESSAGE = 2000  # characters of what a student's process says about a failure


def serve(sock: socket.socket, student_sock: socket.socket) -> None:
    """Answers requests until the channel is closed.

    A request is a list: the check cell's text, the trusted statement that binds each name, and the
    cell's points. A dict is no check but files, which are written.
    """
    channel, examiner = Channel(sock), Examiner(Shell.instance(), Link(Channel(student_sock)))
    while True:
        try:
            token, data = channel.receive()
        except Closed:
            return
        request = decode(data)
        if type(request) is dict:
            student.write_files(request)
            channel.reply(token, b"")
        else:
            channel.reply(token, encode(examiner.check(*request)))


class StudentGone(BaseException):
    """The student's process ended; no property of a check can catch this."""


class Undefined(Exception):  # noqa: N818 - a state of the student's process
    """The check uses a name that the student's process does not define."""


class Remote(Subject):
    """An object in the student's process."""

    def __init__(self, link: Link, handle: Handle) -> None:
        super().__init__(handle.text)
        self._link = link
        self.handle = handle

    def _ask(self, call: Call) -> Any:
        number, handed_over = self.handle.number, [list(call.args), call.kwargs]
        if call.attribute:
            return self._link.ask(student.GET, number, call.attribute)
        try:
            if call.probe:
                return self._link.ask(student.PROBE, number, call.probe, *handed_over)
            value = self._link.ask(student.CALL, number, *handed_over)
            call.tensors = self._link.wanted_tensors
        except AnswerError:
            require_buildable(call.args, call.kwargs)
            raise
        return value

    def __str__(self) -> str:
        return self.handle.text


class Link:
    """Asks the student's process; whatever it answers is a value or an AnswerError.

    Attributes:
      wanted_tensors: whether the last answer was given for tensors, not for NumPy's arrays.
      received: how many answers a plain check cell got.
    """

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self.wanted_tensors = False
        self.received = 0

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
        value, self.wanted_tensors = _opened(answer)
        return value

    def perform(self, operation: str, data: bytes) -> list[Any]:
        """What an operation of a plain check cell gives; see `operations`.

        Raises:
          AnswerError: if that can't be read.
          StudentGone: if the process ended.
        """
        self.received += 1
        try:
            answer = self._channel.ask(encode([student.PERFORM, operation, data]))
            found = decode(answer, show=lambda handle: Proxy(self.perform, handle.number))
        except WireError as error:
            raise AnswerError(f"The result can't be read: {error}.") from None
        except Closed as error:
            raise StudentGone(str(error)) from None
        return found if type(found) is list else []


def _handle(value: Any) -> Handle | None:
    return Handle(value.handle.number) if isinstance(value, Remote) else None


def _opened(answer: Any) -> tuple[Any, bool]:
    """What an answer holds. Its form is checked: anyone may have written it."""
    parts: list[Any] = answer if type(answer) is list else []
    kind = parts[0] if parts and type(parts[0]) is str else ""
    if kind == student.VALUE and [type(part) for part in parts[2:]] == [bool, str]:
        if parts[3]:
            Received.changed.append(parts[3][:_LONGEST_MESSAGE])
        return parts[1], parts[2]
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

    def check(self, source: str, trusted: Mapping[str, str], maximum: float) -> list[Any]:
        """Runs a check cell: DONE, its outputs, points and misconceptions, or what went wrong.

        Args:
          source: its text.
          trusted: for each name that the release's own statements bind, that statement.
          maximum: its points.
        """
        self._shell.reset(new_session=False)
        self._link.received = 0
        outputs: list[Output] = []
        try:
            source = self._shell.transform_cell(source)
            plain = is_plain(source, trusted)
            self._define(source, trusted, self._look_up_plainly if plain else self._look_up, set())
            self._shell.ast_transformers[:] = [self._deletions(source)] if plain else []
            outputs, run = self._shell.execute(source)
            run.raise_error()
            if fault := self._fault():
                return [FAULTY, fault]
            points = points_of(run.result, maximum, plain)
        except StudentGone as gone:
            return [GONE, str(gone)]
        except Undefined as error:
            return [UNDEFINED, str(error)]
        except Exception as error:
            if self._fault() or not is_the_answers(error, self._link.received > 0):
                return [FAULTY, traceback.format_exc()]
            outputs, points = [*outputs, _stream(failure(error, source))], 0.0
        return [DONE, list(filter(_is_shown, outputs)), points, self._misconceptions()]

    def _define(
        self,
        source: str,
        trusted: Mapping[str, str],
        look_up: Callable[[str], Any],
        known: set[str],
    ) -> None:
        """Defines the names that a text needs; those of the release's statements by these."""
        for name in [name for name in needed_names(source) if name not in known]:
            known.add(name)
            if name in trusted:
                self._define(trusted[name], trusted, look_up, known)
                exec(trusted[name], self._shell.user_ns)
            else:
                self._shell.user_ns[name] = look_up(name)

    def _look_up(self, name: str) -> Any:
        try:
            return self._link.ask(student.LOOK, name)
        except Undefined:
            raise Undefined(_UNDEFINED.format(name)) from None
        except AnswerError as error:
            raise Undefined(f"`{name}` can't be used: {error}") from None

    def _look_up_plainly(self, name: str) -> Any:
        try:
            return perform(self._link.perform, "look", name)
        except NameError:
            raise Undefined(_UNDEFINED.format(name)) from None

    def _deletions(self, source: str) -> Deletions:
        for function, operation in ((FORGET, "forget"), (BIND, "bind")):
            self._shell.user_ns[function] = partial(perform, self._link.perform, operation)
        for name in read_before_bound(source):
            with suppress(NameError):  # Python will say so
                self._shell.user_ns[name] = perform(self._link.perform, "look", name)
        return Deletions(source)

    def _reports(self) -> list[Report]:
        return [v for v in self._shell.user_ns.values() if issubclass(type(v), Report)]

    def _fault(self) -> str:
        return next((report.fault for report in self._reports() if report.fault), "")

    def _misconceptions(self) -> list[str]:
        slugs = (slug for report in self._reports() for slug in report.misconceptions)
        return list(dict.fromkeys(slugs))


def _stream(text: str) -> Output:
    return {"output_type": "stream", "name": "stdout", "text": text}


def _is_shown(output: Output) -> bool:
    """The report and what the check prints; points are written later, stderr would cost them."""
    return output["output_type"] == "display_data" or output.get("name") == "stdout"
