"""The cells: golden numbers, agreement with Keras, and what they do with wrong arguments."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from course_utils.cells import BasicRNNCell

TOLERANCE = {"float32": 1e-6, "float64": 1e-13}
# batch, features, units: all different, and each of them 1.
SIZES = [(2, 3, 5), (1, 1, 1), (1, 4, 3), (4, 1, 2), (3, 2, 1)]


def random_arrays(dtype, *shapes, seed=0):
    rng = np.random.default_rng(seed)
    return [rng.normal(size=shape).astype(dtype) for shape in shapes]


def built_cell(features, units, dtype="float32", **options):
    """A cell whose weights exist and are all different, the bias too."""
    cell = BasicRNNCell(units, **options)
    cell(tf.zeros([1, features], dtype), cell.zero_state(1, tf.as_dtype(dtype)))
    weights = random_arrays(dtype, [features, units], [units, units], [units], seed=1)
    for variable, value in zip(
        (cell.kernel, cell.recurrent_kernel, cell.bias), weights, strict=True
    ):
        variable.assign(value)
    return cell


@pytest.fixture
def golden_cell():
    def make(activation):
        cell = BasicRNNCell(2, activation=activation)
        cell(tf.zeros([1, 2]), tf.zeros([1, 2]))
        cell.kernel.assign([[0.1, 0.2], [0.3, 0.4]])
        cell.recurrent_kernel.assign([[0.5, -0.5], [0.25, 0.75]])
        cell.bias.assign([0.01, 0.02])
        return cell

    return make


def test_a_step_gives_the_sum_computed_by_hand(golden_cell):
    output, _ = golden_cell(tf.identity)(tf.constant([[1.0, 2.0]]), tf.constant([[1.0, -1.0]]))
    # 0.1 + 2 × 0.3 + 0.5 - 0.25 + 0.01  and  0.2 + 2 × 0.4 - 0.5 - 0.75 + 0.02
    np.testing.assert_allclose(output, [[0.96, -0.23]], atol=1e-7)


def test_the_default_activation_is_tanh(golden_cell):
    inputs, state = tf.constant([[1.0, 2.0]]), tf.constant([[1.0, -1.0]])
    output, _ = golden_cell(BasicRNNCell(1).activation)(inputs, state)
    np.testing.assert_allclose(output, [[0.7442768, -0.2260284]], atol=1e-6)


def test_the_output_is_the_new_state(golden_cell):
    output, state = golden_cell(tf.tanh)(tf.constant([[1.0, 2.0]]), tf.constant([[1.0, -1.0]]))
    assert output is state


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(("batch", "features", "units"), SIZES)
def test_a_step_equals_keras_with_the_same_weights(batch, features, units, dtype):
    cell = built_cell(features, units, dtype)
    inputs, state = random_arrays(dtype, [batch, features], [batch, units])
    oracle = keras.layers.SimpleRNNCell(units, dtype=dtype)
    oracle.build((batch, features))
    oracle.set_weights([w.numpy() for w in (cell.kernel, cell.recurrent_kernel, cell.bias)])
    expected, _ = oracle(inputs, [state])
    output, _ = cell(inputs, state)
    assert output.dtype.name == dtype
    np.testing.assert_allclose(output, expected, atol=TOLERANCE[dtype], rtol=0)


def test_sizes_are_the_units():
    cell = BasicRNNCell(5)
    assert (cell.units, cell.state_size, cell.output_size) == (5, 5, 5)


@pytest.mark.parametrize("batch_size", [4, tf.constant(4)])
def test_zero_state_is_batch_by_units_zeros(batch_size):
    np.testing.assert_array_equal(BasicRNNCell(3).zero_state(batch_size), np.zeros([4, 3]))


def test_zero_state_has_the_dtype_asked_for():
    cell = BasicRNNCell(3)
    assert cell.zero_state(4).dtype == tf.float32
    assert cell.zero_state(4, dtype=tf.float64).dtype == tf.float64


def test_weights_are_made_by_the_first_call_and_kept():
    cell = BasicRNNCell(5)
    assert cell.trainable_variables == ()
    cell(tf.ones([4, 3]), cell.zero_state(4))
    weights = (cell.kernel, cell.recurrent_kernel, cell.bias)
    values = [w.numpy() for w in weights]
    cell(tf.ones([2, 3]), cell.zero_state(2))
    assert all(
        a is b
        for a, b in zip(weights, (cell.kernel, cell.recurrent_kernel, cell.bias), strict=True)
    )
    for weight, value in zip(weights, values, strict=True):
        np.testing.assert_array_equal(weight, value)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_weights_have_the_shapes_and_the_dtype_of_the_inputs(dtype):
    cell = BasicRNNCell(5)
    cell(tf.ones([4, 3], dtype), cell.zero_state(4, tf.as_dtype(dtype)))
    found = {v.name: (v.shape.as_list(), v.dtype.name) for v in cell.trainable_variables}
    assert found == {
        "kernel:0": ([3, 5], dtype),
        "recurrent_kernel:0": ([5, 5], dtype),
        "bias:0": ([5], dtype),
    }


def call_in_function(cell):
    tf.function(lambda x: cell(x, cell.zero_state(4)))(tf.ones([4, 3]))


def call_in_loop_in_function(cell):
    @tf.function
    def run(x):
        return tf.while_loop(
            lambda step, _: step < 3,
            lambda step, state: (step + 1, cell(x, state)[1]),
            (tf.constant(0), cell.zero_state(4)),
        )

    run(tf.ones([4, 3]))


@pytest.mark.parametrize("first_call", [call_in_function, call_in_loop_in_function])
def test_a_first_call_inside_a_function_makes_ordinary_weights(first_call):
    cell = BasicRNNCell(5)
    first_call(cell)
    assert sorted(v.name for v in cell.trainable_variables) == [
        "bias:0",
        "kernel:0",
        "recurrent_kernel:0",
    ]
    assert np.abs(cell.kernel.numpy()).max() > 0
    output, _ = cell(tf.ones([4, 3]), cell.zero_state(4))
    expected = np.tanh(np.ones([4, 3]) @ cell.kernel.numpy())
    np.testing.assert_allclose(output, expected, atol=1e-6)


def test_a_cell_works_in_a_classic_graph_and_session():
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        cell = BasicRNNCell(5)
        output, _ = cell(tf.ones([4, 3]), cell.zero_state(4))
        session.run([v.initializer for v in cell.trainable_variables])
        found, kernel = session.run([output, cell.kernel])
    np.testing.assert_allclose(found, np.tanh(np.ones([4, 3]) @ kernel), atol=1e-6)


def test_the_kernel_starts_with_the_spread_of_keras():
    cell = BasicRNNCell(300)
    cell(tf.ones([1, 200]), cell.zero_state(1))
    expected = keras.initializers.GlorotUniform(seed=0)([200, 300])
    assert np.std(cell.kernel) == pytest.approx(np.std(expected), rel=0.02)
    assert np.max(cell.kernel) == pytest.approx(np.max(expected), rel=0.001)
    assert np.min(cell.kernel) == pytest.approx(np.min(expected), rel=0.001)


@pytest.mark.parametrize("units", [1, 2, 17])
def test_the_recurrent_kernel_starts_orthogonal(units):
    cell = BasicRNNCell(units)
    cell(tf.ones([1, 3], tf.float64), cell.zero_state(1, tf.float64))
    kernel = cell.recurrent_kernel.numpy()
    np.testing.assert_allclose(kernel @ kernel.T, np.eye(units), atol=1e-12)


def test_the_recurrent_kernel_starts_without_a_preferred_sign():
    tf.random.set_seed(0)
    cells = [BasicRNNCell(1) for _ in range(40)]
    for cell in cells:
        cell(tf.ones([1, 1]), cell.zero_state(1))
    assert {float(cell.recurrent_kernel[0, 0]) for cell in cells} == {-1.0, 1.0}


def test_the_bias_starts_at_zero():
    cell = BasicRNNCell(5)
    cell(tf.ones([1, 3]), cell.zero_state(1))
    np.testing.assert_array_equal(cell.bias, np.zeros(5))


def test_the_same_seed_gives_the_same_weights():
    found = []
    for _ in range(2):
        tf.random.set_seed(3)
        cell = BasicRNNCell(5)
        cell(tf.ones([1, 3]), cell.zero_state(1))
        found.append(np.concatenate([cell.kernel, cell.recurrent_kernel]))
    np.testing.assert_array_equal(*found)


def test_gradients_reach_every_weight():
    cell = built_cell(3, 5)
    inputs, state = random_arrays("float32", [2, 3], [2, 5])
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(cell(inputs, state)[0])
    gradients = tape.gradient(loss, [cell.kernel, cell.recurrent_kernel, cell.bias])
    slope = 1 - np.tanh(inputs @ cell.kernel + state @ cell.recurrent_kernel + cell.bias) ** 2
    for found, expected in zip(
        gradients, [inputs.T @ slope, state.T @ slope, slope.sum(axis=0)], strict=True
    ):
        np.testing.assert_allclose(found, expected, atol=1e-5)


def test_a_checkpoint_restores_a_cell_that_was_never_called(tmp_path):
    cell = built_cell(3, 5)
    path = tf.train.Checkpoint(cell=cell).save(str(tmp_path / "cell"))
    fresh = BasicRNNCell(5)
    tf.train.Checkpoint(cell=fresh).restore(path)
    inputs, state = random_arrays("float32", [2, 3], [2, 5])
    np.testing.assert_array_equal(fresh(inputs, state)[0], cell(inputs, state)[0])


def test_plain_lists_are_taken_for_tensors():
    cell = built_cell(2, 1)
    output, _ = cell([[1.0, 2.0]], [[0.5]])
    expected, _ = cell(tf.constant([[1.0, 2.0]]), tf.constant([[0.5]]))
    np.testing.assert_array_equal(output, expected)


@pytest.mark.parametrize("units", [np.int64(5), 5])
def test_units_may_be_a_numpy_integer(units):
    assert BasicRNNCell(units).units == 5


@pytest.mark.parametrize(
    ("units", "error", "came"),
    [
        (0, ValueError, "got 0"),
        (-2, ValueError, "got -2"),
        (2.0, TypeError, "got 2.0"),
        ("5", TypeError, "got '5'"),
        (None, TypeError, "got None"),
        (True, TypeError, "got True"),
    ],
)
def test_units_must_be_a_positive_integer(units, error, came):
    with pytest.raises(error, match=f"units must be a positive integer, {came}"):
        BasicRNNCell(units)


def test_an_activation_that_is_no_function_is_refused():
    with pytest.raises(TypeError, match=r"activation must be a function .* got 'tanh'"):
        BasicRNNCell(5, activation="tanh")


@pytest.mark.parametrize("shape", [[3], [4, 2, 3]])
def test_inputs_that_are_not_one_step_are_refused(shape):
    with pytest.raises(ValueError, match=r"inputs must be one time step.*got the shape \("):
        BasicRNNCell(5)(tf.ones(shape), tf.zeros([4, 5]))


def test_an_unknown_number_of_features_is_refused():
    run = tf.function(
        lambda x: BasicRNNCell(5)(x, tf.zeros([4, 5])),
        input_signature=[tf.TensorSpec([4, None])],
    )
    with pytest.raises(ValueError, match="known number of features"):
        run(tf.ones([4, 3]))


@pytest.mark.parametrize("dtype", ["int32", "complex64"])
def test_inputs_of_another_dtype_are_refused(dtype):
    with pytest.raises(TypeError, match=f"inputs must be float32 or float64, .* got {dtype}"):
        BasicRNNCell(5)(tf.ones([4, 3], dtype), tf.zeros([4, 5]))


def test_another_number_of_features_than_at_first_is_refused():
    with pytest.raises(ValueError, match=r"inputs has 4 features.*made for 3"):
        built_cell(3, 5)(tf.ones([2, 4]), tf.zeros([2, 5]))


def test_another_dtype_than_at_first_is_refused():
    with pytest.raises(TypeError, match=r"inputs is float64.*weights are float32"):
        built_cell(3, 5)(tf.ones([2, 3], tf.float64), tf.zeros([2, 5], tf.float64))


@pytest.mark.parametrize("shape", [[2, 4], [1, 5], [5], [2, 1, 5]])
def test_a_state_of_the_wrong_shape_is_refused(shape):
    with pytest.raises(ValueError, match=r"state must have the shape \(2, 5\), .* got \("):
        BasicRNNCell(5)(tf.ones([2, 3]), tf.zeros(shape))


def test_a_state_of_another_dtype_than_the_inputs_is_refused():
    with pytest.raises(TypeError, match="state is float32, but inputs is float64"):
        BasicRNNCell(5)(tf.ones([2, 3], tf.float64), tf.zeros([2, 5]))


def test_a_refused_first_call_makes_no_weights():
    cell = BasicRNNCell(5)
    with pytest.raises(ValueError, match="state"):
        cell(tf.ones([2, 3]), tf.zeros([2, 4]))
    assert cell.kernel is None
