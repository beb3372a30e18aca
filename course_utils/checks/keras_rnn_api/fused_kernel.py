"""The checks of chapter 09: Keras's recurrent layers, their states, masks, cells and kernels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import cycle
from typing import Any

import numpy as np

from course_utils.checks.engine.boundary import (
    AnswerError,
    Recipe,
    Subject,
    describe,
    subject,
    value_of,
)
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import as_array, as_integer, close
from course_utils.checks.engine.report import Report
from course_utils.checks.keras_rnn_api.by_hand import draw_weights, run
from course_utils.checks.keras_rnn_api.encoder_decoder import (
    check_build_classifier,
    check_encoder_decoder,
)
from course_utils.checks.keras_rnn_api.nested_cell import check_nested_cell

__all__ = [
    "EXERCISES",
    "check_build_classifier",
    "check_encoder_decoder",
    "check_fused_kernel",
    "check_nested_cell",
    "check_predict_keras_shapes",
    "check_stateful_chunks",
]

EXERCISES = load_exercises("keras_rnn_api")
Shape = tuple[int, ...]
BATCH, TIME, UNITS = 4, 7, 5
LAST, SEQUENCE = (BATCH, UNITS), (BATCH, TIME, UNITS)
SHAPES: Mapping[str, Sequence[Shape]] = {
    "lstm": [LAST],
    "lstm_sequences": [SEQUENCE],
    "lstm_state": [LAST, LAST, LAST],
    "gru_both": [SEQUENCE, LAST],
    "bidirectional": [(BATCH, TIME, 2 * UNITS)],
}
ChunkCase = tuple[str, int, int, int, int, int]  # kind, batch, time, features, units, chunk
CHUNKS: Sequence[ChunkCase] = (("LSTM", 2, 6, 3, 4, 3), ("SimpleRNN", 3, 4, 2, 5, 2))
RAGGED: Sequence[ChunkCase] = (
    ("LSTM", 3, 7, 2, 4, 3),
    ("SimpleRNN", 2, 5, 3, 1, 2),
    ("LSTM", 1, 3, 2, 5, 9),
)
# Each refuses the fused kernel by itself.
CONDITIONS: Mapping[str, Sequence[Mapping[str, Any]]] = {
    "activation": [{"activation": "relu"}, {"activation": None}, {"activation": "sigmoid"}],
    "recurrent_activation": [
        {"recurrent_activation": "hard_sigmoid"},
        {"recurrent_activation": "tanh"},
    ],
    "use_bias": [{"use_bias": False}],
    "unroll": [{"unroll": True}],
    "recurrent_dropout": [{"recurrent_dropout": 0.2}, {"recurrent_dropout": 0.01}],
    "use_cudnn": [{"use_cudnn": False}],
}
# None of these makes a difference.
HARMLESS: Mapping[str, Sequence[Mapping[str, Any]]] = {
    "dropout": [{"dropout": 0.5}],
    "stateful": [{"stateful": True}],
    "the other options": [
        {"return_sequences": True, "return_state": True},
        {"go_backwards": True},
        {"unit_forget_bias": False},
    ],
}
STATED: Mapping[str, Any] = {
    "units": 16,
    "activation": "tanh",
    "recurrent_activation": "sigmoid",
    "use_bias": True,
    "unroll": False,
    "recurrent_dropout": 0.0,
    "use_cudnn": "auto",
}


def check_predict_keras_shapes(keras_shapes: Any) -> Report:
    """Checks a dict of shapes, one property an entry: a tuple, or a list of them."""
    check = Check(EXERCISES["predict-keras-shapes"])
    for name, right in SHAPES.items():
        with check.property(f"{name} has the right shape" + "s" * (len(right) > 1)):
            shapes = _shapes(value_of(keras_shapes, "keras_shapes"), name)
            if shapes != list(right):
                raise Failed(f"{name} can't be {_told(shapes)}.", _shape_mistake(shapes, right))
    return check.report()


def _shapes(entries: Any, name: str) -> list[Shape]:
    """An entry as a list of shapes; a single shape is a list of one."""
    if not isinstance(entries, dict):
        raise Failed(f"`keras_shapes` must be a dict with the key {name!r}.")
    entry = entries.get(name)
    if entry is None or entry is ...:
        raise AnswerError(
            f"Not answered yet: `keras_shapes` has no entry for {name!r}.", blank=True
        )
    if isinstance(entry, np.ndarray):
        entry = entry.tolist()
    if not isinstance(entry, (list, tuple)) or not entry:
        raise Failed(
            f"{name} is {describe(entry)}, expected a tuple of sizes, or a list of tuples."
        )
    shapes = entry if isinstance(entry[0], (list, tuple)) else [entry]
    return [tuple(as_integer(size) for size in shape) for shape in shapes]


def _told(shapes: Sequence[Shape]) -> str:
    return str(shapes[0]) if len(shapes) == 1 else str(list(shapes))


def _shape_mistake(shapes: Sequence[Shape], right: Sequence[Shape]) -> str | None:
    """The slug of the misconception that leads to these shapes."""
    with_time_and_units_swapped = [
        (s[0], s[2], s[1]) if len(s) == 3 else (s[0], TIME) for s in right
    ]
    if shapes == with_time_and_units_swapped:
        return "units-and-time-swapped"
    if len(shapes) < len(right) and shapes == list(right[: len(shapes)]):
        return "missing-states"
    if len(right) == 2 and shapes == [SEQUENCE, LAST, LAST]:
        return "gru-with-two-states"
    if right[0] == (BATCH, TIME, 2 * UNITS) and shapes in ([SEQUENCE], [SEQUENCE, SEQUENCE]):
        return "not-joined"
    if len(shapes) == len(right) and all(
        {*got, TIME} == {*asked, TIME} and got[0] == BATCH and got[-1] == asked[-1]
        for got, asked in zip(shapes, right, strict=True)
    ):
        return "sequence-or-last"
    return None


def check_stateful_chunks(
    run_in_chunks: Any,
    seeds: Sequence[int] = (1, 2),
    even: Sequence[ChunkCase] = CHUNKS,
    ragged: Sequence[ChunkCase] = RAGGED,
) -> Report:
    """Checks outputs against one long run, and the layer that the answer leaves behind.

    Args:
      run_in_chunks: the function.
      seeds: of the inputs and the weights; one for each case, in turn.
      even: kind of layer, batch, time, features, units, and a chunk that divides the time.
      ragged: the same, with a chunk that does not.
    """
    check = Check(EXERCISES["stateful-chunks"])
    answer = subject(run_in_chunks, "run_in_chunks")
    draw = cycle(seeds)
    whole = [_Chunks(answer, case, next(draw)) for case in even]
    broken = [_Chunks(answer, case, next(draw)) for case in ragged]
    with check.property("the outputs have the shape [batch, time, units]"):
        for case in whole:
            case.check_shape()
    with check.property("they are the outputs of one long run"):
        for case in whole:
            case.check_outputs()
    with check.property("also if the last chunk is shorter, or the only one"):
        for case in broken:
            case.check_outputs()
    with check.property("the layer gets at most `chunk` steps at a time"):
        for case in whole + broken[:1]:
            case.check_steps()
    with check.property("afterwards the layer's state is zero again"):
        for case in whole + broken:
            case.check_clean()
    return check.report()


class _Chunks:
    """One run of the answer on a new stateful layer, made when it is needed."""

    def __init__(self, answer: Subject, case: ChunkCase, seed: int) -> None:
        kind, batch, time, features, units, self._chunk = case
        self._answer = answer
        self._layer = Recipe(
            "course_utils.checks.fixtures.cells:make_stateful_layer",
            {"kind": kind, "batch": batch, "features": features, "units": units, "seed": seed},
        )
        rng = np.random.default_rng([seed, time])
        self._inputs = rng.uniform(-1, 1, [batch, time, features]).astype(np.float32)
        self._weights = draw_weights(kind, features, units, seed)
        self.expected = run(self._inputs, self._weights)[0]
        self._run: Sequence[Any] | None = None

    def _result(self) -> Sequence[Any]:
        if self._run is None:
            self._run = self._answer.probe("run_stateful", self._layer, self._inputs, self._chunk)
        return self._run

    def check_shape(self) -> None:
        value = self._result()[0]
        if np.shape(value) != self.expected.shape:
            self.check_outputs()
        as_array(value, self.expected.shape, "batch, time, units")

    def check_outputs(self) -> None:
        close(self._result()[0], self.expected, "sequence, step, unit", self._wrong())

    def _wrong(self) -> Iterator[tuple[str, np.ndarray]]:
        time, n = self._inputs.shape[1], self._chunk
        starts = range(0, time, n)
        fresh = [run(self._inputs[:, t : t + n], self._weights)[0] for t in starts]
        full = time // n * n
        yield "reset-between-chunks", np.concatenate(fresh, axis=1)
        yield "partial-chunk-lost", self.expected[:, :full]
        yield "chunks-not-joined", self.expected[:, starts[-1] :]
        if full == time:
            parts = [self.expected[:, t : t + n] for t in starts]
            yield "chunks-not-joined", np.concatenate(parts, axis=0)
            yield "chunks-not-joined", np.stack(parts)

    def check_steps(self) -> None:
        self.check_outputs()
        steps = [n for n in self._result()[2] if n is not None]
        if not self._result()[2]:
            raise Failed("The layer is never called.")
        if steps and max(steps) > self._chunk:
            raise Failed(
                f"The layer got {max(steps)} steps at once, for a chunk of {self._chunk}.",
                "one-long-run",
            )

    def check_clean(self) -> None:
        self.check_outputs()
        if any(np.any(part) for part in self._result()[1]):
            raise Failed("The layer's state is not zero after the call.", "state-left-dirty")


def check_fused_kernel(
    can_use_fused_kernel: Any, more: Sequence[tuple[Mapping[str, Any], bool]] = ()
) -> Report:
    """Checks a verdict for each option by itself and for several at once.

    A test holds every expected verdict here against Keras's own.

    Args:
      can_use_fused_kernel: the function.
      more: options and their verdict, for the last property.
    """
    check = Check(EXERCISES["fused-kernel"])
    answer = subject(can_use_fused_kernel, "can_use_fused_kernel")
    for name, cases in CONDITIONS.items():
        with check.property(f"{name} can rule it out"):
            _verdict(answer, {}, True, None)
            _verdict(answer, STATED, True, None)
            for options in cases:
                _verdict(answer, options, False, f"{_slug(name)}-forgotten")
    for name, cases in HARMLESS.items():
        slug = f"{name}-taken-for-one" if name in ("dropout", "stateful") else None
        with check.property(f"{name} {'do' if ' ' in name else 'does'} not matter"):
            for options in cases:
                _verdict(answer, options, True, slug)
                _verdict(answer, {**options, "activation": "relu", "unroll": True}, False, None)
    with check.property("several options together"):
        for options, expected in [*combinations(), *more]:
            _verdict(answer, options, expected, None)
    return check.report()


def combinations() -> Iterator[tuple[dict[str, Any], bool]]:
    """Options in company, with their verdicts."""
    harmless = {"units": 8, "dropout": 0.3, "stateful": True, "return_sequences": True}
    yield {**STATED, **harmless}, True
    yield {**harmless, "use_cudnn": True}, True
    for cases in CONDITIONS.values():
        yield {**STATED, **harmless, **cases[0]}, False
        yield {**harmless, "use_cudnn": True, **cases[0]}, False


def _slug(name: str) -> str:
    return name.replace("_", "-")


def _verdict(answer: Subject, options: Mapping[str, Any], expected: bool, slug: str | None) -> None:
    value = answer(**options)
    call = ", ".join(f"{name}={value!r}" for name, value in options.items())
    if value is None or value is ...:
        raise AnswerError("Not answered yet: got None, expected True or False.", blank=True)
    if not isinstance(value, (bool, int, np.ndarray)) or np.ndim(value) or value not in (0, 1):
        raise Failed(f"Got {describe(value)}, expected True or False.")
    if bool(value) != expected:
        raise Failed(f"can_use_fused_kernel({call}) is {bool(value)}.", slug)
