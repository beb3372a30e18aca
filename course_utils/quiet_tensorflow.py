"""Imports TensorFlow without its start-up log."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType


def import_tensorflow() -> ModuleType:
    """TensorFlow, imported without a word of its start-up log on standard error."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    # Several notebooks share one GPU; by default the first would take all of its memory.
    os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")
    with _silenced_stderr():
        import tensorflow as tf  # noqa: PLC0415 - here, and not before the settings
    return tf


@contextmanager
def _silenced_stderr() -> Iterator[None]:
    """Points file descriptor 2 at nothing: TensorFlow's C++ logs there before it reads a level."""
    kept, nothing = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nothing, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nothing)
