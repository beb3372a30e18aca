"""The checks of chapter 12: attention, beam search, BLEU and scheduled sampling."""

from course_utils.checks.attention_and_beam_search.attending import (
    EXERCISES,
    check_attention_weights,
    check_bahdanau_attention,
    check_luong_attention,
)
from course_utils.checks.attention_and_beam_search.beam_search import check_beam_search
from course_utils.checks.attention_and_beam_search.bleu import check_bleu
from course_utils.checks.attention_and_beam_search.scheduled_sampling import (
    check_scheduled_sampling,
)

__all__ = [
    "EXERCISES",
    "check_attention_weights",
    "check_bahdanau_attention",
    "check_beam_search",
    "check_bleu",
    "check_luong_attention",
    "check_scheduled_sampling",
]
