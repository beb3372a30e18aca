"""Unrolling a cell through time: step by step in Python, or in one loop for every length."""

from course_utils.unroll.dynamic import bidirectional_dynamic_rnn, dynamic_rnn
from course_utils.unroll.growth import operations_of_a_step
from course_utils.unroll.raw import raw_rnn
from course_utils.unroll.sequences import last_output, pack_sequence, unpack_sequence
from course_utils.unroll.static import static_bidirectional_rnn, static_rnn

__all__ = [
    "bidirectional_dynamic_rnn",
    "dynamic_rnn",
    "last_output",
    "operations_of_a_step",
    "pack_sequence",
    "raw_rnn",
    "static_bidirectional_rnn",
    "static_rnn",
    "unpack_sequence",
]
