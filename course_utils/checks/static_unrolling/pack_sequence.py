"""The check of `pack-sequence`: pack the outputs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_utils.checks.engine.boundary import subject
from course_utils.checks.engine.check import Check, load_exercises
from course_utils.checks.engine.compare import as_array, close
from course_utils.checks.engine.report import Report
from course_utils.checks.static_unrolling.unpack_sequence import (
    BLOCKS,
    THIN_BLOCKS,
    Block,
    draw_block,
)

EXERCISES = load_exercises("static_unrolling")


def check_pack_sequence(
    pack_sequence: Any,
    seeds: Sequence[int] = (1, 2),
    sizes: Sequence[Block] = BLOCKS,
    thin_sizes: Sequence[Block] = THIN_BLOCKS,
) -> Report:
    """Checks the shape and the values of a packed list of steps, and axes of size one."""
    check = Check(EXERCISES["pack-sequence"])
    answer = subject(pack_sequence, "pack_sequence")

    def packed(block: np.ndarray) -> Any:
        return answer([block[:, t] for t in range(block.shape[1])])

    def try_shape(block: np.ndarray) -> None:
        result = packed(block)
        if np.shape(result) != block.shape:  # the values may tell how it came about
            close(result, block, "batch, time, features", _mispacked(block))
        as_array(result, block.shape, "batch, time, features")

    def try_values(block: np.ndarray) -> None:
        close(packed(block), block, "sequence, step, feature", _mispacked(block))

    blocks = [draw_block(size, seed) for size in sizes for seed in seeds]
    thin = [draw_block(size, seed) for size in thin_sizes for seed in seeds]
    shape = check.each("the result has the shape [batch, time, features]", blocks, try_shape)
    values = check.each("entry [i, t] is row i of item t", blocks, try_values, [shape])
    name = "a batch, a time or a feature axis of size 1 changes nothing"
    check.each(name, thin, try_values, [values])
    return check.report()


def _mispacked(block: np.ndarray) -> list[tuple[str, np.ndarray]]:
    time_major = block.swapaxes(0, 1)
    return [
        ("time-major", time_major),
        ("time-last", block.swapaxes(1, 2)),
        ("reshape-for-transpose", time_major.reshape(block.shape)),
        ("concat-for-stack", np.concatenate(time_major, axis=0)),
        ("concat-for-stack", np.concatenate(time_major, axis=1)),
        ("squeezed-too-much", np.squeeze(block)),
    ]
