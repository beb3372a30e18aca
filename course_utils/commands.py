"""What the commands of `course` do."""

import argparse
import contextlib
import os
import sys
from pathlib import Path

from course_utils.doctor import examine, require_packages

ROOT = Path(__file__).resolve().parent.parent
FIRST_PAGE = "work/00_start_here/00_start_here.ipynb"
FOR_LEARNERS = Path(__file__).with_name("for_learners")  # settings of Jupyter


def doctor(_options: argparse.Namespace) -> int:
    """Prints every finding; 1 if something that the course needs is missing."""
    healthy = True
    for finding in examine():
        print(finding, flush=True)
        healthy = healthy and not finding.fails
    return 0 if healthy else 1


def lab(options: argparse.Namespace) -> int:
    """Becomes JupyterLab, with the course's folder as its root and chapter 00 in front.

    Before that it copies each chapter to `work/` that is not there; 1 if it can't.
    """
    require_packages()
    from course_utils.work.updating import open_copies

    try:
        told = open_copies(ROOT)
    except OSError as error:
        print(f"course: work/ can't be written: {error.strerror}.", file=sys.stderr)
        return 1
    print(*told, sep="\n", end="\n" * bool(told))
    if not options.teacher:
        folders = (str(FOR_LEARNERS), os.environ.get("JUPYTER_CONFIG_PATH", ""))
        os.environ["JUPYTER_CONFIG_PATH"] = os.pathsep.join(filter(None, folders))
    # Jupyter refuses to run as root unless it is told, and containers often have no other user.
    as_root = ["--allow-root"] if os.geteuid() == 0 else []
    command = [
        sys.executable,
        *("-m", "jupyterlab"),
        f"--ServerApp.root_dir={ROOT}",
        f"--LabApp.default_url=/lab/tree/{FIRST_PAGE}",
        *as_root,
        *options.flags,
    ]
    os.chdir(ROOT)  # where nbgrader looks for its configuration
    sys.stdout.flush()
    os.execv(sys.executable, command)


def update(options: argparse.Namespace) -> int:
    """Brings the learner's copies to a new release."""
    from course_utils.work.updating import update as update_copies

    return update_copies(options.chapters, ROOT)


def build(options: argparse.Namespace) -> int:
    """Builds chapters, compares them with what is stored, or rescues what a learner saved there."""
    require_packages()
    from course_utils.build import build as build_chapters

    return build_chapters(options.chapters, options.check, ROOT, options.move_to_work)


def grade(options: argparse.Namespace) -> int:
    """Grades what was handed in, in the folder's own course or else in this one."""
    require_packages()
    from course_utils.grading.wall import sandbox

    root = _course_folder()
    if not options.cluster:
        with contextlib.suppress(sandbox.NoSandbox):  # `run` says what the trouble is
            sandbox.shared(keep_out=str(root), wait=False)  # loads while nbgrader is imported
    from course_utils.grading.class_run.run import run

    where = {"cluster": options.cluster} if options.cluster else {}
    return run(options.chapters, options.jobs, options.timeout, root, *options.again, **where)


def roster(options: argparse.Namespace) -> int:
    """Reads a list of students into the grade book."""
    require_packages()
    from course_utils.grading.class_run.roster import roster as read_roster

    return read_roster(options.file, _course_folder())


def release(options: argparse.Namespace) -> int:
    """Writes what a class gets."""
    require_packages()
    from course_utils.grading.class_run.hand_out import hand_out

    return hand_out(options.chapters, options.to, _course_folder())


def collect(options: argparse.Namespace) -> int:
    """Puts what a platform's download holds where it is graded."""
    require_packages()
    from course_utils.grading.class_run.download import collect_download

    return collect_download(options.chapter, options.archive, _course_folder())


def export(options: argparse.Namespace) -> int:
    """Writes the class's points into a file."""
    require_packages()
    from course_utils.grading.class_run.export import export as write_points

    return write_points(options.chapters, options.form, options.to, _course_folder())


def move_book(options: argparse.Namespace) -> int:
    """Copies the grade book into another database."""
    require_packages()
    from course_utils.grading.class_run.move import move_book as copy_book

    return copy_book(options.url, _course_folder())


def report(options: argparse.Namespace) -> int:
    """Writes a page on what the class has understood."""
    require_packages()
    from course_utils.grading.class_run.report import report as write_report

    return write_report(options.chapters, options.to, _course_folder())


def _course_folder() -> Path:
    """The folder's own course, or else this one."""
    here = Path.cwd()
    return here if (here / "nbgrader_config.py").exists() else ROOT


def progress(_options: argparse.Namespace) -> int:
    """Prints the standing over all chapters; 1 if a notebook can't be read."""
    from course_utils.progress import report

    return report(ROOT)
