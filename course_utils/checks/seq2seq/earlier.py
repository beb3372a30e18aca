"""Which answers of chapter 11 later cells call, and what can take their place."""

from functools import partial

from course_utils import seq2seq
from course_utils.checks.engine import earlier
from course_utils.checks.seq2seq.encoder_decoder_step import check_decode_train
from course_utils.checks.seq2seq.exact_match import check_exact_match
from course_utils.checks.seq2seq.greedy_decode import check_greedy_decode
from course_utils.checks.seq2seq.sequence_loss import check_sequence_loss

EARLIER = {
    "decode_train": earlier.Earlier(check_decode_train, seq2seq.decode_train),
    "sequence_loss": earlier.Earlier(check_sequence_loss, seq2seq.sequence_loss),
    "greedy_decode": earlier.Earlier(check_greedy_decode, seq2seq.greedy_decode),
    "exact_match": earlier.Earlier(check_exact_match, seq2seq.exact_match),
}
own_or_course = partial(earlier.own_or_course, EARLIER)
