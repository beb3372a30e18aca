"""Runs checks on mutants in forked processes, each with a limit of time and memory."""

from __future__ import annotations

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

from tests.answer_bank import Answer, Chapter
from tests.mutants.equivalence import SECONDS, difference
from tests.mutants.mutate import Mutant, right_answers

BATCH = 150  # mutants of an exercise that one process runs
PATIENCE = 8  # times as long as the right answer's check takes may a mutant's take,
LEAST = 5  # and so many seconds at least
COMPARING = 6 * SECONDS
STARTING = 300
MEMORY = 8 * 2**30
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
        self._until, self._doing = time.monotonic() + seconds, doing

    def news(self) -> Iterator[Verdict]:
        """The verdicts that have come; one on a mutant that took too long or ended the process."""
        try:
            while self.connection.poll():
                message = self.connection.recv()
                if isinstance(message, tuple):
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
    chapter = Chapter(batch[0].original.chapter)
    for mutant in batch:
        if mutant.original not in _timed:
            parent.send((STARTING, "before the first mutant"))
        parent.send((LEAST + PATIENCE * _seconds(chapter, mutant.original), "checking"))
        parent.send(_judged(chapter, mutant, parent))


_timed: dict[Answer, float] = {}


def _seconds(chapter: Chapter, answer: Answer) -> float:
    """How long the check of a right answer takes."""
    if answer not in _timed:
        started = time.monotonic()
        chapter.run(answer)
        _timed[answer] = time.monotonic() - started
    return _timed[answer]


def _judged(chapter: Chapter, mutant: Mutant, parent: Connection) -> list[str]:
    answer = mutant.answer
    try:
        namespace = chapter.answered(answer)
    except BaseException as error:
        return ["unnamed", f"the cell raises {error!r}"]
    try:
        report = chapter.checked(answer, namespace)
    except BaseException as error:
        return ["fault", repr(error)]
    if report.fault:
        return ["fault", report.fault]
    if report.score < 1:
        return ["named", report.misconceptions[0]] if report.misconceptions else ["unnamed", ""]
    parent.send((COMPARING, "comparing"))
    original = mutant.original
    apart = difference(original, namespace, _right(original.chapter, original.exercise))
    if apart and str(mutant) in ALLOWED:
        return ["allowed", ALLOWED[str(mutant)]]
    return ["hole", apart] if apart else ["equivalent", ""]


@cache
def _right(chapter: str, exercise: str) -> list[Any]:
    return [answer for answer in right_answers(chapter) if answer.exercise == exercise]
