"""Keeps hidden tests out of the feedback that students get back, and releases it to whom it can."""

import glob
from pathlib import Path

from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode
from nbgrader.exchange.default import ExchangeReleaseFeedback
from nbgrader.preprocessors import ClearHiddenTests
from nbgrader.utils import is_grade, is_solution
from traitlets import List, Unicode

from course_utils.grading.plugins.handed_in import SECRET, TIMESTAMP

_copy_files = ExchangeReleaseFeedback.copy_files


def use() -> None:
    """Makes `nbgrader release_feedback` leave out who did not hand in through its exchange."""
    ExchangeReleaseFeedback.copy_files = _copy_to_those_of_the_exchange


def _copy_to_those_of_the_exchange(self: ExchangeReleaseFeedback) -> None:
    """A student finds the page by a secret that the exchange has made when it was handed in."""
    folders = [Path(path) for path in sorted(glob.glob(self.src_path))]
    needed = (TIMESTAMP, SECRET)
    others = [f.parent.name for f in folders if not all((f / name).exists() for name in needed)]
    if others:
        self.log.warning(
            "Not released to those who did not hand in through nbgrader's exchange: %s. "
            "Their pages are in %s.",
            ", ".join(others),
            self.coursedir.feedback_directory,
        )
    excluded = self.coursedir.student_id_exclude
    self.coursedir.student_id_exclude = ",".join(filter(None, [excluded, *others]))
    try:
        _copy_files(self)
    finally:
        self.coursedir.student_id_exclude = excluded


class HideHiddenTests(ClearHiddenTests):
    """nbgrader's ClearHiddenTests for feedback: check cells only, tracebacks included.

    nbgrader's own would stop at a student's cell that happens to hold one of its markers, and it
    leaves the tracebacks, which quote the source of the hidden tests.
    """

    # The HTML exporter sets this for every preprocessor; one that does not take it warns.
    display_data_priority = List(Unicode()).tag(config=True)

    def preprocess_cell(
        self, cell: NotebookNode, resources: ResourcesDict, cell_index: int
    ) -> tuple[NotebookNode, ResourcesDict]:
        """Takes the hidden tests out of a check cell, and the traceback out of its errors."""
        if is_grade(cell) and not is_solution(cell):
            self._remove_hidden_test_region(cell)
            for output in cell.get("outputs", []):
                if output.output_type == "error":
                    output.traceback = [f"{output.ename}: {output.evalue}"]
        return cell, resources
