"""Looks at an installation: `course doctor` reports on it, and `start` opens a chapter in it."""

import os
import shutil
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, metadata, requires, version
from pathlib import Path
from typing import NamedTuple

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from course_utils.quiet_tensorflow import import_tensorflow

DISTRIBUTION = "unrolled-course"
BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
REPAIR = "Run `make lab` in the course's folder: it installs the locked packages"


class InstallationError(ImportError):
    """A package is missing, or has a version that the course doesn't work with."""


class Finding(NamedTuple):
    """One line of the doctor's report.

    Attributes:
      text: what was looked at and found.
      fix: what to do about it; empty where all is well.
      needed: whether the chapters need it; what only tests or grading need is optional.

    >>> print(Finding("tqdm is missing", "Run `make lab`"))
    FAIL      tqdm is missing. Run `make lab`.
    """

    text: str
    fix: str = ""
    needed: bool = True

    @property
    def fails(self) -> bool:
        """Whether the course does not work because of it."""
        return self.needed and bool(self.fix)

    def __str__(self) -> str:
        mark = "FAIL" if self.fails else "optional" if self.fix else "ok"
        return f"{mark:<8}  {self.text}" + (f". {self.fix}." if self.fix else "")


def start(chapter: str) -> None:
    """Gets a notebook ready: checks the packages, imports TensorFlow silently, sets the style.

    Args:
      chapter: the chapter's name, as in "01_two_step_rnn".

    Raises:
      InstallationError: an ImportError that names each missing package and wrong version,
        and says what to do.
    """
    require_packages()
    import_tensorflow()
    from course_utils.plotting import use_style
    from course_utils.work.copies import news_here

    use_style()
    profile = os.environ.get("COURSE_PROFILE", "full")
    print(f"Chapter {chapter} is ready ({profile} profile).")
    if told := news_here(chapter):
        print(told)


def require_packages() -> None:
    """Does nothing if all packages are there.

    Raises:
      InstallationError: naming each missing package and wrong version, and what to do.
    """
    faults = [finding.text for finding in check_packages() if finding.fails]
    if faults:
        raise InstallationError(
            f"The course can't start: {'; '.join(faults)}. {REPAIR}. In a notebook, then choose "
            "Kernel > Restart Kernel."
        )


def examine() -> Iterator[Finding]:
    """All findings, one at a time, for some take seconds."""
    yield check_python()
    packages = check_packages()
    yield from packages
    if not any(finding.fails for finding in packages):
        yield check_data()
        yield check_kernel()
        yield check_devices()
    if is_for_teachers():
        if not any(finding.fails for finding in packages):
            yield check_sandbox()
        yield check_browser()


def is_for_teachers() -> bool:
    """Whether this copy of the course can build and grade: what `course release` writes can't."""
    return (Path(__file__).parent / "build").is_dir()


def check_python() -> Finding:
    """Whether the course works with this Python; `course_utils` itself refuses older ones."""
    found = sys.version.split()[0]
    try:
        wanted = SpecifierSet(metadata(DISTRIBUTION)["Requires-Python"])
    except PackageNotFoundError:
        return Finding(f"Python {found}, but the course itself is not installed", REPAIR)
    if wanted.contains(found, prereleases=True):
        return Finding(f"Python {found}")
    return Finding(f"Python is {found}, the course needs {wanted}", "Install one, then `make lab`")


def check_packages() -> list[Finding]:
    """The packages that the course's own metadata asks for, each against the range it gives."""
    try:
        declared = [Requirement(text) for text in requires(DISTRIBUTION) or []]
    except PackageNotFoundError:
        return [Finding(f"{DISTRIBUTION} is missing", REPAIR)]
    return [_check_package(r) for r in declared if r.marker is None or r.marker.evaluate()]


def _check_package(requirement: Requirement) -> Finding:
    name, wanted = requirement.name, requirement.specifier
    try:
        found = version(name)
    except PackageNotFoundError:
        return Finding(f"{name} is missing", REPAIR)
    if wanted.contains(found, prereleases=True):
        return Finding(f"{name} {found}")
    return Finding(f"{name} is {found}, the course needs {wanted}", REPAIR)


def check_data() -> Finding:
    """Whether the files of data that packages ship are where the course looks for them."""
    from course_utils.data.shipped import FILES, shipped_file

    missing = [parts[-1] for parts in FILES if not shipped_file(*parts).is_file()]
    if missing:
        return Finding(f"Data: {', '.join(missing)} is missing", REPAIR)
    return Finding("Data: digits, Wikipedia's text and word pairs are there")


def check_kernel() -> Finding:
    """Whether the kernel that notebooks ask for, python3, runs the Python that runs this."""
    from jupyter_client.kernelspec import NoSuchKernel
    from jupyter_client.manager import KernelManager

    try:
        program = KernelManager(kernel_name="python3").format_kernel_cmd()[0]
    except NoSuchKernel:
        return Finding("Jupyter has no kernel python3", REPAIR)
    if Path(program).parent == Path(sys.executable).parent:
        return Finding("Jupyter's kernel python3 runs this Python")
    return Finding(
        f"Jupyter's kernel python3 runs {program}, not {sys.executable}",
        "Remove it with `jupyter kernelspec remove python3`",
    )


def check_devices() -> Finding:
    """What TensorFlow computes on."""
    try:
        tf = import_tensorflow()
    except ImportError as error:
        return Finding(f"TensorFlow is there but does not load ({error})", REPAIR)
    gpus = tf.config.list_physical_devices("GPU")
    if gpus:
        return Finding(f"TensorFlow sees {len(gpus)} GPU and uses it")
    return Finding(f"TensorFlow uses the CPU, {os.cpu_count()} cores; it sees no GPU")


def check_sandbox() -> Finding:
    """Whether grading can wall off a submission."""
    from course_utils.grading.wall.sandbox import problem

    reason = problem()
    if reason is None:
        return Finding("Sandbox: works")
    return Finding("No sandbox; only grading needs one", reason.rstrip("."), False)


def check_browser() -> Finding:
    """Whether the tests find a browser to open JupyterLab in."""
    program = find_browser()
    if program is None:
        return Finding(
            "No Chromium; only `make test` needs one",
            "On Debian and Ubuntu: sudo apt install chromium",
            False,
        )
    return Finding(f"Browser for tests: {Path(program).name}")


def find_browser() -> str | None:
    """The path of a Chromium or Chrome, or None."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)
