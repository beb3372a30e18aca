"""Explorers move with their sliders in place, and stand still where nothing can move."""

import base64
import html.parser
import io
import re

import ipywidgets
import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from course_utils import plotting, widgets
from course_utils.diagrams import Diagram

X0 = np.array([[0, 1, 2], [3, 4, 5], [6, 7, 8], [9, 0, 1]])
X1 = np.array([[9, 8, 7], [0, 0, 0], [6, 5, 4], [3, 2, 1]])
RNG = np.random.default_rng(7)
WX, WH, B = RNG.normal(size=(3, 5)), RNG.normal(size=(5, 5)), RNG.normal(size=5)


@pytest.fixture
def displays(monkeypatch):
    """Collects what is displayed: widgets, and the data of still pictures."""
    shown = []
    monkeypatch.setattr(widgets, "display", shown.append)
    monkeypatch.setattr(plotting, "display", lambda data, raw: shown.append(data))
    return shown


@pytest.fixture
def live(monkeypatch, displays):
    monkeypatch.delenv("COURSE_STATIC", raising=False)
    return displays


@pytest.fixture
def static(monkeypatch, displays):
    monkeypatch.setenv("COURSE_STATIC", "1")
    return displays


def parts(widget):
    """({description: slider}, picture) of a live explorer."""
    *sliders, picture = widget.children
    return {slider.description: slider for slider in sliders}, picture


def image(source):
    """The attributes of the one image in an HTML text."""
    found = []
    parser = html.parser.HTMLParser()
    parser.handle_starttag = lambda tag, attributes: tag == "img" and found.append(dict(attributes))
    parser.feed(source)
    [attributes] = found
    return attributes


def a_square(side):
    figure = Figure(figsize=(1, 1))
    figure.add_subplot().bar([0], [side])
    return Diagram(figure, f"A square with sides of {side} units.")


def show_squares():
    widgets.explorer(a_square, {"side": [1, 2.5, 4]}, static=lambda: a_square(99))


def test_an_explorer_has_a_slider_for_each_control(live):
    widgets.explorer(
        lambda side, line_width: a_square(side * line_width),
        {"side": [1, 2], "line_width": [3, 4, 5]},
        static=lambda: a_square(99),
    )
    sliders, _ = parts(live[0])
    assert {name: slider.options for name, slider in sliders.items()} == {
        "side": (1, 2),
        "line width": (3, 4, 5),
    }


def test_words_are_chosen_from_a_list_and_names_have_room(live):
    widgets.explorer(
        lambda cell_type, side: a_square(side),
        {"cell_type": ("LSTM with peepholes", "GRU"), "side": [1, 2]},
        static=lambda: a_square(99),
    )
    controls, _ = parts(live[0])
    assert isinstance(controls["cell type"], ipywidgets.Dropdown)
    assert isinstance(controls["side"], ipywidgets.SelectionSlider)
    assert {control.style.description_width for control in controls.values()} == {"11ch"}


def test_moving_a_slider_redraws_the_picture_in_place(live):
    show_squares()
    [widget] = live
    sliders, picture = parts(widget)
    before = image(picture.value)
    sliders["side"].value = 4
    after = image(picture.value)
    assert before["alt"] == "A square with sides of 1 units."
    assert after["alt"] == "A square with sides of 4 units."
    assert before["src"] != after["src"]
    assert before["width"] == after["width"]
    assert after["decoding"] == "sync"  # or the browser paints an empty frame in between
    assert parts(widget)[1] is picture
    assert live == [widget]


def test_an_explorer_stands_still_when_the_notebook_is_built(static):
    show_squares()
    [data] = static
    assert data["text/plain"] == "Figure: A square with sides of 99 units."
    assert image(data["text/html"])["alt"] == "A square with sides of 99 units."


def test_an_explorer_stands_still_without_ipywidgets(live, monkeypatch):
    monkeypatch.setattr(widgets, "ipywidgets", None)
    show_squares()
    assert [data["text/plain"] for data in live] == ["Figure: A square with sides of 99 units."]


def test_the_still_picture_of_the_stepper_is_the_same_every_time_and_small(static):
    widgets.unroll_stepper([X0, X1], WX, WH, B)
    widgets.unroll_stepper([X0, X1], WX, WH, B)
    assert static[0] == static[1]
    png = base64.b64decode(image(static[0]["text/html"])["src"].split(",")[1])
    assert len(png) <= 60_000
    assert Image.open(io.BytesIO(png)).format == "PNG"


@pytest.mark.parametrize("n_steps", [1, 2, 3])
def test_the_still_picture_tells_of_every_step(static, n_steps):
    widgets.unroll_stepper([X0, X1, X0][:n_steps], WX, WH, B)
    told = re.findall(r"step (\d+):", static[0]["text/plain"])
    assert told == [str(t) for t in range(n_steps)]


def test_the_stepper_offers_every_instance_and_every_step(live):
    widgets.unroll_stepper([X0, X1], WX, WH, B)
    sliders, picture = parts(live[0])
    assert sliders["instance"].options == (0, 1, 2, 3)
    assert sliders["step"].options == (0, 1)
    assert isinstance(picture, ipywidgets.HTML)


@pytest.mark.slow
def test_each_instance_and_step_has_a_picture_of_its_own(live):
    widgets.unroll_stepper([X0, X1], WX, WH, B)
    sliders, picture = parts(live[0])
    pictures = set()
    for sliders["instance"].value in range(4):
        for sliders["step"].value in range(2):
            pictures.add(image(picture.value)["src"])
    assert len(pictures) == 8


def told_numbers(alt):
    """The numbers that the alternative text names, after those of the instance and the step."""
    return [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", alt)[2:]]


def expected_numbers(x, h):
    terms = np.abs([x @ WX, h @ WH, B])
    total = x @ WX + h @ WH + B
    winners = [int(np.sum(np.argmax(terms, axis=0) == i)) for i in range(3)]
    saturated = int(np.sum(1 / np.cosh(total) ** 2 < 0.01))
    return [5, *winners, round(total.min(), 2), round(total.max(), 2), saturated]


@pytest.mark.parametrize("instance", range(4))
def test_the_stepper_tells_which_term_dominates_and_how_many_units_saturate(live, instance):
    start = RNG.uniform(-1, 1, size=(4, 5))
    widgets.unroll_stepper([X0, X1], WX, WH, B, initial_state=start)
    sliders, picture = parts(live[0])
    sliders["instance"].value = instance
    first = expected_numbers(X0[instance], start[instance])
    assert told_numbers(image(picture.value)["alt"]) == first
    sliders["step"].value = 1
    h = np.tanh(X0[instance] @ WX + start[instance] @ WH + B)
    assert told_numbers(image(picture.value)["alt"]) == expected_numbers(X1[instance], h)


def test_the_bars_of_the_stepper_are_the_terms_of_the_sum():
    steps = widgets._run([X0, X1], WX, WH, B, None)
    axes = widgets._draw_one(steps, instance=2, step=1).figure.axes[2]
    heights = {bars.get_label(): [bar.get_height() for bar in bars] for bars in axes.containers}
    h = np.tanh(X0[2] @ WX + B)
    np.testing.assert_allclose(heights["x Wx"], X1[2] @ WX, rtol=1e-12)
    np.testing.assert_allclose(heights["h Wh"], h @ WH, rtol=1e-12)
    np.testing.assert_allclose(heights["b"], B, rtol=1e-12)


def test_the_still_picture_draws_every_step():
    steps = widgets._run([X0, X1, X0], WX, WH, B, None)
    panels = widgets._draw_all(steps).figure.subfigs
    titles = [panel.get_suptitle() for panel in panels if panel.axes]
    assert [title.split(":")[0] for title in titles] == [f"Instance 0, step {t}" for t in range(3)]


def test_all_pictures_of_the_stepper_have_one_scale():
    steps = widgets._run([X0, X1], WX, WH, B, None)
    figures = [widgets._draw_one(steps, i, t).figure for i in range(4) for t in range(2)]
    assert len({figure.axes[2].get_ylim() for figure in figures}) == 1


def test_nothing_of_the_stepper_is_cut_off():
    with plotting.mpl_style.context(plotting.STYLE):
        figure = widgets._draw_all(widgets._run([X0, X1], WX, WH, B, None)).figure
        figure.draw_without_rendering()
        bounds = figure.get_tightbbox()
    width, height = figure.get_size_inches()
    assert min(bounds.x0, bounds.y0, width - bounds.x1, height - bounds.y1) >= 0


@pytest.mark.parametrize("b", [B, B[None, :], list(B)], ids=["[units]", "[1, units]", "list"])
def test_a_bias_may_be_a_row_or_a_vector(static, b):
    widgets.unroll_stepper([X0, X1], WX, WH, b)
    widgets.unroll_stepper([X0, X1], WX, WH, B)
    assert static[0] == static[1]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"inputs": []}, "`inputs`.*an empty list"),
        ({"inputs": X0}, r"`inputs\[0\]`: expected a matrix \[batch, features\], got shape \(3,\)"),
        ({"inputs": [X0, X1[:2]]}, r"`inputs\[1\]`.*\[batch, features\] = \(4, 3\), got \(2, 3\)"),
        ({"Wx": WX.T}, r"`Wx`: expected shape \[features, units\] = \(3, 5\), got \(5, 3\)"),
        ({"Wx": WX[0]}, r"`Wx`: expected a matrix \[features, units\], got shape \(5,\)"),
        ({"Wh": WX}, r"`Wh`: expected shape \[units, units\] = \(5, 5\), got \(3, 5\)"),
        ({"b": B[:4]}, r"`b`: expected shape \[1, units\] = \(1, 5\), got \(1, 4\)"),
        ({"initial_state": np.zeros(5)}, r"`initial_state`.* = \(4, 5\), got \(5,\)"),
    ],
    ids=lambda value: value if isinstance(value, str) else next(iter(value)),
)
def test_a_shape_that_does_not_fit_is_refused_by_name(static, change, message):
    arguments = {"inputs": [X0, X1], "Wx": WX, "Wh": WH, "b": B} | change
    with pytest.raises(ValueError, match=message):
        widgets.unroll_stepper(**arguments)
    assert static == []
