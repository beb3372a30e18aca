"""`course lab`'s copies and `course update`, on files."""

import json
import subprocess

import pytest

from course_utils import cli, commands, doctor
from course_utils.work import copies
from course_utils.work.updating import open_copies, update
from tests.work.conftest import NAME, find, load, release, save, texts, worked

NOTEBOOK = f"{NAME}/{NAME}.ipynb"


@pytest.fixture
def place(root):
    """The learner's notebook, copied and worked in."""
    assert open_copies(root) == []
    mine = root / "work" / NOTEBOOK
    assert mine.read_bytes() == (root / "notebooks" / NOTEBOOK).read_bytes()
    return save(mine, worked(load(mine)))


def release_anew(root, *names):
    save(root / "notebooks" / NOTEBOOK, release(*names))


def files(root):
    return {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_a_copy_is_never_written_over(root, place):
    before = files(root)
    assert open_copies(root) == []
    assert files(root) == before


def test_a_new_release_is_told_and_the_copy_stays(root, place):
    release_anew(root, "double", "triple", "fourfold")
    before = files(root)
    (told,) = open_copies(root)
    assert "`course update 01` carries your answers, notes and own cells over" in told
    assert files(root) == before


def test_the_notebook_itself_says_that_there_is_a_new_release(root, place, monkeypatch):
    monkeypatch.chdir(place.parent)
    assert copies.news_here(NAME) == ""
    release_anew(root, "double", "triple", "fourfold")
    assert "`course update 01`" in copies.news_here(NAME)
    monkeypatch.chdir(root / "notebooks" / NAME)
    assert copies.news_here(NAME) == ""


def test_start_shows_what_is_new(monkeypatch, capsys):
    monkeypatch.setattr(copies, "news_here", lambda chapter: f"{chapter} has a new release.")
    monkeypatch.setattr(doctor, "import_tensorflow", lambda: None)
    doctor.start(NAME)
    assert capsys.readouterr().out.endswith("01_toy has a new release.\n")


def test_a_copy_in_which_nobody_has_worked_follows_the_release(root):
    open_copies(root)
    release_anew(root, "double")
    assert open_copies(root) == []
    assert load(root / "work" / NOTEBOOK) == release("double")


def test_update_carries_over_keeps_the_old_file_and_says_what_changed(root, place, capsys):
    mine = place.read_bytes()
    release_anew(root, "double", "triple", "fourfold")
    assert update([], root) == 0
    kept = place.with_name("01_toy.before-update-1.ipynb")
    assert kept.read_bytes() == mine
    assert "def double(x):\n    return x + x" in texts(load(place))
    assert find(load(place), "fourfold")
    assert capsys.readouterr().out.splitlines() == [
        "01_toy: updated; carried over: 1 answer, 1 changed cell, 2 cells of your own",
        "  your earlier file is work/01_toy/01_toy.before-update-1.ipynb",
        "  fourfold: a new exercise",
        "  new or changed in the release: 4 cells",
    ]
    assert open_copies(root) == []


def test_two_updates_in_a_row_keep_everything_and_both_old_files(root, place):
    wanted = set(texts(load(place))) - set(texts(release("double", "triple")))
    for names in (["double", "triple", "fourfold"], ["fourfold"], ["double", "fourfold"]):
        release_anew(root, *names)
        assert update(["01"], root) == 0
        assert update([NAME], root) == 0  # finds nothing to do
    assert wanted <= set(texts(load(place)))
    assert len(list(place.parent.glob("*.before-update-*.ipynb"))) == 3


def test_a_file_beside_the_notebook_goes_along_and_a_changed_one_is_kept(root):
    data = root / "notebooks" / NAME / "data" / "n.csv"
    data.parent.mkdir()
    data.write_text("1")
    open_copies(root)
    mine = root / "work" / NAME / "data" / "n.csv"
    assert mine.read_text() == "1"
    data.write_text("2")
    assert update([], root) == 0
    assert mine.read_text() == "2"
    mine.write_text("my own")
    data.write_text("3")
    assert update([], root) == 0
    assert (mine.read_text(), mine.with_name("n.before-update-1.csv").read_text()) == (
        "3", "my own"
    )  # fmt: skip


CONFLICT = '<<<<<<< Updated upstream\n{"cells": []}\n=======\n{"cells": [1]}\n>>>>>>> Stashed\n'


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "it is not valid JSON"),
        ("{", "it is not valid JSON"),
        ("[" * 100_000, "it is not valid JSON"),
        (CONFLICT, "git has left the marks of a merge conflict in it"),
        ('{"cells": [{}], "metadata": {}}', "it is no notebook of format 4"),
        ('{"worksheets": []}', "it is no notebook of format 4"),
    ],
    ids=["empty", "cut", "deep", "conflict", "odd-cell", "format-3"],
)
def test_a_notebook_that_cant_be_read_is_told_and_left_as_it_is(root, place, capsys, text, why):
    place.write_text(text)
    release_anew(root, "double")
    before = files(root)
    (told,) = open_copies(root)
    assert told.startswith(f"work/{NOTEBOOK} can't be read: {why}")
    assert update([], root) == 1
    assert f"01_toy: left as it is. work/{NOTEBOOK} can't be read: {why}" in capsys.readouterr().err
    assert files(root) == before


def test_a_release_that_cant_be_read_is_told_and_nothing_is_copied(root, capsys):
    path = root / "notebooks" / NOTEBOOK
    path.write_text(CONFLICT)
    (told,) = open_copies(root)
    assert told.startswith(f"notebooks/{NOTEBOOK} can't be read: git has left the marks")
    assert update([], root) == 1
    assert not (root / "work").exists()


def test_work_that_was_saved_in_a_release_is_copied_and_told(root, place, capsys):
    path = root / "notebooks" / NOTEBOOK
    save(path, worked(release("double", "triple")))
    before = files(root)
    place.write_text(place.read_text() + "\n")
    (told,) = open_copies(root)
    assert f"You have saved work in notebooks/{NOTEBOOK}; what counts is work/" in told
    assert update([], root) == 1
    assert "is no blank release. Move the file to work/01_toy" in capsys.readouterr().err
    place.unlink()
    assert open_copies(root) == []
    assert place.read_bytes() == path.read_bytes() == before[path]


def test_a_learners_note_in_a_release_survives_an_update(root):
    path = root / "notebooks" / NOTEBOOK
    with_note = release("double")
    with_note["cells"].insert(1, {"cell_type": "markdown", "id": "ab", "metadata": {},
                                  "source": "My note"})  # fmt: skip
    save(path, with_note)
    open_copies(root)
    place = root / "work" / NOTEBOOK
    place.write_text(json.dumps(load(place)))  # saved once
    release_anew(root, "double", "triple")
    assert update([], root) == 0
    assert "My note" in texts(load(place))


def test_where_nothing_can_be_written_a_sentence_says_so(root, capsys, monkeypatch):
    (root / "work").write_text("a file in the place of the folder")
    assert update([], root) == 1
    assert "01_toy: work/ can't be written: " in capsys.readouterr().err
    monkeypatch.setattr(commands, "ROOT", root)
    assert cli.main(["lab"]) == 1
    assert capsys.readouterr().err.startswith("course: work/ can't be written: ")


def test_an_update_that_fails_half_way_leaves_the_notebook_whole(root, place, monkeypatch):
    release_anew(root, "double")
    mine = place.read_bytes()

    def full(*_names):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("course_utils.work.copies.os.replace", full)
    assert update([], root) == 1
    assert place.read_bytes() == mine
    assert not [path for path in place.parent.iterdir() if path.name.startswith(".")]


def test_a_chapter_that_there_is_not_is_told(root, capsys):
    assert update(["77"], root) == 1
    assert capsys.readouterr().err == ("course update: there is no chapter '77' in notebooks/.\n")


def test_git_does_not_see_the_copies(root, place):
    subprocess.run(["git", "init", "-q", root], check=True)
    (root / ".gitignore").write_text((commands.ROOT / ".gitignore").read_text())
    status = subprocess.run(
        ["git", "status", "--porcelain"], cwd=root, check=True, capture_output=True, text=True
    )
    assert "notebooks/" in status.stdout
    assert "work" not in status.stdout
