"""Set-up for every test: a quiet TensorFlow, no windows or live widgets, reproducible examples."""

import gc
import os
import re
from typing import Any

os.environ["COURSE_STATIC"] = "1"
os.environ["MPLBACKEND"] = "Agg"

import hypothesis
import pytest
from xdist.scheduler import LoadScopeScheduling

from course_utils.quiet_tensorflow import import_tensorflow
from tests import grade_books, left_out  # noqa: F401 - grade books are made at once

BY_CHAPTER = ("tests/checks/test_answers.py", "tests/course/test_nbgrader.py")
# One at a time: both look for what attackers leave running, on the whole machine.
RED_TEAM = ("tests/grading/test_red_team.py", "tests/grading/test_red_team_class.py")

hypothesis.settings.register_profile(
    "course", max_examples=15, deadline=None, derandomize=True, database=None
)
hypothesis.settings.load_profile("course")


def pytest_configure(config: pytest.Config) -> None:
    """Loads TensorFlow once for all tests, before pytest turns warnings into errors."""
    if config.getoption("numprocesses", None):
        return  # others run the tests
    tf = import_tensorflow()
    # The oracles are compat.v1 functions, which log that they are deprecated.
    tf.get_logger().setLevel("ERROR")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds an option for quick runs."""
    parser.addoption(
        "--cases", type=int, help="run of each test at most so many of its cases, evenly spread"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Puts first what takes long, so that no worker ends with it, and leaves out cases if asked."""
    items.sort(key=lambda item: "slow" not in item.keywords)
    if most := config.getoption("--cases"):
        tests: dict[str, list[pytest.Item]] = {}
        for item in items:
            tests.setdefault(item.nodeid.partition("[")[0], []).append(item)
        kept = {case for cases in tests.values() for case in cases[:: -(-len(cases) // most)]}
        config.hook.pytest_deselected(items=[item for item in items if item not in kept])
        items[:] = [item for item in items if item in kept]


def pytest_collection_finish() -> None:
    """What is there before the first test stays: no collection of garbage looks at it again."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    """Where workers share the tests, those that share what is costly to make stay together."""
    return Together(config, log)


class Together(LoadScopeScheduling):
    """Gives a worker all tests of a file; of some files all of a chapter, or of several files."""

    def _split_scope(self, nodeid: str) -> str:
        file, _, test = nodeid.partition("::")
        if file in BY_CHAPTER:
            return "-".join([file, *re.findall(r"(\d\d_\w+(?:-plain|-sealed)?)", test)[:1]])
        return "red team" if file in RED_TEAM else file


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Ends a run with what was left out, and how to have it."""
    for line in left_out.summary(terminalreporter.stats.get("skipped", [])):
        terminalreporter.line(line)
