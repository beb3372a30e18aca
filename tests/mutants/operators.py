"""The changes: each operator takes a node of a syntax tree and gives the nodes to put in its place.

An operator knows nothing of the tree around its node but what a `Place` says.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import libcst as cst
import libcst.matchers as m

from tests.mutants.near_functions import NEAR

Nodes = Iterator[cst.CSTNode]


@dataclass(frozen=True)
class Place:
    """What an operator may know of the tree around a node.

    Attributes:
      loaded: whether the node is a name that is read, not one that is set.
      names: the parameters and variables of the function around it, in their order.
    """

    loaded: bool
    names: Sequence[str]


BINARY: dict[type[cst.BaseBinaryOp], type[cst.BaseBinaryOp]] = {
    cst.Add: cst.Subtract,
    cst.Subtract: cst.Add,
    cst.Multiply: cst.Divide,
    cst.Divide: cst.Multiply,
    cst.FloorDivide: cst.Multiply,
    cst.Modulo: cst.FloorDivide,
    cst.Power: cst.Multiply,
    cst.MatrixMultiply: cst.Multiply,
}
AUGMENTED: dict[type[cst.BaseAugOp], type[cst.BaseAugOp]] = {
    cst.AddAssign: cst.SubtractAssign,
    cst.SubtractAssign: cst.AddAssign,
    cst.MultiplyAssign: cst.DivideAssign,
    cst.DivideAssign: cst.MultiplyAssign,
}
COMPARED: dict[type[cst.BaseCompOp], Sequence[type[cst.BaseCompOp]]] = {
    cst.LessThan: [cst.LessThanEqual, cst.GreaterThan],
    cst.LessThanEqual: [cst.LessThan, cst.GreaterThanEqual],
    cst.GreaterThan: [cst.GreaterThanEqual, cst.LessThan],
    cst.GreaterThanEqual: [cst.GreaterThan, cst.LessThanEqual],
    cst.Equal: [cst.NotEqual],
    cst.NotEqual: [cst.Equal],
    cst.In: [cst.NotIn],
    cst.NotIn: [cst.In],
    cst.Is: [cst.IsNot],
    cst.IsNot: [cst.Is],
}
ONE_SIDE_MATTERS = (cst.Subtract, cst.Divide, cst.FloorDivide, cst.Power, cst.MatrixMultiply)


def binary_operator(node: cst.CSTNode, _place: Place) -> Nodes:
    """`a + b` -> `a - b`, `a += b` -> `a -= b`."""
    if isinstance(node, cst.BinaryOperation) and type(node.operator) in BINARY:
        yield _in_parentheses(node.with_changes(operator=BINARY[type(node.operator)]()))
    if isinstance(node, cst.AugAssign) and type(node.operator) in AUGMENTED:
        yield node.with_changes(operator=AUGMENTED[type(node.operator)]())


def operand(node: cst.CSTNode, _place: Place) -> Nodes:
    """`a - b` -> `a`, `b`, `b - a`; `a and b` -> `a`, `b`; `-a` -> `a`."""
    if isinstance(node, (cst.BinaryOperation, cst.BooleanOperation)):
        left, right = _in_parentheses(node.left), _in_parentheses(node.right)
        yield from (left, right)
        if isinstance(node.operator, ONE_SIDE_MATTERS):
            yield _in_parentheses(node.with_changes(left=right, right=left))
    if isinstance(node, cst.UnaryOperation):
        yield _in_parentheses(node.expression)


def constant(node: cst.CSTNode, _place: Place) -> Nodes:
    """`2` -> `3`, `1`; `0.5` -> `0.75`; `True` -> `False`."""
    if isinstance(node, cst.Integer):
        value = int(node.value, 0)
        yield cst.Integer(str(value + 1))
        yield cst.Integer(str(value - 1)) if value else cst.parse_expression("(-1)")
    if isinstance(node, cst.Float):
        value = float(node.value)
        yield cst.Float(repr(1.5 * value if value else 1.0))
    if m.matches(node, m.Name("True") | m.Name("False")):
        yield cst.Name("False" if m.matches(node, m.Name("True")) else "True")


def comparison(node: cst.CSTNode, _place: Place) -> Nodes:
    """`a < b` -> `a <= b`, `a > b`; `and` -> `or`."""
    if isinstance(node, cst.Comparison):
        for i, target in enumerate(node.comparisons):
            for operator in COMPARED[type(target.operator)]:
                changed = [*node.comparisons]
                changed[i] = target.with_changes(operator=_spaced(operator))
                yield _in_parentheses(node.with_changes(comparisons=changed))
    if isinstance(node, cst.BooleanOperation):
        other = cst.Or() if isinstance(node.operator, cst.And) else cst.And()
        yield _in_parentheses(node.with_changes(operator=other))


def argument(node: cst.CSTNode, _place: Place) -> Nodes:
    """`f(a, b, k=c)` -> `f(b, k=c)`, `f(a, k=c)`, `f(a, b)`, `f(b, a, k=c)`; `f(a)` -> `a`."""
    if not isinstance(node, cst.Call):
        return
    plain = [i for i, arg in enumerate(node.args) if not arg.keyword and not arg.star]
    if len(node.args) > 1:
        for i in range(len(node.args)):
            yield node.with_changes(args=_commas([*node.args[:i], *node.args[i + 1 :]]))
    for i, j in itertools.pairwise(plain):
        args = [*node.args]
        args[i], args[j] = args[j], args[i]
        yield node.with_changes(args=_commas(args))
    if plain:
        yield _in_parentheses(node.args[plain[0]].value)


def name(node: cst.CSTNode, place: Place) -> Nodes:
    """A parameter or variable -> the next one of its function, the last one -> the first."""
    if isinstance(node, cst.Name) and place.loaded and len(place.names) > 1:
        here = place.names.index(node.value) if node.value in place.names else None
        if here is not None:
            yield cst.Name(place.names[(here + 1) % len(place.names)])


def part(node: cst.CSTNode, _place: Place) -> Nodes:
    """`x[a:b]` -> `x[:b]`, `x[a:]`; `x[a:]` -> `x[a:-1]`; `x[:b]` -> `x[1:b]`."""
    if isinstance(node, cst.Slice):
        if node.step is not None:
            yield node.with_changes(step=None, second_colon=cst.MaybeSentinel.DEFAULT)
        yield node.with_changes(lower=None if node.lower else cst.Integer("1"))
        yield node.with_changes(upper=None if node.upper else cst.parse_expression("-1"))


def branch(node: cst.CSTNode, _place: Place) -> Nodes:
    """The test of an `if` or of `a if test else b` -> True, False; a filter goes."""
    if isinstance(node, (cst.If, cst.IfExp)):
        yield from (node.with_changes(test=cst.Name(value)) for value in ("True", "False"))
    if isinstance(node, cst.CompFor) and node.ifs:
        yield node.with_changes(ifs=[])


def loop(node: cst.CSTNode, _place: Place) -> Nodes:
    """A loop without its first or its last turn; `break` and `continue` go, `while` never runs."""
    if isinstance(node, (cst.For, cst.CompFor)):
        turns = cst.Call(cst.Name("list"), [cst.Arg(node.iter)])
        for cut in ("[1:]", "[:-1]"):
            shorter = cst.parse_expression("turns" + cut)
            yield node.with_changes(iter=shorter.with_changes(value=turns))
    if isinstance(node, (cst.Break, cst.Continue)):
        yield cst.Pass()
    if isinstance(node, cst.While):
        yield node.with_changes(test=cst.Name("False"))


def statement(node: cst.CSTNode, _place: Place) -> Nodes:
    """A call that stands alone, `a += b` and `raise` go."""
    alone = isinstance(node, cst.Expr) and isinstance(node.value, cst.Call)
    if alone or isinstance(node, (cst.AugAssign, cst.Raise)):
        yield cst.Pass()


def near_function(node: cst.CSTNode, _place: Place) -> Nodes:
    """`tf.tanh(x)` -> `tf.sigmoid(x)`, and other near ones; `x.T` -> `x`."""
    if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute):
        for near in NEAR.get(node.func.attr.value, ()):
            yield node.with_deep_changes(node.func, attr=cst.Name(near))
    if isinstance(node, cst.Call) and isinstance(node.func, cst.Name):
        for near in NEAR.get(node.func.value, ()):
            yield node.with_changes(func=cst.Name(near))
    if m.matches(node, m.Attribute(attr=m.Name("T"))):
        yield node.value


OPERATORS: Sequence[Callable[[cst.CSTNode, Place], Nodes]] = (
    binary_operator,
    operand,
    constant,
    comparison,
    argument,
    name,
    part,
    branch,
    loop,
    statement,
    near_function,
)


def _in_parentheses(node: cst.BaseExpression) -> cst.BaseExpression:
    if node.lpar or isinstance(node, (cst.Name, cst.Attribute, cst.Call, cst.Integer)):
        return node
    return node.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])


def _spaced(operator: type[cst.BaseCompOp]) -> cst.BaseCompOp:
    return operator(whitespace_before=cst.SimpleWhitespace(" "))


def _commas(args: Sequence[cst.Arg]) -> list[cst.Arg]:
    """The arguments with commas between them; where one stood on a line of its own, no matter."""
    return [arg.with_changes(comma=cst.MaybeSentinel.DEFAULT) for arg in args]
