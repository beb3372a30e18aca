"""The copies in `work/`: where each one is, which release it was made from, and how it is made."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from course_utils.work.notebook import Notebook, UnreadableError, is_handed_out, read

PLACE = "work"
RELEASES = "notebooks"
HANDED_OUT = ".handed_out"  # in `work/`: each release as it was copied


@dataclass(frozen=True)
class Copy:
    """A chapter's copy.

    Attributes:
      root: the course's folder.
      name: of the chapter.
    """

    root: Path
    name: str

    @property
    def folder(self) -> Path:
        """Where the learner works."""
        return self.root / PLACE / self.name

    @property
    def notebook(self) -> Path:
        """The learner's notebook."""
        return self.folder / f"{self.name}.ipynb"

    @property
    def release(self) -> Path:
        """The release as it is now."""
        return self.root / RELEASES / self.name / f"{self.name}.ipynb"

    @property
    def base(self) -> Path:
        """The release as it was when the copy was made."""
        return self.root / PLACE / HANDED_OUT / self.name / f"{self.name}.ipynb"

    @property
    def place(self) -> str:
        """The notebook, relative to the course's folder."""
        return f"{PLACE}/{self.name}/{self.name}.ipynb"

    @property
    def at_release(self) -> str:
        """The release, relative to the course's folder."""
        return f"{RELEASES}/{self.name}/{self.name}.ipynb"

    def is_current(self) -> bool:
        """Whether it was made from this release."""
        if not self.base.is_file():
            return same(self.release, self.notebook)
        return self._agrees(self.release.parent, self.base.parent)

    def is_untouched(self) -> bool:
        """Whether it is, to the byte, what was handed out."""
        return self.base.is_file() and self._agrees(self.base.parent, self.folder)

    def make(self) -> None:
        """Copies what is missing: the notebook, and what lies beside it."""
        is_known = self.notebook.exists() and self.base.exists()
        for file in self.files():
            to = self.folder / file
            if not os.path.lexists(to):
                write(to, (self.release.parent / file).read_bytes())
        if not is_known:
            self.remember()

    def remember(self) -> None:
        """Notes the release that the copy is made from, unless somebody has worked in it."""
        if is_handed_out(read(self.release)):
            for file in self.files():
                write(self.base.parent / file, (self.release.parent / file).read_bytes())

    def handed_out(self) -> Notebook | None:
        """The release that the copy was made from; None if nobody knows it."""
        try:
            return read(self.base)
        except (OSError, UnreadableError):
            return None

    def can_be_made(self) -> bool:
        """Whether the release is a notebook."""
        try:
            read(self.release)
        except UnreadableError:
            return False
        return True

    def files(self) -> Iterator[Path]:
        """The ordinary files of the release, relative to its folder."""
        return _files(self.release.parent)

    def _agrees(self, folder: Path, other: Path) -> bool:
        """Whether what one folder holds, another one has, too."""
        return all(same(folder / file, other / file) for file in _files(folder))


def copies(root: Path) -> list[Copy]:
    """One for each chapter that was released."""
    names = sorted(path.name for path in (root / RELEASES).glob("[!.]*/"))
    return [copy for name in names if (copy := Copy(root, name)).release.is_file()]


def news(copy: Copy) -> str:
    """What the learner should be told of a chapter, a sentence; empty if nothing."""
    try:
        blank = is_handed_out(read(copy.release))
    except UnreadableError as error:
        return f"{copy.at_release} can't be read: {error}. {remedy(copy)}"
    try:
        read(copy.notebook)
    except UnreadableError as error:
        return f"{copy.place} can't be read: {error}. It is left as it is."
    if not blank:
        saved = f"You have saved work in {copy.at_release}; what counts is {copy.place}."
        return "" if same(copy.release, copy.notebook) else f"{saved} {remedy(copy)}"
    if copy.is_current():
        return ""
    return (
        f"{copy.name} has a new release. `course update {copy.name[:2]}` carries your answers, "
        "notes and own cells over, and keeps your file beside it."
    )


def news_here(chapter: str) -> str:
    """`news` for the notebook whose kernel this is; empty if it is no learner's copy."""
    here = Path.cwd()
    copy = Copy(here.parent.parent, chapter)
    is_copy = copy.folder == here and copy.notebook.is_file() and copy.release.is_file()
    return news(copy) if is_copy else ""


def remedy(copy: Copy) -> str:
    """What to do with a release in which somebody has worked."""
    if (copy.root / "chapters" / f"{copy.name}.py").is_file():
        return (
            f"`course build {copy.name[:2]} --move-to-work` moves it to {PLACE}/{copy.name} and "
            "puts the blank release back; it runs nothing, and writes over nothing."
        )
    return f"Move the file to {PLACE}/{copy.name} under another name, and get the release anew."


def same(one: Path, other: Path) -> bool:
    """Whether two files are there and equal."""
    return one.is_file() and other.is_file() and one.read_bytes() == other.read_bytes()


def write(path: Path, data: bytes) -> None:
    """Writes a file as a whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.chmod(name, 0o666 & ~_umask())
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def beside(path: Path, why: str) -> Path:
    """A name beside a file that is free: `01_toy.before-update-1.ipynb`."""
    names = (path.with_name(f"{path.stem}.{why}-{number}{path.suffix}") for number in count(1))
    return next(name for name in names if not os.path.lexists(name))


def _files(folder: Path) -> Iterator[Path]:
    """The ordinary files of a folder, relative to it."""
    for path in sorted(folder.rglob("*")):
        file = path.relative_to(folder)
        hidden = any(part.startswith((".", "__pycache__")) for part in file.parts)
        if path.is_file() and not path.is_symlink() and not hidden:
            yield file


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
