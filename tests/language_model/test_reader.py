"""The recurrent reader against Keras, its batches, and that it learns what a table can't know."""

import numpy as np
import pytest
import tensorflow as tf

from course_utils.language_model import (
    Reader,
    batches,
    costs,
    outputs_in_rows,
    surprise_in_rows,
    train,
)

IDS = np.random.default_rng(2).integers(0, 7, [2, 9]).astype(np.int32)


@pytest.fixture
def reader():
    tf.random.set_seed(3)
    return Reader(size=7, width=3, units=5)


def keras_logits(reader, ids, state=None):
    layer = tf.keras.layers.GRU(5, return_sequences=True, return_state=True)
    layer.build([None, None, 3])
    layer.set_weights([reader.cell.kernel, reader.cell.recurrent_kernel, reader.cell.bias])
    outputs, last = layer(reader.embedding.numpy()[ids], initial_state=state)
    return outputs.numpy() @ reader.kernel.numpy() + reader.bias.numpy(), last


def test_a_reader_is_keras_gru_between_two_tables(reader):
    reader.bias.assign(tf.random.normal([7]))
    state = tf.random.normal([2, 5])
    for given in (None, state):
        for found, expected in zip(
            reader(IDS, given), keras_logits(reader, IDS, given), strict=True
        ):
            np.testing.assert_allclose(found, expected, atol=1e-5)


def test_each_row_of_batches_goes_on_where_it_ended():
    text = np.arange(100, 123)
    windows = [window for _, window in zip(range(5), batches(text, 3, 2), strict=False)]
    read = np.concatenate([window.inputs for window in windows[:3]], axis=1)
    assert read.tolist() == [list(range(start, start + 6)) for start in (100, 107, 114)]
    assert all((window.targets == window.inputs + 1).all() for window in windows)
    assert [window.first for window in windows] == [True, False, False, True, False]
    assert (windows[3].inputs == windows[0].inputs).all()


def test_a_text_too_short_for_a_batch_is_refused():
    with pytest.raises(ValueError, match="has no 3 rows of 4 ids"):
        next(batches(np.arange(12), 3, 4))


def test_rows_are_read_as_the_network_reads_them(reader, monkeypatch):
    monkeypatch.setattr("course_utils.language_model.reader.PIECE", 4)
    text = np.append(IDS.ravel(), 3)
    logits, _ = reader(text[:-1].reshape(2, 9))
    found = surprise_in_rows(reader, text, rows=2)
    np.testing.assert_allclose(found, costs(logits, text[1:].reshape(2, 9)).ravel(), atol=1e-5)
    outputs = outputs_in_rows(reader, text[:-1], rows=2)
    expected = outputs @ reader.kernel.numpy() + reader.bias.numpy()
    np.testing.assert_allclose(expected, logits.numpy().reshape(18, 7), atol=1e-5)


def test_rows_of_unequal_lengths_are_refused(reader):
    with pytest.raises(ValueError, match="8 steps can't be cut into 3 rows"):
        surprise_in_rows(reader, np.zeros(9, int), rows=3)


def test_a_trained_reader_knows_what_came_before_its_window():
    # Windows of four begin with 0, and after it comes 1 or 2, by turns: without the state carried
    # that costs a bit each time, a quarter of a bit per id.
    text = np.tile([0, 1, 1, 2, 0, 2, 2, 1], 100)
    tf.random.set_seed(1)
    reader, notes = Reader(3, width=4, units=16), []
    bits = train(
        reader, text, 150, batch_size=4, window=4, learning_rate=0.03,
        watch=lambda step, loss: notes.append((step, loss)),
    )  # fmt: skip
    assert bits[0] == pytest.approx(np.log2(3), abs=0.3)
    assert bits[-10:].mean() < 0.2
    assert notes == [(step + 1, loss) for step, loss in enumerate(bits)]
