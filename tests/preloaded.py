"""What is loaded before kernels and commands are forked."""

import ipykernel.kernelapp  # noqa: F401
import nbgrader.apps  # noqa: F401

from course_utils.quiet_tensorflow import import_tensorflow
from tests import grade_books  # noqa: F401

import_tensorflow()
