"""The command line of the course: `course`, or `python -m course_utils`."""

import argparse
import contextlib
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

from course_utils.doctor import InstallationError, examine, is_for_teachers, require_packages

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"

ROOT = Path(__file__).resolve().parent.parent
FIRST_PAGE = "work/00_start_here/00_start_here.ipynb"
FOR_LEARNERS = Path(__file__).with_name("for_learners")  # settings of Jupyter


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command.

    Args:
      arguments: the words after `course`; by default those of this process.

    Returns:
      The exit code: 0, or 1 after a failure that it has put into a sentence on stderr.

    Raises:
      SystemExit: with code 2 for words that make no command, and 0 after `--help`.
    """
    parser = _parser()
    options, flags = parser.parse_known_args(arguments)
    if flags and options.run is not lab:
        parser.error(f"unrecognized arguments: {' '.join(flags)}")
    options.flags = flags
    try:
        return int(options.run(options))
    except InstallationError as error:
        print(f"course: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130  # what a shell reports of a command stopped by Ctrl-C


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


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="course",
        description="Unrolled: a course on recurrent networks, in graded notebooks.",
        epilog="`course COMMAND --help` shows how a command is used, with examples.",
        allow_abbrev=False,
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add(commands, doctor, "check the installation, a line each", ["course doctor"])
    _add_learning(commands)
    if is_for_teachers():
        _add_build(commands)
        _add_grade(commands)
        _add_export(commands)
        _add_lists(commands)
        _add_release(commands)
        _add_move_book(commands)
    _add(commands, progress, "show your points in all chapters, as last saved", ["course progress"])
    return parser


def _add_learning(commands: Commands) -> None:
    opening = _add(
        commands,
        lab,
        "open your copy of the course, work/, in JupyterLab, which gets all flags that follow",
        ["course lab", "course lab --no-browser --port 8899", "course lab --teacher"],
    )
    opening.add_argument(
        "--teacher", action="store_true", help="with formgrader and nbgrader's other tools"
    )
    updating = _add(
        commands,
        update,
        "bring your copies to a new release: answers, notes and own cells are carried over, and "
        "the file that you had stays beside the new one",
        ["course update", "course update 01 02"],
    )
    updating.add_argument(
        "chapters", nargs="*", metavar="CHAPTER", help="a number or a name; all, if none is named"
    )


def _add_build(commands: Commands) -> None:
    building = _add(
        commands,
        build,
        "build the notebooks from the chapters' sources",
        ["course build", "course build 01 02", "course build --check"],
    )
    building.add_argument(
        "chapters",
        nargs="*",
        metavar="CHAPTER",
        help="a number, as 01, or a name, as 01_two_step_rnn; all, if none is named",
    )
    only = building.add_mutually_exclusive_group()
    only.add_argument(
        "--check",
        action="store_true",
        help="only compare, nothing runs; exit with 1 if a notebook differs from its source",
    )
    only.add_argument(
        "--move-to-work",
        action="store_true",
        help="only move what was saved in notebooks/ to work/, and put blank releases back",
    )


def _add_grade(commands: Commands) -> None:
    grading = _add(
        commands,
        grade,
        "run what students handed in behind a wall, and write grades, feedback and a class report",
        [
            "course grade 01",
            "course grade 01_two_step_rnn 02_static_unrolling --jobs 8",
            "course grade 01 --again ada ben",
            "course grade 01 --cluster tcp://10.0.0.1:8786",
        ],
    )
    grading.add_argument(
        "chapters",
        nargs="+",
        metavar="CHAPTER",
        help="a number, as 01, or a name, as 01_two_step_rnn",
    )
    _add_means(grading)


def _add_means(grading: argparse.ArgumentParser) -> None:
    grading.add_argument(
        "--jobs",
        type=_positive(int),
        default=os.cpu_count() or 1,
        metavar="N",
        help="how many submissions to run at a time; by default one a core",
    )
    grading.add_argument(
        "--timeout",
        type=_positive(float),
        metavar="S",
        help="seconds for a whole notebook and for each cell; by default what nbgrader_config.py "
        "says, or 300 and 60",
    )
    grading.add_argument(
        "--again",
        nargs="+",
        default=[],
        metavar="STUDENT",
        help="run and write these students' submissions anew, also if nothing has changed",
    )
    grading.add_argument(
        "--cluster",
        default="",
        metavar="ADDRESS",
        help="run the submissions on the workers of a Dask cluster, by its scheduler's address, "
        "tcp://... or tls://...; --jobs counts for nothing then (docs/cluster.md)",
    )


def _add_export(commands: Commands) -> None:
    exporting = _add(
        commands,
        export,
        "write the class's points, late penalties taken off, for a learning platform",
        ["course export", "course export 01 02 --for canvas", "course export --for moodle"],
    )
    exporting.add_argument(
        "chapters",
        nargs="*",
        metavar="CHAPTER",
        help="a number, as 01, or a name, as 01_two_step_rnn; all that were released, if none",
    )
    exporting.add_argument(
        "--for",
        dest="form",
        choices=("csv", "canvas", "moodle"),
        default="csv",
        help="who gets the file; by default one with a column a chapter and a total",
    )
    exporting.add_argument(
        "--to",
        type=Path,
        metavar="FILE",
        help="the file; by default grades.csv, grades-canvas.csv or grades-moodle.csv",
    )


def _add_lists(commands: Commands) -> None:
    reporting = _add(
        commands,
        report,
        "write a page on the class: scores, exercises and misconceptions, who needs help",
        ["course report", "course report 01 02", "course report 01 --to class.html"],
    )
    reporting.add_argument(
        "chapters", nargs="*", metavar="CHAPTER", help="a number or a name; all, if none is named"
    )
    reporting.add_argument(
        "--to", type=Path, metavar="FILE", help="the file; by default report.html"
    )
    collecting = _add(
        commands,
        collect,
        "put the notebooks of a ZIP file of Moodle, Canvas or Blackboard where they are graded",
        ["course collect 01 submissions.zip"],
    )
    collecting.add_argument("chapter", metavar="CHAPTER", help="a number, as 01, or a name")
    collecting.add_argument("archive", type=Path, metavar="DOWNLOAD.zip", help="as downloaded")
    enrolling = _add(
        commands,
        roster,
        "read a list of students, as a learning platform writes it, into the grade book",
        ["course roster students.csv"],
    )
    enrolling.add_argument("file", type=Path, metavar="FILE.csv", help="with a line of headings")


def _add_release(commands: Commands) -> None:
    releasing = _add(
        commands,
        release,
        "write what a class gets, without answers and tests, into a folder or a ZIP file",
        ["course release --to unrolled.zip", "course release 01 02 --to unrolled"],
    )
    releasing.add_argument(
        "chapters",
        nargs="*",
        metavar="CHAPTER",
        help="a number or a name; all, if none is named; chapter 00 goes along in any case",
    )
    releasing.add_argument(
        "--to",
        type=Path,
        required=True,
        metavar="DIR_OR_ZIP",
        help="a folder, or a file that ends in .zip; what is there already is left as it is",
    )


def _add_move_book(commands: Commands) -> None:
    moving = _add(
        commands,
        move_book,
        "copy the grade book into another, empty database, as onto PostgreSQL",
        ["course move-book postgresql+psycopg://course@db.example.edu/unrolled"],
    )
    moving.add_argument("url", metavar="URL", help="of the database, as SQLAlchemy takes it")


def _positive(kind: type[int] | type[float]) -> Callable[[str], float]:
    """What turns a word into a number above 0."""

    def number(word: str) -> float:
        value = kind(word)
        if not value > 0:
            raise ValueError
        return value

    number.__name__ = "positive number"  # argparse puts it into its message
    return number


def _add(
    commands: Commands,
    run: Callable[[argparse.Namespace], int],
    summary: str,
    examples: list[str],
) -> argparse.ArgumentParser:
    """Adds the command that `run` is named after; its `--help` shows the examples."""
    command = commands.add_parser(
        run.__name__.replace("_", "-"),
        help=summary,
        description=f"{summary[0].upper()}{summary[1:]}.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="\n  ".join(["examples:", *examples]),
        allow_abbrev=False,
    )
    command.set_defaults(run=run)
    return command
