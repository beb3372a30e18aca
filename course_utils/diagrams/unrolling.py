"""Pictures for static unrolling: a graph that grows with the steps, and cutting a batch in time."""

from course_utils.diagrams.canvas import Canvas, Diagram, Point
from course_utils.diagrams.cells import check_steps
from course_utils.plotting import INPUT, NEUTRAL, OUTPUT, STATE, WEIGHT, Role

COLUMN = 2.4  # from one step's operations to the next one's
Y_WEIGHTS, Y_INPUT, Y_PRODUCTS, Y_SUM, Y_BIAS, Y_TANH, Y_OUTPUT = (
    0.33, 1.25, 1.95, 2.55, 3.15, 3.75, 4.4,
)  # fmt: skip
Y_BOTTOM, Y_TOP = 0.9, 5.2  # of the background of a step


def static_graph(n_steps: int = 3) -> Diagram:
    """The graph that a Python loop over time leaves behind: every step has its own operations.

    Args:
      n_steps: how many steps, 2 to 4.

    Raises:
      ValueError: if `n_steps` is out of range.
    """
    check_steps(n_steps)
    canvas = Canvas(COLUMN * n_steps + 0.1, 5.3)
    _weights_bar(canvas)
    for t in range(n_steps):
        _step_operations(canvas, 1.25 + COLUMN * t, t)
        if t:
            _carry_state(canvas, 1.25 + COLUMN * t, t)
    return canvas.diagram(
        f"The graph of a network unrolled over {n_steps} time steps. Each step has "
        "operations of its own: the input times Wx, the previous state times Wh, their sum, "
        "the bias added, and tanh, whose result is the step's output and the next step's state. "
        "The variables Wx, Wh and b exist once, below all columns, and every column reads them."
    )


def _weights_bar(canvas: Canvas) -> None:
    text = r"$W_x$,  $W_h$,  $b$:  variables, made once, read at every step"
    at, width = (canvas.width / 2, Y_WEIGHTS), canvas.width - 0.5
    canvas.box(at, text, WEIGHT, width=width, height=0.46, rounding=0.14)


def _step_operations(canvas: Canvas, x: float, t: int) -> None:
    canvas.panel((x, (Y_BOTTOM + Y_TOP) / 2), 2.0, Y_TOP - Y_BOTTOM)
    canvas.text((x - 0.82, Y_TOP - 0.25), f"step {t}", size=11, align="left", bold=True)
    canvas.text((x + 0.82, Y_TOP - 0.25), "new operations", size=9.5, align="right")
    canvas.arrow((x, Y_WEIGHTS + 0.23), (x, Y_BOTTOM), colour=WEIGHT.edge)
    _products(canvas, x, t)
    for y, above in ((Y_SUM, Y_BIAS - 0.17), (Y_BIAS, Y_TANH - 0.17), (Y_TANH, Y_OUTPUT - 0.19)):
        canvas.arrow((x, y + 0.17), (x, above))
    for y, name in ((Y_SUM, "add"), (Y_BIAS, "add $b$"), (Y_TANH, "tanh")):
        _operation(canvas, (x, y), name)
    canvas.box((x, Y_OUTPUT), f"$y_{t}$", OUTPUT, width=0.5, height=0.38, size=11)


def _products(canvas: Canvas, x: float, t: int) -> None:
    left, right = x - 0.46, x + 0.46
    _feed(canvas, right, f"$x_{t}$", INPUT)
    if t == 0:
        _feed(canvas, left, "0", STATE)
    canvas.arrow((left, Y_PRODUCTS + 0.17), (left, Y_SUM), (x - 0.34, Y_SUM), head=False)
    canvas.arrow((right, Y_PRODUCTS + 0.17), (right, Y_SUM), (x + 0.34, Y_SUM), head=False)
    _operation(canvas, (left, Y_PRODUCTS), r"$h\,W_h$")
    _operation(canvas, (right, Y_PRODUCTS), r"$x\,W_x$")


def _feed(canvas: Canvas, x: float, name: str, role: Role) -> None:
    canvas.box((x, Y_INPUT), name, role, width=0.5, height=0.38, size=11)
    canvas.arrow((x, Y_INPUT + 0.19), (x, Y_PRODUCTS - 0.17), colour=role.edge)


def _operation(canvas: Canvas, at: Point, name: str) -> None:
    white = Role(NEUTRAL.edge, "#FFFFFF")
    canvas.box(at, name, white, width=0.68, height=0.34, rounding=0.17)


def _carry_state(canvas: Canvas, x: float, t: int) -> None:
    start, gap, end = x - COLUMN + 0.34, x - COLUMN / 2, x - 0.8
    path = (start, Y_TANH), (gap, Y_TANH), (gap, Y_PRODUCTS), (end, Y_PRODUCTS)
    canvas.arrow(*path, colour=STATE.edge)
    canvas.text((start + 0.3, Y_TANH + 0.18), f"$h_{t - 1}$", size=11, colour=STATE.edge)


SHEETS = (
    [[0, 1, 2], [3, 4, 5], [6, 7, 8], [9, 0, 1]],
    [[9, 8, 7], [0, 0, 0], [6, 5, 4], [3, 2, 1]],
)
TINTS = (INPUT, Role(INPUT.edge, "#A6DBC4"))  # step 0 and step 1
CELL, WIDTH, HEIGHT = 0.26, 0.78, 1.04
DEPTH = (0.3, 0.22)  # from one sheet of the block to the one behind it
BOTTOM = 0.6


def pack_unpack() -> Diagram:
    """The course's batch, cut along time into one matrix a step and stacked again."""
    canvas = Canvas(7.3, 2.7)
    _block(canvas, 0.7, "inputs  [4, 2, 3]")
    _name_axes(canvas, 0.7)
    _transfer(canvas, 2.55, "unpack", "cut in time")
    for t, left in enumerate((3.02, 3.94)):
        _sheet(canvas, (left, BOTTOM), t)
        canvas.text((left + WIDTH / 2, BOTTOM - 0.2), f"step {t}", size=9.5)
    canvas.text((3.87, 2.45), "a list of two  [4, 3]", bold=True)
    _transfer(canvas, 5.2, "pack", "stack in time")
    _block(canvas, 5.7, "[4, 2, 3]")
    return canvas.diagram(
        "A block of shape [4, 2, 3]: four instances in the batch, two time steps, three features. "
        "Unpacking cuts it along time into a list of two matrices of shape [4, 3]: the first "
        "holds step 0 of all four instances, the second step 1. Packing stacks the matrices "
        "along time again and gives the same block."
    )


def _transfer(canvas: Canvas, x: float, name: str, meaning: str) -> None:
    y = BOTTOM + HEIGHT / 2
    canvas.arrow((x - 0.3, y), (x + 0.3, y))
    canvas.text((x, y + 0.22), name, bold=True)
    canvas.text((x, y - 0.22), meaning, size=9)


def _block(canvas: Canvas, left: float, title: str) -> None:
    for t in (1, 0):
        _sides(canvas, (left + DEPTH[0] * t, BOTTOM + DEPTH[1] * t), TINTS[t])
    _sheet(canvas, (left, BOTTOM), 0)
    canvas.text((left + WIDTH / 2 + DEPTH[0], 2.45), title, bold=True)


def _name_axes(canvas: Canvas, left: float) -> None:
    canvas.text((left - 0.1, BOTTOM + HEIGHT / 2), "batch\n4", size=9.5, align="right")
    canvas.text((left + WIDTH / 2, BOTTOM - 0.2), "features 3", size=9.5)
    canvas.text((left + WIDTH + 0.3, BOTTOM - 0.03), "time 2", size=9.5, align="left")


def _sides(canvas: Canvas, corner: Point, role: Role) -> None:
    (x, y), (dx, dy) = corner, DEPTH
    top, right = y + HEIGHT, x + WIDTH
    canvas.polygon([(x, top), (x + dx, top + dy), (right + dx, top + dy), (right, top)], role)
    canvas.polygon([(right, top), (right + dx, top + dy), (right + dx, y + dy), (right, y)], role)


def _sheet(canvas: Canvas, corner: Point, t: int) -> None:
    left, bottom = corner
    for row, numbers in enumerate(SHEETS[t]):
        for column, number in enumerate(numbers):
            x, y = left + CELL * column, bottom + HEIGHT - CELL * (row + 1)
            square = [(x, y), (x + CELL, y), (x + CELL, y + CELL), (x, y + CELL)]
            canvas.polygon(square, TINTS[t])
            canvas.text((x + CELL / 2, y + CELL / 2), str(number), size=9.5)
