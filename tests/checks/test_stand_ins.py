"""What takes the place of an earlier answer is right, and who can't serve is found out."""

import importlib
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from course_utils import attention, checks, unroll
from course_utils.checks.attention_and_beam_search.earlier import EARLIER as OF_CHAPTER_12
from course_utils.checks.deep_rnns.earlier import EARLIER as OF_CHAPTER_08

EARLIER = [
    pytest.param(earlier, id=f"{path.parent.name}-{name}")
    for path in sorted(Path(checks.__file__).parent.glob("*/earlier.py"))
    if path.parent.name != "engine"
    for name, earlier in importlib.import_module(
        f"course_utils.checks.{path.parent.name}.earlier"
    ).EARLIER.items()
]


@pytest.mark.parametrize("earlier", EARLIER)
def test_the_courses_version_has_full_marks_and_serves(earlier):
    assert earlier.lack_of(earlier.course) == ""


def luong_in_double_precision(query, memory, weight, source_length):
    weight = np.asarray(weight, np.float64)
    weights = attention.attention_weights(
        np.einsum("bq,qm,btm->bt", query, weight, memory), source_length
    )
    return np.einsum("bt,btm->bm", weights, memory), weights


def test_an_attention_that_no_graph_takes_can_not_serve():
    lack = OF_CHAPTER_12["luong_attention"].lack_of(luong_in_double_precision)
    assert lack == "is right, but does not work in the graph of a network"


def bidirectional_without_gradients(cell_fw, cell_bw, inputs, sequence_length):
    outputs, states = unroll.bidirectional_dynamic_rnn(cell_fw, cell_bw, inputs, sequence_length)
    return tf.constant(np.concatenate([half.numpy() for half in outputs], axis=2)), states


def test_a_bidirectional_network_without_gradients_can_not_serve():
    lack = OF_CHAPTER_08["bidirectional_rnn"].lack_of(bidirectional_without_gradients)
    assert lack == "is right, but lets no gradient through"
