"""Collects properties into a report, and names the misconception behind each failure."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import resources

import numpy as np

from course_utils.checks.engine.arguments import CheckFault
from course_utils.checks.engine.boundary import AnswerError, Received
from course_utils.checks.engine.report import Misconception, Outcome, Report

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
        for misconception in self.misconceptions:
            if misconception.slug == slug:
                return misconception
        raise KeyError(f"Exercise {self.id!r} knows no misconception {slug!r}.")


class Exercises(dict[str, Exercise]):
    """A chapter's exercises by id; a missing one is named with the file that lacks it."""

    def __init__(self, file: str, exercises: Mapping[str, Exercise]) -> None:
        super().__init__(exercises)
        self._file = file

    def __missing__(self, id: str) -> Exercise:
        raise KeyError(f"{self._file} has no misconception of {id!r}: add [{id}.SLUG] sections.")


def load_exercises(chapter: str) -> Exercises:
    """A chapter's exercises with their misconceptions, by id.

    Args:
      chapter: the chapter's name without its number; `checks/<chapter>/hints.toml` is read.

    >>> load_exercises("two_step_rnn")["rnn-step"].misconceptions[0].name
    'the tanh is missing'
    """
    file = resources.files(f"course_utils.checks.{chapter}") / "hints.toml"
    exercises = {
        id: Exercise(id, [Misconception(slug, **text) for slug, text in entries.items()])
        for id, entries in tomllib.loads(file.read_text(encoding="utf-8")).items()
    }
    return Exercises(f"checks/{chapter}/hints.toml", exercises)


class Failed(Exception):  # noqa: N818 - it is a verdict, not an error
    """A property does not hold.

    Args:
      detail: what was seen and what was expected, a sentence for the student.
      misconception: the slug of the wrong idea that explains it, if one does.
    """

    def __init__(self, detail: str, misconception: str | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.misconception = misconception


class Check:
    """Tries an answer's properties one by one.

    A property is a `with` block. It holds if the block runs through; if the block raises, the
    report says why and the next property is tried. `Failed` and `AnswerError` speak of the answer.
    Any other exception is a fault of the check, unless the answer had given something in this
    block and an odd value can lead to such an exception: then the answer could not be read.

    >>> from course_utils.checks import Check, Exercise, Failed
    >>> check = Check(Exercise("double", []))
    >>> with check.property("doubles 3"):
    ...     raise Failed("got 5, expected 6")
    >>> print(check.report())
    double: 0 of 1 properties hold
      FAIL  doubles 3
            got 5, expected 6
    """

    def __init__(self, exercise: Exercise) -> None:
        self.exercise = exercise
        self._outcomes: list[Outcome] = []

    @contextmanager
    def property(self, name: str, suspect: str | None = None) -> Iterator[None]:
        """A `with` block that tries one property.

        NumPy's floating-point warnings are off in it. A fast product sets their flags at times
        though no number is wrong, and nbgrader gives no marks to a cell that writes to stderr.

        Args:
          name: a sentence that is true of a right answer.
          suspect: slug of the misconception that a failure points to if the block names none.
        """
        received = Received.count
        try:
            with np.errstate(all="ignore"):
                yield
        except Failed as failure:
            self._fail(name, failure.detail, failure.misconception or suspect)
        except AnswerError as error:
            self._fail(name, str(error), None if error.blank else suspect)
        except Exception as error:  # a check must not crash on an odd answer
            if isinstance(error, _NEVER_AN_ANSWERS) or Received.count == received:
                self._outcomes.append(Outcome.of_fault(name, error))
            else:
                said = f"The answer could not be read ({type(error).__name__}: {error})."
                self._fail(name, said, None)
        else:
            self._outcomes.append(Outcome(name, True))

    def report(self) -> Report:
        """The report of all properties tried so far."""
        return Report(self.exercise.id, self._outcomes)

    def _fail(self, name: str, detail: str, slug: str | None) -> None:
        misconception = self.exercise.misconception(slug) if slug else None
        self._outcomes.append(Outcome(name, False, detail, misconception))
