"""The checks' core: the boundary, the comparison, the report and the probes."""

import sys
import warnings

import numpy as np
import pytest
import tensorflow as tf

from course_utils.checks import Check, Exercise, Failed, Misconception, Outcome, Report
from course_utils.checks.engine.boundary import (
    MAX_ITEMS,
    AnswerError,
    Local,
    Recipe,
    Subject,
    plain,
    subject,
    value_of,
)
from course_utils.checks.engine.compare import (
    as_array,
    as_integer,
    as_items,
    as_number,
    as_text,
    close,
    near,
)

IDEA = Misconception("no-tanh", "the tanh is missing", "What bounds an output?")
EXERCISE = Exercise("rnn-step", [IDEA])


def call(function, *args, **kwargs):
    return Local(function, "answer")(*args, **kwargs)


# The boundary: plain values in, plain values out.


@pytest.mark.parametrize(
    "value", [None, True, 3, 2.5, "text", b"bytes", (1, [2]), {"a": {1, 2}}, [None]]
)
def test_plain_values_pass_unchanged(value):
    assert plain(value, "x") == value


@pytest.mark.parametrize(
    "value",
    [
        tf.constant([[1.0, 2.0]]),
        tf.Variable([[1.0, 2.0]]),
        tf.keras.Variable(np.array([[1.0, 2.0]])),
        tf.constant([[1.0, 2.0]], tf.bfloat16),
        np.ma.array([[1.0, 2.0]]),
    ],
)
def test_every_kind_of_tensor_becomes_a_numpy_array(value):
    array = plain(value, "x")
    assert type(array) is np.ndarray
    np.testing.assert_array_equal(array, [[1, 2]])


@pytest.mark.parametrize("value", [np.float32(0.5), tf.constant(0.5), np.float64(0.5)])
def test_a_scalar_becomes_a_python_number(value):
    assert type(plain(value, "x")) is float


def test_a_generator_is_read_into_a_list():
    assert plain((i * i for i in range(4)), "x") == [0, 1, 4, 9]


def test_an_endless_generator_is_an_answer_error():
    def endless():
        while True:
            yield 1

    with pytest.raises(AnswerError, match=f"more than {MAX_ITEMS} items"):
        plain(endless(), "x")


def test_a_value_nested_without_end_is_an_answer_error():
    value: list = []
    value.append(value)
    with pytest.raises(AnswerError, match="levels deep"):
        plain(value, "x")


def test_a_subclass_of_dict_is_read_as_a_dict_whatever_it_overrides():
    class Sly(dict):
        def items(self):
            return [("a", 2)]

        def __eq__(self, other):
            return True

        __hash__ = None

    value = plain(Sly(a=1), "x")
    assert type(value) is dict
    assert value["a"] == 1


def test_an_object_comes_back_as_a_subject_with_attributes_and_methods():
    class Cell:
        units = 5

        def zero_state(self, batch_size):
            return np.zeros([batch_size, self.units])

    cell = call(Cell)
    assert isinstance(cell, Subject)
    assert cell.get("units") == 5
    assert cell.get("zero_state")(2).shape == (2, 5)
    with pytest.raises(AnswerError, match="has no `state_size`"):
        cell.get("state_size")


def test_an_answer_can_not_change_the_checks_own_arrays():
    values = np.ones(3)

    def spoil(x):
        x[:] = 7
        return x

    assert call(spoil, values).tolist() == [7, 7, 7]
    assert values.tolist() == [1, 1, 1]


@pytest.mark.parametrize("function", [lambda x: x.tolist(), lambda x: x.get_shape().as_list()])
def test_an_answer_may_be_written_for_numpy_or_for_tensorflow(function):
    assert call(function, np.ones([2], np.float32)) in ([1, 1], [2])


def test_recipes_are_built_on_the_students_side():
    recipe = Recipe("numpy.random:default_rng", {"seed": 5})
    expected = np.random.default_rng(5).random(3)
    np.testing.assert_array_equal(call(lambda rng: rng.random(3), recipe), expected)


def test_an_exception_becomes_a_sentence_with_its_type_and_message():
    def broken(x):
        return x["missing"]

    with pytest.raises(AnswerError, match="`answer` raised KeyError: 'missing'"):
        call(broken, {})


def test_an_exception_of_an_object_that_an_answer_made_names_both():
    class Cell:
        def __call__(self, inputs):
            raise ValueError("{{function_node __wrapped__MatMul}} Matrix size-incompatible")

    with pytest.raises(AnswerError, match=r"^`answer\(...\)` raised ValueError: Matrix size-inc"):
        call(Cell)(1)


@pytest.mark.parametrize("code", [None, 0, 3])
def test_sys_exit_in_an_answer_does_not_end_the_check(code):
    with pytest.raises(AnswerError, match="SystemExit"):
        call(lambda: sys.exit(code))


def test_not_implemented_counts_as_blank():
    def stub():
        raise NotImplementedError

    with pytest.raises(AnswerError) as caught:
        call(stub)
    assert caught.value.blank


def test_a_layer_without_its_call_is_an_answer_though_a_wrong_one():
    class Layer(tf.keras.layers.Layer):
        pass

    with pytest.raises(AnswerError, match="raised NotImplementedError") as caught:
        call(Layer(), tf.ones([1, 2]))
    assert not caught.value.blank


def test_a_symbolic_tensor_is_an_answer_error():
    with tf.Graph().as_default():
        symbolic = tf.constant(1.0) + 1.0
    with pytest.raises(AnswerError, match="symbolic tensor"):
        plain(symbolic, "x")


def test_nothing_an_answer_writes_to_stderr_gets_out(capfd):
    def noisy():
        print("noise", file=sys.stderr)
        warnings.warn("deprecated", stacklevel=1)
        tf.get_logger().warning("retracing")
        return 1

    assert call(noisy) == 1
    assert capfd.readouterr().err == ""


def test_a_subject_is_not_wrapped_again():
    wrapped = subject(3, "x")
    assert subject(wrapped, "x") is wrapped


@pytest.mark.parametrize("value", [None, ...])
def test_a_value_not_given_counts_as_blank(value):
    with pytest.raises(AnswerError, match="Not answered yet") as caught:
        value_of(value, "shapes")
    assert caught.value.blank


def test_traced_graphs_counts_the_operations_of_each_new_graph():
    def trace(n):
        @tf.function
        def run(x):
            for _ in range(n):
                x = x + 1.0
            return x

        return len(run.get_concrete_function(tf.constant(1.0)).graph.get_operations())

    result, sizes = Local(trace, "trace").probe("traced_graphs", 4)
    assert result in sizes
    assert Local(lambda: 5, "trace").probe("traced_graphs") == (5, [])


# The comparison: what differs, where, and which wrong idea explains it.


def test_a_wrong_shape_is_named_with_the_expected_one():
    with pytest.raises(Failed, match=r"shape \[2, 3\], expected an array of shape \[3, 2\]"):
        as_array(np.zeros([2, 3]), (3, 2), "batch, units")


@pytest.mark.parametrize("value", ["text", {"a": 1}, object(), [[1], [2, 3]], [1j]])
def test_what_is_no_array_of_numbers_is_refused(value):
    with pytest.raises(Failed, match="expected an array"):
        as_array(value, (1,))


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_nan_and_infinity_are_refused_with_their_place(value):
    array = np.zeros([2, 2])
    array[1, 0] = value
    with pytest.raises(Failed, match=rf"{value} at index \[1, 0\]"):
        as_array(array, (2, 2))


def test_a_difference_is_localised():
    wrong = np.zeros([2, 3])
    wrong[1, 2] = 0.5
    with pytest.raises(Failed, match=r"1 of 6 entries differ; most at batch 1, unit 2: got 0\.5"):
        close(wrong, np.zeros([2, 3]), "batch, unit")


def test_a_difference_within_the_tolerance_is_none():
    close(np.full(3, 1 + 5e-5), np.ones(3))
    with pytest.raises(Failed):
        close(np.full(3, 1 + 5e-4), np.ones(3))


def test_a_suspect_that_gives_the_value_explains_the_failure():
    with pytest.raises(Failed) as caught:
        close(np.full(2, 3.0), np.ones(2), suspects=[("other", np.zeros(2)), ("no-tanh", [3, 3])])
    assert caught.value.misconception == "no-tanh"


def test_two_suspects_that_give_the_same_value_explain_nothing():
    with pytest.raises(Failed) as caught:
        close(np.full(2, 3.0), np.ones(2), suspects=[("one", [3, 3]), ("two", [3, 3])])
    assert caught.value.misconception is None


def test_a_suspect_may_have_another_shape():
    with pytest.raises(Failed) as caught:
        close(np.zeros([3, 2]), np.zeros([2, 3]), suspects=[("transposed", np.zeros([3, 2]))])
    assert caught.value.misconception == "transposed"


@pytest.mark.parametrize("value", [45, 45.0, np.array(45), [45]])
def test_a_whole_number_of_any_type_is_an_integer(value):
    assert as_integer(value) == 45


def test_a_fraction_is_no_integer():
    with pytest.raises(Failed, match="whole number"):
        as_integer(4.5)


@pytest.mark.parametrize("value", ["4", [1, 2], {}, float("nan")])
def test_what_is_not_one_finite_number_is_refused(value):
    with pytest.raises(Failed):
        as_number(value)


def test_near_names_both_numbers():
    with pytest.raises(Failed, match=r"Got 0.5, expected 0.25"):
        near(0.5, 0.25)


def test_texts_and_lists_are_read_strictly():
    assert as_text("linear") == "linear"
    assert len(as_items(np.zeros([2, 3]), 2, "rows")) == 2
    with pytest.raises(Failed, match="expected a text"):
        as_text(3)
    with pytest.raises(Failed, match="a list of 1, expected 2"):
        as_items([1], 2, "steps")


@pytest.mark.parametrize("read", [as_number, as_text, lambda v: as_array(v, ()), as_integer])
def test_none_counts_as_not_answered(read):
    with pytest.raises(AnswerError, match="Not answered yet"):
        read(None)


# The check and its report.


def checked(*failures):
    check = Check(EXERCISE)
    for number, failure in enumerate(failures):
        with check.property(f"property {number}"):
            if failure:
                raise failure
    return check.report()


def test_points_are_in_proportion_to_the_properties_that_hold(capsys):
    report = checked(None, None, Failed("off"), None)
    assert report.points(6) == 4.5
    assert "4.5 of 6 points" in capsys.readouterr().out


def test_an_unknown_exception_fails_its_property_only():
    report = checked(None, TypeError("odd"))
    assert [o.held for o in report.outcomes] == [True, False]
    assert "TypeError: odd" in report.outcomes[1].detail


def test_a_suspect_of_the_property_is_named_if_the_failure_names_none():
    check = Check(EXERCISE)
    with check.property("bounded", suspect="no-tanh"):
        raise Failed("too large")
    assert check.report().misconceptions == ["no-tanh"]


def test_a_blank_answer_is_put_down_to_no_misconception():
    check = Check(EXERCISE)
    with check.property("bounded", suspect="no-tanh"):
        raise AnswerError("Not answered yet.", blank=True)
    assert check.report().misconceptions == []


def test_an_undeclared_misconception_is_a_bug_of_the_check():
    with pytest.raises(KeyError, match="no misconception 'typo'"):
        checked(Failed("off", "typo"))


def test_a_check_without_properties_is_a_bug():
    with pytest.raises(ValueError, match="tried no property"):
        Check(EXERCISE).report()


def test_a_hint_is_shown_once():
    text = str(checked(Failed("first", "no-tanh"), Failed("second", "no-tanh")))
    assert text.count(IDEA.hint) == 1
    assert "first" in text
    assert "second" in text


def test_adding_a_hidden_run_drops_its_details_and_keeps_its_hint():
    shown = Report("rnn-step", [Outcome("bounded", True)])
    hidden = Report("rnn-step", [Outcome("bounded", False, "got 3.1 for seed 11", IDEA)])
    total = shown + hidden
    assert total.score == 0.0
    assert "3.1" not in str(total) + total._repr_html_()
    assert IDEA.hint in str(total)


def test_adding_a_hidden_run_that_holds_changes_nothing():
    shown = Report("rnn-step", [Outcome("bounded", False, "got 3", IDEA), Outcome("shape", True)])
    total = shown + Report("rnn-step", [Outcome("bounded", True), Outcome("shape", True)])
    assert total.outcomes == shown.outcomes


def test_a_property_that_only_the_hidden_run_tries_counts():
    total = Report("rnn-step", [Outcome("a", True)]) + Report("rnn-step", [Outcome("b", False)])
    assert total.score == 0.5


def test_reports_of_two_exercises_can_not_be_added():
    with pytest.raises(ValueError, match="two exercises"):
        Report("a", [Outcome("x", True)]) + Report("b", [Outcome("x", True)])


def test_html_escapes_what_an_answer_says_and_tells_pass_from_fail():
    failed = checked(Failed("got <script>alert(1)</script>"))._repr_html_()
    assert "<script>" not in failed
    assert "course-report-fail" in failed
    assert "course-report-pass" in checked(None)._repr_html_()


def test_a_floating_point_flag_in_a_check_writes_nothing():
    check = Check(Exercise("quotient", []))
    with check.property("divides"):
        assert np.float64(1) / np.float64(0) == np.inf
    assert check.report().score == 1
    with pytest.warns(RuntimeWarning):
        np.float64(1) / np.float64(0)
