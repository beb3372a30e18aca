"""The pictures of words show the neighbours and the places that they are given."""

import itertools

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import same_color
from matplotlib.text import Text

from course_utils import diagrams
from course_utils.plotting import png_bytes, use_style

RNG = np.random.default_rng(1)
WORDS = [f"word{i}" for i in range(12)]
VECTORS = RNG.normal(size=[12, 5])
BEFORE, AFTER = (diagrams.neighbour_table(v, WORDS, WORDS[:3], k=4) for v in (-VECTORS, VECTORS**2))
TABLES = {"before": BEFORE, "after training": AFTER}


def test_the_table_holds_the_highest_cosines_and_not_the_word_itself():
    table = diagrams.neighbour_table(VECTORS, WORDS, ["word2"], k=11)
    unit = VECTORS / np.linalg.norm(VECTORS, axis=1, keepdims=True)
    for name, cosine in table["word2"]:
        assert cosine == pytest.approx(unit[2] @ unit[WORDS.index(name)], abs=1e-3)
    cosines = [cosine for _, cosine in table["word2"]]
    assert cosines == sorted(cosines, reverse=True)
    assert len({name for name, _ in table["word2"]} - {"word2"}) == 11


def test_each_word_has_its_bars_before_and_after():
    picture = diagrams.word_neighbours(TABLES, WORDS[:3])
    assert len(picture.figure.axes) == 6
    for i, word in enumerate(WORDS[:3]):
        for ax, table in zip(picture.figure.axes[2 * i :], (BEFORE, AFTER), strict=False):
            assert (ax.get_title(loc="left") or ax.get_title()).startswith(word)
            shown = [
                (t.get_text(), b.get_width()) for t, b in zip(ax.texts, ax.patches, strict=True)
            ]
            assert shown == table[word]


def test_the_alternative_text_names_the_words():
    assert "word0, word1 and word2" in diagrams.word_neighbours(TABLES, WORDS[:3]).alt
    assert (
        "of word1, on the left before, on the right after training"
        in diagrams.word_neighbours(TABLES, ["word1"]).alt
    )


def test_the_explorer_draws_every_word_in_few_bytes():
    use_style()
    for word in WORDS[:3]:
        picture = diagrams.word_neighbours(TABLES, [word])
        assert len(png_bytes(picture.figure)) <= 60_000


def test_the_map_names_the_words_of_its_groups_in_their_colours():
    use_style()
    points = RNG.normal(size=[12, 2])
    groups = {"some": ["word1", "word3", "elsewhere"], "others": ["word2"]}
    figure = diagrams.word_map(points, WORDS, groups)
    [ax] = figure.axes
    named = {text.get_text(): text for text in ax.texts}
    assert same_color(named["word1"].get_color(), named["word3"].get_color())
    assert not same_color(named["word1"].get_color(), named["word2"].get_color())
    assert named["word3"].xy == pytest.approx(points[3])
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["some", "others"]
    plt.close(figure)


def test_names_run_into_no_other_name():
    use_style()
    words = [f"name{i}" for i in range(300)]
    points = RNG.uniform(size=[300, 2])
    points[:12] = 0.5 + points[:12] / 20  # a group close together
    figure = diagrams.word_map(points, words, {"a": words[:12]})
    figure.canvas.draw()
    boxes = [Text.get_window_extent(text) for text in figure.axes[0].texts]  # without the lines
    assert 30 < len(boxes) <= 65
    assert not any(a.overlaps(b) for a, b in itertools.combinations(boxes, 2))
    plt.close(figure)


def test_a_map_of_500_words_takes_at_most_60_kilobytes():
    use_style()
    words = [f"w{i}" for i in range(500)]
    groups = {"a": words[:14], "b": words[20:44]}
    figure = diagrams.word_map(RNG.normal(size=[500, 2]), words, groups)
    assert len(png_bytes(figure)) <= 60_000
    plt.close(figure)
