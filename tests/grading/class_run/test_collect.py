"""Reading what was handed in."""

import json
import os
from pathlib import Path

import nbformat
import pytest

from course_utils.grading.class_run.collect import Submission, collect
from course_utils.grading.plugins.refusal import NotGradable
from tests.sealing import notebook

CHAPTER = "01_two_step_rnn"


@pytest.fixture
def submitted(tmp_path):
    """Where a student's notebook is to lie; its folder is there."""
    folder = tmp_path / "ada" / CHAPTER
    folder.mkdir(parents=True)
    return folder / f"{CHAPTER}.ipynb"


def refused(path):
    """Why a file can't be graded."""
    with pytest.raises(NotGradable) as caught:
        Submission("ada", CHAPTER, path).read()
    return caught.value.cause


CONTENTS = {
    "it is empty": b" \n",
    "it is no text": b"\x89PNG\r\n\xff\xfe",
    "no notebook that can be read (NotJSONError": b'{"cells": [',
    "no notebook that can be read (AttributeError": b"[1, 2]",
    "it is nested too deeply": b'{"cells":' + b"[" * 100_000,
    "Unsupported nbformat version 99": b'{"nbformat": 99, "nbformat_minor": 0}',
    "missing an expected key: cells": b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}}',
    "it has no cells": b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": {}}',
}


@pytest.mark.parametrize("cause", CONTENTS)
def test_a_file_that_is_no_notebook_is_refused_with_its_cause(submitted, cause):
    submitted.write_bytes(CONTENTS[cause])
    assert cause in refused(submitted)


def test_a_byte_order_mark_is_named(submitted):
    submitted.write_text(nbformat.writes(notebook()), encoding="utf-8-sig")
    assert refused(submitted).endswith("a byte order mark; save it as UTF-8 without one")


@pytest.mark.parametrize("marker", ["<<<<<<< HEAD", "=======", ">>>>>>> theirs"])
def test_a_merge_conflict_is_named_with_its_line(submitted, marker):
    lines = nbformat.writes(notebook()).splitlines()
    submitted.write_text("\n".join([*lines[:7], marker, *lines[7:]]))
    assert refused(submitted).endswith("the marks of a merge conflict, the first one in line 8")


def test_what_systems_leave_behind_is_no_students(submitted, tmp_path):
    submitted.write_text(nbformat.writes(notebook()))
    (tmp_path / "__MACOSX" / "ada").mkdir(parents=True)
    for name in ("Thumbs.db", "desktop.ini"):
        (tmp_path / name).touch()
        (submitted.parent / name).touch()
    found, others = collect(tmp_path, CHAPTER, [CHAPTER])
    assert ([each.student for each in found], others) == (["ada"], [])


def test_two_spellings_of_one_name_are_not_two_students(tmp_path):
    for name in ("Ren\u00e9", "Rene\u0301"):
        folder = tmp_path / name / CHAPTER
        folder.mkdir(parents=True)
        (folder / f"{CHAPTER}.ipynb").write_text(nbformat.writes(notebook()))
    found, others = collect(tmp_path, CHAPTER, [CHAPTER])
    assert len(found) == 1
    assert [each.cause[:14] for each in others] == ["another folder"]


def test_a_link_is_not_followed(submitted, tmp_path):
    (tmp_path / "elsewhere").write_text(nbformat.writes(notebook()))
    submitted.symlink_to(tmp_path / "elsewhere")
    assert refused(submitted) == "it is a link; put the file itself there"


def test_a_folder_and_a_pipe_are_refused_without_waiting_for_them(submitted):
    os.mkfifo(submitted)
    assert refused(submitted) == "it is no ordinary file"
    submitted.unlink()
    submitted.mkdir()
    assert refused(submitted) == "it is a folder, not a file"


def test_an_unreadable_file_is_refused_with_what_the_system_says(submitted, monkeypatch):
    def denied(*_args, **_kwargs):
        raise PermissionError(13, "Permission denied")

    submitted.write_text(nbformat.writes(notebook()))
    monkeypatch.setattr(Path, "read_bytes", denied)  # root may read everything
    assert refused(submitted) == "it can't be read: Permission denied"


def test_old_formats_are_read(submitted):
    old = notebook()
    old.nbformat_minor = 2
    for cell in old.cells:
        del cell["id"]
    submitted.write_text(json.dumps(old))
    assert len(Submission("ada", CHAPTER, submitted).read().cells) == len(old.cells)


@pytest.mark.parametrize("folder", [".", "ada", f"ada/{CHAPTER}"])
def test_an_unreadable_folder_is_listed(submitted, monkeypatch, folder):
    root = submitted.parents[2]
    closed, read = root / folder, Path.iterdir

    def denied(path):
        if path == closed:
            raise PermissionError(13, "Permission denied")
        return read(path)

    monkeypatch.setattr(Path, "iterdir", denied)  # root may read everything
    found, (problem,) = collect(root, CHAPTER, [CHAPTER])
    assert (found, problem.path) == ([], closed)
    assert problem.cause == "it can't be read: Permission denied"


def test_every_file_that_is_handed_in_is_found_or_refused(tmp_path):
    for name in (
        f"ada/{CHAPTER}/{CHAPTER}.ipynb",
        f"ada/{CHAPTER}/timestamp.txt",
        f"ada/{CHAPTER}/copy.ipynb",
        "ada/02_static_unrolling/anything.txt",
        f"ben/{CHAPTER}/{CHAPTER} (1).ipynb",
        f"ben/{CHAPTER}/{CHAPTER}.ipynb.txt",
        "cleo/01_two_step/01_two_step.ipynb",
        f"dan/{CHAPTER}",
        "eve.ipynb",
        ".DS_Store",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "fay" / CHAPTER).mkdir(parents=True)
    (tmp_path / "gus").symlink_to(tmp_path / "ada")
    found, problems = collect(tmp_path, CHAPTER, [CHAPTER, "02_static_unrolling"])
    assert [each.student for each in found] == ["ada"]
    assert {str(each.path.relative_to(tmp_path)): each.cause for each in problems} == {
        f"ada/{CHAPTER}/copy.ipynb": f"only {CHAPTER}.ipynb is graded",
        f"ben/{CHAPTER}/{CHAPTER} (1).ipynb": f"its name is not {CHAPTER}.ipynb; rename the right "
        "file",
        f"ben/{CHAPTER}/{CHAPTER}.ipynb.txt": f"its name is not {CHAPTER}.ipynb; rename the right "
        "file",
        "cleo/01_two_step": "it has the name of no chapter; rename it",
        f"dan/{CHAPTER}": "it is a file, where a chapter's folder is expected",
        "eve.ipynb": "it is a file, where a student's folder is expected",
        f"fay/{CHAPTER}": f"there is no {CHAPTER}.ipynb in it",
        "gus": "it is a link, where a student's folder is expected",
    }
