"""`course progress`: the standing read from saved notebooks."""

import json

import pytest

from course_utils import progress
from course_utils.grading import STUB

ANSWER = "def f(x):\n    return x"
BLANK = f"def f(x):\n    {STUB.replace(chr(10), chr(10) + '    ')}"


def code(source, outputs=(), **marks):
    metadata = {"nbgrader": marks} if marks else {}
    return {
        "cell_type": "code", "source": source, "outputs": list(outputs), "metadata": metadata,
    }  # fmt: skip


def result(text):
    return {"output_type": "execute_result", "data": {"text/plain": text}}


def exercise(name, points, outputs=(), answer=ANSWER):
    return [
        code(answer, grade_id=name, grade=False, solution=True),
        code("report.points()", outputs, grade_id=f"check-{name}", grade=True, points=points),
    ]


def save(root, name, *exercises, place="notebooks"):
    cells = [code("1 + 1", [result("2")]), *(cell for pair in exercises for cell in pair)]
    path = root / place / name / f"{name}.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"cells": cells}))
    return path


def only_exercise(root):
    ((found,),) = [chapter.exercises for chapter in progress.read(root).chapters]
    return found


@pytest.mark.parametrize(
    ("outputs", "earned"),
    [
        ([], None),
        ([result("2.5")], 2.5),
        ([result(["2.", "5"])], 2.5),
        ([result("0.0")], 0.0),
        ([result("9.0")], 6.0),
        ([result("-1.0")], 0.0),
        ([result("nan")], 0.0),
        ([result("inf")], 0.0),
        ([result("<Report>")], 0.0),
        ([{"output_type": "error"}], 0.0),
        ([result("6.0"), {"output_type": "error"}], 0.0),
        ([{"output_type": "display_data", "data": {"text/plain": "3.0"}}, result("1.0")], 1.0),
        ([{"output_type": "display_data", "data": {"text/plain": "3.0"}}], None),
        ([{"output_type": "stream", "name": "stdout", "text": "3.0"}], None),
    ],
)
def test_points_are_the_checks_saved_result_within_its_points(tmp_path, outputs, earned):
    save(tmp_path, "01_one", exercise("step", 6, outputs))
    assert only_exercise(tmp_path) == progress.Exercise("step", 6.0, earned)


def test_a_learners_copy_counts_where_there_is_one(tmp_path, monkeypatch):
    for name in ("01_one", "02_two"):
        save(tmp_path, name, exercise("step", 6))
    mine = save(tmp_path, "01_one", exercise("step", 6, [result("5.0")]), place="work")
    save(tmp_path, "02_two", exercise("step", 6, [result("6.0")]), place="work").write_text("{")
    first, second = progress.read(tmp_path).chapters
    assert first.earned == 5
    assert second.problem == "work/02_two/02_two.ipynb is damaged: no valid notebook"
    monkeypatch.chdir(mine.parent)
    assert progress.read().chapters[0].earned == 5


def test_a_solution_shows_the_standing_of_the_releases(tmp_path, monkeypatch):
    save(tmp_path, "01_one", exercise("step", 6))
    save(tmp_path, "01_one", exercise("step", 6, [result("5.0")]), place="work")
    solution = save(tmp_path, "01_one", exercise("step", 6, [result("6.0")]), place="solutions")
    monkeypatch.chdir(solution.parent)
    assert progress.read().total.earned == 0


@pytest.mark.parametrize("layout", [str, lambda text: text.splitlines(keepends=True)])
def test_a_blank_answer_is_not_tried_although_its_check_was_run(tmp_path, layout):
    save(tmp_path, "01_one", exercise("step", 6, [result("0.0")], answer=layout(BLANK)))
    assert only_exercise(tmp_path).earned is None


def test_points_count_although_the_stub_comment_was_left_in(tmp_path):
    save(tmp_path, "01_one", exercise("step", 6, [result("6.0")], answer=BLANK))
    assert only_exercise(tmp_path).earned == 6.0


def test_chapters_are_added_up_by_points_and_by_kind(tmp_path):
    done = exercise("done", 6, [result("6.0")])
    half = exercise("half", 4, [result("1.5")])
    save(tmp_path, "01_one", done, half, exercise("zero", 2, [result("0.0")]))
    save(tmp_path, "02_two", exercise("later", 8))
    total = progress.read(tmp_path).total
    assert (total.earned, total.possible) == (7.5, 20.0)
    assert total.counts() == "1 full, 2 partial, 1 not tried"


def test_the_plain_table_has_a_line_a_chapter_and_the_total(tmp_path, capsys):
    save(tmp_path, "00_zero")
    save(tmp_path, "01_one", exercise("done", 6, [result("6.0")]), exercise("open", 2))
    assert progress.report(tmp_path) == 0
    assert capsys.readouterr().out.splitlines() == [
        "00_zero  not graded",
        "01_one   [###############-----]     6 of 8  1 full, 0 partial, 1 not tried",
        "Total    [###############-----]     6 of 8  1 full, 0 partial, 1 not tried",
    ]


def test_questions_that_a_person_grades_are_counted_and_have_no_points(tmp_path):
    marks = {"grade": True, "solution": True, "points": 2, "grade_id": "why"}
    essay = {"cell_type": "markdown", "source": "", "metadata": {"nbgrader": marks}}
    save(tmp_path, "01_one", exercise("done", 6, [result("6.0")]), [essay, code("2", **marks)])
    save(tmp_path, "02_two", [essay])
    assert repr(progress.read(tmp_path)).splitlines() == [
        "01_one  [####################]     6 of 6  1 full, 0 partial, 0 not tried, "
        "2 graded by hand",
        "02_two  1 graded by hand",
        "Total   [####################]     6 of 6  1 full, 0 partial, 0 not tried, "
        "3 graded by hand",
    ]


def test_a_notebook_shows_a_table_whose_bars_have_a_text(tmp_path):
    save(tmp_path, "01_one", exercise("done", 6, [result("6.0")]), exercise("open", 2))
    html = progress.read(tmp_path)._repr_html_()
    assert html.count("<tr>") == 3
    assert html.count('aria-label="75%"') == 2


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "3", "{}", '{"cells": 3}', '{"cells": [{}]}', '{"cells": [3]}', "\x00"],
)
def test_a_damaged_notebook_is_a_sentence_and_the_others_count(tmp_path, capsys, text):
    save(tmp_path, "01_one").write_text(text)
    save(tmp_path, "02_two", exercise("done", 6, [result("6.0")]))
    assert progress.report(tmp_path) == 1
    first, second, _ = capsys.readouterr().out.splitlines()
    assert first == "01_one  notebooks/01_one/01_one.ipynb is damaged: no valid notebook"
    assert "6 of 6" in second


def test_a_chapter_whose_notebook_is_missing_is_a_sentence(tmp_path):
    save(tmp_path, "01_one").unlink()
    (tmp_path / "chapters").mkdir()
    (tmp_path / "chapters" / "02_two.py").touch()
    assert repr(progress.read(tmp_path)).splitlines() == [
        "01_one  there is no notebooks/01_one/01_one.ipynb to read",
        "02_two  there is no notebooks/02_two/02_two.ipynb to read",
        "Total   not graded",
    ]


def test_a_notebook_of_the_course_finds_the_courses_folder(tmp_path, monkeypatch):
    path = save(tmp_path, "01_one", exercise("done", 6))
    monkeypatch.chdir(path.parent)
    assert progress.read() == progress.read(tmp_path)


def test_outside_the_course_the_error_says_where_to_start(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileNotFoundError, match="Start in the course's folder"):
        progress.read()
