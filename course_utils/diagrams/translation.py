"""Pictures for sequence to sequence: the network's two halves, its words, and its mistakes."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from course_utils.data.vocabulary import join
from course_utils.diagrams.canvas import Canvas, Diagram
from course_utils.plotting import INK, INPUT, NEUTRAL, OUTPUT, STATE

X_FIRST, PITCH, GAP = 0.75, 1.25, 0.55
Y_IN, Y_STEP, Y_OUT = 0.75, 1.75, 2.75
PROBABILITY = LinearSegmentedColormap.from_list("probability", ["#FFFFFF", OUTPUT.edge])
BARS = 6
MOST_MISTAKES = 6


def encoder_decoder() -> Diagram:
    """An encoder that reads a number backwards, and a decoder that writes it in French."""
    canvas = Canvas(7.3, 3.6)
    xs = [X_FIRST + PITCH * i + GAP * (i > 1) for i in range(5)]
    middle = (xs[1] + xs[2]) / 2
    canvas.panel(((xs[0] + xs[1]) / 2, 1.75), 2.35, 2.75)
    canvas.panel((xs[3], 1.75), 3.65, 2.75)
    for x, title in (((xs[0] + xs[1]) / 2, "encoder"), (xs[3], "decoder")):
        canvas.text((x, 3.35), title, size=11, bold=True)
    for x, word in zip(xs, ("-two", "forty", "GO", "quarante", "-deux"), strict=True):
        canvas.box((x, Y_IN), word, INPUT, width=0.95)
        canvas.arrow((x, Y_IN + 0.21), (x, Y_STEP - 0.25), colour=INPUT.edge)
    for x, name in zip(xs, ("GRU", "GRU", "step", "step", "step"), strict=True):
        canvas.box((x, Y_STEP), name, STATE, width=0.8, height=0.5)
    for left, right in pairwise(xs):
        canvas.arrow((left + 0.4, Y_STEP), (right - 0.4, Y_STEP), colour=STATE.edge)
    canvas.text((middle, Y_STEP + 0.22), "state", size=10, colour=STATE.edge)
    for x, word in zip(xs[2:], ("quarante", "-deux", "EOS"), strict=True):
        canvas.arrow((x, Y_STEP + 0.25), (x, Y_OUT - 0.21), colour=OUTPUT.edge)
        canvas.box((x, Y_OUT), word, OUTPUT, width=0.95)
    canvas.text((3.65, 0.15), "What is written at one step is the decoder's input at the next.")
    return canvas.diagram(
        "Left: the encoder, a GRU unrolled over two steps, reads forty-two backwards: first -two, "
        "then forty. Its final state is the only thing that goes over to the decoder, on the "
        "right. The decoder makes three steps: GO goes in and quarante comes out; quarante goes "
        "in and -deux comes out; -deux goes in and EOS, the end of the sentence, comes out."
    )


def next_words(source: str, words: Sequence[str], probabilities: ArrayLike, step: int) -> Diagram:
    """How likely the decoder finds each word at one step.

    Args:
      source: the sentence that is translated.
      words: the target vocabulary.
      probabilities: [time, vocabulary]; at each step the likeliest word is written.
      step: which step to show; past the last one, the last one.
    """
    p = np.asarray(probabilities, dtype=float)
    step = min(step, len(p) - 1)
    written = [words[i] for i in p.argmax(axis=1)]
    best = np.argsort(-p[step], kind="stable")[:BARS]
    figure = Figure(figsize=(7.3, 2.9))
    ax = figure.subplots()
    ax.barh(range(len(best)), p[step, best], color=OUTPUT.edge)
    for row, i in enumerate(best):
        ax.text(p[step, i] + 0.01, row, f"{p[step, i]:.3f}", va="center", size=9, color=INK)
    ax.set(yticks=range(len(best)), xlim=(0, 1.1), xlabel="probability of the next word")
    ax.set_yticklabels([words[i] for i in best])
    ax.invert_yaxis()
    so_far = join(written[:step]) or "nothing yet"
    ax.set_title(f"{source}\nstep {step}, written so far: {so_far}", fontsize=10)
    return Diagram(
        figure,
        f"Translating {source}, step {step}. Written so far: {so_far}. The likeliest next word is "
        f"{written[step]}, with a probability of {p[step].max():.2f}.",
    )


def all_next_words(source: str, words: Sequence[str], probabilities: ArrayLike) -> Diagram:
    """The probabilities of all steps in one picture; the arguments are those of `next_words`."""
    p = np.asarray(probabilities, dtype=float)
    written = [words[i] for i in p.argmax(axis=1)]
    shown = _words_to_show(p)
    figure = Figure(figsize=(7.3, 0.9 + 0.27 * len(shown)))
    ax = figure.subplots()
    ax.pcolormesh(p[:, shown].T, cmap=PROBABILITY, vmin=0, vmax=1, edgecolors="#C9CFD5", lw=0.5)
    for (row, t), value in np.ndenumerate(p[:, shown].T):
        if value >= 0.005:
            ax.text(t + 0.5, row + 0.5, f"{value:.2f}", ha="center", va="center", size=9, color=INK)
    ax.set(xticks=np.arange(len(p)) + 0.5, yticks=np.arange(len(shown)) + 0.5, xlabel="step")
    ax.set_xticklabels([str(t) for t in range(len(p))])
    ax.set_yticklabels([words[i] for i in shown])
    ax.set_title(f"{source}\nthe probability of each word at each step", fontsize=10)
    ax.invert_yaxis()
    ax.grid(False)
    ax.tick_params(length=0)
    return Diagram(
        figure,
        f"Steps from left to right, words from top to bottom, the probabilities in colour. "
        f"{source} is translated as {join(written[:-1])}, and then the sentence ends.",
    )


def _words_to_show(p: NDArray[np.float64]) -> list[int]:
    """The words that are written, in their order, then those that came nearest to it."""
    written = list(dict.fromkeys(p.argmax(axis=1).tolist()))
    others = [i for i in np.argsort(-p.max(axis=0)).tolist() if i not in written]
    return written + others[: max(2, 9 - len(written))]


def mistakes(rows: Sequence[tuple[str, str, str]], n_sentences: int) -> Diagram:
    """A table of wrong translations.

    Args:
      rows: what was to be translated, what was said, and what is right.
      n_sentences: how many sentences were translated in all.
    """
    shown = list(rows[:MOST_MISTAKES])
    canvas = Canvas(7.3, 0.75 + 0.52 * max(1, len(shown)))
    top = canvas.height - 0.25
    title = f"{len(rows):,} of {n_sentences:,} numbers are wrong"
    more = f"; {len(shown)} of them" if len(shown) < len(rows) else ""
    canvas.text((0.15, top), title + more, size=11, align="left", bold=True)
    for i, (source, said, right) in enumerate(shown):
        y = top - 0.42 - 0.52 * i
        canvas.text((0.95, y), source, align="right", bold=True)
        for height, role, text in ((0.1, OUTPUT, said), (-0.1, NEUTRAL, right)):
            canvas.text((1.15, y + height), text, size=9, align="left", colour=role.edge)
    return canvas.diagram(
        "A table of held-out numbers that the network gets wrong. Each has its digits, in orange "
        "what the network wrote, and below it in grey what is right. Which numbers these are "
        "differs a little from machine to machine."
    )
