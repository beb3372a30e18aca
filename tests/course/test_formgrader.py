"""Formgrader in a real browser: an instructor grades by the button, marks by hand, and comments.

No page may ask anything but the instructor's own computer.
"""

import re
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from playwright.sync_api import Browser, Page, expect

from course_utils.grading.plugins import formgrader
from tests import ROOT, in_process
from tests.course.test_browser import (
    TOKEN,
    browser,  # noqa: F401 - a fixture
    command,
    environment,
    picture,
    wait_until_it_answers,
)
from tests.sealing import server

pytestmark = pytest.mark.slow

LAB = "01_lab"
PATIENCE = 120_000  # milliseconds: the first submission starts the sandbox
ANSWER = "def double(x):\n    ### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION"
CHECK = "assert double(4) == 8"
FORMULA = r"We want $y_t = 2 x_t$ and $$\begin{aligned} a &= \frac{b}{c} \end{aligned}$$"


def marked(cell, name, points=None, **flags):
    mark = {"schema_version": 3, "grade_id": name, "locked": False, "task": False, **flags}
    cell.metadata["nbgrader"] = mark | ({} if points is None else {"points": points})
    return cell


def notebook():
    return new_notebook(
        cells=[
            new_markdown_cell(FORMULA),
            marked(new_code_cell(ANSWER), "double", grade=False, solution=True),
            marked(
                new_code_cell("assert double(4) == 8"),
                "check-double",
                3,
                grade=True,
                solution=False,
            ),
            marked(new_markdown_cell("Because."), "why", 2, grade=True, solution=True),
        ],
        metadata={"kernelspec": {"name": "python3", "display_name": "P", "language": "python"}},
    )


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course in which two students have handed in, and nothing is graded."""
    server()  # skips where there can be no sandbox
    root = tmp_path_factory.mktemp("home") / "course"
    (root / "solutions" / LAB).mkdir(parents=True)
    nbformat.write(notebook(), root / "solutions" / LAB / f"{LAB}.ipynb")
    (root / "nbgrader_config.py").write_text((ROOT / "nbgrader_config.py").read_text())
    in_process.nbgrader(root, "generate_assignment", LAB)
    for student, text in {"ada": "Since $2 x = x + x$.", "ben": "No idea."}.items():
        work = nbformat.read(root / "notebooks" / LAB / f"{LAB}.ipynb", as_version=4)
        work.cells[1].source = "def double(x):\n    return x + x"
        work.cells[3].source = text
        (root / "submitted" / student / LAB).mkdir(parents=True)
        nbformat.write(work, root / "submitted" / student / LAB / f"{LAB}.ipynb")
    return root


@pytest.fixture(scope="module")
def address(course: Path) -> Iterator[str]:
    """The address of formgrader, started in the course's folder."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    home, start = course.parent, command(course, port)
    with (
        (home / "jupyter.log").open("w") as log,
        subprocess.Popen(
            start, env=environment(home), cwd=course, stdout=log, stderr=log
        ) as running,
    ):
        try:
            wait_until_it_answers(running, f"http://127.0.0.1:{port}/api?token={TOKEN}", log.name)
            yield f"http://127.0.0.1:{port}/formgrader"
        finally:
            running.terminate()


@pytest.fixture(scope="module")
def asked() -> set[str]:
    """The hosts that pages asked something."""
    return set()


@pytest.fixture(scope="module")
def page(browser: Browser, address: str, asked: set[str]) -> Page:  # noqa: F811
    opened = browser.new_page(viewport={"width": 1280, "height": 900})
    opened.on("request", lambda request: asked.add(request.url.split("/")[2]))
    opened.goto(f"{address}/manage_assignments?token={TOKEN}")
    expect(opened.locator("td.status")).to_have_text("draft")
    return opened


@pytest.fixture(scope="module")
def graded(page: Page, address: str, course: Path) -> Page:
    """Ada's submission, graded by the button and by hand; her feedback is written."""
    page.goto(f"{address}/manage_submissions/{LAB}")
    page.locator("tbody tr", has_text="ada").locator(".autograde a").click()
    said = page.get_by_text("Successfully autograded '01_lab' for student 'ada'.")
    expect(said).to_be_visible(timeout=PATIENCE)
    page.goto(f"{address}/gradebook/{LAB}/{LAB}")
    page.get_by_role("link", name=re.compile("Submission #1")).click()
    page.wait_for_load_state("networkidle")  # what it saves to has come
    mark = page.locator("#why.score")
    picture(page, "formgrader")
    with page.expect_response(re.compile("/api/grade/")):
        mark.fill("1.5")
        mark.press("Tab")
    comment = page.locator("#why-comment")
    with page.expect_response(re.compile("/api/comment/")):
        comment.fill("And for $x < 0$?")
        comment.press("Tab")
    in_process.nbgrader(course, "generate_feedback", LAB)
    return page


def test_a_chapter_is_a_draft_until_something_in_it_was_graded(page, address, graded):
    page.goto(f"{address}/manage_assignments")
    expect(page.locator("td.status")).to_have_text("released")


@pytest.mark.parametrize("where", [f"manage_submissions/{LAB}", "manage_students"])
def test_a_student_without_a_name_is_an_id(page, address, graded, where):
    page.goto(f"{address}/{where}")
    expect(page.locator("tbody tr td:first-child").first).to_have_text("ada")


def test_a_mark_and_a_comment_given_by_hand_are_in_the_page(browser, course, graded, asked):  # noqa: F811
    with browser.new_context() as context:
        feedback = context.new_page()
        feedback.on("request", lambda request: asked.add(request.url.split("/")[2]))
        feedback.goto((course / "feedback" / "ada" / LAB / f"{LAB}.html").as_uri())
        picture(feedback, "feedback")
        contents = feedback.locator("#toc li").all_inner_texts()
        formulas = feedback.locator("math")
        assert contents == [
            "double (Score: 3.0 / 3.0)",
            "why (Score: 1.5 / 2.0)",
            "Comment on why",
        ]
        expect(feedback.get_by_text("And for")).to_be_visible()
        assert formulas.count() == 4  # two of the text, the answer's and the comment's
        assert formulas.nth(1).locator("mfrac").bounding_box()["height"] > 20


def test_formgrader_sets_formulas_and_no_page_needs_the_network(page, address, graded, asked):
    page.goto(f"{address}/gradebook/{LAB}/{LAB}")
    page.get_by_role("link", name=re.compile("Submission #1")).click()
    expect(page.locator("math")).to_have_count(3)
    assert asked == {address.split("/")[2], ""}  # "" is a file's


def test_the_scripts_that_are_changed_are_as_we_know_them():
    for name in ("manage_students", "manage_submissions"):
        script = Path(formgrader.handlers.static_path, "js", f"{name}.js").read_text()
        assert script.count(formgrader._NAME) == 1
