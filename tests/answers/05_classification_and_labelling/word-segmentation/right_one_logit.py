# one sigmoid a letter, an embedding, windows of running text
tf.keras.utils.set_random_seed(8)
text, starts = segmentation.join([w for a in train_articles[:40] for w in a])
ids, starts = segmentation.encode(text), starts.astype(np.float32)
cell = cells.BasicRNNCell(64)
cell(tf.zeros([1, 16]), cell.zero_state(1))
table = tf.Variable(tf.random.normal([27, 16]))
weight = tf.Variable(tf.random.normal([64, 1], stddev=0.1))
bias = tf.Variable([-1.5])
variables = [*cell.trainable_variables, table, weight, bias]


@tf.function(input_signature=[tf.TensorSpec([None, None], tf.int32)])
def read(ids):
    outputs, _ = unroll.dynamic_rnn(cell, tf.gather(table, ids))
    return tf.squeeze(outputs @ weight, axis=-1) + bias


def loss(ids, starts):
    return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(starts, read(ids)))


update = training.make_update(loss, variables, tf.keras.optimizers.Adam(0.01))
rng = np.random.default_rng(8)
for _ in range(180):
    window = rng.integers(len(ids) - 40, size=[64, 1]) + np.arange(40)
    update(ids[window], starts[window])


def word_starts(text):
    return tf.sigmoid(read(segmentation.encode(text)[None])[0]) > 0.4
