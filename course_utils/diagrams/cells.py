"""Pictures of a recurrent cell, folded and unrolled in time, and of the four sequence problems."""

from collections.abc import Collection

from course_utils.diagrams.canvas import Canvas, Diagram, Point
from course_utils.plotting import IGNORED, INPUT, OUTPUT, STATE, WEIGHT, Role

PITCH = 1.5  # from one step's cell to the next one's
Y_INPUT, Y_CELL, Y_OUTPUT, Y_TITLE = 0.95, 2.1, 3.2, 3.7


def check_steps(n_steps: int) -> None:
    """Refuses a number of steps that does not fit on a page.

    Raises:
      ValueError: if `n_steps` is not in 2..4.
    """
    if not 2 <= n_steps <= 4:
        raise ValueError(
            "Received an invalid value for argument `n_steps`: expected 2 to 4 steps, which fit "
            f"on a page, got {n_steps}."
        )


def unrolled_cell(n_steps: int = 3) -> Diagram:
    """One recurrent cell, folded with its loop and unrolled over time.

    Args:
      n_steps: how many steps to unroll, 2 to 4.

    Raises:
      ValueError: if `n_steps` is out of range.
    """
    check_steps(n_steps)
    canvas = Canvas(3.05 + PITCH * n_steps, 4.0)
    _folded_cell(canvas, 0.78)
    _unrolled_cells(canvas, 3.66, n_steps)
    canvas.text((canvas.width / 2, 0.2), _CAPTION, size=9.5)
    return canvas.diagram(
        "Left: a recurrent cell, folded. The input x at time t enters through the weights Wx, a "
        "loop brings the state h back in through the weights Wh, a bias b is added, and tanh of "
        "the sum is the output y and the next state. Right: the same cell unrolled, drawn once "
        f"for each of {n_steps} time steps, from a zero state. The state runs from each step to "
        "the next, and every step uses the same Wx, Wh and b."
    )


_CAPTION = (
    r"Every step uses the same $W_x$, $W_h$ and $b$.  Here the output is the state: $y_t = h_t$."
)


def _folded_cell(canvas: Canvas, x: float) -> None:
    canvas.panel((1.0, 2.2), 1.84, 3.5)
    canvas.text((1.0, Y_TITLE), "folded", size=11, bold=True)
    _cell(canvas, x, "t")
    near, far, up, down = x + 0.42, x + 0.78, Y_CELL + 0.26, Y_CELL - 0.26
    canvas.arrow((near, up), (far, up), (far, Y_CELL + 0.14), colour=STATE.edge, head=False)
    canvas.arrow((far, Y_CELL - 0.14), (far, down), (near, down), colour=STATE.edge)
    canvas.text((x + 0.62, Y_CELL + 0.42), r"$h_t$", size=11, colour=STATE.edge)
    _weight(canvas, (far, Y_CELL), r"$W_h$")


def _unrolled_cells(canvas: Canvas, first: float, n_steps: int) -> None:
    middle, last = (canvas.width + 2.06) / 2, first + PITCH * (n_steps - 1)
    canvas.panel((middle - 0.04, 2.2), canvas.width - 2.14, 3.5)
    canvas.text((middle, Y_TITLE), "unrolled in time", size=11, bold=True)
    canvas.box((first - 1.28, Y_CELL), "0", STATE, width=0.36, height=0.36)
    for t in range(n_steps):
        x = first + PITCH * t
        _state_in(canvas, x, rf"$h_{t - 1}$" if t else "")
        _cell(canvas, x, str(t))
    canvas.arrow((last + 0.42, Y_CELL), (last + 0.74, Y_CELL), colour=STATE.edge)
    canvas.text((last + 0.58, Y_CELL + 0.2), rf"$h_{n_steps - 1}$", size=11, colour=STATE.edge)


def _state_in(canvas: Canvas, x: float, name: str) -> None:
    canvas.arrow((x - 1.1, Y_CELL), (x - 0.98, Y_CELL), colour=STATE.edge, head=False)
    canvas.arrow((x - 0.58, Y_CELL), (x - 0.42, Y_CELL), colour=STATE.edge)
    canvas.text((x - 0.78, Y_CELL + 0.32), name, size=11, colour=STATE.edge)
    _weight(canvas, (x - 0.78, Y_CELL), r"$W_h$")


def _cell(canvas: Canvas, x: float, t: str) -> None:
    canvas.box((x, Y_INPUT), f"$x_{t}$", INPUT, width=0.56, size=12)
    canvas.arrow((x, Y_INPUT + 0.21), (x, Y_CELL - 0.85), colour=INPUT.edge, head=False)
    canvas.arrow((x, Y_CELL - 0.57), (x, Y_CELL - 0.42), colour=INPUT.edge)
    _weight(canvas, (x, Y_CELL - 0.71), "$W_x$")
    canvas.box((x, Y_CELL), "", STATE, width=0.84, height=0.84, rounding=0.14)
    canvas.text((x, Y_CELL + 0.18), "tanh", size=11)
    _weight(canvas, (x, Y_CELL - 0.17), "$b$")
    canvas.arrow((x, Y_CELL + 0.42), (x, Y_OUTPUT - 0.21), colour=OUTPUT.edge)
    canvas.box((x, Y_OUTPUT), f"$y_{t}$", OUTPUT, width=0.56, size=12)


def _weight(canvas: Canvas, at: Point, name: str) -> None:
    canvas.box(at, name, WEIGHT, width=0.4, height=0.28, rounding=0.14)


def four_topologies() -> Diagram:
    """The four shapes of sequence problems, side by side."""
    canvas = Canvas(7.3, 5.5)
    every, first_two, last_two = range(4), (0, 1), (2, 3)
    _topology(canvas, (0.05, 2.8), "Sequence to sequence", every, every)
    _topology(canvas, (3.7, 2.8), "Sequence to vector", every, (3,))
    _topology(canvas, (0.05, 0.05), "Vector to sequence", (0,), every)
    _topology(canvas, (3.7, 0.05), "Delayed", first_two, last_two)
    return canvas.diagram(
        "Four networks of four time steps each. Sequence to sequence: an input and an output at "
        "every step. Sequence to vector: an input at every step; of the outputs only the last "
        "is used, the others are ignored. Vector to sequence: one input at the first step, an "
        "output at every step. Delayed, also called encoder and decoder: inputs at the first two "
        "steps, whose outputs are ignored, then outputs at the last two."
    )


_MEANING = {
    "Sequence to sequence": "an output for each input",
    "Sequence to vector": "only the last output counts",
    "Vector to sequence": "one input, then outputs only",
    "Delayed": "an encoder reads, then a decoder writes",
}


def _topology(
    canvas: Canvas, corner: Point, title: str, inputs: Collection[int], outputs: Collection[int]
) -> None:
    left, bottom = corner
    canvas.panel((left + 1.775, bottom + 1.325), 3.55, 2.65)
    canvas.text((left + 0.28, bottom + 2.38), title, size=11, align="left", bold=True)
    canvas.text((left + 0.28, bottom + 2.13), _MEANING[title], size=9.5, align="left")
    for t in range(4):
        foot = (left + 0.57 + 0.8 * t, bottom + 0.38)
        _topology_step(canvas, foot, t, t in inputs, OUTPUT if t in outputs else IGNORED)


def _topology_step(canvas: Canvas, foot: Point, t: int, has_input: bool, output: Role) -> None:
    x, y_input = foot
    y_cell, y_output = y_input + 0.65, y_input + 1.3
    if has_input:
        canvas.box(foot, f"$x_{t}$", INPUT, width=0.5, height=0.36, size=11)
        canvas.arrow((x, y_input + 0.18), (x, y_cell - 0.18), colour=INPUT.edge)
    if t:
        canvas.arrow((x - 0.55, y_cell), (x - 0.25, y_cell), colour=STATE.edge)
    canvas.box((x, y_cell), f"$h_{t}$", STATE, width=0.5, height=0.36, size=11)
    canvas.arrow((x, y_cell + 0.18), (x, y_output - 0.18), colour=output.edge)
    dashed = output is IGNORED
    canvas.box((x, y_output), f"$y_{t}$", output, width=0.5, height=0.36, size=11, dashed=dashed)
