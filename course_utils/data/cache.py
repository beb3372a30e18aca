"""A folder of the user's own for what takes seconds to make, and files that appear there whole."""

import contextlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path


def folder() -> Path:
    """Where the course keeps such files: `$XDG_CACHE_HOME/unrolled`, or `~/.cache/unrolled`."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return Path(base) / "unrolled"


def kept(name: str) -> bytes | None:
    """A file's content if the cache has it."""
    with contextlib.suppress(OSError):
        return (folder() / name).read_bytes()
    return None


def cached(name: str, make: Callable[[], bytes]) -> bytes:
    """A file's content, from the cache if it is there.

    There is no lock: who finds no file makes its content and puts it there in one move, so that
    two who do it at once do no harm. Where the folder can't be written, nothing is kept.

    Args:
      name: of the file; it should say all that its content depends on.
      make: makes the content.

    Returns:
      The content.
    """
    content, path = kept(name), folder() / name
    if content is not None:
        return content
    content = make()
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, content)
    return content


def write_whole(path: Path, content: bytes) -> None:
    """Writes a file so that nobody ever sees a part of it.

    Raises:
      OSError: if the folder can't be written; then nothing is left there.
    """
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.replace(temporary, path)
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
