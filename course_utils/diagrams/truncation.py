"""How far errors go back in time: the two ways to truncate back-propagation, as arrows."""

from course_utils.diagrams.canvas import Canvas, Diagram, Point
from course_utils.plotting import INPUT, OUTPUT, STATE, Role

N_STEPS = 12
PITCH, LEFT = 0.58, 0.46  # from one step to the next; centre of the first
LANE = 0.11  # from one error's arrow to the next one's, upwards
Y_STATE, Y_LANES = 0.3, 0.68  # above the lower edge of a panel
MEANINGS = {
    "windowed": "errors stop at the border of their window",
    "true": "every error goes back over the same number of steps",
}


def truncations(num_steps: int = 3, lag: int | None = None) -> Diagram:
    """Which steps the errors of twelve steps reach, in windows and by true truncation.

    Args:
      num_steps: width of a window, and the number of steps that an error goes back over, 1 to 12.
      lag: if given, marks the input so many steps before each error that reaches it.

    Raises:
      ValueError: if `num_steps` is not in 1..12.
    """
    if not 1 <= num_steps <= N_STEPS:
        raise ValueError(
            f"Received an invalid value for argument `num_steps`: expected 1 to {N_STEPS}, the "
            f"number of steps in the picture, got {num_steps}."
        )
    panel_height = Y_LANES + LANE * num_steps + 0.5
    canvas = Canvas(7.3, 2 * panel_height + 0.15)
    for style, bottom in (("windowed", panel_height + 0.15), ("true", 0.05)):
        _panel(canvas, bottom, style, num_steps, lag)
    return canvas.diagram(_in_words(num_steps, lag))


def first_step(style: str, t: int, num_steps: int) -> int:
    """The earliest step that the error of step t reaches.

    Args:
      style: "windowed" or "true".
      t: the error's step, from 0.
      num_steps: width of a window, or the number of steps that an error reaches.

    >>> [first_step("windowed", t, 3) for t in range(7)]
    [0, 0, 0, 3, 3, 3, 6]
    >>> [first_step("true", t, 3) for t in range(7)]
    [0, 0, 0, 1, 2, 3, 4]
    """
    if style == "windowed":
        return t - t % num_steps
    return max(0, t - num_steps + 1)


def _panel(canvas: Canvas, bottom: float, style: str, num_steps: int, lag: int | None) -> None:
    top = bottom + Y_LANES + LANE * num_steps
    if style == "windowed":
        for start in range(0, N_STEPS, num_steps):
            end = min(start + num_steps, N_STEPS) - 1
            middle = (_x(start) + _x(end)) / 2
            canvas.panel((middle, (bottom + top) / 2), _x(end) - _x(start) + 0.52, top - bottom)
    canvas.text((LEFT - 0.26, top + 0.2), style, size=11, align="left", bold=True)
    canvas.text((LEFT + 0.75, top + 0.2), MEANINGS[style], size=9.5, align="left")
    _states(canvas, bottom + Y_STATE)
    for t in range(N_STEPS):
        height = bottom + Y_LANES + LANE * (t % num_steps)
        _error(canvas, height, t, first_step(style, t, num_steps), lag)


def _states(canvas: Canvas, y: float) -> None:
    for t in range(N_STEPS):
        canvas.box((_x(t), y), f"$h_{{{t}}}$", STATE, width=0.38, height=0.34)
        if t:
            canvas.arrow((_x(t - 1) + 0.19, y), (_x(t) - 0.19, y), colour=STATE.edge)


def _error(canvas: Canvas, y: float, t: int, first: int, lag: int | None) -> None:
    if first < t:
        canvas.arrow((_x(t), y), (_x(first) - 0.09, y), colour=OUTPUT.edge)
    _dot(canvas, (_x(t), y), OUTPUT)
    if lag and t - lag >= first:
        _dot(canvas, (_x(t - lag), y), INPUT)


def _x(t: int) -> float:
    return LEFT + PITCH * t


def _dot(canvas: Canvas, at: Point, role: Role) -> None:
    canvas.axes.plot(*at, "o", color=role.edge, markersize=4.5, zorder=4)


def _in_words(num_steps: int, lag: int | None) -> str:
    words = [
        f"Two pictures of {N_STEPS} steps whose state runs on from each to the next, with an arrow "
        "back in time for the error of each step.",
        f"Windowed: the steps are cut into windows of {num_steps} each, and each arrow ends at the "
        "first step of its window.",
        f"True: each arrow covers {num_steps} of the steps, its own included, and fewer only at "
        "the start.",
    ]
    if lag:
        windowed, true = (_steps_that_reach(lag, style, num_steps) for style in MEANINGS)
        words.append(
            f"The input {lag} steps back is reached, if windowed, by the errors of {windowed}; if "
            f"truly truncated, of {true}."
        )
    return " ".join(words)


def _steps_that_reach(lag: int, style: str, num_steps: int) -> str:
    steps = [t for t in range(N_STEPS) if t - lag >= first_step(style, t, num_steps)]
    return f"steps {', '.join(map(str, steps))}" if steps else "no step"
