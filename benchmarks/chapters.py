"""Runs every chapter in both profiles and lists its time next to its budget.

A chapter's time is that of all cells of its solution notebook, imports included. Jupyter's own
start and end of the kernel, one to two seconds, are not the chapter's.
"""

import argparse
import os
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from course_utils.build.source import Chapter, find_chapters

ROOT = Path(__file__).resolve().parents[1]
BUDGETS = {"full": 120, "quick": 20}  # seconds, on two cores
LONGER = {"11_seq2seq": 240, "12_attention_and_beam_search": 240}  # in the full profile
TOTAL = 15 * 60


def budget(chapter: Chapter, profile: str) -> int:
    """The seconds that a chapter may take in a profile."""
    return LONGER.get(chapter.name, BUDGETS[profile]) if profile == "full" else BUDGETS[profile]


def seconds(chapter: Chapter, profile: str) -> float:
    """How long the cells of a chapter's solution notebook take."""
    notebook = nbformat.read(chapter.solution, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=None,
        kernel_name="python3",
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(chapter.solution.parent)}},
    )
    environment = os.environ | {"COURSE_STATIC": "1", "COURSE_PROFILE": profile}
    with client.setup_kernel(env=environment):
        start = time.monotonic()
        for index, cell in enumerate(notebook.cells):
            client.execute_cell(cell, index)
        return time.monotonic() - start


def main() -> None:
    """Prints the table; exits with 1 if a time is over its budget."""
    parser = argparse.ArgumentParser(description="Times the chapters.")
    parser.add_argument("chapters", nargs="*", metavar="CHAPTER", help="all, if none is named")
    over, totals = False, dict.fromkeys(BUDGETS, 0.0)
    for chapter in find_chapters(ROOT, parser.parse_args().chapters):
        line = f"{chapter.name:32}"
        for profile in BUDGETS:
            taken, most = seconds(chapter, profile), budget(chapter, profile)
            over |= taken > most
            totals[profile] += taken
            line += f"  {profile} {taken:6.1f} s of {most:3}{' OVER' if taken > most else ''}"
        print(line, flush=True)
    over |= totals["full"] > TOTAL
    print(f"together: full {totals['full']:.0f} s of {TOTAL}, quick {totals['quick']:.0f} s")
    sys.exit(int(over))


if __name__ == "__main__":
    main()
