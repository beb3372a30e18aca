"""Makes formgrader show what is: chapters that were graded, students by their ids, and our pages.

It has no settings for these, so `use` puts our parts in the place of its own.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jupyter_server.utils import url_path_join
from nbgrader.apps.api import NbGraderAPI
from nbgrader.server_extensions.formgrader import formgrader, handlers
from tornado.web import RequestHandler

from course_utils.grading.plugins.pages import PageExporter

_SCRIPTS = r"/formgrader/static/js/(manage_students\.js|manage_submissions\.js)"
_NAME = 'last_name + ", " + first_name'
_NAME_OR_ID = (
    '[this.model.get("last_name"), this.model.get("first_name")].filter(Boolean).join(", ")'
    ' || this.model.get("student") || this.model.get("id")'
)
_get_assignment = NbGraderAPI.get_assignment
_init_handlers = formgrader.FormgradeExtension.init_handlers


def use() -> None:
    """Makes formgrader use them; nbgrader_config.py, which it reads first, calls this."""
    formgrader.HTMLExporter = PageExporter
    formgrader.FormgradeExtension.init_handlers = _init_handlers_with_names
    NbGraderAPI.get_assignment = _get_graded_assignment


class Script(RequestHandler):
    """One of nbgrader's scripts, in which a student without a name is an id, not "None, None"."""

    def get(self, name: str) -> None:
        """Writes the script."""
        text = Path(handlers.static_path, "js", name).read_text(encoding="utf-8")
        self.set_header("Content-Type", "text/javascript")
        self.write(text.replace(_NAME, _NAME_OR_ID))


def _init_handlers_with_names(self: Any, webapp: Any) -> None:
    base = webapp.settings["base_url"]
    webapp.add_handlers(".*$", [(url_path_join(base, _SCRIPTS), Script)])
    _init_handlers(self, webapp)


def _get_graded_assignment(
    self: NbGraderAPI, assignment_id: str, released: set[str] | None = None
) -> dict[str, Any] | None:
    """What nbgrader knows of a chapter; one that was graded is no draft.

    nbgrader calls a chapter released if it is in the exchange. Classes that hand in through a
    learning platform have none.
    """
    found: dict[str, Any] | None = _get_assignment(self, assignment_id, released)
    if found and found["status"] == "draft" and found["id"] is not None:
        with self.gradebook as book:
            graded = bool(book.assignment_submissions(assignment_id))
        if graded:  # and there is nothing in the exchange to collect or to take back
            found |= {"status": "released", "releaseable": False}
    return found
