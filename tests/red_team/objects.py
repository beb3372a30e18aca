"""Answers whose results are traps: objects that misbehave, never end, or change with the calls."""

from __future__ import annotations

from tests.red_team.course import HONEST, Attack, Change, answers, result, stalls

# A right answer to each exercise.
SOLVE = """
def solve(exercise, args):
    if exercise == "parameter-count":
        return args[0] * args[1] + args[1] ** 2 + args[1]
    first, second, Wx, Wh, b = args
    if exercise == "rnn-step":
        return np.tanh(first @ Wx + second @ Wh + b)
    Y0 = np.tanh(first @ Wx + b)
    return Y0, np.tanh(second @ Wx + Y0 @ Wh + b)
"""
# How often the visible tests call each answer.
_VISIBLE = {"parameter-count": 28, "rnn-step": 44, "two-step-rnn": 40}


def _class(body: str, base: str = "") -> str:
    """A class `Trap`, from one line a method."""
    lines = "\n".join(f"    {line}" for line in body.strip().splitlines())
    return f"class Trap({base}):\n{lines}\n"


_RESULTS: dict[str, dict[str, Change]] = {
    "pickles and objects as values": {
        "a pickle that runs code": result(
            "Trap()", _class("def __reduce__(self): return eval, ('6.0',)")
        ),
        "an array of pickles": result(
            "np.full((3, 3), Trap(), dtype=object)",
            _class("def __reduce__(self): return eval, ('6.0',)"),
        ),
        "a structured array": result("np.zeros((3, 3), dtype=[('a', 'O'), ('b', 'f4')])"),
        "an array of raw bytes": result("np.zeros((3, 3), dtype='V4')"),
        "an array of dates": result("np.zeros((3, 3), dtype='M8[s]')"),
        "a masked array": result("np.ma.masked_all((3, 3))"),
        "a complex array": result("np.ones((3, 3), complex) * 1j"),
        "modules, types and frames": result("[np, type, __import__('sys')._getframe()]"),
        "a bound method of the process": result("get_ipython().run_cell"),
        "an exception": result("SystemExit(6.0)"),
        "the exercise itself": answers("return rnn_step"),
        "a coroutine": result("work()", "async def work(): return 6.0"),
        "a symbolic tensor": result("tf.keras.Input([3])"),
        "a ragged tensor": result("tf.ragged.constant([[1.0], [2.0, 3.0]])"),
    },
    "objects that misbehave": {
        "__array__ that raises": result(
            "Trap()", _class("def __array__(self, *a, **k): raise SystemExit(6)")
        ),
        "__array__ that never ends": result(
            "Trap()", _class("def __array__(self, *a, **k):\n    while True: pass")
        ),
        "__len__ that lies": result(
            "Trap([1, 2])", _class("def __len__(self): return 2 ** 62", "list")
        ),
        "__iter__ that never ends": result(
            "Trap([1, 2])",
            _class("def __iter__(self):\n    while True: yield 1.0", "list"),
        ),
        "an endless tuple": result(
            "Trap((1, 2))", _class("def __iter__(self):\n    while True: yield self", "tuple")
        ),
        "a dict that is its own key": result(
            "Trap()",
            _class("def __hash__(self): return 0\ndef keys(self): return [self]", "dict"),
        ),
        "numpy() that patches": result(
            "tf.ones([3, 3])",
            "import numpy\ndef numpy_of(self): numpy.abs = len; return self\n"
            "type(tf.ones([1])).numpy = numpy_of",
        ),
        "a class that changes": result(
            "Trap()",
            _class("@property\ndef __class__(self): return np.ndarray\nnbytes = 0\ndtype = 6.0"),
        ),
        "attributes that raise": result(
            "Trap()", _class("def __getattribute__(self, name): raise KeyboardInterrupt")
        ),
        "repr and str that raise": result(
            "Trap()", _class("def __repr__(self): raise SystemExit\n__str__ = __repr__")
        ),
        "an exception that can't be told": answers(
            "raise Trap()",
            _class("def __str__(self): raise SystemExit\nargs = property(__str__)", "Exception"),
        ),
        "an exception group of a thousand": answers(
            "raise ExceptionGroup('x' * 10**6, [ValueError('y' * 1000)] * 1000)"
        ),
        "a metaclass that agrees": result(
            "Trap",
            "class Meta(type):\n    __instancecheck__ = __subclasscheck__ = lambda *a: True\n"
            + _class("pass", "metaclass=Meta"),
        ),
    },
    "results of huge size": {
        "a generator that never ends": result("iter_ones()", "def iter_ones():\n"
            "    while True: yield 1.0"),
        "a slow generator that never ends": stalls(
            "return drip()", "import time\ndef drip():\n    while True:\n        time.sleep(1)\n"
            "        yield 1.0"
        ),
        "a generator of generators": result("deep()", "def deep():\n    yield deep()"),
        "a list in itself": answers("x = []\nx.append(x)\nreturn x"),
        "a list a thousand levels deep": answers(
            "x = 1.0\nfor _ in range(1000): x = [x]\nreturn x"
        ),
        "a million items": result("[0.0] * 10**6"),
        "100 lists of 90,000 items": stalls("return [[0.0] * 90_000] * 100"),
        "an array of 100 MiB": result("np.zeros(100 * 2**20, np.uint8)"),
        "an array of a terabyte, all one number": result("np.broadcast_to(0.0, (2**37,))"),
        "an array of 60 MiB": stalls("return np.zeros(60 * 2**20, np.uint8)"),
        "many arrays of 60 MiB": result("[np.zeros(60 * 2**20, np.uint8)] * 50"),
        "a text of 200 MiB": result("'6' * (200 * 2**20)"),
        "a number of 100,000 digits": result("10 ** 100_000"),
        "a number of 400 digits": result("10 ** 400"),
        "numbers whose hashes collide": stalls(
            "return {i * (2**61 - 1) for i in range(60_000)}"
        ),
        "an array of 64 axes": result("np.zeros([1] * 64)"),
        "an array of NaN": result("np.full((3, 3), np.nan)"),
        "an array of infinity": result("np.full((3, 3), np.inf)"),
        "NaN for a number": result("float('nan')"),
        "infinity for a number": result("float('inf')"),
    },
    "answers that change between calls": {
        "right for the visible tests only": answers(
            """
            global calls
            calls += 1
            return solve(exercise, args) if calls <= visible[exercise] else None
            """,
            f"{SOLVE}\ncalls = 0\nvisible = {_VISIBLE}",
        ),
        "the visible tests learnt by heart": answers(
            """
            from course_utils.checks.two_step_rnn import SIZES, SQUARE, _Case
            for size in (SQUARE, *SIZES):
                for seed in (1, 2):
                    for keep in ("xhb", "x", "h", "b"):
                        case = _Case(seed, size, keep)
                        if all(map(np.array_equal, case.arguments, args)):
                            return case.expected
            return 0.0
            """
        ),
        "patches itself when called": answers(
            """
            import sys
            from course_utils.checks.engine import report
            report.Report.points = lambda self, maximum: maximum
            get_ipython().user_ns.update(rnn_step=lambda *a: a[1], report=6.0)
            return args[0]
            """
        ),
        "writes into its arguments": answers(
            "for value in args:\n    if hasattr(value, 'fill'): value.fill(0)\nreturn args[0]"
        ),
        "hands out one array and writes on": answers(
            "shared[:] += 1\nreturn shared", "shared = np.zeros((3, 3), np.float32)"
        ),
        "gives back its arguments": result("args"),
    },
}  # fmt: skip

OBJECTS = [
    Attack(
        name,
        line,
        change,
        HONEST,
        may_lose=("saturation",) if name == "numpy() that patches" else (),
        stock=line != "results of huge size" and "never ends" not in name,
    )
    for line, entries in _RESULTS.items()
    for name, change in entries.items()
]
