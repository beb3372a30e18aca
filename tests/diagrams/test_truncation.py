"""The pictures of chapter 04: the arrows reach what they should, the norms are those of the run."""

import itertools

import numpy as np
import pytest
from matplotlib.colors import same_color
from matplotlib.patches import FancyArrowPatch

from course_utils import diagrams
from course_utils.diagrams.jacobians import DISTANCE, INPUT_SIZES, RADII, distance_norms
from course_utils.diagrams.truncation import PITCH
from course_utils.plotting import INPUT, OUTPUT, png_bytes, use_style

# The layout tests of all diagrams, run here on those of this chapter.
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

ARROW_TIP = 0.09


@pytest.fixture(scope="module", params=[(1, 3), (3, None), (5, 3), (10, 8), (12, 8)], ids=str)
def diagram(request):
    return diagrams.truncations(*request.param)


def arrows(figure):
    """(step, steps back, height) of each error's arrow."""
    found = []
    for arrow in figure.axes[0].patches:
        if isinstance(arrow, FancyArrowPatch) and same_color(arrow.get_edgecolor(), OUTPUT.edge):
            bounds = arrow.get_path().get_extents()
            back = round((bounds.width - ARROW_TIP) / PITCH)
            found.append((bounds.x1, back, (bounds.y0 + bounds.y1) / 2))
    return found


def dots(figure, role):
    return [line for line in figure.axes[0].lines if same_color(line.get_color(), role.edge)]


def lengths(num_steps):
    """Steps back of the arrows of both halves, upper half first, each from left to right."""
    found = arrows(diagrams.truncations(num_steps).figure)
    middle = diagrams.truncations(num_steps).figure.get_figheight() / 2
    upper, lower = ([a for a in found if bool(a[2] > middle) is up] for up in (True, False))
    return [[back for _, back, _ in sorted(half)] for half in (upper, lower)]


def test_arrows_end_at_the_border_or_after_the_same_number_of_steps():
    windowed, true = lengths(4)
    assert windowed == [1, 2, 3] * 3
    assert true == [1, 2] + [3] * 9


def test_windows_of_one_step_have_no_arrows():
    assert lengths(1) == [[], []]


@pytest.mark.parametrize(("num_steps", "lag", "marked"), [(5, 3, 4 + 9), (4, 3, 3 + 9), (3, 3, 0)])
def test_the_input_of_a_lag_is_marked_where_it_is_reached(num_steps, lag, marked):
    figure = diagrams.truncations(num_steps, lag).figure
    assert len(dots(figure, INPUT)) == marked
    assert len(dots(figure, OUTPUT)) == 24


def test_the_words_tell_the_steps_as_the_dots_do_and_leave_the_counting_to_the_reader():
    alt = diagrams.truncations(num_steps=5, lag=3).alt
    assert "if windowed, by the errors of steps 3, 4, 8, 9; " in alt
    assert alt.endswith("if truly truncated, of steps 3, 4, 5, 6, 7, 8, 9, 10, 11.")
    assert "if windowed, by the errors of no step; " in diagrams.truncations(3, lag=8).alt


@pytest.mark.parametrize("num_steps", [0, 13])
def test_a_window_that_does_not_fit_is_refused(num_steps):
    with pytest.raises(ValueError, match=f"expected 1 to 12, .* got {num_steps}"):
        diagrams.truncations(num_steps)


@pytest.mark.parametrize("radius", RADII)
def test_without_bent_tanhs_the_norm_is_a_power_of_the_radius(radius):
    norms = distance_norms(radius, input_size=1e-30)
    np.testing.assert_allclose(norms, radius ** np.arange(DISTANCE + 1.0), rtol=1e-6)


def test_no_norm_exceeds_the_power_of_the_radius():
    for radius in RADII:
        norms = distance_norms(radius, input_size=0.1)
        assert (norms <= 1.000001 * radius ** np.arange(DISTANCE + 1.0)).all()


def test_errors_vanish_below_radius_one_and_explode_above():
    ends = {radius: distance_norms(radius, 0.01)[-1] for radius in RADII}
    assert ends[0.5] < 1e-14
    assert ends[0.9] < 0.01
    assert 0.5 < ends[1.0] < 1
    assert ends[1.1] > 10
    assert ends[1.5] > 1000


def test_larger_inputs_leave_less_of_every_error():
    for radius in RADII:
        small, large = (distance_norms(radius, size)[-1] for size in (0.01, 0.3))
        assert large < small


def test_the_chart_tells_its_norms_in_words():
    assert "0.005 for radius 0.9" in diagrams.gradient_by_distance().alt
    one = diagrams.gradient_by_distance(0.5, 0.3)
    assert one.alt.count("for radius") == 1
    assert one.figure.axes[0].get_title(loc="left") or one.figure.axes[0].get_title()


@pytest.mark.slow
def test_the_explorers_draw_every_setting():
    for radius, size in itertools.product(RADII, INPUT_SIZES):
        assert diagrams.gradient_by_distance(radius, size).alt
    for num_steps, lag in itertools.product(range(1, 13), (3, 8)):
        assert diagrams.truncations(num_steps, lag).alt


def test_the_chart_takes_at_most_60_kilobytes():
    use_style()
    assert len(png_bytes(diagrams.gradient_by_distance().figure)) <= 60_000
