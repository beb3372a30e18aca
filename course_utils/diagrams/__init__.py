"""Diagrams drawn by code: functions that return a `Diagram`, which can be shown or saved."""

from course_utils.diagrams.attention import (
    alignment,
    attention_lines,
    attention_step,
    bottleneck_and_attention,
    compared,
)
from course_utils.diagrams.beams import beam_tree
from course_utils.diagrams.canvas import Diagram
from course_utils.diagrams.cells import four_topologies, unrolled_cell
from course_utils.diagrams.course import course_map, exercise_flow
from course_utils.diagrams.jacobians import gradient_by_distance
from course_utils.diagrams.loops import loop_steps, while_loop
from course_utils.diagrams.truncation import truncations
from course_utils.diagrams.unrolling import pack_unpack, static_graph

__all__ = [
    "Diagram",
    "alignment",
    "attention_lines",
    "attention_step",
    "beam_tree",
    "bottleneck_and_attention",
    "compared",
    "course_map",
    "exercise_flow",
    "four_topologies",
    "gradient_by_distance",
    "loop_steps",
    "pack_unpack",
    "static_graph",
    "truncations",
    "unrolled_cell",
    "while_loop",
]
