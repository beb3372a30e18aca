"""The line at both ends of a notebook: to the chapters before and after, the map and the terms."""

import re
from pathlib import Path

TITLE = re.compile(r"^# # (.+)$", re.MULTILINE)


def navigation(root: Path, name: str) -> str:
    """The line of links in the notebook of a chapter, in Markdown.

    Args:
      root: the course's folder.
      name: the chapter; chapters follow each other as their names do.
    """
    sources = sorted((root / "chapters").glob("*.py"))
    place = [path.stem for path in sources].index(name)
    links = [f"Previous: {_link(sources[place - 1])}"] if place else []
    links += [f"Next: {_link(path)}" for path in sources[place + 1 : place + 2]]
    links += [f"[Map]({_address(sources[0])})"] if place else []
    return " · ".join([*links, "[Terms](../../docs/terms.md)"])


def _link(source: Path) -> str:
    title = TITLE.search(source.read_text(encoding="utf-8"))
    return f"[{title[1] if title else source.stem}]({_address(source)})"


def _address(source: Path) -> str:
    return f"../{source.stem}/{source.stem}.ipynb"
