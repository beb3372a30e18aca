"""The index of terms, `docs/terms.md`: where a chapter defines what.

A term is what a chapter's text has in bold, in at most four words and without punctuation at its
end; the summary at a chapter's end defines nothing.
"""

import re
from pathlib import Path

from course_utils.build.source import Chapter, every_chapter, read_cells

PATH = "docs/terms.md"
BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
SECTION = re.compile(r"^## (.+)$", re.MULTILINE)
SUMMARY = "What we built"
MAX_WORDS = 4
HEAD = """\
# Index of terms

Where each term of the course is defined. The build writes this page from what the chapters have in
bold.

| term | defined in |
|---|---|
"""


def page(root: Path) -> str:
    """The text of the index, from all the sources of the course."""
    places: dict[str, str] = {}
    for chapter in every_chapter(root):
        address = f"../notebooks/{chapter.name}/{chapter.name}.ipynb"
        for term, section in _defined(chapter):
            places.setdefault(term, f"[{section}]({address})")
    rows = [f"| {term} | {places[term]} |" for term in sorted(places, key=str.lower)]
    return HEAD + "".join(f"{row}\n" for row in rows)


def _defined(chapter: Chapter) -> list[tuple[str, str]]:
    """The terms of a chapter in the order of its text, each with its section."""
    found, section = [], chapter.name
    for cell in read_cells(chapter):
        for part in () if cell.is_code else re.split(r"(?m)(?=^## )", cell.source):
            if heading := SECTION.match(part):
                section = heading[1]
            if section != SUMMARY:
                found += [(term, section) for term in _terms(part)]
    return found


def _terms(text: str) -> list[str]:
    bold = [" ".join(phrase.split()) for phrase in BOLD.findall(text)]
    return [phrase for phrase in bold if phrase[-1].isalnum() and len(phrase.split()) <= MAX_WORDS]
