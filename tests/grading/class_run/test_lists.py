"""Lists of students in, lists of points out, in the forms of learning platforms."""

import csv
import shutil
import warnings

import pytest

from benchmarks.classes import make_course
from course_utils import cli
from course_utils.grading.class_run.book import open_book
from course_utils.grading.class_run.roster import NoRoster, read
from tests import grade_books  # noqa: F401 - a new grade book takes no 6 s

CHAPTER = "01_two_step_rnn"
ADA = {"first_name": "Ada", "last_name": "Lovelace", "email": "ada@example.org"}

FORMS = {
    "nbgrader": "id,first_name,last_name,email\nada,Ada,Lovelace,ada@example.org\n",
    "moodle": "First name,Surname,ID number,Username,Email address\n"
    "Ada,Lovelace,,ada,ada@example.org\n",
    "german Excel": "Vorname;Nachname;Username;E-Mail-Adresse\r\n"
    "Ada;Lovelace;ada;ada@example.org\r\n;;;\r\n",
    "an empty line, another column, more fields than headings": "\n,id,first_name,last_name,email\n"
    "0,ada,Ada,Lovelace,ada@example.org,more\n",
    "lines and spaces in a field": "id,first_name,last_name,email\n"
    'ada," Ada","Lovelace\n",ada@example.org\n',
    "tabs, quotes and capitals": "USERNAME\tFirst Name\tLAST NAME\tEmail\n"
    'ada\t"Ada"\tLovelace\tada@example.org\n',
}


def listed(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "students.csv"
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_list_of_students_is_read_in_the_form_of_its_platform(tmp_path, form, encoding):
    assert read(listed(tmp_path, FORMS[form], encoding)) == ({"ada": ADA}, [])


def test_canvas_has_names_in_one_column_and_lines_of_its_own(tmp_path):
    text = (
        "Student,ID,SIS User ID,SIS Login ID,Section,Essay (7)\n"
        ",,,,,Manual Posting\n"
        "    Points Possible,,,,,10\n"
        '"Lovelace, Ada",4711,S1,ada,A,3\n'
        '"Student, Test",99,,abc123,A,\n'
    )
    expected = {"ada": {"first_name": "Ada", "last_name": "Lovelace", "lms_user_id": "4711"}}
    assert read(listed(tmp_path, text)) == (expected, [])


def test_windows_letters_are_read(tmp_path):
    students, _ = read(listed(tmp_path, "id,first_name\nrene,René\n", "cp1252"))
    assert students == {"rene": {"first_name": "René"}}


def test_an_id_has_one_form_of_its_letters(tmp_path):
    students, _ = read(listed(tmp_path, "id,full name\nre\u0301ne,Rene\u0301 Kim\n"))
    assert students == {"réne": {"last_name": "Rene\u0301 Kim"}}


def test_lines_that_name_no_student_are_told(tmp_path):
    text = "id\nada\n../etc\n.hidden\na/b\n*\nAda\n-rf\n"
    students, refused = read(listed(tmp_path, text))
    assert list(students) == ["ada"]
    assert [line.split(":")[0] for line in refused] == [f"line {n}" for n in (3, 4, 5, 6, 7, 8)]


FILES = {
    "has no column with the students' ids": b"name,points\nada,3\n",
    "is a workbook or an archive": b"PK\x03\x04",
    "names no student": b"id,email\n",
    "below line 2: unexpected end of data": b'\nid,name\n1,"Ada\n2,Ben\n',
    "nothing. One of them": b"",
}


@pytest.mark.parametrize("cause", FILES)
def test_a_file_that_is_no_list_is_refused_with_its_cause(tmp_path, cause):
    path = tmp_path / "students.csv"
    path.write_bytes(FILES[cause])
    with pytest.raises(NoRoster, match=cause):
        read(path)


def test_a_missing_file_is_a_sentence(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["roster", "none.csv"]) == 1
    assert capsys.readouterr().err == (
        "course roster: none.csv can't be read: No such file or directory.\n"
    )


@pytest.fixture(scope="module")
def class_of_five(tmp_path_factory):
    """A course with a chapter of 24 points: full, late, to be graded by hand, nothing twice."""
    root = tmp_path_factory.mktemp("lists") / "course"
    make_course(root, ())
    with open_book(root) as book, warnings.catch_warnings(action="ignore"):  # of nbgrader's own
        book.add_assignment(CHAPTER, duedate="2026-12-01 10:00:00")
        book.add_notebook(CHAPTER, CHAPTER)
        for name in ("check-a", "check-b"):
            cell = {"max_score": 12, "cell_type": "code"}
            book.add_grade_cell(name, CHAPTER, CHAPTER, **cell)
        book.add_assignment("02_static_unrolling", duedate="2026-12-08 10:00:00")
        names = {"ada": '=HYPERLINK("x")', "ben": 'O"Neill, junior', "cleo": "Ünal", "dan": None}
        names |= {"eve": "\u200f＝1+1\n"}
        for student, last_name in names.items():
            book.add_student(student, first_name="F", last_name=last_name, lms_user_id="7")
        for student in ("ada", "ben", "cleo"):
            book.add_submission(CHAPTER, student)
            for name in ("check-a", "check-b"):
                grade = book.find_grade(name, CHAPTER, CHAPTER, student)
                grade.auto_score, grade.needs_manual_grade = 11.5, student == "cleo"
        book.find_submission_notebook(CHAPTER, CHAPTER, "ben").late_submission_penalty = 3.25
        book.db.commit()
    return root


def exported(root, monkeypatch, *words):
    monkeypatch.chdir(root)
    assert cli.main(["export", *words]) == 0
    name = "grades.csv" if not words[1:] else f"grades-{words[-1]}.csv"
    with (root / name).open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_points_are_written_with_names_that_compute_nothing(class_of_five, monkeypatch, capsys):
    assert exported(class_of_five, monkeypatch) == [
        ["student_id", "last_name", "first_name", "email", CHAPTER, "total"],
        ["ada", '\'=HYPERLINK("x")', "F", "", "23", "23"],
        ["ben", 'O"Neill, junior', "F", "", "19.75", "19.75"],
        ["cleo", "Ünal", "F", "", "", ""],
        ["dan", "", "F", "", "", ""],
        ["eve", "'\u200f＝1+1\n", "F", "", "", ""],
    ]
    assert "Empty, since a person has yet to grade a question: 1" in capsys.readouterr().out


def test_canvas_gets_its_columns_and_the_points_that_are_possible(class_of_five, monkeypatch):
    assert exported(class_of_five, monkeypatch, "01", "--for", "canvas")[:3] == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", CHAPTER],
        ["    Points Possible", "", "", "", "", "24"],
        ['\'=HYPERLINK("x"), F', "7", "", "ada", "", "23"],
    ]


def test_moodle_gets_its_columns(class_of_five, monkeypatch):
    with open_book(class_of_five) as book:
        book.update_or_create_student("dan", lms_user_id=None)
    heads, *students = exported(class_of_five, monkeypatch, "--for", "moodle")
    assert heads == ["Username", "First name", "Surname", "ID number", "Email address", CHAPTER]
    assert [line[0] for line in students] == ["ada", "ben", "cleo", "dan", "eve"]
    assert [line[3] for line in students] == ["7", "7", "7", "dan", "7"]


def test_an_unknown_chapter_is_named(class_of_five, monkeypatch, capsys):
    monkeypatch.chdir(class_of_five)
    assert cli.main(["export", "99"]) == 1
    assert f"the grade book does not know 99; it knows {CHAPTER}." in capsys.readouterr().err


def test_a_roster_makes_and_changes_students_and_leaves_their_points(
    class_of_five, tmp_path, monkeypatch, capsys
):
    root = shutil.copytree(class_of_five, tmp_path / "course")
    monkeypatch.chdir(root)
    listed(root, "id,last_name\nada,Lovelace\nfay,Evans\n")
    assert cli.main(["roster", "students.csv"]) == 0
    assert cli.main(["roster", "students.csv"]) == 0
    assert capsys.readouterr().out == (
        "2 students: 1 new, 1 changed.\n2 students: 0 new, 0 changed.\n"
    )
    with open_book(root) as book:
        assert (book.find_student("ada").last_name, book.find_student("ada").first_name) == (
            "Lovelace",
            "F",
        )
        assert book.find_submission(CHAPTER, "ada").score == 23
        ids = sorted(str(student.id) for student in book.students)
        assert ids == ["ada", "ben", "cleo", "dan", "eve", "fay"]
