"""A student's own standing over all chapters, read from the saved outputs of the checks.

Nothing is run: a check counts as it stood when the notebook was last saved.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import isfinite
from pathlib import Path
from typing import Any

from course_utils.grading import STUB

BAR_WIDTH = 20
# The stub as it stands in an answer cell, at any indentation.
BLANK = re.compile(r"\s+".join(re.escape(line) for line in STUB.split("\n")))


@dataclass(frozen=True)
class Exercise:
    """An exercise of a notebook.

    Attributes:
      name: its id, as in rnn-step.
      points: of a right answer.
      earned: as last saved; None if the answer is blank or the check was not run.
    """

    name: str
    points: float
    earned: float | None


@dataclass(frozen=True)
class Chapter:
    """A chapter's notebook.

    Attributes:
      name: of the chapter.
      exercises: those that a check decides.
      problem: why the notebook can't be read; empty if it can.
      by_hand: how many questions a person grades; their points are not known here.
    """

    name: str
    exercises: tuple[Exercise, ...] = ()
    problem: str = ""
    by_hand: int = 0

    @property
    def earned(self) -> float:
        """Points earned."""
        return sum(exercise.earned or 0 for exercise in self.exercises)

    @property
    def possible(self) -> float:
        """Points of right answers to all exercises; 0 if the chapter is not graded."""
        return sum(exercise.points for exercise in self.exercises)

    def counts(self) -> str:
        """How many exercises are done, and how well.

        >>> Chapter("01", (Exercise("a", 2, 2.0), Exercise("b", 3, None))).counts()
        '1 full, 0 partial, 1 not tried'
        """
        full = sum(e.earned == e.points for e in self.exercises)
        untried = sum(e.earned is None for e in self.exercises)
        partial = len(self.exercises) - full - untried
        others = f", {self.by_hand} graded by hand" if self.by_hand else ""
        return f"{full} full, {partial} partial, {untried} not tried{others}"


@dataclass(frozen=True, repr=False)
class Progress:
    """The standing over all chapters; a notebook shows it as a table."""

    chapters: tuple[Chapter, ...]

    @property
    def total(self) -> Chapter:
        """All exercises together."""
        exercises = tuple(e for c in self.chapters for e in c.exercises)
        return Chapter("Total", exercises, by_hand=sum(c.by_hand for c in self.chapters))

    def __repr__(self) -> str:
        width = max(len(row.name) for row in (*self.chapters, self.total))
        return "\n".join(_text_row(row, width) for row in (*self.chapters, self.total))

    def _repr_html_(self) -> str:
        rows = "".join(_html_row(row) for row in (*self.chapters, self.total))
        heads = "".join(
            f'<th scope="col" style="text-align:left">{head}</th>'
            for head in ("Chapter", "Points", "Done", "Exercises")
        )
        return (
            f'<table class="course-progress"><thead><tr>{heads}</tr></thead>'
            f"<tbody>{rows}</tbody></table>"
        )


def read(root: Path | None = None) -> Progress:
    """Reads the standing from `work/`, or from `notebooks/` where a chapter has no copy yet.

    A notebook in `solutions/` shows the standing of an untouched course, wherever it is run.

    Args:
      root: the course's folder; by default the one that holds the current folder.

    Raises:
      FileNotFoundError: if there is no course around the current folder.
    """
    root = _find_root() if root is None else root
    places = ("notebooks",) if root / "solutions" in Path.cwd().parents else ("work", "notebooks")
    names = {path.stem for path in (root / "chapters").glob("[0-9][0-9]_*.py")}
    names |= {path.name for path in (root / "notebooks").glob("[0-9][0-9]_*/")}
    return Progress(tuple(_read_chapter(root, name, places) for name in sorted(names)))


def report(root: Path) -> int:
    """Prints the standing as plain text; returns 0, or 1 if a notebook can't be read."""
    progress = read(root)
    print(progress)
    return int(any(chapter.problem for chapter in progress.chapters))


def earned(cell: Mapping[str, Any]) -> float | None:
    """The points that a check cell's saved outputs show.

    Args:
      cell: a check cell of a notebook.

    Returns:
      A number from 0 to the cell's points; None if it was not run. An error counts as 0, and so
      does a result that is no number.
    """
    outputs = cell["outputs"]
    results = [output for output in outputs if output["output_type"] == "execute_result"]
    if any(output["output_type"] == "error" for output in outputs):
        return 0.0
    return _number(results[-1], float(cell["metadata"]["nbgrader"]["points"])) if results else None


def _number(result: Mapping[str, Any], points: float) -> float:
    try:
        value = float(_joined(result["data"]["text/plain"]))
    except ValueError:
        return 0.0
    return min(max(value, 0.0), points) if isfinite(value) else 0.0


def _joined(text: str | list[str]) -> str:
    """The text of a notebook's field, which may be stored as a list of lines."""
    return text if isinstance(text, str) else "".join(text)


def _find_root() -> Path:
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "chapters").is_dir() or (folder / "notebooks").is_dir():
            return folder
    raise FileNotFoundError(
        f"There is no notebooks/ folder around {here.name}/. Start in the course's folder."
    )


def _read_chapter(root: Path, name: str, places: Sequence[str]) -> Chapter:
    files = [f"{place}/{name}/{name}.ipynb" for place in places]
    file = next((file for file in files if (root / file).is_file()), files[-1])
    try:
        notebook = json.loads((root / file).read_text(encoding="utf-8-sig"))
        cells = notebook["cells"]
        by_hand = sum(bool(_mark(cell, "grade") and _mark(cell, "solution")) for cell in cells)
        return Chapter(name, tuple(_exercises(cells)), by_hand=by_hand)
    except OSError:
        return Chapter(name, problem=f"there is no {file} to read")
    except (ValueError, KeyError, TypeError, AttributeError):
        return Chapter(name, problem=f"{file} is damaged: no valid notebook")


def _exercises(cells: list[dict[str, Any]]) -> Iterator[Exercise]:
    blank = {_mark(cell, "grade_id") for cell in cells if BLANK.search(_joined(cell["source"]))}
    for cell in cells:
        if _mark(cell, "grade") and not _mark(cell, "solution"):
            name = _mark(cell, "grade_id").removeprefix("check-")
            score = earned(cell)
            tried = name not in blank or score
            yield Exercise(name, float(_mark(cell, "points")), score if tried else None)


def _mark(cell: dict[str, Any], key: str) -> Any:
    return cell["metadata"].get("nbgrader", {}).get(key)


def _text_row(row: Chapter, width: int) -> str:
    if row.problem:
        return f"{row.name:{width}}  {row.problem}"
    if not row.exercises:
        return f"{row.name:{width}}  {_without_checks(row)}"
    points = f"{row.earned:g} of {row.possible:g}"
    filled = int(BAR_WIDTH * row.earned / row.possible)
    bar = "#" * filled + "-" * (BAR_WIDTH - filled)
    return f"{row.name:{width}}  [{bar}] {points:>10}  {row.counts()}"


def _without_checks(row: Chapter) -> str:
    return f"{row.by_hand} graded by hand" if row.by_hand else "not graded"


def _html_row(row: Chapter) -> str:
    name = f'<th scope="row" style="text-align:left">{escape(row.name)}</th>'
    if row.problem or not row.exercises:
        return f'<tr>{name}<td colspan="3">{escape(row.problem) or _without_checks(row)}</td></tr>'
    share = row.earned / row.possible
    bar = (
        f'<div role="img" aria-label="{share:.0%}" style="width:10em;background:#ddd">'
        f'<div style="width:{share:.0%};height:.8em;background:#1b7f4d"></div></div>'
    )
    points = f"{row.earned:g} of {row.possible:g}"
    return f"<tr>{name}<td>{points}</td><td>{bar}</td><td>{row.counts()}</td></tr>"
