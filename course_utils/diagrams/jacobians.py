"""How the gradient's norm changes with distance in time: a chart for any spectral radius."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from course_utils.diagrams.canvas import Diagram

RADII = (0.5, 0.9, 1.0, 1.1, 1.5)
INPUT_SIZES = (0.01, 0.1, 0.3)
UNITS, DISTANCE = 50, 50


def gradient_by_distance(
    spectral_radius: float | Sequence[float] = RADII, input_size: float = INPUT_SIZES[0]
) -> Diagram:
    """The norm of ∂h_T/∂h_{T-k} in random networks of tanh units, by the distance k.

    Dashed: what the spectral radius alone predicts, its k-th power, as if tanh had slope 1.

    Args:
      spectral_radius: of Wh, a random rotation times this number; one line for each.
      input_size: standard deviation of the random inputs; larger ones bend more of the tanhs.
    """
    radii = [float(radius) for radius in np.atleast_1d(spectral_radius)]
    figure = Figure(figsize=(7.3, 3.8))
    ax = figure.subplots()
    ends = []
    for radius in radii:
        norms = distance_norms(radius, input_size)
        ends.append(norms[-1])
        _lines(ax, radius, norms)
    ax.set(
        yscale="log",
        xlabel="distance k in steps",
        ylabel=r"norm of $\partial h_T / \partial h_{T-k}$",
    )
    ax.set(xlim=(0, DISTANCE + 9), ylim=(1e-16, 1e10), title=_finding(radii, ends))
    return Diagram(figure, _in_words(radii, ends, input_size))


def distance_norms(spectral_radius: float, input_size: float) -> NDArray[np.float64]:
    """The 2-norm of ∂h_T/∂h_{T-k} for k from 0 to DISTANCE, of a run that starts at zero.

    >>> distance_norms(0.5, 0.01)[:3].round(2)
    array([1.  , 0.5 , 0.25])
    """
    rng = np.random.default_rng(4)
    Wh = spectral_radius * np.linalg.qr(rng.normal(size=[UNITS, UNITS]))[0]
    states = [np.zeros(UNITS)]
    for inputs in rng.normal(0, input_size, [DISTANCE, UNITS]):
        states.append(np.tanh(inputs + states[-1] @ Wh))
    back = np.eye(UNITS)  # ∂h_T/∂h_{T-k}: rows are the earlier units
    norms = [1.0]
    for h in reversed(states[1:]):
        back = Wh * (1 - h**2) @ back
        norms.append(float(np.linalg.norm(back, 2)))
    return np.array(norms)


def _lines(ax: Axes, radius: float, norms: NDArray[np.float64]) -> None:
    k = np.arange(DISTANCE + 1)
    (line,) = ax.plot(k, norms)
    ax.plot(k, radius**k, linestyle="--", linewidth=1.2, color=line.get_color())
    ax.annotate(
        f"radius {radius:g}",
        (DISTANCE, norms[-1]),
        (6, 0),
        textcoords="offset points",
        va="center",
        size=9,
    )


def _finding(radii: Sequence[float], ends: Sequence[float]) -> str:
    if len(radii) > 1:
        return "Below radius 1 errors vanish; above it they may explode"
    return f"Radius {radii[0]:g}: {DISTANCE} steps back, an error of 1 has become {ends[0]:.1g}"


def _in_words(radii: Sequence[float], ends: Sequence[float], input_size: float) -> str:
    values = ", ".join(
        f"{end:.1g} for radius {radius:g}" for radius, end in zip(radii, ends, strict=True)
    )
    powers = ", ".join(f"{radius**DISTANCE:.1g}" for radius in radii)
    return (
        "Norm of the gradient against distance in time, on a logarithmic scale, for inputs of size "
        f"{input_size:g}. After {DISTANCE} steps it is {values}. Dashed, the radius to the power "
        f"of the distance, which ends at {powers}."
    )
