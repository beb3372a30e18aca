"""Pictures of the course itself: its chapters as a ladder, and the way of an exercise."""

from collections.abc import Collection, Mapping

from course_utils.chapters import CHAPTERS, Chapter
from course_utils.diagrams.canvas import Canvas, Diagram, Point
from course_utils.plotting import IGNORED, INPUT, NEUTRAL, OUTPUT, STATE, WEIGHT, Role

NUMBERS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
IN_A_ROW = 3
WIDTH, HEIGHT, GAP = 1.82, 0.92, 0.35
LEFT, PITCH_X = 1.36, 2.02
FLOOR, PITCH_Y = 1.6, HEIGHT + GAP


def course_map(available: Collection[int], chapters: Mapping[int, Chapter] = CHAPTERS) -> Diagram:
    """The chapters as a ladder of stages, from two time steps to attention and on.

    Args:
      available: the numbers of the chapters that can be opened now; those of `chapters` that are
        not among them are marked as coming. A number that the map does not know is left out, so a
        course with a chapter of its own still has a map.
      chapters: what to draw, by number.
    """
    rows = _rows(chapters)
    canvas = Canvas(7.3, FLOOR + PITCH_Y * (len(rows) - 1) + HEIGHT / 2 + 0.13)
    _ladder(canvas, [chapters[row[0]].stage for row in rows])
    _start(canvas)
    places = _places(rows)
    for number, chapter in chapters.items():
        _path_to(canvas, places, number)
        _chapter(canvas, places[number], number, chapter, number in available)
    _legend(canvas, some_are_coming=bool(chapters.keys() - set(available)))
    return canvas.diagram(_map_in_words(set(available), chapters))


def _rows(chapters: Mapping[int, Chapter]) -> list[list[int]]:
    """The chapters in order, at most three in a row, each row of one stage."""
    rows: list[list[int]] = []
    for number in sorted(chapters):
        last = rows[-1] if rows else []
        if last and len(last) < IN_A_ROW and chapters[last[0]].stage == chapters[number].stage:
            last.append(number)
        else:
            rows.append([number])
    return rows


def _places(rows: list[list[int]]) -> dict[int, Point]:
    """The centre of each chapter's box."""
    return {
        number: (LEFT + WIDTH / 2 + PITCH_X * column, FLOOR + PITCH_Y * row)
        for row, numbers in enumerate(rows)
        for column, number in enumerate(numbers)
    }


def _map_in_words(available: Collection[int], chapters: Mapping[int, Chapter]) -> str:
    known = sorted(set(available) & {0, *chapters})
    ready = ", ".join(f"{number:02d}" for number in known)
    coming = chapters.keys() - available
    state = f"Ready now: {ready}; the rest is coming." if coming else ""
    stages: dict[str, list[int]] = {}
    for number in sorted(chapters):
        stages.setdefault(chapters[number].stage, []).append(number)
    told = "; ".join(
        f"{stage}: " + ", ".join(_in_words(number, chapters[number]) for number in numbers)
        for stage, numbers in stages.items()
    )
    proofs = [f"{number:02d}" for number in sorted(chapters) if chapters[number].proof]
    return (
        "The course as a ladder, climbed from the bottom. It starts with chapter 00, then come "
        f"{NUMBERS[len(stages)]} stages{_of_each(stages)}. {told}. Chapters "
        f"{', '.join(proofs[:-1])} and {proofs[-1]} compute the same "
        f"numbers as an earlier chapter in a new way. {state}".rstrip()
    )


def _of_each(stages: Mapping[str, list[int]]) -> str:
    sizes = {len(numbers) for numbers in stages.values()}
    return f" of {NUMBERS[sizes.pop()]} chapters" if len(sizes) == 1 else ""


def _in_words(number: int, chapter: Chapter) -> str:
    return f"{number:02d} {chapter.title} ({chapter.topic})".replace("\n", " ")


def _ladder(canvas: Canvas, stages: list[str]) -> None:
    left, right = 0.1, 1.1
    rungs = [FLOOR + PITCH_Y * (i - 0.5) for i in range(len(stages))]
    for x in (left, right):
        canvas.arrow((x, rungs[0] - 0.15), (x, rungs[-1] + PITCH_Y - GAP / 2), head=False)
    for y in rungs:
        canvas.arrow((left, y), (right, y), head=False)
    for row, name in enumerate(stages):
        if name not in stages[:row]:
            middle = (left + right) / 2, FLOOR + PITCH_Y * row
            canvas.text(middle, name, bold=True)


def _start(canvas: Canvas) -> None:
    x, y, height = LEFT + WIDTH / 2, 0.48, 0.62
    canvas.box((x, y), "", STATE, width=WIDTH, height=height)
    _number(canvas, (x, y + 0.12), 0, STATE)
    canvas.text((x - 0.37, y + 0.12), "Start here", align="left", bold=True)
    canvas.text((x - 0.37, y - 0.14), "setup, first check", size=9, align="left")
    canvas.arrow((x, y + height / 2), (x, FLOOR - HEIGHT / 2))


def _chapter(canvas: Canvas, at: Point, number: int, chapter: Chapter, ready: bool) -> None:
    x, y = at
    role = STATE if ready else IGNORED
    canvas.box((x, y), "", role, width=WIDTH, height=HEIGHT, dashed=not ready)
    _number(canvas, (x, y + 0.22), number, role)
    canvas.text((x - 0.37, y + 0.13), chapter.title, colour=role.text, align="left", bold=True)
    canvas.text((x - 0.37, y - 0.3), chapter.topic, size=9, colour=role.text, align="left")
    if chapter.proof:
        _proof(canvas, (x + 0.64, y - 0.29), chapter.proof)


def _number(canvas: Canvas, at: Point, number: int, role: Role) -> None:
    colour = role.edge if role is STATE else role.text
    corner = (at[0] - WIDTH / 2 + 0.12, at[1])
    canvas.text(corner, f"{number:02d}", size=14, colour=colour, align="left", bold=True)


def _proof(canvas: Canvas, at: Point, chapter: int) -> None:
    canvas.box(at, f"= {chapter:02d}", WEIGHT, width=0.44, height=0.24, size=9, rounding=0.12)


def _path_to(canvas: Canvas, places: Mapping[int, Point], number: int) -> None:
    (x, y), before = places[number], [each for each in places if each < number]
    if before and places[before[-1]][1] == y:
        canvas.arrow((x - PITCH_X + WIDTH / 2, y), (x - WIDTH / 2, y))
    elif before:
        (last, below), bottom = places[before[-1]], y - HEIGHT / 2
        turn = bottom - GAP / 2
        canvas.arrow((last, below + HEIGHT / 2), (last, turn), (x, turn), (x, bottom))


def _legend(canvas: Canvas, some_are_coming: bool) -> None:
    left = LEFT + PITCH_X
    if some_are_coming:
        canvas.box((left + 0.2, 0.66), "", STATE, width=0.4, height=0.24)
        canvas.text((left + 0.52, 0.66), "ready now", size=9, align="left")
        canvas.box((left + 1.62, 0.66), "", IGNORED, width=0.4, height=0.24, dashed=True)
        canvas.text((left + 1.94, 0.66), "coming", size=9, align="left")
    _proof(canvas, (left + 0.22, 0.3), 1)
    text = "computes the same numbers as chapter 01"
    canvas.text((left + 0.52, 0.3), text, size=9, align="left")


def exercise_flow() -> Diagram:
    """The way of an exercise, from the answer cell to the grade."""
    canvas = Canvas(7.3, 3.75)
    for x, y, role, title, text in _STATIONS:
        _station(canvas, (x, y), role, title)
        canvas.text((x - 0.9, y - 0.13), text, size=9.5, align="left")
    _station(canvas, (6.1, TOP_ROW), NEUTRAL, "3  Report")
    _report(canvas, (6.1, TOP_ROW))
    _flow_arrows(canvas)
    return canvas.diagram(
        "The way of an exercise in six steps. In your notebook: you write in the answer cell; the "
        "check cell below it tests your answer; its report shows one line for each property, "
        "passed or failed, and a hint. Improve the answer and check again as often as you like. "
        "Then submit the notebook. At the instructor's: the notebook runs in a sealed sandbox and "
        "is scored outside it, with further tests; feedback brings points and hints."
    )


TOP_ROW, BOTTOM_ROW = 2.55, 0.65
_STATIONS = (
    (1.2, TOP_ROW, STATE, "1  Answer cell", "your code, in place\nof YOUR CODE HERE"),
    (3.65, TOP_ROW, NEUTRAL, "2  Check cell", "tests one property\nafter another"),
    (1.2, BOTTOM_ROW, STATE, "4  Submit", "your notebook,\nas it is"),
    (3.65, BOTTOM_ROW, NEUTRAL, "5  Sealed grading", "runs in a sandbox,\nscored outside it"),
    (6.1, BOTTOM_ROW, NEUTRAL, "6  Feedback", "points and hints\nfor each exercise"),
)


def _station(canvas: Canvas, at: Point, role: Role, title: str) -> None:
    x, y = at
    canvas.box(at, "", role, width=2.1, height=1.1)
    canvas.text((x - 0.9, y + 0.31), title, size=10.5, align="left", bold=True)


def _report(canvas: Canvas, at: Point) -> None:
    left, y = at[0] - 0.9, at[1]
    lines = (("\u2713  shape", INPUT), ("\u2717  value: step 1", OUTPUT))
    for i, (line, role) in enumerate(lines):
        canvas.text((left, y + 0.07 - 0.21 * i), line, size=9.5, colour=role.edge, align="left")
    canvas.text((left, y - 0.37), "hint: follow h from step 0", size=9, align="left")


def _flow_arrows(canvas: Canvas) -> None:
    for y in (TOP_ROW, BOTTOM_ROW):
        canvas.arrow((2.25, y), (2.6, y))
        canvas.arrow((4.7, y), (5.05, y))
    top, above = TOP_ROW + 0.55, TOP_ROW + 0.85
    canvas.arrow((6.1, top), (6.1, above), (1.2, above), (1.2, top), colour=STATE.edge)
    text = "improve, and check again: as often as you like"
    canvas.text((3.65, above + 0.17), text, size=9.5, colour=STATE.edge)
    bottom, turn = TOP_ROW - 0.55, TOP_ROW - 0.85
    canvas.arrow((6.1, bottom), (6.1, turn), (1.2, turn), (1.2, BOTTOM_ROW + 0.55))
    canvas.text((3.65, turn - 0.17), "when you are satisfied", size=9.5)
