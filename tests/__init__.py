"""The tests, laid out as the package: `course_utils/x/y.py` is tested by `tests/x/test_y.py`.

`course/` holds the tests of the course as a whole: documents, set-up, browser, nbgrader.
"""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
