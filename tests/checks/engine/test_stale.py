"""A check says when it judges an answer that an earlier run left."""

import pytest
from IPython.core.interactiveshell import InteractiveShell

from course_utils.checks.engine.stale import stale_note, watch


@pytest.fixture
def notes():
    """A function that runs cells and gives what a check of `answer` would say after them."""
    shell = InteractiveShell()
    watch(shell)
    shell.user_ns["stale_note"] = lambda: stale_note(shell)

    def run(*cells):
        for cell in cells:
            shell.run_cell(cell, store_history=True)
        shell.run_cell("note = stale_note()  # check_answer(answer)", store_history=True)
        return shell.user_ns["note"]

    yield run
    run("def answer(): return 1")  # what failed is remembered for the whole process


@pytest.mark.parametrize(
    ("cell", "error"),
    [
        ("def answer(x:\n    return x", "SyntaxError"),
        ("import nothing_of_this_name\ndef answer(): pass", "ModuleNotFoundError"),
        ("answer = 1 / 0", "ZeroDivisionError"),
        ("class answer(Missing): pass", "NameError"),
    ],
)
def test_a_failed_definition_is_told(notes, cell, error, capsys):
    said = notes("def answer(): return 1", cell)
    assert said.startswith(f"The cell that defines `answer` ended in {error} when it ran last")


def test_a_definition_that_ran_again_is_not_told(notes, capsys):
    assert notes("def answer(: pass", "def answer(): return 1") == ""
    assert notes("def another(: pass", "x = answer() == 1 / 0") == ""
