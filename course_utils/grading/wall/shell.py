"""An IPython shell whose cells give their outputs in the notebook format.

A kernel needs half a second and sockets to do the same; this shell is forked ready-made.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Type
from traitlets.config import Config

Output = dict[str, Any]
# Of notebooks' front ends, of Colab, and of packages that are not here; no answer depends on them.
_OTHERS_MAGICS = (
    *("matplotlib", "config", "load_ext", "reload_ext", "autoreload", "gui", "pylab"),
    *("pip", "conda", "mamba", "uv", "tensorflow_version", "tensorboard", "watermark"),
)


class Outputs:
    """Collects the outputs of cells, up to a number of characters in all.

    Args:
      limit: how many characters to keep; what comes later is dropped, and a note says so.
    """

    def __init__(self, limit: float) -> None:
        self._left = limit
        self._full = False
        self._displays: dict[str, Output] = {}
        self.items: list[Output] = []

    def add(self, output: Output, size: int, display_id: str = "") -> None:
        """Adds an output, or replaces an earlier one that was shown under the same id."""
        self._left -= size
        if self._left < 0:
            self._note()
        elif display_id in self._displays:
            self._displays[display_id].update(output)
        else:
            self.items.append(output)
            if display_id:
                self._displays[display_id] = output

    def write(self, name: str, text: str) -> None:
        """Adds text of the stream "stdout" or "stderr"."""
        self._left -= len(text)
        last = self.items[-1] if self.items else {}
        if self._left < 0:
            self._note()
        elif last.get("name") == name:
            last["parts"].append(text)
        else:
            self.items.append({"output_type": "stream", "name": name, "parts": [text]})

    def take(self) -> list[Output]:
        """The outputs since the last time."""
        taken, self.items, self._displays, self._full = self.items, [], {}, False
        for output in taken:
            if "parts" in output:
                output["text"] = "".join(output.pop("parts"))
        return taken

    def clear(self) -> None:
        """Forgets the outputs since the last `take`."""
        self.items.clear()
        self._displays.clear()

    def _note(self) -> None:
        if not self._full:
            self._full = True
            text = "\n[The rest of the output is left out: it is too much.]\n"
            self.items.append({"output_type": "stream", "name": "stdout", "parts": [text]})


class Stream(io.TextIOBase):
    """Standard output or error of a cell."""

    encoding = "utf-8"

    def __init__(self, name: str, outputs: Outputs) -> None:
        self.name = name
        self._outputs = outputs

    def writable(self) -> bool:
        """Always."""
        return True

    def write(self, text: str) -> int:
        """Adds the text to the outputs."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self._outputs.write(self.name, text)
        return len(text)


def _bundle(data: Mapping[str, Any]) -> tuple[Output, int]:
    """A mime bundle's texts and their size; pictures become texts as in a notebook's file."""
    texts = {
        kind: base64.b64encode(value).decode() if isinstance(value, bytes) else value
        for kind, value in data.items()
        if isinstance(value, (str, bytes))
    }
    return {"data": texts, "metadata": {}}, sum(map(len, texts.values()))


class _Publisher(DisplayPublisher):
    def publish(  # type: ignore[override]
        self,
        data: Mapping[str, Any],
        metadata: Mapping[str, Any] | None = None,
        *,
        transient: Mapping[str, Any] | None = None,
        **_: Any,
    ) -> None:
        bundle, size = _bundle(data)
        self.shell.outputs.add(
            {"output_type": "display_data", **bundle},
            size,
            display_id=str((transient or {}).get("display_id", "")),
        )

    def clear_output(self, wait: bool = False) -> None:
        self.shell.outputs.clear()


class _ResultHook(DisplayHook):
    def write_output_prompt(self) -> None:
        pass

    def write_format_data(
        self, format_dict: Mapping[str, Any], md_dict: Mapping[str, Any] | None = None
    ) -> None:
        bundle, size = _bundle(format_dict)
        result = {"output_type": "execute_result", "execution_count": self.prompt_count, **bundle}
        self.shell.outputs.add(result, size)  # type: ignore[union-attr]

    def finish_displayhook(self) -> None:
        self._is_active = False


def _do_nothing(_line: str) -> None:
    pass


class Shell(InteractiveShell):
    """The shell; there is one in a process, made with `Shell.instance()`."""

    displayhook_class = Type(_ResultHook)
    display_pub_class = Type(_Publisher)

    def __init__(self, **kwargs: Any) -> None:
        self.outputs = Outputs(float("inf"))
        super().__init__(config=Config({"HistoryManager": {"enabled": False}}), **kwargs)

    def init_magics(self) -> None:
        """IPython's commands, and those of editors and kernels, which do nothing here."""
        super().init_magics()
        self.magics_manager.magics["line"].update(dict.fromkeys(_OTHERS_MAGICS, _do_nothing))

    def warm_up(self) -> None:
        """Runs a cell that fails, because the first traceback takes long."""
        self.execute("import matplotlib.pyplot\n1 / 0")
        self.reset(new_session=True)
        self.execution_count = 1

    def execute(self, source: str) -> tuple[list[Output], Any]:
        """Runs a cell.

        Returns:
          Its outputs, and what IPython says of the run.
        """
        stdout, stderr = Stream("stdout", self.outputs), Stream("stderr", self.outputs)
        with redirect_stdout(stdout), redirect_stderr(stderr):
            run = self.run_cell(source, store_history=True)
        return self.outputs.take(), run

    @contextmanager
    def _tee(self, channel: str) -> Iterator[None]:
        """Would keep all that is printed for a history that nobody reads."""
        yield

    def ask_exit(self) -> None:
        """What `exit` in a cell calls; a kernel would end, and the notebook with it."""

    def enable_gui(self, gui: str | None = None) -> None:
        """There is no screen."""

    def _showtraceback(self, etype: Any, evalue: Any, stb: list[str]) -> None:
        error = {
            "output_type": "error",
            "ename": str(etype.__name__),
            "evalue": str(evalue),
            "traceback": list(stb),
        }
        self.outputs.add(error, sum(map(len, stb)))
