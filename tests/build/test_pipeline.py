"""What a build makes, and when it fails after running."""

import json

import pytest

from course_utils.build import build
from course_utils.build.outputs import DATA_URI
from tests.toy_course import change, contents, notebook

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
    assert [cell.execution_count for cell in code] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert code[4].outputs[-1].data["text/plain"] == "3.0"


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
    answer, _, check = notebook(built, "solutions").cells[4:7]
    common = {"schema_version": 3, "task": False}
    assert answer.metadata.nbgrader == common | {
        "grade": False, "grade_id": "double", "locked": False, "solution": True,
    }  # fmt: skip
    assert check.metadata.nbgrader == common | {
        "grade": True, "grade_id": "check-double", "locked": True, "points": 3, "solution": False,
    }  # fmt: skip


def test_jupyterlab_goes_on_below_a_try_it_cell_that_raises(built):
    try_it = notebook(built, "notebooks").cells[5]
    assert try_it.source == "print(double(3))\n# prints: 6"
    assert try_it.metadata.tags == ["try-it", "raises-exception"]


def test_prose_cells_carry_no_metadata_and_cell_ids_say_where_they_stand(built):
    cells = notebook(built, "solutions").cells
    assert cells[0].metadata == {}
    assert [cell.id for cell in cells[2:7]] == [
        "01-cell-002", "01-cell-003", "01-double", "01-cell-005", "01-check-double",
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
