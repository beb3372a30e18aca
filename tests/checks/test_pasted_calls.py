"""The calls that failing lines show, pasted into a cell: a sample of the answer bank's."""

import pytest

from tests import pasted
from tests.answer_bank import Answer, Chapter, stored_answers

# Their namespaces and checks are quick; `python -m tests.pasted` tries all answers of all chapters.
QUICK = ("01_two_step_rnn", "04_truncated_bptt", "10_word2vec", "12_attention_and_beam_search")
EVERY = 9
WRONG = [answer for answer in stored_answers() if answer.chapter in QUICK and not answer.right]


@pytest.mark.slow
@pytest.mark.parametrize("answer", WRONG[::EVERY], ids=str)
def test_a_pasted_call_shows_what_the_line_tells(answer: Answer):
    assert pasted.shortfalls(Chapter(answer.chapter), answer) == []


def test_a_call_that_shows_something_else_is_found():
    namespace = Chapter("01_two_step_rnn").namespace(
        next(a for a in WRONG if a.exercise == "rnn-step" and a.name == "wrong_no_tanh")
    )
    outcome = next(o for o in namespace["report"].outcomes if o.call and "got" in o.detail)
    assert pasted.shortfall(outcome, namespace) == ""
    namespace["rnn_step"] = lambda x, h, Wx, Wh, b: x @ Wx
    assert "does not show" in pasted.shortfall(outcome, namespace)
    del namespace["rnn_step"]
    assert "raises NameError" in pasted.shortfall(outcome, namespace)
