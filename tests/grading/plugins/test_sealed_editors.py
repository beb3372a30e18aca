"""What students change around their answers, and editors add, costs nothing or is told."""

import pytest
from nbformat.v4 import new_code_cell

from tests.grading.plugins.test_sealed import FULL, graded, output_of, with_cell
from tests.sealing import SETUP, STEP, notebook

pytestmark = pytest.mark.slow  # the server loads TensorFlow

SETUPS = {
    "magics": f"%matplotlib widget\n%config InlineBackend.figure_format = 'svg'\n{SETUP}",
    "more magics": f"%load_ext autoreload\n%autoreload 2\n%pip install x\n{SETUP}",
    "colab": f"from google.colab import files\n{SETUP}",
    "moved": "",
    "a shell": f"!pip install nothing\n{SETUP}",
    "a typo": f"import nump as np\n{SETUP}",
}


@pytest.mark.parametrize("setup", SETUPS)
def test_the_imports_of_the_release_hold(setup):
    assert graded(notebook(setup=SETUPS[setup])) == FULL


def test_a_module_that_a_cell_writes_can_be_imported():
    written = "%%writefile mine.py\nimport tensorflow as tf\n" + STEP
    submission = with_cell(written, step="from mine import rnn_step")
    assert graded(submission) == FULL


STOPPED = {
    "raise KeyError('lost')\n" + STEP: "stopped with KeyError: 'lost'",
    STEP.replace("tf.tanh(x", "tf.tanh(“x"): "stopped with SyntaxError: invalid character",
    "name = input()\n" + STEP: "stopped with EOFError",
}


@pytest.mark.parametrize("step", STOPPED)
def test_an_answer_that_stopped_is_told_with_its_exception(step):
    submission = notebook(step=step)
    assert graded(submission)["check-rnn-step"] == 0
    assert STOPPED[step] in output_of(submission, "check-rnn-step")


def test_an_answer_below_its_check_is_told():
    submission = notebook(step="")
    submission.cells.append(new_code_cell(STEP))
    assert graded(submission)["check-rnn-step"] == 0
    assert "one below its check does so" in output_of(submission, "check-rnn-step")
