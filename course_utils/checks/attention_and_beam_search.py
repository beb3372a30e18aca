"""The checks of chapter 12: attention, beam search, BLEU and scheduled sampling."""

from course_utils.checks.attending import (
    EXERCISES,
    check_attention_weights,
    check_bahdanau_attention,
    check_luong_attention,
)
from course_utils.checks.beams import check_beam_search
from course_utils.checks.mixing import check_scheduled_sampling
from course_utils.checks.translation_scores import check_bleu

__all__ = [
    "EXERCISES",
    "check_attention_weights",
    "check_bahdanau_attention",
    "check_beam_search",
    "check_bleu",
    "check_luong_attention",
    "check_scheduled_sampling",
]
