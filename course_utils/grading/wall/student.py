"""The student's process: runs the notebook's cells and calls what they define, on request.

It is walled off (see `walls`), and what it answers is data to the grader, whatever it says: code
that takes this process over can give wrong answers or none.
"""

from __future__ import annotations

import contextlib
import os
import socket
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from course_utils.checks.engine.boundary import AnswerError, Local, Received, plain
from course_utils.checks.engine.calls import Calls
from course_utils.grading.wall.operations import perform
from course_utils.grading.wall.shell import Outputs, Shell
from course_utils.grading.wall.wire import Channel, Closed, Handle, WireError, decode, encode

RUN, LOOK, CALL, GET, PROBE = "run", "look", "call", "get", "probe"
PERFORM, WRITE = "perform", "write"
VALUE, FAILED, MISSING = "value", "failed", "missing"


def serve(sock: socket.socket) -> None:
    """Answers requests until the channel is closed."""
    sys.path.insert(0, "")  # what a cell writes can be imported, as at home
    channel, student = Channel(sock), Student(Shell.instance())
    while True:
        with contextlib.suppress(KeyboardInterrupt):  # it came too late: the cell had ended
            try:
                token, data = channel.receive()
            except Closed:
                return
            channel.reply(token, student.answer(data))


class Student:
    """Does what requests say; an answer is a list of what became of it and what came of it."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._objects: list[Local] = []
        self._tasks: dict[str, Callable[..., list[Any]]] = {
            RUN: self._run,
            LOOK: self._look,
            CALL: self._call,
            GET: lambda number, attribute: self._tell(self._objects[number].get, attribute),
            PROBE: self._probe,
            PERFORM: self._perform,
            WRITE: self._write,
        }

    def answer(self, data: bytes) -> bytes:
        """The encoded answer to an encoded request."""
        try:
            task, *arguments = decode(data, show=self._object, recipes=True)
            return encode(self._tasks[task](*arguments), hide=self._hidden)
        except WireError as error:
            return encode([FAILED, f"The result can't be read: {error}.", False])
        except BaseException as error:  # whatever came up, the next request can be answered
            return encode([FAILED, f"{type(error).__name__} came up: {_first_line(error)}", False])

    def _run(self, source: str, limit: int) -> list[Any]:
        self._shell.outputs = Outputs(limit)
        outputs, run = self._shell.execute(source)
        return [VALUE, [_as_unicode(output) for output in outputs], run.success]

    def _look(self, name: str) -> list[Any]:
        if name not in self._shell.user_ns:
            return [MISSING]
        return self._tell(_seen, self._shell.user_ns[name], name)

    def _call(self, number: int, args: list[Any], kwargs: dict[str, Any]) -> list[Any]:
        return self._tell(self._objects[number], *args, **kwargs)

    def _probe(self, number: int, name: str, args: list[Any], kwargs: Any) -> list[Any]:
        return self._tell(self._objects[number].probe, name, *args, **kwargs)

    def _write(self, files: dict[str, bytes]) -> list[Any]:
        write_files(files)
        return [VALUE]

    def _perform(self, name: str, data: bytes) -> list[Any]:
        self._shell.outputs = Outputs(0)
        return perform(name, data, self._objects, self._shell.user_ns)

    def _tell(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> list[Any]:
        """What a call gives or why it fails. What it prints and shows goes nowhere.

        Returns:
          VALUE, the value, whether the call wanted tensors, and what it changed in place; or FAILED
          with a sentence, and whether the exercise is not answered yet.
        """
        self._shell.outputs = Outputs(0)
        Calls.log.clear()
        Received.changed.clear()
        with (
            open(os.devnull, "w", encoding="utf-8") as nowhere,
            contextlib.redirect_stdout(nowhere),
        ):
            try:
                value = function(*args, **kwargs)
                tensors = any(call.tensors for call in Calls.log)
                return [VALUE, value, tensors, " ".join(Received.changed[:1])]
            except AnswerError as error:
                return [FAILED, str(error), error.blank]

    def _hidden(self, value: Any) -> Handle | None:
        if not isinstance(value, Local):
            return None
        self._objects.append(value)
        return Handle(len(self._objects) - 1, str(value)[:200])

    def _object(self, handle: Handle) -> Local:
        return self._objects[handle.number]


def write_files(files: Mapping[str, bytes]) -> None:
    """Writes files into the current folder; their names may have folders in front."""
    for name, data in files.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_bytes(data)


def _seen(value: Any, name: str) -> Any:
    """A variable as a check sees it."""
    seen = plain(value, f"`{name}`")
    return Local(value, name) if isinstance(seen, Local) else seen


def _as_unicode(output: Any) -> Any:
    """The output with all of its texts valid Unicode."""
    if isinstance(output, dict):
        return {str(key): _as_unicode(value) for key, value in output.items()}
    if isinstance(output, list):
        return [_as_unicode(item) for item in output]
    if isinstance(output, str):
        return output.encode("utf-8", "replace").decode("utf-8")
    return output


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [""])[0][:200]
