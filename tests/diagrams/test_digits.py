"""The pictures of chapter 05: digits as they are read, mistakes, and marks in a text."""

import numpy as np
import pytest

from course_utils import diagrams
from course_utils.data import segmentation
from course_utils.plotting import png_bytes, use_style

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

RNG = np.random.default_rng(3)
IMAGES = RNG.random((2, 28, 28))
BELIEF = RNG.dirichlet(np.ones(10), size=(2, 28))


@pytest.fixture(scope="module", params=[(2, 3), (1, 2), (3, 2)], ids=str)
def diagram(request):
    return diagrams.flatten_reshape(*request.param)


def bars(ax):
    """The lengths of each drawn class's bars, [classes, rows read]."""
    return np.array([[bar.get_width() for bar in group] for group in ax.containers])


def test_each_row_of_bars_is_one_distribution():
    figure = diagrams.reading(IMAGES, [3, 8], {"one": BELIEF, "other": BELIEF[::-1]}).figure
    for axes in np.reshape(figure.axes, (2, 3)):
        for ax in axes[1:]:
            np.testing.assert_allclose(bars(ax).sum(axis=0), 1)


def test_the_first_bar_is_the_right_answers():
    figure = diagrams.reading(IMAGES[:1], [3], {"one": BELIEF[:1]}).figure
    np.testing.assert_allclose(bars(figure.axes[1])[0], BELIEF[0, :, 3])
    assert figure.axes[1].containers[0].get_label() == "3: right"


def test_no_bar_tells_what_comes_after_the_row():
    figure = diagrams.reading(IMAGES[:1], [3], {"one": BELIEF[:1]}, row=9).figure
    assert bars(figure.axes[1]).shape[1] == 10


@pytest.mark.parametrize("row", [-1, 28])
def test_a_row_that_is_not_there_is_refused(row):
    with pytest.raises(ValueError, match=rf"row must be in 0\.\.27, .* got {row}"):
        diagrams.reading(IMAGES, [3, 8], {"one": BELIEF}, row)


def test_every_row_can_be_drawn():
    for row in range(0, 28, 9):
        assert f"row {row}" in diagrams.reading(IMAGES, [3, 8], {"one": BELIEF}, row).alt


def test_the_confusion_matrix_is_that_of_scikit_learn():
    from sklearn.metrics import confusion_matrix

    labels, predicted = RNG.integers(10, size=(2, 300))
    figure = diagrams.confusion(labels, predicted, "A table of true digits by answers.").figure
    written = np.zeros((10, 10), int)
    for text in figure.axes[0].texts:
        column, row = text.get_position()
        written[row, column] = int(text.get_text())
    np.testing.assert_array_equal(written, confusion_matrix(labels, predicted))


def test_each_bar_in_a_text_says_what_it_stands_for():
    text, starts = segmentation.join(["so", "it", "is"])
    marks = np.array([True, True, False, False, True, False])
    figure = diagrams.marked_text([text], [starts], [marks], "Some marks in a text.").figure
    kinds = [line.get_gid() for line in figure.axes[0].lines[3:]]  # the legend has three
    assert kinds == ["found", "false", "missed", "found"]


def test_digits_stand_ten_in_a_line_with_their_captions():
    figure = diagrams.digit_strip(RNG.random((13, 28, 28)), list("abcdefghijklm"), "x").figure
    assert [ax.texts[0].get_text() for ax in figure.axes[:13]] == list("abcdefghijklm")
    assert len(figure.axes) == 20


@pytest.mark.parametrize(
    "draw",
    [
        lambda: diagrams.reading(IMAGES, [3, 8], {"one": BELIEF, "other": BELIEF}),
        lambda: diagrams.confusion(RNG.integers(10, size=1000), RNG.integers(10, size=1000), "x"),
        lambda: diagrams.marked_text(["a" * 58] * 3, [[True] * 58] * 3, [[True] * 58] * 3, "x"),
        lambda: diagrams.digit_strip(IMAGES[[0] * 10], ["x"] * 10, "x"),
    ],
)
def test_a_picture_of_data_takes_at_most_60_kilobytes(draw):
    use_style()
    assert len(png_bytes(draw().figure)) <= 60_000
