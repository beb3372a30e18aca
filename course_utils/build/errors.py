"""The one error of the build."""


class BuildError(Exception):
    """A chapter that can't be built.

    Attributes:
      where: the chapter, and the line or the id of the cell.
      problem: what is wrong, without a full stop.
      fix: what to do, a sentence.

    >>> print(BuildError("chapters/01_rnn.py:7 (rnn-step)", "the check has no points", "Add them."))
    chapters/01_rnn.py:7 (rnn-step): the check has no points. Add them.
    """

    def __init__(self, where: str, problem: str, fix: str) -> None:
        super().__init__(f"{where}: {problem}. {fix}")
        self.where = where
        self.problem = problem
        self.fix = fix
