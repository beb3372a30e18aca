"""nbgrader's settings; it reads this file when a command or JupyterLab starts in this folder.

An instructor runs `nbgrader generate_assignment NN_name --force` once for each chapter. It writes
what `notebooks/` holds already, byte for byte, and enters the checks in the grade book.
"""

import os
import sys
from pathlib import Path

from nbconvert.preprocessors import ClearMetadataPreprocessor, CSSHTMLHeaderPreprocessor
from nbgrader.preprocessors import (
    AssignLatePenalties,
    CheckCellMetadata,
    ClearOutput,
    DeduplicateIds,
    GetGrades,
    IgnorePattern,
    LimitOutput,
    OverwriteCells,
    OverwriteKernelspec,
    SaveAutoGrades,
)

from course_utils.grading import STUB
from course_utils.grading.plugins import feedback, formgrader, handed_in, rerelease, scores
from course_utils.grading.plugins.feedback import HideHiddenTests
from course_utils.grading.plugins.pages import PageExporter
from course_utils.grading.plugins.reading import PastOutputs
from course_utils.grading.plugins.restore import RestoreCells
from course_utils.grading.plugins.sealed import SealedExecute

c = get_config()  # noqa: F821 - nbgrader puts it here

c.CourseDirectory.course_id = "unrolled"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "notebooks"
# A chapter is one notebook. Nothing else that lies in a student's folder is handed in;
# nbgrader's own timestamp.txt goes with it.
c.CourseDirectory.include = ["*.ipynb", "*.txt"]
handed_in.guard()
# What nbgrader has no settings for.
feedback.use()
formgrader.use()
rerelease.use()
scores.use()

c.ClearSolutions.code_stub = {"python": STUB}

# Validating runs a chapter in full, grading in the quick profile; both on a busy machine.
c.ExecutePreprocessor.startup_timeout = 120
c.ExecutePreprocessor.iopub_timeout = 30
c.ExecutePreprocessor.timeout = 300
c.GradingExecute.timeout = 120
# ipykernel 7 warns at each start that its port is not encrypted.
c.Execute.extra_arguments = ["--log-level=ERROR"]

# A submission's outputs are made anew: large ones are not read.
c.Autograde.exporter_class = PastOutputs

# nbgrader's own lists, with more put right first, and with answers run in a sandbox.
c.Autograde.sanitize_preprocessors = [
    RestoreCells,
    ClearOutput,
    DeduplicateIds,
    OverwriteKernelspec,
    OverwriteCells,
    CheckCellMetadata,
]
c.Autograde.autograde_preprocessors = [
    SealedExecute,
    IgnorePattern,
    ClearMetadataPreprocessor,
    LimitOutput,
    SaveAutoGrades,
    AssignLatePenalties,
    CheckCellMetadata,
]
# nbgrader's own list, and no hidden test in what students get back.
c.GenerateFeedback.exporter_class = PageExporter
c.GenerateFeedback.preprocessors = [GetGrades, HideHiddenTests, CSSHTMLHeaderPreprocessor]

# What a submission shows must not run as a script in the instructor's browser.
c.HTMLExporter.sanitize_html = True
c.HTMLExporter.filters = {
    "clean_html": "course_utils.grading.plugins.clean.clean_html",
    "markdown2html": "course_utils.grading.plugins.clean.markdown_to_html",
}

# nbgrader calls `alembic` when it makes a grade book. It lies beside `nbgrader`, and is on PATH
# only in an activated environment.
_programs = str(Path(sys.executable).parent)
if _programs not in os.environ["PATH"].split(os.pathsep):
    os.environ["PATH"] = _programs + os.pathsep + os.environ["PATH"]
