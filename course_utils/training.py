"""What a training run needs besides a model: how many steps to take, and a progress bar."""

import os
import sys
from collections.abc import Iterable
from typing import TypeVar

from tqdm import tqdm

Item = TypeVar("Item")


def steps(full: int, quick: int) -> int:
    """The number of training steps in the profile that COURSE_PROFILE names.

    Args:
      full: steps that reach the numbers in the chapter's text; "full" is the default.
      quick: fewer steps, in which everything still runs: "quick", for grading and fast checks.

    Returns:
      One of the two.

    Raises:
      ValueError: if COURSE_PROFILE is set to anything else.

    >>> steps(full=2000, quick=50) in (2000, 50)
    True
    """
    profile = os.environ.get("COURSE_PROFILE", "full")
    if profile not in ("full", "quick"):
        raise ValueError(
            f"COURSE_PROFILE must be full or quick, got {profile!r}. "
            "Set it to one of them, or unset it, and restart the kernel."
        )
    return full if profile == "full" else quick


def progress(items: Iterable[Item], description: str = "") -> Iterable[Item]:
    """The same items, with a progress bar if going through them takes more than two seconds.

    The bar goes to standard output, because nbgrader takes anything on standard error for a
    failure. With COURSE_STATIC=1 there is none, so that stored outputs do not depend on timing.

    Args:
      items: what to go through; the bar shows the time left if they have a length.
      description: a word or two in front of the bar.

    Returns:
      An iterable of the items.

    >>> sum(progress(range(4), "adding"))
    6
    """
    if os.environ.get("COURSE_STATIC") == "1":
        return items
    return tqdm(items, desc=description, delay=2, file=sys.stdout)
