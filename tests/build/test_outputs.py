"""Which outputs may be stored."""

import base64
import configparser
import re
from pathlib import Path

import nbformat
import pytest

from course_utils.build.outputs import NUMBER
from course_utils.build.outputs import problems as output_problems
from course_utils.build.source import Chapter
from course_utils.show import measured
from tests import ROOT


def output_errors(*outputs, root=Path("/course"), tags=(), source="x"):
    cell = nbformat.v4.new_code_cell(
        source, outputs=list(outputs), execution_count=1, metadata={"tags": list(tags)}
    )
    book = nbformat.v4.new_notebook(cells=[cell])
    return [error.problem for error in output_problems(Chapter("01_toy", root), book)]


def html(text):
    return nbformat.v4.new_output("display_data", data={"text/html": text})


def figure(size, alt='alt="A curve"'):
    data = base64.b64encode(bytes(size)).decode()
    return html(f'<img src="data:image/png;base64,{data}" {alt}>')


def stream(text, name="stdout"):
    return nbformat.v4.new_output("stream", name=name, text=text)


@pytest.mark.parametrize(
    ("output", "problem"),
    [
        (stream("careful", name="stderr"), "it wrote to stderr: 'careful'"),
        (stream("<object object at 0x7f>"), "the output has a memory address"),
        (stream("read /course/data"), "the output names the course's folder, /course"),
        (stream(f"wrote {Path.home()}/x"), f"the output names the home folder, {Path.home()}"),
        (stream("wrote /tmp/x"), "the output names a temporary folder, /tmp"),
        (figure(61 * 1024), "a figure has 61 KB; the most is 60 KB"),
        (figure(10, alt=""), "an image has no alternative text"),
        (figure(10, alt='alt=" "'), "an image has no alternative text"),
        (
            nbformat.v4.new_output("display_data", data={"image/png": "AAAA"}),
            "it shows a figure as image/png, which has no alternative text",
        ),
        (
            nbformat.v4.new_output(
                "display_data", data={"application/vnd.jupyter.widget-view+json": {}}
            ),
            "it stores a live widget, whose id differs at each run",
        ),
        (
            nbformat.v4.new_output("error", ename="ValueError", evalue="bad", traceback=[]),
            "it raised ValueError: bad",
        ),
    ],
)
def test_an_output_that_may_not_be_stored_is_named(output, problem, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", "/tmp")
    assert output_errors(output) == [problem]


def test_figures_up_to_60_kb_with_alternative_text_are_stored():
    assert output_errors(figure(60 * 1024)) == []


def test_an_error_that_the_chapter_shows_on_purpose_is_stored():
    output = nbformat.v4.new_output("error", ename="ValueError", evalue="bad", traceback=[])
    assert output_errors(output, tags=["raises-exception"]) == []


TRY_IT = "print(1)\nprint(2)\n# prints: 1\n#         2"


def test_a_try_it_cell_that_prints_what_it_says_is_stored():
    assert output_errors(stream("1\n2\n"), tags=["try-it"], source=TRY_IT) == []


@pytest.mark.parametrize(
    ("output", "seen"),
    [
        (stream("1\n3\n"), r"'1\n3'"),
        (stream("1\n2\n3\n"), r"'1\n2\n3'"),
        (nbformat.v4.new_output("error", ename="E", evalue="bad", traceback=[]), "'error'"),
    ],
)
def test_a_try_it_cell_that_prints_something_else_is_refused(output, seen):
    (problem,) = output_errors(output, tags=["try-it", "raises-exception"], source=TRY_IT)
    assert problem == rf"the try-it cell says '1\n2', but it prints {seen}"


def test_a_path_that_only_begins_like_the_course_folder_is_no_path_of_it():
    assert output_errors(stream("/course-notes /courses")) == []


def test_a_measured_number_that_misses_its_bound_is_refused(capsys):
    measured("share right", 0.5, at_least=0.6)
    assert output_errors(stream(capsys.readouterr().out)) == [
        "a measured number misses its bound. Not so in this run: at least 0.6"
    ]


@pytest.mark.parametrize("value", [0.00312, -1.5e-05, 26850, [0.5, 0.25, 1e-7]])
def test_nbval_masks_a_measured_number_and_not_its_bound(capsys, value):
    settings = configparser.RawConfigParser()
    settings.read(ROOT / "tests" / "nbval_sanitize.cfg", encoding="utf-8")
    rule = settings["measured"]
    measured("after 3 steps", value, at_most=30_000)
    masked = re.sub(rule["regex"], rule["replace"], capsys.readouterr().out)
    assert masked == "after 3 steps: ≈ NUMBER (at most 30000)\n"
    assert rule["regex"] == NUMBER.pattern
