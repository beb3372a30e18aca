"""Cells around cells: each follows the cell protocol itself, so that the loops take it for one."""

from course_utils.wrappers.attention import AttentionState, AttentionWrapper
from course_utils.wrappers.base import CellWrapper, in_training
from course_utils.wrappers.devices import DeviceWrapper
from course_utils.wrappers.dropout import DropoutWrapper
from course_utils.wrappers.keras_cell import KerasCell
from course_utils.wrappers.normalisation import LayerNormWrapper
from course_utils.wrappers.projection import OutputProjectionWrapper
from course_utils.wrappers.residual import ResidualWrapper
from course_utils.wrappers.stacking import MultiRNNCell

__all__ = [
    "AttentionState",
    "AttentionWrapper",
    "CellWrapper",
    "DeviceWrapper",
    "DropoutWrapper",
    "KerasCell",
    "LayerNormWrapper",
    "MultiRNNCell",
    "OutputProjectionWrapper",
    "ResidualWrapper",
    "in_training",
]
