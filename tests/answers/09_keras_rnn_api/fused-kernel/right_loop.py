def can_use_fused_kernel(**options):
    verdict = True
    for name, value in options.items():
        if name == "activation" and value != "tanh":
            verdict = False
        elif name == "recurrent_activation" and value != "sigmoid":
            verdict = False
        elif name in ("use_bias", "use_cudnn") and not value:
            verdict = False
        elif name in ("unroll", "recurrent_dropout") and value:
            verdict = False
    return np.bool_(verdict)
