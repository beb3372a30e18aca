"""Runs a chapter's notebook and stores its outputs in a form that does not differ between runs."""

import os
from pathlib import Path

from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from course_utils.build.errors import BuildError
from course_utils.build.source import NOTEBOOK_METADATA, Chapter

# Far above what a chapter may take (DESIGN: 240 s), so that only a hung cell meets it.
CELL_TIMEOUT_SECONDS = 900
ENVIRONMENT = {"COURSE_STATIC": "1", "COURSE_PROFILE": "full"}


def execute(chapter: Chapter, notebook: NotebookNode) -> None:
    """Runs the notebook in the folder of the solution and fills in its outputs.

    Raises:
      BuildError: if a cell fails, takes too long or ends the kernel, or leaves files behind.
    """
    folder = chapter.solution.parent
    folder.mkdir(parents=True, exist_ok=True)
    before = _files(folder)
    _run(chapter, notebook, folder)
    left = sorted(_files(folder) - before)
    if left:
        raise BuildError(
            chapter.path,
            f"it leaves files in its folder: {', '.join(left)}",
            f"Write them to a temporary folder, and remove them from {folder.name}.",
        )
    notebook.metadata = NotebookNode(NOTEBOOK_METADATA)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = _merge_streams(cell.outputs)


def _files(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def _run(chapter: Chapter, notebook: NotebookNode, folder: Path) -> None:
    running: list[NotebookNode] = []
    client = NotebookClient(
        notebook,
        timeout=CELL_TIMEOUT_SECONDS,
        startup_timeout=120,
        kernel_name="python3",
        record_timing=False,
        store_widget_state=False,
        # ipykernel 7 warns at each start that its port is not encrypted.
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(folder)}},
        on_cell_start=lambda cell, cell_index: running.append(cell),
    )
    try:
        client.execute(env=os.environ | ENVIRONMENT)
    except CellExecutionError as error:
        raise _failed(chapter, running, f"{error.ename}: {error.evalue.rstrip('.')}") from None
    except CellTimeoutError:
        problem = f"the cell runs for more than {CELL_TIMEOUT_SECONDS} s"
        raise _failed(chapter, running, problem) from None
    except DeadKernelError:
        raise _failed(chapter, running, "the kernel died") from None


def _failed(chapter: Chapter, running: list[NotebookNode], problem: str) -> BuildError:
    cell = running[-1]
    name = cell.metadata.get("nbgrader", {}).get("grade_id", cell.source.split("\n")[0][:50])
    return BuildError(f"{chapter.path} ({name})", problem, "Correct this cell.")


def _merge_streams(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Joins neighbouring pieces of one stream; where a stream is cut depends on timing."""
    merged: list[NotebookNode] = []
    for output in outputs:
        last = merged[-1] if merged else NotebookNode(output_type="")
        if output.output_type == last.output_type == "stream" and output.name == last.name:
            last.text += output.text
        else:
            merged.append(output)
    return merged
