"""Three time series, and the windows that a network gets of them. None is downloaded.

- `series` is a formula. There are as many windows of it as anyone needs.
- `eeg` is a recording of brain waves that Matplotlib ships for its examples.
- `prices` are those of a share, which Matplotlib ships as well.
"""

import numpy as np
from matplotlib import cbook
from numpy.typing import ArrayLike, NDArray

END = 30.0  # the series runs from time 0 to here
STEP = 0.1  # time from one value to the next
EEG_RATE = 80  # values a second

Windows = tuple[NDArray[np.float32], NDArray[np.float32]]


def series(time: ArrayLike) -> NDArray[np.float64]:
    """The made-up series: a slow wave that swells, and a fast one that stays.

    Args:
      time: any numbers; the course uses 0 to 30.

    Returns:
      time · sin(time) / 3 + 2 · sin(5 · time), in the shape of `time`.

    >>> series([0.0, np.pi / 2]).round(4)
    array([0.    , 2.5236])
    """
    time = np.asarray(time, dtype=np.float64)
    return time * np.sin(time) / 3 + 2 * np.sin(5 * time)


def next_batch(batch_size: int, n_steps: int, rng: np.random.Generator) -> Windows:
    """Draws windows of the series, and the same windows one step later.

    Args:
      batch_size: how many windows, at least 1.
      n_steps: width of a window, 1 to 300.
      rng: where chance comes from.

    Returns:
      x and y, each [batch_size, n_steps, 1] float32: y[:, t] is the value that follows x[:, t].
      Each window starts anywhere, so that x and y lie within 0..30.

    Raises:
      ValueError: if `batch_size` or `n_steps` is out of range.

    >>> x, y = next_batch(4, 20, np.random.default_rng(1))
    >>> x.shape, y.shape, bool(np.all(x[:, 1:] == y[:, :-1]))
    ((4, 20, 1), (4, 20, 1), True)
    """
    longest = round(END / STEP)
    if batch_size < 1:
        raise ValueError(f"batch_size must be at least 1, got {batch_size}. Draw one or more.")
    if not 1 <= n_steps <= longest:
        raise ValueError(f"n_steps must be in 1..{longest}, got {n_steps}. The series ends there.")
    return windows_at(rng.uniform(0, END - STEP * n_steps, batch_size), n_steps)


def windows_at(starts: ArrayLike, n_steps: int) -> Windows:
    """Windows of the series that start at given times, and the same windows one step later.

    Args:
      starts: [batch] times.
      n_steps: width of a window, at least 1.

    Returns:
      x and y, each [batch, n_steps, 1] float32: y[:, t] is the value that follows x[:, t].

    >>> x, y = windows_at([0.0, 1.0], 3)
    >>> x.shape, bool(np.all(x[:, 1:] == y[:, :-1]))
    ((2, 3, 1), True)
    """
    start = np.asarray(starts, dtype=np.float64)[:, np.newaxis]
    return shifted(series(start + STEP * np.arange(n_steps + 1)))


def shifted(windows: ArrayLike) -> Windows:
    """Inputs and targets of windows: all values but the last, and all but the first.

    Args:
      windows: [batch, n_steps + 1].

    Returns:
      x and y, each [batch, n_steps, 1] float32.

    >>> x, y = shifted([[1, 2, 3]])
    >>> x[..., 0], y[..., 0]
    (array([[1., 2.]], dtype=float32), array([[2., 3.]], dtype=float32))
    """
    values = np.asarray(windows, dtype=np.float32)[..., np.newaxis]
    return values[:, :-1], values[:, 1:]


def all_windows(values: ArrayLike, n_steps: int) -> Windows:
    """Every window of a recorded series, and the same windows one step later.

    Args:
      values: [time], at least n_steps + 1 numbers.
      n_steps: width of a window, at least 1.

    Returns:
      x and y, each [time - n_steps, n_steps, 1] float32.

    Raises:
      ValueError: if `values` has more than one axis, or the series is too short for a single window
        and its target.

    >>> x, y = all_windows([1, 2, 3, 4], 2)
    >>> x[..., 0].tolist(), y[..., 0].tolist()
    ([[1.0, 2.0], [2.0, 3.0]], [[2.0, 3.0], [3.0, 4.0]])
    """
    values = np.asarray(values)
    if values.ndim != 1:
        raise ValueError(
            f"values must have one axis, [time], got the shape {list(values.shape)}. "
            "Take one column at a time: all_windows(values[:, i], n_steps)."
        )
    if not 1 <= n_steps < len(values):
        raise ValueError(
            f"n_steps must be in 1..{len(values) - 1} for a series of {len(values)} values, "
            f"got {n_steps}. A window needs one value more, for its last target."
        )
    return shifted(np.lib.stride_tricks.sliding_window_view(values, n_steps + 1))


def naive_mse(x: ArrayLike, y: ArrayLike) -> float:
    """The mean squared error of the forecast that nothing will change.

    Args:
      x: [batch, n_steps, features], the values so far.
      y: of the same shape, the values that follow.

    Returns:
      The mean of (y - x)² over all entries.

    Raises:
      ValueError: if the shapes differ.

    >>> naive_mse([[[1.0], [3.0]]], [[[3.0], [2.0]]])
    2.5
    """
    x, y = np.asarray(x, float), np.asarray(y, float)
    if x.shape != y.shape:  # they might be broadcast in silence
        raise ValueError(
            f"x and y must have one shape, got {list(x.shape)} and {list(y.shape)}. "
            "Give the values and those that follow, step by step."
        )
    return float(np.mean(np.square(y - x)))


def eeg() -> NDArray[np.float64]:
    """Ten seconds of brain waves from four electrodes.

    An electroencephalogram measures voltages on the skin of the head. This one is `eeg.dat` of
    Matplotlib's sample data, from its example "MRI with EEG".

    Returns:
      [800, 4]: 80 values a second, each electrode scaled to mean 0 and variance 1.

    >>> eeg().shape
    (800, 4)
    """
    values = np.fromfile(cbook.get_sample_data("eeg.dat", asfileobj=False), "<f8").reshape(-1, 4)
    return (values - values.mean(axis=0)) / values.std(axis=0)


def prices() -> NDArray[np.float64]:
    """What a share of Google cost at the end of each trading day, from 2004-08-19 on.

    It is `goog.npz` of Matplotlib's sample data.

    Returns:
      [days] dollars, adjusted for splits.

    >>> prices()[:3].tolist()
    [100.34, 108.31, 109.4]
    """
    path = cbook.get_sample_data("goog.npz", asfileobj=False)
    with np.load(str(path)) as file:
        return file["price_data"]["adj_close"].astype(np.float64)
