"""What speaks for and against each misconception: values that equal what it leads to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import ClassVar

from course_utils.checks.engine.calls import Call, Calls

INPUTS_NEEDED = 2  # on which a misconception alone explains what the answer gave


@dataclass
class Evidence:
    """What one input shows of misconceptions.

    Attributes:
      supported: slugs of those that alone lead to what the answer gave.
      equalled: slugs of those of them that a value is equal to.
      refuted: slugs of those that lead to another value than the answer gave.
      calls: what the answer was asked meanwhile.
    """

    supported: set[str] = field(default_factory=set)
    equalled: set[str] = field(default_factory=set)
    refuted: set[str] = field(default_factory=set)
    calls: list[Call] = field(default_factory=list)

    current: ClassVar[Evidence | None] = None

    @classmethod
    def gathered(cls, attempt: Callable[[], None]) -> tuple[Evidence, Exception | None]:
        """What an attempt shows, and the exception that ended it, if one did."""
        evidence, outer = cls(), cls.current
        cls.current = evidence
        Calls.log.clear()
        try:
            attempt()
        except Exception as error:
            return evidence, error
        else:
            return evidence, None
        finally:
            evidence.calls = list(Calls.log)
            cls.current = outer

    @property
    def names(self) -> set[str]:
        """The slugs that this input speaks for and not against."""
        return self.supported - self.refuted


def weigh(equal: Iterable[str], unequal: Iterable[str], as_expected: bool) -> None:
    """Notes what a comparison says of the misconceptions that were held against the value.

    Args:
      equal: slugs of those that lead to the value that the answer gave.
      unequal: slugs of those that lead to another one.
      as_expected: whether the value is the right one; then it speaks for none.
    """
    if Evidence.current is None:
        return
    equal = set(equal)
    Evidence.current.refuted |= set(unequal) - equal
    if len(equal) == 1 and not as_expected:
        Evidence.current.supported |= equal
        Evidence.current.equalled |= equal
