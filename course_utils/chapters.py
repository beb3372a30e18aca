"""The chapters as the course map names them, a line each.

A chapter's number, name and text come from its source. What only the map tells stands here.
"""

from typing import NamedTuple


class Chapter(NamedTuple):
    """What the map says about a chapter.

    Attributes:
      title: two short lines.
      topic: one line of at most 14 letters.
      stage: the rung of the ladder; chapters that follow each other may share one.
      proof: the chapter whose numbers it computes again, in another way.
    """

    title: str
    topic: str
    stage: str
    proof: int | None = None


CHAPTERS = {
    1: Chapter("Two steps\nby hand", "memory cells", "Unroll"),
    2: Chapter("Unrolling\nin Python", "static_rnn", "Unroll", proof=1),
    3: Chapter("One loop for\nevery length", "while loop", "Unroll", proof=2),
    4: Chapter("How far do\nerrors travel?", "truncated BPTT", "Learn"),
    5: Chapter("One answer,\nor one a step", "classification", "Learn"),
    6: Chapter("Predict,\nthen create", "time series", "Learn"),
    7: Chapter("Gates that\nremember", "LSTM, GRU", "Remember"),
    8: Chapter("Depth and\ndirections", "deep networks", "Remember"),
    9: Chapter("The same,\nbuilt in", "Keras", "Remember", proof=3),
    10: Chapter("Words as\nvectors", "word2vec", "Words"),
    11: Chapter("Sequence\nto sequence", "translation", "Words"),
    12: Chapter("Back, and\nahead", "attention, beams", "Words"),
}
