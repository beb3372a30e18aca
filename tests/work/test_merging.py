"""A learner's notebook and a newer release: nothing that the learner wrote may be missing."""

from copy import deepcopy

import nbformat
import pytest

from course_utils.work.merging import merge
from tests.work.conftest import cell, exercise, find, release, texts, worked

OLD = release("double", "triple")
ANSWER = "def double(x):\n    return x + x"
PREDICTION = "prediction_1_1 = 42  # a number"
NOTE = "My own note: ünïcödé, 漢字"
WRITTEN = [ANSWER, PREDICTION, NOTE, "double(21)"]


def merged(mine, new, base=OLD):
    found, carried = merge(mine, base, new)
    nbformat.validate(nbformat.from_dict(found))  # ids are unique and valid, too
    return found, "\n".join([str(carried), *carried.remarks])


def newer():
    """A release with an exercise more, in front, whose ids have moved on, and a text changed."""
    new = release("once", "double", "triple")
    for number, made in enumerate(new["cells"]):
        made["id"] = f"01-cell-{number:03}"
    new["cells"][0]["source"] = "# A toy chapter, second edition"
    return new


def test_everything_that_was_written_is_in_the_new_release():
    new = newer()
    found, told = merged(worked(OLD), new)
    assert [text for text in WRITTEN if text not in texts(found)] == []
    assert find(found, "double")["source"] == ANSWER
    assert set(texts(new)) - set(texts(found)) == {
        "prediction_1_1 = ...  # a number", find(new, "double")["source"]
    }  # fmt: skip
    assert "1 answer, 1 changed cell, 2 cells of your own" in told
    assert "once: a new exercise" in told
    assert "new or changed in the release: 5 cells" in told


def test_own_cells_stay_below_the_cell_that_they_stood_below():
    found, _ = merged(worked(OLD), newer())
    order = texts(found)
    assert order.index(NOTE) == order.index(PREDICTION) + 1
    assert order[-2:] == ["What we have learnt stands here.", "double(21)"]


def test_points_stay_until_a_check_changes():
    new = newer()
    found, _ = merged(worked(OLD), new)
    assert find(found, "check-double")["outputs"][0]["data"] == {"text/plain": "2.0"}
    find(new, "check-double")["source"] = "check_better(double)"
    found, told = merged(worked(OLD), new)
    assert find(found, "check-double")["outputs"] == []
    assert "check-double: it has changed; run it again" in told


def test_a_release_that_is_the_same_changes_nothing():
    mine = worked(OLD)
    found, _ = merged(mine, OLD)
    assert found["cells"] == mine["cells"]


def other_ids(mine):
    for number, made in enumerate(mine["cells"]):
        made["id"] = f"vscode{number}"


def no_ids(mine):
    mine["nbformat_minor"] = 4
    for made in mine["cells"]:
        del made["id"]


def colab(mine):
    no_ids(mine)
    mine["metadata"] = {
        "colab": {"provenance": []},
        "kernelspec": {"name": "python3", "display_name": "Python 3"},
    }
    for made in mine["cells"]:
        made["metadata"]["id"] = "AbC"
        made["source"] = made["source"].replace("\n", "\r\n") + "\n"


@pytest.mark.parametrize("editor", [other_ids, no_ids, colab])
def test_an_editor_that_gives_ids_of_its_own_costs_nothing(editor):
    mine = worked(OLD)
    editor(mine)
    found, told = merged(mine, newer())
    squeezed = ["\n".join(text.split()) for text in texts(found)]
    assert ["\n".join(text.split()) in squeezed for text in WRITTEN] == [True] * 4
    assert len(found["cells"]) == len(newer()["cells"]) + 2
    assert "1 answer, 1 changed cell, 2 cells of your own" in told


@pytest.mark.parametrize("same_id", [True, False])
def test_of_copies_of_an_answer_the_one_that_was_worked_on_is_the_answer(same_id):
    mine = worked(OLD)
    answer = find(mine, "double")
    blank = deepcopy(find(OLD, "double"))
    if not same_id:
        answer["id"], blank["id"] = "abcd", "01-double"
    mine["cells"].insert(mine["cells"].index(answer) + 1, blank)
    found, _ = merged(mine, newer())
    assert find(found, "double")["source"] == ANSWER
    assert texts(found).count(blank["source"]) == 1  # an own cell now, and without a mark


def test_two_answers_to_one_exercise_are_both_kept():
    mine = worked(OLD)
    second = deepcopy(find(mine, "double")) | {"id": "0001", "source": "double = lambda x: 2 * x"}
    mine["cells"].append(second)
    found, _ = merged(mine, newer())
    assert {ANSWER, "double = lambda x: 2 * x"} <= set(texts(found))
    assert find(found, "double")["source"] == ANSWER


def test_an_answer_cell_that_was_deleted_is_back_blank():
    mine = worked(OLD)
    mine["cells"].remove(find(mine, "triple"))
    found, told = merged(mine, newer())
    assert find(found, "triple")["source"] == find(OLD, "triple")["source"]
    assert "triple: it was gone from your notebook, and is back as handed out" in told


def test_an_answer_that_was_moved_is_in_its_place():
    mine = worked(OLD)
    answer = find(mine, "double")
    mine["cells"].remove(answer)
    mine["cells"].insert(0, answer)
    found, _ = merged(mine, newer())
    assert [c["source"] for c in found["cells"]].count(ANSWER) == 1
    places = [texts(found).index(text) for text in ("## Exercise: double", ANSWER, "check(double)")]
    assert places == sorted(places)
    assert [text for text in WRITTEN if text not in texts(found)] == []


def test_an_answer_to_an_exercise_that_is_gone_stays_as_an_own_cell():
    found, told = merged(worked(OLD), release("triple"))
    assert ANSWER in texts(found)
    assert all(c["metadata"].get("nbgrader", {}).get("grade_id") != "double"
               for c in found["cells"])  # fmt: skip
    assert "check(double)" not in texts(found)
    assert "double: the release no longer has it" in told


def test_what_both_have_changed_is_there_twice():
    new = newer()
    new["cells"][1]["source"] = "prediction_1_1 = ...  # a whole number"
    found, told = merged(worked(OLD), new)
    place = texts(found).index("prediction_1_1 = ...  # a whole number")
    assert texts(found)[place + 1] == PREDICTION  # so that it is the one that counts
    assert "the release has another text; yours stands in a cell below it" in told


def test_a_changed_check_is_the_releases_and_the_learners_stands_below():
    mine = worked(OLD)
    find(mine, "check-double")["source"] = "check(double)\nprint('seen')"
    found, _ = merged(mine, newer())
    assert find(found, "check-double")["source"] == "check(double)"
    assert "check(double)\nprint('seen')" in texts(found)


def test_a_stub_that_has_changed_is_told_and_the_answer_stays():
    new = newer()
    find(new, "double")["source"] = "def double(x, times=2):\n    # YOUR CODE HERE\n    ..."
    found, told = merged(worked(OLD), new)
    assert find(found, "double")["source"] == ANSWER
    assert "double: its blank form has changed" in told


def test_without_the_release_that_it_was_made_from_nothing_is_lost_either():
    found, _ = merged(worked(OLD), newer(), base=None)
    assert [text for text in WRITTEN if text not in texts(found)] == []
    assert set(texts(newer())) - set(texts(found)) == {find(OLD, "double")["source"]}


def test_an_update_that_was_cut_short_can_be_made_again():
    new = newer()
    once, _ = merged(worked(OLD), new)
    assert merged(once, new)[0]["cells"] == once["cells"]


def test_an_answer_in_words_keeps_its_pictures():
    old, new = release("double"), release("double", "triple")
    why = cell("markdown", "YOUR ANSWER HERE", "01-why", grade_id="why", grade=True, solution=True)
    for book in (old, new):
        book["cells"].append(deepcopy(why))
    mine = deepcopy(old)
    picture = {"a.png": {"image/png": "AAAA"}}
    find(mine, "why").update(source="See ![a](attachment:a.png)", attachments=picture)
    found, _ = merged(mine, new, base=old)
    assert find(found, "why")["attachments"] == picture
    assert len(found["cells"]) == len(old["cells"]) + len(exercise("triple"))
