"""Downloads of learning platforms are taken apart, and nothing newer is overwritten."""

import os
import shutil
import time
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
EARLY, LATE = (2026, 12, 1, 9, 0, 0), (2026, 12, 1, 13, 0, 0)
MOODLE = f"{{}}_1_assignsubmission_file_/{CHAPTER}.ipynb"
CANVAS = f"lovelaceada_5_{{}}_{CHAPTER}.ipynb"
BLACKBOARD = f"My_first_{{}}_attempt_2026-12-01-{{}}-00-00_{CHAPTER}.ipynb"


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course whose grade book knows four students."""
    root = tmp_path_factory.mktemp("download") / "course"
    make_course(root, (CHAPTER, OTHER))
    names = {"ada": ("Ada", "Lovelace"), "rene": ("René", "Müller-Lüdenscheidt")}
    names |= {"anna1": ("Anna", "Kim"), "anna2": ("Anna", "Kim"), "x_ben": ("Ben", "O'Neill")}
    names |= {"muller": ("Jo", "Muller"), "müller": ("Jo", "Müller")}
    with open_book(root) as book, warnings.catch_warnings(action="ignore"):  # of nbgrader's own
        for number, (student, (first, last)) in enumerate(names.items()):
            about = {"first_name": first, "last_name": last, "lms_user_id": str(4711 + number)}
            book.add_student(student, **about)
    return root


@pytest.fixture
def root(course, tmp_path, monkeypatch):
    """A copy of the course, on a computer in Greenwich."""
    copied = shutil.copytree(course, tmp_path / "course")
    monkeypatch.chdir(copied)
    in_zone(monkeypatch, "UTC")
    yield copied
    monkeypatch.undo()
    time.tzset()


def in_zone(monkeypatch, name):
    monkeypatch.setenv("TZ", name)
    time.tzset()


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
    MOODLE.format("Ada Lovelace"): "ada",
    f"Ada Lovelace_123_assignsubmission_file_{CHAPTER}.ipynb": "ada",
    "Ada Lovelace_1_assignsubmission_file/week 1/x.ipynb": "ada",
    "download\\Ada Lovelace_1_assignsubmission_file_\\x.ipynb": "ada",
    "download/Rene\u0301 Mu\u0308ller-Lu\u0308denscheidt_9_assignsubmission_file_/x.ipynb": "rene",
    MOODLE.format("Jo Muller"): "muller",
    MOODLE.format("Jo Mu\u0308ller"): "müller",
    f"lovelaceada_5_77_{CHAPTER}.ipynb": "ada",
    f"lovelaceada_LATE_5_77_Copy of {CHAPTER}-1 (2).ipynb": "ada",
    f"lovelaceada_5_77_{CHAPTER}.ipynb.txt": "ada",
    f"lovelaceada_5_77_{CHAPTER}.ipynb.JSON": "ada",
    f"nobody_4712_77_{CHAPTER}.ipynb": "rene",
    BLACKBOARD.format("ada", 10): "ada",
    BLACKBOARD.format("Mu\u0308ller", 10): "müller",
    f"My_first_x_ben_attempt_2026-12-01-10-00-00_{CHAPTER}(1).ipynb": "x_ben",
    # What stands behind the platform's own part was chosen by the student.
    f"Ada Lovelace_1_assignsubmission_file_/{MOODLE.format('Ben ONeill')}": "ada",
    f"lovelaceada_5_77_{BLACKBOARD.format('x_ben', 10)}": "ada",
    f"My_first_ada_attempt_2026-12-01-10-00-00_{BLACKBOARD.format('x_ben', 11)}": "ada",
    f"My_first_ada_attempt_2026-12-01-10-00-00_x_4715_77_{CHAPTER}.ipynb": "ada",
}


@pytest.mark.parametrize("name", WHOSE)
def test_a_name_tells_whose_a_file_is(root, capsys, name):
    code, found, _ = collected(root, capsys, {name: (NOON, released())})
    assert (code, list(found)) == (0, [WHOSE[name]])


def test_a_name_in_utf_8_is_read_even_if_nothing_says_that_it_is(root, capsys):
    archive = root / download(root, {MOODLE.format("Jo Müller"): (NOON, released())})
    data = archive.read_bytes()
    flagged, plain = (
        b"\x14\x00\x00\x08",
        b"\x14\x00\x00\x00",
    )  # the version, and what holds of a name
    assert data.count(flagged) == 2
    archive.write_bytes(data.replace(flagged, plain))
    assert cli.main(["collect", "01", "download.zip"]) == 0
    assert (root / "submitted" / "müller").is_dir()


def stamp(root, student):
    path = root / "submitted" / student / CHAPTER / "timestamp.txt"
    return path.read_text() if path.exists() else None


def test_times_are_those_of_this_computer(root, capsys, monkeypatch):
    in_zone(monkeypatch, "Europe/Berlin")
    assert collected(root, capsys, {BLACKBOARD.format("ada", 10): (NOON, released())})[0] == 0
    assert stamp(root, "ada") == "2026-12-01 09:00:00 UTC\n"


def test_of_moodle_times_count_if_they_are_not_those_of_the_download(root, capsys):
    ada, ben = MOODLE.format("Ada Lovelace"), MOODLE.format("Ben ONeill")
    _, _, said = collected(root, capsys, {ada: (EARLY, answered(1)), ben: (LATE, answered(2))})
    assert [stamp(root, "ada"), stamp(root, "x_ben")] == [
        "2026-12-01 09:00:00 UTC\n",
        "2026-12-01 13:00:00 UTC\n",
    ]
    assert "does not tell when" not in said.out
    later = {ben: ((2026, 12, 9, 9, 0, 0), answered(3)), ada: ((2026, 12, 9, 9, 0, 2), answered(4))}
    _, found, said = collected(root, capsys, later)
    assert found == {"ada": answered(4), "x_ben": answered(3)}
    assert stamp(root, "ada") == "2026-12-01 09:00:00 UTC\n"
    assert "The download does not tell when they were handed in" in said.out


@pytest.mark.parametrize("none", [(1980, 1, 1, 0, 0, 0), (1980, 0, 0, 0, 0, 0)])
def test_a_zip_file_without_times_is_read(root, capsys, none):
    files = {MOODLE.format("Ada Lovelace"): ((1980, 1, 1, 0, 0, 0), released())}
    archive = root / download(root, files)
    day = (none[1] << 5 | none[2]).to_bytes(2, "little")
    archive.write_bytes(archive.read_bytes().replace(b"\x00\x00\x21\x00", b"\x00\x00" + day))
    assert cli.main(["collect", "01", archive.name]) == 0
    assert stamp(root, "ada") is None


def test_canvas_tells_late_ones_alone(root, capsys):
    files = {
        CANVAS.format(1): (LATE, answered(1)),
        f"x_LATE_4712_77_{CHAPTER}.ipynb": (LATE, answered(2)),
    }
    code, found, said = collected(root, capsys, files)
    assert (code, sorted(found), said.out) == (
        0,
        ["ada", "rene"],
        f"{CHAPTER}: 2 taken, 0 there already.\n",
    )
    assert (stamp(root, "ada"), stamp(root, "rene")) == (None, "2026-12-01 13:00:00 UTC\n")


REFUSED = {
    f"Ada Byron_1_assignsubmission_file_/{CHAPTER}.ipynb": "no student is called 'Ada Byron'",
    f"Anna Kim_1_assignsubmission_file_/{CHAPTER}.ipynb": "2 students of the grade book are called",
    f"{CHAPTER}.ipynb": "its name is not one that Moodle, Canvas or Blackboard gives",
    f"1_eve_attempt_2026-12-01-10-00-00_{CHAPTER}.ipynb": "has no student whose id ends '1_eve'",
    "lovelaceada_5_77_report.pdf": "it is no notebook",
    MOODLE.format("???"): "no student is called",
    BLACKBOARD.format("ada", 25): "its name tells no time",
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
    two = {BLACKBOARD.format("ada", hour): (NOON, answered(hour)) for hour in ("13", "09")}
    code, found, said = collected(root, capsys, two)
    assert (code, found) == (0, {"ada": answered("13")})
    assert f"  {BLACKBOARD.format('ada', '09')}: {BLACKBOARD.format('ada', 13)} counts" in said.out
    again = collected(root, capsys, two)
    assert again[:2] == (code, found)
    assert "0 taken, 1 there already." in again[2].out
    first = BLACKBOARD.format("ada", "09")
    code, found, said = collected(root, capsys, {first: two[first]})
    assert (code, found) == (1, {"ada": answered("13")})
    assert "what ada has handed in is newer, 2026-12-01" in said.err


def test_what_is_no_notebook_takes_the_place_of_none(root, capsys):
    name = BLACKBOARD.format("ada", "{}")
    files = {name.format("09"): (NOON, "{"), name.format("10"): (NOON, "")}
    code, found, _ = collected(root, capsys, files)
    assert (code, found) == (1, {"ada": ""})  # grading says that it is empty
    files |= {name.format("08"): (NOON, answered("good"))}
    (root / "submitted" / "ada" / CHAPTER / "timestamp.txt").unlink()
    shutil.rmtree(root / "submitted")
    code, found, said = collected(root, capsys, files)
    assert (code, found) == (1, {"ada": answered("good")})
    assert said.err.count("it is no notebook that can be read; what ada had handed in") == 2


def test_what_broke_off_is_done_anew(root, capsys, monkeypatch):
    early = {BLACKBOARD.format("ada", "09"): (NOON, answered("early"))}
    late = {BLACKBOARD.format("ada", "13"): (NOON, answered("late"))}
    collected(root, capsys, early)
    with monkeypatch.context() as broken:
        broken.setattr(os, "replace", lambda *_: exec("raise KeyboardInterrupt"))
        assert cli.main(["collect", "01", download(root, late)]) == 130
    assert collected(root, capsys, late)[:2] == (0, {"ada": answered("late")})
    assert stamp(root, "ada") == "2026-12-01 13:00:00 UTC\n"
    assert sorted(path.name for path in (root / "submitted" / "ada" / CHAPTER).iterdir()) == [
        f"{CHAPTER}.ipynb",
        "timestamp.txt",
    ]


def test_a_byte_order_mark_is_taken_off(root, capsys):
    files = {f"lovelaceada_5_77_{CHAPTER}.ipynb": (NOON, "\ufeff" + released())}
    assert collected(root, capsys, files)[:2] == (0, {"ada": released()})


def test_what_systems_and_platforms_add_is_no_students(root, capsys):
    files = {
        "__MACOSX/._lovelaceada_5_77_x.ipynb": (NOON, "x"),
        ".ipynb_checkpoints/lovelaceada_5_77_x.ipynb": (NOON, "x"),
        "Thumbs.db": (NOON, "x"),
        "folder/desktop.ini": (NOON, "x"),
        "Assignment 1_ada_attempt_2026-12-01-10-00-00.txt": (NOON, "Name: Ada"),
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


def test_a_link_is_told(root, capsys):
    with zipfile.ZipFile(root / "download.zip", "w") as opened:
        link = zipfile.ZipInfo(CANVAS.format(1), NOON)
        link.external_attr = 0o120777 << 16
        opened.writestr(link, "/etc/passwd")
    assert cli.main(["collect", "01", "download.zip"]) == 1
    assert "it is a link" in capsys.readouterr().err
    assert not (root / "submitted").exists()


def test_a_chapter_has_one_name_and_one_notebook(root, capsys):
    (root / "solutions" / "01_another").mkdir()
    for word, cause in {
        "01": "'01' may be 01_another or 01_two_step_rnn; give the whole name.",
        "01_another": "There is no 01_another.ipynb in solutions/01_another/.",
    }.items():
        assert cli.main(["collect", word, download(root, {})]) == 1
        assert capsys.readouterr().err == f"course collect: {cause}\n"


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04broken"])
def test_a_file_that_is_no_download_is_a_sentence(root, capsys, content):
    (root / "download.zip").write_bytes(content)
    assert cli.main(["collect", "01", "download.zip"]) == 1
    assert capsys.readouterr().err.startswith("course collect: download.zip can't be read as a ZIP")
    assert cli.main(["collect", "99", "download.zip"]) == 1
    assert "There is no chapter '99'" in capsys.readouterr().err
