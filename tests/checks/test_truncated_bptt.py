"""What the answer bank does not show of chapter 04's checks: their numbers, and odd answers."""

import numpy as np
import pytest
import tensorflow as tf

from course_utils.checks import truncated_bptt as checks
from course_utils.checks.truncated_bptt.binary_task import KNOWLEDGE, entropy
from course_utils.checks.truncated_bptt.jacobian_norms import draw_states, nudged_norms
from course_utils.checks.truncated_bptt.unrolled_gradients import draw_network
from course_utils.checks.truncated_bptt.wrong_gradients import Sweep, reached, wrong_gradients
from course_utils.data.binary_sequence import expected_loss, generate

SIZES = [(4, 5, 3, 6, 2), (1, 4, 2, 3, 5), (3, 1, 2, 4, 2), (2, 6, 1, 1, 3)]


def taped(network, first_step):
    """Loss and gradients by TensorFlow; the error of step t goes back to first_step(t)."""
    weights = {key: tf.Variable(value) for key, value in network.params.items()}
    states = [network.h0]
    for t in range(network.time):
        total = network.x[:, t] @ network.params["Wx"] + states[t] @ network.params["Wh"]
        states.append(np.tanh(total + network.params["b"]))
    with tf.GradientTape() as tape:
        losses = []
        for t in range(network.time):
            h = tf.constant(states[first_step(t)])
            for s in range(first_step(t), t + 1):
                h = tf.tanh(network.x[:, s] @ weights["Wx"] + h @ weights["Wh"] + weights["b"])
            logits = h @ weights["U"] + weights["c"]
            losses.append(
                tf.nn.sparse_softmax_cross_entropy_with_logits(
                    labels=network.y[:, t], logits=logits
                )
            )
        loss = tf.reduce_mean(losses)
    return loss.numpy(), tape.gradient(loss, weights)


@pytest.mark.parametrize("size", SIZES)
def test_nudged_weights_give_the_gradients_of_a_tape(size):
    network = draw_network(size, seed=1)
    loss, gradients = taped(network, lambda t: 0)
    found = network.gradients(np.ones([network.time, network.time]))
    assert network.loss == pytest.approx(loss, abs=1e-12)
    for key, gradient in gradients.items():
        np.testing.assert_allclose(found[key], gradient, atol=1e-12)


@pytest.mark.parametrize("num_steps", [1, 2, 3])
@pytest.mark.parametrize("style", ["windowed", "true"])
def test_nudged_weights_give_the_truncated_gradients_of_a_tape(style, num_steps):
    network = draw_network((2, 6, 3, 4, 5), seed=2)
    first = {"windowed": lambda t: t - t % num_steps, "true": lambda t: max(0, t - num_steps + 1)}
    _, gradients = taped(network, first[style])
    found = network.gradients(reached(network.time, num_steps, style))
    for key, gradient in gradients.items():
        np.testing.assert_allclose(found[key], gradient, atol=1e-12)


def test_an_error_does_not_reach_weights_used_later():
    by_pair = draw_network((2, 5, 3, 4, 2), seed=1).by_pair
    later = ~np.tri(5, dtype=bool)
    assert all((table[later] == 0).all() for table in by_pair.values())
    assert all((by_pair[key][~later] != 0).all() for key in ("Wx", "Wh", "b"))


@pytest.mark.parametrize("size", SIZES)
def test_a_sweep_without_a_mistake_gives_the_nudged_gradients(size):
    network = draw_network(size, seed=1)
    loss, found = Sweep()(network)
    assert loss == pytest.approx(network.loss, abs=1e-12)
    for key, right in network.whole_gradients.items():
        np.testing.assert_allclose(found[key], right, atol=1e-12)


@pytest.mark.parametrize(
    "slug", sorted({slug for slug, _ in wrong_gradients(draw_network(SIZES[0], 1))})
)
def test_each_mistake_gives_a_wrong_gradient(slug):
    network = draw_network(SIZES[0], seed=1)
    for gradients in [wrong for other, wrong in wrong_gradients(network) if other == slug]:
        assert any(
            np.abs(gradients[key] - right).max() > 1e-3
            for key, right in network.whole_gradients.items()
        )


def test_without_slopes_one_unit_s_gradient_is_larger_by_one_over_the_slope():
    thin = draw_network((1, 1, 2, 1, 3), seed=1)
    h = np.tanh(thin.x[:, 0] @ thin.params["Wx"] + thin.h0 @ thin.params["Wh"] + thin.params["b"])
    expected = thin.whole_gradients["Wx"] / (1 - h.item() ** 2)
    np.testing.assert_allclose(Sweep(slope=np.ones_like)(thin)[1]["Wx"], expected)


@pytest.mark.parametrize(("time", "units"), [(5, 4), (2, 3), (1, 2), (4, 1)])
def test_nudged_states_give_the_norms_of_tapes(time, units):
    Wh, states = (array.astype(float) for array in draw_states(time, units, seed=1, scale=0.9))
    fixed = np.arctanh(states[1:]) - states[:-1] @ Wh
    for t, norm in enumerate(nudged_norms(Wh, states)):
        start = tf.constant(states[t : t + 1])
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(start)
            h = start
            for total in fixed[t:]:
                h = tf.tanh(total + h @ Wh)
        jacobian = tape.jacobian(h, start, experimental_use_pfor=False)[0, :, 0]
        assert norm == pytest.approx(np.linalg.svd(jacobian, compute_uv=False)[0])


@pytest.mark.parametrize("lags", KNOWLEDGE)
def test_the_losses_by_hand_are_those_of_the_package(lags):
    assert entropy(KNOWLEDGE[lags]) == pytest.approx(expected_loss(lags))


@pytest.mark.slow
def test_chance_fails_no_right_generator():
    for seed in range(30):
        report = checks.check_generate_data(generate, seeds=(10 * seed, 10 * seed + 1))
        assert report.score == 1.0, str(report)


@pytest.mark.parametrize("x", [0, 1])
@pytest.mark.parametrize("y", [0, 1])
def test_constant_sequences_are_refused_without_a_warning(x, y):
    report = checks.check_generate_data(lambda size, rng: (np.full(size, x), np.full(size, y)))
    assert report.held == 1  # they are ones or zeros, as many as asked for
    assert all(o.held or o.detail or o.waits_for for o in report.outcomes)
    assert "could not be read" not in str(report)


@pytest.mark.slow
def test_batches_without_end_are_refused_in_one_sentence():
    def batches(x, y, batch_size, num_steps):
        while True:
            yield x[:num_steps].reshape(1, -1), y[:num_steps].reshape(1, -1)

    report = checks.check_bptt_batches(batches)
    assert report.score == 0.0
    assert "more than 100000 items" in str(report)


def test_an_iterator_is_refused_with_the_word_to_use():
    report = checks.check_bptt_batches(lambda *args: iter([]))
    assert "by `yield`" in str(report)


@pytest.mark.parametrize("grads", [{}, {"Wx": 1.0}, [1, 2, 3], "none"])
def test_gradients_that_are_no_complete_dict_are_refused_by_their_keys(grads):
    report = checks.check_bptt_by_hand(lambda *args: (0.5, grads))
    assert report.score == 0.0
    assert "a dict with the keys Wx, Wh, b, U, c" in str(report)


def test_the_report_names_the_gradient_that_is_wrong():
    def gradients(params, x, y, h0):
        return 0.5, {key: np.ones_like(value) for key, value in params.items()}

    assert "Gradient of U:" in str(checks.check_bptt_by_hand(gradients))
