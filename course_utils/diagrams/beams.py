"""The tree that a beam search grows, step by step."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from course_utils.diagrams.canvas import Canvas, Diagram, Point
from course_utils.plotting import IGNORED, NEUTRAL, OUTPUT, STATE

if TYPE_CHECKING:  # TensorFlow comes with it, and pictures do without
    from course_utils.beam_search import Beam

PITCH_X, PITCH_Y, WIDTH, HEIGHT = 1.35, 0.62, 0.98, 0.46
PRUNED_SHOWN = 3  # candidates of a step that did not get a place


def beam_tree(
    turns: Sequence[Sequence[Beam]], width: int, words: Sequence[str], step: int
) -> Diagram:
    """The candidates of each step: the kept ones, and the best of those that were cut.

    Args:
      turns: what `beam_search_steps` yields, as a list.
      width: how many candidates of each step were kept.
      words: the word of each token.
      step: the last step to show, 0..len(turns) - 1.

    Raises:
      ValueError: if `step` is out of range.
    """
    if not 0 <= step < len(turns):
        raise ValueError(f"step must be in 0..{len(turns) - 1}, the steps made, got {step}.")
    rows = max(min(len(turn), width + PRUNED_SHOWN) for turn in turns)
    canvas = Canvas(0.95 + PITCH_X * len(turns), 0.75 + PITCH_Y * rows)
    top = canvas.height - 0.72
    canvas.box((0.45, top), "GO", NEUTRAL, width=0.6, height=HEIGHT)
    for t, turn in enumerate(turns[: step + 1]):
        x = 0.95 + PITCH_X * (t + 0.5)
        canvas.text((x, canvas.height - 0.25), f"step {t}", size=9.5)
        for rank, beam in enumerate(turn[: width + PRUNED_SHOWN]):
            if math.exp(beam.log_prob) >= 0.001:
                _draw(canvas, (x, top - PITCH_Y * rank), beam, rank < width, words)
                _connect(canvas, t, rank, beam, top, kept=rank < width)
    return canvas.diagram(_in_words(turns[step][:width], words, step))


def _draw(canvas: Canvas, at: Point, beam: Beam, kept: bool, words: Sequence[str]) -> None:
    role = (OUTPUT if beam.finished else STATE) if kept else IGNORED
    text = f"{words[beam.ids[-1]]}  {math.exp(beam.log_prob):.3f}"
    canvas.box(at, text, role, width=WIDTH, height=HEIGHT, size=9, dashed=not kept)


def _connect(canvas: Canvas, t: int, rank: int, beam: Beam, top: float, kept: bool) -> None:
    x = 0.95 + PITCH_X * (t + 0.5)
    start = (x - PITCH_X + WIDTH / 2, top - PITCH_Y * beam.parent) if t else (0.75, top)
    canvas.axes.plot(
        (start[0], x - WIDTH / 2),
        (start[1], top - PITCH_Y * rank),
        color=STATE.edge if kept else IGNORED.edge,
        lw=1.6 if kept else 0.9,
        ls="-" if kept else (0, (3, 2)),
        zorder=1,
    )


def _in_words(kept: Sequence[Beam], words: Sequence[str], step: int) -> str:
    told = [
        f"{' '.join(words[i] for i in beam.ids)} ({math.exp(beam.log_prob):.3f}"
        f"{', finished' if beam.finished else ''})"
        for beam in kept
    ]
    return f"The beam tree after step {step}. Kept, the likeliest first: {'; '.join(told)}."
