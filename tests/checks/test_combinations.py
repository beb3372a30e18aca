"""Answers of a chapter side by side: right ones keep their points beside right and wrong ones.

What no other answer touches is judged once, in `test_answers.py`.
"""

from functools import cache
from random import Random

import pytest

from course_utils.grading.plugins.release import Release
from course_utils.grading.wall.session import Session
from course_utils.grading.wall.walls import Limits
from tests.answer_bank import Answer, blank_answer, chapters, released
from tests.combinations import Answers, Choice, Combined, shares
from tests.sealing import server

TOTAL = 300
CHAPTERS = {name: Combined(name) for name in chapters()}
SHARES = shares(CHAPTERS.values(), TOTAL)


GUARDED = [
    pytest.param(chapter, exercise, id=f"{chapter.name}-{exercise}")
    for chapter in CHAPTERS.values()
    for exercise in chapter.earlier
]


@cache
def lost(chapter: Combined, end: int, choice: Choice) -> str:
    """The report of a part that has not all its points beside such answers, else ""."""
    namespace = chapter.run_to(end, choice)
    if not chapter.cell_ids[end].startswith("check-") or namespace["report"].score == 1:
        return ""
    return f"{', '.join(map(str, choice))}\n{namespace['report']}"


def meetings(chapter: Combined, answers: Answers) -> list[tuple[int, Choice]]:
    """The parts of a chapter where these answers meet, and which of them do."""
    parts = [(end, chapter.needed(end, answers)) for end in chapter.ends]
    return [(end, choice) for end, choice in parts if len(choice) > 1]


def test_300_combinations_are_drawn():
    assert sum(SHARES.values()) == TOTAL
    assert min(SHARES.values()) > 1


@pytest.mark.slow
@pytest.mark.parametrize("name", CHAPTERS)
def test_a_combination_of_right_answers_gets_full_points(name: str):
    chapter, rng = CHAPTERS[name], Random(name)
    combinations = [meetings(chapter, chapter.draw(rng)) for _ in range(SHARES[name])]
    runs = {meeting: lost(chapter, *meeting) for meets in combinations for meeting in meets}
    full = sum(not any(runs[meeting] for meeting in meets) for meets in combinations)
    print(
        f"{name}: {full} of {SHARES[name]} combinations full, {len(runs)} runs where answers meet"
    )
    assert full == SHARES[name], "\n".join(filter(None, runs.values()))


@pytest.mark.slow
@pytest.mark.parametrize("name", CHAPTERS)
def test_a_right_answer_gets_full_points_after_blank_ones(name: str):
    chapter = CHAPTERS[name]
    blank = {id: blank_answer(name, id) for id in chapter.ids}
    for own, answers in chapter.right.items():
        for answer in answers:
            for end, choice in meetings(chapter, blank | {own: answer}):
                if choice[-1] == answer:
                    assert lost(chapter, end, choice) == ""


@pytest.mark.slow
@pytest.mark.parametrize(("chapter", "exercise"), GUARDED)
def test_the_courses_takes_the_place_of_a_blank_and_a_wrong_answer(
    chapter: Combined, exercise: str
):
    """test_answers holds of every wrong one that what decides here refuses it."""
    for answer in blank_answer(chapter.name, exercise), chapter.wrong[exercise][0]:
        assert chapter.lack_of(answer)


def after_wrong_ones(chapter: Combined) -> tuple[Answers, list[str]]:
    """Wrong answers and right ones that use them, and the exercises of the right ones."""
    wrong = {exercise: chapter.wrong[exercise][0] for exercise in chapter.earlier}
    chosen, right = dict[str, Answer](), []
    for own, answers in chapter.right.items():
        end = chapter.cell_ids.index(f"check-{own}")
        beside = max((chapter.needed(end, wrong | {own: a}) for a in answers), key=len)
        if len(beside) > 1:
            chosen |= {answer.exercise: answer for answer in beside}
            right.append(own)
    return chosen, right


@pytest.mark.slow
@pytest.mark.parametrize("name", [c.name for c in CHAPTERS.values() if c.earlier])
def test_sealed_a_right_answer_gets_full_points_after_wrong_ones(name: str):
    chapter, found, full = CHAPTERS[name], {}, {}
    chosen, right = after_wrong_ones(chapter)
    assert right
    session = Session(server(), Limits(total=600), Release(released(name).cells, {}).imports)
    try:
        for id, cell in zip(chapter.cell_ids, chapter.cells, strict=True):
            exercise = id.removeprefix("check-")
            if exercise == id:
                assert session.run(chosen[id].source if id in chosen else cell.source).cause == ""
            elif exercise in right:
                full[exercise] = float(cell.metadata["nbgrader"]["points"])
                found[exercise] = session.check(cell.source, full[exercise]).points
    finally:
        session.close()
    assert found == full
