"""What grading tells the instructor: each student's points, and what the class has understood."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import mean

from course_utils.grading.class_run.farm import Ran
from course_utils.grading.plugins.release import Check

_CHECK = "check-"  # a check's grade_id is its exercise's, with this in front


@dataclass
class Graded:
    """A student's submission in the grade book.

    Attributes:
      ran: what became of it.
      points: as the grade book has them.
      penalty: for lateness; it is taken off the points already.
    """

    ran: Ran
    points: float
    penalty: float = 0.0

    @property
    def student(self) -> str:
        """Who handed it in."""
        return self.ran.submission.student


def summary(chapter: str, checks: dict[str, Check], graded: Sequence[Graded]) -> str:
    """A line for each student, below it why points are missing that no check took."""
    total = sum(check.points for check in checks.values())
    width = max([len("student"), *(len(entry.student) for entry in graded)])
    lines = [f"{chapter}: {len(graded)} graded, {total:g} points", f"{'student':<{width}}  points"]
    for entry in sorted(graded, key=lambda entry: entry.student):
        late = f"   {entry.penalty:g} taken off, late" if entry.penalty else ""
        lines.append(f"{entry.student:<{width}}  {entry.points:>6g}{late}")
        lines += [f"    {remark}" for remark in _remarks(entry.ran)]
    return "\n".join(lines)


def _remarks(ran: Ran) -> Iterator[str]:
    """What the instructor should know of a submission."""
    for name, verdict in ran.verdicts.items():
        if verdict.cause:
            yield f"{name}: {verdict.cause}"
        if verdict.fault:
            yield f"{name}: {verdict.fault.strip().splitlines()[-1]}"
    for change in ran.changes:
        yield f"put right: {change}"


def class_report(checks: dict[str, Check], graded: Sequence[Graded]) -> str:
    """A line for each exercise: the mean, how many got all, some and none, and what went wrong."""
    names = {name: name.removeprefix(_CHECK) for name in checks}
    width = max([len("exercise"), *map(len, names.values())])
    lines = [f"{'exercise':<{width}}  points  mean   full  part  zero  misconceptions"]
    for name, check in checks.items():
        verdicts = [entry.ran.verdicts[name] for entry in graded if name in entry.ran.verdicts]
        points = [verdict.points for verdict in verdicts]
        full, zero = sum(p >= check.points for p in points), sum(p <= 0 for p in points)
        part, average = len(points) - full - zero, mean(points) if points else 0.0
        found = Counter(slug for verdict in verdicts for slug in verdict.misconceptions)
        told = ", ".join(f"{slug} {count}" for slug, count in found.most_common())
        lines.append(
            f"{names[name]:<{width}}  {check.points:>6g}  {average:<5.3g}  "
            f"{full:>4}  {part:>4}  {zero:>4}  {told}".rstrip()
        )
    return "\n".join(lines)
