"""The check of a device wrapper: where a graph has its variables and its operations."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np

from course_utils.checks.deep_rnns.stack_cases import Layer
from course_utils.checks.engine.boundary import Recipe, Subject, subject
from course_utils.checks.engine.check import Check, Failed, load_exercises
from course_utils.checks.engine.compare import as_items, close
from course_utils.checks.engine.report import Report
from course_utils.checks.fixtures.made import as_pair, check_told, made

EXERCISES = load_exercises("deep_rnns")
HERE = "/CPU:0"  # the one device that is everywhere
DEVICES = ("/CPU:1", "/GPU:0")
Sizes = tuple[int, int, int]  # features, units, output size


class DeviceCase:
    """Cells on a device, wrapped by the class under test.

    Each `check_...` raises `Failed` if the class lacks one property.

    Args:
      answer: the class.
      device: the name of a device, which need not be there.
      sizes: features, units, output size.
    """

    def __init__(self, answer: Subject, device: str, sizes: Sizes) -> None:
        self._answer, self.device, self._features = answer, device, sizes[0]
        arguments = {"units": sizes[1], "output_size": sizes[2]}
        self._cell = Recipe("course_utils.checks.deep_rnns.cells:make_fresh_cell", arguments)

    @cached_property
    def _placed(self) -> tuple[list[str], list[tuple[str, str]]]:
        """Devices of the variables; types and devices of the operations."""
        variables, operations = self._answer.probe(
            "placement", self._cell, self.device, self._features
        )
        if not operations:
            raise Failed("A call adds no operation to the graph.")
        if not variables:
            raise Failed("The operations use no tf.Variable.")
        return variables, operations

    def _elsewhere(self) -> tuple[list[str], list[str]]:
        """The devices of variables, and of operations, that are not where they should be."""
        variables, operations = self._placed
        astray = [device for device in variables if device != self._name]
        return astray, [f"{kind} on {d or 'no'}" for kind, d in operations if d != self._name]

    @property
    def _name(self) -> str:
        kind, _, index = self.device.strip("/").rpartition(":")
        return f"{kind.removeprefix('device:')}:{index}"

    def check_variables(self) -> None:
        """Checks where the weights are."""
        variables, operations = self._elsewhere()
        if variables:
            told = variables[0] or "no device in particular"
            slug = self._nothing() if operations else "operations-only"
            raise Failed(f"A weight is on {told}, expected {self._name}.", slug)

    def check_operations(self) -> None:
        """Checks where the operations are."""
        variables, operations = self._elsewhere()
        if operations:
            slug = self._nothing() if variables else "weights-only"
            kinds = ", ".join(sorted(set(operations))[:3])
            raise Failed(f"Expected all on {self._name}, got {kinds} device.", slug)

    def check_second_call(self) -> None:
        """Checks where the operations of a second call are; those of the first are in place."""
        arguments = self._cell, self.device, self._features
        _, operations = self._answer.probe("placement", *arguments, calls=2)
        astray = sorted({f"{kind} on {d or 'no'}" for kind, d in operations if d != self._name})
        if astray:
            kinds = ", ".join(astray[:3])
            raise Failed(f"Expected all on {self._name}, got {kinds} device.", "first-call-only")

    def _nothing(self) -> str:
        """The slug for a graph in which neither weights nor operations are in place."""
        devices = {*self._placed[0], *(device for _, device in self._placed[1])}
        return "device-ignored" if devices == {""} else "device-fixed"


class ValueCase:
    """A fixture cell, wrapped for a device that is there, and its step by NumPy.

    Args:
      answer: the class.
      layer: of the cell.
      seed: of the inputs and the state.
    """

    def __init__(self, answer: Subject, layer: Layer, seed: int) -> None:
        self._answer, self._layer = answer, layer
        rng = np.random.default_rng(seed)
        self._x = rng.uniform(-1, 1, [4, layer.features]).astype(np.float32)
        self._state = [rng.uniform(-1, 1, [4, n]).astype(np.float32) for n in layer.widths]

    @cached_property
    def _cell(self) -> Subject:
        return made(self._answer, "DeviceWrapper(cell, device)", self._layer.recipe, HERE)

    def check_sizes(self) -> None:
        """Checks zero state and sizes."""
        zeros = self._parts(self._cell.get("zero_state")(4))
        for part, right in zip(zeros, self._state, strict=True):
            close(part, np.zeros_like(right), "batch, unit")
        for name in ("state_size", "output_size"):
            check_told(self._cell, name, getattr(self._layer, name))

    def check_step(self) -> None:
        """Checks that a call gives what the cell gives."""
        state = self._layer.in_structure(self._state)
        output, new_state = as_pair(self._cell(self._x, state))
        expected, expected_state = self._layer.step(self._x, self._state)
        close(output, expected, "row, unit")
        for part, right in zip(self._parts(new_state), expected_state, strict=True):
            close(part, right, "row, unit")

    def _parts(self, state: Any) -> list[Any]:
        single = isinstance(self._layer.state_size, int)
        return [state] if single else as_items(state, len(self._layer.widths), "the state's parts")


def check_place_on_devices(
    DeviceWrapper: Any,
    devices: Sequence[str] = DEVICES,
    seeds: Sequence[int] = (1,),
    sizes: Sizes = (3, 4, 2),
) -> Report:
    """Checks that a wrapper changes where a cell computes, and nothing else.

    Args:
      DeviceWrapper: the class.
      devices: names of devices, which need not be there.
      seeds: of the inputs and states.
      sizes: features, units, output size.
    """
    check = Check(EXERCISES["place-on-devices"])
    answer = subject(DeviceWrapper, "DeviceWrapper")
    placed = [DeviceCase(answer, device, sizes) for device in devices]
    values = [
        ValueCase(answer, Layer(3, state_size, 5, seed), seed)
        for state_size in (4, (2, 3))
        for seed in seeds
    ]
    weights = check.each(
        "the cell's weights are made on the device", placed, DeviceCase.check_variables
    )
    operations = check.each(
        "the cell's operations are on the device", placed, DeviceCase.check_operations
    )
    check.each(
        "at a second call its operations are there, too",
        placed,
        DeviceCase.check_second_call,
        [weights, operations],
    )
    check.each("a call gives what the cell gives", values, ValueCase.check_step)
    check.each("sizes and zero state are the cell's", values, ValueCase.check_sizes)
    return check.report()
