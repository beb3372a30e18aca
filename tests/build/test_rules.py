"""What a build refuses, before a cell runs."""

import shutil

import pytest

from course_utils.build import build
from tests.toy_course import change, refused

CHECK_HEADER = '# %% nbgrader={"grade_id": "check-triple", "grade": true, "points": 5}'
ANSWER_HEADER = '# %% nbgrader={"grade_id": "triple", "solution": true}'
HIDDEN_RUN = "report += check(double, 2, values=(17, 18))"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (CHECK_HEADER, CHECK_HEADER.replace(', "points": 5', ""), "the check has no points"),
        (CHECK_HEADER, CHECK_HEADER.replace("5", "0"), "the check has no points"),
        (CHECK_HEADER, CHECK_HEADER.replace("5", "4"), "report.points(5) but the header says 4"),
        (CHECK_HEADER, "# %%", "(triple): this exercise has no check"),
        (ANSWER_HEADER, "# %%", "(check-triple): this check has no exercise"),
        (CHECK_HEADER, CHECK_HEADER.replace("check-", "test-"), "this check has no exercise"),
        (CHECK_HEADER, CHECK_HEADER.replace("check-triple", "double"), "already used at line 38"),
        (ANSWER_HEADER, ANSWER_HEADER.replace("triple", "double"), "already used at line 38"),
        (ANSWER_HEADER, ANSWER_HEADER.replace("triple", "Triple it"), "is 'Triple it'"),
        (ANSWER_HEADER, ANSWER_HEADER.replace("true", 'true, "grade": true'), "either an answer"),
        (ANSWER_HEADER, "# %%", "a solution region in a cell that is not an answer"),
        ("def triple(x):\n    ### BEGIN SOLUTION", "def triple(x):", "not closed or not opened"),
        (
            "    ### BEGIN SOLUTION\n    return x + double(x)\n    ### END SOLUTION",
            "    return 3 * x",
            "(triple): the answer is not in a solution region",
        ),
        ("### END HIDDEN TESTS\n", "", "the hidden tests region is not closed"),
        ("    return 2 * x", "    ### BEGIN HIDDEN TESTS\n    ### END HIDDEN TESTS", "not a check"),
        ("report = check(triple, 3)", "triple_report = check(triple, 3)", "the form of a check"),
        ("report = check(triple, 3)", "x = 3\nreport = check(triple, x)", "the form of a check"),
        (HIDDEN_RUN, "report = check(double, 2)", "the form of a check"),
        ("report.points(5)", "print(report)\nreport.points(5)", "the form of a check"),
        ("report.points(5)", "report.points(maximum=5)", "the form of a check"),
        ('start("01_toy")', 'start("02_toy")', "the setup cell does not start this chapter"),
        ('# %% tags=["setup"]', "# %%", "the setup cell is missing"),
        ("return 2 * x", "return 2 *", "this is not valid Python"),
        ("return 2 * x", "pass\n" * 3 + "    ...\n" * 12, "not valid Python"),
        ("return 2 * x", "x = x\n    " * 14 + "return x", "the cell has 16 lines of code"),
        (ANSWER_HEADER, '# %% tag=["demo"]', "the cell's header has tag"),
        (ANSWER_HEADER, f"# %%\n\n{ANSWER_HEADER}", "the cell is empty"),
        ("# %% [markdown]\n# # A toy", "text = 1\n# %% [markdown]\n# # A toy", "jupytext reads 9"),
    ],
)  # fmt: skip
def test_a_broken_rule_is_an_error_that_names_the_cell(course, capsys, old, new, message):
    change(course, old, new)
    assert message in refused(course, capsys)


def test_a_check_may_not_stand_before_its_answer(course, capsys):
    path = course / "chapters/01_toy.py"
    text = path.read_text()
    cut = text.index(CHECK_HEADER)
    path.write_text(text[:cut].replace(ANSWER_HEADER, text[cut:] + "\n" + ANSWER_HEADER))
    assert "the check stands before its answer cell" in refused(course, capsys)


def test_docstrings_blanks_markers_and_hidden_tests_are_no_lines_of_code(course):
    change(course, '"""Twice x."""', '"""Twice x.\n' + "\n    More.\n" * 20 + '    """')
    change(course, HIDDEN_RUN, HIDDEN_RUN.replace("17,", "17,\n" + "    1,\n" * 20))
    assert build(["01"], check=False, root=course) == 0


def test_errors_name_file_line_and_cell_and_what_to_do(course, capsys):
    change(course, CHECK_HEADER, CHECK_HEADER.replace(', "points": 5', ""))
    assert refused(course, capsys) == (
        "chapters/01_toy.py:60 (check-triple): the check has no points. "
        'Add `"points": N` to its header.\n'
    )


def test_all_broken_rules_are_reported_and_nothing_runs(course, capsys):
    change(course, CHECK_HEADER, CHECK_HEADER.replace("5", "4"))
    change(course, "### END HIDDEN TESTS\n", "")
    assert build([], check=False, root=course) == 1
    assert len(capsys.readouterr().err.splitlines()) == 3
    assert not (course / "solutions").exists()


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("03_late", "the number 02 is skipped"),
        ("01_again", "the number 01 is used twice"),
        ("2_short", "does not have the form NN_name"),
        ("02-hyphen", "does not have the form NN_name"),
    ],
)
def test_chapters_are_numbered_without_gaps(course, capsys, name, message):
    shutil.copy(course / "chapters/01_toy.py", course / "chapters" / f"{name}.py")
    assert message in refused(course, capsys, chapters=())


def test_an_unknown_chapter_is_answered_with_those_there_are(course, capsys):
    message = refused(course, capsys, chapters=["07"])
    assert message == "07: there is no such chapter. There are: 00_start, 01_toy.\n"
