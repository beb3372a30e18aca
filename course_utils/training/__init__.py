"""Training: steps, a progress bar, truncated back-propagation, checkpoints and summaries."""

from course_utils.training.losses import real_step_loss
from course_utils.training.runs import read_scalars, resume, write_scalars
from course_utils.training.truncation import TrainableCell, WindowedPass, truncated_bptt
from course_utils.training.updates import add_repeated_rows, descend, make_update, progress, steps

__all__ = [
    "TrainableCell",
    "WindowedPass",
    "add_repeated_rows",
    "descend",
    "make_update",
    "progress",
    "read_scalars",
    "real_step_loss",
    "resume",
    "steps",
    "truncated_bptt",
    "write_scalars",
]
