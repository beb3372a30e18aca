"""The answer bank against the checks: right answers pass, wrong ones meet their own hint."""

from functools import cache

import pytest

from course_utils.checks import Report
from course_utils.checks.engine import check
from course_utils.grading.plugins.release import Release
from course_utils.grading.wall.session import Session
from course_utils.grading.wall.walls import Limits
from tests.answer_bank import (
    Answer,
    Chapter,
    blank_answer,
    chapters,
    defined_by,
    released,
    stored_answers,
)
from tests.combinations import Combined
from tests.sealing import server

SLOW_FROM = "02"  # the chapters whose cells or answers take long; `make test-fast` leaves them out


def case(chapter: str, *values):
    """A test's parameters, marked as slow if the chapter is."""
    marks = [pytest.mark.slow] if chapter >= SLOW_FROM else []
    return pytest.param(*values, marks=marks, id="-".join(map(str, values)))


CHAPTERS = [case(name, name) for name in chapters()]
EXERCISES = [case(name, name, id) for name in chapters() for id in Chapter(name).ids]
BANK = stored_answers()
RIGHT = [case(answer.chapter, answer) for answer in BANK if answer.right]
WRONG = [case(answer.chapter, answer) for answer in BANK if not answer.right]
CALLED = {(c.name, id) for c in map(Combined, chapters()) for id in c.earlier}  # by later cells
EARLIER = [case(a.chapter, a) for a in BANK if not a.right and (a.chapter, a.exercise) in CALLED]
ODD_VALUES = ["None", "'some text'", "float('nan')", "[]", "object()"]
ODD_BODIES = [*(f"return {value}" for value in ODD_VALUES), "raise ValueError('odd')", "1 / 0"]

COMMON = {misconception.slug for misconception in check.COMMON}

chapter = cache(Chapter)


@cache
def reports_of(answer: Answer) -> tuple[Report, Report]:
    """What is seen of an answer's report, and the whole; the check is run once for all tests."""
    return chapter(answer.chapter).reports(answer)


def report_of(answer: Answer) -> Report:
    """The whole report of an answer's check in this process."""
    return reports_of(answer)[1]


@pytest.mark.parametrize("answer", RIGHT)
def test_a_right_answer_gets_full_points(answer: Answer):
    report = report_of(answer)
    assert report.score == 1.0, str(report)


@pytest.mark.parametrize("answer", WRONG)
def test_a_wrong_answer_is_refused_with_its_own_hint(answer: Answer):
    report = report_of(answer)
    assert report.score < 1.0, f"{answer.name} slipped through"
    assert report.misconceptions[:1] == [answer.misconception][: bool(answer.misconception)], str(
        report
    )


@pytest.mark.parametrize(
    "answer", [case(a.chapter, a) for a in BANK if not a.right and a.misconception]
)
def test_a_single_mistake_leaves_a_third_of_the_points(answer: Answer):
    exercise = chapter(answer.chapter).exercises[answer.exercise]
    if not exercise.misconception(answer.misconception).whole:
        assert report_of(answer).score >= 1 / 3, str(report_of(answer))


@pytest.mark.parametrize("answer", EARLIER)
def test_a_wrong_answer_that_later_cells_call_gives_its_place_to_the_courses(answer: Answer):
    """What decides is the same check, without its hidden tests; test_combinations runs that."""
    assert reports_of(answer)[0].score < 1 or Combined(answer.chapter).lack_of(answer)


@pytest.mark.parametrize("chapter_name", CHAPTERS)
def test_sealed_every_answer_scores_as_it_does_in_the_notebook(chapter_name: str):
    cells, ids = chapter(chapter_name).cells, chapter(chapter_name).cell_ids
    limits = Limits(total=3600)  # all answers of the chapter share it
    session = Session(server(), limits, Release(released(chapter_name).cells, {}).imports)
    sealed, expected = [], []
    try:
        for start, (grade_id, cell) in enumerate(zip(ids, cells, strict=True)):
            for answer in [a for a in BANK if (a.chapter, a.exercise) == (chapter_name, grade_id)]:
                end = ids.index(f"check-{grade_id}")
                points = float(cells[end].metadata["nbgrader"]["points"])
                for source in (answer.source, *(c.source for c in cells[start + 1 : end])):
                    session.run(source)
                verdict = session.check(cells[end].source, points)
                report = report_of(answer)
                sealed.append((str(answer), verdict.points, verdict.misconceptions, verdict.cause))
                score = round(points * report.score, 2)
                expected.append((str(answer), score, report.misconceptions, ""))
                for earlier in cells[:start]:  # what the answer defined anew is as it was
                    if defined_by(earlier.source) & defined_by(answer.source):
                        session.run(earlier.source)
            if not grade_id.startswith("check-"):  # the chapter goes on with its own solution
                assert session.run(cell.source).cause == ""
    finally:
        session.close()
    assert sealed == expected


@pytest.mark.parametrize(("chapter_name", "exercise"), EXERCISES)
def test_a_blank_answer_gets_nothing_and_is_called_unanswered(chapter_name: str, exercise: str):
    report = chapter(chapter_name).run(blank_answer(chapter_name, exercise))
    assert report.score == 0.0, str(report)
    assert "Not answered yet" in str(report)


@pytest.mark.parametrize(("chapter_name", "exercise"), EXERCISES)
def test_the_bank_covers_every_misconception(chapter_name: str, exercise: str):
    stored = [a for a in BANK if (a.chapter, a.exercise) == (chapter_name, exercise)]
    wrong = {a.misconception for a in stored if not a.right and a.misconception} - COMMON
    known = {m.slug for m in chapter(chapter_name).exercises[exercise].misconceptions}
    assert wrong == known
    assert sum(a.right for a in stored) >= 2
    assert sum(not a.right for a in stored) >= 3


@pytest.mark.parametrize(("chapter_name", "exercise"), EXERCISES)
@pytest.mark.parametrize("value", ODD_VALUES)
def test_an_odd_value_in_place_of_an_answer_gets_nothing(
    chapter_name: str, exercise: str, value: str
):
    report = chapter(chapter_name).run(
        Answer(chapter_name, exercise, "odd", _odd_value(chapter_name, exercise, value))
    )
    assert report.score == 0.0, str(report)
    assert report.fault == ""


def _odd_value(chapter_name: str, exercise: str, value: str) -> str:
    return "\n".join(f"{n} = {value}" for n in chapter(chapter_name).names(exercise))


@pytest.mark.parametrize(("chapter_name", "exercise"), EXERCISES)
@pytest.mark.parametrize("body", ODD_BODIES)
def test_an_odd_function_gets_nothing_and_a_sentence(chapter_name: str, exercise: str, body: str):
    source = "\n".join(
        f"def {n}(*args, **kwargs):\n    {body}" for n in chapter(chapter_name).names(exercise)
    )
    report = chapter(chapter_name).run(Answer(chapter_name, exercise, "odd", source))
    assert report.score == 0.0, str(report)
    assert all(outcome.detail or outcome.waits_for for outcome in report.outcomes)
    assert report.fault == ""
