"""What grading tells the instructor: each student's points, and what the class has understood."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import mean

from course_utils.grading.class_run.farm import Ran
from course_utils.grading.plugins.refusal import printable
from course_utils.grading.plugins.release import Check

_SHOWN = 3  # cells of those with the same change
_CHECK = "check-"  # a check's grade_id is its exercise's, with this in front


@dataclass
class Graded:
    """A student's submission in the grade book.

    Attributes:
      ran: what became of it.
      points: as the grade book has them.
      penalty: for lateness; it is taken off the points already.
      waiting: the ids of the questions that a person has yet to grade in formgrader.
      remarks: what else of the grade book the instructor should know.
      late: whether it was handed in after its due date, extensions counted.
    """

    ran: Ran
    points: float
    penalty: float = 0.0
    waiting: Collection[str] = ()
    remarks: Sequence[str] = ()
    late: bool = False

    @property
    def student(self) -> str:
        """Who handed it in."""
        return self.ran.submission.student


def summary(
    chapter: str,
    checks: dict[str, Check],
    graded: Sequence[Graded],
    by_hand: Mapping[str, float] | None = None,
    alike: Sequence[tuple[str, str, Sequence[str]]] = (),
) -> str:
    """What to look at first, then a line for each student, below it what no check took points for.

    Args:
      chapter: its name.
      checks: its checks.
      graded: its submissions.
      by_hand: the points of each question that a person grades.
      alike: pairs of students with answers alike, and in which exercises.
    """
    total = sum(check.points for check in checks.values()) + sum((by_hand or {}).values())
    names = [printable(entry.student) for entry in graded]
    width = max([len("student"), *map(len, names)])
    graded = sorted(graded, key=lambda entry: entry.student)
    lines = [f"{chapter}: {len(graded)} graded, {total:g} points", *_first(graded, alike)]
    lines.append(f"{'student':<{width}}  points")
    for entry in graded:
        late = "   late" if entry.late else ""
        late = f"   {entry.penalty:g} taken off, late" if entry.penalty else late
        lines.append(f"{printable(entry.student):<{width}}  {entry.points:>6g}{late}")
        lines += [f"    {printable(remark)}" for remark in _remarks(entry)]
    return "\n".join(lines)


def _first(
    graded: Sequence[Graded], alike: Sequence[tuple[str, str, Sequence[str]]]
) -> Iterator[str]:
    """Lines on what an instructor looks at before the points."""
    stopped = [
        each.student
        for each in graded
        if any(verdict.cause and not verdict.fault for verdict in each.ran.verdicts.values())
    ]
    late = [each.student for each in graded if each.late]
    same: dict[str, list[str]] = {}
    for each in graded:
        if any(verdict.points for verdict in each.ran.verdicts.values()):  # not left untouched
            same.setdefault(each.ran.key, []).append(each.student)
    equal = [students for students in same.values() if len(students) > 1]
    told = {frozenset(pair) for students in equal for pair in combinations(students, 2)}
    pairs = [
        f"{one} and {other} ({', '.join(exercises)})"
        for one, other, exercises in alike
        if frozenset((one, other)) not in told
    ]
    for title, found in (
        ("did not get to the end", ", ".join(stopped)),
        ("late", ", ".join(late)),
        ("equal", "; ".join(map(" = ".join, equal))),
        ("alike once variables are renamed", "; ".join(pairs)),
    ):
        if found:
            yield printable(f"  {title}: {found}")


def _remarks(entry: Graded) -> Iterator[str]:
    """What the instructor should know of a submission."""
    ran = entry.ran
    yield from entry.remarks
    for name in entry.waiting:
        if name not in ran.verdicts:
            yield f"{name}: to grade by hand"
    for name, verdict in ran.verdicts.items():
        if verdict.cause:
            yield f"{name}: {verdict.cause}"
        if verdict.fault:
            yield f"{name}: {_end(verdict.fault)}"
    cells: dict[str, list[str]] = {}
    for change in ran.changes:
        cell, _, what = change.partition(": ")
        cells.setdefault(what or cell, []).append(cell if what else "")
    for what, named in cells.items():  # one cause is one line
        where = f"{', '.join(named[:_SHOWN])}{' and others' if len(named) > _SHOWN else ''}"
        yield f"put right: {where}: {what}" if named[0] else f"put right: {what}"


def faults(graded: Sequence[Graded]) -> dict[str, str]:
    """The checks that failed themselves, each with what its first traceback ends in."""
    verdicts = [pair for entry in graded for pair in entry.ran.verdicts.items()]
    return {name: _end(verdict.fault) for name, verdict in reversed(verdicts) if verdict.fault}


def _end(traceback: str) -> str:
    return traceback.strip().splitlines()[-1]


def class_report(
    checks: dict[str, Check],
    graded: Sequence[Graded],
    by_hand: Mapping[str, float] | None = None,
) -> str:
    """A line for each exercise: the mean, how many got all, some and none, and what went wrong.

    Args:
      checks: the chapter's checks.
      graded: its submissions. An answer whose check failed itself counts nowhere.
      by_hand: the points of each question that a person grades.
    """
    names = {name: name.removeprefix(_CHECK) for name in (*checks, *(by_hand or {}))}
    width = max([len("exercise"), *map(len, names.values())])
    lines = [f"{'exercise':<{width}}  points  mean   full  part  zero  misconceptions"]
    for name, check in checks.items():
        met = [entry.ran.verdicts[name] for entry in graded if name in entry.ran.verdicts]
        verdicts = [verdict for verdict in met if not verdict.fault]
        points = [verdict.points for verdict in verdicts]
        full = sum(p >= check.points for p in points)
        zero = sum(p <= 0 < check.points for p in points)
        part, average = len(points) - full - zero, mean(points) if points else 0.0
        found = Counter(slug for verdict in verdicts for slug in verdict.misconceptions)
        unjudged = len(met) - len(verdicts)
        told = ", ".join(
            [f"NOT GRADABLE {unjudged}"] * bool(unjudged)
            + [f"{printable(slug)} {count}" for slug, count in found.most_common()]
        )
        lines.append(
            f"{names[name]:<{width}}  {check.points:>6g}  {average:<5.3g}  "
            f"{full:>4}  {part:>4}  {zero:>4}  {told}".rstrip()
        )
    for name, most in (by_hand or {}).items():
        waiting = sum(name in entry.waiting for entry in graded)
        lines.append(f"{name:<{width}}  {most:>6g}  to grade by hand: {waiting} of {len(graded)}")
    return "\n".join(lines)
