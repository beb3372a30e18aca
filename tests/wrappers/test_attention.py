"""The cell with attention: TensorFlow Addons' figures, NumPy step by step, its place in loops."""

import numpy as np
import pytest
import tensorflow as tf

from course_utils.attention import BahdanauAttention, LuongAttention
from course_utils.batch_decoding import batch_beam_search
from course_utils.beam_search import beam_search
from course_utils.cells import BasicRNNCell, LSTMCell
from course_utils.unroll import dynamic_rnn, static_rnn
from course_utils.wrappers import (
    AttentionState,
    AttentionWrapper,
    MultiRNNCell,
    ResidualWrapper,
)

BATCH, TIME, STEPS = 3, 5, 4
LENGTHS = [5, 2, 3]
KINDS = {"luong": LuongAttention, "bahdanau": lambda: BahdanauAttention(6)}
EACH = pytest.mark.parametrize("kind", KINDS)
SIZES = pytest.mark.parametrize("size", [None, 7], ids=["context", "projected"])


def draw(seed=1):
    rng = np.random.default_rng(seed)
    shapes = [BATCH, STEPS, 2], [BATCH, TIME, 4]
    return [rng.normal(size=shape).astype(np.float32) for shape in shapes]


def made(kind, size, cell=None):
    """A cell of random weights whose memory is set up."""
    inputs, memory = draw()
    cell = AttentionWrapper(cell or BasicRNNCell(3), KINDS[kind](), size)
    cell.setup_memory(memory, LENGTHS)
    cell(inputs[:, 0], cell.zero_state(BATCH))
    rng = np.random.default_rng(2)
    for variable in cell.trainable_variables:
        variable.assign(rng.normal(size=variable.shape))
    cell.setup_memory(memory, LENGTHS)
    return cell


# The figures that TensorFlow Addons' own tests hold: means after three steps of an LSTM whose
# weights are all 1, from the same random numbers.
ADDONS = {
    "bahdanau, context": (
        lambda: BahdanauAttention(3),
        None,
        (0.078317, 0.893824, 1.722382, 0.026357, 4.2),
    ),
    "bahdanau, projected": (
        lambda: BahdanauAttention(3),
        6,
        (-0.003204, 0.408684, 0.890180, 0.041454, 3.2),
    ),
    "luong, projected": (
        LuongAttention,
        6,
        (-0.061247, 0.520216, 1.096494, -0.031806, 41 / 15),
    ),
}


def addons_numbers():
    random = np.random.RandomState(87654321)
    random.randn(64, 10, 256), random.randint(1, 10, 64)  # their set-up draws these first
    random.randn(64, 12, 128), random.randint(12, size=64)
    return [random.randn(*shape).astype(np.float32) for shape in ((5, 4, 7), (5, 8, 10))]


@pytest.mark.parametrize("case", ADDONS)
def test_an_lstm_of_ones_reaches_the_figures_of_tensorflow_addons(case):
    attention, size, expected = ADDONS[case]
    inputs, memory = addons_numbers()
    cell = AttentionWrapper(LSTMCell(9), attention(), size)
    cell.setup_memory(memory, [3, 2, 3, 1, 1])
    dynamic_rnn(cell, inputs[:, :3])  # makes the weights
    for variable in cell.trainable_variables:
        variable.assign(tf.ones_like(variable))
    cell.cell.bias.assign(np.repeat([0, 1, 0, 0], 9))
    if size:
        tf.random.set_seed(87654321)
        limit = (6 / 25) ** 0.5
        cell.kernel.assign(tf.random.uniform([19, 6], -limit, limit, seed=1337))
    cell.setup_memory(memory, [3, 2, 3, 1, 1])
    outputs, state = dynamic_rnn(cell, inputs[:, :3])
    means = [np.mean(x) for x in (outputs, *state.cell_state, state.attention)]
    np.testing.assert_allclose([*means, np.argmax(outputs, -1).mean()], expected, atol=2e-6)
    np.testing.assert_allclose(np.mean(state.weights), 0.125, rtol=1e-6)


def by_hand(cell, inputs, memory, lengths):
    """The outputs and the weights at each step, one sentence after the other, in NumPy."""
    kernel, recurrent, bias = cell.cell.get_weights()
    scorer = {v.name.split(":")[0]: v.numpy() for v in cell.attention.trainable_variables}
    outputs, all_weights = [], []
    for x, sentence, length in zip(inputs, memory, lengths, strict=True):
        real = sentence[:length]
        h, seen = np.zeros(3), np.zeros(cell.output_size)
        for step in x:
            fed = np.concatenate([step, seen])
            h = np.tanh(fed @ kernel + h @ recurrent + bias)
            if isinstance(cell.attention, LuongAttention):
                scores = [h @ scorer["attention_weight"] @ row for row in real]
            else:
                query = h @ scorer["W_query"]
                scores = [scorer["v"] @ np.tanh(query + row @ scorer["W_memory"]) for row in real]
            weights = np.exp(scores) / np.exp(scores).sum()
            seen = weights @ real
            if cell.kernel is not None:
                seen = np.concatenate([h, seen]) @ cell.kernel.numpy()
            outputs.append(seen)
            all_weights.append(np.pad(weights, (0, TIME - length)))
    return np.reshape(outputs, [BATCH, STEPS, -1]), np.reshape(all_weights, [BATCH, STEPS, TIME])


@SIZES
@EACH
def test_every_loop_gives_what_numpy_gives_step_by_step(kind, size):
    cell, (inputs, memory) = made(kind, size), draw()
    expected, weights = by_hand(cell, inputs, memory, LENGTHS)
    outputs, state = dynamic_rnn(cell, inputs)
    np.testing.assert_allclose(outputs, expected, atol=1e-4)
    np.testing.assert_allclose(state.attention, expected[:, -1], atol=1e-4)
    np.testing.assert_allclose(state.weights, weights[:, -1], atol=1e-4)
    listed, _ = static_rnn(cell, tf.unstack(inputs, axis=1), cell.zero_state(BATCH))
    np.testing.assert_allclose(np.stack(listed, axis=1), expected, atol=1e-4)


@SIZES
@EACH
def test_tensorflows_loop_takes_the_cell(kind, size):
    cell, (inputs, memory) = made(kind, size), draw()
    expected, _ = by_hand(cell, inputs, memory, LENGTHS)

    @tf.function
    def run(inputs, memory):
        cell.setup_memory(memory, LENGTHS)
        return tf.compat.v1.nn.dynamic_rnn(cell, inputs, dtype=tf.float32)[0]

    np.testing.assert_allclose(run(inputs, memory), expected, atol=1e-4)


@EACH
@pytest.mark.parametrize("jit", [False, True])
@pytest.mark.parametrize("rows", [(1, 3), (3, 1)], ids=str)
def test_one_row_is_never_shared_by_a_batch(kind, jit, rows):
    cell = made(kind, 7)
    signature = [tf.TensorSpec([None, 2]), tf.TensorSpec([None, TIME, 4])]

    @tf.function(input_signature=signature, jit_compile=jit)
    def run(inputs, memory):
        cell.setup_memory(memory, tf.fill(tf.shape(memory)[:1], TIME))
        return cell(inputs, cell.zero_state(tf.shape(inputs)[0]))[0]

    with pytest.raises(tf.errors.InvalidArgumentError):
        run(tf.ones([rows[0], 2]), tf.ones([rows[1], TIME, 4]))


@EACH
def test_a_graph_serves_any_memory(kind):
    cell = made(kind, 7)
    spec = [tf.TensorSpec([None, None, n]) for n in (2, 4)] + [tf.TensorSpec([None], tf.int32)]

    @tf.function(input_signature=spec)
    def run(inputs, memory, lengths):
        cell.setup_memory(memory, lengths)
        return dynamic_rnn(cell, inputs)[0]

    for seed, rows, time in ((1, 3, 5), (2, 3, 3), (3, 2, 5)):
        inputs, memory = (x[:rows] for x in draw(seed))
        lengths = np.minimum(LENGTHS[:rows], time)
        expected, _ = by_hand_of(cell, inputs, memory[:, :time], lengths)
        np.testing.assert_allclose(run(inputs, memory[:, :time], lengths), expected, atol=1e-4)


def by_hand_of(cell, inputs, memory, lengths):
    """As `by_hand`, of a batch of any size."""
    full = [np.concatenate([x, np.zeros_like(x)[: BATCH - len(x)]]) for x in (inputs, memory)]
    lengths = [*lengths, *[1] * (BATCH - len(inputs))]
    outputs, weights = by_hand(cell, *full, lengths)
    return outputs[: len(inputs)], weights[: len(inputs)]


@SIZES
@EACH
def test_gradients_reach_every_weight_and_the_memory_but_not_its_padding(kind, size):
    cell, (inputs, memory) = made(kind, size), map(tf.Variable, draw())
    with tf.GradientTape() as tape:
        cell.setup_memory(memory, LENGTHS)
        loss = tf.reduce_sum(dynamic_rnn(cell, inputs)[0] ** 2)
    *of_weights, of_memory = tape.gradient(loss, [*cell.trainable_variables, memory])
    assert len(of_weights) == 3 + (1 if kind == "luong" else 3) + (size is not None)
    assert all(np.any(gradient != 0) for gradient in of_weights)
    real = np.arange(TIME) < np.array(LENGTHS)[:, np.newaxis]
    assert (np.any(of_memory != 0, axis=2) == real).all()


@EACH
def test_padding_may_hold_anything(kind):
    cell, (inputs, memory) = made(kind, 7), draw()
    clean, _ = dynamic_rnn(cell, inputs)
    memory[1, 2:] = memory[2, 3:] = np.nan
    cell.setup_memory(memory, LENGTHS)
    np.testing.assert_allclose(dynamic_rnn(cell, inputs)[0], clean, atol=1e-6)


def test_the_memory_is_repeated_for_beam_search():
    width, inputs, memory = 3, np.eye(2, dtype=np.float32), draw()[1]
    cell = made("bahdanau", 2)

    def step(token_ids, state):
        return cell(tf.gather(inputs, token_ids), state)

    cell.setup_memory(np.repeat(memory, width, axis=0), np.repeat(LENGTHS, width))
    start = tf.nest.map_structure(lambda x: x[:BATCH], cell.zero_state(BATCH * width))
    found = batch_beam_search(step, start, go=0, eos=1, width=width, max_length=4)
    for row in range(BATCH):

        def alone(token_ids, state, row=row):
            n = len(token_ids)
            cell.setup_memory(np.repeat(memory[row : row + 1], n, axis=0), [LENGTHS[row]] * n)
            return step(token_ids, state)

        cell.setup_memory(memory[row : row + 1], LENGTHS[row : row + 1])
        expected = beam_search(alone, cell.zero_state(1), 0, 1, width, 4)
        lengths = found.lengths[row].numpy()
        ours = [ids[:n].tolist() for ids, n in zip(found.ids[row].numpy(), lengths, strict=True)]
        assert ours == [ids for ids, _ in expected]
        np.testing.assert_allclose(found.log_probs[row], [p for _, p in expected], atol=1e-4)


def test_an_encoders_state_can_be_where_it_starts():
    cell, (inputs, _) = made("luong", None, LSTMCell(3)), draw()
    encoded = tf.nest.map_structure(tf.ones_like, cell.zero_state(BATCH).cell_state)
    start = cell.zero_state(BATCH)._replace(cell_state=encoded)
    assert isinstance(start, AttentionState)
    outputs, _ = dynamic_rnn(cell, inputs, initial_state=start)
    assert not np.allclose(outputs, dynamic_rnn(cell, inputs)[0])


def test_a_memory_that_is_not_set_up_is_asked_for():
    cell = AttentionWrapper(BasicRNNCell(3), LuongAttention())
    for use in (lambda: cell.zero_state(2), lambda: cell.state_size, lambda: cell.output_size):
        with pytest.raises(ValueError, match=r"Call cell\.setup_memory\(memory, source_length\)"):
            use()


def test_a_memory_from_outside_of_the_graph_is_refused():
    cell, (inputs, memory) = made("luong", None), draw()
    with pytest.raises(ValueError, match=r"setup_memory in the same tf\.function as"):
        tf.function(lambda: dynamic_rnn(cell, inputs))()
    tf.function(lambda: cell.setup_memory(memory, LENGTHS))()
    with pytest.raises(ValueError, match=r"setup_memory in the same tf\.function as"):
        cell.zero_state(BATCH)


def test_a_memory_of_other_rows_is_refused():
    cell, (inputs, _) = made("luong", None), draw()
    state = cell.zero_state(BATCH)
    with pytest.raises(
        ValueError, match=r"for each of the 3 of the memory, got the shape \(2, 2\)"
    ):
        cell(inputs[:2, 0], state)
    with pytest.raises(tf.errors.InvalidArgumentError, match="a row for each of the batch"):
        cell.zero_state(2)


def test_lengths_are_checked():
    cell, (_, memory) = made("luong", None), draw()
    with pytest.raises(ValueError, match=r"source_length must be in 1\.\.5, got \[0, 1, 1\]"):
        cell.setup_memory(memory, [0, 1, 1])


def test_sizes_are_checked():
    with pytest.raises(ValueError, match="attention_size must be a positive integer, got 0"):
        AttentionWrapper(BasicRNNCell(3), LuongAttention(), 0)
    with pytest.raises(ValueError, match="units must be a positive integer, got 0"):
        BahdanauAttention(0)


def test_it_may_be_wrapped_before_it_has_a_memory():
    inputs, memory = draw()
    cell = AttentionWrapper(BasicRNNCell(3), LuongAttention())
    stack = MultiRNNCell([BasicRNNCell(2), ResidualWrapper(cell)])
    cell.setup_memory(np.tile(memory[..., :2], 1), LENGTHS)
    found, _ = dynamic_rnn(stack, inputs)
    below, _ = dynamic_rnn(stack.cells[0], inputs)
    seen, _ = dynamic_rnn(cell, below)
    np.testing.assert_allclose(found, below + seen, atol=1e-6)


@EACH
def test_in_mixed_precision_weights_are_float32(kind):
    inputs, memory = draw()
    cell = AttentionWrapper(BasicRNNCell(3), KINDS[kind](), 7)
    results = []
    for dtype in (tf.float16, tf.float32):  # the second run has the weights of the first
        cell.setup_memory(tf.cast(memory, dtype), LENGTHS)
        results.append(dynamic_rnn(cell, tf.cast(inputs, dtype))[0])
    assert {weight.dtype for weight in cell.trainable_variables} == {tf.float32}
    np.testing.assert_allclose(results[0], results[1], atol=1e-2)
