"""Pictures for one answer a step: flatten, multiply, reshape; and marks in a text."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from course_utils.diagrams.canvas import Canvas, Diagram
from course_utils.plotting import INK, NEUTRAL, OUTPUT, STATE, WEIGHT, Role

BOX, PITCH = 0.5, 0.58  # inches
LETTER = 0.118  # from one letter of a marked text to the next


def flatten_reshape(batch: int = 2, time: int = 3) -> Diagram:
    """One matrix product for all steps: flattened, multiplied, put back in place.

    Args:
      batch: how many sequences to draw.
      time: how many steps.
    """
    canvas = Canvas(7.3, 0.95 + PITCH * batch * time)
    middle = 0.35 + PITCH * batch * time / 2
    x_in, x_flat, x_weight, x_logits, x_out = 1.0, 2.65, 3.67, 4.69, 6.35
    top = canvas.height - 0.3
    for x, title in (
        (x_in, "outputs\n[batch, time, units]"),
        (x_flat, "flattened\n[batch · time, units]"),
        (x_logits, "product\n[batch · time, classes]"),
        (x_out, "logits\n[batch, time, classes]"),
    ):
        canvas.text((x, top), title, size=9)
    for i in range(batch):
        for t in range(time):
            flat_y = middle + PITCH * ((batch * time - 1) / 2 - (i * time + t))
            block_y = middle + PITCH * ((batch - 1) / 2 - i)
            column = PITCH * (t - (time - 1) / 2)
            for x, y, role in (
                (x_in + column, block_y, STATE),
                (x_flat, flat_y, STATE),
                (x_logits, flat_y, OUTPUT),
                (x_out + column, block_y, OUTPUT),
            ):
                canvas.box((x, y), f"{i}, {t}", _shade(role, i), width=BOX, height=0.42, size=9)
            canvas.arrow((x_flat + BOX / 2, flat_y), (x_logits - BOX / 2, flat_y))
    canvas.box((x_weight, middle), "weight\nbias", WEIGHT, width=0.66, height=0.6, size=9.5)
    for start, end in ((x_in, x_flat), (x_logits, x_out)):
        left = start + (PITCH * time / 2 if start == x_in else BOX / 2)
        right = end - (PITCH * time / 2 if end == x_out else BOX / 2)
        canvas.arrow((left + 0.08, middle), (right - 0.08, middle), colour=NEUTRAL.edge)
    return canvas.diagram(
        f"Outputs of {batch} sequences with {time} steps are written one below the other: first "
        "all steps of sequence 0, then those of the next. Each row is multiplied by the same "
        "weight and gets the same bias. Cut in the same order, the rows are logits "
        "[batch, time, classes]."
    )


def _shade(role: Role, sequence: int) -> Role:
    """The role's colours, the filling white for every second sequence."""
    return role if sequence % 2 == 0 else Role(role.edge, "#FFFFFF", role.text)


def marked_text(
    texts: Sequence[str], starts: Sequence[ArrayLike], marks: Sequence[ArrayLike], alt: str
) -> Diagram:
    """Texts without spaces: bars where words start, found or missed, and where none does.

    Args:
      texts: of at most 58 letters each.
      starts: for each text [letters], true where a word starts.
      marks: for each text [letters], true where the network says so.
      alt: what there is to see.
    """
    canvas = Canvas(7.3, 0.55 + 0.62 * len(texts))
    _legend(canvas, canvas.height - 0.22)
    for line, (text, true, marked) in enumerate(zip(texts, starts, marks, strict=True)):
        y = canvas.height - 0.75 - 0.62 * line
        pairs = zip(np.asarray(true, dtype=bool), np.asarray(marked, dtype=bool), strict=True)
        for i, (letter, (start, mark)) in enumerate(zip(text, pairs, strict=True)):
            x = 0.28 + LETTER * i
            canvas.axes.text(x, y - 0.05, letter, size=10, ha="center", family="DejaVu Sans Mono")
            if start or mark:
                _bar(canvas, x - LETTER / 2, y, start=bool(start), mark=bool(mark))
    return canvas.diagram(alt)


def _bar(canvas: Canvas, x: float, y: float, *, start: bool, mark: bool) -> None:
    role, dashed = (STATE if mark else NEUTRAL, not mark) if start else (OUTPUT, False)
    canvas.axes.plot(
        [x, x],
        [y - 0.17, y + 0.17],
        color=role.edge,
        lw=1.3 if dashed else 2.2,
        ls=(0, (2, 1.5)) if dashed else "-",
        gid="found" if start and mark else "missed" if start else "false",
        zorder=4,
    )


def _legend(canvas: Canvas, y: float) -> None:
    entries = (
        ("a word starts here, found", True, True),
        ("missed", True, False),
        ("marked, but no word starts", False, True),
    )
    x = 0.3
    for text, start, mark in entries:
        _bar(canvas, x, y, start=start, mark=mark)
        canvas.text((x + 0.1, y), text, size=9, align="left", colour=INK)
        x += 0.45 + 0.075 * len(text)
