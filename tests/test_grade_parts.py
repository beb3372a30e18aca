"""The parts of `course grade`: reading files, keeping results, printing reports."""

import gc
import json
import os
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell

from course_utils.grading.class_run import farm
from course_utils.grading.class_run.class_report import Graded, class_report, summary
from course_utils.grading.class_run.collect import LARGEST, Submission, collect
from course_utils.grading.class_run.farm import Ran
from course_utils.grading.class_run.progress import Progress
from course_utils.grading.plugins import store
from course_utils.grading.plugins.refusal import NotGradable
from course_utils.grading.plugins.release import Check, Release
from course_utils.grading.plugins.store import Store
from course_utils.grading.wall.session import Verdict
from course_utils.grading.wall.walls import Limits
from tests.answer_bank import ROOT
from tests.sealing import notebook, release

CHAPTER = "01_two_step_rnn"


# Sharing the machine.


@pytest.mark.parametrize(
    ("cores", "jobs", "shares"),
    [
        ({0, 1, 2, 3}, 2, [[0, 2], [1, 3]]),
        ({0, 1, 2}, 2, [[0, 2], [1]]),
        ({4, 7}, 3, [[4], [7], [4]]),
        ({5}, 1, [[5]]),
    ],
)
def test_each_job_gets_cores_of_its_own_while_there_are_enough(monkeypatch, cores, jobs, shares):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _process: cores)
    monkeypatch.setattr(farm, "grade", lambda *args: taken.append(args[-1]) or {})
    monkeypatch.setattr(farm.sandbox, "shared", lambda _keep_out: None)
    taken: list[list[int]] = []
    task = json.dumps([notebook(), store.as_text(release()), {}, ""])
    farm.divide_cores(jobs)
    for _ in range(2 * jobs):  # each share comes back
        farm.work(task)
    assert taken == shares * 2


# Reading what was handed in.


@pytest.fixture
def submitted(tmp_path):
    """Where a student's notebook is to lie; its folder is there."""
    folder = tmp_path / "ada" / CHAPTER
    folder.mkdir(parents=True)
    return folder / f"{CHAPTER}.ipynb"


def refused(path):
    """Why a file can't be graded."""
    with pytest.raises(NotGradable) as caught:
        Submission("ada", CHAPTER, path).read()
    return caught.value.cause


CONTENTS = {
    "it is empty": b" \n",
    "it is no text": b"\x89PNG\r\n\xff\xfe",
    "no notebook that can be read (NotJSONError": b'{"cells": [',
    "no notebook that can be read (AttributeError": b"[1, 2]",
    "it is nested too deeply": b'{"cells":' + b"[" * 100_000,
    "Unsupported nbformat version 99": b'{"nbformat": 99, "nbformat_minor": 0}',
    "missing an expected key: cells": b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}}',
    "it has no cells": b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": {}}',
}


@pytest.mark.parametrize("cause", CONTENTS)
def test_a_file_that_is_no_notebook_is_refused_with_its_cause(submitted, cause):
    submitted.write_bytes(CONTENTS[cause])
    assert cause in refused(submitted)


def test_a_link_is_not_followed(submitted, tmp_path):
    (tmp_path / "elsewhere").write_text(nbformat.writes(notebook()))
    submitted.symlink_to(tmp_path / "elsewhere")
    assert refused(submitted) == "it is a link; put the file itself there"


def test_a_folder_and_a_pipe_are_refused_without_waiting_for_them(submitted):
    os.mkfifo(submitted)
    assert refused(submitted) == "it is no ordinary file"
    submitted.unlink()
    submitted.mkdir()
    assert refused(submitted) == "it is a folder, not a file"


def test_an_oversized_file_is_not_read(submitted):
    with submitted.open("wb") as file:
        file.truncate(LARGEST + 1)
    assert refused(submitted) == "it has 50 MiB; at most 50 are read"


def test_an_unreadable_file_is_refused_with_what_the_system_says(submitted, monkeypatch):
    def denied(*_args, **_kwargs):
        raise PermissionError(13, "Permission denied")

    submitted.write_text(nbformat.writes(notebook()))
    monkeypatch.setattr(Path, "read_text", denied)  # root may read everything
    assert refused(submitted) == "it can't be read: Permission denied"


def test_old_formats_are_read(submitted):
    old = notebook()
    old.nbformat_minor = 2
    for cell in old.cells:
        del cell["id"]
    submitted.write_text(json.dumps(old))
    assert len(Submission("ada", CHAPTER, submitted).read().cells) == len(old.cells)


@pytest.mark.parametrize("folder", [".", "ada", f"ada/{CHAPTER}"])
def test_an_unreadable_folder_is_listed(submitted, monkeypatch, folder):
    root = submitted.parents[2]
    closed, read = root / folder, Path.iterdir

    def denied(path):
        if path == closed:
            raise PermissionError(13, "Permission denied")
        return read(path)

    monkeypatch.setattr(Path, "iterdir", denied)  # root may read everything
    found, (problem,) = collect(root, CHAPTER, [CHAPTER])
    assert (found, problem.path) == ([], closed)
    assert problem.cause == "it can't be read: Permission denied"


def test_every_file_that_is_handed_in_is_found_or_refused(tmp_path):
    for name in (
        f"ada/{CHAPTER}/{CHAPTER}.ipynb",
        f"ada/{CHAPTER}/timestamp.txt",
        f"ada/{CHAPTER}/copy.ipynb",
        "ada/02_static_unrolling/anything.txt",
        f"ben/{CHAPTER}/{CHAPTER} (1).ipynb",
        f"ben/{CHAPTER}/{CHAPTER}.ipynb.txt",
        "cleo/01_two_step/01_two_step.ipynb",
        f"dan/{CHAPTER}",
        "eve.ipynb",
        ".DS_Store",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "fay" / CHAPTER).mkdir(parents=True)
    (tmp_path / "gus").symlink_to(tmp_path / "ada")
    found, problems = collect(tmp_path, CHAPTER, [CHAPTER, "02_static_unrolling"])
    assert [each.student for each in found] == ["ada"]
    assert {str(each.path.relative_to(tmp_path)): each.cause for each in problems} == {
        f"ada/{CHAPTER}/copy.ipynb": f"only {CHAPTER}.ipynb is graded",
        f"ben/{CHAPTER}/{CHAPTER} (1).ipynb": f"its name is not {CHAPTER}.ipynb; rename the right "
        "file",
        f"ben/{CHAPTER}/{CHAPTER}.ipynb.txt": f"its name is not {CHAPTER}.ipynb; rename the right "
        "file",
        "cleo/01_two_step": "it has the name of no chapter; rename it",
        f"dan/{CHAPTER}": "it is a file, where a chapter's folder is expected",
        "eve.ipynb": "it is a file, where a student's folder is expected",
        f"fay/{CHAPTER}": f"there is no {CHAPTER}.ipynb in it",
        "gus": "it is a link, where a student's folder is expected",
    }


# The store of results.


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
    monkeypatch.setattr(store, "_surroundings", lambda: ["another"])
    assert key() != before


def test_a_release_survives_its_way_to_another_process():
    sent = store.from_text(store.as_text(release()))
    assert (sent.checks, sent.imports, sent.demos) == (
        release().checks,
        release().imports,
        release().demos,
    )


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


# What is printed.


CHECKS = {"check-a": Check("", 2.0), "check-b": Check("", 3.0)}


def ran(student, changes=(), **verdicts):
    return Ran(Submission(student, CHAPTER, Path()), "", list(changes), {
        f"check-{name}": verdict for name, verdict in verdicts.items()
    })  # fmt: skip


def test_the_summary_tells_points_lateness_causes_and_changes():
    lines = summary(
        CHAPTER,
        CHECKS,
        [
            Graded(ran("eve", ["a: its text was changed"], b=Verdict(cause="it was late")), 1.5, 1),
            Graded(ran("ada"), 5),
        ],
    ).splitlines()
    assert lines == [
        "01_two_step_rnn: 2 graded, 5 points",
        "student  points",
        "ada           5",
        "eve         1.5   1 taken off, late",
        "    check-b: it was late",
        "    put right: a: its text was changed",
    ]


def test_the_class_report_counts_full_part_and_zero_and_misconceptions():
    graded = [
        Graded(ran("ada", a=Verdict(points=2.0), b=Verdict(points=3.0)), 5),
        Graded(ran("ben", a=Verdict(points=1.0, misconceptions=["x", "y"]), b=Verdict()), 1),
        Graded(ran("eve", a=Verdict(misconceptions=["y"]), b=Verdict()), 0),
    ]
    assert class_report(CHECKS, graded).splitlines() == [
        "exercise  points  mean   full  part  zero  misconceptions",
        "a              2  1         1     1     1  y 2, x 1",
        "b              3  1         1     0     2",
    ]


def test_progress_that_no_terminal_shows_is_one_line_at_the_end(capsys):
    progress = Progress("Grading", 3)
    for failed in (False, True, False):
        progress.step(failed=failed)
    assert capsys.readouterr().err == "Grading: 3 of 3, 1 failed, 0 s\n"


# The documents.


def test_the_limits_in_the_document_are_the_real_ones():
    table = (ROOT / "docs" / "grading.md").read_text()
    limits = Limits()
    for name, told in {
        "cell_timeout": f"{limits.cell} s",
        "total_timeout": f"{limits.total} s",
        "memory": f"{limits.memory // 2**30} GiB",
        "processes": f"{limits.processes}",
        "files": f"{limits.files // 2**30} GiB",
        "output": f"{limits.output // 2**20} MiB",
    }.items():
        assert f"| `{name}` | {told} |" in table
    assert len(fields(Limits)) == 6
    assert f"{LARGEST // 2**20} MiB" in table
