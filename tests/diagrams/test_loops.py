"""What the pictures of the loop in the graph show; `test_diagrams` looks at their layout."""

import numpy as np
import pytest
from matplotlib.collections import QuadMesh

from course_utils import diagrams
from course_utils.diagrams.loops import loop_steps
from course_utils.plotting import png_bytes

LENGTHS = [3, 1, 5]
BATCH, TIME, UNITS = 3, 5, 2


def run():
    """Made-up states and outputs, all different where the loop runs."""
    states = np.linspace(-0.9, 0.9, BATCH * TIME * UNITS).reshape(BATCH, TIME, UNITS)
    outputs = -states
    for row, length in enumerate(LENGTHS):
        states[row, length:] = states[row, length - 1]
        outputs[row, length:] = 0
    return states, outputs


def meshes(diagram):
    """[batch][mask, state, output]: what each square shows, NaN where it is blank."""
    drawn = [
        np.ma.filled(mesh.get_array().astype(float), np.nan).reshape(-1, TIME)
        for ax in diagram.figure.axes
        for mesh in ax.get_children()
        if isinstance(mesh, QuadMesh)
    ]
    return [drawn[i : i + 3] for i in range(0, len(drawn), 3)]


def test_the_loop_names_its_three_variables_before_and_after():
    written = " ".join(text.get_text() for text in diagrams.while_loop().figure.axes[0].texts)
    for name in ("outputs:", "state:", "t:  0", "write", "cell", "t + 1", "final", "t < n_steps"):
        assert name in written


def test_the_last_step_shows_everything():
    states, outputs = run()
    for row, (mask, state, output) in enumerate(meshes(loop_steps(LENGTHS, states, outputs, 4))):
        np.testing.assert_array_equal(mask[0], np.arange(TIME) < LENGTHS[row])
        np.testing.assert_array_equal(state, states[row].T)
        np.testing.assert_array_equal(output, outputs[row].T)


@pytest.mark.parametrize("step", range(TIME))
def test_what_comes_later_is_blank(step):
    for squares in meshes(loop_steps(LENGTHS, *run(), step)):
        for shown in squares:
            assert np.isfinite(shown[:, : step + 1]).all()
            assert np.isnan(shown[:, step + 1 :]).all()


@pytest.mark.parametrize(("step", "frozen"), [(0, 0), (1, 1), (3, 2), (4, 2)])
def test_frozen_states_are_framed_and_counted(step, frozen):
    diagram = loop_steps(LENGTHS, *run(), step)
    frames = [p for ax in diagram.figure.axes for p in ax.patches if p.get_gid() == "frozen"]
    assert len(frames) == frozen
    assert f"{BATCH - frozen} running, {frozen} frozen" in diagram.figure.get_suptitle()
    assert diagram.alt.count("frozen") == frozen


def test_the_frame_starts_at_the_end_of_the_sequence():
    diagram = loop_steps(LENGTHS, *run(), 4)
    (frame,) = diagram.figure.axes[1].patches  # sequence 0, of length 3
    assert (frame.get_x(), frame.get_width()) == (2.5, 2)


@pytest.mark.parametrize("step", [-1, 5])
def test_a_step_that_is_not_in_the_loop_is_refused(step):
    with pytest.raises(ValueError, match=f"step must be in 0..4.*got {step}"):
        loop_steps(LENGTHS, *run(), step)


def test_the_picture_takes_at_most_60_kilobytes():
    assert len(png_bytes(loop_steps(LENGTHS, *run(), 4).figure)) <= 60_000
