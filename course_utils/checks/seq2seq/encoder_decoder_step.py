"""The check of `encoder-decoder-step`: run the decoder with a teacher."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from scipy.special import softmax

from course_utils.checks.engine.boundary import AnswerError, Recipe, Subject, subject
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import as_array, close, hold_against
from course_utils.checks.engine.report import Report
from course_utils.checks.fixtures.slopes import slope
from course_utils.checks.seq2seq.toy_translators import ToyTranslator

PAIR, SINGLE, NO_GRADIENT = "state-returned-too", "single-state-assumed", "no-gradient"
EXERCISES = load_exercises("seq2seq")
EXERCISES["encoder-decoder-step"].knowing([PAIR, SINGLE, NO_GRADIENT])
Size = tuple[int, int, int, int]  # batch, source time, target time, vocabulary
SIZES: Sequence[Size] = ((2, 3, 3, 5), (1, 2, 4, 6), (2, 5, 3, 9), (4, 3, 5, 7), (3, 4, 1, 5))


class _Sentence(NamedTuple):
    """A toy translator with a batch to decode."""

    toy: ToyTranslator
    source: np.ndarray
    decoder_inputs: np.ndarray

    def logits(
        self,
        carried: bool = True,
        from_zero: bool = False,
        forced: bool = True,
        source: np.ndarray | None = None,
    ) -> np.ndarray:
        """[batch, time, vocabulary], right or with mistakes."""
        state = self.toy.encode(self.source if source is None else source) * (not from_zero)
        first, tokens, logits = state, self.decoder_inputs[:, 0], []
        for t in range(self.decoder_inputs.shape[1]):
            if forced:
                tokens = self.decoder_inputs[:, t]
            step_logits, state = self.toy.step(tokens, state)
            state = state if carried else first
            tokens = step_logits.argmax(axis=1)
            logits.append(step_logits)
        return np.stack(logits, axis=1)

    def mistakes(self) -> list[tuple[str, np.ndarray]]:
        right = self.logits()
        return [
            ("state-not-carried", self.logits(carried=False)),
            ("starts-at-zero", self.logits(from_zero=True)),
            ("own-words-fed", self.logits(forced=False)),
            ("inputs-encoded", self.logits(source=self.decoder_inputs)),
            ("one-word-late", self._late().logits()),
            ("time-major", right.swapaxes(0, 1)),
            ("last-step-only", right[:, -1]),
            ("rows-in-one", right.reshape(-1, right.shape[2])),
            ("probabilities-for-logits", softmax(right, axis=2)),
            ("words-for-logits", right.argmax(axis=2)),
        ]

    def _late(self) -> _Sentence:
        """The same sentence, whose first word is heard twice and whose last never."""
        first = self.decoder_inputs[:, :1]
        late = np.concatenate([first, self.decoder_inputs[:, :-1]], axis=1)
        return self._replace(decoder_inputs=late)


def _sentence(size: Size, seed: int) -> _Sentence:
    batch, source_time, target_time, vocabulary = size
    rng = np.random.default_rng([seed, *size])
    source = rng.integers(0, vocabulary, [batch, source_time]).astype(np.int32)
    inputs = rng.integers(0, vocabulary, [batch, target_time]).astype(np.int32)
    return _Sentence(ToyTranslator(vocabulary, 3, seed), source, inputs)


def check_decode_train(
    decode_train: Any, seeds: Sequence[int] = (1, 2), sizes: Sequence[Size] = SIZES
) -> Report:
    """Checks the logits of a teacher-forced decoder, for states of one part and of several.

    Args:
      decode_train: the function.
      seeds: of the toy's weights and the ids.
      sizes: batch, source time, target time, vocabulary.
    """
    check = Check(EXERCISES["encoder-decoder-step"])
    answer = subject(decode_train, "decode_train")
    sentences = [_sentence(size, seed) for size in sizes for seed in seeds]
    name = "the logits have the shape [batch, time, vocabulary]"
    shape = check.each(name, sentences, lambda sentence: _check_shape(answer, sentence))
    name = "the first step starts from the encoder's state"
    first = check.each(name, sentences, lambda sentence: _check_first(answer, sentence), [shape])
    name = "each further step gets its own word and the state that the step before left"
    value = check.each(name, sentences, lambda sentence: _check_logits(answer, sentence), [first])
    name = "a state of several parts is handed on as it is"
    forms = [(sentence, form) for sentence in sentences[:2] for form in ("pair", "nested")]
    check.each(name, forms, lambda case: _check_form(answer, *case), [value])
    name = "it can be traced into a graph"
    graph = check.each(name, sentences[:2], lambda case: _check_graph(answer, case), [value])
    name = "a gradient gets back through all steps to the encoder's state"
    check.each(name, sentences[:2], lambda case: _check_gradient(answer, case), [graph])
    return check.report()


def _logits(answer: Subject, sentence: _Sentence, form: str = "single") -> Any:
    encode, step = sentence.toy.recipes(form)
    return answer(encode, step, sentence.source, sentence.decoder_inputs)


def _check_shape(answer: Subject, sentence: _Sentence) -> None:
    value, expected = _logits(answer, sentence), sentence.logits()
    if (
        isinstance(value, (tuple, list))
        and len(value) == 2
        and np.shape(value[0]) == expected.shape
    ):
        raise Failed("Got a pair, the logits and something else.", PAIR)
    hold_against(value, expected, sentence.mistakes())
    as_array(value, expected.shape, "batch, time, vocabulary")


def _check_first(answer: Subject, sentence: _Sentence) -> None:
    value, expected = _logits(answer, sentence), sentence.logits()
    hold_against(value, expected, sentence.mistakes())
    close(as_array(value, expected.shape)[:, 0], expected[:, 0], "sentence, word")


def _check_logits(answer: Subject, sentence: _Sentence, form: str = "single") -> None:
    value = _logits(answer, sentence, form)
    close(value, sentence.logits(), "sentence, step, word", sentence.mistakes())


def _check_form(answer: Subject, sentence: _Sentence, form: str) -> None:
    """Judges what differs from the single state only in the form of the state."""
    try:
        value = _logits(answer, sentence, form)
        close(value, sentence.logits(), "sentence, step, word")
    except Failed as failure:
        raise Failed(failure.detail, SINGLE) from None
    except AnswerError as error:
        raise error if error.blank else Failed(str(error), SINGLE) from None


def _check_gradient(answer: Subject, sentence: _Sentence) -> None:
    """Checks the gradient of the sum of the logits for the state before the first step."""
    start = sentence.toy.encode(sentence.source)[:, 1:].round(2).astype(np.float32)
    encode = Recipe("course_utils.checks.seq2seq.toy_translators:make_open_encode")
    step, inputs = sentence.toy.recipes("single")[1], sentence.decoder_inputs
    (found,) = answer.probe("gradients", encode, step, start, inputs)
    if found is None:
        raise Failed("No gradient gets to the encoder's state.", NO_GRADIENT)

    def total(numbers: np.ndarray) -> float:
        state, logits = np.pad(numbers, [(0, 0), (1, 0)]), 0.0
        for token_ids in inputs.T:
            of_step, state = sentence.toy.step(token_ids, state)
            logits += of_step.sum()
        return float(logits)

    close(found, slope(total, [start], 0), "sentence, number")


def _check_graph(answer: Subject, sentence: _Sentence) -> None:
    encode, step = sentence.toy.recipes("single")
    value = answer.probe("in_graph", encode, step, sentence.source, sentence.decoder_inputs)
    close(value, sentence.logits(), "sentence, step, word")
