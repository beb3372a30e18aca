"""Runs checks on mutants in forked processes, each with a limit of time and memory.

What the student sees of a check comes first. The hidden tests, and whether the mutant computes the
same as the right answer, are left for those that have full points there. A trained network is
judged by what it promises, on data that are new.
"""

from __future__ import annotations

import math
import multiprocessing
import os
import resource
import time
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from tests.answer_bank import Answer, Chapter, before
from tests.mutants.equivalence import SECONDS, difference
from tests.mutants.mutate import Mutant, right_answers

BATCH = 150  # mutants of an exercise that one process runs
PATIENCE = 5  # times as long as the worked answer's check takes may a mutant's take,
LEAST = 5  # and so many seconds at least; all of them of the processor, which others use, too
COMPARING = 6 * SECONDS
STARTING = 300
BUSY = 12  # times as long may it take by the clock
MEMORY = 8 * 2**30
# Two trained networks never compute the same; what they promise is a quality.
TRAINED = ("count-ones", "mnist-rows", "word-segmentation", "train-forecaster")
FRESH = range(101, 105)  # seeds of data that no check has shown
ALLOWED = tomllib.loads((Path(__file__).parent / "allowed.toml").read_text(encoding="utf-8"))
FORK = multiprocessing.get_context("fork")


@dataclass(frozen=True)
class Verdict:
    """What became of a mutant.

    Attributes:
      mutant: the mutant.
      kind: "named" and "unnamed" are refused, "hung" took too long and counts as refused;
        "equivalent", "allowed" and "hole" have full points; "fault": the check itself failed.
      detail: the misconception named, how a hole differs from the right answer, or the fault.
    """

    mutant: Mutant
    kind: str
    detail: str = ""

    @property
    def is_bad(self) -> bool:
        """Whether the check must be mended."""
        return self.kind in ("hole", "fault")


def verdicts(mutants: Sequence[Mutant], workers: int) -> Iterator[Verdict]:
    """The verdict on each mutant, as they come; as many processes as workers run checks."""
    waiting = _batches(mutants)
    running: list[_Process] = []
    while waiting or running:
        while waiting and len(running) < workers:
            running.append(_Process(waiting.pop(0)))
        wait([process.connection for process in running], timeout=1)
        for process in list(running):
            yield from process.news()
            if process.has_ended:
                running.remove(process)
                if process.left:
                    waiting.insert(0, process.left)


def _batches(mutants: Sequence[Mutant]) -> list[list[Mutant]]:
    """Mutants of one exercise by the dozen: what comes before an answer is run once for them."""
    groups = groupby(mutants, key=lambda m: (m.original.chapter, m.original.exercise))
    batches = []
    for _, group in groups:
        listed = list(group)
        batches += [listed[i : i + BATCH] for i in range(0, len(listed), BATCH)]
    return batches


class _Process:
    """A forked process that runs a batch, as its parent sees it.

    Attributes:
      left: the mutants that have no verdict yet.
      has_ended: whether nothing more will come.
    """

    def __init__(self, batch: Sequence[Mutant]) -> None:
        self.left = list(batch)
        self.has_ended = False
        self.connection, theirs = FORK.Pipe(duplex=False)
        self._process = FORK.Process(target=_run_batch, args=(batch, theirs), daemon=True)
        self._process.start()
        theirs.close()
        self._allow(STARTING, "before the first mutant")

    def _allow(self, seconds: float, doing: str) -> None:
        self._until, self._doing = time.monotonic() + BUSY * seconds, doing

    def news(self) -> Iterator[Verdict]:
        """The verdicts that have come; one on a mutant that took too long or ended the process."""
        try:
            while self.connection.poll():
                message = self.connection.recv()
                if isinstance(message, dict):
                    _timed.update(message)
                elif isinstance(message, tuple):
                    self._allow(*message)
                else:
                    yield Verdict(self.left.pop(0), *message)
        except EOFError:
            yield from self._end("the process ended")
        if not self.has_ended and time.monotonic() > self._until:
            yield from self._end("it took too long")

    def _end(self, why: str) -> Iterator[Verdict]:
        self.has_ended = True
        self._process.kill()
        self._process.join()
        self.connection.close()
        if self.left:
            if self._doing == "before the first mutant":
                raise RuntimeError(f"{self.left[0].original}: {why} {self._doing}.")
            kind = "hole" if self._doing == "comparing" else "hung"
            yield Verdict(self.left.pop(0), kind, why)


def _run_batch(batch: Sequence[Mutant], parent: Connection) -> None:
    """Sends the parent what it may wait, as a tuple, before each verdict, which is a list."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    _Judge(Chapter(batch[0].original.chapter), parent).run(batch)


_timed: dict[tuple[str, str], float] = {}  # chapter and exercise: the seconds of its check


class _Judge:
    """Judges mutants of an exercise in a process of its own, and tells the parent."""

    def __init__(self, chapter: Chapter, parent: Connection) -> None:
        self._chapter, self._parent = chapter, parent

    def run(self, batch: Sequence[Mutant]) -> None:
        self._allow(STARTING, "before the first mutant")
        before(self._chapter.name, batch[0].original.exercise)
        seconds = self._seconds(batch[0].original.exercise)
        for mutant in batch:
            self._allow(LEAST + PATIENCE * seconds, "checking")
            self._parent.send(self._verdict(mutant))

    def _allow(self, seconds: float, doing: str) -> None:
        """From now on this process ends if it takes longer than that."""
        limit = math.ceil(time.process_time() + seconds)
        resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.RLIM_INFINITY))
        self._parent.send((seconds, doing))

    def _seconds(self, exercise: str) -> float:
        """How long the check of the worked answer takes."""
        key = (self._chapter.name, exercise)
        if key not in _timed:
            started = time.process_time()
            self._chapter.run(_right(*key)[0])
            _timed[key] = time.process_time() - started
            self._parent.send({key: _timed[key]})
        return _timed[key]

    def _verdict(self, mutant: Mutant) -> list[str]:
        chapter, answer = self._chapter, mutant.answer
        try:
            namespace = chapter.answered(answer)
        except BaseException as error:
            return ["unnamed", f"the cell raises {error!r}"]
        for check in (chapter.seen, chapter.checked):
            try:
                report = check(answer, namespace)
            except BaseException as error:
                return ["fault", repr(error)]
            if report.fault:
                return ["fault", report.fault]
            if report.score < 1:
                names = report.misconceptions
                return ["named", names[0]] if names else ["unnamed", ""]
        self._allow(COMPARING, "comparing")
        return compared(mutant, namespace)


def compared(mutant: Mutant, namespace: dict[str, Any]) -> list[str]:
    """The kind and the detail of the verdict on a mutant that has full points."""
    original = mutant.original
    if original.exercise in TRAINED:
        apart = _short_of_promise(mutant.answer, namespace)
    else:
        apart = difference(original, namespace, _right(original.chapter, original.exercise))
    if apart and str(mutant) in ALLOWED:
        return ["allowed", ALLOWED[str(mutant)]]
    return ["hole", apart] if apart else ["equivalent", ""]


def _short_of_promise(answer: Answer, namespace: dict[str, Any]) -> str:
    """What a trained network does not do as promised with data that are new; "" if it does all."""
    report = Chapter(answer.chapter).fresh(answer, namespace, FRESH)
    return "" if report.score == 1 else str(report)


@cache
def _right(chapter: str, exercise: str) -> list[Any]:
    return [answer for answer in right_answers(chapter) if answer.exercise == exercise]
