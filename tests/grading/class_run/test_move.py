"""A grade book on PostgreSQL: moved there with nothing lost, and used by several at once."""

import sqlite3
import subprocess
import sys
from collections import Counter

import pytest
from nbgrader.api import Gradebook
from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from sqlalchemy import create_engine, inspect, text

from benchmarks.classes import hand_in, make_course
from benchmarks.grade_demo import the_class
from course_utils import cli
from course_utils.grading.class_run.book import settings
from course_utils.grading.class_run.move import move_book
from tests.postgresql import Server
from tests.sealing import server

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")]
CHAPTER = "01_two_step_rnn"


@pytest.fixture(scope="module")
def postgresql(tmp_path_factory):
    started = Server(tmp_path_factory.mktemp("postgresql"))
    yield started
    started.stop()


@pytest.fixture
def course(tmp_path):
    """A course whose SQLite book has students, grades by hand and comments."""
    root = tmp_path / "course"
    make_course(root, (CHAPTER,))
    with Gradebook(f"sqlite:///{root}/gradebook.db") as book:
        book.add_assignment(CHAPTER)
        book.add_notebook("nb", CHAPTER)
        book.add_grade_cell("task", "nb", CHAPTER, max_score=3, cell_type="code")
        book.add_solution_cell("answer", "nb", CHAPTER)
        for n in range(2345):  # more than are copied at a time
            book.db.execute(text(f"INSERT INTO student (id, lms_user_id) VALUES ('s{n}', '{n}')"))
        book.db.commit()
        book.update_or_create_student("ada", last_name="Lovelace, née Byron", email="a@b.c")
        book.add_submission(CHAPTER, "ada", timestamp="2026-12-01 10:00:00")
        book.find_grade("task", "nb", CHAPTER, "ada").manual_score = 2.5
        book.find_comment("answer", "nb", CHAPTER, "ada").manual_comment = "Look at Δ again ✓"
        book.db.commit()
    return root


def rows(url):
    """Every row of every table, as text."""
    engine = create_engine(url)
    found = {}
    with engine.connect() as database:
        for table in inspect(engine).get_table_names():
            columns = sorted(c["name"] for c in inspect(engine).get_columns(table))
            quoted = ", ".join(f'"{name}"' for name in columns)
            every = database.execute(text(f'SELECT {quoted} FROM "{table}"')).all()
            found[table] = Counter(tuple(_plain(value) for value in row) for row in every)
    engine.dispose()
    return found


def _plain(value):
    if value is None:
        return value
    try:
        return float(value)
    except (TypeError, ValueError):
        return str(value).removesuffix(".000000")


def test_every_row_of_the_book_gets_there_and_is_counted(course, postgresql, capsys):
    url = postgresql.url("moved")
    assert move_book(url, course) == 0
    before = rows(f"sqlite:///{course}/gradebook.db")
    assert rows(url) == before
    printed = capsys.readouterr().out
    assert "student: 2346\n" in printed
    assert before["student"].total() == 2346
    with Gradebook(url) as book:
        [submission] = book.assignment_submissions(CHAPTER)
        assert (submission.student.last_name, submission.score) == ("Lovelace, née Byron", 2.5)


def test_a_database_that_holds_something_is_left_alone(course, postgresql, capsys):
    url = postgresql.url("full")
    with Gradebook(url) as book:
        book.add_student("bob")
    before = rows(url)
    assert move_book(url, course) == 1
    assert "there are rows in 'student' already: give an empty one" in capsys.readouterr().err
    assert rows(url) == before


def test_what_breaks_off_in_the_middle_leaves_nothing_behind(course, postgresql, capsys):
    with sqlite3.connect(course / "gradebook.db") as broken:  # a grade of no cell
        broken.execute("UPDATE grade SET cell_id = 'nobody'")
    url = postgresql.url("broken")
    assert move_book(url, course) == 1
    assert capsys.readouterr().err.startswith("course move-book: ")
    assert not any(count.total() for name, count in rows(url).items() if name == "student")


@pytest.mark.parametrize(
    ("url", "cause"),
    [
        ("postgres://x/y", "no driver for 'postgres'"),
        ("postgresql+psycopg://course@127.0.0.1:1/x", "can't be used"),
        ("nonsense", "can't be used"),
    ],
)
def test_an_address_that_leads_nowhere_is_told(course, url, cause, capsys):
    assert move_book(url, course) == 1
    said = capsys.readouterr().err
    assert said.startswith("course move-book: ")
    assert cause in said
    assert said.count("\n") == 1


def test_the_command_takes_an_address(monkeypatch, tmp_path):
    from course_utils.grading.class_run import move

    monkeypatch.setattr(move, "move_book", lambda *call: asked.append(call) or 0)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "nbgrader_config.py").touch()
    asked = []
    assert cli.main(["move-book", "postgresql+psycopg://h/n"]) == 0
    assert asked == [("postgresql+psycopg://h/n", tmp_path)]


def test_a_class_is_graded_while_somebody_marks_by_hand(postgresql, tmp_path):
    server()  # skips where there can be no sandbox
    root, url = tmp_path / "course", postgresql.url("class")
    make_course(root, (CHAPTER,))
    with (root / "nbgrader_config.py").open("a") as config:
        config.write(f'\nc.CourseDirectory.db_url = "{url}"\n')
    for student, answers in list(the_class(CHAPTER).items())[:2]:
        hand_in(root, student, CHAPTER, answers)
    engine = create_engine(url)
    with Gradebook(url) as book:
        book.add_student("marked-meanwhile", last_name="before")
    with engine.begin() as formgrader:  # its transaction stays open during the whole run
        formgrader.execute(text("UPDATE student SET last_name = 'after' WHERE id LIKE 'marked%'"))
        command = [sys.executable, "-m", "course_utils", "grade", "01"]
        done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    engine.dispose()
    assert not (root / "gradebook.db").exists()
    with Gradebook(url) as book:
        assert book.find_submission(CHAPTER, "ada").score == 24.0
        assert book.find_student("marked-meanwhile").last_name == "after"
        found = book.assignment_submissions(CHAPTER)
        scores = {submission.student.id: submission.score for submission in found}
    formgrader_shows(root, scores)


def formgrader_shows(root, scores):
    """What each of formgrader's pages asks the grade book for."""
    api = NbGraderAPI(CourseDirectory(config=settings(root)))
    [chapter] = api.get_assignments()
    assert (chapter["num_submissions"], chapter["max_score"]) == (len(scores), 24.0)
    [notebook] = api.get_notebooks(CHAPTER)
    assert notebook["average_score"] == pytest.approx(sum(scores.values()) / len(scores))
    submissions = {each["student"]: each["score"] for each in api.get_submissions(CHAPTER)}
    assert submissions == scores
    listed = api.get_notebook_submissions(CHAPTER, CHAPTER)
    assert {each["student"]: each["score"] for each in listed} == scores
    students = {each["id"]: each["score"] for each in api.get_students()}
    assert students == {**scores, "marked-meanwhile": 0.0}
    assert [each["score"] for each in api.get_student_submissions("ada")] == [24.0]
    [of_ada] = api.get_student_notebook_submissions("ada", CHAPTER)
    assert (of_ada["score"], of_ada["needs_manual_grade"]) == (24.0, False)
