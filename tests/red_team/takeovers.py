"""Code that patches, hooks or takes over the process that runs it, or answers with odd objects."""

from __future__ import annotations

from tests.red_team.course import HONEST, Attack, Change, answers, cell, result

# An object that agrees with everything it is asked.
_AGREES = """
class Agrees:
    def __init__(self, *args, **kwargs): pass
    def __getattr__(self, name): return self
    def __call__(self, *args, **kwargs): return self
    def __iter__(self): return iter([self, self])
    def __getitem__(self, key): return self
    def __bool__(self): return True
    def __float__(self): return 0.0
    def __int__(self): return 0
    def __len__(self): return 2
    def __hash__(self): return 0
    def __array__(self, *args, **kwargs): return np.zeros((3, 3), np.float32)
    __index__ = __int__
    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = lambda self, other: True
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = lambda self, other: self
    __abs__ = __neg__ = __round__ = lambda self, *args: self
"""
_ALWAYS_TRUE = """
always = lambda *args, **kwargs: True
class Same({base}):
    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = always
    __hash__ = {base}.__hash__
"""
_ARRAY = """
class Same(np.ndarray):
    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = lambda self, other: True
    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs): return np.True_
    def __array_function__(self, func, types, args, kwargs): return np.True_
    def __reduce__(self): return print, ("unpickled",)
    def astype(self, *args, **kwargs): return self
"""
_FIND_CHANNEL = """
import os, socket, threading
channels = []
for fd in range(3, 256):
    try:
        channels.append(socket.socket(fileno=os.dup(fd)))
    except OSError:
        pass
"""
# Sends what a grader might take for an answer on every socket, again and again.
_FLOOD = (
    _FIND_CHANNEL
    + """
from course_utils.grading.wall.wire import encode
def flood():
    import struct, time
    data = b"0" * 16 + encode({message})
    while True:
        for channel in channels:
            try:
                channel.sendall(struct.pack(">I", len(data)) + data)
            except OSError:
                pass
        time.sleep({pause})
threading.Thread(target=flood, daemon=True).start()
"""
)
# Reads requests in the place of the process, and answers each with its own token.
_IMPERSONATE = (
    _FIND_CHANNEL
    + """
from course_utils.grading.wall.wire import Channel, decode, encode
def impersonate(channel):
    while True:
        token, data = channel.receive()
        channel.reply(token, encode({message}))
for channel in channels:
    threading.Thread(target=impersonate, args=[Channel(channel)], daemon=True).start()
"""
)

_LINES: dict[str, dict[str, Change]] = {
    "builtins, NumPy, course_utils and IPython patched": {
        "builtins that agree": cell(
            """
            import builtins
            for name in ("all", "any", "isinstance", "callable", "hasattr", "abs", "sum", "round"):
                setattr(builtins, name, lambda *args, **kwargs: True)
            """,
            before="parameter-count",
        ),
        "NumPy that agrees": cell(
            """
            import numpy.testing
            np.allclose = np.isclose = np.array_equal = lambda *args, **kwargs: True
            np.abs = np.absolute = np.maximum = lambda *args, **kwargs: np.zeros(1)
            numpy.testing.assert_allclose = lambda *args, **kwargs: None
            """,
            before="parameter-count",
        ),
        "Report.points gives all": cell(
            """
            from course_utils.checks.engine.report import Outcome, Report
            Report.points = lambda self, maximum: float(maximum)
            Report.score = property(lambda self: 1.0)
            Report.held = property(lambda self: 1)
            Outcome.held = True
            """
        ),
        "Check.property catches all": cell(
            """
            import contextlib
            from course_utils.checks.engine import check
            check.Check._fail = lambda self, *args: None
            check.Check.property = lambda self, *args: contextlib.suppress(BaseException)
            """
        ),
        "compare.close compares nothing": cell(
            """
            import sys
            for path, module in list(sys.modules.items()):
                if path.startswith("course_utils.checks"):
                    for name in ("close", "near", "as_array", "as_integer", "as_items"):
                        setattr(module, name, lambda *args, **kwargs: None)
            """
        ),
        "checks redefined": cell(
            """
            class Report:
                __add__ = __iadd__ = lambda self, other: self
                def points(self, maximum): return float(maximum)
            check_rnn_step = check_two_step_rnn = check_parameter_count = lambda *a, **k: Report()
            report = Report()
            """
        ),
        "modules replaced": cell(
            """
            import sys, types
            for name in [name for name in sys.modules if name.startswith("course_utils.checks")]:
                sys.modules[name] = types.ModuleType(name)
            sys.path.insert(0, ".")
            import pathlib
            pathlib.Path("course_utils").mkdir()
            pathlib.Path("course_utils/__init__.py").write_text("raise SystemExit")
            pathlib.Path("sitecustomize.py").write_text("raise SystemExit")
            """
        ),
        "the boundary lets all through": cell(
            """
            from course_utils.checks.engine import boundary
            boundary.plain = boundary.value_of = lambda value, *args: value
            boundary.Local._run = lambda self, *args, **kwargs: ...
            """,
            before="parameter-count",
        ),
        "the display hook gives all": cell(
            """
            ip = get_ipython()
            ip.displayhook.__class__.__call__ = lambda self, result=None: print(6.0)
            ip.display_formatter.format = lambda *args, **kwargs: ({"text/plain": "6.0"}, {})
            ip.display_pub.publish({"text/plain": "6.0"})
            """
        ),
        "the shell runs no check": cell(
            """
            ip = get_ipython()
            run = ip.run_cell
            ip.run_cell = lambda source, **options: run(
                "6.0" if "check" in source else source, **options
            )
            """
        ),
        "a namespace that has everything": cell(
            _AGREES
            + """
class Everything(dict):
    def __missing__(self, key): return Agrees()
    def __contains__(self, key): return True
get_ipython().user_ns = Everything(get_ipython().user_ns)
            """,
            before="parameter-count",
        ),
        "the student's process always agrees": cell(
            """
            from course_utils.grading.wall.student import Student
            from course_utils.grading.wall.wire import encode
            Student.answer = lambda self, data: encode(["value", True])
            """,
            before="parameter-count",
        ),
        "the student's process claims points": cell(
            """
            from course_utils.grading.wall import student
            from course_utils.grading.wall.wire import encode
            student.Student._call = lambda self, *args: ["done", [], 6.0, []]
            student.Student._look = lambda self, *args: ["done", [], 6.0, []]
            """,
            before="parameter-count",
        ),
        "the codec writes rubbish": cell(
            """
            import struct
            from course_utils.grading.wall import student
            from course_utils.grading.wall import wire
            wire._write_block = lambda put, tag, data: put(tag + b"\\xff" * 4)
            """,
            before="parameter-count",
        ),
    },
    "always-true __eq__": {
        "an object that agrees with all": result("Agrees()", _AGREES),
        "a class that agrees with all": result("Agrees", _AGREES),
        "names bound to what agrees": answers(
            "pass", _AGREES + "\nAgrees.__class__ = property(lambda self: np.ndarray)"
        ),
        "a number that equals all": result(
            "(Same(1.0), Same(2.0))", _ALWAYS_TRUE.format(base="float")
        ),
        "an int that equals all": result("Same(45)", _ALWAYS_TRUE.format(base="int")),
        "a text that equals all": result("Same('x')", _ALWAYS_TRUE.format(base="str")),
        "a tuple that equals all": result("Same([1, 2])", _ALWAYS_TRUE.format(base="tuple")),
        "an array that equals all": result("np.ones((3, 3)).view(Same)", _ARRAY),
        "a tensor that equals all": result(
            "tf.ones([3, 3])", "tf.Tensor.__eq__ = lambda self, other: True"
        ),
        "an array of objects that agree": result(
            "np.full((3, 3), Agrees(), dtype=object)", _AGREES
        ),
    },
    "hooks, tracers, threads, AST transformers": {
        "tracers and profilers": cell(
            """
            import sys, threading
            def tracer(frame, event, argument):
                for name in ("expected", "points", "maximum", "held"):
                    if name in frame.f_locals:
                        print(name, frame.f_locals[name])
                return tracer
            sys.settrace(tracer)
            threading.settrace(tracer)
            sys.setprofile(tracer)
            """,
            before="parameter-count",
        ),
        "cell hooks": cell(
            """
            def claim(*args):
                report = type("Report", (), {"points": lambda self, n: n})()
                get_ipython().user_ns.update(report=report, check_rnn_step=lambda *a, **k: report)
            for event in ("pre_execute", "pre_run_cell", "post_run_cell", "post_execute"):
                get_ipython().events.register(event, claim)
            """
        ),
        "AST and input transformers": cell(
            """
            import ast
            class Claim(ast.NodeTransformer):
                def visit_Call(self, node):
                    if isinstance(node.func, ast.Attribute) and node.func.attr == "points":
                        return ast.Constant(6.0)
                    return self.generic_visit(node)
            get_ipython().ast_transformers.append(Claim())
            get_ipython().input_transformers_post.append(
                lambda lines: ["6.0\\n"] if "points(" in "".join(lines) else lines
            )
            """
        ),
        "import hooks": cell(
            """
            import builtins, sys
            class Finder:
                def find_spec(self, name, path=None, target=None):
                    raise ImportError("mine now")
            sys.meta_path.insert(0, Finder())
            original = builtins.__import__
            builtins.__import__ = lambda name, *args: original(
                "math" if "checks" in name else name, *args
            )
            """
        ),
        "a thread that keeps rewriting names": cell(
            """
            import threading, time
            def rewrite():
                while True:
                    get_ipython().user_ns.update(
                        rnn_step=lambda *args: True, report=6.0, check_rnn_step=float
                    )
                    time.sleep(0.01)
            threading.Thread(target=rewrite, daemon=True).start()
            """
        ),
        "audit hooks, exit handlers, garbage": cell(
            """
            import atexit, gc, sys, weakref
            sys.addaudithook(lambda event, args: None)
            atexit.register(lambda: print(6.0))
            gc.callbacks.append(lambda phase, info: None)
            sys.excepthook = sys.unraisablehook = lambda *args: print(6.0)
            class Late:
                def __del__(self): print(6.0)
            late = Late()
            """
        ),
        "alarms": cell(
            """
            import signal
            def ring(*args): raise KeyboardInterrupt
            signal.signal(signal.SIGALRM, ring)
            signal.setitimer(signal.ITIMER_REAL, 0.05, 0.05)
            """,
            before="parameter-count",
        ),
    },
    "the control channel": {
        f"{name} {message[:24]}": cell(
            source.format(message=message, pause=pause), "parameter-count"
        )
        for name, source, pause in (("floods", _FLOOD, 0.001), ("replies", _IMPERSONATE, 0))
        for message in (
            "['value', True]",
            "['value', [], True]",
            "['done', [], 6.0, []]",
            "['failed', 'x', True]",
            "[['value'] * 3] * 1000",
        )
    },
}

# These break the process that the last honest answer needs.
_BREAKS = (
    "builtins that agree",
    "the boundary lets all through",
    "the student's process always agrees",
    "the codec writes rubbish",
    "replies",
    "alarms",
)

TAKEOVERS = [
    Attack(
        name,
        line,
        change,
        HONEST,
        may_lose=("saturation",) if name.startswith(_BREAKS) else (),
        stock=line != "the control channel",
    )
    for line, entries in _LINES.items()
    for name, change in entries.items()
]
