"""An instructor's browser runs nothing that a student wrote, and shows what the course shows."""

import time

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbconvert.exporters import HTMLExporter
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from traitlets.config import Config

from course_utils.grading.plugins.clean import clean_html
from tests import ROOT

CONFIG = Config()
CONFIG.HTMLExporter.sanitize_html = True
CONFIG.HTMLExporter.filters = {
    "clean_html": "course_utils.grading.plugins.clean.clean_html",
    "markdown2html": "course_utils.grading.plugins.clean.markdown_to_html",
}


def page(*cells):
    exporter = HTMLExporter(config=CONFIG, template_name="classic")
    return exporter.from_notebook_node(new_notebook(cells=list(cells)))[0]


def display(kind, text):
    return new_code_cell("1", outputs=[new_output("display_data", data={kind: text})])


SCRIPTS = [
    "<script>evil()</script>",
    "<img src=x onerror=evil()>",
    "<img src='https://example.org/evil()'>",
    "<svg onload=evil()></svg>",
    "<iframe srcdoc='<script>evil()</script>'></iframe>",
    "<a href='javascript:evil()'>x</a>",
    "<a href=' jav&#x09;ascript:evil()'>x</a>",
    "<a href='data:text/html,<script>evil()</script>'>x</a>",
    "<form action='https://example.org/evil()'><input></form>",
    "<div style='background: url(javascript:evil())'>x</div>",
    "<math><mtext><table><mglyph><style><img src=x onerror=evil()>",
    "<base href='https://example.org/evil()'>",
]


def test_scripts_become_text_and_what_is_harmless_stays():
    assert clean_html("<b class='x' onclick='f()'>b</b><script>f()</script>") == (
        '<b class="x">b</b>&lt;script&gt;f()&lt;/script&gt;'
    )


def test_styles_can_neither_load_nor_cover_anything():
    style = "color: red; position: fixed; background: url(https://example.org/x)"
    assert clean_html(f"<p style='{style}'>p</p>") == '<p style="color: red;">p</p>'


@pytest.mark.parametrize("script", SCRIPTS)
@pytest.mark.parametrize("kind", ["text/html", "text/markdown", "text/latex", "image/svg+xml"])
def test_no_output_brings_a_script_to_the_page(kind, script):
    marked = script.replace("evil", "evil_4711")
    assert_harmless(page(display(kind, marked)))


@pytest.mark.parametrize("script", SCRIPTS)
def test_no_markdown_brings_a_script_to_the_page(script):
    assert_harmless(page(new_markdown_cell(script.replace("evil", "evil_4711"))))


def assert_harmless(html):
    """The script is gone, or stands there as text."""
    for tag in BeautifulSoup(html, "html.parser").body.find_all(True):
        assert "evil_4711" not in str(tag.attrs)
        assert tag.name not in ("iframe", "form", "base", "svg", "object", "embed")
        assert tag.name != "script" or "evil_4711" not in tag.get_text()


def test_the_course_s_own_reports_and_figures_stay():
    notebook = nbformat.read(
        ROOT / "solutions" / "01_two_step_rnn" / "01_two_step_rnn.ipynb", as_version=4
    )
    html = page(*notebook.cells)
    figures = sum("data:image/png" in str(cell.get("outputs")) for cell in notebook.cells)
    assert figures >= 3
    assert html.count('src="data:image/png;base64,') >= figures
    assert 'alt="' in html
    assert "border-left: 4px solid" in html
    assert html.count("course-report-pass") == 6
    assert html.count("<math ") >= 1  # see test_formulas


def test_a_picture_attached_to_an_answer_is_shown():
    cell = new_markdown_cell("![mine](attachment:mine.png)")
    cell.attachments = {"mine.png": {"image/png": "AAAA"}}
    assert 'src="data:image/png;base64,AAAA"' in page(cell)


@pytest.mark.slow
@pytest.mark.parametrize("text", ["\\begin{a}" * 12_000, "*a _" * 20_000, "[" * 50_000], ids=len)
def test_a_text_that_would_take_long_to_read_is_shown_as_it_is(text):
    before = time.process_time()
    shown = BeautifulSoup(page(new_markdown_cell(f"<b>{text}")), "html.parser")
    assert time.process_time() - before < 10
    assert shown.find("pre", string=f"<b>{text}") is not None
