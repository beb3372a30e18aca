"""Which outputs a solution notebook may hold: full marks, nothing that differs from run to run."""

import base64
import re
import tempfile
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from nbformat import NotebookNode

from course_utils.build.errors import BuildError
from course_utils.build.source import Chapter
from course_utils.build.try_it import output_problems
from course_utils.progress import earned
from course_utils.show import MISSED

MAX_FIGURE_BYTES = 60 * 1024
NUMBER = re.compile(r"≈ -?\d[\d.,e+-]*( -?\d[\d.,e+-]*)*")  # what `measured` prints
DATA_URI = re.compile(r"data:image/[a-z+]+;base64,([A-Za-z0-9+/=\s]+)")


def problems(chapter: Chapter, notebook: NotebookNode) -> list[BuildError]:
    """What is wrong with the outputs of an executed notebook, in the order of its cells."""
    return [
        BuildError(f"{chapter.path} ({_label(cell)})", problem, fix)
        for count, cell in enumerate(_code_cells(notebook), 1)
        for problem, fix in _cell_problems(chapter, cell, count)
    ]


def _code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def _label(cell: NotebookNode) -> str:
    first = str(cell.source).strip().split("\n")[0]
    return str(cell.metadata.get("nbgrader", {}).get("grade_id", first[:50]))


def _cell_problems(chapter: Chapter, cell: NotebookNode, count: int) -> Iterator[tuple[str, str]]:
    if cell.execution_count != count:
        yield (
            f"its stored execution count is {cell.execution_count}, not {count}",
            f"Run `course build {chapter.name}`.",
        )
    for output in cell.outputs:
        yield from _kind_problems(cell, output)
        for text in _texts(output):
            yield from _text_problems(chapter.root, text)
    yield from output_problems(cell)
    marks = cell.metadata.get("nbgrader", {})
    if marks.get("grade") and not marks.get("solution"):
        yield from _mark_problems(cell)


def _kind_problems(cell: NotebookNode, output: NotebookNode) -> Iterator[tuple[str, str]]:
    if output.output_type == "error" and "raises-exception" not in cell.metadata.get("tags", []):
        yield f"it raised {output.ename}: {output.evalue}", "Correct the cell."
    if output.output_type == "stream" and output.name == "stderr":
        yield (
            f"it wrote to stderr: {output.text.strip()[:200]!r}",
            "Remove the cause of the warning: in a check it would cost the marks.",
        )
    for kind in output.get("data", {}):
        if kind.startswith("image/"):
            yield (
                f"it shows a figure as {kind}, which has no alternative text",
                'Show it with `course_utils.plotting.show(figure, alt="...")`.',
            )
        if "widget" in kind:
            yield (
                "it stores a live widget, whose id differs at each run",
                "Show a static picture when COURSE_STATIC=1.",
            )


def _texts(output: NotebookNode) -> Iterator[str]:
    if output.output_type == "stream":
        yield output.text
    for value in output.get("data", {}).values():
        if isinstance(value, str):
            yield value
    if output.output_type == "error":
        yield "\n".join(output.traceback)


def _text_problems(root: Path, text: str) -> Iterator[tuple[str, str]]:
    for image in DATA_URI.findall(text):
        size = len(base64.b64decode(image))
        if size > MAX_FIGURE_BYTES:
            yield (
                f"a figure has {size / 1024:.0f} KB; the most is {MAX_FIGURE_BYTES // 1024} KB",
                "Draw fewer points, or make it smaller.",
            )
    plain = DATA_URI.sub("", text)
    for image in _images(plain):
        if not (image.get("alt") or "").strip():
            yield "an image has no alternative text", 'Add alt="..." to its `<img>`.'
    for what, place in {
        "the course's folder": str(root),
        "the home folder": str(Path.home()),
        "a temporary folder": tempfile.gettempdir(),
    }.items():
        # The home folder of a container may be "/".
        if place != "/" and re.search(re.escape(place) + r"(?![\w-])", plain):
            yield f"the output names {what}, {place}", "Print only the end of the path."
            break
    if missed := re.search(f"{MISSED}: .*?[.] ", plain):
        yield (
            f"a measured number misses its bound. {missed[0].rstrip('. ')}",
            "Correct the cell above it, or the claim.",
        )
    if " at 0x" in plain:
        yield "the output has a memory address", "Print a value, not an object."


class _ImageTags(HTMLParser):
    """Collects the attributes of each `<img>`."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[dict[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            self.found.append(dict(attrs))


def _images(html: str) -> list[dict[str, str | None]]:
    tags = _ImageTags()
    tags.feed(html)
    return tags.found


def _mark_problems(cell: NotebookNode) -> Iterator[tuple[str, str]]:
    points = cell.metadata["nbgrader"]["points"]
    score = earned(cell)
    if score != points:
        report = "\n".join(text for output in cell.outputs for text in _plain(output))
        got = "no points" if score is None else f"{score:g} of {points:g} points"
        yield (
            f"the worked answer gets {got}",
            f"Correct the answer or the check, which says:\n{report}",
        )


def _plain(output: NotebookNode) -> Iterator[str]:
    if output.output_type == "stream":
        yield output.text
    elif output.output_type == "display_data":
        yield output.data.get("text/plain", "")
