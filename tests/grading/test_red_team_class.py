"""A class with attackers in it, through nbgrader's own commands: nobody else notices them."""

import hashlib

import nbformat
import pytest

from benchmarks.classes import make_course
from benchmarks.grading import scores
from tests import warm_commands
from tests.red_team import ATTACKS
from tests.red_team.course import CHAPTER, HONEST, POINTS, Attack, Change, answers, cell, submission
from tests.red_team.escapes import MARK, grade_books, writes
from tests.sealing import server

pytestmark = pytest.mark.slow

FULL, SOME = sum(POINTS.values()), sum(HONEST.values())
# Names of attacks that are handed in as they are.
CHOSEN = (
    "skip-execution on every cell",
    "100 times the points",
    "a check that is its own solution",
    "graded by hand",
    "cell ids stolen",
    "all but answers deleted",
    "a second copy after each check",
    "checks turned to markdown",
    "stored outputs before a stored error",
    "points that are no number",
    "scores in the metadata",
    "another kernel",
    "a daemon",
    "os._exit in an answer",
)
SETTINGS = "\nc.SealedExecute.cell_timeout = 10\nc.SealedExecute.memory = 2**30\n"


def hostile(root) -> dict[str, Change]:
    """Attackers who know where the course lies."""
    folders = [root, root / "submitted" / "ada" / CHAPTER, root / "autograded", root / "solutions"]
    return {
        "books": grade_books(root),
        "files": cell(writes(*folders)),
        "tells": answers("log.append(str(args))\nraise ValueError(str(args))", "log = []"),
        "scripts": cell("display({'text/html': '<script>steal()</script>'}, raw=True)"),
    }


def hand_in(root, student, notebook):
    path = root / "submitted" / student / CHAPTER / f"{CHAPTER}.ipynb"
    path.parent.mkdir(parents=True)
    nbformat.write(notebook, path, version=nbformat.NO_CONVERT)


def digests(root):
    """Of each file that is no result of grading."""
    results = ("autograded", "feedback", ".grading", "gradebook.db")
    return {
        path: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in root.rglob("*")
        if path.is_file() and path.relative_to(root).parts[0] not in results
    }


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """The course's folder, what grading printed, and the files before it."""
    server()  # skips where there can be no sandbox
    root = tmp_path_factory.mktemp("hostile") / "course"
    make_course(root, (CHAPTER,), SETTINGS)
    for student in ("ada", "zoe"):
        hand_in(root, student, submission(POINTS))
    for number, name in enumerate(CHOSEN):
        attack = next(attack for attack in ATTACKS if attack.name == name)
        hand_in(root, f"attack-{number:02}", attack.notebook())
    for student, change in hostile(root).items():
        hand_in(root, student, Attack(student, "", change, HONEST).notebook())
    link = root / "submitted" / "linked" / CHAPTER / f"{CHAPTER}.ipynb"
    link.parent.mkdir(parents=True)
    link.symlink_to(root / "solutions" / CHAPTER / link.name)
    printed = nbgrader(root, "generate_assignment")
    before = digests(root)
    printed += nbgrader(root, "autograde", code=1) + nbgrader(root, "generate_feedback")
    return root, printed, before


def nbgrader(root, command, code=0):
    """What a command printed, its log included."""
    done = warm_commands.run(root, "nbgrader", command, CHAPTER)
    assert done.returncode == code, done.stderr
    return done.stdout + done.stderr


def test_attackers_get_what_their_honest_answers_are_worth_and_others_all(graded):
    root, _, _ = graded
    found = scores(root, CHAPTER)
    assert {found.pop("ada"), found.pop("zoe")} == {FULL}
    assert found.pop("linked") == 0
    assert found == dict.fromkeys(found, SOME)
    assert len(found) == len(CHOSEN) + len(hostile(root))


def test_no_file_of_the_course_is_changed_and_none_is_added(graded):
    root, _, before = graded
    assert digests(root) == before
    assert list(root.rglob(MARK)) == []


def test_no_hidden_test_is_in_what_students_get_back_or_in_the_log(graded):
    root, printed, _ = graded
    hidden = ["seeds=(11, 12)", "(64, 32)", "BEGIN HIDDEN"]
    pages = {path: path.read_text(encoding="utf-8") for path in root.glob("feedback/*/*/*.html")}
    assert len(pages) == len(scores(root, CHAPTER)) - 1  # none for the link
    assert [(path, text) for path, page in pages.items() for text in hidden if text in page] == []
    assert [text for text in hidden if text in printed] == []
    stored = (root / "solutions" / CHAPTER / f"{CHAPTER}.ipynb").read_text(encoding="utf-8")
    assert [text for text in hidden if text not in stored] == []


def test_no_script_of_a_student_is_in_a_page(graded):
    root, _, _ = graded
    page = root / "feedback" / "scripts" / CHAPTER / f"{CHAPTER}.html"
    assert "<script>steal()" not in page.read_text(encoding="utf-8")


def test_what_attackers_changed_is_in_the_log(graded):
    _, printed, _ = graded
    assert "check-rnn-step: `points` was 600" in printed
    assert "check-rnn-step: its type was markdown, not code" in printed


def test_a_link_to_the_solution_is_not_followed(graded):
    root, printed, _ = graded
    assert f"linked/{CHAPTER}/{CHAPTER}.ipynb: it is a link" in printed
    assert not (root / "autograded" / "linked" / CHAPTER / f"{CHAPTER}.ipynb").exists()
