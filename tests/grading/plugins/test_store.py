"""The store of results."""

import gc
import os
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from nbformat.v4 import new_code_cell

from course_utils.grading.plugins import store
from course_utils.grading.plugins.release import Check, Release
from course_utils.grading.plugins.store import Store
from course_utils.grading.wall.session import Verdict
from course_utils.grading.wall.walls import Limits
from tests.sealing import notebook, release

CHAPTER = "01_two_step_rnn"


def key(submission=None, released=None, **limits):
    return store.key(submission or notebook(), released or release(), Limits(**limits))


def test_notes_and_outputs_do_not_change_a_key_and_code_does():
    noted = notebook()
    noted.cells[1].source = "my own note"
    noted.cells[2].outputs = [{"output_type": "stream", "name": "stdout", "text": "x"}]
    assert key(noted) == key()
    assert key(notebook(step="pass")) != key()


def test_another_release_or_other_limits_change_a_key():
    harder = release()
    harder.checks["check-rnn-step"] = Check("report.points(6)", 6.0)
    assert len({key(), key(released=harder), key(cell=1)}) == 3


def test_another_package_changes_a_key(monkeypatch):
    before = key()
    monkeypatch.setattr(store, "surroundings", lambda: ["another"])
    assert key() != before


def test_a_release_survives_its_way_to_another_process():
    sent = store.from_text(store.as_text(release()))
    assert (sent.checks, sent.imports, sent.skipped) == (
        release().checks,
        release().imports,
        release().skipped,
    )


def test_demonstrations_and_try_it_cells_are_skipped():
    tags = ("setup", "demo", "try-it")
    cells = [new_code_cell(f"'{tag}'", metadata={"tags": [tag]}) for tag in tags]
    assert Release(cells, {}).skipped == {"'demo'", "'try-it'"}


def test_threads_may_read_releases_at_the_same_time():
    """While one parses, a collection of garbage that runs Python lets another one parse, too."""
    long = new_code_cell("x = [" + "f(1, [2, {3: g(4)}]), " * 150 + "]")
    before = gc.get_threshold()
    gc.callbacks.append(pause := lambda *_: time.sleep(0))
    gc.set_threshold(50)
    try:
        with ThreadPoolExecutor(4) as executor:
            read = [executor.submit(Release, [long], {}) for _ in range(40)]
            assert [each.result().imports for each in read] == 40 * [{}]
    finally:
        gc.set_threshold(*before)
        gc.callbacks.remove(pause)


def test_what_is_kept_is_recalled_and_anything_else_is_not(tmp_path):
    graded = notebook()
    graded.cells[3].outputs = [{"output_type": "stream", "name": "stdout", "text": "hi"}]
    graded.cells[4].metadata[store.FINDINGS] = {"cause": "", "misconceptions": ["no-tanh"]}
    verdicts = {"check-rnn-step": Verdict(points=2.5, misconceptions=["no-tanh"])}
    kept = Store(tmp_path)
    kept.keep("k", store.pack(graded, verdicts))
    fresh = notebook()
    assert kept.recall("k", fresh) == verdicts
    assert fresh.cells[3].outputs == graded.cells[3].outputs
    assert not store.was_cut_short(store.pack(graded, verdicts))
    graded.metadata[store.CUT_SHORT] = True
    assert store.was_cut_short(store.pack(graded, verdicts))
    assert fresh.cells[4].metadata[store.FINDINGS].misconceptions == ["no-tanh"]
    assert kept.recall("other", fresh) is None
    kept.file("k").write_text('[[[[], null]], {"check')  # a disk that was full
    assert kept.recall("k", fresh) is None


def test_no_half_written_result_is_left(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space"):
        Store(tmp_path).keep("k", "result")
    assert not Store(tmp_path).file("k").exists()
