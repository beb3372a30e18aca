"""Small made-up decoders that the checks of chapter 12 hand to answers by `Recipe`."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf

LOST, GO, EOS = 0, 1, 2
NEVER = -40.0  # the logit of GO: no decoder says it


class ToyDecoder:
    """A decoder whose state remembers all that was fed to it.

    Its step takes and gives NumPy arrays, or tensors if the state is made of tensors.

    Args:
      vocabulary: number of tokens, at least 3; 1 is GO and 2 is EOS.
      seed: of its weights.
      forgetful: whether it remembers the number of steps only, so that one beam's state is as good
        as another's. (If it remembered nothing, some sentences would be equally likely.)
      eos_bias: what is added to the logit of EOS.
      nested: whether its state is a structure of several arrays, and not one array.

    >>> decoder = ToyDecoder(vocabulary=4, seed=1, nested=True)
    >>> logits, state = decoder([GO], decoder.initial_state())
    >>> logits.shape, state["h"].shape, state["more"][0].shape
    ((1, 4), (1, 5), (1, 2, 3))
    """

    def __init__(
        self,
        vocabulary: int,
        seed: int,
        forgetful: bool = False,
        eos_bias: float = 0.0,
        nested: bool = False,
    ) -> None:
        rng = np.random.default_rng([seed, vocabulary])
        self._from_token = rng.normal(0, 1, [vocabulary, 11])
        self._from_state = rng.normal(0, 0.7, [11, 11])
        self._forgetful, self._nested = forgetful, nested
        self._to_logits = rng.normal(0, 0.8, [11, vocabulary])
        self._bias = np.zeros(vocabulary)
        self._bias[GO], self._bias[EOS] = NEVER, eos_bias

    def initial_state(self) -> Any:
        """A state of one row of distinct values: [1, 11], or h [1, 5] and more ([1, 2, 3],)."""
        start = np.linspace(-0.8, 0.8, 11, dtype=np.float32)[np.newaxis]
        return self._as_state(start)

    def __call__(self, token_ids: Any, state: Any) -> tuple[Any, Any]:
        """One step; ValueError, with the sizes that came, if rows and tokens do not fit."""
        ids, parts = _rows(token_ids, state)
        before = np.concatenate([np.reshape(part, [len(ids), -1]) for part in parts], axis=1)
        carried, heard = before @ self._from_state, self._from_token[ids]
        after = np.tanh(carried if self._forgetful else carried + heard)
        logits = np.tanh(carried + heard) @ self._to_logits
        logits[:, GO] = 0
        return _as_came(parts, (logits + self._bias).astype(np.float32), self._as_state(after))

    def _as_state(self, rows: np.ndarray) -> Any:
        rows = rows.astype(np.float32)
        if not self._nested:
            return rows
        return {"h": rows[:, :5], "more": (rows[:, 5:].reshape(-1, 2, 3),)}


class TreeDecoder:
    """A decoder whose words are the nodes of a tree, so that each can follow one other word only.

    A word that comes with another state than the one left by the word before it makes the decoder
    say LOST from then on, almost surely.

    Args:
      depth: of the tree, the most words of a sentence.
      seed: of how likely each word is after the one before it.

    >>> decoder = TreeDecoder(depth=2, seed=1)
    >>> _, state = decoder([GO], decoder.initial_state())
    >>> [int(decoder([token], state)[0].argmax()) for token in (3, 5)]  # 5 may not follow GO
    [5, 0]
    """

    def __init__(self, depth: int, seed: int) -> None:
        self._size = 2 ** (depth + 2) + 1  # word i leads to words 2 i - 1 and 2 i; GO to 3 and 4
        self._likely = np.random.default_rng(seed).normal(0, 1, self._size)

    def initial_state(self) -> np.ndarray:
        """A state of one row, [1, 1]."""
        return np.zeros([1, 1], np.float32)

    def __call__(self, token_ids: Any, state: Any) -> tuple[Any, Any]:
        """One step; ValueError, with the sizes that came, if rows and tokens do not fit."""
        ids, parts = _rows(token_ids, state)
        logits = np.full([len(ids), self._size], NEVER, np.float32)
        for row, token, last in zip(logits, ids, np.asarray(parts[0])[:, 0], strict=True):
            before = GO if token in (3, 4) else (token + 1) // 2
            if token not in (GO, EOS) and last != before:
                row[LOST] = 0
            else:
                first = 3 if token == GO else 2 * token - 1
                row[first : first + 2] = self._likely[first : first + 2]
                row[EOS] = -1
        return _as_came(parts, logits, ids[:, np.newaxis].astype(np.float32))


def _rows(token_ids: Any, state: Any) -> tuple[np.ndarray, list[Any]]:
    """The ids and the parts of a state with as many rows; ValueError if they do not fit."""
    parts, ids = tf.nest.flatten(state), np.asarray(token_ids)
    if ids.ndim != 1 or [len(part) for part in parts] != [len(ids)] * len(parts):
        raise ValueError(
            f"step got token ids of shape {list(ids.shape)} and a state with rows "
            f"{[len(part) for part in parts]}; there must be one id for each row"
        )
    return ids, parts


def _as_came(parts: list[Any], *results: Any) -> Any:
    """Results as tensors if a part of the state before came as one."""
    if any(isinstance(part, tf.Tensor) for part in parts):
        return tf.nest.map_structure(tf.constant, results)
    return results
