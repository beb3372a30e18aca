"""What an exception says, without what libraries wrap around it."""

import pytest
import tensorflow as tf

from course_utils.checks.engine.exceptions import text_of


class Layer(tf.keras.layers.Layer):
    def call(self, x):
        return x @ tf.ones([7, 7])


def condition(x):
    if x:
        return 1
    return 2


def through_keras(x):
    return Layer()(x)


def caught(function, *args):
    with pytest.raises((ValueError, tf.errors.InvalidArgumentError)) as error:
        function(*args)
    return error.value


@pytest.mark.parametrize("run", [through_keras, tf.function(through_keras)])
def test_of_keras_its_own_sentence_is_left(run):
    text = text_of(caught(run, tf.ones([2, 3])))
    assert "[2,3]" in text
    assert "[7,7]" in text
    assert not any(part in text for part in ("encountered", "Arguments", "user code", "{{", "\x1b"))


def test_of_autograph_its_own_sentence_is_left():
    error = caught(tf.function(condition), tf.ones([2]))
    assert "in user code" in str(error)
    text = text_of(error)
    assert text.startswith("ValueError: condition of if statement expected to be `tf.bool` scalar")
    assert text.endswith("use `is not None`")


def test_a_message_of_several_lines_is_kept_and_a_very_long_one_cut():
    assert text_of(ValueError("first\nsecond")) == "ValueError: first\nsecond"
    assert text_of(KeyError()) == "KeyError"
    long = text_of(ValueError("\n".join(map(str, range(999)))))
    assert long.endswith("\n11 ...")
    assert len(text_of(ValueError("x" * 9999))) < 1010
