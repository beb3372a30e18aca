"""Makes the copies before JupyterLab starts, and brings them to a new release: `course update`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from course_utils.work.copies import (
    PLACE,
    RELEASES,
    Copy,
    beside,
    copies,
    news,
    remedy,
    same,
    write,
)
from course_utils.work.merging import merge
from course_utils.work.notebook import UnreadableError, is_handed_out, read, to_text


class NotUpdatedError(Exception):
    """A chapter that was left as it is; the text is a sentence that says why."""


def open_copies(root: Path) -> list[str]:
    """Copies each chapter that has no copy, and renews those in which nobody has worked.

    Returns:
      What the learner should be told, a sentence each.

    Raises:
      OSError: if `work/` can't be written.
    """
    told = []
    for copy in copies(root):
        if not copy.notebook.exists() and copy.can_be_made():
            copy.make()
        elif copy.is_untouched() and not copy.is_current():
            _renew(copy)
        told.append(news(copy))
    return list(filter(None, told))


def update(words: Sequence[str], root: Path) -> int:
    """Brings copies to the release that is in `notebooks/`, and says what changed.

    Args:
      words: numbers or names of chapters; all, if none is named.
      root: the course's folder.

    Returns:
      0, or 1 if a chapter was left as it is for a reason that it prints.
    """
    known = copies(root)
    lost = [word for word in words if not any(word in (c.name, c.name[:2]) for c in known)]
    for word in lost:
        print(f"course update: there is no chapter {word!r} in {RELEASES}/.", file=sys.stderr)
    failed = bool(lost)
    for copy in known:
        if words and copy.name not in words and copy.name[:2] not in words:
            continue
        try:
            print("\n  ".join(_update(copy)))
        except NotUpdatedError as error:
            print(f"{copy.name}: left as it is. {error}", file=sys.stderr)
            failed = True
        except OSError as error:
            print(f"{copy.name}: {PLACE}/ can't be written: {error.strerror}.", file=sys.stderr)
            failed = True
    return int(failed)


def _update(copy: Copy) -> list[str]:
    """Brings one copy to its release; what was done, a line each.

    Raises:
      NotUpdatedError: if the release holds work, or one of the notebooks is none.
      OSError: if `work/` can't be written.
    """
    try:
        blank = is_handed_out(read(copy.release))
    except UnreadableError as error:
        raise NotUpdatedError(f"{copy.at_release} can't be read: {error}.") from None
    if not copy.notebook.exists():
        copy.make()
        return [f"{copy.name}: copied to {copy.place}"]
    if not blank:
        raise NotUpdatedError(f"{copy.at_release} is no blank release. {remedy(copy)}")
    if copy.is_current():
        return [f"{copy.name}: up to date"]
    if copy.is_untouched():
        _renew(copy)
        return [f"{copy.name}: renewed; you had not begun"]
    return _carry_over(copy)


def _carry_over(copy: Copy) -> list[str]:
    """Renews a copy and brings into it what the learner wrote; what was done, a line each."""
    try:
        mine = read(copy.notebook)
    except UnreadableError as error:
        raise NotUpdatedError(f"{copy.place} can't be read: {error}.") from None
    merged, carried = merge(mine, copy.handed_out(), read(copy.release))
    kept = [_set_aside(copy.notebook)]
    write(copy.notebook, to_text(merged).encode())
    kept += _renew_files(copy)
    copy.remember()
    return [
        f"{copy.name}: updated; {carried}",
        *(f"your earlier file is {file.relative_to(copy.root)}" for file in kept),
        *carried.remarks,
    ]


def _renew(copy: Copy) -> None:
    """Replaces a copy in which nobody has worked."""
    _renew_files(copy)
    write(copy.notebook, copy.release.read_bytes())
    copy.remember()


def _renew_files(copy: Copy) -> list[Path]:
    """Brings what lies beside a notebook to the release; returns the files that it set aside."""
    kept = []
    for file in copy.files():
        mine, new = copy.folder / file, copy.release.parent / file
        if mine == copy.notebook or same(mine, new):
            continue
        if mine.exists() and not same(mine, copy.base.parent / file):
            kept.append(_set_aside(mine))
        write(mine, new.read_bytes())
    return kept


def _set_aside(file: Path) -> Path:
    kept = beside(file, "before-update")
    write(kept, file.read_bytes())
    return kept
