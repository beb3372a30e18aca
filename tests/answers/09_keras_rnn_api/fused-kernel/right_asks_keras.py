def can_use_fused_kernel(**options):
    return fused.kernel_for(keras.layers.LSTM(**{"units": 2, **options})) == "fused"
