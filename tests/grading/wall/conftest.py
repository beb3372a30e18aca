"""A student's process for the tests of the wall."""

import pytest

from tests.sealing import session


@pytest.fixture
def student():
    """A session with small limits, so that no test can harm the machine."""
    with_limits = session(memory=2**30, processes=40, files=2**24, output=10_000)
    yield with_limits
    with_limits.close()
