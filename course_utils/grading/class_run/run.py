"""`course grade`: collects what was handed in, runs it in parallel, writes grades and feedback."""

from __future__ import annotations

import fcntl
import sys
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from course_utils.grading.class_run import report, source
from course_utils.grading.class_run.book import NoBook, named, tells_of_the_book, trouble
from course_utils.grading.class_run.class_report import Graded, class_report, faults, summary
from course_utils.grading.class_run.collect import Submission, collect
from course_utils.grading.class_run.farm import Farm, Ran
from course_utils.grading.class_run.pages import ChapterPage
from course_utils.grading.class_run.progress import Progress
from course_utils.grading.class_run.workers import NotReached, OpenWorkers, Workers, here
from course_utils.grading.class_run.writer import NotWritten, Writer
from course_utils.grading.plugins import release as releases
from course_utils.grading.plugins import worked
from course_utils.grading.plugins.refusal import NotGradable, printable
from course_utils.grading.plugins.release import NotReleased, Release
from course_utils.grading.plugins.rerelease import changed_since
from course_utils.grading.plugins.store import FOLDER, Store
from course_utils.grading.wall.sandbox import NoSandbox


class NothingToGrade(Exception):  # noqa: N818 - a state of the course
    """The text is a sentence that says what is missing and what to do."""


@tells_of_the_book("grade")
def run(
    wanted: Sequence[str],
    jobs: int,
    timeout: float | None,
    root: Path,
    *again: str,
    cluster: str = "",
) -> int:
    """Grades chapters, and prints a summary and a class report for each.

    Args:
      wanted: numbers ("01") or names ("01_two_step_rnn") of chapters.
      jobs: how many submissions to run at a time.
      timeout: seconds for a whole notebook, in place of what the settings say.
      root: the course's folder, with `nbgrader_config.py`.
      *again: students whose submissions are run and written anew.
      cluster: the address of a Dask scheduler whose workers run the submissions; else this
        machine does.

    Returns:
      0, or 1 if a file could not be graded, a check itself failed, or grading could not begin.
    """
    try:
        open_workers = on_cluster(cluster) if cluster else here(jobs, str(root))
        course = Course(root, timeout, again)
        chapters = [(name, *course.collect(name)) for name in course.names(wanted)]
        with _one_run(root), open_workers() as workers:
            failed = [file for chapter in chapters for file in course.grade(workers, *chapter)]
            report.write(course.pages, root / report.FILE)
    except (NothingToGrade, NoSandbox, NotReached, NotReleased, NotWritten) as error:
        print(f"course grade: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. Run the same command again to go on from here.", file=sys.stderr)
        raise
    refused = {file.path.relative_to(root): file.cause for file in failed}
    if refused:
        print(f"\nNot graded: {len(refused)}", file=sys.stderr)
        for path, cause in sorted(refused.items()):
            print(printable(f"  {path}: {cause}"), file=sys.stderr)
    if course.faults:
        print("\nNot gradable, for the check itself failed:", file=sys.stderr)
        for name, fault in sorted(course.faults.items()):
            print(printable(f"  {name}: {fault}"), file=sys.stderr)
        print("Mend the check, and run the same command again.", file=sys.stderr)
    return 1 if refused or course.faults else 0


def on_cluster(address: str) -> OpenWorkers:
    """Opens the workers of a Dask cluster.

    Args:
      address: of its scheduler.

    Raises:
      NotReached: if Dask is not installed here, or when they are opened.
    """
    try:
        from course_utils.grading.class_run.cluster import Cluster  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        raise NotReached(
            f"--cluster needs Dask, and {error.name} is not installed here. In the checkout of "
            "the course: pip install '.[cluster]'."
        ) from None
    return partial(Cluster, address)


@contextmanager
def _one_run(root: Path) -> Iterator[None]:
    """Keeps others from grading in a course's folder meanwhile.

    Raises:
      NothingToGrade: if somebody does already.
    """
    folder = root / FOLDER
    folder.mkdir(exist_ok=True)
    with (folder / "running").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # the system gives it back in any case
        except BlockingIOError:
            raise NothingToGrade(
                "Another `course grade` is at work in this folder. Run this again when it is done."
            ) from None
        yield


class Course:
    """A course's folder, and how its submissions are run.

    Args:
      root: the folder.
      timeout: seconds for a whole notebook, in place of what the settings say.
      again: students whose submissions are run and written anew.

    Attributes:
      faults: what went wrong in each check that failed itself, by chapter and grade_id.
      pages: what there is to tell of each chapter that was graded.
    """

    def __init__(
        self,
        root: Path,
        timeout: float | None,
        again: Collection[str] = (),
    ) -> None:
        self.faults: dict[str, str] = {}
        self.pages: list[ChapterPage] = []
        self._again = again
        self._root = root
        self._writer = Writer(root, timeout)
        self._coursedir = self._writer.coursedir
        self._source = root / self._coursedir.source_directory

    def names(self, wanted: Sequence[str]) -> list[str]:
        """The full names of chapters.

        Raises:
          NothingToGrade: if there is no such chapter, or if it is not one notebook.
        """
        known = source.chapters(self._source)
        found = []
        for name in wanted:
            fitting = named(name, known)
            if not fitting:
                raise NothingToGrade(
                    f"There is no chapter {name!r} in {self._coursedir.source_directory}/. "
                    f"The chapters there: {', '.join(known) or 'none'}."
                )
            found += fitting
        if said := " ".join(filter(None, (source.trouble(self._source, name) for name in found))):
            raise NothingToGrade(said)
        return list(dict.fromkeys(found))

    def collect(self, chapter: str) -> tuple[list[Submission], list[NotGradable]]:
        """A chapter's submissions, and what was handed in and is none.

        Raises:
          NothingToGrade: if there is nothing at all.
        """
        submitted = self._root / self._coursedir.submitted_directory
        found, refused = collect(submitted, chapter, source.chapters(self._source))
        if not found and not refused:
            raise NothingToGrade(
                f"Nothing was handed in for {chapter}. Put each student's notebook at "
                f"{submitted.name}/STUDENT/{chapter}/{chapter}.ipynb."
            )
        unknown = sorted(set(self._again) - {each.student for each in found})
        if unknown:
            raise NothingToGrade(f"Nothing was handed in for {chapter} by {', '.join(unknown)}.")
        return found, refused

    def grade(
        self,
        workers: Workers,
        chapter: str,
        found: list[Submission],
        refused: list[NotGradable],
    ) -> list[NotGradable]:
        """Grades what was found, prints the reports, and returns all that was not graded."""
        self._writer.release(chapter)
        handed_out = releases.read(self._coursedir, chapter, chapter)
        farm = self._farm(workers, handed_out)
        release = worked.checked(
            handed_out, self._coursedir, chapter, lambda answers, _: farm.run_one(answers)
        )
        if changed := changed_since(self._coursedir, chapter, release):
            print(
                f"{chapter}: {self._coursedir.source_directory}/ was changed after the release "
                f"({', '.join(changed)}); this grades by the release. To release it anew, with all "
                f"marks kept: nbgrader generate_assignment {chapter} --force"
            )
        graded, failed = self._run(workers, release, found)
        failed += self._feedback(graded)
        self._keep_refused(chapter, refused + failed)
        page = report.read(chapter, self._root)
        self.pages.append(page)
        if graded:
            print(f"\n{summary(chapter, release.checks, graded, release.by_hand, page.alike)}")
            print(f"\n{class_report(release.checks, graded, release.by_hand)}", flush=True)
        self.faults |= {f"{chapter} {name}": text for name, text in faults(graded).items()}
        return refused + failed

    def _farm(self, workers: Workers, release: Release) -> Farm:
        limits, keep_out = self._writer.limits, str(self._root)
        return Farm(workers, Store(self._root), release, limits, keep_out, self._again)

    def _keep_refused(self, chapter: str, refused: Sequence[NotGradable]) -> None:
        submitted = self._root / self._coursedir.submitted_directory
        places = {str(file.path.relative_to(submitted)): file.cause for file in refused}
        Store(self._root).keep_refused(chapter, places)

    def _run(
        self, workers: Workers, release: Release, found: list[Submission]
    ) -> tuple[list[Graded], list[NotGradable]]:
        """Runs the submissions and, while others run, writes the grades of those that are ready."""
        graded: list[Graded] = []
        failed: list[NotGradable] = []
        progress = Progress("Grading", len(found), workers.described)
        farm = self._farm(workers, release)
        try:
            for outcome in farm.run(found):
                written = self._write(outcome)
                if isinstance(written, Graded):
                    graded.append(written)
                else:
                    failed.append(written)
                progress.step(failed=isinstance(written, NotGradable))
        except BaseException:
            farm.stop()
            raise
        return graded, failed

    def _write(self, outcome: Ran | NotGradable) -> Graded | NotGradable:
        if isinstance(outcome, NotGradable):
            return outcome
        chapter, student = outcome.submission.chapter, outcome.submission.student
        try:
            key, points = outcome.key, outcome.points
            anew = student in self._again
            if anew or not self._writer.is_graded(chapter, student, key, points):
                self._writer.autograde(chapter, student)
            self._writer.penalise(chapter, student)
            return Graded(outcome, *self._writer.score(chapter, student))
        except NoBook:
            raise
        except Exception as error:  # it must not stop the others
            if trouble(str(error)):  # but without a grade book they can't go on
                raise
            return NotGradable(outcome.submission.path, f"nbgrader refused it: {error}")

    def _feedback(self, graded: list[Graded]) -> list[NotGradable]:
        failed: list[NotGradable] = []
        progress = Progress("Feedback", len(graded))
        for entry in graded:
            submission = entry.ran.submission
            try:
                self._writer.feedback(submission.chapter, submission.student)
            except NotWritten as error:
                cause = f"graded, but without feedback: {error}"
                failed.append(NotGradable(submission.path, cause))
            progress.step(failed=bool(failed) and failed[-1].path == submission.path)
        return failed
