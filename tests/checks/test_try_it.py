"""The try-it cell of each exercise: what it says it prints is so for every right answer."""

import symtable

import pytest

from course_utils.build.try_it import says
from tests.answer_bank import Answer, blank_answer
from tests.checks.test_answers import EXERCISES, RIGHT, chapter


def bound(source: str) -> set[str]:
    """The names that a cell binds for those below it."""
    table = symtable.symtable(source, "a cell", "exec")
    return {symbol.get_name() for symbol in table.get_symbols() if symbol.is_assigned()}


def wanted(source: str) -> set[str]:
    """The names that a cell reads, inside of functions, too, and does not bind itself."""
    tables = [symtable.symtable(source, "a cell", "exec")]
    found = {s.get_name() for s in tables[0].get_symbols() if s.is_referenced()}
    while tables:
        table = tables.pop()
        tables += table.get_children()
        found |= {s.get_name() for s in table.get_symbols() if s.is_global()}
    return found - bound(source)


@pytest.mark.filterwarnings("ignore")  # one of Keras is part of an answer
@pytest.mark.parametrize("answer", RIGHT)
def test_the_cell_prints_what_it_says_for_every_right_answer(answer: Answer):
    tried = chapter(answer.chapter)
    assert tried.prints(answer) == says(tried.try_its[answer.exercise])


@pytest.mark.parametrize(("chapter_name", "exercise"), EXERCISES)
def test_the_cell_raises_nothing_while_the_answer_is_blank(chapter_name: str, exercise: str):
    tried = chapter(chapter_name)
    blank = tried.prints(blank_answer(chapter_name, exercise))
    assert blank != says(tried.try_its[exercise])


@pytest.mark.parametrize(("chapter_name", "exercise"), EXERCISES)
def test_no_other_cell_reads_a_name_that_the_cell_binds(chapter_name: str, exercise: str):
    tried = chapter(chapter_name)
    others = [cell.source for cell in tried.code if cell.source not in tried.try_its.values()]
    assert not bound(tried.try_its[exercise]) & set().union(*map(wanted, others))
