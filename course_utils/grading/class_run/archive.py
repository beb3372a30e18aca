"""Reads the ZIP file that a learning platform gives: its notebooks, and what it tells of times."""

from __future__ import annotations

import codecs
import contextlib
import lzma
import re
import stat
import zipfile
import zlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath

from course_utils.grading.class_run.collect import SYSTEMS_OWN
from course_utils.grading.plugins.reading import LARGEST_FILE

MOST_FILES = 20_000  # of a download
# What a broken file, a password or an unknown compression leads to.
_UNREADABLE = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, RuntimeError, ValueError)
_NOTEBOOK = re.compile(r"\.ipynb(\.json|\.txt)?$", re.IGNORECASE)  # as some browsers save it
_BLACKBOARDS_OWN = re.compile(r"_attempt_\d{4}(-\d\d){5}\.txt$")  # what it tells of each attempt
_NO_TIME = datetime(1980, 1, 1)  # what stands there if a program writes none
_LONGEST_MAKING = timedelta(hours=1)  # of a ZIP file
_IN_UTF_8 = 0x800  # the flag of a name


class NoDownload(Exception):  # noqa: N818 - a state of a file
    """A file is no download that can be read; the text is a sentence."""


@dataclass(frozen=True)
class File:
    """A notebook of a download.

    Attributes:
      path: its name there, with "/" between folders.
      written: the time that the ZIP file has for it, in UTC.
      handed_in: the same; None if that is when the ZIP file was made.
      data: what it holds.
    """

    path: str
    written: datetime
    handed_in: datetime | None
    data: bytes


class Download:
    """What is in a download.

    Args:
      archive: the ZIP file.

    Raises:
      NoDownload: if it can't be read.

    Attributes:
      refused: why a file is none that can be graded, by its name.
      paths: the names of its notebooks.
    """

    def __init__(self, archive: Path) -> None:
        self._archive = archive
        try:
            with zipfile.ZipFile(archive) as opened:
                found = {_path(entry): entry for entry in opened.infolist()}
        except (OSError, *_UNREADABLE) as error:
            raise NoDownload(f"{archive} can't be read as a ZIP file: {error}.") from None
        sent = {path: entry for path, entry in found.items() if _is_sent(path)}
        if len(sent) > MOST_FILES:
            raise NoDownload(f"{archive.name} has more than {MOST_FILES} files.")
        self._tells_times = _tells_times([_written(entry) for entry in sent.values()])
        causes = {path: _cause(path, entry) for path, entry in sent.items()}
        self.refused = {path: cause for path, cause in causes.items() if cause}
        self._notebooks = {path: entry for path, entry in sent.items() if not causes[path]}
        self.paths = list(self._notebooks)

    def files(self, paths: Collection[str]) -> Iterator[File]:
        """Some of its notebooks, newest first, one in memory at a time."""
        newest_first = sorted(paths, key=lambda path: (_written(self._notebooks[path]), path))[::-1]
        with zipfile.ZipFile(self._archive) as opened:
            for path in newest_first:
                entry, written = self._notebooks[path], _written(self._notebooks[path])
                try:
                    data = opened.read(entry).removeprefix(codecs.BOM_UTF8)
                except (OSError, *_UNREADABLE) as error:
                    self.refused[path] = f"it can't be unpacked: {error}"
                    continue
                told = self._tells_times and written != _NO_TIME
                yield File(path, in_utc(written), in_utc(written) if told else None, data)


def in_utc(moment: datetime) -> datetime:
    """UTC of a moment of this computer's time: a ZIP file and platforms tell no time zone."""
    return moment.astimezone(UTC).replace(tzinfo=None)


def _path(entry: zipfile.ZipInfo) -> str:
    """An entry's name: as UTF-8 even if nothing says so, as on macOS; as on Windows with "/"."""
    name = entry.filename
    if not entry.flag_bits & _IN_UTF_8:
        with contextlib.suppress(ValueError):
            name = name.encode("cp437").decode()
    return name.replace("\\", "/")


def _is_sent(path: str) -> bool:
    """Whether a student sent it: not a folder, or what systems and platforms put beside files."""
    parts = PurePosixPath(path).parts
    hidden = any(part in SYSTEMS_OWN or (part[0] == "." and part != "..") for part in parts)
    return not (hidden or path.endswith("/") or _BLACKBOARDS_OWN.search(path))


def _cause(path: str, entry: zipfile.ZipInfo) -> str:
    """Why a file is not taken, as far as that can be told without reading it."""
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "it is a link"
    if not _NOTEBOOK.search(path):
        return "it is no notebook"
    if entry.file_size > LARGEST_FILE:
        return f"it has more than {LARGEST_FILE >> 20} MiB"
    return ""


def _written(entry: zipfile.ZipInfo) -> datetime:
    try:
        return datetime(*entry.date_time)
    except ValueError:  # a month 0, where a program writes no time
        return _NO_TIME


def _tells_times(written: Sequence[datetime]) -> bool:
    """Whether files were handed in when a ZIP file says, in the order that they have in it.

    Canvas and the newer Moodles write the time of the download: each file's is then a bit later
    than that of the one before it. Students hand in in no such order.
    """
    took = max(written, default=_NO_TIME) - min(written, default=_NO_TIME)
    return list(written) != sorted(written) or took > _LONGEST_MAKING
