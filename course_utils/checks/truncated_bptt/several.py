"""Several comparisons of one attempt, all of them made before the first failure is raised."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from course_utils.checks.engine.check import Failed


def all_of(parts: Iterable[tuple[str, Callable[[], None]]]) -> None:
    """Makes all comparisons, so that each speaks for or against misconceptions.

    Args:
      parts: pairs of what is compared, for the message, and the comparison.

    Raises:
      Failed: what the first failing comparison said, if any failed.

    >>> def wrong():
    ...     raise Failed("Got 3, expected 4.")
    >>> all_of([("Layer 1", lambda: None), ("Layer 2", wrong)])
    Traceback (most recent call last):
    course_utils.checks.engine.check.Failed: Layer 2: got 3, expected 4.
    """
    failures = []
    for what, compare in parts:
        try:
            compare()
        except Failed as failure:
            detail = failure.detail[0].lower() + failure.detail[1:]
            failures.append(Failed(f"{what}: {detail}", failure.misconception))
    if failures:
        raise failures[0]
