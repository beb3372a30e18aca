"""Machine-made mistakes: how they are made and judged, and that a sample of them shows no hole."""

import subprocess
import sys
from collections.abc import Callable

import numpy as np
import pytest
import tensorflow as tf

from course_utils.checks.dynamic_rnn import check_count_ones
from course_utils.checks.engine.calls import Call
from tests import ROOT
from tests.answer_bank import Answer, Chapter
from tests.mutants.equivalence import alike, difference
from tests.mutants.inputs import seen_in, varied
from tests.mutants.mutate import Mutant, mutants_of, normal, right_answers
from tests.mutants.running import compared

CHANGES = [
    ("return a - b", "binary_operator", ["a + b"]),
    ("return a - b", "operand", ["a", "b", "b - a"]),
    ("return (a + b) * b", "operand", ["a * b", "b * b", "a + b", "b"]),
    ("return -a", "operand", ["a"]),
    ("return a + 0", "constant", ["a + 1", "a + -1"]),
    ("return a + 0.5", "constant", ["a + 0.75"]),
    ("return a < b", "comparison", ["a <= b", "a > b"]),
    ("return a and b", "comparison", ["a or b"]),
    ("return f(a, k=b)", "argument", ["f(k=b)", "f(a)", "a"]),
    ("return f(a, b)", "argument", ["f(b)", "f(a)", "f(b, a)", "a"]),
    ("return a", "name", ["b"]),
    ("return a[:b]", "part", ["a[1:b]", "a[:]"]),
    ("return a[b:]", "part", ["a[:]", "a[b:-1]"]),
    ("return a if b else 1", "branch", ["a if True else 1", "a if False else 1"]),
    ("return [f(x) for x in a if b]", "branch", ["[f(x) for x in a]"]),
    (
        "return [f(x) for x in a]",
        "loop",
        ["[f(x) for x in list(a)[1:]]", "[f(x) for x in list(a)[:-1]]"],
    ),
    ("return tf.tanh(a)", "near_function", ["tf.sigmoid(a)", "tf.relu(a)"]),
    ("return a.T", "near_function", ["a"]),
]


def answer_of(body: str) -> Answer:
    return Answer("01_two_step_rnn", "rnn-step", "right", f"def g(a, b):\n    {body}\n")


@pytest.mark.parametrize(("body", "operator", "expected"), CHANGES)
def test_an_operator_makes_these_changes(body: str, operator: str, expected: list[str]):
    mutants = [m for m in mutants_of([answer_of(body)]) if m.operator == operator]
    assert mutants
    assert {_result(m) for m in mutants} <= set(expected)
    # What another operator makes, too, is listed once.
    assert set(expected) <= {_result(m) for m in mutants_of([answer_of(body)])}


def _result(mutant: Mutant) -> str:
    return normal(mutant.source).partition("return ")[2]


@pytest.mark.parametrize(
    ("source", "gone"),
    [
        ("def g(a):\n    a += 1\n    return a", "a += 1"),
        ("def g(a):\n    a.append(1)\n    return a", "a.append(1)"),
        ("def g(a):\n    for x in a:\n        break\n    return a", "break"),
    ],
)
def test_a_statement_is_left_out(source: str, gone: str):
    mutants = mutants_of([Answer("01_two_step_rnn", "rnn-step", "right", source)])
    assert normal(source.replace(gone, "pass")) in [normal(m.source) for m in mutants]


def test_the_list_is_the_same_each_time_and_names_and_texts_occur_once():
    answers = right_answers("01_two_step_rnn")
    mutants = mutants_of(answers)
    assert [str(m) for m in mutants] == [str(m) for m in mutants_of(answers)]
    assert len({str(m) for m in mutants}) == len(mutants)
    assert len({(m.original.exercise, normal(m.source)) for m in mutants}) == len(mutants)


def test_no_mutant_is_a_right_answer_or_unable_to_compile():
    answers = right_answers("01_two_step_rnn")
    texts = [normal(m.source) for m in mutants_of(answers)]
    assert "" not in texts
    assert not {normal(a.source) for a in answers if a.exercise == "rnn-step"} & set(texts)


def test_docstrings_and_type_hints_stay_as_they_are():
    source = 'def g(a: "int" = 2) -> list[int]:\n    """Adds 1."""\n    return a'
    mutants = mutants_of([Answer("01_two_step_rnn", "rnn-step", "right", source)])
    assert {m.operator for m in mutants} == {"constant"}
    assert len(mutants) == 2  # of the default


def test_a_sample_is_part_of_the_whole_and_its_seed_decides_which():
    answers = right_answers("01_two_step_rnn")
    first, second = (mutants_of(answers, 20, seed) for seed in (1, 2))
    assert len(first) == 20
    assert set(first) <= set(mutants_of(answers))
    assert first == mutants_of(answers, 20, 1)
    assert first != second


@pytest.mark.parametrize(
    ("right", "other", "expected"),
    [
        (np.ones(2), np.ones(2) + 1e-7, True),
        (np.ones(2), np.ones(2) + 1e-3, False),
        (np.ones(2), np.ones(2, np.float32), False),
        (np.ones([2, 1]), np.ones([1, 2]), False),
        (np.array([np.nan]), np.array([np.nan]), True),
        ([1, 2], (1, 2), True),
        (np.ones([1, 2]), [np.ones(2)], True),
        (np.ones([1, 2]), [[1, 2]], False),
        (np.ones([1, 2]), [[1, 2], [3]], False),
        (np.ones([2, 1]), [[1], [2, 3]], False),
        ([1, 2], [1, 2, 3], False),
        (1, 1.0, False),
        ({"a": 1}, {"a": 2}, False),
    ],
)
def test_values_are_alike_if_structure_types_and_numbers_are(right, other, expected):
    assert alike(right, other) is expected


def test_other_arguments_are_of_the_same_kind():
    class Target:
        name = "g"

    rng = np.random.default_rng(1)
    weights = np.full([3, 4], 0.25)
    call = Call(Target(), args=[weights, np.array([1, 2, 3]), 5])
    seen = seen_in([call, Call(Target(), args=[weights, np.array([1]), 7])])
    drawn = [varied(call, seen, rng)[0] for _ in range(50)]
    assert all(d[1].dtype == int and set(d[1].ravel()) <= {0, 1, 2, 3} for d in drawn)
    assert {d[2] for d in drawn if len(d) > 2} == {5, 7}
    assert any(d[0].shape != (3, 4) for d in drawn)
    assert all((d[0] >= 0).all() for d in drawn)


EXERCISE = [a for a in right_answers("01_two_step_rnn") if a.exercise == "rnn-step"]


@pytest.mark.parametrize(
    ("body", "is_apart"),
    [
        ("np.tanh(b + h @ Wh + x @ Wx)", False),
        ("np.tanh(x @ Wx + h @ Wh)", True),
        ("np.tanh(x @ Wx + h @ Wh + b).astype('float16').astype('float32')", True),
    ],
)
def test_random_inputs_tell_a_wrong_answer_from_a_right_one(body: str, is_apart: bool):
    source = f"def rnn_step(x, h, Wx, Wh, b):\n    return {body}\n"
    namespace = Chapter("01_two_step_rnn").answered(
        Answer("01_two_step_rnn", "rnn-step", "mutant", source)
    )
    assert bool(difference(EXERCISE[0], namespace, EXERCISE)) is is_apart


def counter(wrong_in: int) -> Callable[[np.ndarray, np.ndarray], tf.Tensor]:
    """Counts ones with a weight, and one of so many sequences wrongly."""
    one = tf.Variable(1.0)

    def predict_count(inputs: np.ndarray, sequence_length: np.ndarray) -> tf.Tensor:
        real = np.arange(inputs.shape[1]) < sequence_length[:, np.newaxis]
        wrong = np.arange(len(inputs)) % wrong_in == 0
        return one * (np.sum(inputs * real, axis=1) + wrong)

    return predict_count


@pytest.mark.parametrize(("wrong_in", "kind"), [(50, "equivalent"), (10, "hole")])
def test_a_trained_network_is_judged_by_the_quality_that_it_promises(wrong_in: int, kind: str):
    mutant = Mutant(Answer("03_dynamic_rnn", "count-ones", "right", ""), "by_hand", "0", "")
    names = {"check_count_ones": check_count_ones, "predict_count": counter(wrong_in)}
    assert compared(mutant, names)[0] == kind


HANDMADE = """
import os
from tests.mutants import __main__ as command
os.environ.update(command.SETTINGS)
from course_utils.quiet_tensorflow import import_tensorflow
import_tensorflow()
from tests.mutants.mutate import Mutant, right_answers
from tests.mutants.running import verdicts
right = next(a for a in right_answers("01_two_step_rnn") if a.exercise == "rnn-step")
bodies = ["while True: pass", "os._exit(1)", "return x", "1 / 0", right.source]
texts = [f"def rnn_step(x, h, Wx, Wh, b):\\n    import os\\n    {b}" for b in bodies[:-1]]
mutants = [Mutant(right, "by_hand", str(i), text) for i, text in enumerate([*texts, bodies[-1]])]
print(*(f"{v.mutant.place}:{v.kind}" for v in verdicts(mutants, 1)))
"""


def run(*words: str) -> subprocess.CompletedProcess:
    """A Python of its own: this one has run TensorFlow, so its forks could hang."""
    command = [sys.executable, *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_a_mutant_that_hangs_or_ends_its_process_does_not_stop_the_others():
    done = run("-c", HANDMADE)
    assert done.stdout.split() == [
        "0:hung",
        "1:hung",
        "2:unnamed",
        "3:unnamed",
        "4:equivalent",
    ], done.stderr


@pytest.mark.slow
def test_a_sample_of_the_mutants_shows_no_hole_and_no_fault_of_a_check():
    done = run("-m", "tests.mutants", "01", "07", "10", "--sample", "60", "--seed", "1")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1].split()[:2] == ["all", "60"]
