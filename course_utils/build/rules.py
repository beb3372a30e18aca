"""What a chapter's source must hold to. Each broken rule is an error that says what to do."""

import ast
import re
from collections.abc import Callable, Iterator, Sequence

from course_utils.build.errors import BuildError
from course_utils.build.links import internal_links
from course_utils.build.predictions import predictions
from course_utils.build.source import DRAWING, Cell, Chapter
from course_utils.build.totals import heading_points, total_points
from course_utils.build.try_it import each_exercise_has_one
from course_utils.chapters import CHAPTERS

MAX_LINES = 15
GRADE_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
SOLUTION, HIDDEN = "SOLUTION", "HIDDEN TESTS"
CHECK_FORM = (
    "The form is: `report = check_x(x)`, then if needed a hidden-tests region of "
    "`report += check_x(x, ...)` lines, last `report.points(N)`"
)

Rule = Callable[[Chapter, Sequence[Cell]], Iterator[BuildError]]


def problems(chapter: Chapter, cells: Sequence[Cell]) -> list[BuildError]:
    """All the rules that a chapter breaks, in the order of RULES."""
    return [error for rule in RULES for error in rule(chapter, cells)]


def _headers(chapter: Chapter, cells: Sequence[Cell]) -> Iterator[BuildError]:
    for cell in cells:
        # jupytext notes here how the source was laid out; the rest would be lost.
        layout = {key for key in cell.node.metadata if key.startswith(("lines_to_", "cell_marker"))}
        unknown = sorted(set(cell.node.metadata) - layout - {"nbgrader", "tags"})
        if unknown:
            yield cell.error(
                f"the cell's header has {', '.join(unknown)}",
                "It may have `nbgrader={...}` and `tags=[...]` only.",
            )
        if cell.node.cell_type not in ("code", "markdown"):
            yield cell.error(f"this is a {cell.node.cell_type} cell", "Make it markdown or code.")
        if not cell.source.strip():
            yield cell.error("the cell is empty", "Remove it.")


def _syntax(chapter: Chapter, cells: Sequence[Cell]) -> Iterator[BuildError]:
    for cell in cells:
        if cell.is_code and _parse(cell.source) is None:
            yield cell.error(
                "this is not valid Python", "Chapters use no magics: run `ruff check`."
            )


def _setup(chapter: Chapter, cells: Sequence[Cell]) -> Iterator[BuildError]:
    call = f'course_utils.start("{chapter.name}")'
    first = next((cell for cell in cells if cell.is_code), None)
    if first is None or "setup" not in first.tags:
        yield BuildError(
            chapter.path,
            "the setup cell is missing",
            f'Begin the code with a cell `# %% tags=["setup"]` that ends in `{call}`.',
        )
    elif first.source.split("\n")[-1] != call:
        yield first.error("the setup cell does not start this chapter", f"End it with `{call}`.")


def _ids(chapter: Chapter, cells: Sequence[Cell]) -> Iterator[BuildError]:
    seen: dict[str, Cell] = {}
    for cell in cells:
        if not cell.marks:
            continue
        if not (cell.is_answer or cell.is_check) or not (cell.is_code or cell.is_by_hand):
            yield cell.error(
                "an nbgrader cell is either an answer or a check, in code",
                'Write `"solution": true` or `"grade": true` with points; write both if a person '
                "is to grade the answer, which may then be a text.",
            )
        elif not GRADE_ID.fullmatch(cell.grade_id) or len(cell.grade_id) > 60:
            yield cell.error(
                f"the grade_id is {cell.grade_id!r}",
                "Use lower-case words joined by hyphens, as in `rnn-step`.",
            )
        elif cell.grade_id in seen:
            yield cell.error(
                f"the id is already used at line {seen[cell.grade_id].line}", "Choose another."
            )
        seen.setdefault(cell.grade_id, cell)


def _pairs(chapter: Chapter, cells: Sequence[Cell]) -> Iterator[BuildError]:
    answers = [cell.grade_id for cell in cells if cell.is_answer and not cell.is_by_hand]
    waiting: list[str] = []
    for cell in cells:
        if cell.is_answer:
            waiting.append(cell.grade_id)
        elif cell.is_check:
            exercise = cell.grade_id.removeprefix("check-")
            if cell.grade_id == exercise or exercise not in answers:
                yield cell.error(
                    "this check has no exercise",
                    "Name it check-<id> and its answer cell <id>.",
                )
            elif exercise not in waiting:
                yield cell.error("the check stands before its answer cell", "Move it below.")
    checks = {cell.grade_id for cell in cells if cell.is_check}
    for cell in cells:
        if cell.is_answer and not cell.is_by_hand and f"check-{cell.grade_id}" not in checks:
            yield cell.error(
                "this exercise has no check",
                f'Add a cell `# %% nbgrader={{"grade_id": "check-{cell.grade_id}", '
                '"grade": true, "points": N}` below it.',
            )


def _regions(chapter: Chapter, cells: Sequence[Cell]) -> Iterator[BuildError]:
    for cell in cells:
        for kind, allowed, owner in (
            (SOLUTION, cell.is_answer, 'an answer (`"solution": true`)'),
            (HIDDEN, cell.is_check, 'a check (`"grade": true`)'),
        ):
            found = re.findall(f"(BEGIN|END) {kind}", cell.source)
            if found and not allowed:
                yield cell.error(
                    f"a {kind.lower()} region in a cell that is not {owner}",
                    "Mark the cell in its header, or take the region out.",
                )
            elif found != ["BEGIN", "END"] * (len(found) // 2):
                yield cell.error(
                    f"the {kind.lower()} region is not closed or not opened",
                    f"Write `### BEGIN {kind}` before it and `### END {kind}` after it.",
                )
            elif kind == SOLUTION and cell.is_answer and cell.is_code and not found:
                yield cell.error(
                    "the answer is not in a solution region",
                    "Put `### BEGIN SOLUTION` and `### END SOLUTION` around what students write.",
                )


def _checks(chapter: Chapter, cells: Sequence[Cell]) -> Iterator[BuildError]:
    for cell in cells:
        if not (cell.is_check or cell.is_by_hand):
            continue
        points = cell.points
        if points is None and cell.is_by_hand:
            yield cell.error(
                "this question, which a person grades, has no points",
                'Add `"points": N` to its header. Any other cell is either an answer or a check.',
            )
        elif points is None:
            yield cell.error("the check has no points", 'Add `"points": N` to its header.')
        if points is None or cell.is_by_hand:
            continue
        shown = _points_of_form(cell.source)
        if shown is None:
            yield cell.error("the check does not have the form of a check", f"{CHECK_FORM}.")
        elif shown != points:
            yield cell.error(
                f"report.points({shown}) but the header says {points} points", "Make them equal."
            )


def _points_of_form(source: str) -> float | None:
    """N of `report.points(N)` if the source has the form of a check."""
    whole, visible = _parse(source), _parse(_without_regions(source, HIDDEN))
    if whole is None or visible is None or len(visible.body) != 2:
        return None
    first, last = whole.body[0], whole.body[-1]
    in_form = [ast.dump(line) for line in visible.body] == [ast.dump(first), ast.dump(last)]
    match first, last:
        case (
            ast.Assign(targets=[ast.Name("report")], value=ast.Call()),
            ast.Expr(
                ast.Call(
                    ast.Attribute(ast.Name("report"), "points"),
                    [ast.Constant(int() | float() as points)],
                    [],
                )
            ),
        ) if in_form and all(_adds_to_report(line) for line in whole.body[1:-1]):
            return points
    return None


def _adds_to_report(line: ast.stmt) -> bool:
    match line:
        case ast.AugAssign(ast.Name("report"), ast.Add(), ast.Call()):
            return True
    return False


def _length(chapter: Chapter, cells: Sequence[Cell]) -> Iterator[BuildError]:
    for cell in cells:
        if cell.is_code and (length := _code_lines(cell.source)) > MAX_LINES:
            yield cell.error(
                f"the cell has {length} lines of code; the most is {MAX_LINES}",
                "Split it. Docstrings, blank lines, region markers and hidden tests don't count.",
            )


def _code_lines(source: str) -> int:
    visible = _without_regions(source, HIDDEN)
    tree = _parse(visible)
    lines = visible.split("\n")
    docstrings = {number for node in ast.walk(tree) for number in _docstring(node)} if tree else ()
    return sum(
        bool(line.strip())
        and number not in docstrings
        and f"BEGIN {SOLUTION}" not in line
        and f"END {SOLUTION}" not in line
        for number, line in enumerate(lines, 1)
    )


def _docstring(node: ast.AST) -> range:
    match node:
        case (
            ast.FunctionDef(body=[first, *_])
            | ast.AsyncFunctionDef(body=[first, *_])
            | ast.ClassDef(body=[first, *_])
        ):
            match first:
                case ast.Expr(ast.Constant(str())):
                    return range(first.lineno, (first.end_lineno or first.lineno) + 1)
    return range(0)


def _without_regions(source: str, kind: str) -> str:
    kept, inside = [], False
    for line in source.split("\n"):
        inside = inside or f"BEGIN {kind}" in line
        if not inside:
            kept.append(line)
        inside = inside and f"END {kind}" not in line
    return "\n".join(kept)


def _parse(source: str) -> ast.Module | None:
    try:
        return ast.parse(source)
    except SyntaxError:
        return None


def _drawings(chapter: Chapter, cells: Sequence[Cell]) -> Iterator[BuildError]:
    for cell in cells:
        if DRAWING in cell.tags and "demo" not in cell.tags:
            yield cell.error("a cell that only draws is not a demo", 'Give it the tag "demo", too.')


def _on_the_map(chapter: Chapter, cells: Sequence[Cell]) -> Iterator[BuildError]:
    number = int(chapter.name[:2])
    if number and number not in CHAPTERS:
        yield BuildError(
            chapter.path,
            f"the course map does not know chapter {number:02d}",
            f'Add a line `{number}: Chapter("Two\\nlines", "topic", "Stage"),` to CHAPTERS in '
            "course_utils/chapters.py; then run `make course-map`.",
        )


RULES: tuple[Rule, ...] = (
    _headers,
    _syntax,
    _setup,
    _ids,
    _pairs,
    each_exercise_has_one,
    _regions,
    _checks,
    _length,
    heading_points,
    total_points,
    predictions,
    _drawings,
    internal_links,
    _on_the_map,
)
