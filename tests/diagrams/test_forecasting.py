"""The pictures of chapter 06: the window slides, and the runs are drawn as they are."""

import numpy as np
import pytest

from course_utils import diagrams
from course_utils.plotting import INPUT, OUTPUT, png_bytes

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

TRUTH = np.sin(0.3 * np.arange(50))
RUN = np.concatenate([TRUTH[:8], np.linspace(0, 2, 42)])


@pytest.fixture(scope="module")
def diagram():
    return diagrams.feedback()


def test_every_row_reads_four_values_and_writes_the_next(diagram):
    written = [text.get_text() for text in diagram.figure.axes[0].texts]
    rows = []
    for text in written:
        rows = [*rows, []] if text == "$x_{0}$" else rows
        rows[-1].append(text)
    for turn, row in enumerate(rows):
        assert row == [*(f"$x_{{{i}}}$" for i in range(4 + turn)), "predict", f"$x_{{{4 + turn}}}$"]
    assert len(rows) == 3


def lines(ax):
    return {line.get_label(): line for line in ax.lines}


def test_the_seed_the_invented_values_and_the_truth_are_drawn():
    drawn = lines(diagrams.free_runs(TRUTH, {"one": RUN}, n_seed=8).figure.axes[0])
    np.testing.assert_array_equal(drawn["true series"].get_ydata(), TRUTH)
    np.testing.assert_array_equal(drawn["seed"].get_ydata(), RUN[:8])
    np.testing.assert_array_equal(drawn["invented"].get_ydata()[1:], RUN[8:])
    assert (drawn["seed"].get_color(), drawn["invented"].get_color()) == (INPUT.edge, OUTPUT.edge)
    np.testing.assert_allclose(drawn["invented"].get_xdata()[1:3], [0.8, 0.9])


def test_every_run_has_a_panel_with_its_title():
    runs = {"a": RUN, "b": TRUTH, "c": RUN, "d": TRUTH}
    diagram = diagrams.free_runs(TRUTH, runs, n_seed=8, columns=2, finding="They differ.")
    titles = [ax.get_title("left") or ax.get_title() for ax in diagram.figure.axes]
    assert titles == list("abcd")
    assert diagram.alt.endswith("a; b; c; d. They differ.")


def test_a_run_that_explodes_does_not_hide_the_truth():
    exploding = np.concatenate([TRUTH[:8], np.full(42, 1e30)])
    ax = diagrams.free_runs(TRUTH, {"it explodes": exploding}, n_seed=8).figure.axes[0]
    assert ax.get_ylim()[1] < 2


def test_a_free_run_is_a_small_picture():
    runs = dict.fromkeys("abcdef", RUN)
    assert len(png_bytes(diagrams.free_runs(TRUTH, runs, 8, columns=2).figure)) < 60_000


@pytest.mark.parametrize(("run", "n_seed"), [(RUN[1:], 8), (RUN, 50), (RUN, 0)])
def test_a_run_that_does_not_fit_is_refused(run, n_seed):
    with pytest.raises(ValueError, match="The run 'odd' has the shape"):
        diagrams.free_runs(TRUTH, {"odd": run}, n_seed)
