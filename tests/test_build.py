"""`course build`: what it makes, what it refuses, and what `--check` finds."""

import base64
import json
import shutil
from pathlib import Path

import nbformat
import pytest

from course_utils.build import build
from course_utils.build.outputs import DATA_URI
from course_utils.build.outputs import problems as output_problems
from course_utils.build.source import Chapter
from tests.toy_course import change, make_course

CHECK_HEADER = '# %% nbgrader={"grade_id": "check-triple", "grade": true, "points": 5}'
ANSWER_HEADER = '# %% nbgrader={"grade_id": "triple", "solution": true}'
HIDDEN_RUN = "report += check(double, 2, values=(17, 18))"


@pytest.fixture
def course(tmp_path):
    return make_course(tmp_path / "course")


@pytest.fixture(scope="module")
def built_once(tmp_path_factory):
    root = make_course(tmp_path_factory.mktemp("built") / "course")
    assert build([], check=False, root=root) == 0
    return root


@pytest.fixture
def built(built_once, tmp_path):
    return Path(shutil.copytree(built_once, tmp_path / "course"))


def notebook(root, kind, name="01_toy"):
    return nbformat.read(root / kind / name / f"{name}.ipynb", as_version=4)


def contents(root):
    return {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}


# What it makes.


@pytest.mark.slow
def test_a_second_build_changes_no_byte(built):
    before = contents(built)
    assert build([], check=False, root=built) == 0
    assert contents(built) == before


RANDOM_FIGURE = """
import base64
from IPython.display import HTML, display
image = base64.b64encode(os.urandom(30)).decode()
display(HTML(f'<img alt="Noise" src="data:image/png;base64,{image}">'))
"""


@pytest.mark.slow
def test_a_figure_that_differs_at_each_run_stays_as_it_was_stored(course):
    change(course, "import os\n", "import os\n" + RANDOM_FIGURE)
    build([], check=False, root=course)
    before = contents(course)
    assert build([], check=False, root=course) == 0
    assert contents(course) == before


@pytest.mark.slow
def test_a_figure_is_stored_anew_where_other_output_has_changed(course):
    change(course, "import os\n", "import os\n" + RANDOM_FIGURE)
    build([], check=False, root=course)
    before = DATA_URI.findall(json.dumps(notebook(course, "solutions")))
    change(course, 'print("profile"', 'print("the profile"')
    build([], check=False, root=course)
    after = DATA_URI.findall(json.dumps(notebook(course, "solutions")))
    assert len(after) == 1
    assert after != before


def test_solutions_hold_outputs_and_execution_counts_in_order(built):
    code = [cell for cell in notebook(built, "solutions").cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == [1, 2, 3, 4, 5, 6]
    assert code[3].outputs[-1].data["text/plain"] == "3.0"


def test_solutions_are_run_in_the_full_profile_whatever_the_shell_says(course, monkeypatch):
    monkeypatch.setenv("COURSE_PROFILE", "quick")
    assert build(["01"], check=False, root=course) == 0
    assert notebook(course, "solutions").cells[2].outputs[0].text == "profile full\n"


def test_the_release_holds_no_answer_no_hidden_test_and_no_output(built):
    text = (built / "notebooks/01_toy/01_toy.ipynb").read_text()
    assert "return 2 * x" not in text
    assert "17, 18" not in text
    assert all(not cell.get("outputs") for cell in notebook(built, "notebooks").cells)


def test_the_stub_is_two_lines_that_raise_nothing(built):
    answer = notebook(built, "notebooks").cells[4]
    assert answer.source == 'def double(x):\n    """Twice x."""\n    # YOUR CODE HERE\n    ...'


def test_short_headers_become_the_metadata_that_nbgrader_writes(built):
    answer, check = notebook(built, "solutions").cells[4:6]
    common = {"schema_version": 3, "task": False}
    assert answer.metadata.nbgrader == common | {
        "grade": False, "grade_id": "double", "locked": False, "solution": True,
    }  # fmt: skip
    assert check.metadata.nbgrader == common | {
        "grade": True, "grade_id": "check-double", "locked": True, "points": 3, "solution": False,
    }  # fmt: skip


def test_prose_cells_carry_no_metadata_and_cell_ids_say_where_they_stand(built):
    cells = notebook(built, "solutions").cells
    assert cells[0].metadata == {}
    assert [cell.id for cell in cells[:6]] == [
        "01-cell-000", "01-cell-001", "01-cell-002", "01-cell-003", "01-double", "01-check-double",
    ]  # fmt: skip


def test_notebook_metadata_do_not_depend_on_the_version_of_python(built):
    assert notebook(built, "solutions").metadata.language_info == {"name": "python"}


def test_a_stream_written_in_pieces_is_stored_as_one(course):
    change(course, 'print("profile", os.environ["COURSE_PROFILE"])', (
        "import time\n\nfor step in range(3):\n    print(step, flush=True)\n    time.sleep(0.3)"
    ))  # fmt: skip
    change(course, "import os\n", "")
    change(course, "Holds one boolean a property, and gives points like the course's", "The")
    assert build(["01"], check=False, root=course) == 0
    (output,) = notebook(course, "solutions").cells[2].outputs
    assert output.text == "0\n1\n2\n"


def test_the_first_chapter_is_run_when_all_notebooks_are_there_to_read(course):
    source = course / "chapters/00_start.py"
    cell = "from pathlib import Path\n\nprint(list(Path('../../notebooks').rglob('01_toy.ipynb')))"
    source.write_text(f"{source.read_text()}\n# %%\n{cell}\n")
    assert build([], check=False, root=course) == 0
    assert "01_toy.ipynb" in notebook(course, "solutions", "00_start").cells[2].outputs[0].text


@pytest.mark.parametrize("entry", ["01", "01_toy", "chapters/01_toy.py"])
def test_a_chapter_is_named_by_number_name_or_path(built, entry, capsys):
    assert build([entry], check=True, root=built) == 0
    assert "1 chapters agree" in capsys.readouterr().out


def test_one_chapter_builds_while_others_are_missing(course):
    (course / "chapters/00_start.py").unlink()
    assert build(["01"], check=False, root=course) == 0
    assert (course / "notebooks/01_toy/01_toy.ipynb").is_file()


# What it refuses, before a cell runs.


def refused(root, capsys, chapters=("01",)):
    assert build(chapters, check=True, root=root) == 1
    return capsys.readouterr().err


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


# What it refuses after running.


def failed(root, capsys):
    assert build(["01"], check=False, root=root) == 1
    assert not (root / "notebooks").exists()
    return capsys.readouterr().err


def test_a_failing_cell_is_named_with_its_error(course, capsys):
    change(course, "return 2 * x", "return 2 * y")
    assert failed(course, capsys) == (
        "chapters/01_toy.py (check-double): NameError: name 'y' is not defined. "
        "Correct this cell.\n"
    )


def test_a_dead_kernel_is_reported_with_the_cell_that_killed_it(course, capsys):
    change(course, 'print("profile", os.environ["COURSE_PROFILE"])', "os._exit(1)")
    assert "(class Report:): the kernel died" in failed(course, capsys)


def test_a_worked_answer_without_full_marks_fails_with_the_report(course, capsys):
    change(course, "return 2 * x", "return 2 * min(x, 17)")
    message = failed(course, capsys)
    assert "(check-double): the worked answer gets 2.25 of 3 points" in message
    assert "properties [True, True, True, False]" in message


def test_files_left_in_the_chapters_folder_are_refused(course, capsys):
    change(course, "class Report:", 'open("left.txt", "w").close()\n\n\nclass Report:')
    assert "it leaves files in its folder: left.txt" in failed(course, capsys)


# Which outputs may be stored.


def output_errors(*outputs, root=Path("/course"), tags=(), source="x"):
    cell = nbformat.v4.new_code_cell(
        source, outputs=list(outputs), execution_count=1, metadata={"tags": list(tags)}
    )
    book = nbformat.v4.new_notebook(cells=[cell])
    return [error.problem for error in output_problems(Chapter("01_toy", root), book)]


def html(text):
    return nbformat.v4.new_output("display_data", data={"text/html": text})


def figure(size, alt='alt="A curve"'):
    data = base64.b64encode(bytes(size)).decode()
    return html(f'<img src="data:image/png;base64,{data}" {alt}>')


def stream(text, name="stdout"):
    return nbformat.v4.new_output("stream", name=name, text=text)


@pytest.mark.parametrize(
    ("output", "problem"),
    [
        (stream("careful", name="stderr"), "it wrote to stderr: 'careful'"),
        (stream("<object object at 0x7f>"), "the output has a memory address"),
        (stream("read /course/data"), "the output names the course's folder, /course"),
        (stream(f"wrote {Path.home()}/x"), f"the output names the home folder, {Path.home()}"),
        (stream("wrote /tmp/x"), "the output names a temporary folder, /tmp"),
        (figure(61 * 1024), "a figure has 61 KB; the most is 60 KB"),
        (figure(10, alt=""), "an image has no alternative text"),
        (figure(10, alt='alt=" "'), "an image has no alternative text"),
        (
            nbformat.v4.new_output("display_data", data={"image/png": "AAAA"}),
            "it shows a figure as image/png, which has no alternative text",
        ),
        (
            nbformat.v4.new_output(
                "display_data", data={"application/vnd.jupyter.widget-view+json": {}}
            ),
            "it stores a live widget, whose id differs at each run",
        ),
        (
            nbformat.v4.new_output("error", ename="ValueError", evalue="bad", traceback=[]),
            "it raised ValueError: bad",
        ),
    ],
)
def test_an_output_that_may_not_be_stored_is_named(output, problem, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", "/tmp")
    assert output_errors(output) == [problem]


def test_figures_up_to_60_kb_with_alternative_text_are_stored():
    assert output_errors(figure(60 * 1024)) == []


def test_an_error_that_the_chapter_shows_on_purpose_is_stored():
    output = nbformat.v4.new_output("error", ename="ValueError", evalue="bad", traceback=[])
    assert output_errors(output, tags=["raises-exception"]) == []


def test_a_path_that_only_begins_like_the_course_folder_is_no_path_of_it():
    assert output_errors(stream("/course-notes /courses")) == []


# What `--check` finds.


def test_check_passes_after_a_build_writes_nothing_and_runs_nothing(built, monkeypatch):
    before = contents(built)
    monkeypatch.setattr("course_utils.build.pipeline.execute", None)
    assert build([], check=True, root=built) == 0
    assert contents(built) == before


def test_check_finds_a_source_that_was_edited(built, capsys):
    change(built, "return 2 * x", "return x + x")
    assert refused(built, capsys, chapters=()) == (
        "solutions/01_toy: differs from chapters/01_toy.py first at cell 4 (double). "
        "Run `course build 01_toy`.\n"
    )


def test_check_finds_a_solution_without_outputs(built, capsys):
    path = built / "solutions/01_toy/01_toy.ipynb"
    book = nbformat.read(path, as_version=4)
    for cell in book.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    nbformat.write(book, path)
    message = refused(built, capsys)
    assert "its stored execution count is None, not 1" in message
    assert "(check-double): the worked answer gets no points" in message


@pytest.mark.parametrize("text", ["", "{", "[]", '{"cells": 1}', "\udc80"])
def test_check_finds_a_solution_that_cannot_be_read(built, capsys, text):
    path = built / "solutions/01_toy/01_toy.ipynb"
    path.write_bytes(text.encode(errors="surrogateescape"))
    assert "there is no readable solution notebook" in refused(built, capsys)


def test_check_finds_a_release_that_was_edited(built, capsys):
    path = built / "notebooks/01_toy/01_toy.ipynb"
    path.write_text(path.read_text().replace("# YOUR CODE HERE", "return 3 * x"))
    message = refused(built, capsys)
    assert (
        "notebooks/01_toy: differs from the release of solutions/01_toy first at cell 4" in message
    )


def test_check_finds_a_release_that_differs_in_layout_only(built, capsys):
    path = built / "notebooks/01_toy/01_toy.ipynb"
    path.write_text(json.dumps(json.loads(path.read_text())))
    assert "in its layout" in refused(built, capsys)


def test_check_finds_a_release_that_is_missing(built, capsys):
    (built / "notebooks/01_toy/01_toy.ipynb").unlink()
    assert "because it can't be read" in refused(built, capsys)


@pytest.mark.parametrize("kind", ["solutions", "notebooks"])
def test_check_finds_notebooks_without_a_source(built, capsys, kind):
    (built / kind / "02_old").mkdir()
    message = refused(built, capsys, chapters=())
    assert f"{kind}/02_old: there is no chapters/02_old.py that builds it" in message
