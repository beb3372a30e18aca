"""A course of two small chapters that need no TensorFlow, for tests of the build and of grading."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nbformat

from course_utils.build import build
from tests import ROOT

START = """\
# %% [markdown]
# # Start

# %% tags=["setup"]
class course_utils:
    start = print


course_utils.start("00_start")
"""

TOY = '''\
# %% [markdown]
# # A toy chapter

# %% tags=["setup"]
import os


class course_utils:
    start = print


course_utils.start("01_toy")

# %%
class Report:
    """Holds one boolean a property, and gives points like the course's reports."""

    def __init__(self, held):
        self.held = held

    def __add__(self, other):
        return Report(self.held + other.held)

    def points(self, maximum):
        print("properties", self.held)
        return round(maximum * sum(self.held) / len(self.held), 2)


def check(answer, factor, values=(1, 2)):
    return Report([answer(value) == factor * value for value in values])


print("profile", os.environ["COURSE_PROFILE"])

# %% [markdown]
# ## Exercise: twice [3 points]

# %% nbgrader={"grade_id": "double", "solution": true}
def double(x):
    """Twice x."""
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION


# %% tags=["try-it"]
print(double(3))
# prints: 6

# %% nbgrader={"grade_id": "check-double", "grade": true, "points": 3}
report = check(double, 2)
### BEGIN HIDDEN TESTS
report += check(double, 2, values=(17, 18))
### END HIDDEN TESTS
report.points(3)

# %% [markdown]
# ## Exercise: three times [5 points]

# %% nbgrader={"grade_id": "triple", "solution": true}
def triple(x):
    ### BEGIN SOLUTION
    return x + double(x)
    ### END SOLUTION


# %% tags=["try-it"]
print(triple(3))
# prints: 9

# %% nbgrader={"grade_id": "check-triple", "grade": true, "points": 5}
report = check(triple, 3)
report.points(5)
'''


def make_course(root: Path) -> Path:
    """Writes the sources and the course's own nbgrader settings; returns the folder."""
    (root / "chapters").mkdir(parents=True)
    (root / "chapters" / "00_start.py").write_text(START)
    (root / "chapters" / "01_toy.py").write_text(TOY)
    shutil.copy(ROOT / "nbgrader_config.py", root)
    return root


def change(root: Path, old: str, new: str, chapter: str = "01_toy") -> None:
    """Replaces text in a chapter's source; it must be there once."""
    path = root / "chapters" / f"{chapter}.py"
    text = path.read_text()
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path.name}"
    path.write_text(text.replace(old, new))


def notebook(root: Path, kind: str, name: str = "01_toy") -> nbformat.NotebookNode:
    """A built notebook without its links; `kind` is the folder, "solutions" or "notebooks"."""
    book = nbformat.read(root / kind / name / f"{name}.ipynb", as_version=4)
    book.cells = [cell for cell in book.cells if "-links-" not in cell.id]
    return book


def links(root: Path, kind: str, name: str = "01_toy") -> list[str]:
    """The lines of links at both ends of a built notebook."""
    book = nbformat.read(root / kind / name / f"{name}.ipynb", as_version=4)
    return [cell.source for cell in book.cells if "-links-" in cell.id]


def contents(root: Path) -> dict[Path, bytes]:
    """Every file of a folder."""
    return {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}


def refused(root: Path, capsys: Any, chapters: Sequence[str] = ("01",)) -> str:
    """What `course build --check` says of chapters that it refuses."""
    assert build(chapters, check=True, root=root) == 1
    return capsys.readouterr().err
