"""The report of a check: one line a property, the misconception it points to, and the points."""

from __future__ import annotations

import traceback
from dataclasses import dataclass, replace
from html import escape

from IPython import get_ipython
from IPython.display import display

_GREEN, _RED = "#1b7f4d", "#b3261e"
_UNJUDGED = "; not gradable, for the check itself failed"
_FAULT = "The check itself failed here, which is no fault of your answer: tell your instructor."


@dataclass(frozen=True)
class Misconception:
    """A known wrong idea.

    Attributes:
      slug: its id, as in "no-tanh"; an answer bank file is named after it.
      name: what the reader sees, as in "the tanh is missing".
      hint: what to think about next; it never gives the answer away.
    """

    slug: str
    name: str
    hint: str


@dataclass(frozen=True)
class Outcome:
    """What became of one property.

    Attributes:
      name: the property, a sentence that is true of a right answer.
      held: whether the answer has it.
      detail: on a failure, what was seen and what was expected.
      misconception: on a failure, the known wrong idea behind it, if one fits.
      fault: a traceback, if the check itself failed: then the property was not tried.
    """

    name: str
    held: bool
    detail: str = ""
    misconception: Misconception | None = None
    fault: str = ""

    @classmethod
    def of_fault(cls, name: str, error: Exception) -> Outcome:
        """The outcome of a property that a fault of the check kept from being tried."""
        detail = f"{_FAULT} ({type(error).__name__}: {error})"
        return cls(name, False, detail, fault="".join(traceback.format_exception(error)))

    def merged_with(self, hidden: Outcome) -> Outcome:
        """This outcome and that of a further run; the further run's detail stays hidden."""
        if hidden.fault and not self.fault:
            return replace(hidden, detail=_FAULT)
        if not self.held or hidden.held:
            return self
        return replace(hidden, detail="This fails for other inputs than the ones tried before.")


class Report:
    """The outcomes of one exercise's check.

    Adding a second report merges the two by property: a property holds if it holds in both. The
    details of the added report are dropped, because a hidden test's values must not be shown.

    >>> report = Report("rnn-step", [Outcome("has the right shape", True),
    ...                              Outcome("ends in tanh", False, "got 3.1, expected 0.99")])
    >>> report.score
    0.5
    >>> (report + Report("rnn-step", [Outcome("has the right shape", False)])).score
    0.0
    """

    def __init__(self, exercise: str, outcomes: list[Outcome]) -> None:
        if not outcomes:
            raise ValueError(
                f"The check of {exercise!r} tried no property: it must try at least one."
            )
        self.exercise = exercise
        self.outcomes = outcomes

    @property
    def held(self) -> int:
        """How many properties hold."""
        return sum(outcome.held for outcome in self.outcomes)

    @property
    def score(self) -> float:
        """The share of the properties that hold, in 0..1."""
        return self.held / len(self.outcomes)

    @property
    def fault(self) -> str:
        """The traceback of the first property that a fault of the check kept from being tried."""
        return next((outcome.fault for outcome in self.outcomes if outcome.fault), "")

    @property
    def misconceptions(self) -> list[str]:
        """Slugs of the misconceptions found, each once, the first found first."""
        found = [o.misconception.slug for o in self.outcomes if not o.held and o.misconception]
        return list(dict.fromkeys(found))

    def __add__(self, other: Report) -> Report:
        if other.exercise != self.exercise:
            raise ValueError(
                f"Can't add the reports of two exercises: {self.exercise!r} and {other.exercise!r}."
            )
        further = {outcome.name: outcome for outcome in other.outcomes}
        merged = [o.merged_with(further.pop(o.name, o)) for o in self.outcomes]
        blank = [Outcome(o.name, True).merged_with(o) for o in further.values()]
        return Report(self.exercise, merged + blank)

    def record(self) -> dict[str, object]:
        """What a class report needs to know of this report, in plain types."""
        return {
            "exercise": self.exercise,
            "held": self.held,
            "properties": len(self.outcomes),
            "misconceptions": self.misconceptions,
            **({"faulty": True} if self.fault else {}),
        }

    def points(self, maximum: float) -> float:
        """Shows the report and returns the points, in proportion to the properties that hold.

        Args:
          maximum: the points of a right answer.

        Returns:
          A float in 0..maximum, rounded to two digits; nbgrader reads it as partial credit.

        >>> Report("rnn-step", [Outcome("ends in tanh", True)]).points(6)
        rnn-step: 6 of 6 points, 1 of 1 properties hold
          pass  ends in tanh
        6.0
        """
        points = round(maximum * self.score, 2)
        shown = _Shown(self, points, maximum)
        if get_ipython() is None:
            print(shown)
        else:
            display(shown, metadata={"unrolled": self.record()})
        return points

    def __repr__(self) -> str:
        return _text(self, f"{self.held} of {len(self.outcomes)} properties hold")

    def _repr_html_(self) -> str:
        return _html(self, f"{self.held} of {len(self.outcomes)} properties hold")


class _Shown:
    """A report as `points` shows it: with the points in its heading."""

    def __init__(self, report: Report, points: float, maximum: float) -> None:
        self.report = report
        self.heading = (
            f"{points:g} of {maximum:g} points, "
            f"{report.held} of {len(report.outcomes)} properties hold"
            f"{_UNJUDGED if report.fault else ''}"
        )

    def __repr__(self) -> str:
        return _text(self.report, self.heading)

    def _repr_html_(self) -> str:
        return _html(self.report, self.heading)


def _notes(report: Report) -> list[tuple[Outcome, str, Misconception | None]]:
    """Each outcome with its detail and misconception, leaving out what an earlier line said."""
    said: set[str] = set()
    notes = []
    for outcome in report.outcomes:
        detail, idea = outcome.detail, outcome.misconception
        notes.append(
            (
                outcome,
                "" if detail in said else detail,
                None if idea and idea.slug in said else idea,
            )
        )
        said |= {detail} | ({idea.slug} if idea else set())
    return notes


def _text(report: Report, heading: str) -> str:
    lines = [f"{report.exercise}: {heading}"]
    for outcome, detail, misconception in _notes(report):
        mark = "pass" if outcome.held else "not tried:" if outcome.fault else "FAIL"
        lines.append(f"  {mark}  {outcome.name}")
        if detail and not outcome.held:
            lines.append(f"        {detail}")
        if misconception and not outcome.held:
            lines.append(f"        It looks as if {misconception.name}.")
            lines.append(f"        Hint: {misconception.hint}")
    return "\n".join(lines)


def _html(report: Report, heading: str) -> str:
    passed = report.held == len(report.outcomes)
    colour, verdict = (_GREEN, "pass") if passed else (_RED, "fail")
    lines = "".join(_html_line(*note) for note in _notes(report))
    return (
        f'<div class="course-report course-report-{verdict}" style="border-left:4px solid {colour};'
        f'padding:.4em .9em;margin:.3em 0;line-height:1.45">'
        f'<div><b style="color:{colour}">{escape(report.exercise)}</b>: {escape(heading)}</div>'
        f'<ul style="list-style-type:none;padding:0;margin:.3em 0 0 0">{lines}</ul></div>'
    )


def _html_line(outcome: Outcome, detail: str, misconception: Misconception | None) -> str:
    colour, mark, word = (_GREEN, "✓", "pass") if outcome.held else (_RED, "✗", "fail")
    if outcome.fault:
        mark, word = "?", "not tried"
    parts = [
        f'<span style="color:{colour};font-weight:bold" title="{word}">{mark}</span> '
        f"{escape(outcome.name)}"
    ]
    indent = 'style="margin-left:1.4em"'
    if detail and not outcome.held:
        parts.append(f"<div {indent}>{escape(detail)}</div>")
    if misconception and not outcome.held:
        parts.append(
            f'<div class="course-hint" {indent}><i>It looks as if {escape(misconception.name)}.'
            f"</i><br><b>Hint:</b> {escape(misconception.hint)}</div>"
        )
    return f"<li>{''.join(parts)}</li>"
