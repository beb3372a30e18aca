"""`python -m course_utils.diagrams`: draws the README's course map again, and prints its words."""

from pathlib import Path

from course_utils import progress
from course_utils.diagrams import course_map

ROOT = Path(__file__).resolve().parents[2]

if __name__ == "__main__":
    course = course_map([int(chapter.name[:2]) for chapter in progress.read(ROOT).chapters])
    course.save(ROOT / "docs" / "images" / "course_map.png")
    print(course.alt)
