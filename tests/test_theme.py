"""Colours in both of JupyterLab's themes: contrasts computed from the CSS values themselves."""

import math
import re

import matplotlib
import numpy as np
import pytest

from course_utils import plotting
from course_utils.checks import Outcome, Report
from course_utils.diagrams import course_map
from course_utils.theme import DARK, LIGHT, STYLE

# --jp-layout-color0, behind an output, and --jp-content-font-color1, its text, of JupyterLab 4.
LIGHT_PAGE, DARK_PAGE = "#ffffff", "#111111"
READABLE, VISIBLE = 4.5, 3.0  # WCAG 2.2, 1.4.3 for text and 1.4.11 for what is drawn


def rgb(colour):
    return np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])


def luminance(colour):
    linear = np.where(colour <= 0.04045, colour / 12.92, ((colour + 0.055) / 1.055) ** 2.4)
    return linear @ [0.2126, 0.7152, 0.0722]


def contrast(one, other):
    dark, light = sorted([luminance(one), luminance(other)])
    return (light + 0.05) / (dark + 0.05)


def filtered(colour, text):
    """What a CSS filter makes of a colour, by the definitions of Filter Effects, level 1."""
    for name, argument in re.findall(r"(\w[\w-]*)\(([\d.]+)(?:deg)?\)", text):
        colour = np.clip(FILTERS[name](colour, float(argument)), 0, 1)
    return colour


def hue_rotated(colour, degrees):
    grey = np.tile([0.213, 0.715, 0.072], (3, 1))
    turn = [[-0.213, -0.715, 0.928], [0.143, 0.140, -0.283], [-0.787, 0.715, 0.072]]
    angle = math.radians(degrees)
    return (grey + math.cos(angle) * (np.eye(3) - grey) + math.sin(angle) * np.array(turn)) @ colour


FILTERS = {
    "invert": lambda colour, share: share + colour * (1 - 2 * share),
    "hue-rotate": hue_rotated,
    "contrast": lambda colour, factor: (colour - 0.5) * factor + 0.5,
}


def values(theme):
    """The variables that `STYLE` sets for a theme, "light" or "dark"."""
    rules = re.findall(r"([^{}<>]+)\{([^}]+)\}", STYLE)
    (text,) = [text for selector, text in rules if (selector == ":root") == (theme == "light")]
    return dict(re.findall(r"--course-(\w+):([^;]+)", text))


@pytest.mark.parametrize(("theme", "page"), [("light", LIGHT_PAGE), ("dark", DARK_PAGE)])
@pytest.mark.parametrize("name", ["passed", "failed", "other"])
def test_a_reports_colours_are_readable(theme, page, name):
    assert contrast(rgb(values(theme)[name]), rgb(page)) >= READABLE


def test_the_contrasts_are_those_that_are_known():
    assert contrast(rgb("#000000"), rgb("#ffffff")) == pytest.approx(21)
    assert contrast(rgb("#b3261e"), rgb(DARK_PAGE)) == pytest.approx(2.9, abs=0.05)  # before


def in_the_dark(colour):
    return filtered(rgb(colour), values("dark")["figure"])


def test_a_figure_does_not_glare_on_a_dark_page():
    assert luminance(in_the_dark("#ffffff")) < 0.05
    assert contrast(in_the_dark("#ffffff"), rgb(DARK_PAGE)) < 1.2


def test_what_is_drawn_is_as_visible_in_the_dark():
    cycle = matplotlib.rc_params_from_file(plotting.STYLE, use_default_template=False)
    lines = [
        f"#{colour}".replace("##", "#") for colour in cycle["axes.prop_cycle"].by_key()["color"]
    ]
    roles = [plotting.INPUT, plotting.STATE, plotting.OUTPUT, plotting.WEIGHT, plotting.NEUTRAL]
    for colour in [*lines, *(role.edge for role in roles)]:
        assert contrast(in_the_dark(colour), in_the_dark("#ffffff")) >= VISIBLE, colour


def test_text_in_a_figure_is_readable_in_the_dark():
    for role in (plotting.INPUT, plotting.STATE, plotting.OUTPUT, plotting.WEIGHT, plotting.NEUTRAL,
                 plotting.IGNORED):  # fmt: skip
        assert contrast(in_the_dark(role.text), in_the_dark(role.fill)) >= READABLE, role
    for end in (0.0, 0.5, 1.0):  # numbers in the cells of a heatmap
        red, green, blue, _ = plotting.TANH_COLOURS(end)
        cell = filtered(np.array([red, green, blue]), values("dark")["figure"])
        assert contrast(in_the_dark(plotting.INK), cell) >= READABLE, end


def test_hues_stay_what_the_text_calls_them():
    for role, strongest in ((plotting.STATE, 2), (plotting.OUTPUT, 0), (plotting.INPUT, 1)):
        assert np.argmax(rgb(role.edge)) == np.argmax(in_the_dark(role.edge)) == strongest


def test_a_report_is_told_when_it_appears_and_not_by_colour_alone():
    html = Report("rnn-step", [
        Outcome("has the shape", True),
        Outcome("ends in tanh", False, "got 3.1"),
        Outcome("keeps the state", False, waits_for="ends in tanh"),
    ])._repr_html_()  # fmt: skip
    assert html.startswith(STYLE)
    assert 'role="status"' in html
    assert re.search(
        r'role="heading" aria-level="4"><b [^>]+>rnn-step</b>: 1 of 3 properties', html
    )
    marks = re.findall(r'role="img" aria-label="([^"]+):" [^>]+>(.)</span>', html)
    assert marks == [("pass", "✓"), ("fail", "✗"), ("not looked at", "–")]
    fixed = re.findall(r"(?<!,)#[0-9a-f]{6}", html.removeprefix(STYLE))
    assert fixed == []  # each colour is a variable's


def test_a_figure_follows_the_theme():
    with plotting.mpl_style.context(plotting.STYLE):
        html = plotting.img_tag(course_map([0]).figure, "A sentence of five words here.")
    assert html.startswith(f"{STYLE}<img ")
    assert f"filter: var(--course-figure,{LIGHT.figure})" in html
    assert DARK.figure not in html.removeprefix(STYLE)
