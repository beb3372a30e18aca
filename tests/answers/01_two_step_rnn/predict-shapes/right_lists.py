shapes = {"Wx": (3, 5), "Wh": (5, 5), "b": (5,), "Y0": (4, 5), "Y1": (4, 5)}
shapes = {k: list(v) for k, v in shapes.items()}
