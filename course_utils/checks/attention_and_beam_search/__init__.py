"""The checks of chapter 12: attention, beam search, BLEU and scheduled sampling."""

from course_utils.checks.attention_and_beam_search.attention_weights import check_attention_weights
from course_utils.checks.attention_and_beam_search.bahdanau_attention import (
    check_bahdanau_attention,
)
from course_utils.checks.attention_and_beam_search.beam_search import check_beam_search
from course_utils.checks.attention_and_beam_search.bleu import check_bleu
from course_utils.checks.attention_and_beam_search.earlier import own_or_course
from course_utils.checks.attention_and_beam_search.luong_attention import check_luong_attention
from course_utils.checks.attention_and_beam_search.scheduled_sampling import (
    check_scheduled_sampling,
)
from course_utils.checks.engine.check import load_exercises

__all__ = [
    "EXERCISES",
    "check_attention_weights",
    "check_bahdanau_attention",
    "check_beam_search",
    "check_bleu",
    "check_luong_attention",
    "check_scheduled_sampling",
    "own_or_course",
]

EXERCISES = load_exercises("attention_and_beam_search")
