"""Honest submissions that other tools, or a student's habits, have made untidy."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from tests.answer_bank import BANK
from tests.red_team.course import CHAPTER, FUNCTIONS, POINTS, Change, both, cell, find, submission


@dataclass(frozen=True)
class Noise:
    """A submission that must score what the clean one does.

    Attributes:
      name: what the table calls it.
      change: makes it from the clean one.
      text: changes its file.
    """

    name: str
    change: Change = lambda notebook: None
    text: Callable[[str], str] = lambda text: text

    def notebook(self) -> NotebookNode:
        """The submission, as it is read from its file."""
        made = clean()
        self.change(made)
        text = self.text(nbformat.writes(made, version=nbformat.NO_CONVERT))
        return nbformat.reads(text, as_version=4)

    def __str__(self) -> str:
        return self.name


def clean() -> NotebookNode:
    """All is answered, some of it wrong, so that points can be lost and gained."""
    notebook = submission(POINTS)
    wrong = BANK / CHAPTER / "rnn-step" / "wrong_bias_left_out.py"
    find(notebook, "rnn-step").source = wrong.read_text(encoding="utf-8")
    return notebook


def _anywhere(source: str) -> Change:
    """A cell at the start, one in the middle and one at the end."""

    def change(notebook: NotebookNode) -> None:
        for place in (0, len(notebook.cells) // 2, len(notebook.cells) + 2):
            notebook.cells.insert(place, new_code_cell(source))

    return change


def _in_answers(line: str, names: Sequence[str] = tuple(FUNCTIONS)) -> Change:
    """A line at the start of these functions."""

    def change(notebook: NotebookNode) -> None:
        for name in names:
            answer = find(notebook, name)
            head, _, rest = answer.source.partition("\ndef ")
            if answer.source.startswith("def "):
                head, rest = "", answer.source[4:]
            signature, _, body = rest.partition("):\n")
            answer.source = f"{head}\ndef {signature}):\n    {line}\n{body}"

    return change


def _each(edit: Callable[[NotebookNode], object]) -> Change:
    def change(notebook: NotebookNode) -> None:
        for each in notebook.cells:
            edit(each)

    return change


def _moved(notebook: NotebookNode) -> None:
    """The last exercise comes first of the functions, text goes to the end."""
    texts = [each for each in notebook.cells if each.cell_type == "markdown"]
    code = [each for each in notebook.cells if each.cell_type != "markdown"]
    answer, check = find(notebook, "saturation"), find(notebook, "check-saturation")
    place = code.index(find(notebook, "parameter-count"))
    others = [each for each in code if each is not answer and each is not check]
    notebook.cells = [*others[:place], answer, check, *others[place:], *texts]


def _split(notebook: NotebookNode) -> None:
    """A part of each answer stands in a cell of its own."""
    for name in ("rnn-step", "saturation"):
        answer = find(notebook, name)
        place = notebook.cells.index(answer)
        notebook.cells.insert(place, new_code_cell(answer.source))
        answer.source = f"{name.replace('-', '_')} = {name.replace('-', '_')}  # as above"


def _old(minor: int) -> Change:
    """A notebook of an older format 4, which has no cell ids."""

    def change(notebook: NotebookNode) -> None:
        notebook.nbformat_minor = minor
        for each in notebook.cells:
            each.pop("id", None)

    return change


def _colab(notebook: NotebookNode) -> None:
    notebook.metadata.update(
        colab={"provenance": [], "toc_visible": True},
        accelerator="GPU",
        kernelspec={"name": "python3", "display_name": "Python 3"},
    )
    notebook.nbformat_minor = 0
    for index, each in enumerate(notebook.cells):
        each.pop("id", None)
        each.metadata.update(id=f"x{index}", colab={"base_uri": "https://localhost:8080/"})
        each.metadata.pop("editable", None)
        each.metadata.pop("deletable", None)


def _vscode(notebook: NotebookNode) -> None:
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": ".venv", "language": "python", "name": "venv-3.12"},
            "language_info": {"name": "python", "version": "3.12.1"},
            "vscode": {"interpreter": {"hash": "0" * 64}},
        }
    )
    _each(lambda each: each.metadata.update(vscode={"languageId": "python"}))(notebook)


def _widgets(notebook: NotebookNode) -> None:
    state = {"state": {}, "version_major": 2, "version_minor": 0}
    notebook.metadata.widgets = {"application/vnd.jupyter.widget-state+json": state}
    _each(
        lambda each: each.metadata.update(
            collapsed=True, scrolled=True, jupyter={"outputs_hidden": True}, slideshow={"x": "-"}
        )
    )(notebook)


NOISE = [
    Noise("nothing at all"),
    Noise("stderr in cells", _anywhere("import sys; print('careful', file=sys.stderr)")),
    Noise("stderr past Python", _anywhere("import os; os.write(2, b'careful')")),
    Noise("stderr in answers", _in_answers("import sys; print('called', file=sys.stderr)")),
    Noise("warnings in answers", _in_answers("import warnings; warnings.warn('careful')")),
    Noise("logging in answers", _in_answers("import logging; logging.error('careful')")),
    Noise("TensorFlow's log in answers", _in_answers("tf.get_logger().error('careful')")),
    Noise("prints in answers", _in_answers("print('debugging', locals())")),
    Noise("displays in answers", _in_answers("display(6.0)")),
    Noise("figures in answers", _in_answers(
        "plt.plot([1, 2]); plt.show()", ["saturation"]
    )),
    Noise("global state in answers", _in_answers("np.random.seed(0); tf.random.set_seed(0)")),
    Noise("failing scratch cells", _anywhere("undefined_name + 1 / 0")),
    Noise("scratch cells that are no Python", _anywhere("this is no Python (")),
    Noise("unfinished cells", _anywhere("def later(:\n    '''")),
    Noise("extra cells, one without a text", both(_anywhere(""), _anywhere("# to do"))),
    Noise("a heading added", lambda nb: nb.cells.insert(0, new_markdown_cell("# My **work**"))),
    Noise("moved cells", _moved),
    Noise("answers in cells of their own", _split),
    Noise("reseeded generators", _anywhere(
        "import random, numpy as np, tensorflow as tf\n"
        "random.seed(1); np.random.seed(1)\n"
        "tf.random.set_seed(1); tf.keras.utils.set_random_seed(1)"
    )),
    Noise("eager mode switched on", _anywhere(
        "import tensorflow as tf; tf.config.run_functions_eagerly(True)"
    )),
    Noise("float64 by default", _anywhere(
        "import tensorflow as tf; tf.keras.backend.set_floatx('float64')"
    )),
    Noise("NumPy's errors switched on", _anywhere("import numpy as np; np.seterr(all='raise')")),
    Noise("NumPy prints otherwise", _anywhere("import numpy as np; np.set_printoptions(0)")),
    Noise("warnings as errors", _anywhere("import warnings; warnings.simplefilter('error')")),
    Noise("another style", _anywhere("import matplotlib.pyplot as p; p.style.use('ggplot')")),
    Noise("magics", _anywhere(
        "%matplotlib inline\n%timeit -n1 -r1 sum(range(10))\n%load_ext autoreload\n%autoreload 2"
    )),
    Noise("cell magics", _anywhere("%%time\n1 + 1")),
    Noise("another language", _anywhere("%%bash\necho hello >&2; exit 3")),
    Noise("shell commands", _anywhere("!ls; echo done >&2\nfiles = !ls")),
    Noise("input()", _anywhere("name = input('Your name? ')")),
    Noise("input() in answers", _in_answers("try: input()\n    except Exception: pass")),
    Noise("help and source", _anywhere("?print\nimport numpy as np\nnp.tanh?")),
    Noise("a progress bar", _anywhere("from tqdm.auto import tqdm\nfor _ in tqdm(range(3)): pass")),
    Noise("widgets", _anywhere("import ipywidgets\nipywidgets.IntSlider()")),
    Noise("plots", _anywhere("import matplotlib.pyplot as p\np.plot([1, 2]); p.show()")),
    Noise("pictures, sound and JavaScript", _anywhere(
        "from IPython.display import HTML, Javascript, SVG\n"
        "display(HTML('<b>x</b>'), Javascript('1'), SVG('<svg/>'))"
    )),
    Noise("files written and read", _anywhere(
        "open('notes.txt', 'w').write('x'); print(open('notes.txt').read())"
    )),
    Noise("files that are not there", _anywhere("open('data/my_data.csv')")),
    Noise("a background thread", _anywhere(
        "import threading; threading.Thread(target=print, args=['done']).start()"
    )),
    Noise("names of checks used for notes", _anywhere("report = points = check = 'later'")),
    Noise("names of Python used for values", _anywhere("list = [1]; sum = 3; max = 5; str = 'x'")),
    Noise("await", _anywhere("import asyncio\nawait asyncio.sleep(0)")),
    Noise("everything run twice", lambda nb: nb.cells.extend(
        new_code_cell(each.source) for each in list(nb.cells)
        if each.cell_type == "code" and "nbgrader" not in each.metadata
    )),
    Noise("Unicode", _anywhere("größe = 'ünïcödé 🎉 \u202e'\nprint(größe, '\\ud800' != 'x')")),
    Noise("Unicode in answers", _in_answers("größe = '🎉'")),
    Noise("a byte order mark in a cell", cell("\ufeffx = 1")),
    Noise("CRLF in the cells", _each(
        lambda each: each.update(source=each.source.replace("\n", "\r\n"))
    )),
    Noise("CRLF in the file", text=lambda text: text.replace("\n", "\r\n")),
    Noise("one line", text=lambda text: json.dumps(json.loads(text))),
    Noise("tabs", _each(
        lambda each: each.cell_type == "code" and each.update(
            source=each.source.replace("    ", "\t")
        )
    )),
    Noise("blank lines and blanks at the ends", _each(
        lambda each: each.update(source=each.source.replace("\n", "  \n") + "\n\n")
    )),
    *(Noise(f"format 4.{minor}, no cell ids", _old(minor)) for minor in range(5)),
    Noise("Colab", _colab),
    Noise("VS Code", _vscode),
    Noise("widgets' state and folded cells", _widgets),
    Noise("another kernel of Python", lambda nb: nb.metadata.update(
        kernelspec={"name": "conda-env-ml-py", "display_name": "Python [ml]", "language": "python"}
    )),
    Noise("no metadata of the notebook", lambda nb: nb.update(metadata={})),
    Noise("execution counts", _each(
        lambda each: each.cell_type == "code" and each.update(execution_count=77)
    )),
    Noise("copied cells", lambda nb: nb.cells.append(new_code_cell(find(nb, "rnn-step").source))),
]  # fmt: skip
