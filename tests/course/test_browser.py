"""JupyterLab in a real browser: a student opens chapter 01, runs it, and answers an exercise.

What the browser shows is left in artifacts/ to look at.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from course_utils.doctor import find_browser
from tests import ROOT
from tests.left_out import leave_out

pytestmark = pytest.mark.slow

ARTIFACTS = ROOT / "artifacts"
ANSWERS = ROOT / "tests" / "answers" / "01_two_step_rnn" / "rnn-step"
CHAPTER = "notebooks/01_two_step_rnn/01_two_step_rnn.ipynb"
TOKEN = "a-token-for-tests"

RUN_ALL = 120_000  # milliseconds: starting a kernel, importing TensorFlow, all cells
RUN_ONE = 30_000

# All cells are in the page from the start, and JupyterLab asks for nothing.
SETTINGS = {
    "@jupyterlab/notebook-extension/tracker": {"windowingMode": "none"},
    "@jupyterlab/apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
}
# No look-ups of the browser's own: a test machine may have no way out.
QUIET = ["--disable-quic", "--disable-background-networking", "--disable-component-update"]


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a JupyterLab that serves a copy of notebooks/ and has no user's settings."""
    home = tmp_path_factory.mktemp("home")
    shutil.copytree(ROOT / "notebooks", home / "course" / "notebooks")
    for name, settings in SETTINGS.items():
        path = home / "settings" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(settings))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (
        (home / "jupyter.log").open("w") as log,
        subprocess.Popen(
            command(home / "course", port), env=environment(home), stdout=log, stderr=log
        ) as server,
    ):
        try:
            wait_until_it_answers(server, f"http://127.0.0.1:{port}/api?token={TOKEN}", log.name)
            yield f"http://127.0.0.1:{port}/lab/tree/{CHAPTER}?token={TOKEN}"
        finally:
            server.terminate()


def command(folder: Path, port: int) -> list[str]:
    return [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
        *("--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}", "--ServerApp.port_retries=0"),
        *(f"--ServerApp.root_dir={folder}", f"--IdentityProvider.token={TOKEN}"),
    ]


def environment(home: Path) -> dict[str, str]:
    # Explorers are to move here, which the other tests forbid.
    kept = {name: value for name, value in os.environ.items() if name != "COURSE_STATIC"}
    folders = {
        "HOME": home,
        "IPYTHONDIR": home / "ipython",
        "JUPYTER_CONFIG_DIR": home / "config",
        "JUPYTER_DATA_DIR": home / "data",
        "JUPYTER_RUNTIME_DIR": home / "runtime",
        "JUPYTERLAB_SETTINGS_DIR": home / "settings",
        "JUPYTERLAB_WORKSPACES_DIR": home / "workspaces",
    }
    return kept | {name: str(folder) for name, folder in folders.items()}


def wait_until_it_answers(server: subprocess.Popen, address: str, log: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.2)
    pytest.fail(f"JupyterLab did not start:\n{Path(log).read_text()}")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = find_browser()
    if program is None:
        leave_out("There is no Chromium. On Debian and Ubuntu: sudo apt install chromium.")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=program, args=QUIET)
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def chapter(browser: Browser, lab: str) -> Page:
    """Chapter 01 as students get it, all cells run."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(lab)
    expect(page.locator(".jp-Notebook .jp-CodeCell").first).to_be_visible(timeout=RUN_ALL)
    expect(page.get_by_text("Python 3 (ipykernel) | Idle")).to_be_visible(timeout=RUN_ALL)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    expect(prompts(page).last).to_have_text(re.compile(r"\[\d+\]:"), timeout=RUN_ALL)
    picture(page, "all-cells-run")
    return page


def prompts(page: Page) -> Locator:
    return page.locator(".jp-Notebook .jp-CodeCell .jp-InputPrompt")


def cell(page: Page, text: str) -> Locator:
    """The one code cell whose source has the text."""
    editor = page.locator(".jp-InputArea-editor", has_text=text)
    return page.locator(".jp-Notebook .jp-CodeCell").filter(has=editor)


def run(page: Page, wanted: Locator) -> None:
    """Runs a cell as a student does, with the keyboard, and waits for it."""
    before = wanted.locator(".jp-InputPrompt").inner_text()
    wanted.locator(".cm-content").click()
    page.keyboard.press("Control+Enter")
    prompt = wanted.locator(".jp-InputPrompt")
    expect(prompt).not_to_have_text(before, timeout=RUN_ONE)
    expect(prompt).to_have_text(re.compile(r"\[\d+\]:"), timeout=RUN_ONE)


def answer(page: Page, name: str) -> Locator:
    """Types an answer of the bank over the one in exercise rnn-step; returns the check's report."""
    place = cell(page, "def rnn_step(")
    place.locator(".cm-content").click()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text((ANSWERS / f"{name}.py").read_text())
    run(page, place)
    check = cell(page, "check_rnn_step(rnn_step)")
    run(page, check)
    check.scroll_into_view_if_needed()
    picture(page, f"rnn-step-{name}")
    return check.locator(".course-report")


def edge(report: Locator) -> list[int]:
    """Red, green and blue of the line beside a report, as the browser draws it."""
    colour = report.evaluate("element => getComputedStyle(element).borderLeftColor")
    return [int(part) for part in re.findall(r"\d+", colour)[:3]]


def picture(page: Page, name: str) -> None:
    ARTIFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTIFACTS / f"{name}.png")


def test_an_untouched_chapter_runs_without_an_error(chapter: Page) -> None:
    expect(chapter.locator('.jp-OutputArea-output[data-mime-type*="error"]')).to_have_count(0)
    expect(chapter.locator('.jp-OutputArea-output[data-mime-type*="stderr"]')).to_have_count(0)
    expect(chapter.get_by_text("Chapter 01_two_step_rnn is ready (full profile).")).to_be_visible()


def test_an_untouched_chapter_says_that_nothing_is_answered(chapter: Page) -> None:
    expect(chapter.locator(".course-report").first).to_be_attached()
    expect(chapter.locator(".course-report-pass")).to_have_count(0)


def test_every_figure_has_an_alternative_text(chapter: Page) -> None:
    figures = chapter.locator(".jp-OutputArea-output img")
    assert figures.count() >= 3
    for figure in figures.all():
        assert len((figure.get_attribute("alt") or "").split()) >= 5


def test_a_wrong_answer_turns_the_report_red_and_shows_its_hint(chapter: Page) -> None:
    report = answer(chapter, "wrong_no_tanh")
    expect(report).to_have_class(re.compile("course-report-fail"))
    red, green, _ = edge(report)
    assert red > 2 * green
    expect(report.locator(".course-hint").first).to_contain_text("the tanh is missing")


def test_a_right_answer_turns_the_report_green(chapter: Page) -> None:
    report = answer(chapter, "right_numpy")
    expect(report).to_have_class(re.compile("course-report-pass"))
    red, green, _ = edge(report)
    assert green > 2 * red
    expect(report).to_contain_text("6 of 6 points")


def test_the_explorer_follows_its_slider(chapter: Page) -> None:
    explorer = cell(chapter, "widgets.unroll_stepper")
    figure = explorer.locator("img")
    before = figure.get_attribute("alt")
    explorer.locator(".noUi-handle").last.focus()
    chapter.keyboard.press("ArrowRight")
    expect(figure).not_to_have_attribute("alt", before, timeout=RUN_ONE)
    picture(chapter, "explorer")
