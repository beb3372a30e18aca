"""The picture of the way back: the last state has one reader, the others two."""

import pytest
from matplotlib.colors import same_color
from matplotlib.patches import FancyArrowPatch

from course_utils import diagrams
from course_utils.diagrams.backward import HALF, LEFT, PITCH, Y_STATE
from course_utils.plotting import OUTPUT

# The layout tests of all diagrams, run here on this one.
from tests.diagrams.test_diagrams import (  # noqa: F401
    test_a_picture_takes_at_most_60_kilobytes,
    test_boxes_are_apart_or_one_within_the_other,
    test_no_arrow_runs_through_a_text,
    test_nothing_sticks_out_of_the_picture,
    test_texts_do_not_overlap,
    test_texts_stay_within_their_boxes,
    test_the_alternative_text_stands_for_the_picture,
    test_the_smallest_writing_is_12_css_pixels,
)


@pytest.fixture(scope="module")
def diagram():
    return diagrams.back_through_time()


def test_errors_come_from_the_output_and_from_the_next_step_if_there_is_one(diagram):
    ends = [
        arrow.get_path().get_extents().min  # the tip, for an arrow that points left or down
        for arrow in diagram.figure.axes[0].patches
        if isinstance(arrow, FancyArrowPatch) and same_color(arrow.get_edgecolor(), OUTPUT.edge)
    ]
    arriving = [
        sum(abs(x - (LEFT + PITCH * i)) <= HALF + 0.1 and abs(y - Y_STATE) < 0.3 for x, y in ends)
        for i in range(3)
    ]
    assert arriving == [2, 2, 1]
