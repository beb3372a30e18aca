"""What a build refuses, before a cell runs."""

import shutil

import pytest

from course_utils.build import build
from tests.toy_course import change, notebook, refused

CHECK_HEADER = '# %% nbgrader={"grade_id": "check-triple", "grade": true, "points": 5}'
ANSWER_HEADER = '# %% nbgrader={"grade_id": "triple", "solution": true}'
TRY_IT = '# %% tags=["try-it"]\n'
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
        (f"{TRY_IT}print(triple(3))\n# prints: 9\n\n", "", "(triple): no try-it cell follows"),
        (f"{TRY_IT}print(triple(3))", "# %%\nprint(triple(3))", "(triple): no try-it cell follows"),
        ("# %%\nclass Report", f"{TRY_IT}\nclass Report", "not stand between an answer and its"),
        ("\n# prints: 9", "", "the try-it cell does not say what it prints"),
        ("print(triple(3))", "x = 3\n" * 8 + "print(triple(x))", "the try-it cell has 9 lines"),
        ('start("01_toy")', 'start("02_toy")', "the setup cell does not start this chapter"),
        ('# %% tags=["setup"]', "# %%", "the setup cell is missing"),
        ("return 2 * x", "return 2 *", "this is not valid Python"),
        ("return 2 * x", "pass\n" * 3 + "    ...\n" * 12, "not valid Python"),
        ("return 2 * x", "x = x\n    " * 14 + "return x", "the cell has 16 lines of code"),
        (ANSWER_HEADER, '# %% tag=["demo"]', "the cell's header has tag"),
        (ANSWER_HEADER, f"# %%\n\n{ANSWER_HEADER}", "the cell is empty"),
        ("# %%\nclass Report", '# %% tags=["drawing"]\nclass Report', "draws is not a demo"),
        ("# %% [markdown]\n# # A toy", "text = 1\n# %% [markdown]\n# # A toy", "jupytext reads 12"),
    ],
)  # fmt: skip
def test_a_broken_rule_is_an_error_that_names_the_cell(course, capsys, old, new, message):
    change(course, old, new)
    assert message in refused(course, capsys)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("twice [3 points]", "twice [4 points]", ":36 (double): the heading says [4 points], but"),
        ("twice [3 points]", "twice [three points]", "says [three points], but the header says 3"),
        ("twice [3 points]", "twice", "(double): no heading tells the points of this exercise"),
        ("# ## Exercise: twice [3 points]", "# Twice, [3 points]", "(double): no heading tells"),
        ("# %% [markdown]\n# ## Exercise: three times [5 points]\n", "", "(triple): no heading"),
        ("# # A toy", "# Both exercises are worth 9\n# points.\n# # A toy", ":2 (total): the text"),
        ("# # A toy", "# Its three exercises are worth 8 points.\n# # A toy", "there are 2"),
    ],
)
def test_points_that_the_text_tells_are_those_of_the_headers(course, capsys, old, new, message):
    change(course, old, new)
    assert message in refused(course, capsys)


PREDICTION = "prediction_1_1 = ...  # a number"
SHOWN = '# %% tags=["demo"]\nprint(prediction_1_1)\n'


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        (f"# %%\n{PREDICTION}\n\n{SHOWN}", "a cell with a prediction is not a demo"),
        (f'# %% tags=["demo"]\nx = 1\n{PREDICTION}\n\n{SHOWN}', "not how a prediction is asked"),
        (f'# %% tags=["demo"]\nprediction_1_1 = 0.5\n\n{SHOWN}', "not how a prediction is asked"),
        (f'# %% tags=["demo"]\n{PREDICTION.replace("1_1", "1_2")}\n', "`prediction_1_1 = ...  #"),
        (f'# %% tags=["demo"]\n{PREDICTION}\n', "nothing below shows this prediction"),
        (f'{SHOWN}\n# %% tags=["demo"]\n{PREDICTION}\n', "not how a prediction is asked"),
    ],
)
def test_a_prediction_has_a_cell_of_its_own_above_what_shows_it(course, capsys, cells, message):
    change(course, "# %%\nclass Report", f"{cells}\n# %%\nclass Report")
    assert message in refused(course, capsys)


def test_a_cell_that_only_draws_is_closed_and_a_prediction_kept_in_the_release(course):
    drawing = SHOWN.replace('"demo"', '"demo", "drawing"')
    cells = f'# %% tags=["demo"]\n{PREDICTION}\n\n{drawing}'
    change(course, "# %%\nclass Report", f"{cells}\n# %%\nclass Report")
    assert build(["01"], check=False, root=course) == 0
    assert build(["01"], check=True, root=course) == 0
    asked, drawn = notebook(course, "notebooks").cells[2:4]
    assert asked.source == PREDICTION
    assert "jupyter" not in asked.metadata
    assert drawn.metadata.jupyter == {"source_hidden": True}


def test_a_total_that_is_right_is_accepted(course):
    change(course, "# # A toy", "# Its two exercises are worth 8 points.\n# # A toy")
    assert build(["01"], check=False, root=course) == 0


def test_a_chapter_that_the_course_map_does_not_know_is_refused_with_the_line_to_add(
    course, capsys
):
    text = (course / "chapters/01_toy.py").read_text().replace("01_toy", "77_toy")
    (course / "chapters/77_toy.py").write_text(text)
    message = refused(course, capsys, chapters=["77"])
    assert "chapters/77_toy.py: the course map does not know chapter 77. Add a line `77:" in message
    assert "CHAPTERS in course_utils/chapters.py" in message


ESSAY = """
# %% [markdown]
# ## Question: why? [2 points]

# %% [markdown] nbgrader={"grade_id": "why", "grade": true, "solution": true, "points": 2}
# Because both are sums.
"""


def add_essay(course, essay=ESSAY):
    path = course / "chapters/01_toy.py"
    path.write_text(path.read_text() + essay)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (', "points": 2', "", "this question, which a person grades, has no points"),
        ("[2 points]", "[3 points]", "the heading says [3 points], but the header says 2 points"),
        ("## Question: why? [2 points]", "Why?", "(why): no heading tells the points"),
        ("# Because", "# ### BEGIN SOLUTION\n# Because", "the solution region is not closed"),
        ('"solution": true', '"solution": false', "either an answer or a check, in code"),
    ],
)
def test_a_question_graded_by_hand_keeps_to_rules_too(course, capsys, old, new, message):
    add_essay(course, ESSAY.replace(old, new))
    assert message in refused(course, capsys)


def test_a_question_graded_by_hand_is_released_with_nbgraders_stub(course):
    add_essay(course)
    assert build(["01"], check=False, root=course) == 0
    solved, released = (notebook(course, kind).cells[-1] for kind in ("solutions", "notebooks"))
    assert solved.source == "Because both are sums."
    assert released.source == "YOUR ANSWER HERE"
    marks = {"grade": True, "solution": True, "locked": False, "task": False, "points": 2}
    assert released.metadata.nbgrader.items() >= marks.items()


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
        "chapters/01_toy.py:71 (check-triple): the check has no points. "
        'Add `"points": N` to its header.\n'
    )


def test_all_broken_rules_are_reported_and_nothing_runs(course, capsys):
    change(course, CHECK_HEADER, CHECK_HEADER.replace("5", "4"))
    change(course, "### END HIDDEN TESTS\n", "")
    assert build([], check=False, root=course) == 1
    assert len(capsys.readouterr().err.splitlines()) == 4
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
