"""Cells around cells: stacks, dropout, layer normalisation, devices."""

from course_utils.wrappers.base import CellWrapper, in_training
from course_utils.wrappers.devices import DeviceWrapper
from course_utils.wrappers.dropout import DropoutWrapper
from course_utils.wrappers.normalisation import LayerNormWrapper
from course_utils.wrappers.stacking import MultiRNNCell

__all__ = [
    "CellWrapper",
    "DeviceWrapper",
    "DropoutWrapper",
    "LayerNormWrapper",
    "MultiRNNCell",
    "in_training",
]
