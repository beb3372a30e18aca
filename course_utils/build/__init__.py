"""The build: chapter sources into executed solutions and released notebooks.

    chapters/NN_name.py -> solutions/NN_name/NN_name.ipynb -> notebooks/NN_name/NN_name.ipynb

The parts, in the order in which a chapter passes them:

- `source`: finds the sources and reads one into a notebook with complete nbgrader metadata;
- `rules`: what a source must hold to, with an error for each forgotten step;
- `execute`: runs the notebook, and `outputs` says which outputs may be stored;
- `release`: nbgrader's own generate_assignment, without the grade book;
- `drift`: compares what is stored with what would be built;
- `saved`: finds releases in which somebody has worked, which are never written over.
"""

from collections.abc import Sequence
from pathlib import Path

from course_utils.build.errors import BuildError

__all__ = ["BuildError", "build"]


def build(chapters: Sequence[str], check: bool, root: Path, move_to_work: bool = False) -> int:
    """Builds chapters, or with `check` says where the stored notebooks differ from their sources.

    A release in which somebody has worked is not written over.

    Progress goes to standard output, errors to standard error.

    Args:
      chapters: numbers ("01"), names ("01_two_step_rnn") or paths of sources; none means all.
      check: execute nothing and write nothing, only compare.
      root: the folder that holds `chapters/` and `nbgrader_config.py`.
      move_to_work: execute nothing, only move what was saved in releases to `work/`.

    Returns:
      0, or 1 if a chapter could not be built or has drifted.
    """
    # Here, because nbgrader and jupytext take three seconds to import, and `course doctor`
    # needs neither.
    from course_utils.build.pipeline import run  # noqa: PLC0415

    return run(chapters, check, root.resolve(), move_to_work)
