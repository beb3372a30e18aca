"""Notes when a cell that defines an answer failed, so that a check judges what was there before."""

from __future__ import annotations

import re
from typing import Any

from IPython import get_ipython
from IPython.core.interactiveshell import InteractiveShell

_DEFINES = re.compile(r"^(?:(?:def|class)\s+(\w+)|(\w+)\s*(?::[^=\n]+)?=(?!=))", re.M)
_failed: dict[str, str] = {}  # the type of the error of the last cell that was to define a name


def stale_note(shell: InteractiveShell | None = None) -> str:
    """A sentence if the running cell uses a name whose last definition failed; else "".

    A SyntaxError, for instance, leaves the function of an earlier run in place.

    Args:
      shell: that runs the cell; the one of this process, if none is given.
    """
    shell = shell or get_ipython()
    history = shell.history_manager if shell is not None else None
    cells = history.input_hist_raw if history is not None else []
    words = set(re.findall(r"\w+", cells[-1])) if cells else set()
    for name in sorted(words & set(_failed)):
        return (
            f"The cell that defines `{name}` ended in {_failed[name]} when it ran last: this "
            "judges what an earlier run left."
        )
    return ""


def _watch(result: Any) -> None:
    """Called after each cell: notes which names it was to define, and whether it failed."""
    error = result.error_before_exec or result.error_in_exec
    for match in _DEFINES.finditer(result.info.raw_cell or ""):
        name = match[1] or match[2]
        _failed.pop(name, None)
        if error is not None:
            _failed[name] = type(error).__name__


def watch(shell: InteractiveShell) -> None:
    """Has a shell note from now on which definitions fail."""
    shell.events.register("post_run_cell", _watch)


if (_shell := get_ipython()) is not None:
    watch(_shell)
