"""What speaks for and against each misconception: values that equal what it leads to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from course_utils.checks.engine.calls import Call, Calls

Alike = Callable[[Any], bool]
INPUTS_NEEDED = 2  # on which a misconception alone explains what the answer gave


@dataclass
class Evidence:
    """What one input shows of misconceptions.

    Attributes:
      supported: slugs of those that alone lead to what the answer gave.
      equalled: slugs of those of them that a value is equal to.
      refuted: slugs of those that lead to another value than the answer gave.
      is_ambiguous: whether several lead to a value that the answer gave.
      calls: what the answer was asked meanwhile.
    """

    supported: set[str] = field(default_factory=set)
    equalled: set[str] = field(default_factory=set)
    refuted: set[str] = field(default_factory=set)
    is_ambiguous: bool = False
    calls: list[Call] = field(default_factory=list)
    _comparisons: list[Callable[[], None]] = field(default_factory=list)

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

    def settle(self) -> None:
        """Makes the comparisons, which nobody needs of what holds."""
        comparisons, self._comparisons = self._comparisons, []
        for compare in comparisons:
            compare()

    def weigh(self, equal: Iterable[str], unequal: Iterable[str], as_expected: bool) -> None:
        """As the function `weigh`."""
        alike = set(equal)
        self.refuted |= set(unequal) - alike
        if len(alike) == 1 and not as_expected:
            self.supported |= alike
            self.equalled |= alike
        self.is_ambiguous |= len(alike) > 1 and not as_expected

    def weigh_later(self, suspects: Iterable[tuple[str, Any]], expected: Any, alike: Alike) -> None:
        """As the function `weigh_later`."""

        def compare() -> None:
            listed = list(suspects)
            equal = [slug for slug, wrong in listed if alike(wrong)]
            self.weigh(equal, [slug for slug, _ in listed], as_expected=alike(expected))

        self._comparisons.append(compare)


def weigh(equal: Iterable[str], unequal: Iterable[str], as_expected: bool) -> None:
    """Notes what a comparison says of the misconceptions that were held against a value.

    Args:
      equal: slugs of those that lead to the value that the answer gave.
      unequal: slugs of those that lead to another one; those in `equal` may be among them.
      as_expected: whether the value is the right one; then it speaks for none.
    """
    if Evidence.current is not None:
        Evidence.current.weigh(equal, unequal, as_expected)


def weigh_later(suspects: Iterable[tuple[str, Any]], expected: Any, alike: Alike) -> None:
    """Has a value held against what misconceptions lead to, if the property fails.

    Args:
      suspects: pairs of a misconception's slug and what it leads to.
      expected: what a right answer gives; what is like it speaks for no misconception.
      alike: whether something is like what the answer gave.
    """
    if Evidence.current is not None:
        Evidence.current.weigh_later(suspects, expected, alike)
