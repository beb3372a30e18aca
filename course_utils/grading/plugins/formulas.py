"""Formulas of Markdown as MathML, which browsers set without a script and without the network."""

from __future__ import annotations

import html
import re
import secrets
from xml.etree import ElementTree

from latex2mathml.converter import convert_to_element
from nbconvert.filters.markdown_mistune import IPythonRenderer

_NAMESPACE = "http://www.w3.org/1998/Math/MathML"
ElementTree.register_namespace("", _NAMESPACE)
_LONGEST = 2000  # characters of a formula that is set
_TAGS = frozenset(
    (
        "math", "menclose", "mfenced", "mfrac", "mi", "mmultiscripts", "mn", "mo", "mover",
        "mpadded", "mphantom", "mprescripts", "mroot", "mrow", "ms", "mspace", "msqrt", "mstyle",
        "msub", "msubsup", "msup", "mtable", "mtd", "mtext", "mtr", "munder", "munderover",
    )
)  # fmt: skip
_ATTRIBUTES = frozenset(
    (
        "accent", "accentunder", "close", "columnalign", "columnlines", "columnspacing", "depth",
        "display", "displaystyle", "fence", "form", "height", "linebreak", "linethickness",
        "lspace", "mathcolor", "mathsize", "mathvariant", "maxsize", "minsize", "movablelimits",
        "notation", "open", "rowlines", "rowspacing", "rspace", "scriptlevel", "separator",
        "stretchy", "symmetric", "voffset", "width", "xmlns",
    )
)  # fmt: skip


_FORMULA = re.compile("<math .*?</math>", re.DOTALL)


def mathml(latex: str, display: bool = False) -> str:
    """A formula as MathML; as it is written, if it can't be read or does more than show something.

    >>> mathml("x").partition("<mrow>")[2]
    '<mi>x</mi></mrow></math>'
    >>> mathml("x^")
    '<code>x^</code>'
    """
    try:
        if len(latex) <= _LONGEST:
            text = latex.replace("{aligned}", "{split}")
            element = convert_to_element(text, display="block" if display else "inline")
            for part in element.iter():
                part.text = html.unescape(part.text) if part.text else None
            return _harmless(element)
    except Exception:
        pass
    return f"<code>{html.escape(latex)}</code>"


def _harmless(element: ElementTree.Element) -> str:
    """The text of MathML that does nothing but show something.

    Raises:
      ValueError, RecursionError: if it does more, or is nested too deeply.
    """
    for part in element.iter():
        tag = part.tag.removeprefix(f"{{{_NAMESPACE}}}")
        if tag not in _TAGS or not _ATTRIBUTES.issuperset(part.attrib):
            raise ValueError(f"{tag} or an attribute of it is not allowed")
    return ElementTree.tostring(element, encoding="unicode")


class FormulaRenderer(IPythonRenderer):
    """nbconvert's renderer, which sets formulas itself."""

    def block_math(self, body: str) -> str:
        """A formula between two dollar signs and two more."""
        return mathml(body, display=True)

    def inline_math(self, body: str) -> str:
        """A formula between dollar signs."""
        return mathml(body)

    def latex_environment(self, name: str, body: str) -> str:
        """One between `begin` and `end`."""
        return mathml(f"\\begin{{{name}}}{body}\\end{{{name}}}", display=True)


class Formulas:
    """Those of a page, while it is cleaned: what cleans it knows no MathML.

    Args:
      page: HTML of anyone's.

    Attributes:
      marked: the page with an empty element in the place of each harmless formula.
    """

    def __init__(self, page: str) -> None:
        self._secret = secrets.token_hex(8)  # so that no page can hold such an element already
        self._found: list[str] = []
        self.marked = _FORMULA.sub(self._take, page)

    def _take(self, found: re.Match[str]) -> str:
        try:
            self._found.append(_harmless(ElementTree.fromstring(found[0])))
        except (ElementTree.ParseError, ValueError, RecursionError):
            return found[0]
        return self._place(len(self._found) - 1)

    def _place(self, number: int) -> str:
        return f'<span class="formula-{self._secret}-{number}"></span>'

    def filled(self, cleaned: str) -> str:
        """The cleaned page with the formulas in their places."""
        for number, formula in enumerate(self._found):
            cleaned = cleaned.replace(self._place(number), formula)
        return cleaned
