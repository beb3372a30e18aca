"""CONTRIBUTING's recipes, followed word for word in a copy of the course.

The files and changes are taken out of the page. Its chapter gets the next free number, since the
page can't know it. Of the page's commands only `make test-fast` is not run, which the other tests
are, and the kill matrix is that of the example alone.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook

from tests import ROOT, warm_commands
from tests.outside import outside
from tests.sealing import server

pytestmark = pytest.mark.slow

PAGE = (ROOT / "CONTRIBUTING.md").read_text()
TOLD = "13"  # the number that the page gives its example
NUMBER = f"{len([*(ROOT / 'chapters').glob('[0-9][0-9]_*.py')]):02d}"
CHAPTER = f"{NUMBER}_leaky_memory"
NAMED_BLOCK = re.compile(r"^`([^`\n]+)`:\n\n```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
RECIPES = ("Add a chapter", "An exercise for an existing chapter", "A question graded by hand")
PARTS = (
    "benchmarks", "chapters", "course_utils", "docs", "notebooks", "solutions", "tests", "Makefile",
    "nbgrader_config.py", "pyproject.toml", "README.md", "CONTRIBUTING.md", "requirements.lock",
    "set_up.mk",
)  # fmt: skip


def section(title):
    """A recipe, with the number that its chapter gets here."""
    (text,) = re.findall(rf"^## {title}\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    return re.sub(rf"(?<!\d){TOLD}(?!\d)", NUMBER, text)


def follow(root, title):
    """Writes the files of a recipe, and changes those that it changes."""
    for name, language, body in NAMED_BLOCK.findall(section(title)):
        path = root / name
        if language != "diff":
            assert not path.exists(), f"{name} is there already"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(body)
        else:
            old, new = sides(body)
            text = path.read_text()
            if name.endswith("chapters.py"):  # other chapters may have been added since
                old, new = "}\n", f"{new.splitlines()[-1]}\n}}\n"
            assert text.count(old) == 1, f"{name} does not hold once:\n{old}"
            path.write_text(text.replace(old, new))


def sides(diff):
    """What a change takes out and what it puts there."""
    lines = [(line[:1] or " ", line[1:]) for line in diff.splitlines()]
    old = "".join(f"{text}\n" for mark, text in lines if mark in " -")
    new = "".join(f"{text}\n" for mark, text in lines if mark in " +")
    return old, new


def run(root, *words):
    """What a command says; it must succeed."""
    done = attempt(root, *words)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


def attempt(root, *words):
    return warm_commands.run(root, *words, env=outside(PYTHONPATH=root))


def build(root, *chapters):
    return run(root, "course_utils", "build", *chapters)


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """The course with the example chapter, as the first recipe leaves it before its commands."""
    root = tmp_path_factory.mktemp("recipes") / "course"
    root.mkdir()
    without = shutil.ignore_patterns("__pycache__")
    for name in PARTS:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, root / name, ignore=without)
        else:
            shutil.copy(ROOT / name, root)
    follow(root, RECIPES[0])
    return root


@pytest.fixture(scope="module")
def chapter(copy):
    """The course after the first recipe."""
    build(copy, "00", NUMBER)
    return copy


@pytest.fixture(scope="module")
def longer(chapter, tmp_path_factory):
    """The course after all recipes."""
    root = tmp_path_factory.mktemp("longer") / "course"
    shutil.copytree(chapter, root)
    for title in RECIPES[1:]:
        follow(root, title)
    build(root, NUMBER)
    return root


# A chapter.


def test_the_page_names_the_commands_that_are_run_here():
    last_step = section(RECIPES[0]).partition("### 6.")[2]
    (block,) = re.findall(r"^```\n(.*?)^```$", last_step, re.MULTILINE | re.DOTALL)
    assert block.splitlines() == [
        f".venv/bin/course build 00 {NUMBER}",
        "make course-map",
        "make kill-matrix",
        "make test-fast",
        f".venv/bin/python -m benchmarks.chapters {NUMBER}",
    ]


def test_the_build_names_the_line_that_the_map_lacks(copy, tmp_path):
    shutil.copytree(copy / "chapters", tmp_path / "chapters")
    shutil.copytree(copy / "course_utils", tmp_path / "course_utils")
    shutil.copy(ROOT / "course_utils" / "chapters.py", tmp_path / "course_utils")
    done = attempt(tmp_path, "course_utils", "build", NUMBER)
    assert done.returncode == 1
    assert f"does not know chapter {NUMBER}. Add a line `{NUMBER}: Chapter(" in done.stderr


def test_the_chapter_is_built_and_chapter_00_shows_it_on_the_map(chapter):
    solution = (chapter / "solutions" / CHAPTER / f"{CHAPTER}.ipynb").read_text()
    assert "4 of 4 points" in solution
    assert "is left." in solution
    first = (chapter / "solutions/00_start_here/00_start_here.ipynb").read_text()
    assert f"{NUMBER} A leaky memory (what remains)" in first
    assert f"{CHAPTER}" in run(chapter, "course_utils", "progress")


def test_everything_that_was_built_agrees_with_its_source(longer):
    build(longer, "--check")


def test_make_draws_the_map_again_and_prints_its_words(chapter):
    before = (chapter / "docs/images/course_map.png").read_bytes()
    folder = str(Path(sys.executable).parent)
    done = subprocess.run(
        ["make", "-s", "-o", ".venv/ready", "course-map"],
        cwd=chapter,
        env=outside(PYTHONPATH=chapter) | {"PATH": os.pathsep.join([folder, os.environ["PATH"]])},
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert f"{NUMBER} A leaky memory (what remains)" in done.stdout
    assert (chapter / "docs/images/course_map.png").read_bytes() != before


def test_the_bank_holds_and_the_matrix_shows_who_caught_what(longer):
    run(longer, "pytest", "tests/checks/test_answers.py", "-q", "-k", CHAPTER)
    matrix = run(longer, "tests.answer_bank", CHAPTER)
    assert re.search(r"wrong_no_shares +X+\.* +\d+%  no-shares", matrix)
    assert re.search(r"wrong_same_amount +\.XX +67%  same-amount", matrix)


def test_the_chapter_keeps_its_budget(chapter):
    assert CHAPTER in run(chapter, "benchmarks.chapters", NUMBER)


def test_the_examples_keep_to_the_style(longer):
    paths = [longer / "chapters" / f"{CHAPTER}.py", longer / "course_utils/checks/leaky_memory"]
    for words in (["check", "--no-cache"], ["format", "--check", "--no-cache"]):
        run(longer, "ruff", *words, *map(str, [*paths, longer / "course_utils/chapters.py"]))


# Graded behind the wall.


def answered(root, sources):
    """The released notebook with these answers."""
    notebook = nbformat.read(root / "notebooks" / CHAPTER / f"{CHAPTER}.ipynb", as_version=4)
    for cell in notebook.cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        cell.source = sources.get(grade_id, cell.source)
    return notebook


def stored(root, **names):
    """Answers of the bank, by exercise."""
    bank = root / "tests" / "answers" / CHAPTER
    return {
        id.replace("_", "-"): (bank / id.replace("_", "-") / f"{name}.py").read_text()
        for id, name in names.items()
    }


def grade(root, **students):
    """Grades these students' answers; what the command says, and each one's points."""
    server()  # skips where there can be no sandbox
    for student, sources in students.items():
        path = root / "submitted" / student / CHAPTER / f"{CHAPTER}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(answered(root, sources), path)
    done = attempt(root, "course_utils", "grade", NUMBER)
    print(done.stdout, done.stderr)  # shown if the test fails
    return done, {student: submission(root, student).score for student in students}


def gradebook(root):
    return Gradebook(f"sqlite:///{root}/gradebook.db", "unrolled")


def submission(root, student):
    with gradebook(root) as book:
        found = book.find_submission(CHAPTER, student)
        assert found.score is not None  # read while the book is open
        found.waiting = [g.name for n in found.notebooks for g in n.grades if g.needs_manual_grade]
        return found


def test_right_answers_get_full_marks_wrong_ones_less_and_blank_ones_nothing(chapter):
    done, points = grade(
        chapter,
        right=stored(chapter, leaky_step="right_as_a_move"),
        wrong=stored(chapter, leaky_step="wrong_h_ignored"),
        blank={},
    )
    assert done.returncode == 0, done.stderr
    assert points == {"right": 4.0, "wrong": 2.67, "blank": 0.0}
    assert "h-ignored 1" in done.stdout


ESSAY = {"what-to-keep": "More: a single wrong number should not count."}


def test_a_question_graded_by_hand_waits_for_a_person_and_then_counts(longer):
    both = stored(longer, leaky_step="right_as_the_equation", half_life="right_to_the_base_two")
    done, points = grade(longer, essay=both | ESSAY, silent=both)
    assert done.returncode == 0, done.stderr
    assert points == {"essay": 7.0, "silent": 7.0}
    assert f"{CHAPTER}: 2 graded, 9 points" in done.stdout
    assert re.search(r"essay +7\n +what-to-keep: to grade by hand\nsilent +7\n", done.stdout)
    assert re.search(r"what-to-keep +2  to grade by hand: 1 of 2", done.stdout)
    assert submission(longer, "essay").waiting == ["what-to-keep"]
    with gradebook(longer) as book:
        found = book.find_grade("what-to-keep", CHAPTER, CHAPTER, "essay")
        found.manual_score, found.needs_manual_grade = 1.5, False
        book.db.commit()
    again, points = grade(longer, essay=both | ESSAY)
    assert points == {"essay": 8.5}
    assert re.search(r"essay +8\.5\nsilent", again.stdout)
    rewritten = {"what-to-keep": "Less."}
    again, _ = grade(longer, essay=both | rewritten)
    assert re.search(r"essay +8\.5\n +what-to-keep: to grade by hand\n", again.stdout)


def test_progress_tells_how_many_questions_a_person_grades(longer):
    line = next(
        line for line in run(longer, "course_utils", "progress").splitlines() if CHAPTER in line
    )
    assert line.endswith("0 of 7  0 full, 0 partial, 2 not tried, 1 graded by hand")


# A check that is wrong itself.


def test_a_fault_of_a_check_is_named_and_costs_no_answer_points(chapter, tmp_path):
    root = tmp_path / "course"
    shutil.copytree(chapter, root, ignore=shutil.ignore_patterns("submitted", ".grading", "*.db"))
    check = root / "course_utils/checks/leaky_memory/leaky_step.py"
    whole = check.read_text()
    check.write_text(whole.replace("answer(x, h, keep)", "answer(x, h, keep + 0j)"))
    right = stored(root, leaky_step="right_as_a_move")
    done, points = grade(root, ada=right)
    assert done.returncode == 1
    assert points == {"ada": 0.0}
    assert submission(root, "ada").waiting == ["check-leaky-step"]
    assert "check-leaky-step: not gradable, for the check itself failed" in done.stdout
    assert "NOT GRADABLE 1" in done.stdout
    assert "of the type complex" in done.stderr
    page = (root / "feedback/ada" / CHAPTER / f"{CHAPTER}.html").read_text()
    assert "The check itself failed, so this answer was not judged." in page
    check.write_text(whole)
    done, points = grade(root, ada=right)
    assert done.returncode == 0, done.stderr
    assert points == {"ada": 4.0}
    assert submission(root, "ada").waiting == []
