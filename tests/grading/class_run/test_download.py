"""Downloads of learning platforms are taken apart, and nothing newer is overwritten."""

import shutil
import warnings
import zipfile

import nbformat
import pytest

from benchmarks.classes import make_course
from course_utils import cli
from course_utils.grading.class_run.book import open_book
from tests import ROOT, grade_books  # noqa: F401 - a new grade book takes no 6 s
from tests.sealing import notebook

CHAPTER, OTHER = "01_two_step_rnn", "02_static_unrolling"
NOON = (2026, 12, 1, 12, 0, 0)


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course whose grade book knows four students."""
    root = tmp_path_factory.mktemp("download") / "course"
    make_course(root, (CHAPTER, OTHER))
    names = {"ada": ("Ada", "Lovelace"), "rene": ("René", "Müller-Lüdenscheidt")}
    names |= {"anna1": ("Anna", "Kim"), "anna2": ("Anna", "Kim"), "x_ben": ("Ben", "O'Neill")}
    with open_book(root) as book, warnings.catch_warnings(action="ignore"):  # of nbgrader's own
        for number, (student, (first, last)) in enumerate(names.items()):
            about = {"first_name": first, "last_name": last, "lms_user_id": str(4711 + number)}
            book.add_student(student, **about)
    return root


@pytest.fixture
def root(course, tmp_path, monkeypatch):
    copied = shutil.copytree(course, tmp_path / "course")
    monkeypatch.chdir(copied)
    return copied


def released(chapter=CHAPTER):
    return (ROOT / "notebooks" / chapter / f"{chapter}.ipynb").read_text(encoding="utf-8")


def answered(mark):
    """The release with a line of its own, so that it is told from others."""
    made = nbformat.reads(released(), as_version=4)
    made.cells[0].source += f"\n{mark}"
    return nbformat.writes(made)


def download(root, files):
    path = root / "download.zip"
    with zipfile.ZipFile(path, "w") as opened:
        for name, (when, text) in files.items():
            opened.writestr(zipfile.ZipInfo(name, when), text)
    return path.name


def collected(root, capsys, files):
    """The exit code, what was taken by whom, and the causes of what was not."""
    code = cli.main(["collect", "01", download(root, files)])
    found = {
        path.parent.parent.name: path.read_text(encoding="utf-8")
        for path in (root / "submitted").glob(f"*/{CHAPTER}/{CHAPTER}.ipynb")
    }
    return code, found, capsys.readouterr()


WHOSE = {
    f"Ada Lovelace_123_assignsubmission_file_/{CHAPTER}.ipynb": "ada",
    f"Ada Lovelace_123_assignsubmission_file_{CHAPTER}.ipynb": "ada",
    "download/Rene\u0301 Mu\u0308ller-Lu\u0308denscheidt_9_assignsubmission_file_/x.ipynb": "rene",
    f"lovelaceada_5_77_{CHAPTER}.ipynb": "ada",
    f"lovelaceada_LATE_5_77_Copy of {CHAPTER}-1 (2).ipynb": "ada",
    f"nobody_4712_77_{CHAPTER}.ipynb": "rene",
    f"Assignment 1_ada_attempt_2026-12-01-10-00-00_{CHAPTER}.ipynb": "ada",
    f"My_first_x_ben_attempt_2026-12-01-10-00-00_{CHAPTER}(1).ipynb": "x_ben",
}


@pytest.mark.parametrize("name", WHOSE)
def test_a_name_tells_whose_a_file_is(root, capsys, name):
    code, found, _ = collected(root, capsys, {name: (NOON, released())})
    assert (code, list(found)) == (0, [WHOSE[name]])
    day = "2026-12-01 10:00:00 UTC" if "attempt" in name else "2026-12-01 12:00:00 UTC"
    time = root / "submitted" / WHOSE[name] / CHAPTER / "timestamp.txt"
    assert time.read_text() == f"{day}\n"


REFUSED = {
    f"Ada Byron_1_assignsubmission_file_/{CHAPTER}.ipynb": "no student is called 'Ada Byron'",
    f"Anna Kim_1_assignsubmission_file_/{CHAPTER}.ipynb": "2 students of the grade book are called",
    f"{CHAPTER}.ipynb": "its name is not one that Moodle, Canvas or Blackboard gives",
    f"1_eve_attempt_2026-12-01-10-00-00_{CHAPTER}.ipynb": "has no student whose id ends '1_eve'",
    "lovelaceada_5_77_report.pdf": "it is no notebook",
    "../../\x1b[2Kforged_1_2_x.ipynb": "no student is called",
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_nobodys_is_told_with_its_reason(root, capsys, name):
    code, found, said = collected(root, capsys, {name: (NOON, released())})
    assert (code, found) == (1, {})
    assert REFUSED[name] in said.err
    assert "\x1b" not in said.err


def test_another_chapter_is_refused_by_its_cells_and_else_by_its_name(root, capsys):
    bare = nbformat.writes(nbformat.v4.new_notebook(cells=notebook().cells[1:2]))
    files = {
        f"lovelaceada_5_77_{CHAPTER}.ipynb": (NOON, released(OTHER)),
        "x_4712_77_homework.ipynb": (NOON, bare),
        f"x_4715_77_{CHAPTER}.ipynb": (NOON, bare),
    }
    code, found, said = collected(root, capsys, files)
    assert (code, list(found)) == (1, ["x_ben"])
    assert f"it is not {CHAPTER}: its exercises are others" in said.err
    assert "neither its name nor its cells" in said.err


def test_the_newest_counts_and_nothing_newer_is_overwritten(root, capsys):
    early, late = (2026, 12, 1, 9, 0, 0), (2026, 12, 1, 13, 0, 0)
    name = f"lovelaceada_5_{{}}_{CHAPTER}.ipynb"
    two = {name.format(2): (late, answered("late")), name.format(1): (early, answered("early"))}
    assert collected(root, capsys, two)[:2] == (0, {"ada": answered("late")})
    assert "1 taken" not in collected(root, capsys, {name.format(2): two[name.format(2)]})[2].out
    code, found, said = collected(root, capsys, {name.format(1): two[name.format(1)]})
    assert (code, found) == (1, {"ada": answered("late")})
    assert "what ada has handed in is newer, 2026-12-01" in said.err


def test_a_byte_order_mark_is_taken_off(root, capsys):
    files = {f"lovelaceada_5_77_{CHAPTER}.ipynb": (NOON, "\ufeff" + released())}
    assert collected(root, capsys, files)[:2] == (0, {"ada": released()})


def test_what_systems_hide_is_no_students(root, capsys):
    files = {
        "__MACOSX/._lovelaceada_5_77_x.ipynb": (NOON, "x"),
        f"lovelaceada_5_77_{CHAPTER}.ipynb": (NOON, released()),
    }
    assert collected(root, capsys, files)[:2] == (0, {"ada": released()})


def test_a_broken_file_keeps_no_other_one_out(root, capsys):
    files = {
        f"lovelaceada_5_77_{CHAPTER}.ipynb": (NOON, answered("whole")),
        f"x_4715_77_{CHAPTER}.ipynb": (NOON, answered("broken")),
    }
    data = bytearray((root / download(root, files)).read_bytes())
    data[data.index(b"broken")] ^= 1  # its checksum is another one now
    (root / "download.zip").write_bytes(data)
    assert cli.main(["collect", "01", "download.zip"]) == 1
    said = capsys.readouterr()
    assert f"{CHAPTER}: 1 taken" in said.out
    assert "it can't be unpacked: Bad CRC-32" in said.err


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04broken"])
def test_a_file_that_is_no_download_is_a_sentence(root, capsys, content):
    (root / "download.zip").write_bytes(content)
    assert cli.main(["collect", "01", "download.zip"]) == 1
    assert capsys.readouterr().err.startswith("course collect: download.zip can't be read as a ZIP")
    assert cli.main(["collect", "99", "download.zip"]) == 1
    assert "There is no chapter '99'" in capsys.readouterr().err
