"""Functions that are taken for one another."""

_PAIRS = """
    tanh sigmoid, reduce_sum reduce_mean, sum mean, max min, reduce_max reduce_min, argmax argmin
    floor ceil, concat stack, concatenate stack, hstack vstack, zeros ones, zeros_like ones_like
    maximum minimum, exp expm1, log log1p, sin cos, any all, reduce_any reduce_all
    logical_and logical_or, add subtract, multiply divide, repeat tile, uniform normal
    cumsum cumprod
    greater greater_equal, less less_equal, equal not_equal, softmax sigmoid, relu tanh, std var
    append extend, keys values, argsort sort, Dense EinsumDense, GRU SimpleRNN, insert append
    shuffle sort, permutation arange, index count, randint random_integers, popleft pop
    union intersection, norm max, squeeze transpose, while_loop cond, prod sum
    reduce_prod reduce_sum
"""
# These go one way: the near one takes their arguments, and they would not take its.
_ONE_WAY = {
    "sqrt": ["abs"],
    "square": ["abs"],
    "round": ["floor"],
    "sorted": ["list", "reversed"],
    "reversed": ["list"],
    "set": ["list"],
    "len": ["sum"],
    "abs": ["float"],
    "most_common": ["items"],
    "matmul": ["multiply"],
    "outer": ["inner"],
    "float": ["int"],
    "int": ["float"],
    "choice": ["permutation"],
    "sigmoid": ["tanh", "softmax"],
}


def _near() -> dict[str, list[str]]:
    near: dict[str, list[str]] = {}
    for pair in _PAIRS.replace("\n", ",").split(","):
        if pair.strip():
            one, other = pair.split()
            near.setdefault(one, []).append(other)
            near.setdefault(other, []).append(one)
    for one, others in _ONE_WAY.items():
        near.setdefault(one, []).extend(others)
    return {one: list(dict.fromkeys(others)) for one, others in near.items()}


NEAR = _near()
