def run_in_chunks(layer, inputs, chunk):
    @tf.function
    def everything(inputs):
        time = inputs.shape[1]
        parts = [layer(inputs[:, t : min(t + chunk, time)]) for t in range(0, time, chunk)]
        return tf.concat(parts, axis=1)

    layer.reset_state()
    outputs = everything(tf.constant(inputs))
    layer.reset_state()
    return outputs
