"""A release in which somebody has worked: told, never written over, and moved when asked."""

import json
import shutil
import subprocess

import pytest

from course_utils import cli, commands
from course_utils.build import build
from course_utils.build.saved import problem
from course_utils.build.source import Chapter
from course_utils.work.updating import open_copies, update
from tests.toy_course import change, contents, refused

RELEASE = "notebooks/01_toy/01_toy.ipynb"
MINE = "work/01_toy/01_toy.ipynb"
SAID = "notebooks/01_toy: somebody has worked in it ("
REMEDY = "`course build 01 --move-to-work` moves it to work/01_toy and puts the blank release back"


def edit(root, wanted, **changes):
    """Changes one cell as an editor does that saves the notebook; returns the file's content."""
    path = root / RELEASE
    book = json.loads(path.read_text())
    for cell in book["cells"]:
        if wanted in "".join(cell["source"]):
            cell.update(changes)
    book["metadata"]["language_info"]["version"] = "3.11.9"
    path.write_text(json.dumps(book, indent=1))
    return path.read_bytes()


def answer(root):
    return edit(root, "def double(x)", source="def double(x):\n    return x + x")


@pytest.mark.parametrize(
    ("wanted", "changes", "told"),
    [
        ("def double(x)", {"source": "def double(x):\n    return x + x"}, "answers to double"),
        ("# A toy chapter", {"source": "# A note"}, "1 other cells changed, added or gone"),
        ("double(3)", {"outputs": [{"output_type": "stream", "name": "stdout", "text": "6"}]},
         "1 cells run"),
    ],
)  # fmt: skip
def test_neither_check_nor_build_touches_work_and_both_say_what_to_do(
    built, capsys, monkeypatch, wanted, changes, told
):
    saved = edit(built, wanted, **changes)
    before = contents(built)
    message = refused(built, capsys)
    assert message.startswith(SAID + told)
    assert REMEDY in message
    monkeypatch.setattr("course_utils.build.pipeline.execute", None)
    assert build(["01"], check=False, root=built) == 1
    assert SAID + told in capsys.readouterr().err
    assert contents(built) == before
    assert (built / RELEASE).read_bytes() == saved


@pytest.mark.parametrize("text", ["<<<<<<< a\n{}\n=======\n{}\n>>>>>>> b\n", "{", "\udc80"])
def test_a_release_that_cant_be_read_may_hold_work_and_is_moved_as_it_is(built, capsys, text):
    data = text.encode(errors="surrogateescape")
    (built / RELEASE).write_bytes(data)
    assert SAID in refused(built, capsys)
    assert build(["01"], check=False, root=built, move_to_work=True) == 0
    assert (built / MINE).read_bytes() == data


def test_a_notebook_that_was_only_saved_again_is_built_over(built, capsys):
    edit(built, "no such cell")
    assert "differs from the release of solutions/01_toy in the notebook's metadata" in refused(
        built, capsys
    )
    assert problem(Chapter("01_toy", built)) is None


def test_work_is_moved_when_asked_and_the_release_is_blank_again(built, capsys, monkeypatch):
    blank = (built / RELEASE).read_bytes()
    saved = answer(built)
    monkeypatch.setattr(commands, "ROOT", built)
    assert cli.main(["build", "--move-to-work"]) == 0
    assert "01_toy: what was saved is in work/01_toy/01_toy.ipynb" in capsys.readouterr().out
    assert (built / MINE).read_bytes() == saved
    assert (built / RELEASE).read_bytes() == blank
    assert build([], check=True, root=built) == 0
    assert open_copies(built) == []  # it is known which release the copy was made from


def test_what_is_in_work_already_is_not_written_over(built):
    open_copies(built)
    mine = (built / MINE).read_bytes()
    for number in (1, 2):
        saved = answer(built) + b"\n" * number
        (built / RELEASE).write_bytes(saved)
        assert build(["01"], check=False, root=built, move_to_work=True) == 0
        kept = built / f"work/01_toy/01_toy.from-notebooks-{number}.ipynb"
        assert kept.read_bytes() == saved
    assert (built / MINE).read_bytes() == mine


def test_a_release_of_an_edited_source_is_no_learners_work(built, capsys):
    change(built, "return x + double(x)", "return double(x) + x")
    assert "differs from chapters/01_toy.py" in refused(built, capsys)
    assert problem(Chapter("01_toy", built)) is None


def commit(root):
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "x")


def git(folder, *words):
    subprocess.run(["git", *words], cwd=folder, check=True)


def test_what_git_has_is_no_learners_work(built, capsys):
    answer(built)
    assert problem(Chapter("01_toy", built)) is not None
    commit(built)
    assert problem(Chapter("01_toy", built)) is None
    assert "notebooks/01_toy: differs from the release of solutions/01_toy first at cell 5" in (
        refused(built, capsys)
    )


def test_work_in_an_earlier_release_of_gits_is_moved_and_then_updated(built, capsys):
    newest = (built / RELEASE).read_bytes()
    edit(built, "# A toy chapter", source="# A toy chapter, first edition")
    commit(built)
    (built / RELEASE).write_bytes(newest)
    commit(built)
    edit(built, "# A toy chapter", source="# A toy chapter, first edition")
    answer(built)
    assert build(["01"], check=False, root=built, move_to_work=True) == 0
    (told,) = open_copies(built)
    assert "`course update 01` carries your answers" in told
    assert update(["01"], built) == 0
    text = (built / MINE).read_text()
    assert "return x + x" in text
    assert "first edition" not in text


@pytest.mark.parametrize("solution", [None, "{", "[]"])
def test_without_a_solution_work_is_known_by_its_form(built, solution):
    path = built / "solutions/01_toy/01_toy.ipynb"
    path.unlink() if solution is None else path.write_text(solution)
    assert problem(Chapter("01_toy", built)) is None
    saved = answer(built)
    assert "answers to double" in str(problem(Chapter("01_toy", built)))
    assert build(["01"], check=False, root=built, move_to_work=True) == 0
    assert (built / MINE).read_bytes() == saved
    assert not (built / RELEASE).exists()


def test_a_new_chapter_before_it_does_not_write_over_work(built, capsys):
    saved = answer(built)
    change(built, "# # Start", "# # Begin here", chapter="00_start")
    assert build(["00"], check=False, root=built) == 1
    assert SAID in capsys.readouterr().err
    assert (built / RELEASE).read_bytes() == saved


def test_a_students_afternoon(built, tmp_path, capsys):
    """Clone, open, answer, save, check, pull a changed release, update: every line is there."""
    shutil.copy(commands.ROOT / ".gitignore", built)
    commit(built)
    clone = tmp_path / "clone of a student"
    git(tmp_path, "clone", "-q", built, clone)
    assert open_copies(clone) == []
    book = json.loads((clone / MINE).read_text())
    place = next(i for i, c in enumerate(book["cells"]) if c["id"] == "01-double")
    book["cells"][place]["source"] = "def double(x):\n    return x + x"
    book["cells"].insert(place, {"cell_type": "raw", "id": "me", "metadata": {}, "source": "Mine"})
    (clone / MINE).write_text(json.dumps(book))
    assert build([], check=True, root=clone) == 0
    change(built, "# # A toy chapter", "# # A toy chapter, second edition")
    change(built, '"""Twice x."""', '"""Two times x."""')
    assert build(["01"], check=False, root=built) == 0
    commit(built)
    git(clone, "pull", "-q", "--ff-only")
    assert build([], check=True, root=clone) == 0
    (told,) = open_copies(clone)
    assert "01_toy has a new release" in told
    assert update([], clone) == 0
    assert "double: its blank form has changed" in capsys.readouterr().out
    cells = {c["id"]: "".join(c["source"]) for c in json.loads((clone / MINE).read_text())["cells"]}
    assert cells["01-double"] == "def double(x):\n    return x + x"
    assert cells["me"] == "Mine"
    assert "second edition" in cells["01-cell-000"]
    assert (clone / "work/01_toy/01_toy.before-update-1.ipynb").is_file()
