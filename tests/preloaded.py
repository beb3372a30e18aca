"""What `warm_kernels` loads before it forks."""

import ipykernel.kernelapp  # noqa: F401

from course_utils.quiet_tensorflow import import_tensorflow

import_tensorflow()
