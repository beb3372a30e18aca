"""Says of any failure of a block which misconception it points to, and what was tried."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from course_utils.checks.engine.boundary import AnswerError
from course_utils.checks.engine.check import Failed


@contextmanager
def blames(slug: str) -> Iterator[None]:
    """A `with` block whose failure points to a misconception, if it names no other itself.

    For what an answer does wrong, or can't do at all, after it has done its like right.

    Args:
      slug: of the misconception.

    >>> with blames("no-bias"):
    ...     raise Failed("got 3, expected 4")
    Traceback (most recent call last):
    course_utils.checks.engine.check.Failed: got 3, expected 4
    """
    try:
        yield
    except Failed as failure:
        raise Failed(failure.detail, failure.misconception or slug) from None
    except AnswerError as error:
        raise error if error.blank else Failed(str(error), slug) from None


@contextmanager
def about(what: str) -> Iterator[None]:
    """A `with` block whose failures say what they are about.

    >>> with about("Layer 2"):
    ...     raise Failed("Got 3, expected 4.")
    Traceback (most recent call last):
    course_utils.checks.engine.check.Failed: Layer 2: got 3, expected 4.
    """
    try:
        yield
    except Failed as failure:
        detail = failure.detail[0].lower() + failure.detail[1:]
        raise Failed(f"{what}: {detail}", failure.misconception) from None
