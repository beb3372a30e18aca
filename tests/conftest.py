"""Set-up for every test: a quiet TensorFlow, no windows or live widgets, reproducible examples."""

import os
import re
from collections.abc import Iterator

os.environ["COURSE_STATIC"] = "1"
os.environ["MPLBACKEND"] = "Agg"

import hypothesis
import pytest

from course_utils.quiet_tensorflow import import_tensorflow
from tests import left_out

# Arguments of tests whose values need not share a process: an answer, a chapter, a graded class.
PARTS = ("answer", "chapter_name", "graded")

# Once for all tests, before pytest turns warnings into errors.
tf = import_tensorflow()
# The oracles are compat.v1 functions, which log that they are deprecated.
tf.get_logger().setLevel("ERROR")

hypothesis.settings.register_profile(
    "course", max_examples=15, deadline=None, derandomize=True, database=None
)
hypothesis.settings.load_profile("course")


@pytest.hookimpl(wrapper=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """Gets the tests ready to be shared among workers: in groups, and what takes long first."""
    items.sort(key=lambda item: "slow" not in item.keywords)
    for item in items:
        if not item.get_closest_marker("xdist_group"):
            item.add_marker(pytest.mark.xdist_group(_group(item)))
    return (yield)


def _group(item: pytest.Item) -> str:
    """The file of a test; of the bank and of nbgrader's runs, the chapter or run as well."""
    arguments = item.callspec.params if hasattr(item, "callspec") else {}
    found = [arguments[name] for name in PARTS if name in arguments]
    words = [re.findall(r"\w+", str(getattr(part, "chapter", part)))[:2] for part in found]
    # Not `item.nodeid`: pytest keeps what that says when first asked, and xdist has to add the group.
    return "-".join([str(item.path), *(word for part in words for word in part)])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Ends a run with what was left out, and how to have it."""
    for line in left_out.summary(terminalreporter.stats.get("skipped", [])):
        terminalreporter.line(line)
