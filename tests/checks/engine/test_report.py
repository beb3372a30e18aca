"""The check and its report."""

import numpy as np
import pytest

from course_utils.checks import Check, Exercise, Failed, Misconception, Outcome, Report
from course_utils.checks.engine.arguments import CheckFault
from course_utils.checks.engine.boundary import Local
from course_utils.checks.engine.check import load_exercises
from course_utils.checks.engine.compare import close, near

IDEA = Misconception("no-tanh", "the tanh is missing", "What bounds an output?")
EXERCISE = Exercise("rnn-step", [IDEA])


def checked(*failures):
    check = Check(EXERCISE)
    for number, failure in enumerate(failures):
        check.each(f"property {number}", [failure, failure], raise_it)
    return check.report()


def raise_it(failure):
    if failure:
        raise failure


def called(function, *attempts, exercise=EXERCISE):
    """The report of a check of one property that calls the function in each attempt."""
    check, answer = Check(exercise), Local(function, "answer")
    check.each("calls", attempts, lambda attempt: attempt(answer))
    return check.report()


def test_points_are_in_proportion_to_the_properties_that_hold(capsys):
    report = checked(None, None, Failed("off"), None)
    assert report.points(6) == 4.5
    assert "4.5 of 6 points" in capsys.readouterr().out


def test_an_unknown_exception_fails_its_property_only():
    report = checked(None, TypeError("odd"))
    assert [o.held for o in report.outcomes] == [True, False]
    assert "TypeError: odd" in report.outcomes[1].detail


def test_an_exception_before_the_answer_gave_anything_is_a_fault_of_the_check():
    report = checked(None, KeyError("typo"))
    assert "The check itself failed here, which is no fault of your answer" in str(report)
    assert "not tried:  property 1" in str(report)
    assert "not tried" in report._repr_html_()
    assert report.fault.startswith("Traceback")
    assert report.fault.endswith("KeyError: 'typo'\n")
    assert report.record()["faulty"]
    assert report.misconceptions == []


def test_points_say_that_the_check_itself_failed(capsys):
    checked(None, KeyError("typo")).points(4)
    assert "2 of 4 points, 1 of 2 properties hold; not gradable, for" in capsys.readouterr().out


def after_an_answer(error, function=lambda: "odd"):
    def attempt(answer):
        answer()
        raise error

    return called(function, attempt)


@pytest.mark.parametrize(
    "error", [TypeError("x"), ValueError("x"), IndexError(), ZeroDivisionError(), StopIteration()]
)
def test_what_an_odd_value_can_lead_to_is_the_answers(error):
    report = after_an_answer(error)
    assert report.fault == ""
    assert "The answer could not be read" in str(report)


@pytest.mark.parametrize(
    "error", [NameError("x"), ImportError("x"), OSError("x"), AssertionError(), CheckFault("x")]
)
def test_what_no_value_can_lead_to_is_the_checks_own_fault(error):
    assert after_an_answer(error).fault


def test_what_an_earlier_property_got_excuses_no_later_one():
    check = Check(EXERCISE)
    check.each("first", [1], lambda _: Local(lambda: 1, "answer")())
    check.each("second", [KeyError("typo")], raise_it)
    assert [bool(outcome.fault) for outcome in check.report().outcomes] == [False, True]


def test_an_expected_value_that_is_no_array_is_the_checks_own_fault():
    for compared in (lambda: close([1.0], "x"), lambda: near(1.0, 2.0, [("no-tanh", "x")])):
        check = Check(EXERCISE)
        check.each("compares", [1], lambda _, compared=compared: compared())
        assert "expects what is no array of numbers" in check.report().fault


def test_a_fault_of_a_hidden_run_is_a_fault_of_the_sum_and_shows_no_value():
    shown = checked(None, Failed("off"))
    for total in shown + checked(KeyError(4711)), shown + checked(None, KeyError(4711)):
        assert total.fault.endswith("KeyError: 4711\n")
        assert "4711" not in str(total) + total._repr_html_()


def test_an_exercise_without_hints_is_named_with_the_file_that_lacks_them():
    with pytest.raises(
        KeyError, match=r"two_step_rnn/hints.toml has no misconception of 'half-life'"
    ):
        load_exercises("two_step_rnn")["half-life"]


def test_a_misconception_that_the_exercise_does_not_know_is_a_fault_of_the_check():
    assert "knows no misconception 'typo'" in checked(Failed("off", "typo")).fault
    report = called(lambda: 3.0, lambda answer: near(answer(), 1.0, [("typo", 2.0)]))
    assert "knows no misconception 'typo'" in report.fault


def test_an_exercise_says_at_import_what_it_can_name():
    assert EXERCISE.knowing(["no-tanh"]) is EXERCISE
    with pytest.raises(KeyError, match="'rnn-step' knows no misconception 'python-loop'"):
        EXERCISE.knowing(["no-tanh", "python-loop"])


def test_a_check_without_properties_is_a_bug():
    with pytest.raises(ValueError, match="tried no property"):
        Check(EXERCISE).report()


def test_a_hint_is_shown_once():
    text = str(checked(Failed("first", "no-tanh"), Failed("second", "no-tanh")))
    assert text.count(IDEA.hint) == 1
    assert "first" in text
    assert "second" in text


def test_adding_a_hidden_run_drops_its_details_and_keeps_its_hint():
    shown = Report("rnn-step", [Outcome("bounded", True)])
    hidden = Report("rnn-step", [Outcome("bounded", False, "got 3.1 for seed 11", IDEA)])
    total = shown + hidden
    assert total.held == 0
    assert "3.1" not in str(total) + total._repr_html_()
    assert IDEA.hint in str(total)


def test_adding_a_hidden_run_that_holds_changes_nothing():
    shown = Report("rnn-step", [Outcome("bounded", False, "got 3", IDEA), Outcome("shape", True)])
    total = shown + Report("rnn-step", [Outcome("bounded", True), Outcome("shape", True)])
    assert total.outcomes == shown.outcomes


def test_a_property_that_only_the_hidden_run_tries_counts():
    total = Report("rnn-step", [Outcome("a", True)]) + Report("rnn-step", [Outcome("b", False)])
    assert total.score == 0.5


def test_reports_of_two_exercises_can_not_be_added():
    with pytest.raises(ValueError, match="two exercises"):
        Report("a", [Outcome("x", True)]) + Report("b", [Outcome("x", True)])


def test_html_escapes_what_an_answer_says_and_tells_pass_from_fail():
    failed = checked(Failed("got <script>alert(1)</script>"))._repr_html_()
    assert "<script>" not in failed
    assert "course-report-fail" in failed
    assert "course-report-pass" in checked(None)._repr_html_()


def test_a_floating_point_flag_in_a_check_writes_nothing():
    check = Check(Exercise("quotient", []))
    check.each("divides", [1.0], lambda x: np.float64(x) / np.float64(0))
    assert check.report().score == 1
    with pytest.warns(RuntimeWarning):
        np.float64(1) / np.float64(0)
