"""What the pictures of Keras's layers show; `test_diagrams` looks at the layout of the first."""

import itertools

import numpy as np
import pytest
from matplotlib.collections import QuadMesh
from matplotlib.colors import same_color
from matplotlib.patches import FancyBboxPatch

from course_utils import diagrams
from course_utils.plotting import OUTPUT, STATE, png_bytes

OPTIONS = list(itertools.product(("SimpleRNN", "LSTM", "GRU"), (False, True), (False, True)))


def filled(diagram, role):
    boxes = [p for p in diagram.figure.axes[0].patches if isinstance(p, FancyBboxPatch)]
    return sum(same_color(box.get_facecolor(), role.fill) for box in boxes)


@pytest.mark.parametrize(("layer", "sequences", "state"), OPTIONS)
def test_what_is_returned_is_filled(layer, sequences, state):
    diagram = diagrams.layer_outputs(layer, sequences, state)
    assert filled(diagram, OUTPUT) == (4 if sequences else 1)
    assert filled(diagram, STATE) == (len("hc" if layer == "LSTM" else "h") if state else 0)


def test_the_words_say_what_comes_back():
    alt = diagrams.layer_outputs("LSTM", True, True).alt
    assert "outputs [batch, time, units], and h [batch, units], c [batch, units]" in alt
    assert "h and c" not in diagrams.layer_outputs("GRU").alt


def test_a_layer_that_keras_does_not_have_is_refused():
    with pytest.raises(ValueError, match="layer must be one of SimpleRNN, GRU, LSTM, got 'RNN'"):
        diagrams.layer_outputs("RNN")


def test_agreement_counts_what_is_rounding():
    rows = {"good": {"outputs": 1e-7, "final h": 0.0}, "bad": {"outputs": 0.3, "final c": 1e-8}}
    diagram = diagrams.agreement(rows)
    assert "1 of 2" in diagram.figure.axes[0].get_title(loc="left")
    assert "good: rounding; bad: 0.3" in diagram.alt


def test_agreement_leaves_blank_what_there_is_not():
    diagram = diagrams.agreement({"one": {"h": 1e-7}, "two": {"c": 1e-2}})
    (mesh,) = [c for c in diagram.figure.axes[0].get_children() if isinstance(c, QuadMesh)]
    shown = np.ma.filled(mesh.get_array(), np.nan).reshape(2, 2)
    np.testing.assert_allclose(shown, [[-7, np.nan], [np.nan, -2]])


def runs():
    return {
        "alone": ([True, True], np.array([[0.1, -0.2], [0.3, 0.4]])),
        "padded": ([True, True, False], np.array([[0.1, -0.2], [0.3, 0.4], [0.9, 0.9]])),
    }


def test_masked_runs_say_who_ends_alike():
    diagram = diagrams.masked_runs(runs(), alike=["alone"])
    verdicts = [ax.texts[-1].get_text() for ax in diagram.figure.axes]
    assert verdicts == ["same end", "another end"]
    assert "alone: the same end; padded: another end" in diagram.alt


def test_masked_runs_show_each_output_at_its_step():
    first = diagrams.masked_runs(runs()).figure.axes[1]
    (mesh,) = [c for c in first.get_children() if isinstance(c, QuadMesh)]
    np.testing.assert_array_equal(
        mesh.get_array().reshape(2, 3), [[0.1, 0.3, 0.9], [-0.2, 0.4, 0.9]]
    )


def test_the_pictures_take_at_most_60_kilobytes():
    for diagram in (
        diagrams.agreement({f"row {i}": {"outputs": 10.0**-i} for i in range(8)}),
        diagrams.masked_runs(runs()),
    ):
        assert len(png_bytes(diagram.figure)) <= 60_000
