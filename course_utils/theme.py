"""The colours of what a notebook shows, as CSS variables for a light and for a dark theme.

Each output that uses one brings `STYLE` along, so it looks right wherever the notebook is opened.
JupyterLab, VS Code and the course's pages name their dark theme in an attribute or a class. Where
styles are taken out, as of a notebook that is not trusted, the light colours remain.
"""

from typing import NamedTuple


class Colours(NamedTuple):
    """The variables; text in one of the first three has a contrast of 4.5 or more in its theme."""

    passed: str
    failed: str
    other: str
    figure: str  # a CSS filter


LIGHT = Colours(passed="#1b7f4d", failed="#b3261e", other="#6b7280", figure="none")
# A figure becomes light lines on black in the same hues; more contrast keeps numbers in coloured
# cells legible.
DARK = Colours(
    passed="#4cc38a",
    failed="#ff9b92",
    other="#a3abb8",
    figure="invert(1) hue-rotate(180deg) contrast(1.25)",
)
_IN_THE_DARK = ('[data-jp-theme-light="false"]', ".vscode-dark", '[data-theme="dark"]')


def _rule(selector: str, colours: Colours) -> str:
    values = ";".join(f"--course-{name}:{value}" for name, value in colours._asdict().items())
    return f"{selector}{{{values}}}"


STYLE = f"<style>{_rule(':root', LIGHT)}{_rule(','.join(_IN_THE_DARK), DARK)}</style>"


def variable(name: str) -> str:
    """A CSS value: that of the theme, or where there is no theme the light one's.

    >>> variable("passed")
    'var(--course-passed,#1b7f4d)'
    """
    return f"var(--course-{name},{LIGHT._asdict()[name]})"
