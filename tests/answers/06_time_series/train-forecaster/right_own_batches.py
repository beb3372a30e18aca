tf.keras.utils.set_random_seed(5)
net, rng = Forecaster(), np.random.default_rng(5)
improve = make_update(net, 300)
for _ in range(300):
    improve(*next_batch(64, 20, rng))


def forecast(x):
    return net(tf.constant(x)).numpy()
