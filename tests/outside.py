"""The environment of a user's shell, for tests that do what a user types."""

import os
import sys
from pathlib import Path


def outside(**changes: object) -> dict[str, str]:
    """This process's environment without the make and the `.venv` that may run the tests."""
    inner = ("MAKEFLAGS", "MAKELEVEL", "MFLAGS", "VIRTUAL_ENV")
    kept = {name: value for name, value in os.environ.items() if name not in inner}
    folders = kept["PATH"].split(os.pathsep)
    kept["PATH"] = os.pathsep.join(f for f in folders if Path(f) != Path(sys.executable).parent)
    return kept | {name: str(value) for name, value in changes.items()}
