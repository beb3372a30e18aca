"""Lets the course's version take the place of an earlier answer that later cells can't rely on."""

from __future__ import annotations

import contextlib
import gc
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from course_utils.checks.engine.calls import Calls
from course_utils.checks.engine.quiet import quiet
from course_utils.checks.engine.report import Report


class StandIn(partial):
    """The course's version in the place of an answer; a check takes it for no answer."""


@dataclass(frozen=True)
class Earlier:
    """An answer that later cells call.

    Attributes:
      check: its check; full marks are asked for.
      course: the course's version of it.
      flaw: why later cells may be unable to use a right one, as in "can't run every cell".
      trial: called with the answer; it raises if the answer has that flaw.
    """

    check: Callable[[Any], Report]
    course: Callable[..., Any]
    flaw: str = ""
    trial: Callable[[Any], object] | None = None

    def lack_of(self, own: Any) -> str:
        """A part of a sentence that says what keeps later cells from using an answer, or ""."""
        unearned = lack = "has not earned all its points yet"
        try:
            with (
                open(os.devnull, "w", encoding="utf-8") as nowhere,
                quiet(),
                contextlib.redirect_stdout(nowhere),
            ):
                if self.check(own).score == 1:
                    lack = f"is right, but {self.flaw}"
                    if self.trial is not None:
                        self.trial(own)
                    lack = ""
        except KeyboardInterrupt:  # it takes too long
            return unearned
        except Exception:
            return lack
        finally:  # an answer may have given much, which is not to lie in the way of later cells
            Calls.log.clear()
            gc.collect()
        return lack


def own_or_course(earlier: Mapping[str, Earlier], name: str, own: Any) -> Any:
    """The reader's own answer, or the course's if it lacks points or can't serve.

    Args:
      earlier: a chapter's answers that later cells call, by name.
      name: that of the answer.
      own: the answer.

    >>> from course_utils.checks.engine.report import Outcome
    >>> def check(double):
    ...     return Report("double", [Outcome("it doubles", double(2) == 4)])
    >>> earlier = {"double": Earlier(check, lambda x: x + x)}
    >>> own_or_course(earlier, "double", lambda x: 2 * x)(3)
    From here on your double is used.
    6
    >>> own_or_course(earlier, "double", lambda x: x)(3)
    Your double has not earned all its points yet: the course's takes its place from here on.
    6
    """
    lack = earlier[name].lack_of(own)
    if not lack:
        print(f"From here on your {name} is used.")
        return own
    print(f"Your {name} {lack}: the course's takes its place from here on.")
    return StandIn(earlier[name].course)
