"""A toy course to build; the one that is built already is built once for all tests."""

import shutil
from pathlib import Path

import pytest

from course_utils.build import build
from tests.toy_course import make_course


@pytest.fixture
def course(tmp_path):
    return make_course(tmp_path / "course")


@pytest.fixture(scope="session")
def built_once(tmp_path_factory):
    root = make_course(tmp_path_factory.mktemp("built") / "course")
    assert build([], check=False, root=root) == 0
    return root


@pytest.fixture
def built(built_once, tmp_path):
    return Path(shutil.copytree(built_once, tmp_path / "course"))
