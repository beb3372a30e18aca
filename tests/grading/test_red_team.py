"""No attack gains a point, sees a hidden test or reaches anything; no untidiness costs a point."""

import contextlib
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import pytest

from course_utils.grading.wall.walls import Limits
from tests import ROOT
from tests.red_team import ATTACKS
from tests.red_team.bombs import BOMBS
from tests.red_team.course import (
    CANARY,
    HONEST,
    POINTS,
    Attack,
    answers,
    cell,
    expected,
    hidden_lines,
    leaks,
    scores,
    seal,
    shown,
    submission,
)
from tests.red_team.escapes import MARK, MEMORY, network
from tests.red_team.noisy import NOISE, clean
from tests.red_team.objects import SOLVE
from tests.sealing import text

pytestmark = pytest.mark.slow

PLACES = (
    ROOT,
    ROOT / "course_utils",
    Path.home(),
    Path("/tmp"),
    Path("/dev/shm"),
    Path("/var/tmp"),
)


def marked_files():
    """What an attack wrote on this machine, if it could."""
    return [folder / MARK for folder in PLACES if (folder / MARK).exists()]


def marked_processes():
    """What an attack left running."""
    found = []
    for folder in Path("/proc").iterdir():
        try:
            words = (folder / "cmdline").read_bytes() if folder.name.isdigit() else b""
        except OSError:
            continue
        found += [folder.name] if MARK.encode() in words else []
    return found


def output(notebook):
    """All that a graded notebook shows."""
    return "\n".join(text(each.get("outputs", [])) for each in notebook.cells)


@pytest.mark.parametrize("attack", ATTACKS, ids=str)
def test_an_attack_gets_what_its_honest_answers_are_worth(attack):
    notebook = attack.notebook()
    verdicts = seal(notebook)
    assert attack.held_by(scores(notebook))
    assert leaks(shown(notebook, verdicts)) == []
    assert [verdict.fault for verdict in verdicts.values() if verdict.fault] == []
    assert marked_processes() == []
    assert marked_files() == []


@pytest.mark.parametrize("noise", NOISE, ids=str)
def test_an_untidy_submission_scores_what_the_clean_one_does(noise):
    notebook = noise.notebook()
    seal(notebook, Limits(cell=30))
    assert scores(notebook) == scores_of_the_clean_one()


@cache
def scores_of_the_clean_one():
    notebook = clean()
    seal(notebook, Limits(cell=30))
    return scores(notebook)


def test_the_clean_one_has_points_to_gain_and_to_lose():
    assert 0 < scores_of_the_clean_one()["rnn-step"] < POINTS["rnn-step"]
    assert scores_of_the_clean_one()["saturation"] == POINTS["saturation"]


def test_the_answers_that_attackers_give_are_right():
    notebook = submission(POINTS)
    seal(notebook)
    assert scores(notebook) == POINTS


def test_a_time_bomb_without_the_bomb_is_a_right_answer():
    notebook = Attack("", "", answers("return solve(exercise, args)", SOLVE), POINTS).notebook()
    seal(notebook)
    assert scores(notebook) == POINTS


def test_names_are_unique():
    names = [each.name for each in [*ATTACKS, *NOISE]]
    assert len(set(names)) == len(names)


# The attacks do try what they say.


def test_the_search_of_memory_finds_what_is_there():
    planted = CANARY.split("-")[-1]
    source = f"{MEMORY}\nplanted = '-'.join(['unrolled', 'canary', '{planted}'])\nprint(memory(1))"
    notebook = submission(HONEST)
    cell(source, "saturation")(notebook)
    seal(notebook)
    assert CANARY in output(notebook)


def test_a_leak_would_be_seen():
    assert CANARY in hidden_lines()
    assert len(hidden_lines()) > 4
    assert leaks(f"'outputs': ['{hidden_lines()[1]}']") == [hidden_lines()[1]]


# What lies outside.


class Listener:
    """A server on this machine that counts its visitors."""

    def __init__(self):
        self.visitors = []
        self._tcp = socket.create_server(("127.0.0.1", 0))
        self.port = self._tcp.getsockname()[1]
        self._udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._udp.bind(("127.0.0.1", self.port))
        self._threads = [
            threading.Thread(target=self._watch, args=[self._accept], daemon=True),
            threading.Thread(
                target=self._watch, args=[lambda: self._udp.recvfrom(99)], daemon=True
            ),
        ]
        for thread in self._threads:
            thread.start()

    def _accept(self):
        visitor, address = self._tcp.accept()
        visitor.close()
        return visitor, address

    def _watch(self, wait):
        while True:
            try:
                self.visitors.append(wait()[1])
            except OSError:
                return

    def close(self):
        for sock in (self._tcp, self._udp):
            with contextlib.suppress(OSError):  # nobody is connected
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()
        for thread in self._threads:
            thread.join(5)


@pytest.fixture
def listener():
    listening = Listener()
    yield listening
    listening.close()


def test_no_connection_is_made(listener):
    notebook = submission(HONEST)
    network(listener.port)(notebook)
    network(listener.port)(notebook)
    seal(notebook)
    assert scores(notebook) == expected(HONEST)
    assert "sent to" not in output(notebook)
    assert listener.visitors == []
    with socket.create_connection(("127.0.0.1", listener.port)):
        pass  # and this one is seen
    assert wait_for(lambda: listener.visitors)


def wait_for(condition):
    for _ in range(100):
        if condition():
            return True
        threading.Event().wait(0.05)
    return False


def test_memory_that_no_process_is_charged_for_is_bounded_too():
    for bomb in BOMBS:
        if bomb.line == "memory that no process is charged for":
            notebook = bomb.notebook()
            seal(notebook)
            said = output(notebook)
            refused = ("<class 'OSError'>", "<class 'PermissionError'>")
            bounded = ("it used more than 1024 MiB of memory", *refused)
            assert any(words in said for words in bounded)


NEIGHBOURS = (
    "a fork bomb",
    "memory in many processes",
    "a loop in a cell that swallows all",
    "threads",
    "files",
    "prints",
    "kills all it can",
    "what the next submission will load",
    "a thread that keeps rewriting names",
)


def test_other_submissions_of_the_same_run_score_the_same():
    attacks = [attack for attack in ATTACKS if attack.name in NEIGHBOURS]
    assert len(attacks) == len(NEIGHBOURS)
    scored = []
    with ThreadPoolExecutor(1) as executor:
        running = executor.submit(lambda: [seal(attack.notebook()) for attack in attacks])
        while not running.done() or not scored:
            honest = submission(POINTS)
            seal(honest, Limits())
            scored.append(scores(honest))
    assert len(scored) >= 2
    assert [each for each in scored if each != POINTS] == []
