"""The pictures of chapter 08: what the ticks count, who reads what, and what masks keep."""

import numpy as np
import pytest
from matplotlib.collections import QuadMesh

from course_utils import diagrams
from course_utils.diagrams.depth import STEPS, UNITS, draw_masks, stack_ticks
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

DRAWN = {
    "stack": diagrams.stack,
    "tall": lambda: diagrams.stack(4, 5),
    "ticks": lambda: diagrams.stack(3, 5, ticks=True),
    "both": diagrams.both_directions,
    "three": lambda: diagrams.both_directions((2, 4, 1)),
}


@pytest.fixture(scope="module", params=DRAWN.values(), ids=DRAWN)
def diagram(request):
    return request.param()


def written(diagram):
    return [text.get_text() for text in diagram.figure.axes[0].texts]


@pytest.mark.parametrize(("n_layers", "n_steps"), [(1, 1), (3, 5), (5, 2)])
def test_a_tick_is_layer_plus_step(n_layers, n_steps):
    expected = np.add.outer(np.arange(n_layers), np.arange(n_steps))
    np.testing.assert_array_equal(stack_ticks(n_layers, n_steps), expected)


def test_the_ticks_stand_in_the_cells():
    numbers = sorted(int(t) for t in written(diagrams.stack(3, 4, ticks=True)) if t.isdigit())
    assert numbers == sorted(stack_ticks(3, 4).ravel())


def test_a_stack_has_an_input_and_an_output_a_step_and_a_name_a_layer():
    texts = written(diagrams.stack(3, 4))
    for name, count in (("$x_", 4), ("$y_", 4), ("$h^", 12), ("layer", 3)):
        assert sum(text.startswith(name) for text in texts) == count


def test_padding_has_no_output():
    texts = written(diagrams.both_directions((5, 3)))
    assert texts.count("pad") == texts.count("0") == 2
    assert sum(text.startswith("$y_") for text in texts) == 8


@pytest.mark.parametrize("arguments", [{"n_layers": 1}, {"n_layers": 5}, {"n_steps": 6}])
def test_a_stack_that_does_not_fit_is_refused(arguments):
    ((name, value),) = arguments.items()
    with pytest.raises(ValueError, match=f"`{name}`: expected 2 to .*got {value}"):
        diagrams.stack(**arguments)


@pytest.mark.parametrize("lengths", [(0, 3), (6,)])
def test_a_sequence_that_does_not_fit_is_refused(lengths):
    with pytest.raises(ValueError, match="lengths of 1 to 5"):
        diagrams.both_directions(lengths)


@pytest.mark.parametrize("keep_prob", [0.2, 0.5, 0.8, 0.9])
class TestMasks:
    def test_a_variational_mask_is_the_ordinary_one_of_the_first_step(self, keep_prob):
        ordinary, variational = draw_masks(keep_prob)
        assert (variational == ordinary[:, :1]).all()
        assert (ordinary != ordinary[:, :1]).any()

    def test_about_the_share_is_kept(self, keep_prob):
        ordinary, variational = draw_masks(keep_prob)
        assert abs(ordinary.mean() - keep_prob) < 0.1
        assert abs(variational.mean() - keep_prob) < 0.25

    def test_the_maps_show_the_masks_and_the_words_count_them(self, keep_prob):
        diagram = diagrams.dropout_masks(keep_prob)
        maps = [
            mesh.get_array().reshape(UNITS, STEPS)
            for ax in diagram.figure.axes
            for mesh in ax.get_children()
            if isinstance(mesh, QuadMesh)
        ]
        for shown, mask in zip(maps, draw_masks(keep_prob), strict=True):
            np.testing.assert_array_equal(shown, mask)
            assert f"{mask.any(axis=1).mean():.0%} of the units" in diagram.alt

    def test_the_chart_takes_at_most_60_kilobytes(self, keep_prob):
        use_style()
        assert len(png_bytes(diagrams.dropout_masks(keep_prob).figure)) <= 60_000
