"""`course grade --cluster`: on a real scheduler and real workers, while some of them are lost."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from benchmarks.classes import hand_in, make_course
from benchmarks.grade_demo import the_class
from benchmarks.grading import scores
from course_utils.grading.class_run.run import on_cluster
from course_utils.grading.class_run.workers import NotReached
from course_utils.grading.plugins import store
from tests import ROOT, warm_commands
from tests.clusters import LocalCluster
from tests.sealing import server

pytestmark = pytest.mark.slow
CHAPTER = "01_two_step_rnn"
COURSE = [sys.executable, "-m", "course_utils"]


def new_course(root: Path) -> Path:
    make_course(root, (CHAPTER,))
    for student, answers in the_class(CHAPTER).items():
        hand_in(root, student, CHAPTER, answers)
    return root


def grade(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return warm_commands.run(root, "course_utils", "grade", "01", *words, env=os.environ)


def written(root: Path) -> dict[str, bytes]:
    """All that grading wrote, but for the grade book and the page that names the day."""
    folders = (store.FOLDER, "autograded", "feedback")
    files = [path for name in folders for path in sorted((root / name).rglob("*.*"))]
    return {str(path.relative_to(root)): path.read_bytes() for path in files if path.is_file()}


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """A scheduler and three workers; two of them can't be used."""
    server()  # skips where there can be no sandbox
    folder = tmp_path_factory.mktemp("cluster")
    other = folder / "other" / "course_utils"
    shutil.copytree(ROOT / "course_utils", other, ignore=shutil.ignore_patterns("__pycache__"))
    with (other / "bleu.py").open("a") as file:
        file.write("\n# a later version\n")
    local = LocalCluster(folder)
    local.start_worker("good")
    local.start_worker("other-version", PYTHONPATH=str(other.parent))
    local.start_worker("no-sandbox", PATH=str(Path(sys.executable).parent))
    yield local
    local.close()


@pytest.fixture(scope="module")
def graded(cluster, tmp_path_factory):
    """The same class graded here and there, and what was said there."""
    here, there = (new_course(tmp_path_factory.mktemp(name) / "course") for name in "ht")
    assert grade(here, "--jobs", "2").returncode == 0
    return here, there, grade(there, "--cluster", cluster.address)


def test_results_pages_and_scores_are_those_of_one_machine(graded):
    here, there, done = graded
    assert done.returncode == 0, done.stderr
    assert scores(there, CHAPTER) == scores(here, CHAPTER)
    assert len(written(there)) >= 3 * len(the_class(CHAPTER))
    assert written(there) == written(here)


def test_workers_that_would_find_something_else_are_named_and_not_used(graded):
    said = [line for line in graded[2].stderr.splitlines() if "is not used" in line]
    assert len(said) == 2
    assert any("it has course_utils " in line and "this machine has" in line for line in said)
    assert any("sudo apt install bubblewrap" in line for line in said)
    assert "1 worker, 0 failed" in graded[2].stderr


def results(root: Path) -> dict[str, int]:
    """When each result was kept; the list of what was refused is none."""
    files = (root / store.FOLDER).glob("*.json")
    return {path.name: path.stat().st_mtime_ns for path in files if len(path.stem) == 64}


def begun(root: Path, address: str) -> subprocess.Popen[str]:
    """A run that has kept a result more than there were, and is at work on others."""
    kept = len(results(root))
    process = subprocess.Popen(
        [*COURSE, "grade", "01", "--cluster", address],
        cwd=root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    await_that(lambda: len(results(root)) > kept, process)
    return process


def await_that(holds, process):
    end = time.monotonic() + 120
    while not holds():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_lost_scheduler_ends_in_a_sentence_and_a_lost_worker_does_not_end_the_run(
    graded, tmp_path
):
    here, _, _ = graded
    root = new_course(tmp_path / "course")
    local = LocalCluster(tmp_path)
    try:
        local.start_worker("first")
        process = begun(root, local.address)
        local.scheduler.kill()
        _, said = process.communicate(timeout=120)
        assert process.returncode == 1
        assert said.splitlines()[-1] == (
            f"course grade: The scheduler at {local.address} is gone. "
            "Run the same command again to go on from here."
        )
        kept = results(root)
        assert 0 < len(kept) < len(the_class(CHAPTER)) - 1
        local.scheduler = local.start_scheduler()
        worker = local.start_worker("second", "--no-nanny")
        process = begun(root, local.address)
        worker.kill()
        local.start_worker("third")
        _, said = process.communicate(timeout=300)
        assert process.returncode == 0, said
        assert written(root) == written(here)
        assert kept.items() <= results(root).items()  # what was kept did not run again
    finally:
        local.close()


def certificates(folder: Path) -> dict[str, str]:
    """Dask's settings for a certificate that all share, made by openssl."""
    words = ["-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")]
    subprocess.run(["openssl", "req", "-x509", *words, *files], check=True, capture_output=True)
    parts = [
        f"{who}__{part}" for who in ("SCHEDULER", "WORKER", "CLIENT") for part in ("CERT", "KEY")
    ]
    paths = {part: folder / f"{part.rpartition('__')[2].lower()}.pem" for part in parts}
    settings = {"CA_FILE": folder / "cert.pem", **paths}
    return {f"DASK_DISTRIBUTED__COMM__TLS__{name}": str(path) for name, path in settings.items()}


def test_with_certificates_a_cluster_works_and_without_them_a_sentence_says_so(tmp_path):
    import dask

    from course_utils.grading.class_run import cluster

    settings = certificates(tmp_path)
    here = {  # dask.config reads the environment only once
        name.removeprefix("DASK_").lower().replace("__", ".").replace("ca_file", "ca-file"): path
        for name, path in settings.items()
    }
    local = LocalCluster(tmp_path, "tls", **settings)
    try:
        local.start_worker("only")
        with (
            dask.config.set(here),
            cluster.Cluster(local.address) as found,
        ):
            assert found.described() == "1 worker"
            assert found.submit(str.upper, "sealed").result(60) == "SEALED"
        with pytest.raises(NotReached, match=r"tls://.* asks for certificates"):
            cluster.Cluster(local.address)
    finally:
        local.close()


# What can't be reached.

NO_ADDRESSES = [
    *("10.0.0.1:8786", "http://10.0.0.1:8786", "tcp://", "tcp://:8786", "tcp://10.0.0.1"),
    *("tcp://127.0.0.1:port", "tcp://127.0.0.1:8786/"),
]


@pytest.mark.parametrize(
    ("address", "cause"),
    [
        *((address, "A cluster's address is tcp://HOST:PORT") for address in NO_ADDRESSES),
        ("tcp://127.0.0.1:1", "No scheduler answers at tcp://127.0.0.1:1"),
        ("tcp://127.0.0.1:99999", "No scheduler answers at tcp://127.0.0.1:99999"),
        ("tls://127.0.0.1:1", "tls://127.0.0.1:1 asks for certificates"),
    ],
)
def test_where_no_scheduler_answers_a_sentence_says_so(address, cause, monkeypatch):
    from course_utils.grading.class_run import cluster

    monkeypatch.setattr(cluster, "_CONNECT_SECONDS", 1)
    with pytest.raises(NotReached, match=cause):
        on_cluster(address)()


def test_without_workers_a_sentence_says_how_to_start_some(tmp_path, monkeypatch):
    from course_utils.grading.class_run import cluster

    monkeypatch.setattr(cluster, "_FIRST_WORKER_SECONDS", 1)
    local = LocalCluster(tmp_path)
    try:
        with pytest.raises(NotReached, match=f"`dask worker {local.address}`"):
            on_cluster(local.address)()
    finally:
        local.close()


def test_without_dask_a_sentence_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.delitem(sys.modules, "course_utils.grading.class_run.cluster", raising=False)
    with pytest.raises(NotReached, match=r"pip install '\.\[cluster\]'"):
        on_cluster("tcp://10.0.0.1:8786")


def test_without_cluster_nothing_of_dask_is_imported():
    code = (
        "import sys; from course_utils.grading.class_run import run; "
        "print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert {"nbgrader"} <= set(done.stdout.split())
    assert not {"dask", "distributed", "psycopg"} & set(done.stdout.split())
