"""Cleans the HTML of submissions before an instructor's browser shows it.

nbgrader's pages show a student's outputs and Markdown as they are, so a script in them would run as
the instructor, next to the buttons that change scores. `nbgrader_config.py` puts these two filters
in the place of nbconvert's own.
"""

from __future__ import annotations

import html
import re

import bleach
from bleach.css_sanitizer import CSSSanitizer
from jinja2 import pass_context
from jinja2.runtime import Context
from nbconvert.filters.markdown_mistune import MarkdownWithMath

from course_utils.grading.plugins.formulas import FormulaRenderer, Formulas
from course_utils.theme import STYLE

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_TEXT = (
    "br", "dd", "del", "details", "div", "dl", "dt", "hr", "img", "ins", "kbd", "p", "pre", "s",
    "span", "sub", "summary", "sup", "u", "var",
)  # fmt: skip
_TABLE = (
    "caption", "col", "colgroup", "table", "tbody", "td", "tfoot", "th", "thead", "tr",
)  # fmt: skip
_TAGS = frozenset(bleach.ALLOWED_TAGS).union(_HEADINGS, _TEXT, _TABLE)
_EVERYWHERE = ("aria-label", "aria-level", "class", "role", "style", "title")
_SPECIFIC = {
    "img": ("alt", "width", "height", "decoding"),
    "td": ("colspan", "rowspan", "align"),
    "th": ("colspan", "rowspan", "align", "scope"),
    "col": ("span",),
    "ol": ("start",),
    **dict.fromkeys(_HEADINGS, ("id",)),  # for links to headings
}
_STYLES = CSSSanitizer(
    allowed_css_properties=(  # none that loads something or takes a text out of its place
        "background-color", "border", "border-bottom", "border-collapse", "border-left",
        "border-right", "border-top", "color", "display", "font-family", "font-size", "font-style",
        "font-weight", "height", "line-height", "list-style-type", "margin", "margin-left",
        "max-width", "padding", "padding-left", "text-align", "text-decoration", "vertical-align",
        "white-space", "width",
    )
)  # fmt: skip
_PICTURE = re.compile(r"data:image/(png|jpeg|gif);base64,[A-Za-z0-9+/=\s]*")
_LONGEST = 20_000  # characters of a Markdown cell that is set
_MOST_FORMULAS = 50  # LaTeX environments in it
_LINK = re.compile(r"(https?://|mailto:|#)", re.IGNORECASE)


def clean_html(page: str | bytes) -> str:
    """HTML without scripts, forms, frames and addresses that load something.

    >>> clean_html("<b onclick='f()'>text</b>")
    '<b>text</b>'
    """
    text = page.decode() if isinstance(page, bytes) else str(page)
    formulas = Formulas(text.replace(STYLE, ""))  # these pages are light
    cleaned = bleach.clean(
        formulas.marked,
        tags=_TAGS,
        attributes=_is_allowed,
        protocols=["http", "https", "mailto", "data"],
        css_sanitizer=_STYLES,
    )
    return formulas.filled(cleaned)


@pass_context
def markdown_to_html(context: Context, source: str) -> str:
    """A Markdown cell as clean HTML, with its formulas and the pictures that are attached to it.

    The time to read Markdown grows with the square of some texts' lengths; those are shown as they
    are.
    """
    if len(source) > _LONGEST or source.count("\\begin{") > _MOST_FORMULAS:
        return f"<pre>{html.escape(source)}</pre>"
    cell = context.get("cell", {})
    renderer = FormulaRenderer(
        escape=False,
        attachments=cell.get("attachments", {}),
        embed_images=False,
        path="",
        anchor_link_text="¶",
        exclude_anchor_links=False,
    )
    return clean_html(MarkdownWithMath(renderer=renderer).render(source))


def _is_allowed(tag: str, name: str, value: str) -> bool:
    if tag == "img" and name == "src":  # any other picture would tell who looks at it, and when
        return _PICTURE.fullmatch(value) is not None
    if tag == "a" and name == "href":
        return _LINK.match(value) is not None
    return name in _EVERYWHERE or name in _SPECIFIC.get(tag, ())
