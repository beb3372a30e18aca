"""Makes what students get, with nbgrader's own generate_assignment."""

import logging
from pathlib import Path

from nbgrader.converters import GenerateAssignment
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config, PyFileConfigLoader


def generate(root: Path, name: str, folder: Path) -> str:
    """Releases a solution notebook and returns the released notebook's text.

    It is what `nbgrader generate_assignment NAME` writes, byte for byte, but in a process that runs
    already (the command takes two seconds to start) and without the grade book. An instructor runs
    the command once a chapter, which fills the grade book.

    Args:
      root: the course's folder, with `solutions/` and `nbgrader_config.py`.
      name: the chapter.
      folder: an empty or new folder to release into.

    Raises:
      nbgrader.converters.NbGraderException: if nbgrader can't; its log says why.
    """
    config = _config(root, folder)
    config.CourseDirectory.assignment_id = name
    # With a logger of its own, nbgrader's errors reach standard error.
    log = logging.getLogger(__name__)
    coursedir = CourseDirectory(config=config, log=log)
    GenerateAssignment(coursedir=coursedir, config=config, log=log).start()
    return (folder / name / f"{name}.ipynb").read_text(encoding="utf-8")


def _config(root: Path, folder: Path) -> Config:
    config = PyFileConfigLoader("nbgrader_config.py", path=str(root)).load_config()
    config.CourseDirectory.root = str(root)
    config.CourseDirectory.release_directory = str(folder)
    config.GenerateAssignment.no_database = True
    config.SaveCells.enabled = False
    return config
