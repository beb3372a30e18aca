"""Pictures of recurrences that need not wait: the rounds of a scan, and the minimal GRU."""

from course_utils.diagrams.canvas import Canvas, Diagram
from course_utils.plotting import IGNORED, INPUT, NEUTRAL, OUTPUT, STATE, WEIGHT

LEFT, RIGHT = 0.95, 7.1  # of the entries
ROW, HEAD = 0.95, 0.4
BOX, TALL = 0.34, 0.5  # height of an entry's box, with one line or two
Span = tuple[int, int]  # the first and the last step that an entry stands for


def spans(time: int) -> list[list[Span]]:
    """What each entry stands for, before the first round and after each one.

    >>> spans(3)
    [[(0, 0), (1, 1), (2, 2)], [(0, 0), (0, 1), (1, 2)], [(0, 0), (0, 1), (0, 2)]]
    """
    rows, reach = [[(t, t) for t in range(time)]], 1
    while reach < time:
        last = rows[-1]
        rows.append([(last[t - reach][0], t) if t >= reach else last[t] for t in range(time)])
        reach *= 2
    return rows


def scan_rounds(time: int, rounds: int | None = None) -> Diagram:
    """A scan of so many entries: which two are combined in each round, and what they stand for.

    Args:
      time: number of entries, 1 to 16.
      rounds: how many rounds are drawn in full; the rest is left pale. None draws all.

    Raises:
      ValueError: if `time` is not in 1..16.
    """
    if not 1 <= time <= 16:
        raise ValueError(f"time must be in 1..16, got {time}: more boxes would not fit.")
    rows = spans(time)
    shown = len(rows) - 1 if rounds is None else min(rounds, len(rows) - 1)
    canvas = Canvas(7.3, HEAD + ROW * len(rows))
    pitch = (RIGHT - LEFT) / time
    for r in range(len(rows)):
        _row(canvas, rows, r, pitch, is_shown=r <= shown)
    done = sum(first == 0 for first, _ in rows[shown])
    title = f"After {_count(shown, 'round')}: {done} of {_count(time, 'state')} finished"
    canvas.text((canvas.width / 2, canvas.height - 0.2), title, size=11, bold=True)
    return canvas.diagram(_in_words(rows, shown, done))


def _row(canvas: Canvas, rows: list[list[Span]], r: int, pitch: float, is_shown: bool) -> None:
    def at(t: int, row: int) -> tuple[float, float]:
        return LEFT + pitch * (t + 0.5), canvas.height - HEAD - TALL / 2 - ROW * row

    canvas.text((0.06, at(0, r)[1]), f"round {r}" if r else "steps", size=9, align="left")
    height, dash = (BOX, "–") if pitch > 0.6 else (TALL, "–\n")
    for t, (first, last) in enumerate(rows[r]):
        role = IGNORED if not is_shown else OUTPUT if first == 0 else INPUT
        name = f"{last}" if first == last else f"{first}{dash}{last}"
        width = min(0.62, pitch - 0.04)
        canvas.box(at(t, r), name, role, width=width, height=height, size=9, dashed=not is_shown)
        reach = 2 ** (r - 1) if r else 0
        if reach and is_shown:
            x, y = at(t, r)
            sources = [t, t - reach] if t >= reach else [t]
            for source in sources:
                above = at(source, r - 1)
                colour = NEUTRAL.edge if source == t else STATE.edge
                start = (above[0], above[1] - height / 2)
                canvas.arrow(start, (x, y + height / 2), colour=colour, head=source != t)


def _count(number: int, what: str) -> str:
    return f"{number} {what}" + ("" if number == 1 else "s")


def _in_words(rows: list[list[Span]], shown: int, done: int) -> str:
    time = len(rows[0])
    entries = "1 entry" if time == 1 else f"{time} entries"
    words = [f"A scan of {entries}, each of which stands for a single step at first."]
    for r in range(1, shown + 1):
        reach = 2 ** (r - 1)
        words.append(
            f"In round {r}, {time - reach} of them are combined with the one {reach} before."
        )
    words.append(f"After that {done} of {time} stand for all steps from 0 to their own.")
    return " ".join(words)


def min_gru_cell() -> Diagram:
    """A minimal GRU cell: gate and candidate see the input alone."""
    canvas = Canvas(7.3, 2.9)
    canvas.panel((3.65, 1.5), 5.56, 2.2)
    top, meet, gate, bottom = 2.25, 1.55, 0.85, 0.25
    canvas.box((0.48, top), "$h_{t-1}$", STATE, width=0.64, size=12)
    canvas.box((6.82, top), "$h_t$", STATE, width=0.64, size=12)
    canvas.box((1.0, bottom), "$x_t$", INPUT, width=0.56, size=12)
    for x in (2.4, 4.4):
        canvas.arrow((1.28, bottom), (x, bottom), (x, gate - 0.21), colour=INPUT.edge)
    canvas.box((2.4, gate), "z : σ", WEIGHT)
    canvas.box((4.4, gate), "candidate", WEIGHT, width=1.1)
    canvas.box((2.4, meet), "1 −", NEUTRAL, width=0.44, height=0.34)
    for at, sign in (((2.4, top), "×"), ((4.4, meet), "×"), ((4.4, top), "+")):
        canvas.box(at, sign, NEUTRAL, width=0.3, height=0.3, size=12, rounding=0.15)
    canvas.arrow((2.4, gate + 0.21), (2.4, meet - 0.17), colour=WEIGHT.edge)
    canvas.arrow((2.4, meet + 0.17), (2.4, top - 0.15), colour=WEIGHT.edge)
    canvas.arrow((2.7, gate), (3.3, gate), (3.3, meet), (4.25, meet), colour=WEIGHT.edge)
    canvas.arrow((4.4, gate + 0.21), (4.4, meet - 0.15), colour=WEIGHT.edge)
    canvas.arrow((4.4, meet + 0.15), (4.4, top - 0.15), colour=WEIGHT.edge)
    for left, right in ((0.8, 2.25), (2.55, 4.25), (4.55, 6.5)):
        canvas.arrow((left, top), (right, top), colour=STATE.edge)
    return canvas.diagram(
        "A minimal GRU cell. Along the top runs its state h: it is multiplied by 1 minus z, then z "
        "times the candidate is added to it. The gate z, a sigmoid, and the candidate see the "
        "input alone; nothing leads from the state to them."
    )
