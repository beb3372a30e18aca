"""The command line: what each command runs, and how it says what went wrong."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from course_utils import build, cli, commands, doctor
from course_utils import progress as standing
from tests import ROOT


@pytest.fixture
def executed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list:
    """What `course lab` would become, in place of becoming it: its program and its words.

    The course's folder is one of a single chapter.
    """
    monkeypatch.setattr(commands, "ROOT", tmp_path / "course")
    shutil.copytree(ROOT / FIRST.parent, commands.ROOT / FIRST.parent)
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "/of/the/user")
    call: list = []

    def become(*program_and_words: object) -> None:
        call.extend(program_and_words)
        raise SystemExit(0)

    monkeypatch.setattr(os, "execv", become)
    monkeypatch.chdir(ROOT)  # restores the folder afterwards
    return call


FIRST = Path("notebooks/00_start_here/00_start_here.ipynb")


def lab(*flags: str) -> None:
    with pytest.raises(SystemExit):
        cli.main(["lab", *flags])


@pytest.mark.parametrize(
    "command",
    [[sys.executable, "-m", "course_utils"], [str(Path(sys.executable).with_name("course"))]],
    ids=["module", "script"],
)
def test_the_command_works_in_any_folder(command: list[str], tmp_path: Path) -> None:
    result = subprocess.run(
        [*command, "--help"], cwd=tmp_path, check=True, capture_output=True, text=True
    )
    assert result.stdout.startswith("usage: course ")


@pytest.mark.parametrize("command", ["doctor", "lab", "update", "build", "progress"])
def test_help_shows_examples(command: str, capsys: pytest.CaptureFixture) -> None:
    with pytest.raises(SystemExit, match="0"):
        cli.main([command, "--help"])
    assert f"examples:\n  course {command}\n" in capsys.readouterr().out


def test_help_imports_nothing_slow() -> None:
    program = """import sys
from course_utils.cli import main
try:
    main(["--help"])
except SystemExit:
    pass
slow = {"tensorflow", "nbgrader", "jupytext", "jupyterlab", "numpy"} & {*sys.modules}
assert not slow, slow"""
    subprocess.run([sys.executable, "-c", program], check=True, stdout=subprocess.DEVNULL)


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["teach"],
        ["doctor", "--verbose"],
        ["build", "--chek"],
        ["build", "--check", "--move-to-work"],
    ],
)
def test_words_that_make_no_command_exit_with_2(
    words: list[str], capsys: pytest.CaptureFixture
) -> None:
    with pytest.raises(SystemExit, match="2"):
        cli.main(words)
    assert re.search("course( build)?: error: ", capsys.readouterr().err)


def test_doctor_exits_with_1_if_something_needed_is_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    findings = [doctor.Finding("numpy is missing", "Run `make lab`"), doctor.Finding("tqdm 4.67")]
    monkeypatch.setattr(commands, "examine", lambda: iter(findings))
    assert cli.main(["doctor"]) == 1
    assert capsys.readouterr().out == (
        "FAIL      numpy is missing. Run `make lab`.\nok        tqdm 4.67\n"
    )


def test_doctor_exits_with_0_if_only_an_optional_part_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    finding = doctor.Finding("No Chromium", "Install it", needed=False)
    monkeypatch.setattr(commands, "examine", lambda: iter([finding]))
    assert cli.main(["doctor"]) == 0


def test_lab_opens_chapter_00_in_the_folder_of_the_course(executed: list) -> None:
    lab()
    program, words = executed
    assert [program, *words[1:3]] == [sys.executable, "-m", "jupyterlab"]
    assert f"--ServerApp.root_dir={commands.ROOT}" in words
    assert "--LabApp.default_url=/lab/tree/work/00_start_here/00_start_here.ipynb" in words


def test_lab_copies_what_is_missing_first_and_tells_what_is_new(
    executed: list, capsys: pytest.CaptureFixture
) -> None:
    lab()
    mine, release = commands.ROOT / "work" / FIRST.relative_to("notebooks"), commands.ROOT / FIRST
    assert mine.read_bytes() == release.read_bytes()
    assert capsys.readouterr().out == ""
    for path in (mine, release):  # each one saved with a text of its own
        path.write_text(path.read_text().replace("# Start here", f"# {path.parts[-3]}"))
    lab()
    assert capsys.readouterr().out.startswith("00_start_here has a new release. `course update 00`")
    assert "# work" in mine.read_text()


@pytest.mark.parametrize("flags", [[], ["--teacher"]])
def test_only_a_teacher_gets_a_teachers_tools(executed: list, flags: list[str]) -> None:
    lab(*flags)
    folders = os.environ["JUPYTER_CONFIG_PATH"].split(os.pathsep)
    assert folders == [*([] if flags else [str(commands.FOR_LEARNERS)]), "/of/the/user"]
    assert "--teacher" not in executed[1]
    page = json.loads((commands.FOR_LEARNERS / "labconfig" / "page_config.json").read_text())
    assert {name.partition(":")[2] for name in page["disabledExtensions"]} == {
        *("announcements", "course-list", "create-assignment", "formgrader", "validate-assignment")
    }
    server = json.loads((commands.FOR_LEARNERS / "jupyter_server_config.json").read_text())
    assert set(server["ServerApp"]["jpserver_extensions"].values()) == {False}


def test_lab_passes_unknown_flags_to_jupyter(executed: list) -> None:
    lab("--no-browser", "--port", "8899")
    assert executed[1][-3:] == ["--no-browser", "--port", "8899"]


@pytest.mark.parametrize(("user", "told"), [(0, True), (1000, False)])
def test_jupyter_is_told_only_if_it_runs_as_root(
    executed: list, monkeypatch: pytest.MonkeyPatch, user: int, told: bool
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: user)
    lab()
    assert ("--allow-root" in executed[1]) == told


def test_a_broken_installation_is_one_sentence(
    executed: list, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.setattr(doctor, "DISTRIBUTION", "no-such-course")
    assert cli.main(["lab"]) == 1
    assert executed == []
    error = capsys.readouterr().err
    assert error.startswith("course: The course can't start: no-such-course is missing. Run")
    assert error.count("\n") == 1


def test_build_gets_the_chapters_and_the_folder_of_the_course(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calls: list = []
    monkeypatch.setattr(build, "build", lambda *call: calls.append(call) or 1)
    assert cli.main(["build", "01", "02", "--check"]) == 1
    assert calls == [(["01", "02"], True, ROOT, False)]


def test_progress_is_that_of_the_course_wherever_it_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list = []
    monkeypatch.setattr(standing, "report", lambda root: asked.append(root) or 0)
    monkeypatch.chdir(tmp_path)
    assert cli.main(["progress"]) == 0
    assert asked == [ROOT]


def test_an_interrupt_ends_a_command_without_a_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_call: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(build, "build", interrupted)
    assert cli.main(["build"]) == 130
