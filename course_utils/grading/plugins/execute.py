"""Runs a submission the quick way."""

import os
from contextlib import AbstractContextManager
from typing import Any

from nbgrader.preprocessors import Execute


class GradingExecute(Execute):
    """nbgrader's Execute, in the quick profile and with static pictures for widgets.

    The kernel's environment is set here and not in `nbgrader_config.py`, because JupyterLab reads
    that file too: all the notebooks that a student opens would get it.
    """

    def setup_kernel(self, **kwargs: Any) -> AbstractContextManager[None]:
        """Starts the kernel with the environment of grading."""
        environment = os.environ | {"COURSE_PROFILE": "quick", "COURSE_STATIC": "1"}
        return super().setup_kernel(env=environment, **kwargs)
