"""The checks of chapter 02: unpacking, packing, a cell, the loop over steps, the graph's size."""

from course_utils.checks.engine.check import load_exercises
from course_utils.checks.static_unrolling.basic_rnn_cell import check_basic_rnn_cell
from course_utils.checks.static_unrolling.earlier import own_or_course
from course_utils.checks.static_unrolling.graph_size import check_graph_size
from course_utils.checks.static_unrolling.pack_sequence import check_pack_sequence
from course_utils.checks.static_unrolling.static_rnn import check_static_rnn
from course_utils.checks.static_unrolling.unpack_sequence import check_unpack_sequence

__all__ = [
    "EXERCISES",
    "check_basic_rnn_cell",
    "check_graph_size",
    "check_pack_sequence",
    "check_static_rnn",
    "check_unpack_sequence",
    "own_or_course",
]

EXERCISES = load_exercises("static_unrolling")
