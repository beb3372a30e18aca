"""What `course build --check` finds."""

import json

import nbformat
import pytest

from course_utils.build import build
from tests.toy_course import change, contents, refused


def test_check_passes_after_a_build_writes_nothing_and_runs_nothing(built, monkeypatch):
    before = contents(built)
    monkeypatch.setattr("course_utils.build.pipeline.execute", None)
    assert build([], check=True, root=built) == 0
    assert contents(built) == before


def test_check_finds_a_source_that_was_edited(built, capsys):
    change(built, "return 2 * x", "return x + x")
    assert refused(built, capsys, chapters=()) == (
        "solutions/01_toy: differs from chapters/01_toy.py first at cell 5 (double). "
        "Run `course build 01_toy`.\n"
    )


def test_check_finds_a_solution_without_outputs(built, capsys):
    path = built / "solutions/01_toy/01_toy.ipynb"
    book = nbformat.read(path, as_version=4)
    for cell in book.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    nbformat.write(book, path)
    message = refused(built, capsys)
    assert "its stored execution count is None, not 1" in message
    assert "(check-double): the worked answer gets no points" in message


@pytest.mark.parametrize("text", ["", "{", "[]", '{"cells": 1}', "\udc80"])
def test_check_finds_a_solution_that_cannot_be_read(built, capsys, text):
    path = built / "solutions/01_toy/01_toy.ipynb"
    path.write_bytes(text.encode(errors="surrogateescape"))
    assert "there is no readable solution notebook" in refused(built, capsys)


def test_check_finds_a_release_that_differs_in_layout_only(built, capsys):
    path = built / "notebooks/01_toy/01_toy.ipynb"
    path.write_text(json.dumps(json.loads(path.read_text())))
    assert "in its layout" in refused(built, capsys)


def test_check_finds_a_release_that_is_missing(built, capsys):
    (built / "notebooks/01_toy/01_toy.ipynb").unlink()
    assert "because it can't be read" in refused(built, capsys)


@pytest.mark.parametrize("kind", ["solutions", "notebooks"])
def test_check_finds_notebooks_without_a_source(built, capsys, kind):
    (built / kind / "02_old").mkdir()
    message = refused(built, capsys, chapters=())
    assert f"{kind}/02_old: there is no chapters/02_old.py that builds it" in message
