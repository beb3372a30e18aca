"""A submission gets back the form of its release, and what had been changed is listed."""

from copy import deepcopy

import nbformat
import pytest
from nbformat.v4 import new_code_cell

from course_utils.grading.plugins.refusal import NotGradable
from course_utils.grading.plugins.restore import RestoreCells, restore
from tests.sealing import CHECK_STEP, FULL_SATURATION, FULL_STEP, STEP, notebook, release


def cell(submission, grade_id):
    """The one cell with this grade_id."""
    (found,) = [
        c for c in submission.cells if c.metadata.get("nbgrader", {}).get("grade_id") == grade_id
    ]
    return found


def order(submission):
    """The ids of the cells that have a grade_id, as they stand."""
    ids = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in submission.cells]
    return [grade_id for grade_id in ids if grade_id]


RIGHT_ORDER = ["rnn-step", "check-rnn-step", "saturation", "check-saturation"]


def restored(submission):
    """The changes; whatever was changed, the submission must be whole afterwards."""
    changes = restore(submission, release())
    assert [grade_id for grade_id in order(submission) if "check" in grade_id] == [
        "check-rnn-step",
        "check-saturation",
    ]
    for grade_id, points, source in (
        ("check-rnn-step", 6, FULL_STEP),
        ("check-saturation", 4, FULL_SATURATION),
    ):
        check = cell(submission, grade_id)
        assert (check.cell_type, check.source) == ("code", source)
        assert check.metadata.nbgrader.grade is True
        assert check.metadata.nbgrader.solution is False
        assert check.metadata.nbgrader.points == points
        assert check.get("id") == grade_id
    nbformat.validate(submission)
    return changes


def test_an_untouched_release_lists_nothing():
    assert restored(notebook()) == []


def test_a_restored_submission_lists_nothing_more():
    submission = notebook()
    del submission.cells[4]
    restored(submission)
    assert restored(submission) == []


def test_an_answer_is_not_a_change():
    submission = notebook(step=STEP + "  # mine")
    assert restored(submission) == []
    assert cell(submission, "rnn-step").source == STEP + "  # mine"


@pytest.mark.parametrize(
    ("flag", "value"),
    [("points", 600), ("grade", False), ("solution", True), ("locked", False), ("task", True)],
)
def test_a_changed_flag_of_a_check_is_put_right_and_listed(flag, value):
    submission = notebook()
    submission.cells[4].metadata.nbgrader[flag] = value
    assert restored(submission) == [f"check-rnn-step: `{flag}` was {value}"]


def test_a_changed_text_of_a_check_is_put_right_and_listed():
    submission = notebook()
    submission.cells[4].source = "6.0"
    assert restored(submission) == ["check-rnn-step: its text was changed"]


def test_a_check_turned_to_markdown_is_turned_back():
    submission = notebook()
    submission.cells[4] = nbformat.v4.new_markdown_cell(
        CHECK_STEP, id="check-rnn-step", metadata=submission.cells[4].metadata
    )
    assert restored(submission) == ["check-rnn-step: its type was markdown, not code"]


@pytest.mark.parametrize("tag", ["skip-execution", "raises-exception", "remove_cell"])
def test_a_tag_on_a_check_is_taken_off(tag):
    submission = notebook()
    submission.cells[4].metadata.tags = [tag]
    assert restored(submission) == [f"check-rnn-step: its tags were ['{tag}']"]
    assert "tags" not in submission.cells[4].metadata


def test_a_missing_check_comes_back_after_its_answer():
    submission = notebook()
    del submission.cells[4]
    assert restored(submission) == ["check-rnn-step: it was missing"]
    assert order(submission) == RIGHT_ORDER


def test_a_notebook_without_any_cell_gets_its_checks_back():
    submission = notebook()
    submission.cells = []
    changes = restored(submission)
    assert "check-rnn-step: it was missing" in changes
    assert "rnn-step: the cell was removed" in changes


def test_of_two_copies_of_a_check_the_original_counts():
    submission = notebook()
    submission.cells.append(deepcopy(submission.cells[4]))
    submission.cells[-1].update(id="copied", source="6.0")
    assert restored(submission) == ["an extra cell claimed the id 'check-rnn-step'"]
    assert submission.cells[-1].source == "6.0"


def test_a_renamed_check_is_known_by_its_cell_id():
    submission = notebook()
    submission.cells[4].metadata.nbgrader.grade_id = "mine"
    assert restored(submission) == ["check-rnn-step: its id was 'mine'"]


def test_a_renamed_check_without_a_cell_id_is_known_by_its_text():
    submission = notebook()
    submission.cells[4].metadata.nbgrader.grade_id = "mine"
    submission.cells[4].id = "other"
    assert restored(submission) == ["check-rnn-step: its id was 'mine'"]
    assert order(submission) == RIGHT_ORDER


def test_a_check_renamed_beyond_recognition_is_put_back_and_its_remains_are_no_check():
    submission = notebook()
    submission.cells[4] = new_code_cell("6.0", metadata=submission.cells[4].metadata)
    submission.cells[4].metadata.nbgrader.grade_id = "mine"
    assert restored(submission) == [
        "an extra cell claimed the id 'mine'",
        "check-rnn-step: it was missing",
    ]


def test_swapped_ids_change_no_check():
    submission = notebook()
    one, other = submission.cells[4].metadata.nbgrader, submission.cells[6].metadata.nbgrader
    one.grade_id, other.grade_id = other.grade_id, one.grade_id
    changes = restore(submission, release())
    assert cell(submission, "check-rnn-step").source == FULL_STEP
    assert "check-saturation: it stood before its answer" in changes
    assert order(submission) == ["rnn-step", "saturation", "check-saturation", "check-rnn-step"]


def test_a_check_that_was_moved_before_its_answer_is_moved_back():
    submission = notebook()
    submission.cells.insert(0, submission.cells.pop(4))
    assert restored(submission) == ["check-rnn-step: it stood before its answer"]
    assert order(submission) == RIGHT_ORDER


def test_a_check_follows_an_answer_that_was_moved_to_the_end():
    submission = notebook()
    submission.cells.append(submission.cells.pop(3))
    restored(submission)
    assert order(submission) == ["saturation", "rnn-step", "check-rnn-step", "check-saturation"]


def test_extra_cells_stay_where_they_are():
    submission = notebook()
    submission.cells.insert(4, new_code_cell("scratch = 1", id="scratch"))
    assert restored(submission) == []
    assert [cell.id for cell in submission.cells][3:6] == ["rnn-step", "scratch", "check-rnn-step"]


def test_nbgrader_metadata_that_an_editor_dropped_come_back():
    submission = notebook()
    for each in submission.cells:
        each.metadata.pop("nbgrader", None)
    assert restored(submission) == [
        f"{grade_id}: nbgrader's metadata were removed" for grade_id in RIGHT_ORDER
    ]


# What editors do on their own is no tampering.


def test_an_old_format_without_cell_ids_lists_nothing():
    submission = notebook()
    submission.nbformat_minor = 4
    for each in submission.cells:
        del each["id"]
    assert restored(submission) == []


def test_format_3_keeps_its_cells():
    old = nbformat.writes(nbformat.convert(notebook(), 3), version=3)
    submission = nbformat.reads(old, as_version=4)
    assert restored(submission) == []
    assert cell(submission, "rnn-step").source == STEP


def test_line_ends_and_blanks_list_nothing():
    submission = notebook()
    submission.cells[4].source = CHECK_STEP.replace("\n", " \r\n") + "\r\n"
    assert restored(submission) == []


def test_metadata_of_other_editors_list_nothing_and_stay():
    submission = notebook()
    submission.metadata.colab = {"provenance": []}
    for each in submission.cells:
        each.metadata.update({"colab": {"base_uri": "x"}, "vscode": {"languageId": "python"}})
        each.metadata.pop("editable", None)
        each.id = f"new-{each.id}"
    assert restored(submission) == []
    assert submission.cells[4].metadata.vscode == {"languageId": "python"}


@pytest.mark.parametrize(
    "header",
    [
        {},
        {"kernelspec": {"name": "python3"}},
        {"kernelspec": None, "language_info": None},
        {"kernelspec": {"name": "conda-env-x", "display_name": "x"}, "language_info": {}},
        {"widgets": {"application/vnd.jupyter.widget-state+json": {"a1b2": {}}}},
        {"title": 5, "authors": {"name": "ada"}},
    ],
    ids=str,
)
def test_the_header_of_an_editor_costs_nothing(header):
    submission = notebook()
    submission.metadata = nbformat.from_dict(header)
    assert restored(submission) == []
    nbformat.validate(submission)
    assert submission.metadata.kernelspec.name == "python3"
    assert "widgets" not in submission.metadata


@pytest.mark.parametrize(
    "metadata",
    [{"collapsed": "yes"}, {"scrolled": None}, {"jupyter": []}, {"execution": {"x": 1}}],
    ids=str,
)
def test_cell_metadata_that_the_format_forbids_cost_nothing(metadata):
    submission = notebook()
    for each in submission.cells:
        each.metadata.update(metadata)
    submission.cells[0].attachments = {"a.png": 5}
    assert restored(submission) == []
    nbformat.validate(submission)


def test_a_text_that_can_not_be_saved_is_made_savable():
    submission = notebook(step=STEP + "  # \ud800")
    assert restored(submission) == []
    cell(submission, "rnn-step").source.encode()


# Nothing in a submission can stop it.


@pytest.mark.parametrize(
    "metadata",
    [
        {"nbgrader": 5},
        {"nbgrader": {"grade_id": ["a"]}},
        {"nbgrader": None},
        {"tags": 3},
        {"tags": {"a": [1]}},
        {"tags": [["a"]]},
    ],
)
def test_metadata_of_the_wrong_form_do_not_matter(metadata):
    submission = notebook()
    submission.cells[4].metadata = nbformat.from_dict(metadata)
    assert restored(submission)


@pytest.mark.parametrize("key", ["cell_type", "metadata", "source", "outputs"])
@pytest.mark.parametrize("value", [None, 5, ["x"], {"a": 1}])
def test_cells_of_the_wrong_form_do_not_matter(key, value):
    submission = notebook()
    submission.cells[4][key] = value
    restored(submission)


def test_a_notebook_of_the_wrong_form_does_not_matter():
    submission = notebook()
    submission.metadata = None
    submission.cells = [None, 5, *submission.cells]
    assert restored(submission) == []


def test_an_id_that_the_format_forbids_is_replaced():
    submission = notebook()
    submission.cells.append(new_code_cell("1"))
    submission.cells[-1].id = "../../x" * 50
    submission.cells.append(new_code_cell("1", id="check-rnn-step"))
    restored(submission)
    ids = [each.id for each in submission.cells]
    assert len(set(ids)) == len(ids)


def test_nbgrader_refuses_a_notebook_of_too_many_cells():
    submission = notebook()
    submission.cells *= 1000
    names = {"student": "ada", "assignment": "01_toy", "notebook": "01_toy"}
    with pytest.raises(NotGradable, match=r"ada/01_toy/01_toy.ipynb: it has 7000 cells"):
        RestoreCells().preprocess(submission, {"nbgrader": names})
