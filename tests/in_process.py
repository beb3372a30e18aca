"""nbgrader's commands in this process: a process of its own would load TensorFlow first."""

import contextlib
import os
import warnings
from collections.abc import Mapping
from pathlib import Path
from unittest import mock

from nbgrader.apps import NbGraderApp


def nbgrader(root: Path, *words: str, environment: Mapping[str, str] = os.environ) -> None:
    """Runs a command in a course's folder; a failure is an exception."""
    with (
        contextlib.chdir(root),
        mock.patch.dict(os.environ, dict(environment), clear=True),
        warnings.catch_warnings(action="ignore"),
    ):
        command = NbGraderApp()
        command.initialize([*words, "--log-level=ERROR"])
        command.subapp.start()
    type(command.subapp).clear_instance()
