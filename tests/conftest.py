"""Set-up for every test: a quiet TensorFlow, no windows or live widgets, reproducible examples."""

import os

os.environ["COURSE_STATIC"] = "1"
os.environ["MPLBACKEND"] = "Agg"

import hypothesis
import pytest

from course_utils.quiet_tensorflow import import_tensorflow
from tests import left_out

# Once for all tests, before pytest turns warnings into errors.
tf = import_tensorflow()
# The oracles are compat.v1 functions, which log that they are deprecated.
tf.get_logger().setLevel("ERROR")

hypothesis.settings.register_profile(
    "course", max_examples=15, deadline=None, derandomize=True, database=None
)
hypothesis.settings.load_profile("course")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Ends a run with what was left out, and how to have it."""
    for line in left_out.summary(terminalreporter.stats.get("skipped", [])):
        terminalreporter.line(line)
