def can_use_fused_kernel(**options):
    return bool(
        options.get("activation", "tanh") == "tanh"
        and options.get("recurrent_activation", "sigmoid") == "sigmoid"
        and options.get("use_bias", True)
        and not options.get("unroll", False)
        and not options.get("recurrent_dropout", 0.0)
        and options.get("use_cudnn", "auto") is not False
        and not options.get("dropout", 0.0)
    )
