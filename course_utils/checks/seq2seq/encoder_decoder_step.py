"""The check of `encoder-decoder-step`: run the decoder with a teacher."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from course_utils.checks.engine.blame import blames
from course_utils.checks.engine.boundary import Subject, subject
from course_utils.checks.engine.check import Check, load_exercises
from course_utils.checks.engine.compare import as_array, close
from course_utils.checks.engine.report import Report
from course_utils.checks.seq2seq.toy_translators import ToyTranslator

EXERCISES = load_exercises("seq2seq")
Size = tuple[int, int, int, int]  # batch, source time, target time, vocabulary
SIZES: Sequence[Size] = ((4, 3, 5, 7), (2, 5, 3, 9), (1, 2, 4, 6), (3, 4, 1, 5))


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
            ("time-major", right.swapaxes(0, 1)),
        ]


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
    with check.property("the logits have the shape [batch, time, vocabulary]"):
        for sentence in sentences:
            value, expected = _logits(answer, sentence), sentence.logits()
            if np.shape(value) != expected.shape:
                close(value, expected, "sentence, step, word", sentence.mistakes())
            as_array(value, expected.shape, "batch, time, vocabulary")
    with check.property("the first step starts from the encoder's state"):
        for sentence in sentences:
            _check_first(answer, sentence)
    with check.property("each step gets the state that the step before left"):
        for sentence in sentences:
            _check_logits(answer, sentence)
    with check.property("each step gets the right word, whatever the decoder would have said"):
        for sentence in sentences:
            _check_logits(answer, sentence)
    with check.property("a state of several parts is handed on as it is"):
        _check_logits(answer, sentences[0])
        with blames("single-state-assumed"):
            for form in ("pair", "nested"):
                _check_logits(answer, sentences[1], form)
    return check.report()


def _logits(answer: Subject, sentence: _Sentence, form: str = "single") -> Any:
    encode, step = sentence.toy.recipes(form)
    return answer(encode, step, sentence.source, sentence.decoder_inputs)


def _check_first(answer: Subject, sentence: _Sentence) -> None:
    expected = sentence.logits()
    value = as_array(_logits(answer, sentence), expected.shape)
    known = ("starts-at-zero", "inputs-encoded")
    suspects = [(slug, wrong[:, 0]) for slug, wrong in sentence.mistakes() if slug in known]
    close(value[:, 0], expected[:, 0], "sentence, word", suspects)


def _check_logits(answer: Subject, sentence: _Sentence, form: str = "single") -> None:
    value = _logits(answer, sentence, form)
    close(value, sentence.logits(), "sentence, step, word", sentence.mistakes())
