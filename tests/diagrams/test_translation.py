"""What the pictures of chapter 11 show; `test_diagrams` looks at the layout of the network's."""

import numpy as np
import pytest
from matplotlib.collections import QuadMesh

from course_utils import diagrams
from course_utils.plotting import png_bytes

WORDS = ["<pad>", "<unk>", "<go>", "<eos>", "deux", "cents", "cent", "un"]
# deux, cent, un, <eos>
PROBABILITIES = np.array(
    [
        [0, 0, 0, 0.05, 0.8, 0, 0.1, 0.05],
        [0, 0, 0, 0, 0, 0.4, 0.6, 0],
        [0, 0, 0, 0.2, 0, 0, 0.1, 0.7],
        [0, 0, 0, 1, 0, 0, 0, 0],
    ]
)
SOURCE = "two hundred and one"


def written(diagram):
    return [text.get_text() for text in diagram.figure.axes[0].texts]


def test_the_decoder_hears_what_it_wrote():
    words = written(diagrams.encoder_decoder())
    assert words.count("quarante") == 2
    assert words.count("-deux") == 2
    assert words.index("-two") < words.index("forty")


def test_bars_are_as_long_as_the_words_are_likely():
    diagram = diagrams.next_words(SOURCE, WORDS, PROBABILITIES, step=1)
    ax = diagram.figure.axes[0]
    assert [bar.get_width() for bar in ax.patches][:2] == [0.6, 0.4]
    assert [label.get_text() for label in ax.get_yticklabels()][:2] == ["cent", "cents"]


@pytest.mark.parametrize(("step", "so_far"), [(0, "nothing yet"), (3, "deux cent un"), (9, "deux")])
def test_a_step_tells_what_was_written_before(step, so_far):
    diagram = diagrams.next_words(SOURCE, WORDS, PROBABILITIES, step)
    assert so_far in diagram.alt
    assert so_far in diagram.figure.axes[0].get_title(loc="left")


def test_all_steps_are_in_one_picture_with_the_written_words_first():
    diagram = diagrams.all_next_words(SOURCE, WORDS, PROBABILITIES)
    ax = diagram.figure.axes[0]
    labels = [label.get_text() for label in ax.get_yticklabels()]
    assert labels[:4] == ["deux", "cent", "un", "<eos>"]
    (mesh,) = (child for child in ax.get_children() if isinstance(child, QuadMesh))
    shown = np.asarray(mesh.get_array()).reshape(len(labels), 4)
    np.testing.assert_array_equal(shown, PROBABILITIES[:, [WORDS.index(w) for w in labels]].T)
    assert "deux cent un" in diagram.alt


def test_mistakes_show_what_was_said_and_what_is_right():
    diagram = diagrams.mistakes([("80", "quatre-vingt", "quatre-vingts")], n_sentences=2000)
    assert written(diagram) == [
        "1 of 2,000 numbers are wrong",
        "80",
        "quatre-vingt",
        "quatre-vingts",
    ]


def test_of_many_mistakes_some_are_shown():
    rows = [(str(i), "un", "deux") for i in range(100)]
    assert "100 of 200 numbers are wrong; 6 of them" in written(diagrams.mistakes(rows, 200))[0]


def test_no_mistake_is_a_table_too():
    assert written(diagrams.mistakes([], 200)) == ["0 of 200 numbers are wrong"]


def test_the_longest_number_fits_on_the_sheet():
    text = "neuf cent quatre-vingt-dix-neuf mille neuf cent quatre-vingt-dix-neuf"
    diagram = diagrams.mistakes([("999,999", text, text)], 2000)
    line = diagram.figure.axes[0].texts[2]
    assert line.get_window_extent().x1 < diagram.figure.bbox.x1


@pytest.mark.parametrize(
    "diagram",
    [
        diagrams.next_words(SOURCE, WORDS, PROBABILITIES, 1),
        diagrams.all_next_words(SOURCE, WORDS, PROBABILITIES),
        diagrams.mistakes([("80", "quatre-vingt", "quatre-vingts")] * 20, 2000),
    ],
    ids=["one step", "all steps", "mistakes"],
)
def test_the_pictures_take_at_most_60_kilobytes(diagram):
    assert len(png_bytes(diagram.figure)) <= 60_000
