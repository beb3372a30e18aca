"""A course of one released chapter, as plain files: two exercises, a prediction and some text."""

import json
from copy import deepcopy

import pytest

NAME = "01_toy"
STUB = "def {0}(x):\n    # YOUR CODE HERE\n    ..."


def cell(kind, text, cell_id, **marks):
    made = {"cell_type": kind, "id": cell_id, "metadata": {}, "source": text}
    if marks:
        made["metadata"]["nbgrader"] = marks
    return made | ({"outputs": [], "execution_count": None} if kind == "code" else {})


def exercise(name):
    check = f"check({name})"
    return [
        cell("markdown", f"## Exercise: {name}", f"01-text-{name}"),
        cell("code", STUB.format(name), f"01-{name}", grade_id=name, solution=True, grade=False),
        cell("code", f"print({name}(3))", f"01-try-{name}"),
        cell("code", check, f"01-check-{name}", grade_id=f"check-{name}", grade=True, locked=True,
             solution=False, points=2),
    ]  # fmt: skip


def release(*names):
    cells = [
        cell("markdown", "# A toy chapter", "01-cell-000"),
        cell("code", "prediction_1_1 = ...  # a number", "01-cell-001"),
        *(made for name in names for made in exercise(name)),
        cell("markdown", "What we have learnt stands here.", "01-cell-end"),
    ]
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def find(notebook, grade_id):
    """The one cell of an exercise or a check."""
    marks = ((c, c["metadata"].get("nbgrader", {})) for c in notebook["cells"])
    (found,) = [c for c, marks in marks if marks.get("grade_id") == grade_id]
    return found


def texts(notebook):
    return ["".join(c["source"]) for c in notebook["cells"]]


def worked(notebook):
    """What a learner makes of a release: answers, a prediction, a run, a note and a cell."""
    mine = deepcopy(notebook)
    find(mine, "double")["source"] = "def double(x):\n    return x + x"
    find(mine, "check-double").update(
        execution_count=7,
        outputs=[{"output_type": "execute_result", "execution_count": 7, "metadata": {},
                  "data": {"text/plain": "2.0"}}],
    )  # fmt: skip
    mine["cells"][1]["source"] = "prediction_1_1 = 42  # a number"
    mine["cells"].insert(2, cell("markdown", "My own note: ünïcödé, 漢字", "f00d"))
    mine["cells"].append(cell("code", "double(21)", "beef"))
    return mine


@pytest.fixture
def root(tmp_path):
    """A course's folder; its name is not ASCII, and has a blank."""
    folder = tmp_path / "Übungen 漢字"
    save(folder / "notebooks" / NAME / f"{NAME}.ipynb", release("double", "triple"))
    return folder


def save(path, notebook):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(notebook, indent=1), encoding="utf-8")
    return path


def load(path):
    return json.loads(path.read_text(encoding="utf-8"))
