"""`course release`: whole enough to work with, and no answer, hidden test or lost file in it."""

import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest

from course_utils import cli
from course_utils.grading.class_run import hand_out
from tests import ROOT, warm_commands
from tests.outside import outside

CHAPTER = "01_two_step_rnn"
REGION = re.compile(r"### BEGIN (SOLUTION|HIDDEN TESTS)\n(.*?)### END \1", re.DOTALL)
LINK = re.compile(r"\]\(((?!https?:)[^)\s#]*/[^)\s#]+)[^)]*\)")
TRIED = """\
import numpy as np
import course_utils
from course_utils.checks.two_step_rnn import check_saturation
report = check_saturation(lambda y, eps=0.01: np.mean(1 - np.asarray(y) ** 2 < eps))
print(course_utils.__file__, report.points(4))
"""


@pytest.fixture(scope="module")
def given(tmp_path_factory):
    """What a class gets: the ZIP file, and the folder that comes out of it."""
    place = tmp_path_factory.mktemp("given")
    archive = place / "unrolled.zip"
    assert hand_out.hand_out([], archive, ROOT) == 0
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(place / "unpacked")
    return archive, place / "unpacked" / "unrolled"


def squeezed(text):
    return "".join(text.split())


def texts(folder):
    """What each file of text says; of a notebook, what its cells do."""
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".ipynb":
            cells = nbformat.read(path, as_version=4).cells
            yield path.relative_to(folder), "\n".join(cell.source for cell in cells)
        elif path.is_file() and path.suffix != ".png":
            yield path.relative_to(folder), path.read_text(encoding="utf-8")


def regions():
    """What students don't get, by kind: what each worked answer adds, and each hidden test."""
    found = {"SOLUTION": set(), "HIDDEN TESTS": set()}
    for path in sorted((ROOT / "solutions").glob("*/*.ipynb")):
        for cell in nbformat.read(path, as_version=4).cells:
            for kind, text in REGION.findall(cell.source):
                found[kind].add(squeezed(text))
    return found


def test_no_worked_answer_and_no_hidden_test_is_in_it(given):
    secret = regions()
    assert min(map(len, secret.values())) > 50
    answers = [answer for answer in secret["SOLUTION"] if len(answer) > 40]
    for path, text in texts(given[1]):
        assert not re.search(r"BEGIN (SOLUTION|HIDDEN TESTS)\n", text), path
        held = squeezed(text)
        assert [test for test in secret["HIDDEN TESTS"] if test in held] == [], path
        # The package has lines of its own that an answer of one line may have, too.
        least = 0 if path.suffix == ".ipynb" else 100
        assert [answer for answer in answers if answer in held and len(answer) > least] == [], path


def test_it_holds_nothing_else_of_those_who_teach(given):
    archive, folder = given
    names = {path.name for path in folder.iterdir()}
    assert names == {
        *("Makefile", "README.md", "LICENSE", "LICENSE-TEXT", "environment.yml", "set_up.mk"),
        *("course_utils", "docs", "notebooks", "pyproject.toml", "requirements.lock"),
    }
    for word in ("grading.md", "teaching.md", "sandbox.py", "hand_out.py", "answers", "solutions"):
        assert list(folder.rglob(word)) == []
    assert archive.stat().st_size < 2.5e6


def test_a_check_works_in_it_and_only_students_commands_are_offered(given):
    folder = given[1]
    (folder / "tried.py").write_text(TRIED)
    try:
        said = warm_commands.run(folder, "tried")
    finally:
        (folder / "tried.py").unlink()
    assert said.stdout.splitlines()[-1] == f"{folder / 'course_utils' / '__init__.py'} 4.0"
    told = warm_commands.run(folder, "course_utils", "progress")
    assert (told.returncode, told.stderr) == (0, "")
    assert len(told.stdout.splitlines()) == 1 + len(list((ROOT / "notebooks").glob("*/*.ipynb")))
    offered = warm_commands.run(folder, "course_utils", "--help").stdout
    assert re.findall(r"^    (\w+)  ", offered, re.MULTILINE) == [
        "doctor",
        "lab",
        "update",
        "progress",
    ]
    doctor = warm_commands.run(folder, "course_utils", "doctor")
    assert doctor.returncode == 0
    assert "Sandbox" not in doctor.stdout


@pytest.mark.parametrize(
    ("command", "does"), [("lab", "python -m course_utils lab"), ("test", "course_utils doctor")]
)
def test_its_two_commands_set_up_what_they_need(given, command, does):
    planned = subprocess.run(
        ["make", "-n", command, f"PYTHONS={sys.executable}"],
        cwd=given[1],
        env=outside(),
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert planned.index("Making .venv") < planned.index("-r requirements.lock")
    assert does in planned.splitlines()[-1]
    assert f"make {command}\n" in (given[1] / "README.md").read_text()


def test_its_readme_says_what_the_courses_says(given):
    ours, theirs = (ROOT / "README.md").read_text(), (given[1] / "README.md").read_text()
    for text in (
        "Both need Python 3.11, 3.12 or 3.13 and make, and nothing else to begin with. The first",
        "make `.venv` and install the locked packages there, which takes up to 1 GB of downloads",
        *re.findall(r"^\| .* \|$", theirs, re.MULTILINE),
        "`conda env create -f environment.yml && conda activate unrolled && course lab`",
    ):
        assert text in ours
        assert text in theirs


def test_its_links_lead_somewhere(given):
    folder = given[1]
    for path, text in texts(folder):
        if path.suffix in (".md", ".ipynb"):
            lost = [
                link for link in LINK.findall(text) if not (folder / path.parent / link).exists()
            ]
            assert lost == [], path


def tell(course, *words):
    return hand_out.hand_out(words[:-1], course / words[-1], course)


@pytest.fixture
def course(tmp_path):
    """A course of two chapters."""
    (tmp_path / "nbgrader_config.py").write_text((ROOT / "nbgrader_config.py").read_text())
    for name in ("00_start_here", CHAPTER):
        for kind in ("notebooks", "solutions"):
            folder = tmp_path / kind / name
            folder.mkdir(parents=True)
            (folder / f"{name}.ipynb").write_bytes(
                (ROOT / kind / name / f"{name}.ipynb").read_bytes()
            )
    return tmp_path


def chapters(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.glob("notebooks/*/*"))


def test_the_first_chapter_goes_along_with_those_named(course, capsys):
    assert tell(course, "00", "a") == tell(course, "01", "b/c") == 0
    first = "notebooks/00_start_here/00_start_here.ipynb"
    assert chapters(course / "a") == [first]
    assert chapters(course / "b" / "c") == [first, f"notebooks/{CHAPTER}/{CHAPTER}.ipynb"]
    assert f"c: 00_start_here, {CHAPTER}; " in capsys.readouterr().out
    assert tell(course, "77", "d") == 1
    assert f"no chapter '77' in notebooks/: 00_start_here, {CHAPTER}." in capsys.readouterr().err
    assert not (course / "d").exists()


@pytest.mark.parametrize("place", ["a.zip", "folder", "file", "link"])
def test_what_is_there_is_left_as_it_is(course, place, capsys):
    (course / "folder").mkdir()
    for name in ("a.zip", "folder/mine.txt", "file"):
        (course / name).write_text("mine")
    (course / "link").symlink_to(course / "nowhere")
    before = sorted(course.rglob("*"))
    assert tell(course, place) == 1
    assert capsys.readouterr().err == (
        f"course release: {course / place} is there already, and is left as it is. "
        "Name another place, or remove it first.\n"
    )
    assert sorted(course.rglob("*")) == before
    assert (course / "a.zip").read_text() == (course / "folder" / "mine.txt").read_text() == "mine"


def test_an_empty_folder_is_filled(course):
    (course / "folder").mkdir()
    assert tell(course, "folder") == 0
    assert (course / "folder" / "README.md").exists()


def test_a_place_that_cant_be_written_is_told(course, capsys):
    assert tell(course, "nbgrader_config.py/a.zip") == 1
    assert re.search(r"a\.zip can't be written: \w[\w ]+\.\n", capsys.readouterr().err)


def test_only_a_blank_notebook_is_given_out(course, capsys):
    path = course / "notebooks" / CHAPTER / f"{CHAPTER}.ipynb"
    blank = path.read_text()
    for edit, fault in (
        (lambda _cell: None, None),
        (answered, "rnn-step is answered"),
        (shown, "has outputs"),
        (hidden, "holds a solution or a hidden test"),
    ):
        tree = json.loads(blank)
        edit_all(tree, edit)
        path.write_text(json.dumps(tree))
        assert tell(course, f"to-{fault}") == (1 if fault else 0)
        said = capsys.readouterr().err
        if fault:
            assert said.startswith(
                f"course release: notebooks/{CHAPTER}/{CHAPTER}.ipynb is not blank"
            )
            assert fault in said
            assert f"`nbgrader generate_assignment {CHAPTER} --force`" in said


def edit_all(tree, edit):
    for cell in tree["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id", "").endswith("rnn-step"):
            edit(cell)


def answered(cell):
    if cell["metadata"]["nbgrader"]["solution"]:
        cell["source"] = "# YOUR CODE HERE\ndef rnn_step(x, h, Wx, Wh, b):\n    return 0"


def shown(cell):
    cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "6.0"}]


def hidden(cell):
    if cell["metadata"]["nbgrader"]["grade"]:
        cell["source"] = "### BEGIN HIDDEN TESTS\n1\n### END HIDDEN TESTS"


def test_what_lies_beside_a_notebook_and_is_not_the_chapters_stays(course):
    for kind, names in {
        "notebooks": ("data.csv", "my-answers.txt", ".ipynb_checkpoints/x.ipynb", "other.ipynb"),
        "solutions": ("data.csv",),
    }.items():
        for name in names:
            path = course / kind / CHAPTER / name
            path.parent.mkdir(exist_ok=True)
            path.write_text("x")
    (course / "notebooks" / CHAPTER / "link.csv").symlink_to("../../solutions")
    assert tell(course, "01", "to") == 0
    found = {Path(name).name for name in chapters(course / "to") if CHAPTER in name}
    assert found == {f"{CHAPTER}.ipynb", "data.csv"}


def test_the_command_asks_for_a_place(monkeypatch, course):
    monkeypatch.chdir(course)
    with pytest.raises(SystemExit, match="2"):
        cli.main(["release"])
    assert cli.main(["release", "01", "--to", "class.zip"]) == 0
    with zipfile.ZipFile("class.zip") as archive:
        assert f"class/notebooks/{CHAPTER}/{CHAPTER}.ipynb" in archive.namelist()
