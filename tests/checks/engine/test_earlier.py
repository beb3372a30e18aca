"""What takes the place of an earlier answer, and when."""

import pytest

from course_utils.checks import Check, Exercise, Failed, Report
from course_utils.checks.engine.boundary import subject
from course_utils.checks.engine.earlier import Earlier, own_or_course


def check_double(double) -> Report:
    answer = subject(double, "double")

    def try_number(number):
        if answer(number) != 2 * number:
            raise Failed(f"{number} is not doubled.")

    check = Check(Exercise("double", []))
    check.each("it doubles", [3], try_number)
    return check.report()


def doubled(x):
    return x + x


def own(x):
    return 2 * x


def blank(x): ...


def wrong(x):
    print("I am wrong")
    return x


def endless(x):
    raise KeyboardInterrupt


def test_an_answer_with_all_its_points_stays(capsys):
    assert own_or_course({"double": Earlier(check_double, doubled)}, "double", own) is own
    assert capsys.readouterr().out == "From here on your double is used.\n"


@pytest.mark.parametrize("answer", [blank, wrong, endless, None, ...])
def test_the_courses_takes_the_place_of_an_answer_without_its_points(answer, capsys):
    result = own_or_course({"double": Earlier(check_double, doubled)}, "double", answer)
    assert result(4) == 8
    assert capsys.readouterr().out == (
        "Your double has not earned all its points yet: "
        "the course's takes its place from here on.\n"
    )


def test_an_answer_that_stops_its_check_is_not_called_right(capsys):
    def check(_answer):
        raise MemoryError

    assert own_or_course({"double": Earlier(check, doubled)}, "double", own)(4) == 8
    assert "has not earned all its points" in capsys.readouterr().out


def test_a_right_answer_that_can_not_serve_is_told_why(capsys):
    earlier = Earlier(check_double, doubled, "can't double words", lambda double: 1 / 0)
    assert own_or_course({"double": earlier}, "double", own)(4) == 8
    assert "Your double is right, but can't double words: the course's" in capsys.readouterr().out


def test_what_stands_in_earns_nothing():
    stand_in = own_or_course({"double": Earlier(check_double, doubled)}, "double", wrong)
    report = check_double(stand_in)
    assert report.score == 0
    assert "`double` is the course's, which took the place of your answer." in str(report)


def test_what_stands_in_stays_until_there_is_a_right_answer():
    earlier = {"double": Earlier(check_double, doubled)}
    again = own_or_course(earlier, "double", own_or_course(earlier, "double", wrong))
    assert again(4) == 8
    assert own_or_course(earlier, "double", own) is own
