"""Prints the table of attacks and what they score: `python -m tests.red_team [--stock]`."""

from __future__ import annotations

import argparse
import sys
from itertools import groupby

from course_utils.grading.wall.walls import Limits
from tests.red_team import ATTACKS
from tests.red_team.course import POINTS, Attack, expected, leaks, scores, seal, shown
from tests.red_team.noisy import NOISE, clean

_HEAD = f"{'attack':<44}{'sealed':>8}{'expected':>10}{'stock':>8}"


def main() -> int:
    """Grades everything; 1 if something scores what it should not, or shows a hidden test."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.red_team", description="Attacks the grading, and prints the scores."
    )
    parser.add_argument(
        "--stock",
        action="store_true",
        help="also grade with nbgrader alone what is safe to run without a wall (minutes)",
    )
    stock = _stock_scores() if parser.parse_args().stock else {}
    print(
        f"Points of {sum(POINTS.values()):g}. Honest answers of an attacker are worth 9.\n\n{_HEAD}"
    )
    wrong = [
        attack
        for line, attacks in groupby(ATTACKS, lambda attack: attack.line)
        for attack in _heading(line, list(attacks))
        if not _row(attack, stock.get(attack.name, ""))
    ]
    noisy = _noise_rows()
    print(f"\n{len(ATTACKS)} attacks, {len(wrong)} gained or lost something they should not.")
    print(f"{len(NOISE)} honest but noisy, {noisy} scored otherwise than the clean one.")
    return 1 if wrong or noisy else 0


def _heading(line: str, attacks: list[Attack]) -> list[Attack]:
    print(f"\n{line}")
    return attacks


def _row(attack: Attack, stock: str) -> bool:
    notebook = attack.notebook()
    verdicts = seal(notebook)
    told = leaks(shown(notebook, verdicts))
    right = attack.held_by(scores(notebook)) and not told
    note = "" if right else f"  WRONG {'leaks ' if told else ''}{scores(notebook)}"
    wanted = sum(expected(attack.earns).values())
    least = wanted - sum(POINTS[name] for name in attack.may_lose)
    span = f"{wanted:g}" if least == wanted else f"{least:g}..{wanted:g}"
    print(f"  {attack.name:<42}{_total(notebook):>8}{span:>10}{stock:>8}{note}", flush=True)
    return right


def _noise_rows() -> int:
    """The honest ones; how many score otherwise than the clean one."""
    print("\nhonest, but noisy")
    first = clean()
    seal(first, Limits())
    differing = 0
    for noise in NOISE:
        notebook = noise.notebook()
        seal(notebook, Limits())
        differing += scores(notebook) != scores(first)
        note = "" if scores(notebook) == scores(first) else f"  WRONG {scores(notebook)}"
        print(f"  {noise.name:<42}{_total(notebook):>8}{_total(first):>10}{note}", flush=True)
    return differing


def _total(notebook: object) -> str:
    return f"{sum(points or 0 for points in scores(notebook).values()):g}"


def _stock_scores() -> dict[str, str]:
    from tests.red_team.stock import stock_scores

    return stock_scores([attack for attack in ATTACKS if attack.stock])


if __name__ == "__main__":
    sys.exit(main())
