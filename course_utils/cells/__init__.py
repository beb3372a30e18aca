"""Recurrent cells: the weights of a network and one step of it through time."""

from course_utils.cells.arguments import State
from course_utils.cells.base import Cell, RecurrentCell
from course_utils.cells.basic import BasicRNNCell
from course_utils.cells.gru import GRUCell
from course_utils.cells.lstm import LSTMCell, LSTMState, gates_over_time
from course_utils.cells.min_gru import MinGRUCell

__all__ = [
    "BasicRNNCell",
    "Cell",
    "GRUCell",
    "LSTMCell",
    "LSTMState",
    "MinGRUCell",
    "RecurrentCell",
    "State",
    "gates_over_time",
]
