def can_use_fused_kernel(
    activation="tanh",
    recurrent_activation="sigmoid",
    use_bias=True,
    unroll=False,
    recurrent_dropout=0.0,
    use_cudnn="auto",
    **others,
):
    plain = activation == "tanh" and recurrent_activation == "sigmoid" and use_bias
    return plain and not unroll and not recurrent_dropout and use_cudnn in ("auto", False)
