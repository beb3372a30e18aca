"""Diagrams drawn by code: functions that return a `Diagram`, which can be shown or saved."""

from course_utils.diagrams.canvas import Diagram
from course_utils.diagrams.cells import four_topologies, unrolled_cell
from course_utils.diagrams.course import course_map, exercise_flow
from course_utils.diagrams.jacobians import gradient_by_distance
from course_utils.diagrams.loops import loop_steps, while_loop
from course_utils.diagrams.translation import (
    all_next_words,
    encoder_decoder,
    mistakes,
    next_words,
)
from course_utils.diagrams.truncation import truncations
from course_utils.diagrams.unrolling import pack_unpack, static_graph

__all__ = [
    "Diagram",
    "all_next_words",
    "course_map",
    "encoder_decoder",
    "exercise_flow",
    "four_topologies",
    "gradient_by_distance",
    "loop_steps",
    "mistakes",
    "next_words",
    "pack_unpack",
    "static_graph",
    "truncations",
    "unrolled_cell",
    "while_loop",
]
