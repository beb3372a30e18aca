"""What the chapters' prose says is what their cells do."""

import re
import tomllib

import nbformat
import pytest

from tests import ROOT

CHAPTERS = [path.stem for path in sorted((ROOT / "chapters").glob("*.py"))]
REASONS = tomllib.loads((ROOT / "tests" / "course" / "told_numbers.toml").read_text())
DATA_URI = re.compile(r"data:image/[^\"']+")
# What is no claim: formulas, code, links, headings, numbers of sections, years, arrays.
NO_CLAIM = re.compile(
    r"\$\$.*?\$\$|\$[^$]*\$|`[^`]*`|\]\([^)]*\)|\b(?:[Cc]hapters?|[Ss]ections?)\s[\d., and]+"
    r"|^#+ .*$|\((?:19|20)\d\d\)|,\s(?:19|20)\d\d\b|\[[\d., \[\]-]*\]",
    re.MULTILINE | re.DOTALL,
)
NUMBER = re.compile(r"(?<![\w.,-])\d[\d,]*(?:\.\d+)?(?![\w])")


def cells(name, kind):
    book = nbformat.read(ROOT / "solutions" / name / f"{name}.ipynb", as_version=4)
    return [cell for cell in book.cells if cell.cell_type == kind]


def told(name):
    """The numbers of the prose with two digits or more, as texts, and where each stands."""
    for cell in cells(name, "markdown"):
        for match in NUMBER.finditer(NO_CLAIM.sub(" ", cell.source)):
            text = match[0].rstrip(",").replace(",", "")
            if len(re.sub(r"\D", "", text).lstrip("0")) > 1 or "." in text:
                yield text, cell.source


def shown(name):
    """The numbers that code holds or prints."""
    texts = []
    for cell in cells(name, "code"):
        texts.append(cell.source.replace("_", ""))
        for output in cell.outputs:
            texts += [output.get("text", ""), *map(str, output.get("data", {}).values())]
    whole = DATA_URI.sub("", "\n".join(texts))
    whole = re.sub(r"(?<=\d),(?=\d{3})", "", whole)
    return {abs(float(n)) for n in re.findall(r"\d*\.?\d+(?:e[-+]?\d+)?", whole)}


def is_one_of(text, numbers):
    """Whether a number, or the percent of a share, rounds to the text."""
    digits = len(text.partition(".")[2])
    half = 0.5 * 10.0**-digits + 1e-9
    return any(abs(scale * n - float(text)) <= half for n in numbers for scale in (1, 100))


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_number_in_the_prose_is_one_that_a_cell_computes_or_holds(name):
    numbers, reasons = shown(name), REASONS.get(name[:2], {})
    strange = {text: where for text, where in told(name) if not is_one_of(text, numbers)}
    assert sorted(strange) == sorted(reasons), strange


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_prediction_has_a_place_right_below(name):
    book = nbformat.read(ROOT / "notebooks" / name / f"{name}.ipynb", as_version=4)
    for cell, below in zip(book.cells, book.cells[1:], strict=False):
        if re.search(r"^\*\*Predict\b", cell.source, re.MULTILINE):
            assert re.fullmatch(r"prediction_\d+_\d+ = \.\.\.  # .*", below.source), cell.source


@pytest.mark.parametrize("name", CHAPTERS)
def test_the_worked_answers_are_used_further_on(name):
    shown = [output.get("text", "") for cell in cells(name, "code") for output in cell.outputs]
    assert "the course's takes its place" not in "\n".join(shown)
