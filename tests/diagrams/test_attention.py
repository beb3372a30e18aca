"""What the pictures of attention and of the beam tree show."""

import math

import numpy as np
import pytest
from matplotlib.collections import QuadMesh
from matplotlib.patches import FancyBboxPatch

from course_utils import diagrams
from course_utils.beam_search import Beam
from course_utils.plotting import INK, OUTPUT, png_bytes

SOURCE, TARGET = ["seventy", "eight"], ["soixante", "dix", "huit"]
WEIGHTS = np.array([[0.9, 0.1], [0.3, 0.7], [0.0, 1.0]])
WORDS = ["(end)", "GO", "un", "deux"]


def beam(ids, probability, parent=0):
    return Beam(ids, math.log(probability), ids[-1] == 0, parent)


TURNS = [
    [beam((2,), 0.6), beam((3,), 0.3), beam((0,), 0.1)],
    [beam((3, 0), 0.3, parent=1), beam((2, 0), 0.2), beam((2, 2), 0.15), beam((2, 3), 0.0001)],
]


def written(diagram):
    return [text.get_text() for text in diagram.figure.axes[0].texts]


def lines(diagram):
    return [line for line in diagram.figure.axes[0].lines if line.get_gid() == "look"]


def test_the_heat_map_shows_every_weight_in_its_place():
    diagram = diagrams.alignment(WEIGHTS, SOURCE, TARGET, "A title")
    [mesh] = [c for c in diagram.figure.axes[0].get_children() if isinstance(c, QuadMesh)]
    np.testing.assert_array_equal(mesh.get_array().reshape(3, 2), WEIGHTS)
    ax = diagram.figure.axes[0]
    assert [label.get_text() for label in ax.get_yticklabels()] == TARGET
    assert [label.get_text() for label in ax.get_xticklabels()] == SOURCE
    assert ax.get_ylim() == (2.5, -0.5)  # the first output on top


def test_the_alternative_text_of_the_heat_map_holds_no_measured_number():
    other = diagrams.alignment(1 - WEIGHTS, SOURCE, TARGET, "A title")
    assert other.alt == diagrams.alignment(WEIGHTS, SOURCE, TARGET, "A title").alt


@pytest.mark.parametrize("step", range(3))
def test_a_step_draws_its_own_weights_and_tells_the_largest(step):
    diagram = diagrams.attention_step(WEIGHTS, SOURCE, TARGET, step)
    drawn = [line.get_linewidth() for line in lines(diagram)]
    np.testing.assert_allclose(
        np.divide(drawn, max(drawn)), WEIGHTS[step][WEIGHTS[step] > 0] / WEIGHTS[step].max()
    )
    best = SOURCE[int(WEIGHTS[step].argmax())]
    assert f"{TARGET[step]}, looks most at {best} ({WEIGHTS[step].max():.2f})" in diagram.alt


def test_all_steps_together_leave_out_what_is_too_thin_to_see():
    faint = np.array([[0.99, 0.01], [0.3, 0.7], [0.0, 1.0]])
    assert len(lines(diagrams.attention_lines(faint, SOURCE, TARGET))) == 4


def test_wrong_words_stand_out():
    diagram = diagrams.compared(TARGET, {"one vector": ["soixante", "huit", "huit", "un"]})
    colours = [(t.get_text(), t.get_color()) for t in diagram.figure.axes[0].texts[-4:]]
    assert colours == [
        ("soixante", INK),
        ("huit", OUTPUT.edge),
        ("huit", INK),
        ("un", OUTPUT.edge),
    ]


@pytest.mark.parametrize(
    ("draw", "more"), [(diagrams.alignment, ["A title"]), (diagrams.attention_lines, [])]
)
def test_weights_that_do_not_fit_the_words_are_refused(draw, more):
    with pytest.raises(ValueError, match=r"weights must be \[3, 2\].*got the shape \[2, 3\]"):
        draw(WEIGHTS.T, SOURCE, TARGET, *more)


def test_an_output_that_was_not_written_is_refused():
    with pytest.raises(ValueError, match=r"step must be in 0..2.*got 3"):
        diagrams.attention_step(WEIGHTS, SOURCE, TARGET, 3)


def boxes(diagram):
    return [p for p in diagram.figure.axes[0].patches if isinstance(p, FancyBboxPatch)]


def test_the_tree_shows_kept_beams_solid_and_cut_ones_dashed():
    diagram = diagrams.beam_tree(TURNS, width=2, words=WORDS, step=1)
    styles = [box.get_linestyle() == "-" for box in boxes(diagram)[1:]]
    assert styles == [
        True,
        True,
        False,
        True,
        True,
        False,
    ]  # what is next to impossible is left out
    assert "deux  0.300" in written(diagram)
    assert "(end)  0.100" in written(diagram)


def test_the_tree_grows_step_by_step():
    first, second = (diagrams.beam_tree(TURNS, 2, WORDS, step) for step in (0, 1))
    assert len(boxes(first)) == 4
    assert len(boxes(second)) == 7
    assert first.figure.get_size_inches().tolist() == second.figure.get_size_inches().tolist()


def test_the_tree_in_words_tells_the_kept_beams():
    alt = diagrams.beam_tree(TURNS, 2, WORDS, 1).alt
    assert "deux (end) (0.300, finished); un (end) (0.200, finished)" in alt


def test_each_candidate_hangs_on_the_beam_that_it_continues():
    axes = diagrams.beam_tree(TURNS, 2, WORDS, 1).figure.axes[0]
    ends = [line.get_ydata() for line in axes.lines]
    after_deux, first_row, second_row = ends[3], ends[0][1], ends[1][1]
    assert after_deux[0] == second_row
    assert after_deux[1] == first_row


def test_a_step_that_was_not_made_is_refused():
    with pytest.raises(ValueError, match=r"step must be in 0..1.*got 2"):
        diagrams.beam_tree(TURNS, 2, WORDS, 2)


def test_the_pictures_take_at_most_60_kilobytes():
    many = np.full([24, 15], 0.2)
    words = [f"word {i}" for i in range(24)]
    for diagram in (
        diagrams.alignment(many, words[:15], words, "A title"),
        diagrams.attention_lines(np.eye(24)[:, :15], words[:15], words),
        diagrams.compared(words, {"one": words, "two": words[::-1]}),
    ):
        assert len(png_bytes(diagram.figure)) <= 60_000
