"""The command line of the course: `course`, or `python -m course_utils`."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

from course_utils.commands import (
    build,
    collect,
    doctor,
    export,
    grade,
    lab,
    move_book,
    progress,
    release,
    report,
    roster,
    update,
)
from course_utils.doctor import InstallationError, is_for_teachers

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


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
