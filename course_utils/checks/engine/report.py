"""The report of a check: one line a property, the misconception it points to, and the points."""

from __future__ import annotations

import re
import traceback
from dataclasses import dataclass, replace
from fractions import Fraction
from html import escape

from IPython import get_ipython
from IPython.display import display

from course_utils.checks.engine.stale import stale_note
from course_utils.theme import STYLE, variable

_GREEN, _RED, _GREY = variable("passed"), variable("failed"), variable("other")
_LEFT = Fraction(1, 3)  # of the points, at least, if all that is wrong has one name
_BLANK = "Not answered yet."
_TRY = "To see it, run this in a cell of its own:"
_UNJUDGED = "; not gradable, for the check itself failed"
_OTHER_INPUTS = "This fails for other inputs than the ones tried before."
_FAULT = "The check itself failed here, which is no fault of your answer: tell your instructor."


@dataclass(frozen=True)
class Misconception:
    """A known wrong idea.

    Attributes:
      slug: its id, as in "no-tanh"; an answer bank file is named after it.
      name: what the reader sees, as in "the tanh is missing".
      hint: what to think about next; it never gives the answer away.
      raises: a pattern for the exceptions that it leads to, type and message, if it raises.
      raises_in: a pattern for the probes in which alone it raises, as in a trace, or for the names
        of the properties that ask for what raises; "" for anywhere.
      whole: whether the exercise is about just this, so that it costs all that fails for it.
    """

    slug: str
    name: str
    hint: str
    raises: str = ""
    raises_in: str = ""
    whole: bool = False

    def explains(self, exception: str, probe: str, property_name: str) -> bool:
        """Whether an exception's text is one that it leads to, and in such a place."""
        places = (probe, property_name)
        if not self.raises or not any(re.search(self.raises_in, place) for place in places):
            return False
        return re.search(self.raises, exception) is not None


@dataclass(frozen=True)
class Outcome:
    """What became of one property.

    Attributes:
      name: the property, a sentence that is true of a right answer.
      held: whether the answer has it.
      detail: on a failure, what was seen and what was expected.
      misconception: on a failure, the known wrong idea behind it, if one fits.
      fault: a traceback, if the check itself failed: then the property was not tried.
      blank: whether it fails because the exercise is not answered yet.
      waits_for: the name of another property that fails, if this one can't be judged without it:
        then it was not looked at.
      call: on a failure, the text of a cell that shows it.
      cause: on a failure, the slug of what it is put down to when points are given, if to anything.
      slip: whether the answer's values show that nothing else is wrong.
    """

    name: str
    held: bool
    detail: str = ""
    misconception: Misconception | None = None
    fault: str = ""
    blank: bool = False
    waits_for: str = ""
    call: str = ""
    cause: str = ""
    slip: bool = False

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
        detail = "" if hidden.waits_for else _OTHER_INPUTS
        return replace(hidden, detail=detail, call="")


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
        """What the answer is worth, in 0..1.

        Each property counts the same. Those that fail for one and the same named reason cost what
        one of them costs, if the answer's values show that nothing else is wrong; in any case they
        cost two thirds of all at most. If the exercise is about just that reason, each counts.
        """
        count, lost = len(self.outcomes), Fraction(0)
        for cause, outcomes in self._by_cause().items():
            cost = 1 if cause and all(o.slip for o in outcomes) else len(outcomes)
            lost += min(Fraction(cost), (1 - _LEFT) * count) if cause else cost
        return float(1 - lost / count)

    def _by_cause(self) -> dict[str, list[Outcome]]:
        """The outcomes that do not hold by the slug of their cause, "" for those with none."""
        causes: dict[str, list[Outcome]] = {}
        put_down: dict[str, Outcome] = {}
        for outcome in self.outcomes:
            if not outcome.held:
                first = put_down.get(outcome.waits_for, outcome)
                put_down[outcome.name] = first
                causes.setdefault(first.cause, []).append(first)
        return causes

    @property
    def blank(self) -> bool:
        """Whether the exercise is not answered yet."""
        tried = [outcome for outcome in self.outcomes if not outcome.waits_for]
        return all(outcome.blank for outcome in tried)

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

    def points(self, maximum: float) -> Points:
        """Shows the report and returns the points.

        Args:
          maximum: the points of a right answer.

        Returns:
          A float in 0..maximum, rounded to two digits; nbgrader reads it as partial credit.

        >>> Report("rnn-step", [Outcome("ends in tanh", True)]).points(6)
        rnn-step: 6 of 6 points, 1 of 1 properties hold
          pass  ends in tanh
        6.0
        """
        points = Points(round(maximum * self.score, 2))
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


class Points(float):
    """Points that nbgrader can read; a notebook shows the report above them, and not them."""

    def _repr_html_(self) -> str:
        return ""


class _Shown:
    """A report as `points` shows it: with the points in its heading."""

    def __init__(self, report: Report, points: float, maximum: float) -> None:
        self.report = report
        self.heading = (
            f"{points:g} of {maximum:g} points, "
            f"{report.held} of {len(report.outcomes)} properties hold"
            f"{_UNJUDGED if report.fault else ''}"
        )
        self.note = stale_note()

    def __repr__(self) -> str:
        note = f"{self.note}\n" if self.note else ""
        return note + _text(self.report, self.heading)

    def _repr_html_(self) -> str:
        note = f'<p style="color:{_RED}"><b>{escape(self.note)}</b></p>' if self.note else ""
        return _html(self.report, self.heading, note)


def _notes(report: Report) -> list[tuple[Outcome, list[str], str]]:
    """Each outcome with the lines below it and its call.

    A hint that an earlier one gave is not repeated, nor is a call for the very same reason.
    """
    given: set[str] = set()
    notes = []
    for outcome in report.outcomes:
        lines = []
        if outcome.waits_for:
            lines.append(f"Not looked at: it can be judged once “{outcome.waits_for}” holds.")
        elif not outcome.held:
            lines += outcome.detail.splitlines()
        if idea := outcome.misconception:
            again = ", as above" if idea.slug in given else ""
            lines.append(f"It looks as if {idea.name}{again}.")
            lines += [] if again else [f"Hint: {idea.hint}"]
            given.add(idea.slug)
        call = "" if outcome.detail in given else outcome.call
        given.add(outcome.detail)
        notes.append((outcome, lines, call))
    return notes


def _word(outcome: Outcome) -> str:
    if outcome.held:
        return "pass"
    return "not tried:" if outcome.fault else "   -" if outcome.waits_for else "FAIL"


def _text(report: Report, heading: str) -> str:
    if report.blank:
        return f"{report.exercise}: {_BLANK}"
    lines = [f"{report.exercise}: {heading}"]
    for outcome, notes, call in _notes(report):
        lines.append(f"  {_word(outcome)}  {outcome.name}")
        lines += [f"        {note}" for note in notes]
        if call:
            lines.append(f"        {_TRY}")
            lines += [f"            {line}" for line in call.splitlines()]
    return "\n".join(lines)


def _html(report: Report, heading: str, note: str = "") -> str:
    """The report as HTML, below a note; a screen reader tells it when it appears."""
    if report.blank:
        colour, verdict, heading, lines = _GREY, "blank", _BLANK, ""
    else:
        passed = report.held == len(report.outcomes)
        colour, verdict = (_GREEN, "pass") if passed else (_RED, "fail")
        lines = "".join(_html_line(*note) for note in _notes(report))
        lines = f'<ul style="list-style-type:none;padding:0;margin:.3em 0 0 0">{lines}</ul>'
    return (
        f'{STYLE}{note}<div class="course-report course-report-{verdict}" role="status" '
        f'style="border-left:4px solid {colour};padding:.4em .9em;margin:.3em 0;line-height:1.45">'
        f'<div role="heading" aria-level="4"><b style="color:{colour}">{escape(report.exercise)}'
        f"</b>: {escape(heading)}</div>{lines}</div>"
    )


def _html_line(outcome: Outcome, notes: list[str], call: str) -> str:
    colour, mark, word = (_GREEN, "✓", "pass") if outcome.held else (_RED, "✗", "fail")
    if outcome.fault:
        mark, word = "?", "not tried"
    if outcome.waits_for:
        colour, mark, word = _GREY, "–", "not looked at"
    indent = 'style="margin-left:1.4em"'
    parts = [
        f'<span role="img" aria-label="{word}:" title="{word}" '
        f'style="color:{colour};font-weight:bold">{mark}</span> '
        f"{escape(outcome.name)}"
    ]
    for note in notes:
        kind = "course-hint" if note.startswith(("It looks as if", "Hint:")) else "course-detail"
        parts.append(f'<div class="{kind}" {indent}>{escape(note)}</div>')
    if call:
        parts.append(
            f"<details {indent}><summary>{_TRY}</summary>"
            f'<pre class="course-call">{escape(call)}</pre></details>'
        )
    return f"<li>{''.join(parts)}</li>"
