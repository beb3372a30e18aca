"""Links of a chapter's text lead somewhere, and those to other places are listed."""

import pytest

from course_utils.build import build
from course_utils.build.links import external_links
from tests import ROOT
from tests.toy_course import change, refused

HEADING = "# # A toy chapter"


@pytest.fixture
def page(course):
    (course / "docs").mkdir()
    (course / "docs" / "page.md").write_text("# A page\n\n## Two words, here\n")
    return course


@pytest.mark.parametrize(
    ("link", "problem"),
    [
        ("../02_more/02_more.ipynb", "there is no 02_more.py"),
        ("../../docs/none.md", "there is no such file"),
        ("../../docs/page.md#three-words", "the page has no such heading"),
    ],
)
def test_a_link_that_leads_nowhere_is_refused(page, capsys, link, problem):
    change(page, HEADING, f"{HEADING}\n#\n# [text]({link})")
    assert f"the link {link} leads nowhere: {problem}" in refused(page, capsys)


@pytest.mark.parametrize(
    "link",
    ["../00_start/00_start.ipynb", "../../docs/page.md#two-words-here", "https://example.org/a"],
)
def test_a_link_that_leads_somewhere_is_accepted(built, link):
    (built / "docs" / "page.md").write_text("# A page\n\n## Two words, here\n")
    change(built, HEADING, f"{HEADING}\n#\n# [text]({link})")
    assert build(["01"], check=False, root=built) == 0


def test_links_to_other_places_are_listed_once_with_who_names_them(page):
    link = "[text](https://example.org/a)"
    change(page, HEADING, f"{HEADING}\n#\n# {link} {link}")
    (page / "docs" / "page.md").write_text(link)
    found = external_links(page)
    assert found == {"https://example.org/a": ["01_toy.py", "01_toy.py", "page.md"]}


def test_addresses_of_the_course_are_well_formed():
    for address in external_links(ROOT):
        assert address.startswith("https://"), address
        assert not address.endswith((".", ",")), address
