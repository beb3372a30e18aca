"""A chapter is one notebook, named as its folder; other ones are told before anything is done."""

import re

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from benchmarks.classes import make_course
from course_utils import cli
from course_utils.grading.class_run.run import Course, NothingToGrade
from course_utils.grading.class_run.source import chapters
from course_utils.grading.class_run.writer import NotWritten, Writer
from tests import grade_books  # noqa: F401 - a new grade book takes no 6 s

FOLDERS = {
    "two": (["two.ipynb", "more.ipynb"], "solutions/two/ has more.ipynb beside two.ipynb."),
    "other": (["name.ipynb"], "There is no other.ipynb in solutions/other/, but name.ipynb."),
    "inner": (["inner/inner.ipynb"], "There is no inner.ipynb in solutions/inner/."),
    "a+b": (["a+b.ipynb"], "solutions/a+b/: nbgrader takes no + in a name; rename it."),
    "empty": ([], "There is no empty.ipynb in solutions/empty/."),
}


@pytest.mark.parametrize("chapter", FOLDERS)
def test_what_is_not_one_notebook_is_a_sentence(tmp_path, monkeypatch, capsys, chapter):
    root = tmp_path / "course"
    make_course(root, ())
    monkeypatch.chdir(root)
    files, cause = FOLDERS[chapter]
    for name in (".ipynb_checkpoints/two-checkpoint.ipynb", *files):
        (root / "solutions" / chapter / name).parent.mkdir(parents=True, exist_ok=True)
        (root / "solutions" / chapter / name).write_text("{}")
    with pytest.raises(NothingToGrade, match=re.escape(cause)):
        Course(root, timeout=None).names([chapter])
    assert cli.main(["collect", chapter, "download.zip"]) == 1
    assert capsys.readouterr().err.startswith(f"course collect: {cause}")
    assert sorted(path.name for path in root.iterdir()) == ["nbgrader_config.py", "solutions"]


def test_what_nbgrader_refuses_is_told_with_its_first_reason(tmp_path):
    root = tmp_path / "course"
    make_course(root, ())
    marks = {"schema_version": 3, "grade_id": "double", "solution": True, "grade": False}
    metadata = {"nbgrader": {**marks, "locked": False}}
    cells = [new_code_cell("x = 1", metadata=metadata) for _ in range(2)]
    (root / "solutions" / "twice").mkdir(parents=True)
    nbformat.write(new_notebook(cells=cells), root / "solutions" / "twice" / "twice.ipynb")
    with pytest.raises(NotWritten, match="Duplicate grade id: double"):
        Writer(root).release("twice")


def test_hidden_folders_are_no_chapters(tmp_path):
    for name in ("02_b", "01_a", ".ipynb_checkpoints"):
        (tmp_path / name).mkdir()
    (tmp_path / "notes.txt").touch()
    assert chapters(tmp_path) == ["01_a", "02_b"]
