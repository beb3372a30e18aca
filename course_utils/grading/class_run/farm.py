"""Runs submissions in parallel, each one once, and hands out what became of them as they finish."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Collection, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass

import nbformat
from nbformat import NotebookNode

from course_utils.grading.class_run.collect import Submission
from course_utils.grading.class_run.workers import NotReached, Workers, cores_of_its_own, stopping
from course_utils.grading.plugins import store
from course_utils.grading.plugins.refusal import NotGradable
from course_utils.grading.plugins.release import Release
from course_utils.grading.plugins.restore import grade_ids, restore
from course_utils.grading.plugins.sealed import grade
from course_utils.grading.plugins.store import Store
from course_utils.grading.wall import sandbox
from course_utils.grading.wall.sandbox import NoSandbox
from course_utils.grading.wall.session import Verdict
from course_utils.grading.wall.walls import Limits

_TRIES = 3  # of a submission whose server ended: any other submission may be the reason


@dataclass
class Ran:
    """A submission that was run.

    Attributes:
      submission: which one.
      key: of its result.
      changes: what the student had changed of the release; it was put right.
      verdicts: what became of each check cell, by grade_id.
    """

    submission: Submission
    key: str
    changes: list[str]
    verdicts: dict[str, Verdict] = dataclasses.field(default_factory=dict)

    @property
    def points(self) -> dict[str, float | None]:
        """Of each check, as the grade book has them; None where the check itself failed."""
        return {
            name: None if verdict.fault else round(verdict.points, 2)
            for name, verdict in self.verdicts.items()
        }


def work(task: str) -> str:
    """Runs one notebook; this is what an executor gets, here or on another machine.

    Args:
      task: what `Farm` wrote: the notebook, its release, the limits and the course's folder.

    Returns:
      The result, as `store.pack` writes it.

    Raises:
      NoSandbox: if there is none, or if the server ended again and again.
    """
    text, release, limits, keep_out = json.loads(task)
    for _ in range(_TRIES):
        server = sandbox.shared(keep_out)
        notebook = nbformat.from_dict(text)
        try:
            with cores_of_its_own() as cores:
                verdicts = grade(
                    notebook, store.from_text(release), server, Limits(**limits), cores
                )
        except NoSandbox:
            if server.alive or stopping.is_set():
                raise
        else:
            return store.pack(notebook, verdicts)
    raise NoSandbox(f"the sandbox's server ended {_TRIES} times")


def _refuse_another_chapter(
    notebook: NotebookNode, release: Release, submission: Submission
) -> None:
    """Raises `NotGradable` if all cells with an id of nbgrader's are those of something else."""
    found, wanted = grade_ids(notebook.cells), grade_ids(release.cells)
    if found and not found & wanted:
        some = ", ".join(sorted(found)[:3])
        cause = f"it is not {submission.chapter}: its exercises are others ({some}); rename it"
        raise NotGradable(submission.path, cause)


class Farm:
    """Runs the submissions of one chapter.

    Args:
      workers: run `work`.
      kept: the results so far; it gets every new one at once.
      release: the chapter.
      limits: what one submission may use.
      keep_out: the course's folder.
      again: students whose submissions are run anew, whatever is kept.
    """

    def __init__(
        self,
        workers: Workers,
        kept: Store,
        release: Release,
        limits: Limits,
        keep_out: str,
        again: Collection[str] = (),
    ) -> None:
        self._workers = workers
        self._kept = kept
        self._release = release
        self._limits = limits
        self._again = again
        self._about = [store.as_text(release), dataclasses.asdict(limits), keep_out]
        self._pending: dict[Future[str], list[tuple[Ran, NotebookNode]]] = {}
        self._cut_short: list[list[tuple[Ran, NotebookNode]]] = []

    def run(self, submissions: Iterable[Submission]) -> Iterator[Ran | NotGradable]:
        """What became of each submission, in the order in which they finish.

        One whose cells ran out of time or memory is run once more at the end, alone: it may have
        been the machine that was too busy.
        """
        for submission in submissions:
            try:
                yield from self._begin(submission)
            except NotGradable as refused:
                yield refused
            # None waits for the reader, and not all are in memory.
            while len(self._pending) >= 2 * self._workers.jobs:
                yield from self._finish_some()
        while self._pending:
            yield from self._finish_some()
        with self._workers.alone():
            for runs in self._cut_short:
                self._submit(runs)
                yield from self._finish_some(alone=True)

    def run_one(self, notebook: NotebookNode) -> dict[str, Verdict]:
        """What becomes of a notebook that is no student's, or became of it before."""
        restore(notebook, self._release)
        key = store.key(notebook, self._release, self._limits)
        verdicts = self._kept.recall(key, notebook)
        if verdicts is None:
            with self._workers.alone():
                result = self._workers.submit(work, self._task(notebook)).result()
            self._kept.keep(key, result)
            verdicts = store.unpack(result, notebook)
        return verdicts

    def stop(self) -> None:
        """Gives up what is still running: nothing of it is kept."""
        for future in self._pending:
            future.cancel()
        self._workers.stop()

    def _begin(self, submission: Submission) -> Iterator[Ran]:
        """Starts a submission, unless there is a result or the same one is running."""
        notebook = submission.read()
        _refuse_another_chapter(notebook, self._release, submission)
        try:
            ran = Ran(submission, "", restore(notebook, self._release))
        except Exception as error:
            cause = f"it can't be put into the form of its release ({error!r:.200})"
            raise NotGradable(submission.path, cause) from None
        ran.key = store.key(notebook, self._release, self._limits)
        anew = submission.student in self._again
        verdicts = None if anew else self._kept.recall(ran.key, notebook)
        if verdicts is not None:
            ran.verdicts = verdicts
            yield ran
            return
        for others in self._pending.values():
            if others[0][0].key == ran.key:
                others.append((ran, notebook))
                return
        self._submit([(ran, notebook)])

    def _submit(self, runs: list[tuple[Ran, NotebookNode]]) -> None:
        """Starts what all of these have handed in."""
        task = self._task(runs[0][1])
        self._pending[self._workers.submit(work, task)] = runs

    def _task(self, notebook: NotebookNode) -> str:
        return json.dumps([notebook, *self._about])

    def _finish_some(self, alone: bool = False) -> Iterator[Ran | NotGradable]:
        """Waits for the next result; keeps it before anything else is done."""
        done, _ = wait(self._pending, return_when=FIRST_COMPLETED)
        for future in done:
            runs = self._pending.pop(future)
            try:
                if store.was_cut_short(future.result()) and not alone:
                    self._cut_short.append(runs)
                    continue
                self._kept.keep(runs[0][0].key, future.result())
            except NotReached:
                raise
            except Exception as error:
                for ran, _ in runs:
                    yield NotGradable(ran.submission.path, f"it could not be run: {error}")
                continue
            for ran, notebook in runs:
                ran.verdicts = store.unpack(future.result(), notebook)
                yield ran
