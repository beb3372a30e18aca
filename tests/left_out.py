"""Tests that need a part of the system: they are left out where it is missing, and counted."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NoReturn

import pytest

MARK = "Left out: "


def leave_out(missing: str) -> NoReturn:
    """Leaves the running test out; in CI, which installs all parts, it fails instead.

    Args:
      missing: what is missing and the command that installs it, a sentence.
    """
    if os.environ.get("CI") == "true":
        pytest.fail(missing)
    pytest.skip(MARK + missing)


def summary(skipped: Iterable[pytest.TestReport]) -> Iterator[str]:
    """A line for each missing part: how many tests were left out, and what installs it."""
    reasons = [report.longrepr[2] for report in skipped if isinstance(report.longrepr, tuple)]
    counts = Counter(reason.partition(MARK)[2] for reason in reasons if MARK in reason)
    for missing, count in sorted(counts.items()):
        yield f"Tests left out: {count}. {missing}"
