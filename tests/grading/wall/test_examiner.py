"""The examiner makes points from what the student's process answers, and trusts none of it."""

import contextlib
import math
import socket
import threading

import numpy as np
import pytest
from nbformat.v4 import new_code_cell

from course_utils.checks.engine.boundary import AnswerError, Recipe, describe, value_of
from course_utils.grading.plugins.release import Release
from course_utils.grading.wall import examiner, session
from course_utils.grading.wall.examiner import Examiner, Link, Remote, StudentGone, Undefined
from course_utils.grading.wall.outputs import readable
from course_utils.grading.wall.shell import Shell
from course_utils.grading.wall.student import CALL, FAILED, GET, LOOK, VALUE, Student
from course_utils.grading.wall.wire import Channel, Closed, Handle, decode, encode
from tests.sealing import CHECK_STEP, FULL_STEP, SETUP, STEP, release

IMPORTS = release().imports


class Line:
    """A link to something that answers requests in a thread, as a process would."""

    def __init__(self, answer):
        self._answer = answer
        mine, theirs = socket.socketpair()
        self._far = Channel(theirs)
        self.link = Link(Channel(mine))
        self._ends = (mine, theirs)
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self):
        while True:
            try:
                token, data = self._far.receive(10)
            except Closed:
                return
            reply = self._answer(data)
            if reply is None:
                self._ends[1].close()
                return
            self._far.reply(token, reply)

    def close(self):
        self._ends[0].close()
        self._thread.join()
        self._ends[1].close()


@pytest.fixture
def line():
    lines = []

    def make(answer):
        lines.append(Line(answer))
        return lines[-1].link

    yield make
    for each in lines:
        each.close()


@pytest.fixture
def ask(line):
    """Asks a student who has run some source."""

    def make(source):
        shell = Shell()
        shell.execute(source)
        return line(Student(shell).answer)

    return make


@pytest.fixture
def check(line):
    """Runs a check cell against whatever answers."""

    def run(answer, source, points=6.0):
        return Examiner(Shell(), line(answer)).check(source, IMPORTS, points)

    return run


def student(source):
    shell = Shell()
    shell.execute(source)
    return Student(shell).answer


# Through the wall and back.


def test_plain_variables_come_as_values(ask):
    link = ask("import numpy\nshapes = {'Wx': (3, 5), 'b': None, 'c': ...}\narray = numpy.ones(2)")
    assert link.ask(LOOK, "shapes") == {"Wx": (3, 5), "b": None, "c": ...}
    np.testing.assert_array_equal(link.ask(LOOK, "array"), [1, 1])


def test_a_function_is_called_over_there_with_copies(ask):
    link = ask("def scale(x, by=1):\n    x *= by\n    return x")
    x = np.ones(2)
    np.testing.assert_array_equal(link.ask(LOOK, "scale")(x, by=3), [3, 3])
    np.testing.assert_array_equal(x, [1, 1])


def test_objects_can_be_called_got_from_and_handed_back(ask):
    link = ask(
        "class Cell:\n    units = 3\n    def __call__(self, x): return x + self.units\n"
        "def run(cell, x): return cell(x)\ndef make(): return Cell()"
    )
    cell = link.ask(LOOK, "make")()
    assert isinstance(cell, Remote)
    assert cell.get("units") == 3
    assert cell(1) == 4
    assert link.ask(LOOK, "run")(cell, 2) == 5
    assert describe(cell) == "a Cell"


def test_a_recipe_is_built_over_there(ask):
    link = ask("def draw(rng): return rng.integers(10)")
    seeded = Recipe("numpy.random:default_rng", {"seed": 3})
    assert link.ask(LOOK, "draw")(seeded) == 8


def test_what_an_answer_prints_and_shows_goes_nowhere(ask, capsys):
    link = ask("def noisy():\n    print('seed 4711')\n    display('x')\n    return 1")
    assert link.ask(LOOK, "noisy")() == 1
    assert "4711" not in capsys.readouterr().out


def test_errors_of_an_answer_are_told_in_the_boundary_s_words(ask):
    link = ask("def broken(): return 1 / 0\ndef stub(): raise NotImplementedError")
    with pytest.raises(AnswerError, match=r"`broken` raised ZeroDivisionError.*line 1 of the cell"):
        link.ask(LOOK, "broken")()
    with pytest.raises(AnswerError, match="Not answered yet") as raised:
        link.ask(LOOK, "stub")()
    assert raised.value.blank


def test_a_value_that_is_an_object_can_not_be_used_as_a_plain_one(ask):
    with pytest.raises(AnswerError, match="a plain value is needed"):
        value_of(ask("thing = object()").ask(LOOK, "thing"), "thing")


def test_a_name_that_is_not_defined_is_told_from_one_that_is_none(ask):
    link = ask("nothing = None")
    assert link.ask(LOOK, "nothing") is None
    with pytest.raises(Undefined):
        link.ask(LOOK, "missing")


@pytest.mark.parametrize(
    "result",
    ["'\\ud800'", "2 ** 10000", "[[1] * 1000] * 1100", "{(): 1, frozenset(): 2}", "[...] * 3"],
)
def test_odd_results_are_values_or_sentences(ask, result):
    with contextlib.suppress(AnswerError):
        ask(f"def odd(): return {result}").ask(LOOK, "odd")()


@pytest.mark.parametrize(
    "error",
    ["KeyboardInterrupt", "GeneratorExit", "SystemExit(3)", "type('E', (BaseException,), {})"],
)
def test_no_exception_of_an_answer_ends_the_examination(ask, error):
    with pytest.raises(AnswerError):
        ask(f"def f(): raise {error}").ask(LOOK, "f")()


# Whatever is sent back.


@pytest.mark.parametrize(
    "reply",
    [
        b"",
        b"rubbish",
        encode(None),
        encode([]),
        encode({}),
        encode([VALUE]),
        encode([VALUE, 1, 2]),
        encode([FAILED]),
        encode([FAILED, "text"]),
        encode([FAILED, 5, True]),
        encode([FAILED, "text", "True"]),
        encode([np.ones(3), 1]),
        encode([[VALUE], 1]),
        encode(["unheard of", 1]),
        encode([VALUE, Recipe("os:system", {"command": "true"})]),
    ],
)
def test_a_forged_reply_is_a_sentence(line, reply):
    with pytest.raises(AnswerError, match="can't be read"):
        line(lambda request: reply).ask(CALL, 0, [], {})


def test_a_long_message_is_cut(line):
    with pytest.raises(AnswerError) as raised:
        line(lambda request: encode([FAILED, "x" * 10_000, False])).ask(GET, 0, "a")
    assert len(str(raised.value)) == 2000


def test_the_end_of_the_student_is_no_failed_property(line):
    link = line(lambda request: None)
    with pytest.raises(StudentGone):
        link.ask(LOOK, "x")
    assert not issubclass(StudentGone, Exception)


# Points.


def test_a_right_answer_gets_its_points_and_only_displays_are_shown(check):
    kind, outputs, points, misconceptions = check(student(f"{SETUP}\n{STEP}"), FULL_STEP)
    assert (kind, points, misconceptions) == (examiner.DONE, 6.0, [])
    assert {output["output_type"] for output in outputs} <= {"display_data", "stream"}


def test_a_wrong_answer_gets_what_the_check_gives_in_process(check):
    wrong = STEP.replace("tf.tanh", "")
    _, _, points, misconceptions = check(student(f"{SETUP}\n{wrong}"), CHECK_STEP)
    namespace = {}
    exec(f"{SETUP}\n{wrong}\nreport = check_rnn_step(rnn_step)", namespace)
    assert points == round(6 * namespace["report"].score, 2)
    assert misconceptions == namespace["report"].misconceptions == ["no-tanh"]


def test_a_name_that_no_cell_defines_is_told(check):
    kind, said = check(student(SETUP), CHECK_STEP)
    assert kind == examiner.UNDEFINED
    assert "`rnn_step` is not defined" in said


BROKEN_PROPERTY = """
from course_utils.checks import Check, Exercise
tried = Check(Exercise("rnn-step", []))
tried.each("the first", [1], lambda x: LINE)
tried.each("the second", [1], lambda x: rnn_step(1, 2, 3, 4, 5))
report = tried.report()
report.points(6)
"""


@pytest.mark.parametrize("body", ["rnn_step(1j)", "rnn_step({})['typo']", "{}['typo']"])
def test_a_property_that_the_check_itself_breaks_is_a_fault_and_an_odd_result_is_none(check, body):
    source = BROKEN_PROPERTY.replace("LINE", body)
    kind, *rest = check(student("def rnn_step(*_): return 1"), source)
    if body.startswith("rnn_step({})"):
        assert (kind, rest[1]) == (examiner.DONE, 3.0)
    else:
        assert kind == examiner.FAULTY
        assert body in rest[0]


def test_numbers_of_numpy_arrive_over_there(ask):
    link = ask("def kind(x): return type(x).__name__")
    assert link.ask(LOOK, "kind")(np.float32(0.5)) == "float32"
    assert link.ask(LOOK, "kind")(np.bool_(True)) == "bool"


def test_a_check_that_breaks_is_faulty_and_tells_the_instructor(check):
    kind, traceback = check(student("x = 1"), "1 / 0")
    assert kind == examiner.FAULTY
    assert "ZeroDivisionError" in traceback


@pytest.mark.parametrize("result", ["np.nan", "float('inf')", "None", "'6'", "[6]", ""])
def test_a_course_check_must_end_in_a_finite_number(check, result):
    source = f"report = check_rnn_step(rnn_step)\n{result}"
    kind, _ = check(student(f"{SETUP}\n{STEP}"), source)
    assert kind == examiner.FAULTY


@pytest.mark.parametrize("result", ["None", "'6'", "[6]", "True", ""])
def test_a_plain_check_that_runs_to_its_end_without_a_number_gives_all(check, result):
    assert check(student("x = 1"), f"assert x == 1\n{result}")[2] == 6.0


@pytest.mark.parametrize("result", ["math.nan", "float('inf')", "-math.inf"])
def test_a_plain_check_that_ends_in_no_finite_number_is_faulty(check, result):
    assert check(student("x = 1"), f"import math\n{result}")[0] == examiner.FAULTY


@pytest.mark.parametrize(("result", "points"), [("-3", 0.0), ("700", 6.0), ("2.5", 2.5)])
def test_points_stay_within_their_bounds(check, result, points):
    assert check(student("x = 1"), result)[2] == points


@pytest.mark.parametrize(
    ("earned", "points"), [(math.nan, 0), (math.inf, 0), (-1.0, 0), (700.0, 6.0), (2.5, 2.5)]
)
def test_an_examiner_s_own_answer_is_held_within_bounds_too(earned, points):
    assert session._verdict([examiner.DONE, [], earned, []], 6.0).points == points


@pytest.mark.parametrize("answer", [None, [], [examiner.DONE], [examiner.DONE, [], "6.0", []]])
def test_an_examiner_s_answer_of_the_wrong_form_is_no_points(answer):
    verdict = session._verdict(answer, 6.0)
    assert verdict.points == 0
    assert verdict.cause


def test_what_one_check_defines_the_next_does_not_see(line):
    its = Examiner(Shell(), line(student("y = 2")))
    assert its.check("x = 1\nx", {}, 6.0)[0] == examiner.DONE
    assert its.check("x", {}, 6.0)[0] == examiner.UNDEFINED


# Which names are the release's own.


def given(*sources, answer="answer = None"):
    cells = [new_code_cell(source) for source in sources]
    metadata = {"nbgrader": {"solution": True, "grade_id": "answer"}}
    return Release([*cells, new_code_cell(answer, metadata=metadata)], {}).imports


def test_imports_of_given_cells_are_the_release_s_own():
    sources = "import numpy as np, os.path", "try:\n    from a.b import c as d, e\nexcept E:\n    0"
    assert given(*sources) == {
        "np": "import numpy as np",
        "os": "import os.path",
        "d": "from a.b import c as d",
        "e": "from a.b import e",
    }


def test_an_import_in_an_answer_cell_is_the_student_s():
    assert given(answer="import numpy as np") == {}


def test_a_name_that_an_answer_cell_defines_is_the_student_s_even_if_it_is_imported_elsewhere():
    assert given("from course_utils.cells import Cell", answer="class Cell: ...") == {}


def test_a_cell_with_magics_does_not_stop_it():
    assert given("%matplotlib inline", "import numpy") == {"numpy": "import numpy"}


def test_python_s_own_names_are_not_looked_up():
    assert examiner.needed_names("print(max(x for x in y)); z = lambda q: q; z(w)") == ["w", "y"]


# What is shown.


@pytest.mark.parametrize("outputs", [None, 5, "x", [None, 5, [], {}], [{"output_type": 7}]])
def test_outputs_of_the_wrong_form_are_left_out(outputs):
    assert readable(outputs) == []


def test_scripts_and_broken_pictures_are_left_out():
    (shown,) = readable(
        [
            {
                "output_type": "display_data",
                "data": {
                    "text/plain": "text",
                    "application/javascript": "alert(1)",
                    "image/svg+xml": "<svg onload='alert(1)'/>",
                    "image/png": 'AAAA" onerror="alert(1)',
                    "image/jpeg": "AAAA",
                    "text/html": 5,
                },
                "metadata": {"image/png": {"width": '"'}},
            }
        ]
    )
    assert shown.data == {"text/plain": "text", "image/jpeg": "AAAA", "text/html": ""}
    assert shown.metadata == {}


def test_handles_tell_what_they_stand_for():
    remote = Remote(None, Handle(3, "`model`"))
    assert describe(remote) == str(remote) == "`model`"
    assert decode(encode([remote], hide=examiner._handle), show=lambda h: h) == [Handle(3)]
