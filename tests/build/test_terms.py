"""The index of terms is what the chapters have in bold."""

from course_utils.build import build
from tests.toy_course import change, refused

TEXT = """\
# # A toy chapter
#
# A **small thing** is **not large**. **Remember.** It is **what one of five words says**.
#
# ## 1.1 Larger
#
# A **Big
# thing**, and a **small thing** again.
#
# ## What we built
#
# A **summary**.
"""


def rows(root):
    lines = (root / "docs" / "terms.md").read_text().splitlines()
    return [line for line in lines if "ipynb" in line]


def test_a_term_leads_to_the_section_that_defines_it_first(course):
    change(course, "# # A toy chapter\n", TEXT)
    assert build([], check=False, root=course) == 0
    assert rows(course) == [
        "| Big thing | [1.1 Larger](../notebooks/01_toy/01_toy.ipynb) |",
        "| not large | [01_toy](../notebooks/01_toy/01_toy.ipynb) |",
        "| small thing | [01_toy](../notebooks/01_toy/01_toy.ipynb) |",
    ]


def test_check_finds_an_index_that_is_not_the_chapters(built, capsys):
    (built / "docs" / "terms.md").write_text("# Terms\n")
    assert "docs/terms.md: differs from the chapters' terms" in refused(built, capsys, chapters=())
