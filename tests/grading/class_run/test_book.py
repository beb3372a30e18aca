"""A grade book that can't be used, and two runs at once: a sentence each, and nothing is lost."""

import sqlite3
from contextlib import closing, contextmanager

import pytest
from nbgrader.api import Gradebook
from sqlalchemy.exc import SQLAlchemyError

from benchmarks.classes import hand_in, make_course
from course_utils import cli
from course_utils.grading.class_run import farm, run
from course_utils.grading.class_run.book import NoBook
from course_utils.grading.wall import sandbox
from tests import grade_books  # noqa: F401 - a new grade book takes no 6 s

CHAPTER = "01_two_step_rnn"


@pytest.fixture
def empty(tmp_path):
    """A course in which nothing was handed in."""
    make_course(tmp_path / "course", (CHAPTER,))
    return tmp_path / "course"


@contextmanager
def broken(book):
    book.write_bytes(b"no database at all\n" * 100)
    yield


@contextmanager
def busy(book):
    with closing(sqlite3.connect(book)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield


@contextmanager
def of_another_version(book):
    Gradebook(f"sqlite:///{book}").close()
    with closing(sqlite3.connect(book)) as other:
        other.execute("ALTER TABLE student DROP COLUMN lms_user_id")
    yield


COMMANDS = {
    "grade": ["01"],
    "export": [],
    "report": [],
    "roster": ["students.csv"],
    "collect": ["01", "download.zip"],
}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_grade_book_that_is_none_is_one_sentence(empty, command, monkeypatch, capsys):
    hand_in(empty, "ada", CHAPTER, [])
    (empty / "students.csv").write_text("Username\nada\n")
    monkeypatch.chdir(empty)
    monkeypatch.setattr(sandbox, "shared", lambda **_words: None)
    with broken(empty / "gradebook.db"):
        assert cli.main([command, *COMMANDS[command]]) == 1
    assert capsys.readouterr().err == (
        f"course {command}: The grade book can't be used: file is not a database. "
        "Put a copy of it back.\n"
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("state", "said"),
    [
        (busy, "database is locked. Another command, or formgrader, is writing to it. Run this"),
        (of_another_version, "no such column: student.lms_user_id. Another version of nbgrader"),
    ],
)
def test_a_grade_book_in_another_state_is_one_sentence(empty, state, said, monkeypatch, capsys):
    (empty / "students.csv").write_text("Username\nada\n")
    monkeypatch.chdir(empty)
    with state(empty / "gradebook.db"):
        assert cli.main(["roster", "students.csv"]) == 1
    told = capsys.readouterr().err
    assert told.startswith(f"course roster: The grade book can't be used: {said}")
    assert told.count("\n") == 1


@pytest.mark.slow
@pytest.mark.parametrize("step", ["autograde", "score"])
def test_a_grade_book_that_gets_locked_stops_the_run_and_is_no_students_fault(empty, step):
    def locked(*_names):
        with busy(empty / "gradebook.db"):
            return real(*_names)

    course = run.Course(empty, None)
    hand_in(empty, "ada", CHAPTER, [])
    (empty / "notebooks").mkdir()
    course._writer.release(CHAPTER)
    real = getattr(course._writer, step)
    setattr(course._writer, step, locked)
    course._writer.is_graded = lambda *_names: step == "score"
    course._writer.penalise = lambda *_names: None
    outcome = farm.Ran(course.collect(CHAPTER)[0][0], "", [])
    with pytest.raises((NoBook, SQLAlchemyError), match="database is locked"):
        course._write(outcome)


def test_two_runs_at_once_do_not_mix(empty, monkeypatch, capsys):
    hand_in(empty, "ada", CHAPTER, [])
    monkeypatch.setattr(sandbox, "shared", lambda **_words: None)
    with run._one_run(empty):
        assert run.run(["01"], 1, None, empty) == 1
    assert capsys.readouterr().err == (
        "course grade: Another `course grade` is at work in this folder. Run this again when it is "
        "done.\n"
    )
    with run._one_run(empty):
        pass  # what the first one held is free again
