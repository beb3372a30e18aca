"""Submissions graded behind the wall: honest ones get their points, hostile ones gain nothing."""

import textwrap
import time

import pytest
from nbformat.v4 import new_code_cell
from nbgrader.utils import determine_grade

from course_utils.grading.plugins.sealed import FINDINGS, grade
from course_utils.grading.wall import sandbox
from course_utils.grading.wall.outputs import size
from course_utils.grading.wall.walls import Limits
from tests import sealing
from tests.sealing import HIDDEN, SATURATION, SETUP, STEP, notebook, release, server, text

pytestmark = pytest.mark.slow  # the server loads TensorFlow

QUICK = Limits(cell=3, total=30, memory=2**30, processes=64, files=2**26, output=100_000)
FULL = {"check-rnn-step": 6.0, "check-saturation": 4.0}


def graded(submission, limits=QUICK):
    """The points of each check, as nbgrader reads them from the notebook."""
    grade(submission, release(), server(), limits)
    checks = [cell for cell in submission.cells if cell.metadata.get("nbgrader", {}).get("grade")]
    for cell in checks:
        results = [o for o in cell.outputs if o.output_type == "execute_result"]
        assert len(results) == 1
        assert all(o.output_type in ("display_data", "stream") for o in cell.outputs[:-1])
        assert not any(o.get("name") == "stderr" for o in cell.outputs)
    return {cell.metadata.nbgrader.grade_id: determine_grade(cell)[0] for cell in checks}


def with_cell(source, place=1, **answers):
    """A submission with one more cell."""
    submission = notebook(**answers)
    submission.cells.insert(place, new_code_cell(textwrap.dedent(source), id="extra"))
    return submission


def output_of(submission, cell_id):
    (cell,) = [cell for cell in submission.cells if cell.id == cell_id]
    return text(cell.outputs)


def body(source):
    """An answer to the first exercise that runs this when it is called."""
    return "def rnn_step(x, h, Wx, Wh, b):\n" + textwrap.indent(textwrap.dedent(source), "    ")


# Honest submissions.


def test_right_answers_get_full_points():
    assert graded(notebook()) == FULL


def test_blank_answers_get_nothing():
    assert graded(notebook("def rnn_step(*a):\n    ...", "def saturation(*a):\n    ...")) == {
        "check-rnn-step": 0.0,
        "check-saturation": 0.0,
    }


def test_student_cells_show_what_they_show_and_demonstrations_are_skipped():
    submission = with_cell("import sys\nprint('out')\nprint('err', file=sys.stderr)\n1 + 1")
    graded(submission)
    assert output_of(submission, "extra") == "out\n\nerr\n\n2"
    assert "Grading skips this cell" in output_of(submission, "show")
    assert [c.execution_count for c in submission.cells if c.cell_type == "code"] == [
        1, 2, 3, 4, 5, 6, 7,
    ]  # fmt: skip


def test_a_demonstration_whose_names_an_answer_uses_is_run(monkeypatch):
    monkeypatch.setattr(sealing, "DEMO", "options = {'transpose_a': False}\nprint('ready')")
    submission = notebook(body("return tf.tanh(tf.matmul(x, Wx, **options) + h @ Wh + b)"))
    assert graded(submission) == FULL
    assert output_of(submission, "show") == "ready\n"


def test_a_demonstration_that_the_student_changed_is_run():
    submission = notebook()
    submission.cells[2].source = "print('my own')"
    graded(submission)
    assert output_of(submission, "show") == "my own\n"


def test_figures_are_shown():
    submission = with_cell("import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()")
    graded(submission)
    (figure,) = submission.cells[1].outputs
    assert figure.data["image/png"].startswith("iVBOR")


def test_the_findings_are_kept_for_the_class_report():
    submission = notebook(step=STEP.replace("tf.tanh", ""))
    graded(submission)
    found = {"misconceptions": ["no-tanh"], "cause": "", "faulty": False}
    assert submission.cells[4].metadata[FINDINGS] == found


def test_noise_costs_nothing():
    noisy = [
        "import sys; print('x', file=sys.stderr)",
        "1 / 0",
        "this is no Python",
        "import numpy as np; np.random.seed(3)",
        "import tensorflow as tf; tf.config.run_functions_eagerly(True)",
        "%matplotlib inline",
        "!echo hello",
        "import warnings; warnings.warn('careful')",
        "# ünïcödé 🎉",
    ]
    submission = notebook(
        step=STEP + "\nimport sys; print('defined', file=sys.stderr)",
        saturation=SATURATION.replace(
            "return", "import warnings; warnings.warn('w'); print('called')\n    return"
        ),
    )
    for source in noisy:
        submission.cells.insert(1, new_code_cell(source))
    assert graded(submission) == FULL


# Tricks inside the student's process.


TRICKS = {
    "always equal": """\
        class Yes:
            __hash__ = None
            def __eq__(self, other): return True
            __array__ = __abs__ = __sub__ = lambda self, *a: self
        def rnn_step(*a): return Yes()""",
    "a subclass of array": """\
        class Yes(np.ndarray):
            def __eq__(self, other): return True
            def __abs__(self): return 0
            def __sub__(self, other): return self * 0
            shape = (3, 5)
        def rnn_step(x, h, *a): return np.zeros(h.shape).view(Yes)""",
    "a patched check": """\
        import course_utils.checks.two_step_rnn as checks
        from course_utils.checks.engine import report
        class Full:
            misconceptions = []
            def __add__(self, other): return self
            def points(self, maximum): return 6.0
        check_rnn_step = checks.check_rnn_step = lambda *a, **k: Full()
        report.Report.points = lambda self, maximum: maximum
        report.Report.score = 1.0
        def rnn_step(*a): return None""",
    "patched builtins": """\
        import builtins, math
        builtins.max = builtins.min = builtins.float = builtins.round = lambda *a: 6.0
        math.isfinite = lambda x: True
        def rnn_step(x, h, *a): return h * 0""",
    "patched NumPy and TensorFlow": """\
        np.abs = np.asarray = np.tanh = np.isfinite = lambda *a, **k: 0
        np.ndarray = object
        tf.tanh = lambda x: 0
        def rnn_step(x, h, *a): return h * 0""",
    "a patched boundary": """\
        import course_utils.checks.engine.boundary as boundary
        boundary.Local.__call__ = lambda self, *a, **k: "anything"
        boundary.plain = lambda value, name, depth=0: value
        def rnn_step(*a): return object()""",
    "a patched student": """\
        import course_utils.grading.wall.student as student
        from course_utils.grading.wall.wire import encode
        student.Student.answer = lambda self, data: encode(["value", 6.0])
        def rnn_step(*a): return None""",
    "a patched IPython": """\
        ip = get_ipython()
        ip.run_cell = lambda *a, **k: 6.0
        ip.displayhook = lambda x: print(6.0)
        ip.user_ns["report"] = 6.0
        ip.events.register("post_run_cell", lambda *a: print(6.0))
        ip.input_transformers_post.append(lambda lines: ["6.0"])
        def rnn_step(*a): return None""",
    "a syntax tree transformer": """\
        import ast
        class Full(ast.NodeTransformer):
            def visit_Call(self, node): return ast.Constant(6.0)
        get_ipython().ast_transformers.append(Full())
        def rnn_step(*a): return None""",
    "a tracer": """\
        import sys
        sys.settrace(lambda frame, event, arg: frame.f_locals.update(points=6.0))
        sys.setprofile(lambda *a: None)
        def rnn_step(*a): return None""",
    "a thread that waits for the check": """\
        import threading, gc
        def watch():
            while True:
                for thing in gc.get_objects():
                    if type(thing).__name__ == "Report":
                        thing.outcomes = []
        threading.Thread(target=watch, daemon=True).start()
        def rnn_step(*a): return None""",
    "a forged result": """\
        print(6.0)
        def rnn_step(*a): return None
        6.0""",
    "not a number": "def rnn_step(x, h, *a): return np.full(h.shape, np.nan)",
    "infinite": "def rnn_step(x, h, *a): return np.full(h.shape, np.inf)",
    "the name of the report": "report = 6.0\ndef rnn_step(*a): return 6.0",
    "an import of the answer": """\
        from course_utils.checks.two_step_rnn import _Case
        def rnn_step(*a): return _Case(1, (3, 3, 3)).expected * 0""",
}


@pytest.mark.parametrize("trick", TRICKS)
def test_a_trick_gains_nothing_and_costs_the_next_question_nothing(trick):
    """What it does to its own process may cost its own next answer; nothing else gains by it."""
    points = graded(notebook(step=textwrap.dedent(TRICKS[trick])))
    assert points["check-rnn-step"] == 0.0
    assert points["check-saturation"] <= 4.0


def test_a_trick_does_not_reach_the_next_submission():
    for trick in ("patched NumPy and TensorFlow", "patched builtins", "a patched boundary"):
        graded(notebook(step=textwrap.dedent(TRICKS[trick])))
    assert graded(notebook()) == FULL


# What ends, fills or blocks the student's process while a check calls it.


IGNORE = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass"
SWALLOW = "while True:\n    try:\n        while True: pass\n    except BaseException: pass"
CALAMITIES = {
    "import os; os._exit(0)": "it ended itself with exit code 0",
    "import ctypes; ctypes.string_at(0)": "it was killed by SIGSEGV",
    IGNORE: "more than 3 s",
    SWALLOW: "more than 3 s",
    "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass": "it used more than",
    "import os; os.closerange(3, 99)": "it ended itself",
    "import os, glob\nfor fd in range(3, 99):\n    try: os.write(fd, b'6.0' * 99)\n"
    "    except OSError: pass": "it sent a message of",
}


@pytest.mark.parametrize("source", CALAMITIES)
def test_a_calamity_costs_its_own_question_only_and_says_why(source):
    submission = notebook(step=body(source))
    assert graded(submission) == {"check-rnn-step": 0.0, "check-saturation": 4.0}
    assert CALAMITIES[source] in output_of(submission, "check-rnn-step")
    assert CALAMITIES[source] in submission.cells[4].metadata[FINDINGS]["cause"]


@pytest.mark.parametrize(
    "source",
    [
        "raise SystemExit(3)",
        "raise KeyboardInterrupt",
        "import sys; sys.exit()",
        "return rnn_step(x, h, Wx, Wh, b)",
        "return bytearray(2**34)",
        "while True: print('x' * 10**6)",
        "import itertools; return (i for i in itertools.count())",
        "x = []\nfor _ in range(10**5): x = [x]\nreturn x",
        "import threading as t, time\nwhile True: t.Thread(target=time.sleep, args=(99,)).start()",
        "while True: open(f'/tmp/{id(object())}', 'ab').write(bytes(10**6))",
    ],
)
def test_a_failure_of_an_answer_costs_its_own_question_only(source):
    points = graded(notebook(step=body(source)))
    assert points == {"check-rnn-step": 0.0, "check-saturation": 4.0}


@pytest.mark.parametrize(
    "source",
    [
        "import os; os._exit(1)",
        "import sys; sys.exit(1)",
        "raise KeyboardInterrupt",
        "while True: pass",
        IGNORE,
        SWALLOW,
        "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass",
        "x = bytearray(2**34)",
        "while True: print('x' * 10**6)",
        "import os; os.kill(os.getpid(), 9); os.kill(-1, 9)",
        "input('your name: ')",
    ],
)
def test_a_calamity_in_a_scratch_cell_costs_nothing(source):
    assert graded(with_cell(source)) == FULL


def test_output_of_all_cells_together_is_bounded():
    submission = with_cell("print('x' * 80_000)")
    submission.cells.insert(1, new_code_cell("print('y' * 80_000)"))
    assert graded(submission) == FULL
    assert sum(size(c.outputs) for c in submission.cells if c.cell_type == "code") < 150_000


def test_no_submission_takes_longer_than_its_limit():
    submission = notebook(setup="import time; time.sleep(60)")
    for _ in range(5):
        submission.cells.insert(1, new_code_cell("import time; time.sleep(60)"))
    before = time.monotonic()
    points = graded(submission, Limits(cell=2, total=5))
    assert time.monotonic() - before < 20  # 5 s, what is left to answers, and new processes
    assert set(points) == set(FULL)
    assert "the 5 s of the whole notebook are used up" in str(submission)


def test_answers_that_hang_leave_time_for_a_right_one():
    submission = notebook(step="while True: pass")
    for _ in range(4):
        submission.cells.insert(1, new_code_cell("while True: pass"))
    points = graded(submission, Limits(cell=1, total=4.5))
    assert points == {"check-rnn-step": 0.0, "check-saturation": 4.0}


# Fail closed.


@pytest.mark.parametrize("tag", ["skip-execution", "raises-exception", "demo"])
def test_tags_of_a_submission_do_not_count(tag):
    submission = notebook(step="def rnn_step(*a): return None")
    for cell in submission.cells:
        cell.metadata.tags = [tag]
    assert graded(submission) == {"check-rnn-step": 0.0, "check-saturation": 4.0}


def test_a_submission_without_its_answers_gets_nothing_and_says_why():
    submission = notebook()
    submission.cells = []
    assert graded(submission) == {"check-rnn-step": 0.0, "check-saturation": 0.0}
    assert "`rnn_step` is not defined" in output_of(submission, "check-rnn-step")


def test_a_server_that_is_gone_is_no_student_s_fault():
    gone = sandbox.Server()
    gone.close()
    with pytest.raises(sandbox.NoSandbox, match="server is gone"):
        grade(notebook(), release(), gone, QUICK)


# Leaks.


def test_no_hidden_test_is_in_any_output_or_in_the_student_s_reach():
    marker = "4711"
    spy = """\
        import gc, sys, os, glob
        seen = []
        def rnn_step(*a):
            frame = sys._getframe()
            while frame:
                seen.append(repr(frame.f_locals)[:10000] + repr(frame.f_code.co_consts))
                frame = frame.f_back
            return None"""
    submission = notebook(step=textwrap.dedent(spy), saturation="def saturation(*a): 1 / 0")
    submission.cells.append(
        new_code_cell(
            "print(seen)\n"
            "print([o for o in gc.get_objects() if isinstance(o, dict) and '47' '11' in repr(o)])\n"
            "print(open('/proc/self/maps').read())\n"
            "print(sorted(vars(get_ipython())))"
        )
    )
    graded(submission)
    shown = "".join(text(cell.get("outputs", [])) for cell in submission.cells)
    assert "[" in output_of(submission, submission.cells[-1].id)
    assert marker not in shown.replace(submission.cells[-1].source, "")
    assert HIDDEN.partition("\n")[0] not in shown


def test_a_check_s_traceback_is_not_shown():
    submission = notebook(setup=SETUP.replace("check_rnn_step, ", ""), step=STEP)
    broken = release()
    broken.imports["check_rnn_step"] = "from course_utils.checks.two_step_rnn import no_such_check"
    verdicts = grade(submission, broken, server(), QUICK)
    assert "no_such_check" in verdicts["check-rnn-step"].fault
    assert "no_such_check" not in output_of(submission, "check-rnn-step")
    assert "The check itself failed" in output_of(submission, "check-rnn-step")
