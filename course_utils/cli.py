"""The command line of the course: `course`, or `python -m course_utils`."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FIRST_PAGE = "notebooks/00_start_here/00_start_here.ipynb"


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
    try:
        return options.run(options, flags)
    except ImportError as error:
        print(f"course: {error}", file=sys.stderr)
        return 1


def doctor(_options: argparse.Namespace, _flags: list[str]) -> int:
    """Prints every finding; 1 if something that the course needs is missing."""
    from course_utils.doctor import examine

    healthy = True
    for finding in examine():
        print(finding, flush=True)
        healthy = healthy and not finding.fails
    return 0 if healthy else 1


def lab(_options: argparse.Namespace, flags: list[str]) -> int:
    """Becomes JupyterLab, with the course's folder as its root and chapter 00 in front."""
    from course_utils.doctor import require_packages

    require_packages()
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        flags = ["--allow-root", *flags]  # Jupyter refuses root otherwise; containers have no other
    command = [
        sys.executable,
        *("-m", "jupyterlab"),
        f"--ServerApp.root_dir={ROOT}",
        f"--LabApp.default_url=/lab/tree/{FIRST_PAGE}",
        *flags,
    ]
    # Some of Jupyter's parts look for their own commands on the PATH.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    os.chdir(ROOT)  # where nbgrader looks for its configuration
    sys.stdout.flush()
    os.execve(sys.executable, command, {**os.environ, "PATH": path})


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="course",
        description="Unrolled: a course on recurrent networks, in graded notebooks.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="examples:\n  course doctor\n  course lab\n  course build --check\n"
        "`course COMMAND --help` shows more.",
        allow_abbrev=False,
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add(commands, "doctor", doctor, "check the installation, a line each", "course doctor")
    _add(
        *(commands, "lab", lab, "open JupyterLab; it gets all flags that follow"),
        *("course lab", "course lab --no-browser --port 8899"),
    )
    return parser


def _add(commands, name, run, summary: str, *examples: str) -> argparse.ArgumentParser:
    """Adds a command whose `--help` shows its examples."""
    parser = commands.add_parser(
        name,
        help=summary,
        description=summary[0].upper() + summary[1:] + ".",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="examples:\n" + "".join(f"  {example}\n" for example in examples),
        allow_abbrev=False,
    )
    parser.set_defaults(run=run)
    return parser
