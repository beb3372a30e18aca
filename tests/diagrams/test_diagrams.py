"""Nothing in a diagram overlaps, sticks out or needs eyes, and each shows what it claims to."""

import functools
import io
import itertools

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import same_color, to_rgb
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, Patch
from matplotlib.path import Path
from matplotlib.transforms import Bbox
from PIL import Image

from course_utils import diagrams
from course_utils.chapters import CHAPTERS, Chapter
from course_utils.diagrams.canvas import Canvas
from course_utils.plotting import NEUTRAL, OUTPUT, STATE, WEIGHT, png_bytes, use_style

EVERY_DIAGRAM = {
    "unrolled_cell": diagrams.unrolled_cell,
    "unrolled_cell, 2 steps": functools.partial(diagrams.unrolled_cell, 2),
    "unrolled_cell, 4 steps": functools.partial(diagrams.unrolled_cell, 4),
    "four_topologies": diagrams.four_topologies,
    "static_graph": diagrams.static_graph,
    "static_graph, 2 steps": functools.partial(diagrams.static_graph, 2),
    "static_graph, 4 steps": functools.partial(diagrams.static_graph, 4),
    "pack_unpack": diagrams.pack_unpack,
    "course_map, begun": functools.partial(diagrams.course_map, {0, 1, 2}),
    "course_map, complete": functools.partial(diagrams.course_map, range(13)),
    "exercise_flow": diagrams.exercise_flow,
    "while_loop": diagrams.while_loop,
    "layer_outputs": diagrams.layer_outputs,
    "layer_outputs, all of an LSTM": functools.partial(diagrams.layer_outputs, "LSTM", True, True),
    "layer_outputs, a GRU": functools.partial(diagrams.layer_outputs, "GRU", False, True),
    "encoder_decoder": diagrams.encoder_decoder,
    "bottleneck_and_attention": diagrams.bottleneck_and_attention,
}


def longer_map(last):
    """The map of a course with chapters up to this one."""
    further = Chapter("A further\nchapter", "topic", "Further")
    chapters = CHAPTERS | dict.fromkeys(range(13, last + 1), further)
    return diagrams.course_map(range(last + 1), chapters)


EVERY_DIAGRAM |= {f"course_map, {n} chapters": functools.partial(longer_map, n) for n in (13, 14)}


@pytest.fixture(scope="module", params=EVERY_DIAGRAM)
def diagram(request):
    return EVERY_DIAGRAM[request.param]()


def texts(figure):
    """(text, its rectangle in pixels) of everything written in a figure."""
    renderer = FigureCanvasAgg(figure).get_renderer()
    return [(t.get_text(), t.get_window_extent(renderer)) for t in figure.axes[0].texts]


def patches(figure, kind):
    """(patch, its rectangle in pixels) of all patches of a kind."""
    return [(p, p.get_window_extent()) for p in figure.axes[0].patches if isinstance(p, kind)]


def boxes(figure):
    """The boxes: rounded rectangles with an edge, unlike the panels in the background."""
    rounded = patches(figure, FancyBboxPatch)
    return [(patch, bounds) for patch, bounds in rounded if patch.get_edgecolor()[3] > 0]


def inside(inner, outer):
    return bool(
        inner.x0 >= outer.x0
        and inner.y0 >= outer.y0
        and inner.x1 <= outer.x1
        and inner.y1 <= outer.y1
    )


def overlap(a, b):
    return Bbox.intersection(a, b) is not None


def overlapping_texts(figure):
    pairs = itertools.combinations(texts(figure), 2)
    return [(one, other) for (one, a), (other, b) in pairs if overlap(a, b)]


def texts_out_of_their_box(figure):
    everything = boxes(figure)
    return [
        text
        for text, at in texts(figure)
        if any(overlap(at, bounds) and not inside(at, bounds) for _, bounds in everything)
    ]


def texts_under_an_arrow(figure):
    arrows = [arrow for arrow, _ in patches(figure, FancyArrowPatch)]
    return [text for text, at in texts(figure) if any(crosses(arrow, at) for arrow in arrows)]


def crosses(arrow, bounds):
    path = arrow.get_path().transformed(arrow.get_transform())
    lines = path.to_polygons(closed_only=False)
    return any(Path(line).intersects_bbox(bounds, filled=False) for line in lines)


def sticking_out(figure):
    everything = [*texts(figure), *patches(figure, Patch)]
    return [thing for thing, bounds in everything if not inside(bounds, figure.bbox)]


def test_texts_do_not_overlap(diagram):
    assert overlapping_texts(diagram.figure) == []


def test_texts_stay_within_their_boxes(diagram):
    assert texts_out_of_their_box(diagram.figure) == []


def test_no_arrow_runs_through_a_text(diagram):
    assert texts_under_an_arrow(diagram.figure) == []


def test_nothing_sticks_out_of_the_picture(diagram):
    assert sticking_out(diagram.figure) == []


def test_boxes_are_apart_or_one_within_the_other(diagram):
    pairs = itertools.combinations([bounds for _, bounds in boxes(diagram.figure)], 2)
    assert all(not overlap(a, b) or inside(a, b) or inside(b, a) for a, b in pairs)


def test_the_layout_tests_see_each_fault():
    canvas = Canvas(2, 1)
    canvas.text((0.5, 0.8), "one text")
    canvas.text((0.6, 0.8), "another text")
    canvas.box((1.5, 0.5), "too long for it", STATE, width=0.3)
    canvas.arrow((0.1, 0.8), (0.9, 0.8))
    canvas.text((1.9, 0.1), "over the edge")
    figure = canvas.figure
    assert ("one text", "another text") in overlapping_texts(figure)
    assert "too long for it" in texts_out_of_their_box(figure)
    assert "one text" in texts_under_an_arrow(figure)
    assert "over the edge" in sticking_out(figure)


def test_a_picture_takes_at_most_60_kilobytes(diagram):
    assert len(png_bytes(diagram.figure)) <= 60_000


def test_the_alternative_text_stands_for_the_picture(diagram):
    alt = diagram.alt
    assert 100 < len(alt) < 1000
    assert alt.endswith(".")
    assert "\n" not in alt
    assert "$" not in alt


def test_the_smallest_writing_is_12_css_pixels(diagram):
    assert min(text.get_fontsize() for text in diagram.figure.axes[0].texts) >= 9


@pytest.mark.parametrize("draw", EVERY_DIAGRAM.values(), ids=EVERY_DIAGRAM.keys())
def test_a_diagram_does_not_depend_on_the_readers_style(draw):
    plain = png_bytes(draw().figure)
    with mpl.rc_context():
        use_style()
        mpl.rcParams.update({"font.family": "serif", "font.size": 20, "mathtext.fontset": "cm"})
        assert png_bytes(draw().figure) == plain


def written(diagram):
    return [text.get_text() for text in diagram.figure.axes[0].texts]


@pytest.mark.parametrize("n_steps", [2, 3, 4])
def test_unrolling_repeats_the_weights_and_adds_none(n_steps):
    diagram = diagrams.unrolled_cell(n_steps)
    words = written(diagram)
    for weight in ("$W_x$", "$W_h$", "$b$"):
        assert words.count(weight) == n_steps + 1  # once in the folded cell
    colours = {p.get_facecolor() for p, _ in boxes(diagram.figure) if is_pill(p)}
    assert len(colours) == 1
    assert same_color(colours.pop(), WEIGHT.fill)


def is_pill(patch):
    return patch.get_height() == pytest.approx(0.28)


def test_the_topologies_grey_out_just_the_ignored_outputs():
    figure = diagrams.four_topologies().figure
    dashed = [patch for patch, _ in boxes(figure) if patch.get_linestyle() != "-"]
    used = [p for p, _ in boxes(figure) if same_color(p.get_edgecolor(), OUTPUT.edge)]
    assert len(dashed) == 3 + 2  # sequence to vector, delayed
    assert len(used) == 4 + 1 + 4 + 2


def test_the_topologies_do_not_give_the_exercise_away():
    diagram = diagrams.four_topologies()
    text = " ".join([*written(diagram), diagram.alt]).lower()
    for task in ("sentiment", "caption", "translat", "tagg", "forecast"):
        assert task not in text


@pytest.mark.parametrize("n_steps", [2, 3, 4])
def test_the_static_graph_has_five_operations_a_step_and_its_variables_once(n_steps):
    figure = diagrams.static_graph(n_steps).figure
    edges = [patch.get_edgecolor() for patch, _ in boxes(figure)]
    assert sum(same_color(edge, NEUTRAL.edge) for edge in edges) == 5 * n_steps
    assert sum(same_color(edge, WEIGHT.edge) for edge in edges) == 1


def test_the_unpacked_matrices_are_the_courses_batch():
    X0 = [[0, 1, 2], [3, 4, 5], [6, 7, 8], [9, 0, 1]]
    X1 = [[9, 8, 7], [0, 0, 0], [6, 5, 4], [3, 2, 1]]
    numbers = [int(text) for text in written(diagrams.pack_unpack()) if text.isdigit()]
    block = np.ravel(X0).tolist()
    assert numbers == block + block + np.ravel(X1).tolist() + block


def test_the_map_marks_what_is_available():
    diagram = diagrams.course_map({0, 1, 2})
    dashed = [patch for patch, _ in boxes(diagram.figure) if patch.get_linestyle() != "-"]
    assert len(dashed) == 10 + 1  # chapters 03 to 12, and the legend
    assert "Ready now: 00, 01, 02" in diagram.alt


def test_the_map_names_every_chapter():
    words = written(diagrams.course_map(range(13)))
    assert {f"{number:02d}" for number in range(13)} <= set(words)


def test_a_chapter_that_the_map_does_not_know_changes_nothing():
    known, further = diagrams.course_map(range(13)), diagrams.course_map([*range(13), 98, 99])
    assert further.alt == known.alt
    assert png_bytes(further.figure) == png_bytes(known.figure)


def test_chapters_of_one_stage_that_fill_more_than_a_row_go_on_in_the_next():
    diagram = longer_map(16)
    assert "13 A further chapter (topic), 14 A further chapter (topic)" in diagram.alt
    assert "then come five stages. Unroll" in diagram.alt
    assert written(diagram).count("Further") == 1
    at = {text.get_text(): text.get_position() for text in diagram.figure.axes[0].texts}
    assert at["13"][1] == at["15"][1] < at["16"][1]
    assert at["13"][0] == at["16"][0]


@pytest.mark.parametrize("draw", [diagrams.unrolled_cell, diagrams.static_graph])
@pytest.mark.parametrize("n_steps", [0, 1, 5])
def test_a_number_of_steps_that_does_not_fit_is_refused(draw, n_steps):
    with pytest.raises(ValueError, match=f"`n_steps`: expected 2 to 4 .* got {n_steps}"):
        draw(n_steps)


def test_a_diagram_is_saved_as_a_crisp_picture(tmp_path):
    path = tmp_path / "map.png"
    diagram = diagrams.course_map({0})
    diagram.save(path)
    with Image.open(path) as picture:
        assert picture.size == (1401, 1152)  # 7.3 by 6 inches


def test_the_common_colours_of_a_diagram_are_stored_exactly():
    png = png_bytes(diagrams.static_graph().figure)
    stored = Image.open(io.BytesIO(png)).convert("RGB").getcolors()
    common = [colour for _, colour in sorted(stored, reverse=True)[:3]]
    colours = ("white", NEUTRAL.fill, WEIGHT.fill)
    expected = {tuple(round(255 * part) for part in to_rgb(colour)) for colour in colours}
    assert set(common) == expected


def test_a_diagram_is_shown_with_its_alternative_text(monkeypatch):
    shown = []
    monkeypatch.setattr("course_utils.plotting.display", lambda data, raw: shown.append(data))
    diagram = diagrams.pack_unpack()
    diagram.show()
    assert [data["text/plain"] for data in shown] == [f"Figure: {diagram.alt}"]
