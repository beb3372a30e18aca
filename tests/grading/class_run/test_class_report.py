"""What the instructor sees."""

from dataclasses import fields
from pathlib import Path

from course_utils.grading.class_run.class_report import Graded, class_report, faults, summary
from course_utils.grading.class_run.collect import Submission
from course_utils.grading.class_run.farm import Ran
from course_utils.grading.class_run.progress import Progress
from course_utils.grading.plugins.reading import LARGEST, LARGEST_FILE
from course_utils.grading.plugins.release import Check
from course_utils.grading.wall.session import Verdict
from course_utils.grading.wall.walls import Limits
from tests import ROOT

CHAPTER = "01_two_step_rnn"


CHECKS = {"check-a": Check("", 2.0), "check-b": Check("", 3.0)}


def ran(student, changes=(), key="", **verdicts):
    return Ran(Submission(student, CHAPTER, Path()), key or student, list(changes), {
        f"check-{name}": verdict for name, verdict in verdicts.items()
    })  # fmt: skip


def test_the_summary_tells_points_lateness_causes_and_changes():
    lines = summary(
        CHAPTER,
        CHECKS,
        [
            Graded(
                ran(
                    "eve", ["a: its text was changed"], b=Verdict(cause="it ran for more than 1 s")
                ),
                1.5,
                penalty=1,
                late=True,
            ),
            Graded(ran("ada"), 5),
        ],
    ).splitlines()
    assert lines == [
        "01_two_step_rnn: 2 graded, 5 points",
        "  did not get to the end: eve",
        "  late: eve",
        "student  points",
        "ada           5",
        "eve         1.5   1 taken off, late",
        "    check-b: it ran for more than 1 s",
        "    put right: a: its text was changed",
    ]


def test_equal_and_similar_answers_come_first_and_each_pair_once():
    right = Verdict(points=2.0)
    graded = [
        Graded(ran("zed", key="1", a=right), 2),
        Graded(ran("ada", key="1", a=right), 2),
        Graded(ran("ben", key="1", a=right), 2, late=True),
        Graded(ran("cleo", key="2", a=right), 2),
        Graded(ran("dan", key="untouched", a=Verdict()), 0),
        Graded(ran("eve", key="untouched", a=Verdict()), 0),
    ]
    alike = [("ada", "zed", ["a", "b"]), ("ada", "cleo", ["a", "b"])]
    assert summary(CHAPTER, CHECKS, graded, alike=alike).splitlines()[1:7] == [
        "  late: ben",
        "  equal: ada = ben = zed",
        "  alike once variables are renamed: ada and cleo (a, b)",
        "student  points",
        "ada           2",
        "ben           2   late",
    ]


def test_one_cause_is_one_line():
    lost = [f"cell-{number}: nbgrader's metadata were removed" for number in range(14)]
    claimed = ["an extra cell claimed the id 'a'", "an extra cell claimed the id 'b'"]
    graded = [Graded(ran("ada", [*lost, "a: it was missing", *claimed]), 5)]
    assert summary(CHAPTER, CHECKS, graded).splitlines()[3:] == [
        "    put right: cell-0, cell-1, cell-2 and others: nbgrader's metadata were removed",
        "    put right: a: it was missing",
        "    put right: an extra cell claimed the id 'a'",
        "    put right: an extra cell claimed the id 'b'",
    ]


def test_what_students_wrote_forges_no_line():
    forged = "it raised \x1b[1A\x1b[2K\nzed        5\r\u202e"
    graded = [
        Graded(
            ran("zed\nada  5", b=Verdict(cause=forged, misconceptions=["x\ny"])),
            0,
            remarks=[forged],
        )
    ]
    text = summary(CHAPTER, CHECKS, graded)
    assert text.splitlines()[1] == "  did not get to the end: zed\\nada  5"
    assert text.splitlines()[3].split() == ["zed\\nada", "5", "0"]
    told = f"{text}{class_report(CHECKS, graded)}".replace("\n", "")
    assert told.isprintable()
    assert len(text.splitlines()) == 6


def test_the_class_report_counts_full_part_and_zero_and_misconceptions():
    graded = [
        Graded(ran("ada", a=Verdict(points=2.0), b=Verdict(points=3.0)), 5),
        Graded(ran("ben", a=Verdict(points=1.0, misconceptions=["x", "y"]), b=Verdict()), 1),
        Graded(ran("eve", a=Verdict(misconceptions=["y"]), b=Verdict()), 0),
    ]
    assert class_report(CHECKS, graded).splitlines() == [
        "exercise  points  mean   full  part  zero  misconceptions",
        "a              2  1         1     1     1  y 2, x 1",
        "b              3  1         1     0     2",
    ]


def test_what_is_worth_nothing_is_full_and_no_zero():
    graded = [Graded(ran("ada", a=Verdict()), 0), Graded(ran("ben", a=Verdict()), 0)]
    assert class_report({"check-a": Check("", 0.0)}, graded).splitlines()[1:] == [
        "a              0  0         2     0     0"
    ]


FAULT = Verdict(
    cause="not gradable, for the check itself failed", fault="Traceback\nKeyError: 'x'\n"
)


def test_a_check_that_failed_itself_is_named_and_counts_in_no_mean():
    graded = [
        Graded(ran("ada", a=Verdict(points=2.0), b=FAULT), 2, waiting=["check-b"]),
        Graded(ran("ben", a=Verdict(points=1.0), b=Verdict(points=3.0)), 4),
    ]
    assert faults(graded) == {"check-b": "KeyError: 'x'"}
    assert summary(CHAPTER, CHECKS, graded).splitlines()[2:5] == [
        "ada           2",
        "    check-b: not gradable, for the check itself failed",
        "    check-b: KeyError: 'x'",
    ]
    assert class_report(CHECKS, graded).splitlines()[2] == (
        "b              3  3         1     0     0  NOT GRADABLE 1"
    )


def test_questions_that_a_person_grades_count_in_the_sum_and_are_listed_while_they_wait():
    graded = [Graded(ran("ada"), 2, waiting=["why"]), Graded(ran("ben"), 4)]
    told = summary(CHAPTER, CHECKS, graded, {"why": 2.0}).splitlines()
    assert told[0] == "01_two_step_rnn: 2 graded, 7 points"
    assert told[2:] == ["ada           2", "    why: to grade by hand", "ben           4"]
    last = class_report(CHECKS, graded, {"why": 2.0}).splitlines()[-1]
    assert last == "why            2  to grade by hand: 1 of 2"


def test_progress_that_no_terminal_shows_is_one_line_at_the_end(capsys):
    progress = Progress("Grading", 3)
    for failed in (False, True, False):
        progress.step(failed=failed)
    assert capsys.readouterr().err == "Grading: 3 of 3, 1 failed, 0 s\n"


# The documents.


def test_the_limits_in_the_document_are_the_real_ones():
    table = (ROOT / "docs" / "grading.md").read_text()
    limits = Limits()
    for name, told in {
        "cell_timeout": f"{limits.cell} s",
        "total_timeout": f"{limits.total} s",
        "memory": f"{limits.memory // 2**30} GiB",
        "processes": f"{limits.processes}",
        "files": f"{limits.files // 2**30} GiB",
        "output": f"{limits.output // 2**20} MiB",
    }.items():
        assert f"| `{name}` | {told} |" in table
    assert len(fields(Limits)) == 6
    assert f"more than {LARGEST // 2**20} MiB besides them" in table
    assert f"more than {LARGEST_FILE // 2**20} MiB in all" in table
