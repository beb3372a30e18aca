"""The documents: their commands, examples, links and pictures are the real ones."""

import csv
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from course_utils.build.links import anchors
from course_utils.diagrams import course_map
from tests import ROOT
from tests.outside import outside

PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
README = (ROOT / "README.md").read_text()
CHAPTER = "notebooks/01_two_step_rnn/01_two_step_rnn.ipynb"
MINE = CHAPTER.replace("notebooks", "work")

BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)|(?:src|href)=\"([^\"]+)\"")
ELSEWHERE = re.compile(
    r"/(root|home|work|Users)/\w|https?://[^\s\"]*/(simple|packages)/|pypi\.org|npmjs|\.\./shared"
)


def commands(text: str) -> list[str]:
    """The lines of the blocks that name no language: what a reader types."""
    blocks = [body for language, body in BLOCK.findall(text) if not language]
    return [line.split("  #")[0].strip() for block in blocks for line in block.splitlines()]


def shell_block(text: str) -> list[str]:
    """The lines of the one block in a shell's language."""
    (block,) = (body for language, body in BLOCK.findall(text) if language == "sh")
    return block.splitlines()


def targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


def test_the_two_commands_come_first_in_the_readme() -> None:
    assert commands(README)[:2] == ["make lab", "make test"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_of_make_exist(page: Path) -> None:
    named = re.findall(r"\bmake ([a-z]+(?:-[a-z]+)*)", " ".join(quoted(page.read_text())))
    assert set(named) <= targets()


def quoted(text: str) -> list[str]:
    """Commands in blocks and between backquotes."""
    return commands(text) + re.findall(r"`(make [^`]+)`", text)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for link in filter(None, (part for match in LINK.findall(page.read_text()) for part in match)):
        if re.match(r"https?://", link):
            continue
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        assert target.exists(), f"{page.name} links to {link}, which is not there"
        assert not anchor or anchor in anchors(target), f"{target.name} has no heading #{anchor}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_page_names_a_machine_or_a_registry(page: Path) -> None:
    assert ELSEWHERE.search(page.read_text()) is None


@pytest.mark.parametrize(
    "name", ["chapters", "solutions", "notebooks", "work", "course_utils", "tests"]
)
def test_the_readme_says_whether_a_folder_is_edited_or_generated(name: str) -> None:
    assert re.search(rf"^\| `{name}/` \|.*\b(edited|generated|copied)\b", README, re.MULTILINE)


def test_the_readme_shows_the_map_with_the_chapters_that_there_are() -> None:
    available = [int(path.name[:2]) for path in (ROOT / "chapters").glob("[0-9][0-9]_*.py")]
    assert f'alt="{course_map(available).alt}"' in README, "run `make course-map`"


@pytest.mark.slow
def test_the_instructors_commands_grade_what_was_handed_in(tmp_path: Path) -> None:
    for name in ("notebooks", "solutions"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    handed_in = tmp_path / "submitted" / "ada" / "01_two_step_rnn"
    shutil.copytree(ROOT / "solutions" / "01_two_step_rnn", handed_in)
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    for command in shell_block(README):
        words = shlex.split(command)
        subprocess.run(words, cwd=tmp_path, env=outside(PATH=path), check=True)
    assert (tmp_path / CHAPTER).read_bytes() == (ROOT / CHAPTER).read_bytes()
    assert (tmp_path / "feedback/ada/01_two_step_rnn/01_two_step_rnn.html").exists()
    with (tmp_path / "grades.csv").open(newline="") as file:
        (ada,) = (row for row in csv.DictReader(file) if row["assignment"] == "01_two_step_rnn")
    assert float(ada["score"]) == float(ada["max_score"]) > 0


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A fresh clone of what is committed."""
    folder = tmp_path_factory.mktemp("fresh") / "clone"
    subprocess.run(["git", "clone", "--quiet", ROOT, folder], check=True)
    yield folder
    shutil.rmtree(folder)  # its packages fill 3 GB


@contextmanager
def serving(clone: Path, command: str) -> Iterator[str]:
    """Runs a command that serves JupyterLab; the address that it prints."""
    home = clone.parent
    log = home / "log"
    # No browser window, and none of the user's settings.
    settings = {"BROWSER": "true", "JUPYTER_CONFIG_DIR": home, "JUPYTER_RUNTIME_DIR": home}
    with log.open("w") as output:
        process = subprocess.Popen(
            shlex.split(command),
            cwd=clone,
            env=outside(**settings),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        yield printed_address(process, log)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()


def printed_address(process: subprocess.Popen, log: Path) -> str:
    deadline = time.monotonic() + 900  # all packages may have to be downloaded
    while time.monotonic() < deadline and process.poll() is None:
        found = re.search(r"http://127\.0\.0\.1:\d+/lab\S+", log.read_text())
        if found:
            return found[0]
        time.sleep(0.5)
    pytest.fail(f"JupyterLab did not start:\n{log.read_text()[-3000:]}")


@pytest.mark.slow
@pytest.mark.parametrize("command", ["make lab", 'make lab LAB="--no-browser"'])
def test_the_readmes_command_serves_chapter_01_from_a_fresh_clone(
    clone: Path, command: str
) -> None:
    assert command in commands(README)
    with serving(clone, command) as address:
        page, _, token = address.partition("?")
        host = page.partition("/lab")[0]
        assert page.endswith("/lab/tree/work/00_start_here/00_start_here.ipynb")
        with urllib.request.urlopen(f"{host}/api/contents/{MINE}?{token}", timeout=60) as reply:
            notebook = json.load(reply)
        with urllib.request.urlopen(address, timeout=60) as reply:
            disabled = re.search(r'"disabledExtensions": (\[.*?\])', reply.read().decode())
    assert notebook["type"] == "notebook"
    assert any("rnn-step" in str(cell["metadata"]) for cell in notebook["content"]["cells"])
    assert "@jupyter/nbgrader:formgrader" in json.loads(disabled[1])
    assert "nbgrader.server_extensions.formgrader" not in (clone.parent / "log").read_text()
    assert (clone / MINE).read_bytes() == (clone / CHAPTER).read_bytes()


@pytest.mark.slow
def test_the_doctor_finds_a_fresh_clone_healthy(clone: Path) -> None:
    subprocess.run(["make", ".venv/ready"], cwd=clone, env=outside(), check=True)
    result = subprocess.run(
        [".venv/bin/course", "doctor"], cwd=clone, check=False, capture_output=True, text=True
    )
    assert result.returncode == 0, result.stdout + result.stderr
