"""Try-it cells: one below each answer, which says in its last lines what it prints.

A cell that tries `half` ends, for instance, in

    show(half(7))
    show(half(8))
    # prints: 3.5
    #         4
"""

import re
from collections.abc import Iterator, Sequence

from nbformat import NotebookNode

from course_utils.build.errors import BuildError
from course_utils.build.source import Cell, Chapter
from course_utils.grading import TRY_IT

MAX_LINES = 8  # of code
SAYS = re.compile(r"^# prints: (.*(?:\n#         .*)*)\Z", re.MULTILINE)
MARGIN = len("# prints: ")


def says(source: str) -> str:
    r"""What a try-it cell says it prints; "" if it does not say it.

    >>> says("print(1)\nprint(2)\n# prints: 1\n#         2")
    '1\n2'
    """
    found = SAYS.search(source)
    first, *others = found[1].split("\n") if found else [""]
    return "\n".join([first, *(line[MARGIN:] for line in others)])


def each_exercise_has_one(chapter: Chapter, cells: Sequence[Cell]) -> Iterator[BuildError]:
    """Between an answer and its check stands a cell that tries the answer."""
    for before, cell, after in zip(cells, cells[1:], [*cells[2:], None], strict=False):
        if before.is_answer and not before.is_by_hand and TRY_IT not in cell.tags:
            yield before.error(
                "no try-it cell follows this answer",
                f'Add a cell `# %% tags=["{TRY_IT}"]` below it, which shows what the answer gives '
                "for one small example, and ends in `# prints: ` and that.",
            )
        elif TRY_IT in cell.tags:
            if not before.is_answer or after is None or not after.is_check:
                yield cell.error(
                    "this try-it cell does not stand between an answer and its check", "Move it."
                )
            yield from _form_problems(cell)


def _form_problems(cell: Cell) -> Iterator[BuildError]:
    if not says(cell.source):
        yield cell.error(
            "the try-it cell does not say what it prints",
            "End it with `# prints: ` and the first line; write more lines below, aligned.",
        )
    code = SAYS.sub("", cell.source).strip("\n").split("\n")
    if len(code) > MAX_LINES:
        yield cell.error(
            f"the try-it cell has {len(code)} lines; the most is {MAX_LINES}",
            "Take a smaller example.",
        )


def output_problems(cell: NotebookNode) -> Iterator[tuple[str, str]]:
    """An executed try-it cell has printed what it says, and nothing else."""
    printed = [o.text if o.output_type == "stream" else o.output_type for o in cell.outputs]
    text = "".join(printed).rstrip()
    if TRY_IT in cell.metadata.get("tags", []) and text != says(cell.source):
        yield (
            f"the try-it cell says {says(cell.source)!r}, but it prints {text!r}",
            "Correct the example or what it says.",
        )
