"""`make grade-demo`: a class of five, made from the answer bank, through `course grade`.

It works in a folder of its own and leaves feedback and the grade book's table there to look at.
"""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks.classes import hand_in, make_course
from tests.answer_bank import ROOT, Answer, Chapter, stored_answers

COURSE = ROOT / "artifacts" / "grade-demo"
CHAPTERS = ("01_two_step_rnn", "02_static_unrolling")


def _first(chapter: str, wanted: Callable[[Answer], bool]) -> dict[str, Answer]:
    """For each exercise of a chapter the first stored answer of the kind wanted."""
    answers = [a for a in stored_answers() if a.chapter == chapter and wanted(a)]
    return {answer.exercise: answer for answer in reversed(answers)}


def the_class(chapter: str) -> dict[str, list[Answer]]:
    """Five students and their answers: all right, first half, one slip, all wrong, nothing."""
    right = _first(chapter, lambda answer: answer.right)
    wrong = _first(chapter, lambda answer: not answer.right)
    ids = Chapter(chapter).ids
    return {
        "ada": [right[i] for i in ids],
        "ben": [right[i] for i in ids[: len(ids) // 2]],
        "cleo": [right[i] for i in ids[:-1]] + [wrong[ids[-1]]],
        "dan": [wrong[i] for i in ids],
        "eve": [],
    }


def _run(program: str, *words: str) -> None:
    print("$", program, *words, flush=True)
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    path = Path(sys.executable).with_name(program)
    subprocess.run([path, *words], cwd=COURSE, env=environment, check=True)


def main() -> None:
    """Makes the class, grades it, and prints the grade book."""
    make_course(COURSE, CHAPTERS)
    for chapter in CHAPTERS:
        for student, answers in the_class(chapter).items():
            hand_in(COURSE, student, chapter, answers)
    _run("course", "grade", *CHAPTERS)
    _run("nbgrader", "export", "--to", "grades.csv", "--log-level=ERROR")
    print(f"\n{'chapter':<22} {'student':<8} {'score':>6} of {'max':>4}")
    with (COURSE / "grades.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            score, maximum = float(row["score"]), float(row["max_score"])
            print(f"{row['assignment']:<22} {row['student_id']:<8} {score:>6g} of {maximum:>4g}")
    print(f"\nFeedback as each student sees it: {COURSE.relative_to(ROOT)}/feedback/")


if __name__ == "__main__":
    main()
