"""The way back through time: who reads a state, and from whom an error comes to it."""

from course_utils.diagrams.canvas import Canvas, Diagram
from course_utils.plotting import OUTPUT, STATE

NAMES = ("T-2", "T-1", "T")
ORDER = ("third", "second", "first")
PITCH, LEFT = 2.4, 1.25
Y_STATE, Y_OUTPUT = 0.75, 2.05
HALF = 0.42  # of a box's width


def back_through_time() -> Diagram:
    """The last three states with their readers: the output of the step, and the next step."""
    canvas = Canvas(7.3, 2.75)
    for position, (name, turn) in enumerate(zip(NAMES, ORDER, strict=True)):
        x = LEFT + PITCH * position
        canvas.text((x, Y_OUTPUT + 0.45), turn, bold=True)
        canvas.box((x, Y_OUTPUT), rf"$\delta_{{{name}}}$", OUTPUT, width=2 * HALF)
        canvas.box((x, Y_STATE), f"$h_{{{name}}}$", STATE, width=2 * HALF)
        canvas.arrow((x, Y_OUTPUT - 0.21), (x, Y_STATE + 0.23), colour=OUTPUT.edge)
        canvas.text((x + 0.1, 1.42), rf"$\delta_{{{name}}} U^\top$", align="left")
        if position:
            before = x - PITCH
            canvas.arrow((before + HALF, 0.84), (x - HALF, 0.84), colour=STATE.edge)
            canvas.arrow((x - HALF, 0.64), (before + HALF, 0.64), colour=OUTPUT.edge)
            canvas.text((x - PITCH / 2, 0.36), rf"$dz_{{{name}}} W_h^\top$")
    canvas.arrow((0.2, 0.84), (LEFT - HALF, 0.84), colour=STATE.edge)
    canvas.arrow((LEFT - HALF, 0.64), (0.2, 0.64), colour=OUTPUT.edge)
    return canvas.diagram(
        "The last three states, each with the error of its output above it. Blue arrows carry the "
        "state forward, orange ones errors back. The last state, whose turn is first, gets one "
        "orange arrow, from its own output. Each of the others gets two: from its own output and "
        "from the next state, whose turn was before."
    )
