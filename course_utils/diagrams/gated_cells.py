"""The insides of three cells: what flows where in a basic cell, an LSTM and a GRU."""

from course_utils.diagrams.canvas import Canvas, Diagram, Point
from course_utils.plotting import INPUT, NEUTRAL, OUTPUT, STATE, WEIGHT, Role

Y_TOP, Y_MEET, Y_GATE, Y_BUS, Y_INPUT = 3.3, 2.35, 1.5, 0.85, 0.3
LEFT, RIGHT = 0.48, 6.82  # where states come in and go out
HALF = 0.21  # of a gate's height
SMALL = 0.15  # half of an operation's width


def basic_cell() -> Diagram:
    """A basic recurrent cell: the whole state is made anew at every step."""
    canvas = Canvas(7.3, 2.0)
    canvas.panel((3.65, 1.12), 5.0, 1.6)
    canvas.box((LEFT, 1.4), "$h_{t-1}$", STATE, width=0.64, size=12)
    canvas.box((LEFT, 0.5), "$x_t$", INPUT, width=0.64, size=12)
    canvas.arrow((LEFT + 0.32, 1.4), (2.6, 1.4), (2.6, 1.12), (3.16, 1.12), colour=STATE.edge)
    canvas.arrow((LEFT + 0.32, 0.5), (2.2, 0.5), (2.2, 0.86), (3.16, 0.86), colour=INPUT.edge)
    canvas.box((3.65, 1.0), "tanh", WEIGHT, width=0.96, height=0.6, size=12)
    canvas.arrow((4.13, 1.0), (RIGHT - 0.32, 1.0), colour=STATE.edge)
    canvas.box((RIGHT, 1.0), "$h_t$", STATE, width=0.64, size=12)
    canvas.text((3.65, 1.7), "everything in the state passes here, at every step", size=9.5)
    return canvas.diagram(
        "A basic cell. The state before and the input go into one layer of tanh units, and what "
        "comes out is the new state. Nothing of the old state gets past the tanh."
    )


def lstm_cell(peepholes: bool = False) -> Diagram:
    """An LSTM cell, with the long-term state on top.

    Args:
      peepholes: whether to draw the ways on which the gates see the long-term state.
    """
    canvas = Canvas(7.3, 4.1)
    _stage(canvas)
    _states(canvas, Y_TOP, "c")
    _bus(canvas, (1.75, 2.85, 3.95, 5.05))
    _long_term_state(canvas)
    _short_term_state(canvas)
    if peepholes:
        _peepholes(canvas)
    seeing = (
        " Three more arrows, the peepholes, run from the long-term state to the gates: the old "
        "state to f and i, the new one to o."
    )
    return canvas.diagram(
        "An LSTM cell. Along the top runs the long-term state c: it is multiplied by the forget "
        "gate f, then i times g is added to it. The new c goes out, and through a tanh and the "
        "output gate o it becomes the short-term state h, which is also the output. Below, all "
        "four layers see the state h before and the input: the gates f, i and o with a sigmoid, "
        "the candidate g with a tanh." + seeing * peepholes
    )


def gru_cell() -> Diagram:
    """A GRU cell, with the reset before the product."""
    canvas = Canvas(7.3, 4.1)
    _stage(canvas)
    _states(canvas, Y_TOP, "h")
    _mixture(canvas)
    _reset(canvas)
    canvas.box((1.0, Y_INPUT), "$x_t$", INPUT, width=0.56, size=12)
    _feed(canvas, (1.28, Y_INPUT), (2.1, 3.45, 4.75), Y_INPUT, INPUT)
    _feed(canvas, (1.25, Y_TOP), (1.8, 3.15), Y_BUS, STATE)
    return canvas.diagram(
        "A GRU cell. Along the top runs its only state h: it is multiplied by the update gate z, "
        "then the candidate times 1 minus z is added to it. The gates z and r see the old state "
        "and the input. The candidate, a tanh layer, sees the input, and of the old state what "
        "the reset gate r lets through."
    )


def _stage(canvas: Canvas) -> None:
    canvas.panel((3.65, 2.14), 5.56, 3.1)
    canvas.text((3.65, 3.88), "× and + work entry by entry; σ is the sigmoid, 0 to 1", size=9.5)


def _states(canvas: Canvas, y: float, name: str) -> None:
    canvas.box((LEFT, y), f"${name}_{{t-1}}$", STATE, width=0.64, size=12)
    canvas.box((RIGHT, y), f"${name}_t$", STATE, width=0.64, size=12)


def _bus(canvas: Canvas, gates: tuple[float, ...]) -> None:
    """The short-term state and the input, on their way into every gate."""
    canvas.box((LEFT, Y_BUS), "$h_{t-1}$", STATE, width=0.64, size=12)
    canvas.box((1.25, Y_INPUT), "$x_t$", INPUT, width=0.64, size=12)
    _feed(canvas, (LEFT + 0.32, Y_BUS), tuple(x - 0.12 for x in gates), Y_BUS, STATE)
    _feed(canvas, (1.57, Y_INPUT), tuple(x + 0.12 for x in gates), Y_INPUT, INPUT)


def _feed(canvas: Canvas, start: Point, xs: tuple[float, ...], y: float, role: Role) -> None:
    """Arrows from a start along the height y, and up into the gates at these places."""
    for x in xs:
        turn = [(start[0], y)] if start[1] != y else []
        canvas.arrow(start, *turn, (x, y), (x, Y_GATE - HALF), colour=role.edge)


def _long_term_state(canvas: Canvas) -> None:
    for x, label in ((1.75, "f : σ"), (2.85, "i : σ"), (3.95, "g : tanh"), (5.05, "o : σ")):
        width = 0.84 if "tanh" in label else 0.62
        canvas.box((x, Y_GATE), label, WEIGHT, width=width, height=2 * HALF)
    _operation(canvas, (1.75, Y_TOP), "×")
    _operation(canvas, (3.4, Y_MEET), "×")
    _operation(canvas, (3.4, Y_TOP), "+")
    up = Y_GATE + HALF
    canvas.arrow((1.75, up), (1.75, Y_TOP - SMALL), colour=WEIGHT.edge)
    canvas.arrow((2.85, up), (2.85, Y_MEET), (3.4 - SMALL, Y_MEET), colour=WEIGHT.edge)
    canvas.arrow((3.95, up), (3.95, Y_MEET), (3.4 + SMALL, Y_MEET), colour=WEIGHT.edge)
    canvas.arrow((3.4, Y_MEET + SMALL), (3.4, Y_TOP - SMALL), colour=WEIGHT.edge)
    for left, right in ((LEFT + 0.32, 1.6), (1.9, 3.25), (3.55, RIGHT - 0.32)):
        canvas.arrow((left, Y_TOP), (right, Y_TOP), colour=STATE.edge)
    canvas.text((5.2, Y_TOP + 0.2), "long-term state", size=9.5, colour=STATE.edge)


def _short_term_state(canvas: Canvas) -> None:
    x = 5.75
    canvas.arrow((x, Y_TOP), (x, 3.02), colour=STATE.edge)
    canvas.box((x, 2.84), "tanh", NEUTRAL, width=0.56, height=0.34)
    canvas.arrow((x, 2.67), (x, 2.2 + SMALL), colour=STATE.edge)
    _operation(canvas, (x, 2.2), "×")
    canvas.arrow((5.05, Y_GATE + HALF), (5.05, 2.2), (x - SMALL, 2.2), colour=WEIGHT.edge)
    canvas.arrow((x + SMALL, 2.2), (RIGHT - 0.32, 2.2), colour=STATE.edge)
    canvas.box((RIGHT, 2.2), "$h_t$", STATE, width=0.64, size=12)
    canvas.text((5.78, 1.9), "short-term state", size=9.5, colour=STATE.edge)


def _peepholes(canvas: Canvas) -> None:
    old, new = 1.2, 4.55
    side = 0.31  # half of a gate's width
    canvas.arrow((old, Y_TOP), (old, Y_GATE), (1.75 - side, Y_GATE), colour=OUTPUT.edge)
    canvas.arrow(
        (old, Y_TOP), (old, 2.0), (2.3, 2.0), (2.3, Y_GATE), (2.85 - side, Y_GATE),
        colour=OUTPUT.edge,
    )  # fmt: skip
    canvas.arrow((new, Y_TOP), (new, Y_GATE), (5.05 - side, Y_GATE), colour=OUTPUT.edge)


def _mixture(canvas: Canvas) -> None:
    canvas.box((3.3, Y_GATE), "z : σ", WEIGHT, height=2 * HALF)
    canvas.box((4.75, Y_GATE), "tanh", WEIGHT, height=2 * HALF)
    canvas.box((4.0, Y_MEET), "1 −", NEUTRAL, width=0.44, height=0.34)
    _operation(canvas, (3.3, Y_TOP), "×")
    _operation(canvas, (4.75, Y_MEET), "×")
    _operation(canvas, (4.75, Y_TOP), "+")
    up = Y_GATE + HALF
    canvas.arrow((3.3, up), (3.3, Y_TOP - SMALL), colour=WEIGHT.edge)
    canvas.arrow((3.3, Y_MEET), (3.78, Y_MEET), colour=WEIGHT.edge)
    canvas.arrow((4.22, Y_MEET), (4.75 - SMALL, Y_MEET), colour=WEIGHT.edge)
    canvas.arrow((4.75, up), (4.75, Y_MEET - SMALL), colour=WEIGHT.edge)
    canvas.arrow((4.75, Y_MEET + SMALL), (4.75, Y_TOP - SMALL), colour=WEIGHT.edge)
    for left, right in ((LEFT + 0.32, 3.15), (3.45, 4.6), (4.9, RIGHT - 0.32)):
        canvas.arrow((left, Y_TOP), (right, Y_TOP), colour=STATE.edge)
    canvas.text((5.6, Y_GATE), "candidate", size=9.5, colour=WEIGHT.edge)


def _reset(canvas: Canvas) -> None:
    canvas.box((1.95, Y_GATE), "r : σ", WEIGHT, height=2 * HALF)
    _operation(canvas, (1.95, Y_MEET), "×")
    canvas.arrow((1.95, Y_GATE + HALF), (1.95, Y_MEET - SMALL), colour=WEIGHT.edge)
    canvas.arrow((1.25, Y_TOP), (1.25, Y_MEET), (1.95 - SMALL, Y_MEET), colour=STATE.edge)
    way = ((2.6, Y_MEET), (2.6, 1.95), (4.1, 1.95), (4.1, Y_GATE), (4.45, Y_GATE))
    canvas.arrow((1.95 + SMALL, Y_MEET), *way, colour=STATE.edge)


def _operation(canvas: Canvas, at: Point, sign: str) -> None:
    canvas.box(at, sign, NEUTRAL, width=2 * SMALL, height=2 * SMALL, size=12, rounding=SMALL)
