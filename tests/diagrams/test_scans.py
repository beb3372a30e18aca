"""The pictures of chapter 14: the rounds of a scan, and the minimal GRU."""

import functools
from itertools import pairwise

import pytest
from matplotlib.colors import same_color
from matplotlib.patches import FancyArrowPatch

from course_utils import diagrams
from course_utils.diagrams.scans import spans
from course_utils.plotting import STATE

# The layout tests of all diagrams, run here on those of this chapter.
from tests.diagrams.test_diagrams import (  # noqa: F401
    boxes,
    test_a_picture_takes_at_most_60_kilobytes,
    test_boxes_are_apart_or_one_within_the_other,
    test_no_arrow_runs_through_a_text,
    test_nothing_sticks_out_of_the_picture,
    test_texts_do_not_overlap,
    test_texts_stay_within_their_boxes,
    test_the_alternative_text_stands_for_the_picture,
    test_the_smallest_writing_is_12_css_pixels,
    written,
)

PICTURES = {
    "one": functools.partial(diagrams.scan_rounds, 1),
    "eight": functools.partial(diagrams.scan_rounds, 8),
    "half way": functools.partial(diagrams.scan_rounds, 11, 2),
    "sixteen": functools.partial(diagrams.scan_rounds, 16),
    "min GRU": diagrams.min_gru_cell,
}


@pytest.fixture(params=PICTURES)
def diagram(request):
    return PICTURES[request.param]()


def meetings(figure):
    found = [a for a in figure.axes[0].patches if isinstance(a, FancyArrowPatch)]
    return sum(same_color(arrow.get_edgecolor(), STATE.edge) for arrow in found)


@pytest.mark.parametrize("time", range(1, 17))
def test_after_the_last_round_each_entry_stands_for_all_steps_up_to_its_own(time):
    rows = spans(time)
    assert rows[-1] == [(0, t) for t in range(time)]
    assert len(rows) - 1 == (time - 1).bit_length()


def test_two_entries_that_meet_stand_for_steps_next_to_each_other():
    rows = spans(13)
    for reach, (before, after) in zip((1, 2, 4, 8), pairwise(rows), strict=True):
        for t in range(reach, 13):
            earlier, later = before[t - reach], before[t]
            assert earlier[1] + 1 == later[0]
            assert after[t] == (earlier[0], later[1])


@pytest.mark.parametrize(
    ("time", "rounds", "count"), [(8, None, 17), (8, 1, 7), (5, 9, 8), (1, 0, 0)]
)
def test_an_arrow_is_drawn_for_each_combination(time, rounds, count):
    assert meetings(diagrams.scan_rounds(time, rounds).figure) == count


def test_the_words_count_what_is_drawn():
    diagram = diagrams.scan_rounds(5, 1)
    assert "After 1 round: 2 of 5 states finished" in written(diagram)
    assert diagram.alt == (
        "A scan of 5 entries, each of which stands for a single step at first. In round 1, 4 of "
        "them are combined with the one 1 before. After that 2 of 5 stand for all steps from 0 to "
        "their own."
    )


@pytest.mark.parametrize("time", [0, 17])
def test_more_boxes_than_fit_are_refused(time):
    with pytest.raises(ValueError, match=r"time must be in 1\.\.16"):
        diagrams.scan_rounds(time)
