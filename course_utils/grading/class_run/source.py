"""The chapters that a course's folder has, and what of them is graded: one notebook each."""

from __future__ import annotations

from pathlib import Path


def chapters(source: Path) -> list[str]:
    """The names of the chapters in a source folder."""
    return sorted(path.name for path in source.glob("[!.]*") if path.is_dir())


def trouble(source: Path, chapter: str) -> str:
    """Why a chapter can't be collected and graded; "" if it can."""
    if "+" in chapter:
        return f"{source.name}/{chapter}/: nbgrader takes no + in a name; rename it."
    notebooks = sorted(path.name for path in (source / chapter).glob("[!.]*.ipynb"))
    others = [name for name in notebooks if name != f"{chapter}.ipynb"]
    if len(others) == len(notebooks):
        there = f", but {', '.join(others)}" if others else ""
        return f"There is no {chapter}.ipynb in {source.name}/{chapter}/{there}."
    if others:
        return (
            f"{source.name}/{chapter}/ has {', '.join(others)} beside {chapter}.ipynb. A chapter "
            "is one notebook: give each a folder of its own, with the same name."
        )
    return ""
