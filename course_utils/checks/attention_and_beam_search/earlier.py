"""Which answers of chapter 12 later cells call, and what can take their place."""

from collections.abc import Callable
from functools import partial
from typing import Any

import tensorflow as tf

from course_utils import attention, beam_search, bleu, translation
from course_utils.checks.attention_and_beam_search.attention_weights import check_attention_weights
from course_utils.checks.attention_and_beam_search.bahdanau_attention import (
    check_bahdanau_attention,
)
from course_utils.checks.attention_and_beam_search.beam_search import check_beam_search
from course_utils.checks.attention_and_beam_search.bleu import check_bleu
from course_utils.checks.attention_and_beam_search.luong_attention import check_luong_attention
from course_utils.checks.attention_and_beam_search.scheduled_sampling import (
    check_scheduled_sampling,
)
from course_utils.checks.engine import earlier

# Of a query, a memory, a weight and lengths, for any batch and any number of steps.
SIGNATURE = [tf.TensorSpec(shape) for shape in ([None, 2], [None, None, 3], [2, 3])]
SIGNATURE += [tf.TensorSpec([None], tf.int32)]


def _trace(luong_attention: Callable[..., Any]) -> None:
    """Compiles it as a part of a network, whose numbers are float32."""
    traced = tf.function(luong_attention, input_signature=SIGNATURE)
    context, weights = traced(tf.ones([4, 2]), tf.ones([4, 5, 3]), tf.ones([2, 3]), [1, 2, 5, 3])
    for part in (context, weights):
        tf.debugging.assert_type(part, tf.float32)


EARLIER = {
    "attention_weights": earlier.Earlier(check_attention_weights, attention.attention_weights),
    "luong_attention": earlier.Earlier(
        check_luong_attention,
        attention.luong_attention,
        "does not work in the graph of a network",
        _trace,
    ),
    "bahdanau_attention": earlier.Earlier(check_bahdanau_attention, attention.bahdanau_attention),
    "beam_search": earlier.Earlier(check_beam_search, beam_search.beam_search),
    "corpus_bleu": earlier.Earlier(check_bleu, bleu.corpus_bleu),
    "mix_inputs": earlier.Earlier(check_scheduled_sampling, translation.mix_inputs),
}
own_or_course = partial(earlier.own_or_course, EARLIER)
