"""The line of links at both ends of a notebook."""

from course_utils.build import build
from tests.toy_course import contents, links

TERMS = "[Terms](../../docs/terms.md)"
START = "[Start](../00_start/00_start.ipynb)"
MAP = "[Map](../00_start/00_start.ipynb)"


def test_a_notebook_links_to_its_neighbours_the_map_and_the_terms_at_both_ends(built):
    assert links(built, "notebooks") == [f"Previous: {START} · {MAP} · {TERMS}"] * 2
    first = f"Next: [A toy chapter](../01_toy/01_toy.ipynb) · {TERMS}"
    assert links(built, "notebooks", "00_start") == [first] * 2


def test_a_new_chapter_is_linked_from_the_one_before_and_nothing_else_changes(built):
    before = contents(built)
    source = (built / "chapters" / "01_toy.py").read_text()
    (built / "chapters" / "02_more.py").write_text(
        source.replace("01_toy", "02_more").replace("A toy chapter", "More")
    )
    assert build(["02"], check=False, root=built) == 0
    assert build([], check=True, root=built) == 0
    next_one = "Next: [More](../02_more/02_more.ipynb)"
    assert links(built, "solutions") == [f"Previous: {START} · {next_one} · {MAP} · {TERMS}"] * 2
    changed = {
        path.parent.name for path, data in contents(built).items() if before.get(path) != data
    }
    assert changed == {"chapters", "01_toy", "02_more"}
