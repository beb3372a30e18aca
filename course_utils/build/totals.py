"""The points that a chapter's text tells must be those of its headers."""

import re
from collections.abc import Iterator, Sequence

from course_utils.build.errors import BuildError
from course_utils.build.source import Cell, Chapter

HEADING = re.compile(r"^#+ .*", re.MULTILINE)
IN_HEADING = re.compile(r"\[([^\[\]]*)\bpoints?\]")
TOTAL = re.compile(r"(?:(\w+)\s+)?exercises?\s+(?:is|are)\s+worth\s+(\S+)\s+points?\b")
NUMBERS = [
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
]


def heading_points(chapter: Chapter, cells: Sequence[Cell]) -> Iterator[BuildError]:
    """Each exercise has a heading of its own, with the points of its check's header."""
    checks = {cell.grade_id: cell for cell in cells if cell.is_check}
    heading: tuple[Cell, str] | None = None
    for cell in cells:
        if not cell.is_code and (found := HEADING.findall(cell.source)):
            heading = cell, found[-1]
        if cell.is_answer:
            graded = cell if cell.is_by_hand else checks.get(f"check-{cell.grade_id}")
            if graded is not None and graded.points is not None:
                yield from _heading_problems(cell, heading, graded.points)
            heading = None


def _heading_problems(
    answer: Cell, heading: tuple[Cell, str] | None, points: float
) -> Iterator[BuildError]:
    told = IN_HEADING.search(heading[1]) if heading else None
    form = f"`[{points:g} point{'' if points == 1 else 's'}]`"
    if heading is None or told is None:
        yield answer.error(
            "no heading tells the points of this exercise",
            f"Write one above it that ends in {form}, as in `### Exercise: NAME {form[1:-1]}`.",
        )
    elif told[1].strip() != f"{points:g}":
        line = _line(heading[0], heading[0].source.index(heading[1]))
        yield BuildError(
            f"{answer.path}:{line} ({answer.grade_id})",
            f"the heading says {told[0]}, but the header says {points:g} points",
            f"Write {form} into the heading, or change the header and `report.points`.",
        )


def total_points(chapter: Chapter, cells: Sequence[Cell]) -> Iterator[BuildError]:
    """Where the text tells how many exercises there are and what they are worth, it is so."""
    graded = [cell for cell in cells if cell.is_check or cell.is_by_hand]
    total = sum(cell.points or 0 for cell in graded)
    for cell in cells:
        for told in () if cell.is_code else TOTAL.finditer(cell.source):
            where = f"{cell.path}:{_line(cell, told.start())} (total)"
            if told[2] != f"{total:g}":
                yield BuildError(
                    where,
                    f"the text says {told[2]} points, but the headers add up to {total:g}",
                    f"Write {total:g}.",
                )
            word = (told[1] or "").lower()
            count = str(NUMBERS.index(word) + 1) if word in NUMBERS else word
            if count.isdigit() and int(count) != len(graded):
                yield BuildError(
                    where,
                    f"the text says {word} exercises, but there are {len(graded)}",
                    f"Write {(['none', *NUMBERS, *map(str, range(13, 100))])[len(graded)]}.",
                )


def _line(cell: Cell, position: int) -> int:
    """The line of the source on which a place of a Markdown cell stands."""
    return cell.line + 1 + cell.source.count("\n", 0, position)
