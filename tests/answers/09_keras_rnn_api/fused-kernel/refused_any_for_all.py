def can_use_fused_kernel(**options):
    needed = {"activation": "tanh", "recurrent_activation": "sigmoid", "use_bias": True}
    refused = {"unroll": False, "recurrent_dropout": 0}
    if options.get("use_cudnn", "auto") is False:
        return False
    return any(options.get(name, value) == value for name, value in (needed | refused).items())
