"""Links between chapters, which the build writes, and those in a chapter's text."""

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from course_utils.build.errors import BuildError
from course_utils.build.source import Cell, Chapter

LINK = re.compile(r"\]\(([^)\s]+)\)")
ELSEWHERE = re.compile(r"[a-z]+:")
NOTEBOOK = re.compile(r"\.\./(\w+)/\1\.ipynb")


def internal_links(chapter: Chapter, cells: Sequence[Cell]) -> Iterator[BuildError]:
    """A link to a page or to a chapter of the course leads somewhere."""
    for cell in cells:
        for link in () if cell.is_code else LINK.findall(cell.source):
            if not ELSEWHERE.match(link) and (problem := _problem(chapter, link)):
                yield cell.error(f"the link {link} leads nowhere: {problem}", "Correct it.")


def _problem(chapter: Chapter, link: str) -> str:
    path, _, anchor = link.partition("#")
    if name := NOTEBOOK.fullmatch(path):
        source = chapter.root / "chapters" / f"{name[1]}.py"
        return "" if source.exists() else f"there is no {source.name}"
    target = Path(os.path.normpath(chapter.release.parent / path))  # which need not be there yet
    if not target.exists():
        return "there is no such file"
    return "" if not anchor or anchor in anchors(target) else "the page has no such heading"


def anchors(page: Path) -> set[str]:
    """What a link to a heading of a Markdown page may have behind its #."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).lower().replace(" ", "-") for heading in headings}


def external_links(root: Path) -> dict[str, list[str]]:
    """The addresses outside of the course, each with the sources and pages that name it."""
    found: dict[str, list[str]] = {}
    for path in [*sorted((root / "chapters").glob("*.py")), *sorted(root.glob("docs/*.md"))]:
        for link in LINK.findall(path.read_text(encoding="utf-8")):
            if link.startswith("http"):
                found.setdefault(link, []).append(path.name)
    return dict(sorted(found.items()))


if __name__ == "__main__":  # `make links`
    for address, places in external_links(Path.cwd()).items():
        print(f"{address}  ({', '.join(dict.fromkeys(places))})")
