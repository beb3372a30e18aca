"""The page for readers of TensorFlow 1: its names exist, none is missing, and its code computes.

TensorFlow has no public way to its old cells any more, but still their code, which is the oracle.
The names of `tf.contrib` are those that TensorFlow 1.15's documentation lists.
"""

import ast
import inspect
import pkgutil
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np
import pytest
import tensorflow as tf
from tensorflow.python.keras.layers.legacy_rnn import rnn_cell_impl as old_cells

import course_utils.cells
from course_utils.cells import BasicRNNCell, GRUCell, LSTMCell, LSTMState
from course_utils.unroll import dynamic_rnn
from course_utils.wrappers import DropoutWrapper, in_training
from tests import ROOT
from tests.course.test_docs import BLOCK

pytestmark = pytest.mark.filterwarnings(
    r"ignore:.(tf\.nn\.rnn_cell|layer\.add_variable).* is deprecated:UserWarning"  # the old cells
)

TEXT = (ROOT / "docs" / "from_tensorflow_1.md").read_text()
TABLES = TEXT.partition("## The tables")[2]
NAME = re.compile(r"`([^`]+)`")

RNN = """
AttentionCellWrapper BidirectionalGridLSTMCell CompiledWrapper Conv1DLSTMCell Conv2DLSTMCell
Conv3DLSTMCell ConvLSTMCell CoupledInputForgetGateLSTMCell EmbeddingWrapper FusedRNNCell
FusedRNNCellAdaptor GLSTMCell GRUBlockCell GRUBlockCellV2 GridLSTMCell HighwayWrapper IndRNNCell
IndyGRUCell IndyLSTMCell InputProjectionWrapper IntersectionRNNCell LSTMBlockCell LSTMBlockFusedCell
LSTMBlockWrapper LayerNormBasicLSTMCell LayerRNNCell NASCell OutputProjectionWrapper PhasedLSTMCell
SRUCell TimeFreqLSTMCell TimeReversedFusedRNN UGRNNCell best_effort_input_batch_size
stack_bidirectional_dynamic_rnn stack_bidirectional_rnn transpose_batch_time
"""
SEQ2SEQ = """
AttentionMechanism AttentionWrapper AttentionWrapperState BahdanauAttention
BahdanauMonotonicAttention BasicDecoder BasicDecoderOutput BeamSearchDecoder BeamSearchDecoderOutput
BeamSearchDecoderState CustomHelper Decoder FinalBeamSearchDecoderOutput GreedyEmbeddingHelper
Helper InferenceHelper LuongAttention LuongMonotonicAttention SampleEmbeddingHelper
ScheduledEmbeddingTrainingHelper ScheduledOutputTrainingHelper TrainingHelper dynamic_decode
gather_tree hardmax monotonic_attention safe_cumprod sequence_loss tile_batch
"""
LEGACY_SEQ2SEQ = """
attention_decoder basic_rnn_seq2seq embedding_attention_decoder embedding_attention_seq2seq
embedding_rnn_decoder embedding_rnn_seq2seq embedding_tied_rnn_seq2seq model_with_buckets
one2many_rnn_seq2seq rnn_decoder sequence_loss sequence_loss_by_example tied_rnn_seq2seq
"""
CUDNN_RNN = """
CudnnCompatibleGRUCell CudnnCompatibleLSTMCell CudnnGRU CudnnGRUSaveable CudnnLSTM CudnnLSTMSaveable
CudnnParamsFormatConverterGRU CudnnParamsFormatConverterLSTM CudnnParamsFormatConverterRelu
CudnnParamsFormatConverterTanh CudnnRNNRelu CudnnRNNReluSaveable CudnnRNNTanh CudnnRNNTanhSaveable
"""
ABOUT_RECURRENCE = re.compile(r"rnn|candidate_sampler|accidental|nce_loss|sampled|embedding_lookup")

RNG = np.random.default_rng(1)
BATCH = RNG.normal(size=[2, 7, 3]).astype(np.float32)
LENGTHS = np.array([7, 4], np.int32)


class Row(NamedTuple):
    """One line of the tables."""

    old: str
    here: str
    differs: str


def rows(text: str) -> list[list[str]]:
    """The cells of all lines of tables in a text, but for headers and rules."""
    lines = re.findall(r"^\| (`.*) \|$", text, re.MULTILINE)
    return [line.split(" | ") for line in lines]


ROWS = [Row(*cells) for cells in rows(TABLES)]
OLD = [NAME.findall(row.old)[0] for row in ROWS]
IN_CHAPTERS = [pair for row in ROWS for pair in re.findall(r"`([\w.]+)`, chapter (\d+)", row.here)]
ORDERS = [
    (name.strip("`"), old, new)
    for name, old, new in rows(TEXT.partition("### Arguments in")[2].partition("###")[0])
]


def resolved(name: str) -> Any:
    """What a dotted name stands for; raises if it stands for nothing."""
    return pkgutil.resolve_name(re.sub(r"^tf\b", "tensorflow", name))


def dotted(text: str) -> list[str]:
    """The names between backquotes that begin with a module and have no call."""
    return [
        name for name in NAME.findall(text) if re.fullmatch(r"(course_utils|keras|tf)[\w.]+", name)
    ]


@pytest.mark.parametrize("row", ROWS, ids=OLD)
def test_what_a_row_names_exists(row: Row) -> None:
    names = NAME.findall(row.here)
    assert names == dotted(row.here), "the middle holds full names only"
    for name in names + [name for name in dotted(row.differs) if name not in OLD]:
        resolved(name)


@pytest.mark.parametrize("row", ROWS, ids=OLD)
def test_a_row_says_where_or_that_there_is_nothing_and_why(row: Row) -> None:
    assert bool(NAME.findall(row.here)) != (row.here == "nothing here")
    assert row.differs.strip().endswith(".")


@pytest.mark.parametrize(("name", "number"), IN_CHAPTERS)
def test_a_chapter_that_a_row_names_tells_of_it(name: str, number: str) -> None:
    (chapter,) = ROOT.glob(f"chapters/{int(number):02}_*.py")
    last = name.rpartition(".")[2]
    assert re.search(rf"\b{last}\b", chapter.read_text()), f"{chapter.name} has no {last}"


def test_every_chapter_stands_behind_a_name() -> None:
    assert len(IN_CHAPTERS) == sum(row.here.count("chapter") for row in ROWS)


def test_no_name_stands_twice() -> None:
    assert len(OLD) == len(set(OLD))
    assert len(OLD) == TABLES.count("\n| `")


def test_every_recurrent_name_of_tf_nn_stands_on_the_left() -> None:
    there = {name for name in dir(tf.compat.v1.nn) if ABOUT_RECURRENCE.search(name)} - {"rnn_cell"}
    assert {"dynamic_rnn", "raw_rnn", "nce_loss", "sampled_softmax_loss"} <= there
    assert {f"tf.nn.{name}" for name in there} == {n for n in OLD if re.match(r"tf\.nn\.[^.]+$", n)}


def test_every_name_of_tf_nn_rnn_cell_stands_on_the_left() -> None:
    source = Path(tf.__file__).parent / "_api" / "v2" / "compat" / "v1" / "nn" / "rnn_cell"
    imports = ast.walk(ast.parse((source / "__init__.py").read_text()))
    cells = {
        alias.name
        for node in imports
        if isinstance(node, ast.ImportFrom) and node.module.endswith("rnn_cell_impl")
        for alias in node.names
    }
    assert {"BasicLSTMCell", "LSTMStateTuple", "ResidualWrapper"} <= cells
    assert {f"tf.nn.rnn_cell.{name}" for name in cells} == {
        name for name in OLD if name.startswith("tf.nn.rnn_cell.")
    }


@pytest.mark.parametrize(
    ("module", "names"),
    [
        ("rnn", RNN),
        ("seq2seq", SEQ2SEQ),
        ("legacy_seq2seq", LEGACY_SEQ2SEQ),
        ("cudnn_rnn", CUDNN_RNN),
    ],
)
def test_every_name_of_tf_contrib_stands_on_the_left(module: str, names: str) -> None:
    prefix = f"tf.contrib.{module}."
    assert {prefix + name for name in names.split()} == {n for n in OLD if n.startswith(prefix)}


def test_the_old_cells_are_not_available() -> None:
    with pytest.raises(AttributeError, match="not available with Keras 3"):
        tf.compat.v1.nn.rnn_cell.BasicLSTMCell  # noqa: B018 - the attribute is what raises
    assert not hasattr(tf.compat.v1, "contrib")


def block(marker: str) -> str:
    """The one block of Python that holds a text."""
    (found,) = (
        body for language, body in BLOCK.findall(TEXT) if language == "python" and marker in body
    )
    return found


def old_tensorflow() -> SimpleNamespace:
    """What `import tensorflow as tf` gave, as far as the example goes."""
    v1 = tf.compat.v1
    nn = SimpleNamespace(dynamic_rnn=v1.nn.dynamic_rnn, rnn_cell=old_cells)
    names = """placeholder float32 int32 reduce_sum trainable_variables clip_by_global_norm
        gradients train Session global_variables_initializer"""
    return SimpleNamespace(nn=nn, **{name: getattr(v1, name) for name in names.split()})


def known_numbers(shape: Any, dtype: Any = None, partition_info: Any = None) -> tf.Tensor:
    """An initializer whose numbers depend on the shape alone."""
    return tf.constant(numbers_of(shape))


def numbers_of(shape: Any) -> np.ndarray:
    return np.random.default_rng(int(np.prod(shape))).uniform(-1, 1, shape).astype(np.float32)


def from_old(name: str) -> Any:
    """A function of the page that brings weights over."""
    namespace: dict[str, Any] = {}
    exec(block("def from_lstm"), namespace)
    return namespace[name]


def test_the_example_prints_the_same_losses_on_both_sides(
    capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = block("tf.Session"), block("make_update(loss")
    given = {"batch": BATCH, "lengths": LENGTHS}
    with tf.Graph().as_default(), tf.compat.v1.variable_scope("", initializer=known_numbers):
        exec(old.replace("import tensorflow as tf\n", ""), {"tf": old_tensorflow(), **given})
    old_losses = np.array(capsys.readouterr().out.split(), float)

    cell = LSTMCell(5)
    cell.set_weights(from_old("from_lstm")(numbers_of([8, 20]), np.zeros(20, np.float32)))
    monkeypatch.setattr(course_utils.cells, "LSTMCell", lambda units: {5: cell}[units])
    exec(new, given)
    losses = np.array(capsys.readouterr().out.split(), float)

    assert len(losses) == 3
    assert np.all(np.diff(losses) < -1e-4)
    np.testing.assert_allclose(losses, old_losses, rtol=1e-5)


@pytest.mark.parametrize(
    ("old", "new", "function"),
    [
        (lambda: old_cells.BasicRNNCell(5), BasicRNNCell(5), "from_basic_rnn"),
        (lambda: old_cells.BasicLSTMCell(5), LSTMCell(5), "from_lstm"),
        (lambda: old_cells.LSTMCell(5), LSTMCell(5), "from_lstm"),
        (lambda: old_cells.GRUCell(5), GRUCell(5, reset_after=False), "from_gru"),
    ],
    ids=["BasicRNNCell", "BasicLSTMCell", "LSTMCell", "GRUCell"],
)
def test_an_old_cells_weights_give_the_old_numbers(old: Any, new: Any, function: str) -> None:
    old = old()
    old.build(tf.TensorShape([None, 3]))
    values = [numbers_of(variable.shape) for variable in old.variables]
    old.set_weights(values)
    theirs, their_state = tf.compat.v1.nn.dynamic_rnn(old, BATCH, LENGTHS, dtype=tf.float32)
    new.set_weights(from_old(function)(*values))
    ours, our_state = dynamic_rnn(new, BATCH, LENGTHS)
    np.testing.assert_allclose(ours, theirs, atol=1e-6)
    assert not np.any(ours[1, 4:])
    if isinstance(our_state, LSTMState):
        np.testing.assert_allclose(our_state.c, their_state.c, atol=1e-6)
        our_state, their_state = our_state.h, their_state.h
    np.testing.assert_allclose(our_state, their_state, atol=1e-6)


def test_old_peepholes_are_appended() -> None:
    old, new = old_cells.LSTMCell(5, use_peepholes=True), LSTMCell(5, use_peepholes=True)
    old.build(tf.TensorShape([None, 3]))
    values = {v.name.split("/")[-1].split(":")[0]: v for v in old.variables}
    for i, variable in enumerate(values.values()):
        variable.assign(np.random.default_rng(i).uniform(-1, 1, variable.shape))
    given = {name: variable.numpy() for name, variable in values.items()}
    (peepholes,) = re.findall(r"`(np\.stack\(.*?\))`", TEXT)
    weights = from_old("from_lstm")(given["kernel"], given["bias"])
    new.set_weights([*weights, eval(peepholes, {"np": np, **given})])
    theirs, _ = tf.compat.v1.nn.dynamic_rnn(old, BATCH, dtype=tf.float32)
    np.testing.assert_allclose(dynamic_rnn(new, BATCH)[0], theirs, atol=1e-6)


@pytest.mark.parametrize(("name", "old", "new"), ORDERS, ids=[name for name, *_ in ORDERS])
def test_arguments_stand_in_the_order_that_the_page_says(name: str, old: str, new: str) -> None:
    theirs = getattr(tf.compat.v1.nn, name, None) or getattr(old_cells, name)
    if name == "DropoutWrapper":  # its own constructor takes anything, and hands it on
        theirs = inspect.getmro(theirs)[1]
    (ours,) = {full for full in dotted(TABLES) if re.fullmatch(rf"course_utils.*\.{name}", full)}
    assert list(inspect.signature(theirs).parameters)[: len(old.split(", "))] == old.split(", ")
    assert list(inspect.signature(resolved(ours)).parameters) == new.split(", ")


def test_what_stood_in_the_place_of_something_else_is_refused() -> None:
    cell, inputs = DropoutWrapper(LSTMCell(5)), BATCH[:, 0]
    loss = pkgutil.resolve_name("course_utils.seq2seq.sequence_loss")
    with pytest.raises(TypeError, match="training must be True or False, got 'scope'"):
        cell(inputs, cell.zero_state(2), "scope")
    with pytest.raises(TypeError, match=r"weights=\.\.\."):
        loss(np.zeros([2, 3, 4]), np.ones([2, 3], int), np.ones([2, 3]))


def test_an_old_pair_of_states_is_matched_by_name() -> None:
    c, h = np.full([2, 5], 2, np.float32), np.full([2, 5], 3, np.float32)
    cell = LSTMCell(5)
    by_name, _ = dynamic_rnn(cell, BATCH, initial_state=old_cells.LSTMStateTuple(c, h))
    ours, _ = dynamic_rnn(cell, BATCH, initial_state=LSTMState(h=h, c=c))
    exchanged, _ = dynamic_rnn(cell, BATCH, initial_state=(c, h))
    np.testing.assert_array_equal(by_name, ours)
    assert np.abs(exchanged - ours).max() > 0.1


def test_biases_begin_where_the_page_says() -> None:
    old_gru = old_cells.GRUCell(2)
    old_gru.build(tf.TensorShape([None, 3]))
    assert old_gru.variables[1].numpy().tolist() == [1] * 4
    gru, lstm = GRUCell(2, reset_after=False), LSTMCell(2)
    for cell in (gru, lstm):
        cell(BATCH[:, 0], cell.zero_state(2))
    assert gru.bias.numpy().tolist() == [0] * 6
    assert lstm.bias.numpy().tolist() == [0, 0, 1, 1, 0, 0, 0, 0]


def test_a_length_beyond_the_end_counted_as_full_and_is_an_error() -> None:
    cell = BasicRNNCell(5)
    beyond, _ = tf.compat.v1.nn.dynamic_rnn(cell, BATCH, [9, 7], dtype=tf.float32)
    np.testing.assert_array_equal(
        beyond, tf.compat.v1.nn.dynamic_rnn(cell, BATCH, dtype=tf.float32)[0]
    )
    with pytest.raises(ValueError, match=r"sequence_length must be in 0\.\.7"):
        dynamic_rnn(cell, BATCH, [9, 7])


def test_dropout_dropped_always_and_drops_in_training() -> None:
    old = old_cells.DropoutWrapper(old_cells.BasicRNNCell(50), output_keep_prob=0.5)
    outputs, _ = tf.compat.v1.nn.dynamic_rnn(old, BATCH, dtype=tf.float32)
    assert np.any(outputs == 0)
    new = DropoutWrapper(BasicRNNCell(50), output_keep_prob=0.5)
    assert not np.any(dynamic_rnn(new, BATCH)[0] == 0)
    assert np.any(dynamic_rnn(in_training(new), BATCH)[0] == 0)


@pytest.mark.parametrize("module", [tf.nn, tf.compat.v1.nn], ids=["now", "then"])
def test_sampled_softmax_leaves_out_hits_and_nce_does_not(module: Any) -> None:
    for loss, leaves_out in ((module.sampled_softmax_loss, True), (module.nce_loss, False)):
        default = inspect.signature(loss).parameters["remove_accidental_hits"].default
        assert default is leaves_out
