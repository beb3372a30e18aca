"""The doctor: what it finds in good and bad installations, and how `start` opens a chapter."""

import os
import subprocess
import sys
from pathlib import Path

import jupytext
import pytest
from nbformat import NotebookNode

from course_utils import doctor, start
from course_utils.data import shipped
from tests import ROOT

ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "TF_CPP_MIN_LOG_LEVEL"}


def python(program: str, **environment: str) -> subprocess.CompletedProcess:
    """Runs a program in a Python of its own, as a notebook's kernel would."""
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        env={**ENVIRONMENT, **environment},
        check=False,
        capture_output=True,
        text=True,
    )


def tags(cell: NotebookNode) -> list[str]:
    return cell.metadata.get("tags", [])


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> dict[str, str | None]:
    """Versions that are found in place of the real ones; None hides a package."""
    versions: dict[str, str | None] = {}
    real = doctor.version

    def version(name: str) -> str:
        found = versions.get(name, real(name))
        if found is None:
            raise doctor.PackageNotFoundError(name)
        return found

    monkeypatch.setattr(doctor, "version", version)
    return versions


def test_this_installation_is_healthy() -> None:
    findings = list(doctor.examine())
    assert [str(finding) for finding in findings if finding.fails] == []


def test_each_dependency_gets_a_line() -> None:
    lines = [str(finding) for finding in doctor.check_packages()]
    for name in ("tensorflow", "numpy", "jupyterlab", "nbgrader", "ipywidgets"):
        assert any(line.startswith(f"ok        {name} ") for line in lines)


def test_packages_for_the_tests_alone_are_not_asked_for(installed: dict) -> None:
    installed["mypy"] = None
    assert not any("mypy" in str(finding) for finding in doctor.check_packages())


def test_a_missing_package_is_named_with_what_to_do(installed: dict) -> None:
    installed["tqdm"] = None
    with pytest.raises(ImportError, match=r"tqdm is missing\. Run `make lab`.*Restart Kernel"):
        start("01_two_step_rnn")


def test_a_wrong_version_is_named_with_the_range(installed: dict) -> None:
    installed["numpy"] = "1.26.4"
    with pytest.raises(ImportError, match=r"numpy is 1\.26\.4, the course needs <2\.5,>=2\.1"):
        start("01_two_step_rnn")


def test_all_faults_are_named_at_once(installed: dict) -> None:
    installed.update(tqdm=None, numpy="1.26.4")
    with pytest.raises(ImportError, match=r"numpy is 1\.26\.4.*tqdm is missing"):
        start("01_two_step_rnn")


def test_a_course_that_is_not_installed_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "DISTRIBUTION", "no-such-course")
    assert doctor.check_python().fails
    assert [str(finding) for finding in doctor.check_packages()] == [
        f"FAIL      no-such-course is missing. {doctor.REPAIR}."
    ]


def test_a_python_outside_the_range_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor.sys, "version", "3.14.2 (main)")
    assert "Python is 3.14.2, the course needs" in str(doctor.check_python())
    assert doctor.check_python().fails


def test_data_that_a_package_no_longer_ships_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shipped, "FILES", (shipped.DIGITS, ("gensim", "gone.txt")))
    finding = doctor.check_data()
    assert finding.fails
    assert finding.text == "Data: gone.txt is missing"


def test_a_kernel_of_another_python_is_a_fault(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    kernel = tmp_path / "kernels" / "python3" / "kernel.json"
    kernel.parent.mkdir(parents=True)
    kernel.write_text('{"argv": ["/opt/other/bin/python", "-m", "ipykernel_launcher"]}')
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    finding = doctor.check_kernel()
    assert finding.fails
    assert "runs /opt/other/bin/python" in finding.text


def test_a_tensorflow_that_does_not_load_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise ImportError("libcudart.so is not there")

    monkeypatch.setattr(doctor, "import_tensorflow", broken)
    finding = doctor.check_devices()
    assert finding.fails
    assert "libcudart.so is not there" in finding.text


@pytest.mark.parametrize(
    ("check", "package"),
    [(doctor.check_sandbox, "bubblewrap"), (doctor.check_browser, "chromium")],
)
def test_what_only_some_need_is_optional(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, check, package: str
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(doctor, "BROWSERS", ("chromium",))
    finding = check()
    assert not finding.fails
    assert str(finding).startswith("optional")
    assert f"sudo apt install {package}" in str(finding)


def test_a_sandbox_that_does_not_start_is_reported(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program = tmp_path / "bwrap"
    program.write_text("#!/bin/sh\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    assert "could not be started" in str(doctor.check_sandbox())


def test_importing_the_package_does_not_import_tensorflow() -> None:
    program = "import sys, course_utils; assert not {'tensorflow', 'matplotlib'} & {*sys.modules}"
    assert python(program).stderr == ""


@pytest.mark.slow
def test_start_prints_one_line_and_tensorflow_stays_silent_after_it() -> None:
    program = """import course_utils; course_utils.start("01_two_step_rnn")
import tensorflow as tf
tf.config.list_physical_devices()
tf.function(tf.matmul, jit_compile=True)(tf.eye(2), tf.eye(2))"""
    result = python(program, COURSE_PROFILE="quick")
    assert result.stdout == "Chapter 01_two_step_rnn is ready (quick profile).\n"
    assert result.stderr == ""


@pytest.mark.slow
def test_errors_after_the_import_still_reach_standard_error() -> None:
    program = "import course_utils, os; course_utils.start('x'); os.write(2, b'heard')"
    assert python(program).stderr == "heard"


def test_start_applies_the_style_of_the_course() -> None:
    import matplotlib as mpl

    from course_utils.plotting import STYLE

    with mpl.rc_context():
        mpl.rcdefaults()
        before = dict(mpl.rcParams)
        start("01_two_step_rnn")
        style = mpl.rc_params_from_file(STYLE, use_default_template=False)
        assert {name: mpl.rcParams[name] for name in style} == dict(style)
        assert before != dict(mpl.rcParams)


@pytest.mark.parametrize("source", sorted((ROOT / "chapters").glob("*.py")), ids=lambda p: p.stem)
def test_a_kernel_without_the_course_is_told_how_to_get_it(source: Path) -> None:
    setup = next(cell for cell in jupytext.read(source).cells if "setup" in tags(cell))
    # -S: a Python that does not see what is installed, as another kernel would not.
    command = [sys.executable, "-I", "-S", "-c", setup.source]
    error = subprocess.run(command, check=False, capture_output=True, text=True).stderr
    assert error.count("Error") == 1
    assert "ImportError: This kernel does not have the course's packages. Start Jup" in error
