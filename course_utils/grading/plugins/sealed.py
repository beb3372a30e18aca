"""`SealedExecute`, which nbgrader's Autograde runs instead of its own Execute."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from textwrap import dedent

from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Bool, Float, Integer

from course_utils.grading.plugins import release as releases
from course_utils.grading.plugins import scores, store, worked
from course_utils.grading.plugins.execute import GradingExecute
from course_utils.grading.plugins.needed import needed
from course_utils.grading.plugins.release import Check, Release, normal
from course_utils.grading.plugins.restore import restore
from course_utils.grading.plugins.store import FINDINGS, Store, code_cells
from course_utils.grading.wall import sandbox
from course_utils.grading.wall.outputs import note
from course_utils.grading.wall.sandbox import NoSandbox, Server
from course_utils.grading.wall.session import Session, Verdict, defines
from course_utils.grading.wall.walls import Limits


class SealedExecute(NbGraderPreprocessor):
    """Runs a submission's cells in a sandbox, and the check cells outside of it."""

    cell_timeout = Float(60, help="Seconds for one cell.").tag(config=True)
    total_timeout = Float(300, help="Seconds for a whole notebook.").tag(config=True)
    memory = Integer(4 * 2**30, help="Bytes, of all processes together.").tag(config=True)
    processes = Integer(256, help="Processes and threads at a time.").tag(config=True)
    files = Integer(2**30, help="Bytes of files.").tag(config=True)
    output = Integer(10 * 2**20, help="Characters of output.").tag(config=True)
    accept_unsealed_execution = Bool(
        False,
        help=dedent(
            """
            Grade without a sandbox where there is none. Submissions then run as you, with your
            files and your network, next to the hidden tests and the grade book, and can give
            themselves any score.
            """
        ),
    ).tag(config=True)

    @property
    def limits(self) -> Limits:
        """What one submission may use."""
        return Limits(
            cell=self.cell_timeout,
            total=self.total_timeout,
            memory=self.memory,
            processes=self.processes,
            files=self.files,
            output=self.output,
        )

    def preprocess(
        self, nb: NotebookNode, resources: ResourcesDict
    ) -> tuple[NotebookNode, ResourcesDict]:
        """Runs the notebook.

        Raises:
          NoSandbox: if this machine can't seal it and the risk was not accepted.
        """
        scores.use()  # whatever list of steps the settings have
        coursedir = CourseDirectory(parent=self)
        names = resources["nbgrader"]
        try:
            server = sandbox.shared(keep_out=coursedir.root)
        except NoSandbox as problem:
            if not self.accept_unsealed_execution:
                raise NoSandbox(
                    f"{problem} To grade without, at your own risk, set "
                    f"c.{type(self).__name__}.accept_unsealed_execution = True."
                ) from None
            self.log.warning("Not sealed, as accept_unsealed_execution says: %s", problem)
            return GradingExecute(parent=self.parent).preprocess(nb, resources)
        kept, limits = Store(Path(coursedir.root)), self.limits
        release = releases.read(coursedir, names["assignment"], names["notebook"])
        release = worked.checked(
            release,
            coursedir,
            names["assignment"],
            lambda answers, told: graded_or_kept(answers, told, server, limits, kept),
        )
        verdicts = graded_or_kept(nb, release, server, limits, kept)
        for grade_id, verdict in verdicts.items():
            if verdict.cause:
                self.log.warning("%s: %s: %s", names["student"], grade_id, verdict.cause)
            if verdict.fault:
                self.log.error("The check of %s failed:\n%s", grade_id, verdict.fault)
        return nb, resources


def graded_or_kept(
    notebook: NotebookNode, release: Release, server: Server, limits: Limits, kept: Store
) -> dict[str, Verdict]:
    """What `grade` gives, unless that is kept already, as by `course grade`; it is kept then."""
    restore(notebook, release)
    key = store.key(notebook, release, limits)
    verdicts = kept.recall(key, notebook)
    if verdicts is None:
        verdicts = grade(notebook, release, server, limits)
        if notebook.metadata.get(store.CUT_SHORT):  # it may have been the machine's fault
            verdicts = grade(notebook, release, server, limits)
        kept.keep(key, store.pack(notebook, verdicts))
    notebook.metadata[store.KEY] = key
    return verdicts


def grade(
    notebook: NotebookNode,
    release: Release,
    server: Server,
    limits: Limits,
    cores: Sequence[int] = (),
) -> dict[str, Verdict]:
    """Runs a notebook in place: every code cell gets its outputs, every check cell its points.

    Args:
      notebook: the submission; it is restored first, in case that was left out.
      release: what was handed out.
      server: forks the processes.
      limits: what the submission may use.
      cores: where it may run; everywhere, if that is left out.

    Returns:
      What became of each check cell, by grade_id. Whether cells were cut short is in the notebook's
      metadata, under `store.CUT_SHORT`.

    Raises:
      NoSandbox: if the server ended; that is no fault of the submission, and no result.
    """
    restore(notebook, release)
    verdicts = {}
    session = Session(server, limits, release.imports, cores, release.helpers, release.files)
    cells = code_cells(notebook)
    left_out = [normal(cell.source) in release.skipped for cell in cells]
    run_all_the_same = needed([cell.source for cell in cells], left_out)
    try:
        for count, cell in enumerate(cells, 1):
            cell.execution_count = count
            grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
            check = release.checks.get(grade_id)
            if check:
                verdict = (
                    Verdict.of_fault(release.unfit[grade_id])
                    if grade_id in release.unfit
                    else session.check(check.source, check.points)
                )
                _point_below(verdict, cells[count:])
                verdicts[grade_id] = verdict
                _show(cell, check, verdict)
            elif left_out[count - 1] and count - 1 not in run_all_the_same:
                cell.outputs = [note("Grading skips this cell: no answer needs it.")]
            else:
                cell.outputs = _outputs(cell, release, session)
    finally:
        session.close()
    notebook.metadata[store.CUT_SHORT] = session.cut_short
    if not server.alive:
        raise NoSandbox("The server ended while it ran a submission.")
    return verdicts


def _point_below(verdict: Verdict, below: Sequence[NotebookNode]) -> None:
    """Adds to a verdict that a name is defined by none before its check, if one below does so."""
    _, tick, rest = verdict.cause.partition("`")
    name, _, what = rest.partition("`")
    later = tick and what.startswith(" is not defined by any cell before")
    if later and any(defines(cell.source, name) for cell in below):
        verdict.cause += "; one below its check does so: move it up"


def _outputs(cell: NotebookNode, release: Release, session: Session) -> list[NotebookNode]:
    """What a student's cell shows."""
    of_the_course = "nbgrader" in cell.metadata or normal(cell.source) in release.given
    result = session.run(cell.source, reserve=of_the_course)
    for output in result.outputs:
        if output.output_type == "execute_result":
            output.execution_count = cell.execution_count
    stopped = [note(f"Grading did not finish this cell: {result.cause}.")] if result.cause else []
    return [*result.outputs, *stopped]


def _show(cell: NotebookNode, check: Check, verdict: Verdict) -> None:
    """Writes a verdict into a check cell, in the one form that nbgrader can't take for more.

    nbgrader reads the points from the first result, takes none at all, text and NaN for full
    marks, and any word on stderr for no marks.
    """
    points = round(verdict.points, 2)
    assert math.isfinite(points) and 0 <= points <= check.points  # noqa: PT018
    stopped = f"0 of {check.points:g} points: {verdict.cause}."
    if verdict.fault:
        stopped = "The check itself failed, so this answer was not judged. Its points will follow."
    data = {"text/html": "", "text/plain": str(points)}  # for nbgrader, not for readers
    result = new_output("execute_result", data=data, execution_count=cell.execution_count)
    cell.outputs = [*verdict.outputs, *([note(stopped)] if verdict.cause else []), result]
    cell.metadata[FINDINGS] = {
        "misconceptions": verdict.misconceptions,
        "cause": verdict.cause,
        "faulty": bool(verdict.fault),
    }
