"""Cheats in the notebook's form: tags, metadata, cells, outputs. Nothing unusual runs."""

from __future__ import annotations

import math
from copy import deepcopy
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output, new_raw_cell

from tests.red_team.course import (
    HONEST,
    TARGETS,
    Attack,
    Change,
    answers,
    cell,
    checks,
    each_check,
    find,
)

FULL = "6.0"


def _tag(*tags: str) -> Change:
    return each_check(lambda check: check.metadata.update(tags=list(tags)))


def _flag(source: str | None = None, **flags: Any) -> Change:
    def edit(check: NotebookNode) -> None:
        check.metadata.nbgrader.update(flags)
        check.source = check.source if source is None else source

    return each_check(edit)


def _source(text: str) -> Change:
    return each_check(lambda check: check.update(source=text))


def _answer_source(text: str) -> Change:
    def change(notebook: NotebookNode) -> None:
        for name in TARGETS:
            find(notebook, name).source = text

    return change


def _stored(*outputs: NotebookNode) -> Change:
    return each_check(lambda check: check.update(outputs=list(outputs), execution_count=7))


def _replace_checks(make: Any) -> Change:
    """Puts another cell in the place of each check."""

    def change(notebook: NotebookNode) -> None:
        for check in checks(notebook):
            notebook.cells[notebook.cells.index(check)] = make(check)

    return change


def _tag_everything(notebook: NotebookNode) -> None:
    for each in notebook.cells:
        each.metadata.tags = ["skip-execution", "demo", "raises-exception"]


def _delete_checks(notebook: NotebookNode) -> None:
    for check in checks(notebook):
        notebook.cells.remove(check)


def _keep_answers_only(notebook: NotebookNode) -> None:
    notebook.cells = [
        each
        for each in notebook.cells
        if each.metadata.get("nbgrader", {}).get("solution") or (each.cell_type == "code"
        and "nbgrader" not in each.metadata)
    ]  # fmt: skip


def _duplicate(first: bool) -> Change:
    """Adds a second copy of each check, which gives full marks."""

    def change(notebook: NotebookNode) -> None:
        for check in checks(notebook):
            copy = deepcopy(check)
            copy.update(id=f"{check.id}-2", source=FULL)
            place = notebook.cells.index(check)
            notebook.cells.insert(place if first else place + 1, copy)

    return change


def _check_twice(notebook: NotebookNode) -> None:
    """Hangs the check of a solved exercise under the names of those that are not."""
    easy = find(notebook, "check-choose-topology")
    for check in checks(notebook):
        check.source = easy.source


def _swap_ids(notebook: NotebookNode) -> None:
    solved, wanted = find(notebook, "check-saturation"), find(notebook, "check-rnn-step")
    pair = solved.metadata.nbgrader, wanted.metadata.nbgrader
    pair[0].grade_id, pair[1].grade_id = "check-rnn-step", "check-saturation"
    pair[0].points, pair[1].points = 6, 4


def _steal_cell_ids(notebook: NotebookNode) -> None:
    """Gives the ids of the checks to cells that show full marks."""
    for check in checks(notebook):
        stolen = new_code_cell(FULL, id=check.id, metadata=deepcopy(check.metadata))
        check.id = f"was-{check.id}"
        del check.metadata["nbgrader"]
        notebook.cells.append(stolen)


def _checks_first(notebook: NotebookNode) -> None:
    """Moves the checks to the top, where the names they test are not defined."""
    for check in checks(notebook):
        notebook.cells.remove(check)
        notebook.cells.insert(0, check)


def _metadata_everywhere(notebook: NotebookNode) -> None:
    """Claims results in each place that some tool reads."""
    notebook.metadata.update(tampering=[], course={"score": 24}, nbgrader={"score": 24})
    for check in checks(notebook):
        check.metadata.update(course={"misconceptions": [], "cause": ""}, score=6.0)
        check.metadata.nbgrader.update(score=6, auto_score=6, manual_score=6, extra_credit=100)


def _other_kernel(notebook: NotebookNode) -> None:
    notebook.metadata.kernelspec = {"name": "bash", "display_name": "b", "language": "bash"}
    notebook.metadata.language_info = {"name": "bash"}
    find(notebook, "rnn-step").source = "echo 6.0"


_RESULT = new_output("execute_result", data={"text/plain": FULL}, execution_count=7)
_ERROR = new_output("error", ename="E", evalue="late", traceback=[])

CHEATS = [
    Attack(name, line, change, HONEST)
    for line, entries in {
        "skip-execution tags": {
            "skip-execution on the checks": _tag("skip-execution"),
            "every known tag on the checks": _tag(
                "skip-execution", "raises-exception", "remove_cell", "demo", "nbval-skip"
            ),
            "skip-execution on every cell": _tag_everything,
        },
        "points, ids, flags or types changed": {
            "100 times the points": _flag(points=600),
            "negative points": _flag(points=-6),
            "not graded": _flag(grade=False),
            "a check that is its own solution": _flag(FULL, solution=True, locked=False),
            "not locked": _flag(FULL, locked=False),
            "graded by hand": _flag(task=True, grade=False),
            "metadata of a future version": _flag(FULL, schema_version=99),
            "metadata of version 1": _flag(FULL, schema_version=1, checksum="0"),
            "ids swapped with a solved check": _swap_ids,
            "cell ids stolen": _steal_cell_ids,
            "another kernel": _other_kernel,
            "scores in the metadata": _metadata_everywhere,
        },
        "check cells deleted, duplicated, replaced, turned to markdown": {
            "checks deleted": _delete_checks,
            "all but answers deleted": _keep_answers_only,
            "a second copy after each check": _duplicate(first=False),
            "a second copy before each check": _duplicate(first=True),
            "checks replaced by a number": _source(FULL),
            "checks emptied": _source(""),
            "checks of a solved exercise": _check_twice,
            "checks turned to markdown": _replace_checks(
                lambda check: new_markdown_cell(check.source, metadata=check.metadata)
            ),
            "checks turned to raw text": _replace_checks(
                lambda check: new_raw_cell(check.source, id=check.id, metadata=check.metadata)
            ),
            "checks before their answers": _checks_first,
            "a text that never ends": _answer_source("'''"),
        },
        "forged results before an error": {
            "a result before an error": _source(f"display({FULL})\n{FULL}\nraise SystemExit"),
            "stored outputs": _stored(_RESULT),
            "stored outputs before a stored error": _stored(_RESULT, _ERROR),
            "answers that show full marks": answers(
                "display(6.0)\nprint(6.0)\nget_ipython().displayhook(6.0)\nraise ValueError(6.0)"
            ),
            "cells that show full marks": cell(
                """
                from IPython.display import publish_display_data
                publish_display_data({"text/plain": "6.0"})
                get_ipython().displayhook(6.0)
                6.0
                """
            ),
        },
        "NaN, negative, infinite credit": {
            "NaN": _source("float('nan')"),
            "infinity": _source("float('inf')"),
            "negative": _source("-6.0"),
            "a huge number": _source("1e308"),
            "no result": _source("pass"),
            "a text": _source("'6.0'"),
            "points that are no number": _flag(points=math.nan),
            "points without end": _flag(points=math.inf),
        },
    }.items()
    for name, change in entries.items()
]
