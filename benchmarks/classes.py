"""Classes of made-up students, whose points are known beforehand."""

from __future__ import annotations

import random
import shutil
from dataclasses import replace
from pathlib import Path

import nbformat

from tests.answer_bank import ROOT, Answer, Chapter, stored_answers, submission


def make_course(root: Path, chapters: tuple[str, ...], settings: str = "") -> None:
    """Makes a course's folder anew, with the given chapters and settings on top of the course's."""
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    text = (ROOT / "nbgrader_config.py").read_text(encoding="utf-8")
    (root / "nbgrader_config.py").write_text(text + settings, encoding="utf-8")
    for chapter in chapters:
        shutil.copytree(ROOT / "solutions" / chapter, root / "solutions" / chapter)


def hand_in(root: Path, student: str, chapter: str, answers: list[Answer]) -> None:
    """Puts a student's notebook where nbgrader collects it."""
    folder = root / "submitted" / student / chapter
    folder.mkdir(parents=True)
    nbformat.write(submission(chapter, answers), folder / f"{chapter}.ipynb")


def hand_in_class(root: Path, chapter: str, size: int) -> dict[str, float]:
    """Hands in a class's work; returns each student's points.

    Half of the students come to the last exercise, the others to any. They have solved all before
    it, give one of the stored answers to it, and leave the rest. So the points are known: a right
    answer's are full, and a wrong one's are what its check gives where there is no sandbox.
    """
    bank = _Bank(chapter)
    expected = {}
    for number in range(size):
        student = f"student-{number:03}"
        answers, expected[student] = bank.draw(random.Random(number))
        # A line of one's own: equal notebooks would be run once.
        mine = [replace(answer, source=f"# {student}\n{answer.source}") for answer in answers]
        hand_in(root, student, chapter, mine)
    return expected


class _Bank:
    """A chapter's worked and stored answers, and what they are worth."""

    def __init__(self, name: str) -> None:
        self._chapter = Chapter(name)
        self._stored = [answer for answer in stored_answers() if answer.chapter == name]
        marks = {c.metadata.nbgrader.grade_id: c for c in self._chapter.cells if _is_marked(c)}
        self._points = {i: marks[f"check-{i}"].metadata.nbgrader["points"] for i in self.ids}
        self._worked = [Answer(name, i, "right_worked", marks[i].source) for i in self.ids]
        self._worth: dict[Answer, float] = {}

    @property
    def ids(self) -> list[str]:
        """The exercises."""
        return self._chapter.ids

    def draw(self, chance: random.Random) -> tuple[list[Answer], float]:
        """Random answers, and their points."""
        last = chance.choice([len(self.ids) - 1, chance.randrange(len(self.ids))])
        given = chance.choice([a for a in self._stored if a.exercise == self.ids[last]])
        points = sum(self._points[i] for i in self.ids[:last]) + self._worth_of(given)
        return [*self._worked[:last], given], round(points, 2)

    def _worth_of(self, answer: Answer) -> float:
        if answer not in self._worth:
            score = 1 if answer.right else self._chapter.run(answer).score
            self._worth[answer] = round(score * self._points[answer.exercise], 2)
        return self._worth[answer]


def _is_marked(cell: nbformat.NotebookNode) -> bool:
    return "grade_id" in cell.metadata.get("nbgrader", {})
