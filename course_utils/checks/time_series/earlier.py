"""Which answers of chapter 06 later cells call, and what can take their place."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import tensorflow as tf

from course_utils import forecasting
from course_utils.checks.engine import earlier
from course_utils.checks.fixtures.trained import train_head
from course_utils.checks.time_series.generate_series import check_generate_series
from course_utils.checks.time_series.naive_forecast import check_naive_forecast
from course_utils.checks.time_series.next_batch import check_next_batch
from course_utils.checks.time_series.project_outputs import check_project_outputs
from course_utils.data import time_series


def _take_float32(next_batch: Callable[..., Any]) -> None:
    """Takes arrays of the type of a network's weights, and nothing else."""
    for part in next_batch(2, 3, np.random.default_rng(0)):
        if tf.float32 != part.dtype:
            raise TypeError


def _generate(predict: Callable[..., Any], seed: Any, n_new: int) -> np.ndarray:
    invented: np.ndarray = forecasting.generate(predict, np.asarray(seed)[np.newaxis], n_new)[0]
    return invented


EARLIER = {
    "next_batch": earlier.Earlier(
        check_next_batch, time_series.next_batch, "does not draw arrays of float32", _take_float32
    ),
    "naive_mse": earlier.Earlier(check_naive_forecast, time_series.naive_mse),
    "project_outputs": earlier.Earlier(
        check_project_outputs,
        forecasting.project_outputs,
        "can't be trained in a graph of unknown sizes",
        train_head,
    ),
    "generate": earlier.Earlier(check_generate_series, _generate),
}
own_or_course = partial(earlier.own_or_course, EARLIER)
