"""The check of `encoder-decoder`: encoder and decoder."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from course_utils.checks.engine.boundary import Subject, subject
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import as_array, close
from course_utils.checks.engine.report import Report
from course_utils.checks.keras_rnn_api.build_classifier import (
    IN_THE_MODEL,
    MOVED,
    check_beyond_probabilities,
)
from course_utils.checks.keras_rnn_api.by_hand import Weights, run
from course_utils.checks.keras_rnn_api.keras_subjects import (
    made,
    shake,
    with_shape,
)

EXERCISES = load_exercises("keras_rnn_api")
EXERCISES["encoder-decoder"].knowing([IN_THE_MODEL])
TranslatorSize = tuple[int, int, int, int]  # source vocabulary, target vocabulary, embedding, units


# All widths of weights differ, so that a shape tells which weight it is.
TRANSLATORS: Sequence[TranslatorSize] = ((11, 7, 3, 4), (6, 9, 2, 5))


def check_encoder_decoder(
    build_encoder_decoder: Any,
    seeds: Sequence[int] = (1, 2),
    sizes: Sequence[TranslatorSize] = TRANSLATORS,
) -> Report:
    """Checks what moves the logits, and their values against two LSTMs in NumPy.

    Args:
      build_encoder_decoder: the function.
      seeds: of the ids and of the noise on the weights; one for each size, in turn.
      sizes: source vocabulary, target vocabulary, embedding, units.
    """
    check = Check(EXERCISES["encoder-decoder"])
    answer = subject(build_encoder_decoder, "build_encoder_decoder")
    cases = [_Translator(answer, size, seeds[i % len(seeds)]) for i, size in enumerate(sizes)]
    name = "the logits are [batch, target time, target_vocabulary]"
    form = check.each(name, cases, _Translator.check_shape)
    name = "every id of the source matters for every step of the target"
    source = check.each(name, cases, _Translator.check_source, [form])
    name = "an id of the target matters for its own step and those after it"
    check.each(name, cases, _Translator.check_target, [form])
    name = "the decoder starts from the encoder's h and c"
    check.each(name, cases, _Translator.check_values, [form, source])
    name = "the model ends in logits, not in probabilities"
    check.each(name, cases, _Translator.check_logits, [form])
    return check.report()


Start = Callable[[np.ndarray, np.ndarray], list[np.ndarray]]  # what is made of h and c
RIGHT_START: Start = lambda h, c: [h, c]  # noqa: E731 - it stands beside the wrong ones
WRONG_STARTS: Sequence[tuple[str, Start]] = (
    ("states-swapped", lambda h, c: [c, h]),
    ("decoder-starts-at-zero", lambda h, c: [0 * h, 0 * c]),
    ("half-of-the-state", lambda h, c: [h, 0 * c]),
    ("half-of-the-state", lambda h, c: [0 * h, c]),
    ("half-of-the-state", lambda h, c: [h, h]),
    ("half-of-the-state", lambda h, c: [c, c]),
)


class _Parts(NamedTuple):
    """An encoder-decoder's weights, each with its role."""

    source: np.ndarray
    target: np.ndarray
    encoder: Weights
    decoder: Weights
    kernel: np.ndarray
    bias: np.ndarray

    def logits(self, source: np.ndarray, start: Start, target: np.ndarray) -> np.ndarray:
        """The logits, if the decoder starts from what `start` makes of the encoder's h and c."""
        _, (h, c) = run(self.source[source], self.encoder)
        outputs, _ = run(self.target[target], self.decoder, start(h, c))
        return outputs @ self.kernel + self.bias


class _Translator:
    """One encoder-decoder with noisy weights, made when it is needed, and a batch for it."""

    def __init__(self, answer: Subject, size: TranslatorSize, seed: int) -> None:
        self.answer, self.size, self.seed = answer, size, seed
        rng = np.random.default_rng([seed, *size])
        # No id is 0, so that it makes no difference whether the model masks zeros.
        self.source = rng.integers(1, size[0], [3, 5]).astype(np.int32)
        self.target = rng.integers(1, size[1], [3, 4]).astype(np.int32)
        self._made: tuple[Subject, list[np.ndarray]] | None = None

    def logits(self, source: np.ndarray, target: np.ndarray) -> np.ndarray:
        return self._read(self._model()[0]([source, target]), target)

    def _read(self, value: Any, target: np.ndarray) -> np.ndarray:
        shape = (*target.shape, self.size[1])
        try:
            return as_array(value, shape, "batch, target time, target_vocabulary")
        except Failed as failure:
            slug = "last-step-only" if np.shape(value) == (shape[0], shape[2]) else None
            raise Failed(failure.detail, slug) from None

    def _model(self) -> tuple[Subject, list[np.ndarray]]:
        if self._made is None:
            model = made(self.answer, "a keras.Model", *self.size)
            model([self.source, self.target])
            self._made = model, shake(model, self.seed)
        return self._made

    def check_shape(self) -> None:
        for rows, source, target in ((3, 5, 4), (1, 2, 3), (2, 1, 1)):
            self.logits(self.source[:rows, :source], self.target[:rows, :target])

    def check_source(self) -> None:
        moved = self._moved(change_source=True)
        if not moved.all():
            step, still = np.argwhere(~moved)[0]
            raise Failed(
                f"Another id at step {step} of the source leaves the logits of target step "
                f"{still} as they were.",
                None if moved.any() else "decoder-starts-at-zero",
            )

    def _moved(self, change_source: bool) -> np.ndarray:
        """[step of an id, step of the logits]: whether another id there moves the logits."""
        ids, vocabulary = (self.source, 0) if change_source else (self.target, 1)
        n_steps = ids.shape[1]
        # One call for all steps: a call of a Keras model is slow, whatever its batch.
        changed = [_other(ids, step, self.size[vocabulary]) for step in range(n_steps)]
        source, target = (np.tile(side, (n_steps, 1)) for side in (self.source, self.target))
        if change_source:
            source = np.concatenate(changed)
        else:
            target = np.concatenate(changed)
        after = self.logits(source, target).reshape(n_steps, *self.target.shape, -1)
        change = np.abs(after - self.logits(self.source, self.target))
        return change.max(axis=(1, 3)) >= MOVED

    def check_target(self) -> None:
        moved = self._moved(change_source=False)
        for step, steps in enumerate(moved):
            if steps[:step].any():
                raise Failed(f"The id at step {step} changes the logits before it.", "looks-ahead")
        for step, steps in enumerate(moved):
            if not steps[step:].all():
                slug = None if steps.any() else "target-ignored"
                later = step + int(np.argmin(steps[step:]))
                raise Failed(f"The id at step {step} does not reach step {later}.", slug)

    def check_values(self) -> None:
        logits = self.logits(self.source, self.target)
        rights, suspects = [], []
        for parts in self._readings():
            rights.append(parts.logits(self.source, RIGHT_START, self.target))
            suspects.append((IN_THE_MODEL, _softmax(rights[-1])))
            for slug, start in WRONG_STARTS:
                suspects.append((slug, parts.logits(self.source, start, self.target)))
        best = min(rights, key=lambda right: np.abs(logits - right).max())
        close(logits, best, "row, step, word", suspects)

    def _readings(self) -> Iterator[_Parts]:
        """The weights with their roles, in both orders of the two LSTMs."""
        weights = self._model()[1]
        n_source, n_target, width, units = self.size
        kernels = with_shape(weights, width, 4 * units)
        recurrent = with_shape(weights, units, 4 * units)
        biases = with_shape(weights, 4 * units) or [np.zeros(4 * units)] * 2
        if len(kernels) == len(recurrent) == 1:
            raise Failed("There is a single LSTM.", "one-lstm-for-both")
        if not len(kernels) == len(recurrent) == len(biases) == 2:
            raise Failed(
                f"Expected two LSTM layers: {units} units, inputs of width {width}. The weights "
                f"have the shapes {[list(w.shape) for w in weights]}."
            )
        layers = [Weights(*three) for three in zip(kernels, recurrent, biases, strict=True)]
        source = self._only(weights, n_source, width)
        target = self._only(weights, n_target, width)
        kernel = self._only(weights, units, n_target)
        bias = (with_shape(weights, n_target) or [np.zeros(n_target)])[0]
        for encoder, decoder in (layers, layers[::-1]):
            yield _Parts(source, target, encoder, decoder, kernel, bias)

    def _only(self, weights: Sequence[np.ndarray], *shape: int) -> np.ndarray:
        found = with_shape(weights, *shape)
        if len(found) != 1:
            raise Failed(f"{len(found)} weights have the shape {list(shape)}, expected one.")
        return found[0]

    def check_logits(self) -> None:
        self.logits(self.source, self.target)
        check_beyond_probabilities(
            self._model()[0], lambda: self.logits(self.source, self.target), self.seed
        )


def _other(ids: np.ndarray, step: int, vocabulary: int) -> np.ndarray:
    """The ids with another one, and not 0, at a step of each row."""
    changed = ids.copy()
    changed[:, step] = 1 + ids[:, step] % (vocabulary - 1)
    return changed


def _softmax(logits: np.ndarray) -> np.ndarray:
    exp = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return exp / exp.sum(axis=-1, keepdims=True)
