"""Named measurements on a student's object, made in the process where the object lives.

Each takes the object and plain arguments and returns plain values. They are for properties that
values alone can't show: which variables a call uses, which graphs it traces.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from unittest import mock

from tensorflow.python.framework.func_graph import FuncGraph


def traced_graphs(function: Callable[..., Any], *args: Any) -> tuple[Any, list[int]]:
    """Calls the function and watches which graphs it traces.

    Args:
      function: the object to measure.
      *args: what to call it with.

    Returns:
      The call's result, and the number of operations of each graph that was traced meanwhile.
    """
    graphs = []
    original = FuncGraph.__init__

    def watched(graph: FuncGraph, *args: Any, **kwargs: Any) -> None:
        original(graph, *args, **kwargs)
        graphs.append(graph)

    with mock.patch.object(FuncGraph, "__init__", watched):
        result = function(*args)
    return result, [len(graph.get_operations()) for graph in graphs]
