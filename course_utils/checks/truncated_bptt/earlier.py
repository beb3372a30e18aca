"""Which answers of chapter 04 later cells call, and what can take their place."""

from collections.abc import Mapping
from functools import partial, reduce
from typing import Any

import numpy as np

from course_utils.checks.engine import earlier
from course_utils.checks.truncated_bptt.bptt_by_hand import check_bptt_by_hand
from course_utils.checks.truncated_bptt.expected_loss import check_expected_loss
from course_utils.checks.truncated_bptt.generate_data import check_generate_data
from course_utils.checks.truncated_bptt.gradient_reach import check_gradient_reach
from course_utils.checks.truncated_bptt.jacobian_norms import check_jacobian_norms
from course_utils.checks.truncated_bptt.unrolled_gradients import Network, Params
from course_utils.data import binary_sequence


def _rnn_gradients(params: Mapping[str, Any], x: Any, y: Any, h0: Any) -> tuple[float, Params]:
    """The loss and its gradients, without back-propagation."""
    weights = {key: np.asarray(value) for key, value in params.items()}
    network = Network(weights, np.asarray(x), np.asarray(y), np.asarray(h0))
    return network.loss, network.whole_gradients


def _reach(num_steps: int, lag: int) -> int:
    return max(0, num_steps - lag)


def _jacobian_norms(Wh: Any, states: Any) -> list[float]:
    """Each product anew, and its largest singular value."""
    steps = [np.asarray(Wh) * (1 - np.asarray(h) ** 2) for h in states[1:]]
    products = (reduce(np.matmul, steps[first:], np.eye(len(Wh))) for first in range(len(states)))
    return [float(np.linalg.svd(product, compute_uv=False)[0]) for product in products]


EARLIER = {
    "rnn_gradients": earlier.Earlier(check_bptt_by_hand, _rnn_gradients),
    "expected_loss": earlier.Earlier(check_expected_loss, binary_sequence.expected_loss),
    "generate": earlier.Earlier(check_generate_data, binary_sequence.generate),
    "jacobian_norms": earlier.Earlier(check_jacobian_norms, _jacobian_norms),
    "reach": earlier.Earlier(check_gradient_reach, _reach),
}
own_or_course = partial(earlier.own_or_course, EARLIER)
