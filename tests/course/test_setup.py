"""Set-up: one range of Pythons, one set of versions, and a Makefile that finds its way."""

import ast
import os
import re
import shutil
import stat
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from tests import ROOT
from tests.outside import outside

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
LOCK = (ROOT / "requirements.lock").read_text()
LOCKED = dict(re.findall(r"^([\w.-]+)==(\S+)", LOCK, re.MULTILINE))
PYTHONS = SpecifierSet(PROJECT["requires-python"])
MINORS = range(8, 17)


def direct(extra: str | None = None) -> list[Requirement]:
    if extra is None:
        return [Requirement(text) for text in PROJECT["dependencies"]]
    return [Requirement(text) for text in PROJECT["optional-dependencies"][extra]]


def script(path: Path, *lines: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(["#!/bin/sh", *lines, ""]))
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def fake_python(path: Path, minor: int, missing: str = "") -> Path:
    """A Python that says it is 3.minor, lacks the module `missing`, and makes no environment."""
    program = (
        f"import sys; sys.version_info = (3, {minor}, 0); sys.modules[{missing!r}] = None; "
        "exec(sys.argv[1])"
    )
    return script(
        path,
        f'case "$1" in --version) echo "Python 3.{minor}.0";; -m) exit 9;;',
        f'*) exec "{sys.executable}" -c "{program}" "$2";; esac',
    )


def make(folder: Path, *arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        ["make", *arguments],
        cwd=folder,
        env=outside(),
        check=False,
        capture_output=True,
        text=True,
    )


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    folder = tmp_path / "my clone"
    folder.mkdir()
    for name in ("Makefile", "set_up.mk", "pyproject.toml", "requirements.lock"):
        shutil.copy(ROOT / name, folder)
    return folder


@pytest.fixture
def ready(clone: Path) -> Path:
    """A clone whose set-up seems done."""
    script(clone / ".venv/bin/python", "cat .venv/made")
    for stamp in ("made", "ready"):
        (clone / ".venv" / stamp).write_text(str(clone))
    return clone


def test_the_lock_has_a_hash_for_each_package_and_no_address() -> None:
    blocks = re.split(r"^(?=[\w.-]+==)", LOCK, flags=re.MULTILINE)[1:]
    assert len(blocks) > 100
    assert [block for block in blocks if "--hash=sha256:" not in block] == []
    assert re.findall(r"^.*(?:https?:|--index|--find-links).*$", LOCK, re.MULTILINE) == []


@pytest.mark.parametrize("requirement", [*direct(), *direct("test")], ids=lambda r: r.name)
def test_the_lock_is_within_the_ranges_of_pyproject(requirement: Requirement) -> None:
    assert LOCKED[requirement.name] in requirement.specifier


def test_no_command_builds_grammars_when_it_starts() -> None:
    assert "rfc3987-syntax" not in LOCKED  # jsonschema would import it: 3 s of a core


def test_conda_users_get_the_locked_version_of_each_dependency() -> None:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    *pinned, course = environment[-1]["pip"]
    assert course == "--editable ."
    assert pinned == [f"{r.name}=={LOCKED[r.name]}" for r in direct()]


def test_conda_users_get_a_python_that_the_course_supports() -> None:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    assert Requirement(environment[0]).specifier == PYTHONS


@pytest.mark.parametrize("minor", MINORS)
def test_make_takes_just_the_pythons_that_pyproject_names(clone: Path, minor: int) -> None:
    python = fake_python(clone.parent / "python", minor)
    result = make(clone, ".venv/made", f"PYTHONS={python}")
    taken = f"Making .venv with Python 3.{minor}.0" in result.stdout
    assert taken == (f"3.{minor}" in PYTHONS)
    assert taken or "The course needs Python 3.11, 3.12 or 3.13" in result.stderr


@pytest.mark.parametrize("minor", MINORS)
def test_the_package_refuses_just_the_pythons_that_pyproject_does_not_name(minor: int) -> None:
    program = f"import sys; sys.version_info = (3, {minor}, 0); import course_utils"
    command = [sys.executable, "-c", program]
    refusal = subprocess.run(command, check=False, capture_output=True, text=True).stderr
    assert ("RuntimeError: The course needs Python" in refusal) == (f"3.{minor}" not in PYTHONS)


def test_old_pythons_can_read_the_package_up_to_its_refusal() -> None:
    ast.parse((ROOT / "course_utils/__init__.py").read_text(), feature_version=(3, 0))


def test_make_goes_on_past_a_python_that_fails(clone: Path) -> None:
    broken = script(clone.parent / "broken", "echo 'no such version' >&2", "exit 127")
    good = fake_python(clone.parent / "good", 12)
    result = make(clone, ".venv/made", f"PYTHONS=no-such-command {broken} {good}")
    assert "Making .venv with Python 3.12.0" in result.stdout
    assert "no such version" not in result.stderr


def test_make_prefers_a_python_that_can_make_environments(clone: Path) -> None:
    bare = fake_python(clone.parent / "bare", 13, missing="ensurepip")
    whole = fake_python(clone.parent / "whole", 11)
    assert "Python 3.11.0" in make(clone, ".venv/made", f"PYTHONS={bare} {whole}").stdout


def test_make_names_the_package_that_a_python_lacks(clone: Path) -> None:
    bare = fake_python(clone.parent / "bare", 12, missing="ensurepip")
    result = make(clone, ".venv/made", f"PYTHONS={bare}")
    assert result.returncode != 0
    assert "sudo apt install python3.12-venv" in result.stderr


def test_set_up_is_done_once(ready: Path) -> None:
    assert "install" not in make(ready, "-n", "lab").stdout


@pytest.mark.parametrize("name", ["requirements.lock", "pyproject.toml"])
def test_packages_are_installed_again_after_a_change(ready: Path, name: str) -> None:
    later = time.time() + 60
    os.utime(ready / name, (later, later))
    planned = make(ready, "-n", "lab").stdout
    assert "-r requirements.lock" in planned
    assert "Making .venv" not in planned


def test_an_environment_that_was_moved_is_made_again(ready: Path) -> None:
    moved = ready.rename(ready.with_name("moved"))
    assert "Making .venv" in make(moved, "-n", "lab").stdout


def test_an_environment_whose_python_is_gone_is_made_again(ready: Path) -> None:
    (ready / ".venv/bin/python").unlink()
    assert "Making .venv" in make(ready, "-n", "lab").stdout


def test_make_lab_passes_flags_on(ready: Path) -> None:
    planned = make(ready, "-n", "lab", "LAB=--no-browser --port 8899").stdout
    assert "course_utils lab --no-browser --port 8899" in planned
