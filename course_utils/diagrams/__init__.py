"""Diagrams drawn by code: functions that return a `Diagram`, which can be shown or saved."""

from course_utils.diagrams.attention import (
    alignment,
    attention_lines,
    attention_step,
    bottleneck_and_attention,
    compared,
)
from course_utils.diagrams.backward import back_through_time
from course_utils.diagrams.beams import beam_tree
from course_utils.diagrams.canvas import Diagram
from course_utils.diagrams.cells import four_topologies, unrolled_cell
from course_utils.diagrams.course import course_map, exercise_flow
from course_utils.diagrams.depth import both_directions, dropout_masks, stack
from course_utils.diagrams.digits import confusion, digit_strip, reading
from course_utils.diagrams.forecasting import feedback, free_runs
from course_utils.diagrams.gated_cells import basic_cell, gru_cell, lstm_cell
from course_utils.diagrams.gates import gate_values, gradient_reach
from course_utils.diagrams.jacobians import gradient_by_distance
from course_utils.diagrams.keras_layers import agreement, layer_outputs, masked_runs
from course_utils.diagrams.labelling import flatten_reshape, marked_text
from course_utils.diagrams.loops import loop_steps, while_loop
from course_utils.diagrams.scans import min_gru_cell, scan_rounds
from course_utils.diagrams.translation import (
    all_next_words,
    encoder_decoder,
    mistakes,
    next_words,
)
from course_utils.diagrams.truncation import first_step, truncations
from course_utils.diagrams.unrolling import pack_unpack, static_graph
from course_utils.diagrams.words import neighbour_table, word_map, word_neighbours

__all__ = [
    "Diagram",
    "agreement",
    "alignment",
    "all_next_words",
    "attention_lines",
    "attention_step",
    "back_through_time",
    "basic_cell",
    "beam_tree",
    "both_directions",
    "bottleneck_and_attention",
    "compared",
    "confusion",
    "course_map",
    "digit_strip",
    "dropout_masks",
    "encoder_decoder",
    "exercise_flow",
    "feedback",
    "first_step",
    "flatten_reshape",
    "four_topologies",
    "free_runs",
    "gate_values",
    "gradient_by_distance",
    "gradient_reach",
    "gru_cell",
    "layer_outputs",
    "loop_steps",
    "lstm_cell",
    "marked_text",
    "masked_runs",
    "min_gru_cell",
    "mistakes",
    "neighbour_table",
    "next_words",
    "pack_unpack",
    "reading",
    "scan_rounds",
    "stack",
    "static_graph",
    "truncations",
    "unrolled_cell",
    "while_loop",
    "word_map",
    "word_neighbours",
]
