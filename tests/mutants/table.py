"""Shows what became of the mutants: a table with a row for each chapter, and each hole."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Sequence

from tests.mutants.running import Verdict

COLUMNS = ("mutants", "refused", "named", "unnamed", "equivalent", "allowed", "holes", "faults")


def table(verdicts: Sequence[Verdict]) -> str:
    """A row for each chapter and one for all."""
    chapters = sorted({verdict.mutant.original.chapter for verdict in verdicts})
    rows = [(name, [v for v in verdicts if v.mutant.original.chapter == name]) for name in chapters]
    lines = [_row("chapter", COLUMNS)]
    lines += [_row(name, _counts(group)) for name, group in [*rows, ("all", verdicts)]]
    return "\n".join(lines)


def shown(verdict: Verdict) -> str:
    """A hole or a fault: the mutant's name, its change, and what it shows."""
    old, new = verdict.mutant.original.source, verdict.mutant.source
    change = difflib.unified_diff(old.splitlines(), new.splitlines(), n=1, lineterm="")
    text = "\n".join([*list(change)[3:], *verdict.detail.splitlines()])
    return f"{verdict.kind}: {verdict.mutant}\n" + "\n".join(f"    {x}" for x in text.splitlines())


def _counts(verdicts: Sequence[Verdict]) -> list[int]:
    kinds = Counter(verdict.kind for verdict in verdicts)
    unnamed = kinds["unnamed"] + kinds["hung"]
    refused = kinds["named"] + unnamed
    rest = (kinds[kind] for kind in ("equivalent", "allowed", "hole", "fault"))
    return [len(verdicts), refused, kinds["named"], unnamed, *rest]


def _row(name: str, cells: Sequence[object]) -> str:
    return f"{name:<32}" + "".join(f"{cell!s:>11}" for cell in cells)
