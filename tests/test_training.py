"""The profile and the progress bar."""

import time

import pytest

from course_utils.training import progress, steps


def test_the_full_profile_is_the_default(monkeypatch):
    monkeypatch.delenv("COURSE_PROFILE", raising=False)
    assert steps(full=2000, quick=50) == 2000


@pytest.mark.parametrize(("profile", "expected"), [("full", 2000), ("quick", 50)])
def test_the_profile_chooses_the_steps(monkeypatch, profile, expected):
    monkeypatch.setenv("COURSE_PROFILE", profile)
    assert steps(full=2000, quick=50) == expected


@pytest.mark.parametrize("profile", ["", "fast", "Quick"])
def test_an_unknown_profile_is_refused(monkeypatch, profile):
    monkeypatch.setenv("COURSE_PROFILE", profile)
    with pytest.raises(ValueError, match=f"COURSE_PROFILE must be full or quick, got '{profile}'"):
        steps(full=2000, quick=50)


def slow_items():
    for i in range(3):
        time.sleep(1.1)
        yield i


def test_a_loop_of_over_two_seconds_shows_a_bar_and_nothing_on_stderr(monkeypatch, capsys):
    monkeypatch.delenv("COURSE_STATIC")
    assert list(progress(slow_items(), "epochs")) == [0, 1, 2]
    shown = capsys.readouterr()
    assert "epochs" in shown.out
    assert shown.err == ""


def test_a_short_loop_shows_nothing(monkeypatch, capsys):
    monkeypatch.delenv("COURSE_STATIC")
    assert list(progress(range(5), "epochs")) == [0, 1, 2, 3, 4]
    assert capsys.readouterr() == ("", "")


def test_a_slow_loop_shows_nothing_where_outputs_are_stored(monkeypatch, capsys):
    monkeypatch.setenv("COURSE_STATIC", "1")
    assert list(progress(slow_items(), "epochs")) == [0, 1, 2]
    assert capsys.readouterr() == ("", "")
