"""The check of `fused-kernel`: would it be fused?"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

import numpy as np

from course_utils.checks.engine.boundary import (
    AnswerError,
    Subject,
    describe,
    subject,
)
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import equal
from course_utils.checks.engine.evidence import weigh
from course_utils.checks.engine.report import Report

EXERCISES = load_exercises("keras_rnn_api")
Options = Mapping[str, Any]  # of an LSTM


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

HINDERED: Options = {"activation": "relu", "use_bias": False, "unroll": True, "use_cudnn": False}


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

    def try_both(options: Options) -> None:
        _verdict(answer, options, True, "")
        _verdict(answer, {**options, **HINDERED}, False, "")

    name = "with the defaults it is fused, with everything against it it is not"
    plain = check.each(name, [{}, STATED], try_both)
    for name, cases in CONDITIONS.items():
        attempt = partial(_rules_out, answer, name)
        check.each(f"{name} can rule it out", _also_stated(cases), attempt, [plain])
    for name, cases in HARMLESS.items():
        slug = f"{name}-taken-for-one" if name in ("dropout", "stateful") else ""
        title = f"{name} {'do' if ' ' in name else 'does'} not matter"
        attempt = partial(_verdict, answer, expected=True, slug=slug)
        check.each(title, _also_stated(cases), attempt, [plain])
    several = [*combinations(), *more]
    check.each(
        "several options together", several, lambda c: _verdict(answer, c[0], c[1], ""), [plain]
    )
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


def _also_stated(cases: Sequence[Options]) -> list[Options]:
    """Each of the options by themselves, and among the others' defaults, written out."""
    return [{**stated, **options} for options in cases for stated in ({}, STATED)]


def _rules_out(answer: Subject, name: str, options: Options) -> None:
    """Checks a verdict that must be no; an option that is looked at is not the one forgotten."""
    slug = f"{_slug(name)}-forgotten"
    try:
        _verdict(answer, options, False, slug)
    except Failed:
        with suppress(Failed, AnswerError):
            if _is_looked_at(answer, name):
                weigh([], [slug], as_expected=False)
        _verdict(answer, options, False, slug)  # the call to show is the last one


def _is_looked_at(answer: Subject, name: str) -> bool:
    """Whether an option makes a difference, by itself or beside others that are against it."""
    values = [*CONDITIONS[name], {name: {**STATED, "use_cudnn": True}[name]}]
    others = [cases[0] for other, cases in CONDITIONS.items() if other != name]
    sizes = (0, 1, len(others) - 1, len(others))  # alone, beside one, all but one, all
    company = [
        {option: value for case in some for option, value in case.items()}
        for n in sizes
        for some in itertools.combinations(others, n)
    ]
    return any(
        _read(answer, {**beside, **value}) != _read(answer, beside)
        for beside in company
        for value in values
    )


def _read(answer: Subject, options: Options) -> bool:
    value = answer(**options)
    if value is None or value is ...:
        raise AnswerError("Not answered yet: got None, expected True or False.", blank=True)
    if not isinstance(value, (bool, int, np.ndarray)) or np.ndim(value) or value not in (0, 1):
        raise Failed(f"Got {describe(value)}, expected True or False.")
    return bool(value)


def _verdict(answer: Subject, options: Options, expected: bool, slug: str) -> None:
    value = _read(answer, options)
    if not equal(value, expected, [(slug, not expected)] if slug else []):
        call = ", ".join(f"{name}={value!r}" for name, value in options.items())
        raise Failed(f"can_use_fused_kernel({call}) is {value}.")
