"""A misconception is named where there is evidence for it, and costs what one slip costs."""

import numpy as np
import pytest

from course_utils.checks import Check, Exercise, Failed, Misconception, Outcome, Report
from course_utils.checks.engine.boundary import Local
from course_utils.checks.engine.compare import close, equal, hold_against, near, or_right

SLUGS = ("doubled", "squared", "form", "raises", "all-of-it")
EXERCISE = Exercise(
    "same",
    [
        Misconception("doubled", "it is doubled", "Once."),
        Misconception("squared", "it is squared", "To the first power."),
        Misconception("form", "it is a list", "A number."),
        Misconception("raises", "it divides by zero", "Don't.", raises="ZeroDivisionError"),
        Misconception("all-of-it", "nothing is done", "Do.", whole=True),
    ],
)


def report_of(function, *lines, exercise=EXERCISE):
    """The report on a function that should give back its argument; a line is its inputs."""
    check, answer = Check(exercise), Local(function, "answer")

    def attempt(x):
        wrong = [("doubled", 2 * x), ("squared", x * x), ("all-of-it", 0.0)]
        near(answer(x), x, wrong)

    for number, inputs in enumerate(lines):
        check.each(f"line {number}", inputs, attempt)
    return check.report()


def test_two_inputs_that_a_misconception_alone_explains_name_it():
    assert report_of(lambda x: 2 * x, [3.0, 5.0]).misconceptions == ["doubled"]


def test_a_value_seen_in_a_line_that_holds_speaks_for_it_too():
    check, answer = Check(EXERCISE), Local(lambda x: 2 * x, "answer")

    def positive(x):
        hold_against(answer(x), x, [("doubled", 2 * x)])

    check.each("positive", [3.0, 5.0], positive)
    check.each("same", [7.0], lambda x: near(answer(x), x, [("doubled", 2 * x)]))
    assert check.report().misconceptions == ["doubled"]


def test_inputs_that_do_not_tell_misconceptions_apart_are_followed_by_others():
    report = report_of(lambda x: 2 * x, [2.0] * 5 + [3.0, 5.0])
    assert report.misconceptions == ["doubled"]
    seen = []
    report_of(lambda x: seen.append(x) or x + 1, [3.0 + i for i in range(9)])
    assert len(seen) == 3
    report_of(lambda x: seen.append(x) or 2 * x, [2.0] * 20)
    assert len(seen) == 3 + 10


def test_one_input_is_not_enough():
    assert report_of(lambda x: 2 * x, [3.0]).misconceptions == []
    assert report_of(lambda x: 2 * x, [3.0, 3.0]).misconceptions == []


def test_an_input_that_two_misconceptions_explain_speaks_for_neither():
    assert report_of(lambda x: 2 * x, [2.0, 3.0]).misconceptions == []


def test_inputs_of_several_lines_count_together():
    assert report_of(lambda x: 2 * x, [3.0], [5.0]).misconceptions == ["doubled"]


@pytest.mark.parametrize(
    "function",
    [
        lambda x: x if x == 7 else 2 * x,  # right where the misconception would not be
        lambda x: x + 1 if x == 7 else 2 * x,  # wrong in a way of its own
        lambda x: float("nan") if x == 7 else 2 * x,
    ],
)
def test_an_input_that_speaks_against_it_takes_the_name_away(function):
    assert report_of(function, [3.0, 7.0, 5.0]).misconceptions == []
    assert report_of(function, [3.0, 5.0], [7.0]).misconceptions == []


def test_two_mistakes_are_named_in_a_line_each():
    check, answer = Check(EXERCISE), Local(lambda x: 2 * x if x < 9 else x * x, "answer")
    small = lambda x: near(answer(x), x, [("doubled", 2 * x)])  # noqa: E731
    any_size = lambda x: near(answer(x), x, [("doubled", 2 * x), ("squared", x * x)])  # noqa: E731
    check.each("small", [3.0, 5.0], small)
    check.each("large", [11.0, 13.0], any_size)
    assert check.report().misconceptions == ["doubled", "squared"]


def test_of_two_mistakes_that_speak_against_each_other_none_is_named():
    check, answer = Check(EXERCISE), Local(lambda x: 2 * x if x < 9 else x * x, "answer")
    for inputs in ([3.0, 5.0], [11.0, 13.0]):
        wrong = lambda x: [("doubled", 2 * x), ("squared", x * x)]  # noqa: E731
        check.each(str(inputs), inputs, lambda x, wrong=wrong: near(answer(x), x, wrong(x)))
    assert check.report().misconceptions == []


def test_a_line_apart_has_a_name_of_its_own():
    check, answer = Check(EXERCISE), Local(lambda x: 2 * x if x > 9 else x, "answer")
    attempt = lambda x: near(answer(x), x, [("doubled", 2 * x)])  # noqa: E731
    check.each("small", [3.0, 5.0], attempt)
    check.each("large", [11.0, 13.0], attempt, is_apart=True)
    assert check.report().misconceptions == ["doubled"]


def test_a_right_value_speaks_against_no_mistake_that_may_be_in_another_part():
    check, answer = Check(EXERCISE), Local(lambda x: (2 * x, x), "answer")
    for part in (0, 1):
        attempt = lambda x, part=part: near(  # noqa: E731
            answer(x)[part], x, or_right([("doubled", 2 * x)], x)
        )
        check.each(f"part {part}", [3.0, 5.0], attempt)
    assert check.report().misconceptions == ["doubled"]


def test_after_an_exception_only_its_own_misconception_is_named():
    assert report_of(lambda x: 1 // 0, [3.0, 5.0]).misconceptions == ["raises"]
    assert report_of(lambda x: int("x"), [3.0, 5.0]).misconceptions == []


def test_values_of_other_inputs_are_named_beside_an_exception():
    report = report_of(lambda x: 2 * x if x < 6 else int("x"), [3.0, 5.0, 7.0])
    assert report.misconceptions == ["doubled"]
    assert "expected 3" in str(report)


def test_a_form_seen_twice_is_named():
    check, answer = Check(EXERCISE), Local(lambda x: [x], "answer")

    def attempt(x):
        if answer(x) == [x]:
            raise Failed("a list", "form")

    check.each("a number", [1.0, 2.0], attempt)
    assert check.report().misconceptions == ["form"]


def test_texts_and_lists_are_weighed_as_arrays_are():
    check, answer = Check(EXERCISE), Local(lambda x: x[::-1], "answer")

    def attempt(ids):
        if not equal(answer(ids), ids, [("doubled", ids * 2), ("squared", ids[::-1])]):
            raise Failed("reversed")

    check.each("keeps the order", [[1, 2], [3, 4, 5]], attempt)
    assert check.report().misconceptions == ["squared"]


def test_nan_equals_no_misconception():
    check, answer = Check(EXERCISE), Local(lambda x: x * np.nan, "answer")
    attempt = lambda x: close(answer(x), x, suspects=[("doubled", 2 * x)])  # noqa: E731
    check.each("same", [np.ones(2), np.full(2, 3.0)], attempt)
    assert check.report().misconceptions == []


def test_a_line_is_not_looked_at_while_another_fails():
    check, tried = Check(EXERCISE), []

    def attempt(value):
        tried.append(value)
        if value < 0:
            raise Failed("negative")

    first = check.each("positive", [-1], attempt)
    second = check.each("small", [5], attempt, after=[first])
    check.each("even", [6], attempt, after=[second])
    report = check.report()
    assert tried == [-1]
    assert [outcome.waits_for for outcome in report.outcomes] == ["", "positive", "small"]
    assert "-  small\n        Not looked at: it can be judged once “positive” holds." in str(report)
    assert report._repr_html_().count('aria-label="not looked at:"') == 2
    assert report.score == 0


def test_a_slip_costs_one_line_whatever_fails_for_it():
    report = report_of(lambda x: 2 * x, [3.0, 5.0], [7.0], [2.0], [0.0])
    assert [outcome.held for outcome in report.outcomes] == [False, False, False, True]
    assert report.score == 3 / 4  # of the line with 2, the name is not sure: nothing speaks against


def test_a_line_that_speaks_against_the_slip_costs_its_own():
    report = report_of(lambda x: 2 * x if x < 9 else x + 1, [3.0, 5.0], [11.0], [0.0])
    assert report.score == pytest.approx(1 / 3)


def test_a_slip_in_an_exercise_of_one_line_leaves_a_third():
    assert report_of(lambda x: 2 * x, [3.0, 5.0]).score == 1 / 3


def test_what_the_exercise_is_about_costs_every_line():
    report = report_of(lambda x: 0.0, [3.0, 5.0], [7.0])
    assert report.misconceptions == ["all-of-it"]
    assert report.score == 0


def test_a_form_costs_two_thirds_at_most():
    idea = EXERCISE.misconception("form")
    failed = [Outcome(str(i), False, "a list", idea, cause="form") for i in range(4)]
    assert Report("same", failed).score == 1 / 3
    assert Report("same", [*failed[:1], Outcome("x", True)]).score == 1 / 2


def test_lines_that_wait_cost_with_the_line_they_wait_for():
    idea = EXERCISE.misconception("doubled")
    slip = Outcome("a", False, "twice", idea, cause="doubled", slip=True)
    waiting = Outcome("b", False, waits_for="a")
    assert Report("same", [slip, waiting, Outcome("c", True)]).score == pytest.approx(2 / 3)


def test_an_untouched_exercise_is_one_grey_line():
    def answer(x): ...

    report = report_of(answer, [3.0, 5.0], [7.0])
    assert str(report) == "same: Not answered yet."
    assert "course-report-blank" in report._repr_html_()
    assert "<li>" not in report._repr_html_()
    assert report.score == 0


@pytest.mark.parametrize(
    ("body", "slug"),
    [("print(x)", "printed"), ("y = x", "nothing-returned"), ("x.sort(); return x", "")],
)
def test_what_can_be_wrong_with_any_answer(body, slug, capsys):
    space = {}
    exec(f"def answer(x):\n    {body}", space)
    check, answer = Check(EXERCISE), Local(space["answer"], "answer")
    check.each("sorts", [[2, 1], [3, 1, 2]], lambda x: equal(answer(x), sorted(x)))
    report = check.report()
    assert report.misconceptions == [slug or "changed-in-place"]
    assert report.score == (0 if slug else 1 / 2)
    if not slug:
        assert "`answer` changes its argument 1 in place." in str(report)


def test_nobody_asks_for_a_return_that_is_there():
    report = report_of(lambda x: [x].clear(), [3.0, 5.0])
    assert report.misconceptions == []
    assert "`answer` returned None.\n" in str(report)


def test_a_check_does_not_see_what_an_earlier_one_noted():
    report_of(lambda x: x, [1.0])
    Local(lambda x: x.sort() or x, "sorts")([2, 1])
    assert report_of(lambda x: x, [1.0, 2.0]).score == 1


def test_an_exception_is_put_down_to_nothing_that_only_values_of_other_inputs_show():
    check, answer = Check(EXERCISE), Local(lambda x: 2 * x if x < 6 else int("x"), "answer")
    attempt = lambda x: hold_against(answer(x), x, [("doubled", 2 * x)])  # noqa: E731
    check.each("a number", [3.0, 5.0, 7.0], attempt)
    report = check.report()
    assert "raised ValueError" in str(report)
    assert report.misconceptions == []


@pytest.mark.parametrize(
    "body",
    ["x[0] = 5", "x[0] = np.ones(2)", "x[3].clear()", "x.append(1)", "x[4]['a'] = 2"],
)
def test_what_is_changed_inside_a_list_is_seen(body):
    space = {"np": np}
    exec(f"def answer(x):\n    {body}\n    return 1", space)
    check, answer = Check(EXERCISE), Local(space["answer"], "answer")
    check.each("runs", [[1, float("nan"), np.array([np.nan]), [2], {"a": 1}]], answer)
    assert check.report().misconceptions == ["changed-in-place"]


def test_nan_in_a_list_is_no_change():
    check, answer = Check(EXERCISE), Local(len, "answer")
    check.each("runs", [[float("nan"), np.array([np.nan]), np.float32("nan")]], answer)
    assert check.report().score == 1
