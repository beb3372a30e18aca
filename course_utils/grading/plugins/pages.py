"""The pages that show a notebook: formulas without the network, exercises by their names."""

from __future__ import annotations

import re
from copy import deepcopy
from pathlib import Path
from typing import Any

from nbconvert.exporters import HTMLExporter
from nbformat import NotebookNode
from traitlets import default

_TEMPLATES = Path(__file__).with_name("templates")
_KINDS = "Test cell|Coding free-response|Written response|Task|Comment"
_ENTRY = re.compile(f'<a href="#(comment-)?([^"]+)">(?:{_KINDS})</a>')


class PageExporter(HTMLExporter):
    """nbconvert's HTMLExporter, with formulas as MathML and the exercises' names on top."""

    @default("template_paths")
    def _ours_first(self) -> list[str]:
        return [str(_TEMPLATES), *self._template_paths()]

    def from_notebook_node(  # type: ignore[override]
        self, nb: NotebookNode, resources: Any = None, **options: Any
    ) -> tuple[str, Any]:
        """The page of a notebook."""
        nb = deepcopy(nb)
        for output in (output for cell in nb.cells for output in cell.get("outputs", [])):
            if "text/latex" in output.get("data", {}):  # Markdown's formulas are set
                output.data.setdefault("text/markdown", output.data.pop("text/latex"))
        page, resources = super().from_notebook_node(nb, resources, **options)
        return _ENTRY.sub(_named, page), resources


def _named(entry: re.Match[str]) -> str:
    comment, grade_id = entry[1] or "", entry[2]
    name = grade_id.removeprefix("check-")
    return f'<a href="#{comment}{grade_id}">{"Comment on " if comment else ""}{name}</a>'
