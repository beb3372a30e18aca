"""Keeps hidden tests out of the feedback that students get back."""

from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode
from nbgrader.preprocessors import ClearHiddenTests
from nbgrader.utils import is_grade, is_solution
from traitlets import List, Unicode


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
