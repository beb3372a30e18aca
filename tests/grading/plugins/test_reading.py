"""Reading a notebook's file past its outputs: within bounds, whatever the file is."""

import json

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.grading.plugins import reading
from course_utils.grading.plugins.reading import LARGEST_FILE, PastOutputs, text_of
from course_utils.grading.plugins.refusal import NotGradable
from tests.sealing import notebook

TRICKY = 'x = "outputs": [1, {"a": "]}\\"\\\\"}]  # \\" tâche'


@pytest.fixture
def file(tmp_path):
    return tmp_path / "01_two_step_rnn.ipynb"


def refused(path):
    with pytest.raises(NotGradable) as caught:
        text_of(path)
    return caught.value.cause


def without(tree):
    """The same tree with nothing in its outputs and widgets."""
    if isinstance(tree, list):
        return [without(item) for item in tree]
    if not isinstance(tree, dict):
        return tree
    return {
        key: type(value)()
        if key in ("outputs", "widgets") and isinstance(value, (list, dict))
        else without(value)
        for key, value in tree.items()
    }


KEYS = st.one_of(st.sampled_from(["outputs", "widgets", "cells", "]", '"']), st.text(max_size=3))
TREES = st.recursive(
    st.one_of(st.none(), st.integers(), KEYS, st.text(alphabet='\\"[]{}:, a', max_size=9)),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(KEYS, inner, max_size=4)),
    max_leaves=20,
)


@given(TREES, st.sampled_from([None, 1]), st.booleans())
def test_any_json_loses_its_outputs_and_nothing_else(tree, indent, ascii_only):
    data = json.dumps(tree, indent=indent, ensure_ascii=ascii_only).encode("utf-8", "replace")
    assert json.loads(reading._without_outputs(data, None)) == without(json.loads(data))


def test_a_notebook_with_sixty_mebibytes_of_outputs_is_read(file):
    made = notebook(step=TRICKY)
    for cell in made.cells[2:5]:
        cell.outputs = [nbformat.v4.new_output("stream", text="[{\\" * (4 * 2**20) + "x" * 2**22)]
    nbformat.write(made, file)
    assert file.stat().st_size > 60 * 2**20
    read = nbformat.reads(text_of(file), as_version=4)
    assert [cell.source for cell in read.cells] == [cell.source for cell in made.cells]
    assert [cell.outputs for cell in read.cells if cell.cell_type == "code"] == [[]] * 6


def test_a_small_one_is_read_as_it_is(file):
    file.write_text('{"outputs": [1]}')
    assert text_of(file) == '{"outputs": [1]}'


def test_what_is_large_besides_its_outputs_is_refused(file, monkeypatch):
    monkeypatch.setattr(reading, "LARGEST", 2**20)
    file.write_text(json.dumps({"outputs": ["x" * 2**20], "source": "x" * 2**20}))
    assert refused(file) == "it has more than 1 MiB besides its outputs"


def test_ten_gibibytes_are_not_read(file):
    with file.open("wb") as opened:
        opened.truncate(10 * 2**30)
    assert refused(file) == f"it has 10240 MiB; at most {LARGEST_FILE >> 20} are read"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ('"' + '\\"' * 10**6, None),
        ('"' + '\\"' * 10**6 + "\\", None),
        ("[" * 10**6, None),
        ('{"outputs":' + "[{" * 10**6, '{"outputs":[]'),
    ],
)
def test_what_is_never_closed_is_read_once(text, left):
    assert reading._without_outputs(text.encode(), None).decode() == (left or text)


def test_outputs_of_too_many_parts_are_refused(file, monkeypatch):
    monkeypatch.setattr(reading, "LARGEST", 100)
    monkeypatch.setattr(reading, "_MOST_PARTS", 100)
    file.write_text(json.dumps({"outputs": [[[]]] * 100}))
    assert refused(file) == "its outputs have too many parts"


def test_nbgrader_reads_such_a_file_in_the_same_way(file, monkeypatch):
    made = notebook(step=TRICKY)
    made.cells[3].outputs = [nbformat.v4.new_output("stream", text="x" * 10**5)]
    nbformat.write(made, file)
    monkeypatch.setattr(reading, "LARGEST", 10**5)
    text, _ = PastOutputs().from_filename(str(file))
    assert len(text) < 10**5
    assert nbformat.reads(text, as_version=4).cells[3].source == TRICKY
