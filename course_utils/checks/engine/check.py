"""Collects properties into a report, and names the misconception behind each failure."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from importlib import resources
from typing import Any

import numpy as np

from course_utils.checks.engine.arguments import CheckFault, Received
from course_utils.checks.engine.boundary import AnswerError
from course_utils.checks.engine.calls import as_cell, digest
from course_utils.checks.engine.evidence import INPUTS_NEEDED, Evidence
from course_utils.checks.engine.report import Misconception, Outcome, Report

FAILURES = 3  # so many failing inputs of a property that tell misconceptions apart are looked at
MOST_FAILURES = 10  # and so many of any kind
UNCHANGED = "what is handed in is not changed"
# What goes wrong in a check whatever an answer gave.
_NEVER_AN_ANSWERS = (
    CheckFault,
    AssertionError,
    ImportError,
    NameError,
    NotImplementedError,
    OSError,
)


@dataclass(frozen=True)
class Exercise:
    """An exercise's id and the misconceptions that its check can name."""

    id: str
    misconceptions: Sequence[Misconception]

    def misconception(self, slug: str) -> Misconception:
        """The misconception with this slug.

        Raises:
          KeyError: if the exercise has none of that slug.
        """
        for misconception in (*self.misconceptions, *COMMON):
            if misconception.slug == slug:
                return misconception
        raise KeyError(f"Exercise {self.id!r} knows no misconception {slug!r}.")

    def knowing(self, slugs: Iterable[str]) -> Exercise:
        """The exercise itself, which knows these misconceptions that shared parts can name.

        Raises:
          KeyError: if it lacks one. A check's module calls this where it is imported, so that a
            missing name is found then, and not by the first answer that needs it.
        """
        for slug in slugs:
            self.misconception(slug)
        return self


class Exercises(dict[str, Exercise]):
    """A chapter's exercises by id; a missing one is named with the file that lacks it."""

    def __init__(self, file: str, exercises: Mapping[str, Exercise]) -> None:
        super().__init__(exercises)
        self._file = file

    def __missing__(self, id: str) -> Exercise:
        raise KeyError(f"{self._file} has no misconception of {id!r}: add [{id}.SLUG] sections.")


def _misconceptions(entries: Mapping[str, Any]) -> list[Misconception]:
    return [Misconception(slug, **text) for slug, text in entries.items()]


def _read(package: str) -> dict[str, Any]:
    file = resources.files(f"course_utils.checks.{package}") / "hints.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


COMMON = _misconceptions(_read("engine"))  # what the check of any exercise can name


def load_exercises(chapter: str) -> Exercises:
    """A chapter's exercises with their misconceptions, by id.

    Args:
      chapter: the chapter's name without its number; `checks/<chapter>/hints.toml` is read.

    >>> load_exercises("two_step_rnn")["rnn-step"].misconceptions[0].name
    'the tanh is missing'
    """
    exercises = {
        id: Exercise(id, _misconceptions(entries)) for id, entries in _read(chapter).items()
    }
    return Exercises(f"checks/{chapter}/hints.toml", exercises)


class Failed(Exception):  # noqa: N818 - it is a verdict, not an error
    """A property does not hold for an input.

    Args:
      detail: what was seen and what was expected, a sentence for the student.
      misconception: the slug of the wrong idea that it shows, if what was seen can't come from
        anything else.
    """

    def __init__(self, detail: str, misconception: str | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.misconception = misconception


@dataclass
class Line:
    """One property of a check, as far as it has been tried.

    Attributes:
      name: a sentence that is true of a right answer.
      tries: what became of each input.
      waits_for: the name of the property without which this one can't be judged, if it fails.
      is_apart: whether its inputs may take a way of their own through the answer.
    """

    name: str
    tries: list[_Try] = field(default_factory=list)
    waits_for: str = ""
    is_apart: bool = False

    @property
    def held(self) -> bool:
        """Whether the property holds for all of its inputs."""
        return not self.waits_for and all(attempt.error is None for attempt in self.tries)

    @property
    def has_failed_enough(self) -> bool:
        """Whether further inputs would tell no more of why the property fails."""
        failed = [attempt.evidence for attempt in self.tries if attempt.error is not None]
        clear = sum(not evidence.is_ambiguous for evidence in failed)
        return clear >= FAILURES or len(failed) >= MOST_FAILURES


@dataclass
class _Try:
    """What one input showed of a property; `error` says why it does not hold, if it does not."""

    evidence: Evidence
    error: Exception | None
    may_be_the_answers: bool = True

    @property
    def is_fault(self) -> bool:
        """Whether the check failed, not the answer."""
        if self.error is None or isinstance(self.error, (Failed, AnswerError)):
            return False
        return isinstance(self.error, _NEVER_AN_ANSWERS) or not self.may_be_the_answers

    @property
    def is_blank(self) -> bool:
        """Whether the exercise turned out not to be answered yet."""
        return isinstance(self.error, AnswerError) and self.error.blank

    @property
    def said(self) -> str:
        """Why the property does not hold, for the student."""
        if isinstance(self.error, (Failed, AnswerError)):
            return str(self.error)
        return f"The answer could not be read ({type(self.error).__name__}: {self.error})."

    @cached_property
    def cell(self) -> str:
        """The text of a cell that makes the calls that failed again."""
        return as_cell(self.evidence.calls)


class Check:
    """Tries an answer's properties one by one, each on several inputs.

    A property holds if its attempt runs through for every input. `Failed` and `AnswerError` speak
    of the answer. Any other exception is a fault of the check, unless the answer had given
    something in this attempt and an odd value can lead to such an exception: then the answer could
    not be read.

    A misconception is named where the answer's values equal what it leads to, and what no other
    listed one leads to, on two inputs of the check or more, and where no input of the check speaks
    against it. An exception is put down to a misconception whose `raises` it matches, and
    to no other.

    >>> from course_utils.checks import Check, Exercise, Failed
    >>> def doubles(number):
    ...     raise Failed(f"{number}: got 5, expected {2 * number}")
    >>> check = Check(Exercise("double", []))
    >>> _ = check.each("doubles numbers", [3, 4], doubles)
    >>> print(check.report())
    double: 0 of 1 properties hold
      FAIL  doubles numbers
            3: got 5, expected 6
    """

    def __init__(self, exercise: Exercise) -> None:
        self.exercise = exercise
        self._lines: list[Line] = []
        Received.changed.clear()

    def each(
        self,
        name: str,
        inputs: Iterable[Any],
        attempt: Callable[[Any], Any],
        after: Sequence[Line] = (),
        is_apart: bool = False,
    ) -> Line:
        """Tries one property on each of the inputs, until enough of them have failed.

        NumPy's floating-point warnings are off meanwhile. A fast product sets their flags at times
        though no number is wrong, and nbgrader gives no marks to a cell that writes to stderr.

        Args:
          name: a sentence that is true of a right answer.
          inputs: the smallest ones first; two or more, if a misconception is to be named.
          attempt: called with each input; it raises if the property does not hold there.
          after: properties without which this one can't be judged; it is not looked at, and no
            marks are given for it, unless they hold.
          is_apart: whether its inputs may take a way of their own through the answer, as tensors
            may, so that other properties say nothing of why this one fails, nor this one of them.

        Returns:
          The property, for the `after` of others.
        """
        waits_for = next((other.name for other in after if not other.held), "")
        line = Line(name, waits_for=waits_for, is_apart=is_apart)
        self._lines.append(line)
        if line.waits_for:
            return line
        for value in inputs:
            received = Received.count
            with np.errstate(all="ignore"):
                evidence, error = Evidence.gathered(lambda value=value: attempt(value))  # type: ignore[misc]
            tried = _Try(evidence, error, Received.count > received)
            line.tries.append(tried)
            if tried.error is not None:
                self._settle(tried)
            if tried.is_blank or tried.is_fault or line.has_failed_enough:
                break
        if not line.tries:
            raise ValueError(f"The property {name!r} was tried on no input.")
        return line

    def report(self) -> Report:
        """The report of all properties tried so far."""
        if not all(line.held for line in self._lines):
            for tried in [tried for line in self._lines for tried in line.tries]:
                self._settle(tried)
        outcomes = [self._outcome(line) for line in self._lines]
        outcomes = self._put_down(outcomes)
        if Received.changed:
            idea = self.exercise.misconception("changed-in-place")
            changed = Outcome(UNCHANGED, False, Received.changed[0], idea, cause=idea.slug)
            outcomes.append(changed)
        return Report(self.exercise.id, outcomes)

    def _settle(self, tried: _Try) -> None:
        """Finds out what an input of a property that fails shows; all that it names is known."""
        evidence, error = tried.evidence, tried.error
        try:
            evidence.settle()
            if isinstance(error, Failed) and error.misconception:
                evidence.supported.add(error.misconception)
                evidence.refuted.discard(error.misconception)
            self.exercise.knowing(evidence.supported | evidence.refuted)
        except Exception as fault:
            tried.error = fault if isinstance(fault, CheckFault) else CheckFault(repr(fault))

    def _outcome(self, line: Line) -> Outcome:
        if line.waits_for:
            return Outcome(line.name, False, waits_for=line.waits_for)
        failed = [tried for tried in line.tries if tried.error is not None]
        if not failed:
            return Outcome(line.name, True)
        if failed[-1].error is not None and failed[-1].is_fault:
            return Outcome.of_fault(line.name, failed[-1].error)
        if failed[-1].is_blank:
            return Outcome(line.name, False, failed[-1].said, blank=True)
        return self._failure(line, failed)

    def _failure(self, line: Line, failed: list[_Try]) -> Outcome:
        """The outcome of a property that does not hold, with the smallest input that shows it."""
        read = [tried for tried in failed if not isinstance(tried.error, AnswerError)]
        named = self._named(line) if read else None  # values of other inputs explain no exception
        if named is not None:
            failed = [tried for tried in read if named in tried.evidence.names] or read
        shown = min(failed, key=lambda tried: (not tried.cell, len(tried.cell)))
        if named is None:
            named = self._raised(shown, line)
        idea = self.exercise.misconception(named) if named else None
        cause = idea.slug if idea and not idea.whole else ""
        slip = cause in shown.evidence.equalled
        return Outcome(line.name, False, shown.said, idea, call=shown.cell, cause=cause, slip=slip)

    def _put_down(self, outcomes: list[Outcome]) -> list[Outcome]:
        """The outcomes, those without a reason of their own put down to a slip that explains all.

        Wrong values that equal what a slip leads to show that the rest is right. So a property that
        fails without a reason of its own, and where nothing speaks against the slip, fails for it.
        """
        slips = {outcome.cause for outcome in outcomes if outcome.misconception}
        if len(slips) != 1 or not all(o.slip for o in outcomes if o.misconception):
            return outcomes
        cause = slips.pop()
        refuted = [
            any(cause in tried.evidence.refuted for tried in line.tries) for line in self._lines
        ]
        return [
            replace(o, cause=cause, slip=True)
            if not (o.held or o.misconception or o.fault or o.blank or against)
            else o
            for o, against in zip(outcomes, refuted, strict=True)
        ]

    def _named(self, line: Line) -> str | None:
        """The slug of the one misconception that there is evidence enough for, and none against.

        A line that fails for a reason of its own speaks against no other line's, unless that one
        speaks against this reason: an answer may have two mistakes.
        """
        others = [] if line.is_apart else [other for other in self._lines if not other.is_apart]
        against = [other for other in others if not self._has_its_own(other, line)]
        slugs = self._likely(line).difference(*map(_refuted_by, against))
        return next(iter(slugs)) if len(slugs) == 1 else None

    def _has_its_own(self, other: Line, line: Line) -> bool:
        """Whether another line fails for a single reason that this one does not speak against."""
        likely = self._likely(other)
        return len(likely) == 1 and not likely & _refuted_by(line)

    def _likely(self, line: Line) -> set[str]:
        """The slugs that there is evidence enough for, as far as a line's own inputs show."""
        supported = set().union(*(evidence.names for evidence in _read_of(line)))
        return {slug for slug in supported - _refuted_by(line) if self._is_shown(slug)}

    def _raised(self, tried: _Try, line: Line) -> str | None:
        """The slug of the one misconception whose exception this is."""
        if not isinstance(tried.error, AnswerError):
            return None
        known = (*self.exercise.misconceptions, *COMMON)
        probe = tried.evidence.calls[-1].probe if tried.evidence.calls else ""
        slugs = [idea.slug for idea in known if idea.explains(tried.said, probe, line.name)]
        return slugs[0] if len(slugs) == 1 else None

    def _is_shown(self, slug: str) -> bool:
        """Whether enough different inputs speak for a misconception."""
        inputs: set[object] = set()
        called = False
        for i, line in enumerate(self._lines):
            for j, tried in enumerate(line.tries):
                if slug in tried.evidence.names:
                    called |= bool(tried.evidence.calls)
                    inputs.add(digest(tried.evidence.calls) if tried.evidence.calls else (i, j))
        return len(inputs) >= (INPUTS_NEEDED if called else 1)


def _read_of(line: Line) -> list[Evidence]:
    """What the values show that an answer gave; after an exception there is none to look at."""
    return [t.evidence for t in line.tries if not isinstance(t.error, AnswerError)]


def _refuted_by(line: Line) -> set[str]:
    return set().union(*(evidence.refuted for evidence in _read_of(line)))
