"""`nbgrader release_feedback` for a class of which some did not come through the exchange."""

import logging

import pytest
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange.default import ExchangeReleaseFeedback
from nbgrader.utils import notebook_hash
from traitlets.config import Config

from course_utils.grading.plugins import feedback, handed_in

LAB = "01_lab"


@pytest.fixture
def release(tmp_path, monkeypatch, caplog):
    """Releases the pages of these students, each with the files that lie beside the page."""
    monkeypatch.setattr(ExchangeReleaseFeedback, "copy_files", None)
    feedback.use()
    caplog.set_level(logging.WARNING)

    def run(students, **settings):
        for student, files in students.items():
            folder = tmp_path / "feedback" / student / LAB
            folder.mkdir(parents=True)
            (folder / f"{LAB}.html").write_text(f"page of {student}")
            for name, text in files.items():
                (folder / name).write_text(text)
        names = {"root": str(tmp_path), "course_id": "unrolled", "assignment_id": LAB}
        course = CourseDirectory(config=Config({"CourseDirectory": names | settings}))
        course.log = logging.getLogger("release")
        step = ExchangeReleaseFeedback(coursedir=course, log=course.log)
        step.root = str(tmp_path / "exchange")
        (tmp_path / "exchange").mkdir()
        step.init_src()
        step.init_dest()
        step.copy_files()
        assert course.student_id_exclude == settings.get("student_id_exclude", "")
        return {path.name: path.read_text() for path in (tmp_path / "exchange").rglob("*.html")}

    return run


BOTH = {"timestamp.txt": "2026-12-01 10:00:00 UTC", "submission_secret.txt": "ada's secret"}


# nbgrader leaves files open.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_those_who_came_through_the_exchange_get_theirs_and_the_others_are_named(release, caplog):
    one = {"timestamp.txt": BOTH["timestamp.txt"]}
    found = release({"ada": BOTH, "ben": {}, "cleo": one, "dan": BOTH}, student_id_exclude="dan")
    name = notebook_hash(secret="ada's secret", notebook_id=LAB)
    assert found == {f"{name}.html": "page of ada"}
    assert "did not hand in through nbgrader's exchange: ben, cleo." in caplog.text


def test_a_class_of_a_learning_platform_is_no_error(release):
    assert release({"ada": {}, "ben": {}}) == {}


def test_the_secret_goes_with_the_notebook_and_a_link_to_one_does_not(tmp_path):
    handed_in.guard()
    for student in ("ada", "eve"):
        (tmp_path / student).mkdir()
    (tmp_path / "ada" / "submission_secret.txt").write_text("ada's secret")
    (tmp_path / "eve" / "submission_secret.txt").symlink_to("../ada/submission_secret.txt")

    class Step:
        def _format_source(self, _, student):
            return str(tmp_path / student)

        def _format_dest(self, _, student):
            return str(tmp_path / "copied" / student)

    for student in ("ada", "eve"):
        handed_in._copy_beside(Step(), LAB, student)
    copied = [path.relative_to(tmp_path / "copied") for path in tmp_path.glob("copied/*/*")]
    assert list(map(str, copied)) == ["ada/submission_secret.txt"]
