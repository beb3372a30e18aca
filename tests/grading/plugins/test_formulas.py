"""Formulas of pages are set without the network, and nothing but formulas comes out of them."""

import re
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup

from course_utils.grading.plugins.formulas import mathml
from course_utils.grading.plugins.pages import PageExporter
from tests import ROOT

_FORMULA = re.compile(r"(?<!\\)\$\$(.+?)\$\$|(?<!\\)\$([^$\n]+?)\$", re.S)


def page(*cells):
    filters = {
        "clean_html": "course_utils.grading.plugins.clean.clean_html",
        "markdown2html": "course_utils.grading.plugins.clean.markdown_to_html",
    }
    exporter = PageExporter(filters=filters, sanitize_html=True, template_name="classic")
    return exporter.from_notebook_node(nbformat.v4.new_notebook(cells=list(cells)))[0]


def shown(text):
    """What a page makes of a Markdown cell."""
    found = page(nbformat.v4.new_markdown_cell(text))
    return found.partition('<div class="text_cell_render')[2].partition("</body>")[0]


def test_every_formula_of_the_course_is_set():
    texts = [path.read_text() for path in (ROOT / "chapters").glob("*.py")]
    cells = [cell for path in (ROOT / "notebooks").glob("*/*.ipynb") for cell in _markdown(path)]
    assert texts
    found = {a or b for cell in cells for a, b in _FORMULA.findall(cell)}
    assert len(found) > 100
    assert [formula for formula in found if not mathml(formula).startswith("<math ")] == []


def _markdown(path: Path):
    notebook = nbformat.read(path, as_version=4)
    return [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]


@pytest.mark.parametrize(
    "text",
    [
        "$x_1$",
        "$$x_1$$",
        r"\\(x_1\\)",
        r"\begin{align}x_1\end{align}",
        "- a $x_1$",
        "|a|\n|-|\n|$x_1$|",
    ],
)
def test_all_ways_to_write_one_are_set(text):
    assert "<msub><mi>x</mi><mn>1</mn></msub>" in shown(text)


def test_a_formula_that_a_cell_shows_is_set():
    output = nbformat.v4.new_output("display_data", data={"text/latex": "$x_1$"})
    assert "<msub>" in page(nbformat.v4.new_code_cell("show()", outputs=[output]))


@pytest.mark.parametrize(
    "formula",
    [
        r"\href{javascript:alert(1)}{x}",
        r"\style{position:fixed}{x}",
        r"\class{btn}{x}",
        r"x^",
        r"\frac{1}{" * 60,
        "{" * 1999,
        "x" * 2001,
    ],
)
def test_what_cant_be_set_or_does_more_is_shown_as_written(formula):
    assert mathml(formula).startswith("<code>")


@pytest.mark.parametrize(
    "text",
    [
        r"$\text{<script>alert(1)</script>}$",
        r"$\text{&lt;script&gt;alert(1)&lt;/script&gt;}$",
        r'![$\text{" onerror="alert(1)}$](data:image/png;base64,AAAA)',
        r'[a](https://example.org "$\text{\" onclick=\"alert(1)}$")',
        r"<b title='$\text{x}$'>bold</b>",
        "<math xmlns='http://www.w3.org/1998/Math/MathML'><script>alert(1)</script></math>",
        "<math xmlns='http://www.w3.org/1998/Math/MathML'><mi onclick='alert(1)'>x</mi></math>",
        "<math href='javascript:alert(1)'><mi>x</mi></math>",
        "<b title=\"<math xmlns='http://www.w3.org/1998/Math/MathML'><mi>x</mi></math>\">bold</b>",
        "<math " + "<mrow>" * 5000 + "</mrow>" * 5000 + "</math>",
        r"<span class='formula-0-0'></span>$x$",
    ],
)
def test_no_formula_breaks_out(text):
    found = shown(text)
    assert "<script" not in found
    for tag in BeautifulSoup(found, "html.parser").find_all(True):
        assert not {"onerror", "onclick"} & tag.attrs.keys()
        assert not str(tag.get("href")).startswith("javascript")
        assert "<mi" not in str(tag.attrs)
