"""The answer bank against the checks: right answers pass, wrong ones meet their own hint."""

from functools import cache

import pytest

from tests.answer_bank import Answer, Chapter, blank_answer, chapters, stored_answers

SLOW_FROM = "03"  # the chapters whose cells or answers take long; `make test-fast` leaves them out


def case(chapter: str, *values):
    """A test's parameters, marked as slow if the chapter is."""
    marks = [pytest.mark.slow] if chapter >= SLOW_FROM else []
    return pytest.param(*values, marks=marks, id="-".join(map(str, values)))


EXERCISES = [case(name, name, id) for name in chapters() for id in Chapter(name).ids]
BANK = stored_answers()
RIGHT = [case(answer.chapter, answer) for answer in BANK if answer.right]
WRONG = [case(answer.chapter, answer) for answer in BANK if not answer.right]
ODD_VALUES = ["None", "'some text'", "float('nan')", "[]", "object()"]
ODD_BODIES = [*(f"return {value}" for value in ODD_VALUES), "raise ValueError('odd')", "1 / 0"]

chapter = cache(Chapter)


@pytest.mark.parametrize("answer", RIGHT)
def test_a_right_answer_gets_full_points(answer: Answer):
    report = chapter(answer.chapter).run(answer)
    assert report.score == 1.0, str(report)


@pytest.mark.parametrize("answer", WRONG)
def test_a_wrong_answer_is_refused_with_its_own_hint(answer: Answer):
    report = chapter(answer.chapter).run(answer)
    assert report.score < 1.0, f"{answer.name} slipped through"
    assert report.misconceptions[:1] == [answer.misconception], str(report)


@pytest.mark.parametrize(("name", "exercise"), EXERCISES)
def test_a_blank_answer_gets_nothing_and_is_called_unanswered(name: str, exercise: str):
    report = chapter(name).run(blank_answer(name, exercise))
    assert report.score == 0.0, str(report)
    assert "Not answered yet" in str(report)


@pytest.mark.parametrize(("name", "exercise"), EXERCISES)
def test_the_bank_covers_every_misconception(name: str, exercise: str):
    stored = [a for a in BANK if (a.chapter, a.exercise) == (name, exercise)]
    wrong = {a.misconception for a in stored if not a.right}
    known = {m.slug for m in chapter(name).exercises[exercise].misconceptions}
    assert wrong == known
    assert sum(a.right for a in stored) >= 2
    assert sum(not a.right for a in stored) >= 3


@pytest.mark.parametrize(("name", "exercise"), EXERCISES)
@pytest.mark.parametrize("value", ODD_VALUES)
def test_an_odd_value_in_place_of_an_answer_gets_nothing(name: str, exercise: str, value: str):
    report = chapter(name).run(Answer(name, exercise, "odd", _odd_value(name, exercise, value)))
    assert report.score == 0.0, str(report)


def _odd_value(name: str, exercise: str, value: str) -> str:
    return "\n".join(f"{n} = {value}" for n in chapter(name).names(exercise))


@pytest.mark.parametrize(("name", "exercise"), EXERCISES)
@pytest.mark.parametrize("body", ODD_BODIES)
def test_an_odd_function_gets_nothing_and_a_sentence(name: str, exercise: str, body: str):
    source = "\n".join(
        f"def {n}(*args, **kwargs):\n    {body}" for n in chapter(name).names(exercise)
    )
    report = chapter(name).run(Answer(name, exercise, "odd", source))
    assert report.score == 0.0, str(report)
    assert all(outcome.detail for outcome in report.outcomes)
