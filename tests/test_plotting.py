"""Figures: one display each with real alternative text, small and reproducible, for every eye."""

import html.parser
import io
import itertools
import struct

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from PIL import Image

from course_utils import plotting

ALT = 'The loss falls from 2.3 to 0.5 in 10 epochs & stops; "theory" is dashed.'


@pytest.fixture(autouse=True)
def course_style():
    with mpl.rc_context():
        plotting.use_style()
        yield
    plt.close("all")


@pytest.fixture
def displays(monkeypatch):
    """Collects what is displayed."""
    shown = []
    monkeypatch.setattr(plotting, "display", lambda data, raw: shown.append((data, raw)))
    return shown


def line_chart():
    fig, ax = plt.subplots()
    ax.plot([1, 2, 3], [3, 2, 2.5], label="training")
    ax.legend()
    return fig


def picture_of(figure):
    return Image.open(io.BytesIO(plotting.png_bytes(figure)))


def test_a_figure_is_one_display_of_an_image_and_its_alternative_text(displays):
    plotting.show(line_chart(), alt=ALT)
    [(data, raw)] = displays
    assert raw
    assert data.keys() == {"text/html", "text/plain"}
    assert data["text/plain"] == f"Figure: {ALT}"
    [_style, (tag, attributes)] = tags(data["text/html"])
    assert tag == "img"
    assert attributes["alt"] == ALT
    assert attributes["src"].startswith("data:image/png;base64,")
    assert "max-width: 100%" in attributes["style"]


def tags(source):
    found = []
    parser = html.parser.HTMLParser()
    parser.handle_starttag = lambda tag, attributes: found.append((tag, dict(attributes)))
    parser.feed(source)
    return found


def test_a_shown_figure_is_closed_so_that_jupyter_does_not_show_it_again(displays):
    fig = line_chart()
    plotting.show(fig, alt=ALT)
    assert not plt.fignum_exists(fig.number)


@pytest.mark.parametrize("alt", ["", "   ", "plot", "Figure 1.", "The loss goes down over time"])
def test_an_alternative_text_that_is_no_sentence_is_refused(displays, alt):
    with pytest.raises(ValueError, match=r"`alt`.*Expected a sentence"):
        plotting.show(line_chart(), alt=alt)
    assert displays == []


def test_a_figure_has_two_stored_pixels_for_one_shown():
    fig = plt.figure(figsize=(5, 2))
    [_style, (_, attributes)] = tags(plotting.img_tag(fig, ALT))
    assert attributes["width"] == "480"
    assert picture_of(fig).size == (960, 384)


def test_a_default_figure_fills_the_text_column_of_a_notebook():
    [_style, (_, attributes)] = tags(plotting.img_tag(line_chart(), ALT))
    assert attributes["width"] == "701"


def test_the_same_figure_gives_the_same_bytes():
    assert plotting.png_bytes(line_chart()) == plotting.png_bytes(line_chart())


def test_a_picture_holds_pixels_and_no_date_or_version():
    assert chunks(plotting.png_bytes(line_chart())) == ["IHDR", "PLTE", "IDAT", "IEND"]


def chunks(png):
    names, position = [], 8
    while position < len(png):
        length, name = struct.unpack(">I4s", png[position : position + 8])
        names.append(name.decode())
        position += length + 12
    return list(dict.fromkeys(names))  # long pictures have several IDAT chunks


def test_the_background_is_opaque_white_for_dark_themes():
    picture = picture_of(line_chart())
    assert "transparency" not in picture.info
    assert picture.convert("RGB").getpixel((0, 0)) == (255, 255, 255)


def test_few_colours_are_stored_without_a_visible_change():
    fig = line_chart()
    exact = np.asarray(rendered(fig), dtype=int)
    stored = np.asarray(picture_of(fig).convert("RGB"), dtype=int)
    assert np.abs(exact - stored).max() <= 16
    assert np.abs(exact - stored).mean() < 0.2


def rendered(fig):
    canvas = FigureCanvasAgg(fig)
    fig.set_dpi(192)
    canvas.draw()
    return Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")


@pytest.mark.slow
def test_a_chart_of_two_panels_takes_at_most_60_kilobytes():
    fig, axes = plt.subplots(1, 2)
    updates = np.arange(300)
    noise = np.random.default_rng(1).normal(scale=0.05, size=(3, 300))
    for ax in axes:
        for k in range(3):
            ax.plot(updates, np.exp(-updates / 40 / (k + 1)) + noise[k], label=f"run {k}")
        plotting.theory_line(ax, [0, 300], [0, 0], "theory: 0 nats")
        ax.set(title="Three runs of the same network", xlabel="updates", ylabel="loss in nats")
        ax.legend()
    assert len(plotting.png_bytes(fig)) <= 60_000


def test_the_style_leaves_out_the_top_and_right_spines_and_draws_a_grid():
    ax = line_chart().axes[0]
    visible = {side for side, spine in ax.spines.items() if spine.get_visible()}
    assert visible == {"left", "bottom"}
    assert ax.xaxis.get_gridlines()[0].get_visible()


def cycle():
    return [to_rgb(colour) for colour in plt.rcParams["axes.prop_cycle"].by_key()["color"]]


def test_charts_and_diagrams_use_the_same_colours():
    roles = (plotting.STATE, plotting.OUTPUT, plotting.INPUT, plotting.WEIGHT)
    assert cycle()[:4] == [to_rgb(role.edge) for role in roles]


# Machado, Oliveira and Fernandes (2009): what dichromats see, for linear RGB.
VISION = {
    "normal": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


def linear(rgb):
    rgb = np.asarray(rgb)
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def lab(linear_rgb):
    """CIE L*a*b* of a colour in linear sRGB; 2.3 units are just noticeable."""
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    xyz = np.clip(to_xyz @ linear_rgb, 0, None) / [0.9505, 1.0, 1.089]
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("vision", VISION)
def test_lines_are_told_apart_by_every_kind_of_colour_vision(vision):
    seen = [lab(VISION[vision] @ linear(colour)) for colour in cycle()]
    distances = [np.linalg.norm(a - b) for a, b in itertools.combinations(seen, 2)]
    assert min(distances) > 12


def contrast(a, b):
    """WCAG 2.1's contrast ratio, 1 to 21."""
    luminances = [linear(to_rgb(colour)) @ [0.2126, 0.7152, 0.0722] for colour in (a, b)]
    return (max(luminances) + 0.05) / (min(luminances) + 0.05)


@pytest.mark.parametrize("role", ["INPUT", "STATE", "OUTPUT", "WEIGHT", "NEUTRAL", "IGNORED"])
def test_writing_in_boxes_is_readable(role):
    colours = getattr(plotting, role)
    assert contrast(colours.text, colours.fill) >= 4.5


@pytest.mark.parametrize("place", range(6))
def test_lines_stand_out_on_white(place):
    assert contrast(cycle()[place], "white") >= 3


def test_numbers_in_a_heat_map_are_readable_on_every_colour():
    shades = plotting.TANH_COLOURS(np.linspace(0, 1, 101))
    assert min(contrast(plotting.INK, shade[:3]) for shade in shades) >= 4.5


BATCH = np.random.default_rng(4).uniform(-6, 6, size=(4, 7))


def marked(ax):
    """(row, column) of every framed cell, by where the frame is."""
    frames = [patch for patch in ax.patches if patch.get_gid() == "saturated"]
    centres = [patch.get_center() for patch in frames]
    return {(round(y), round(x)) for x, y in centres}, len(frames)


@pytest.mark.parametrize("eps", [0.01, 0.1, 0.5])
def test_a_heat_map_frames_just_the_saturated_units(eps):
    y = np.tanh(BATCH)
    ax = plt.figure().add_subplot()
    plotting.heatmap(ax, y, "Y", eps=eps)
    expected = set(zip(*np.nonzero(1 / np.cosh(BATCH) ** 2 < eps), strict=True))
    cells, count = marked(ax)
    assert cells == expected
    assert count == len(expected)


def test_a_heat_map_writes_each_value_in_its_cell():
    ax = plt.figure().add_subplot()
    plotting.heatmap(ax, [[-0.25, 0.5, 1.0], [0.0, -1.0, 0.125]], "Y")
    written = {text.get_position()[::-1]: text.get_text() for text in ax.texts}
    assert written == {
        (0, 0): "−0.25", (0, 1): "0.50", (0, 2): "1.00",
        (1, 0): "0.00", (1, 1): "−1.00", (1, 2): "0.12",
    }  # fmt: skip


def test_a_heat_map_has_the_first_instance_on_top():
    ax = plt.figure().add_subplot()
    plotting.heatmap(ax, np.zeros((4, 5)), "Y0: nothing yet")
    assert ax.yaxis_inverted()
    assert ax.get_title(loc="left") == "Y0: nothing yet"
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("unit", "instance")


@pytest.mark.parametrize("scale", [0.1, 1.0])
def test_a_colour_means_the_same_in_every_heat_map(scale):
    ax = plt.figure().add_subplot()
    plotting.heatmap(ax, scale * np.tanh(BATCH), "Y")
    assert ax.collections[0].get_clim() == (-1, 1)


@pytest.mark.parametrize("values", [[0.1, 0.2], [[0.5, 1.5]], [[np.nan, 0.0]], [[[0.1]]]], ids=str)
def test_a_heat_map_refuses_what_tanh_can_not_give(values):
    ax = plt.figure().add_subplot()
    with pytest.raises(ValueError, match=r"`values`: expected a .* matrix of outputs of tanh"):
        plotting.heatmap(ax, values, "Y")


def test_theory_is_a_dashed_line_with_its_name_at_the_end():
    ax = plt.figure().add_subplot()
    plotting.theory_line(ax, [0, 10], [0.5192, 0.5192], "0.5192 nats: lag 3 found")
    [line] = ax.lines
    assert line.get_linestyle() == "--"
    np.testing.assert_array_equal(line.get_xydata(), [[0, 0.5192], [10, 0.5192]])
    [label] = ax.texts
    assert label.get_text() == "0.5192 nats: lag 3 found"
    assert label.xy == (10, 0.5192)


def test_the_name_of_a_rising_theory_stays_inside_the_axes_and_off_the_line():
    fig = plt.figure()
    ax = fig.add_subplot()
    plotting.theory_line(ax, [0, 10], [0, 50], "theory: 5 operations a step")
    fig.draw_without_rendering()
    bounds = ax.texts[0].get_window_extent()
    assert ax.bbox.x0 <= bounds.x0
    assert bounds.x1 <= ax.bbox.x1
    path = ax.lines[0].get_path().transformed(ax.transData)
    assert not path.intersects_bbox(bounds, filled=False)
