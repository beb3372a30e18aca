"""The check of `choose-topology`: choose the topology."""

from __future__ import annotations

from typing import Any

from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import (
    as_text,
)
from course_utils.checks.engine.report import Report
from course_utils.checks.two_step_rnn.predict_shapes import entry_of

TOPOLOGIES = {
    "sentiment": "sequence to vector",
    "captioning": "vector to sequence",
    "translation": "delayed",
    "tagging": "sequence to sequence",
    "forecasting": "sequence to sequence",
}
EXERCISES = load_exercises("two_step_rnn")


def check_choose_topology(topology: Any) -> Report:
    """Checks a dict of topologies, one property an entry."""
    check = Check(EXERCISES["choose-topology"])
    shapes = sorted(set(TOPOLOGIES.values()))

    def try_task(task: str) -> None:
        chosen = as_text(entry_of(topology, "topology", task)).strip().lower()
        if chosen not in shapes:
            raise Failed(f"{chosen!r} is none of {', '.join(map(repr, shapes))}.")
        if chosen != TOPOLOGIES[task]:
            raise Failed(f"{chosen!r} does not fit {task}.", task)

    for task in TOPOLOGIES:
        check.each(f"{task} has the right shape", [task], try_task)
    return check.report()
