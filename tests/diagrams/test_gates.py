"""The pictures of chapter 07: the three cells, the gates over time, how far gradients reach."""

import functools
import io

import numpy as np
import pytest
from matplotlib.colors import same_color, to_rgb
from matplotlib.patches import FancyArrowPatch
from PIL import Image

from course_utils import diagrams
from course_utils.diagrams.gates import FLOOR
from course_utils.plotting import INPUT, OUTPUT, STATE, WEIGHT, png_bytes, use_style

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

CELLS = {
    "basic": diagrams.basic_cell,
    "lstm": diagrams.lstm_cell,
    "peepholes": functools.partial(diagrams.lstm_cell, peepholes=True),
    "gru": diagrams.gru_cell,
}


@pytest.fixture(params=CELLS)
def diagram(request):
    return CELLS[request.param]()


def arrows(figure, role):
    found = [a for a in figure.axes[0].patches if isinstance(a, FancyArrowPatch)]
    return [arrow for arrow in found if same_color(arrow.get_edgecolor(), role.edge)]


@pytest.mark.parametrize("name", ["lstm", "peepholes", "gru"])
def test_inputs_and_states_keep_their_colours_in_the_stored_picture(name):
    stored = Image.open(io.BytesIO(png_bytes(CELLS[name]().figure))).convert("RGB")
    colours = {colour for _, colour in stored.getcolors()}
    for role in (INPUT, STATE, WEIGHT):
        assert tuple(round(255 * part) for part in to_rgb(role.fill)) in colours


@pytest.mark.parametrize(("name", "layers"), [("basic", 1), ("lstm", 4), ("gru", 3)])
def test_a_cell_has_as_many_layers_as_its_kernel_has_blocks(name, layers):
    edges = [patch.get_edgecolor() for patch, _ in boxes(CELLS[name]().figure)]
    assert sum(same_color(edge, WEIGHT.edge) for edge in edges) == layers


def test_the_gates_stand_in_the_order_of_the_kernel():
    names = [text.partition(" : ")[0] for text in written(diagrams.lstm_cell()) if " : " in text]
    assert names == ["f", "i", "g", "o"]  # drawn as the equations run; the kernel has i first


@pytest.mark.parametrize(("peepholes", "count"), [(False, 0), (True, 3)])
def test_peepholes_are_three_more_arrows_and_a_sentence(peepholes, count):
    diagram = diagrams.lstm_cell(peepholes)
    assert len(arrows(diagram.figure, OUTPUT)) == count
    assert ("peepholes" in diagram.alt) is peepholes


def chart_of_gates(timesteps=20):
    rng = np.random.default_rng(1)
    marks = np.zeros(timesteps)
    marks[[3, 12]] = 1
    gates = np.full([3, timesteps], 0.25)
    gates[1, [3, 12]] = 0.75
    arguments = (rng.random(timesteps), marks, gates, np.linspace(0, 1.5, timesteps))
    return diagrams.gate_values(*arguments, title="Gates"), gates


def test_the_chart_of_gates_tells_their_means_in_words():
    alt = chart_of_gates()[0].alt
    assert "marked at steps 3 and 12" in alt
    assert "input 0.75 there and 0.25 elsewhere" in alt
    assert "forget 0.25 there" in alt
    assert alt.endswith("ends at 1.50.")


def test_the_chart_of_gates_has_a_panel_for_the_input_each_gate_and_c():
    diagram, _ = chart_of_gates()
    labels = [ax.get_ylabel() for ax in diagram.figure.axes]
    assert labels == ["number", "forget", "input", "output", "c"]
    c = diagram.figure.axes[-1].lines[0]
    assert same_color(c.get_color(), STATE.edge)
    np.testing.assert_allclose(c.get_ydata(), np.linspace(0, 1.5, 20))


def test_the_reach_has_a_line_for_each_cell_and_a_dashed_one_for_its_theory():
    norms = 0.5 * 0.9 ** np.arange(11)
    diagram = diagrams.gradient_reach({"New": {"a": norms, "b": norms**2}}, {"a": 0.9})
    solid, dashed, other = diagram.figure.axes[0].lines
    np.testing.assert_allclose(solid.get_ydata(), norms)
    np.testing.assert_allclose(dashed.get_ydata(), norms[1:])
    np.testing.assert_allclose(dashed.get_xdata(), np.arange(1, 11))
    assert dashed.get_linestyle() == "--"
    assert solid.get_color() == dashed.get_color() != other.get_color()
    assert "10 steps back the gradient is for a about 10 to the -1" in diagram.alt


def test_a_cell_has_one_colour_in_all_panels():
    one, other = np.ones(3), np.ones(3) / 2
    diagram = diagrams.gradient_reach({"New": {"a": one, "b": other}, "Trained": {"b": one}})
    new, trained = diagram.figure.axes
    assert new.lines[1].get_color() == trained.lines[0].get_color()


def test_a_gradient_of_zero_falls_out_of_the_chart_and_is_called_zero():
    diagram = diagrams.gradient_reach({"New": {"a": np.array([1.0, 1e-30, 0.0])}})
    assert min(diagram.figure.axes[0].lines[0].get_ydata()) < FLOOR
    assert "as good as zero" in diagram.alt


def test_the_charts_take_at_most_60_kilobytes():
    use_style()
    norms = {name: 0.9 ** np.arange(100) for name in "abcdef"}
    for diagram in (
        chart_of_gates(100)[0],
        diagrams.gradient_reach({"New": norms, "Trained": norms}, dict.fromkeys("ab", 0.9)),
    ):
        assert len(png_bytes(diagram.figure)) <= 60_000
