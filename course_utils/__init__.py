"""Unrolled: the helper package that the course's notebooks import."""

import sys

# A RuntimeError, because notebooks take an ImportError for a missing package. This file keeps to
# what any Python can parse, so that an old one gets to this sentence.
if not (3, 11) <= sys.version_info[:2] <= (3, 13):
    raise RuntimeError(
        "The course needs Python 3.11, 3.12 or 3.13, and this is Python "
        + sys.version.split()[0]
        + ". Start JupyterLab with `make lab`, then choose Kernel > Change Kernel > "
        + "Python 3 (ipykernel)."
    )

from course_utils.doctor import start

__all__ = ["start"]
