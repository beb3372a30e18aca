"""When something was handed in, and what goes with a notebook."""

import os
from datetime import datetime

import pytest

from course_utils.grading.plugins.handed_in import TIMESTAMP, time_of, timestamp

NINE, TEN = datetime(2026, 12, 1, 9, 0), datetime(2026, 12, 1, 10, 0)
TIMES = {
    "2026-12-01 10:00:00": TEN,
    "2026-12-01 10:00:00 UTC": TEN,
    "2026-12-01T10:00:00Z": TEN,
    "2026-12-01 10:00:00 +0100": NINE,
    "2026-12-01T10:00:00+01:00": NINE,
    "2026-12-01 10:00:00.000000 Europe/Berlin": NINE,
    "2026-12-01 10:00:00 CET": NINE,
    "2026-12-01 11:00:00 CEST": NINE,
    "2026-12-01 05:00:00 EDT": NINE,
    "2026-12-01 18:00:00 JST": NINE,
    "2026-12-01 12:00:00 UTC+2": TEN,
    "Tue Dec 01 2026 11:00:00 GMT+0100": TEN,
    "2026-12-01 08:00 UTC -02:00": TEN,
    "Tue, 1 Dec 2026 10:00:00 +0100": NINE,
    "Dec 1, 2026 10:00 AM": TEN,
    "Dienstag, 1. Dezember 2026, 10:00 Uhr": TEN,
    "mardi 1 décembre 2026, 10:00": TEN,
    "martes, 1 de diciembre de 2026, 10:00": TEN,
    "01.12.2026 10:00": TEN,
    "13/12/2026 10:00": datetime(2026, 12, 13, 10),
    "2026-12-01 10:00:00 IST": None,  # India's, Israel's or Ireland's
    "2026-12-01 10:00:00 XYZ": None,
    "yesterday": None,
    "gestern Abend": None,
    "Monday": None,
    "12": None,
    "10:00": None,
    "01/12/2026 10:00": None,
    "31.02.2026": None,
    "": None,
}


@pytest.mark.parametrize("text", TIMES)
def test_a_time_is_read_right_or_not_at_all(text):
    assert time_of(text) == TIMES[text]


def test_a_byte_order_mark_is_no_part_of_the_time(tmp_path):
    (tmp_path / TIMESTAMP).write_bytes("2026-12-01 10:00:00\r\n".encode("utf-8-sig"))
    assert time_of(timestamp(tmp_path)) == TEN


def test_only_an_ordinary_small_file_is_read(tmp_path):
    path = tmp_path / TIMESTAMP
    assert timestamp(tmp_path) == ""
    path.symlink_to("/dev/zero")
    assert timestamp(tmp_path) == ""
    path.unlink()
    os.mkfifo(path)
    assert timestamp(tmp_path) == ""
    path.unlink()
    path.write_text("2026-12-01" + " " * 2000)
    assert timestamp(tmp_path) == ""
    path.unlink()
    path.mkdir()
    assert timestamp(tmp_path) == ""
