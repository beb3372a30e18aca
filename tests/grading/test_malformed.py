"""Whatever is handed in is scored or listed with its cause; nobody else is the worse for it."""

import hashlib
import os

import pytest

from benchmarks.classes import make_course
from benchmarks.grading import scores
from tests import warm_commands
from tests.red_team.course import CHAPTER
from tests.red_team.malformed import FULL, MALFORMED, text
from tests.sealing import server

pytestmark = pytest.mark.slow

HONEST = ("ada", "zzz")  # the first and the last to be graded


def files(root):
    """A digest of each file that is not a result of grading; of a link, where it leads."""
    kept = [root / "nbgrader_config.py", *(root / "solutions").rglob("*")]
    kept += [path for path in (root / "submitted").rglob("*") if path.is_file()]
    return {
        path: os.readlink(path) if path.is_symlink() else _digest(path)
        for path in kept
        if path.is_symlink() or path.is_file()
    }


def _digest(path):
    about = path.stat()
    large = about.st_size > 2**30  # with holes
    data = b"" if large else path.read_bytes()
    return hashlib.sha256(data).hexdigest(), about.st_size, about.st_mode, about.st_mtime_ns


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """What grading all of them in one run said, the scores, and the files before and after."""
    server()  # skips where there can be no sandbox
    root = tmp_path_factory.mktemp("malformed") / "course"
    make_course(root, (CHAPTER,))
    for student in HONEST:
        path = root / "submitted" / student / CHAPTER / f"{CHAPTER}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(text(), encoding="utf-8")
    for each in MALFORMED:
        each.write(root / "submitted")
    before = files(root)
    done = warm_commands.run(root, "course_utils", "grade", "01", "--jobs", "2")
    return done, scores(root, CHAPTER), before, files(root)


def listed(done, student):
    """The lines that say what of a student's was not graded."""
    places = (f"  submitted/{student}/", f"  submitted/{student}:")
    return [line for line in done.stderr.splitlines() if line.startswith(places)]


@pytest.mark.parametrize("each", MALFORMED, ids=str)
def test_it_is_scored_or_listed_with_its_cause(graded, each):
    done, found, _, _ = graded
    lines = listed(done, each.student)
    if isinstance(each.outcome, float):
        assert found.get(each.student) == each.outcome
        assert [line for line in lines if not each.also or each.also not in line] == []
        assert len(lines) == bool(each.also)
    else:
        assert [line for line in lines if each.outcome in line]
        assert not found.get(each.student)


def test_grading_goes_on_to_the_end_and_says_that_some_are_missing(graded):
    done = graded[0]
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    refused = [each for each in MALFORMED if each.also or isinstance(each.outcome, str)]
    assert f"Not graded: {len(refused)}\n" in done.stderr


def test_the_honest_are_none_the_worse(graded):
    assert {student: graded[1][student] for student in HONEST} == dict.fromkeys(HONEST, FULL)


def test_no_file_is_changed(graded):
    _, _, before, after = graded
    assert after == before
