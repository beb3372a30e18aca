"""The house: small rooms, and each thing where its path says."""

import ast
import importlib

import pytest

from tests import ROOT
from tests.answer_bank import Chapter, chapters

MODULES = sorted((ROOT / "course_utils").rglob("*.py"))
TESTS = [
    path for path in sorted((ROOT / "tests").rglob("test_*.py")) if "answers" not in path.parts
]
MOST_LINES = 400
MOST_LINES_OF_A_FUNCTION = 40  # without its docstring


def test_no_module_is_long():
    lines = {path: len(path.read_text().splitlines()) for path in [*MODULES, *TESTS]}
    assert [path.name for path, count in lines.items() if count > MOST_LINES] == []


def test_no_function_is_long():
    long = [
        f"{path.name}:{node.name}"
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef) and _length(node) > MOST_LINES_OF_A_FUNCTION
    ]
    assert long == []


def _length(function: ast.FunctionDef) -> int:
    """The lines of a function's body, without its docstring."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0


@pytest.mark.parametrize("chapter", chapters())
def test_an_exercise_is_decided_by_the_module_that_has_its_name(chapter):
    package = f"course_utils.checks.{chapter[3:]}"
    for exercise in Chapter(chapter).ids:
        module = importlib.import_module(f"{package}.{exercise.replace('-', '_')}")
        names = {node.id for node in ast.walk(ast.parse(Chapter(chapter).check_cell(exercise)))
                 if isinstance(node, ast.Name)}  # fmt: skip
        (check,) = [name for name in names if name.startswith("check_")]
        assert getattr(module, check).__module__ == module.__name__
        assert getattr(importlib.import_module(package), check) is getattr(module, check)


def test_a_test_stands_where_its_module_does():
    homeless = [str(path.relative_to(ROOT)) for path in TESTS if not _has_a_home(path)]
    assert homeless == []


def _has_a_home(test) -> bool:
    """Whether a module or package has the test's name, or that of the folder it lies in."""
    place = test.relative_to(ROOT / "tests").with_suffix("")
    if place.parts[0] == "course":
        return True
    mirror = ROOT / "course_utils" / place.with_name(place.name.removeprefix("test_"))
    return any(
        path.is_dir() or path.with_suffix(".py").is_file() for path in (mirror, mirror.parent)
    )
