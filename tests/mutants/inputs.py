"""Random inputs of an exercise: those that its check uses, with other values and sizes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from course_utils.checks.engine.arguments import Recipe
from course_utils.checks.engine.calls import Call

Arguments = tuple[list[Any], dict[str, Any]]
Seen = Mapping[tuple[str, Any], Sequence[Any]]  # the single values that calls had, by place
SINGLE = (bool, int, float, str, type(None))


def seen_in(calls: Sequence[Call]) -> Seen:
    """The single values that the calls had, by what was called and the argument's place."""
    seen: dict[tuple[str, Any], list[Any]] = {}
    for call in calls:
        for place, value in _places(call):
            if isinstance(value, SINGLE) and value not in seen.setdefault(place, []):
                seen[place].append(value)
    return seen


def varied(call: Call, seen: Seen, rng: np.random.Generator) -> Arguments:
    """The call's arguments with other values, as a rule; at times with another size of one axis.

    Numbers keep their sign and kind: whole ones are drawn from those in their array, rows that sum
    to one still do. At times the last argument is left out. So what a check takes care of,
    such as lengths that fit, mostly still holds.
    """
    drawn = [
        rng.choice(len(seen[place])) if place in seen and rng.random() < 0.2 else None
        for place, _ in _places(call)
    ]
    values = [
        _varied(value, rng) if draw is None else seen[place][draw]
        for draw, (place, value) in zip(drawn, _places(call), strict=True)
    ]
    sizes = {size for value in values for size in _sizes(value)}
    if sizes and rng.random() < 0.4:
        size = rng.choice(sorted(sizes))
        new = max(1, size + rng.choice([-1, 1, 2]))
        values = [_resized(value, size, new) for value in values]
    count = len(call.args)
    args, kwargs = values[:count], dict(zip(call.kwargs, values[count:], strict=True))
    if len(values) > 1 and rng.random() < 0.15:  # the last one may have a default value
        kwargs.popitem() if kwargs else args.pop()
    return args, kwargs


def _places(call: Call) -> list[tuple[tuple[str, Any], Any]]:
    items = [*enumerate(call.args), *call.kwargs.items()]
    return [((f"{call.target.name} {call.probe}", place), value) for place, value in items]


def _varied(value: Any, rng: np.random.Generator) -> Any:
    if isinstance(value, np.ndarray):
        return _varied_array(value, rng)
    if type(value) is float:
        return value * rng.choice([1.0, 1.0, rng.uniform(0.5, 1)])
    if isinstance(value, (list, tuple)):
        items = [_varied(item, rng) for item in value]
        if value and all(isinstance(item, (int, str)) for item in value) and rng.random() < 0.5:
            items = [value[i] for i in rng.choice(len(value), len(value))]
        return items if isinstance(value, list) else tuple(items)
    if isinstance(value, dict):
        return {key: _varied(item, rng) for key, item in value.items()}
    return value


def _varied_array(array: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    if array.size == 0 or rng.random() < 0.2:
        return array
    if rng.random() < 0.1:
        return np.zeros_like(array)
    if array.ndim and rng.random() < 0.5:
        array = rng.permutation(array, axis=rng.integers(array.ndim))
    whole = array.dtype.kind != "f" or bool((array == np.round(array)).all())
    if whole:
        drawn = rng.choice(array.ravel(), array.shape)
        return drawn.astype(array.dtype) if rng.random() < 0.5 else array
    if array.ndim and np.allclose(array.sum(axis=-1), 1):
        return array
    scale = rng.choice([1.0, 1.0, 1.0, 30.0])
    return (array * rng.uniform(0.5, 1.5, array.shape) * scale).astype(array.dtype)


def _sizes(value: Any) -> set[int]:
    if isinstance(value, np.ndarray):
        return set(value.shape)
    if isinstance(value, (list, tuple)):
        return set().union(*map(_sizes, value)) if value else set()
    return set().union(*map(_sizes, value.values())) if isinstance(value, dict) else set()


def _resized(value: Any, size: int, new: int) -> Any:
    """The value with every axis of that size cut or filled up by repeating."""
    if isinstance(value, np.ndarray) and size:
        for axis in [axis for axis, length in enumerate(value.shape) if length == size]:
            value = np.take(value, np.arange(new) % size, axis)
        return value
    if isinstance(value, (list, tuple)):
        return type(value)(_resized(item, size, new) for item in value)
    if isinstance(value, dict):
        return {key: _resized(item, size, new) for key, item in value.items()}
    return value


def reseeded(value: Any, seed: int) -> Any:
    """The arguments with this seed added to that of each of NumPy's generators."""
    if isinstance(value, Recipe) and value.name == "numpy.random:default_rng":
        return Recipe(value.name, {"seed": [value.arguments["seed"], seed]})
    if isinstance(value, list):
        return [reseeded(item, seed) for item in value]
    if isinstance(value, dict):
        return {key: reseeded(item, seed) for key, item in value.items()}
    return value


def mapped(value: Any, subjects: Mapping[int, Any]) -> Any:
    """The value with its subjects replaced by those that stand for them; KeyError if one lacks."""
    if isinstance(value, Recipe):
        return Recipe(value.name, mapped(dict(value.arguments), subjects))
    if hasattr(value, "origin"):
        return subjects[id(value)]
    if isinstance(value, (list, tuple)):
        return type(value)(mapped(item, subjects) for item in value)
    if isinstance(value, dict):
        return {key: mapped(item, subjects) for key, item in value.items()}
    return value
