# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Start here
#
# *Unrolled* teaches recurrent networks by building them: every mechanism by hand first, then
# the library's, and at each rung a proof that both compute the same numbers. You need Python,
# NumPy and a little TensorFlow. Nothing here needs a GPU, and nothing needs the internet.
#
# After this page, which takes about ten minutes and is not graded, you know
#
# - that your installation works;
# - which chapters there are, and in which order to take them;
# - how an exercise and its check work, and what to do with a red line;
# - how to see your standing and hand in your work.

# %% tags=["setup"]
try:
    import course_utils
except ImportError:
    raise ImportError(
        "This kernel does not have the course's packages. Start JupyterLab with `make lab`, "
        "then choose Kernel > Change Kernel > Python 3 (ipykernel)."
    ) from None
course_utils.start("00_start_here")

# %% [markdown]
# You have just run your first cell: *Shift+Enter* runs the cell that has the cursor and goes
# on to the next one. Every notebook begins with a cell like it. If something is missing, it
# says what, and what to do.
#
# ## Your installation
#
# The next cell looks at everything that the course uses, line by line. A line that says `FAIL`
# ends with the remedy. Lines marked `optional` matter to instructors and maintainers only.

# %% tags=["nbval-ignore-output"]
from course_utils import diagrams, doctor, progress
from course_utils.checks.start_here import check_mean_square

for finding in doctor.examine():
    print(finding)

# %% [markdown]
# ## The chapters
#
# Each chapter stands on the one before. The first three are one ladder: the same small network,
# run in a smarter way on each rung, with the same numbers.

# %% tags=["demo"]
chapters = progress.read().chapters
diagrams.course_map(available=[int(chapter.name[:2]) for chapter in chapters]).show()

# %% [markdown]
# The chapters have habits in common:
#
# - **Predict, then run.** Below a text that says so is a cell for your guess. The comment in it
#   says what to write: a number, or a word in quotes. Write it in place of the three dots and run
#   the cell. One of the next cells measures, and shows your guess beside what came out. Nobody
#   grades it, and you may leave the dots. A wrong guess teaches more than a right reading.
# - **Prove it.** New code has to give the numbers of the code it replaces.
# - **Break it.** Now and then a cell is meant to go wrong, and the text says so.
#
# Most cells that only draw are closed; a click on the bar in front of them opens them. At both ends
# of each chapter are links to the one before, the one after, this page and the [index of
# terms](../../docs/terms.md). A number that may come out a little different on your machine stands
# behind ≈, and in brackets what it is held against.
#
# ## How an exercise works
#
# An exercise has a heading with its points, a cell for your answer, a cell to try it, and a
# check. Your code goes into the answer cell: where it says `# YOUR CODE HERE`, put it in the place
# of the three dots. Then run the cell and the two below it.
#
# The **try-it cell** shows what your answer gives for one small example, and its last lines, from
# `# prints:` on, say what a right answer prints. Numbers are rounded to four digits behind the
# point, and arrays are shown as lists. It has no points, so change the example as you like.

# %% tags=["demo"]
diagrams.exercise_flow().show()

# %% [markdown]
# A check tries your answer on many inputs, one **property** a line. Checks don't mind your
# style: a loop or a matrix product, NumPy or TensorFlow. A line is
#
# - green if the property holds;
# - red if it fails, with the reason and a call that shows it, to paste into a cell of its own;
# - grey if it was not looked at, because it can't be judged while another line is red.
#
# ### A worked example
#
# *Write a function of an array of errors that returns the mean of their squares. For the errors
# 1 and 3 it is (1 + 9) / 2 = 5.* A first try:

# %%
import numpy as np


def mean_square(errors):
    """The mean of the squared errors, an array of one dimension."""
    return np.mean(errors) ** 2


check_mean_square(mean_square)

# %% [markdown]
# Two lines are red. The first red line says what went wrong: for two errors of opposite sign,
# we got 0. It names the idea behind our mistake and gives a hint. So the square must come
# before the mean:


# %%
def mean_square(errors):
    """The mean of the squared errors, an array of one dimension."""
    return np.mean(np.square(errors))


check_mean_square(mean_square)

# %% [markdown]
# All green. Did you notice that the first line was green both times? With a single error, both
# formulas agree. A check needs cases that tell right from wrong, and so does every test that
# you write yourself.
#
# When a check stays red:
#
# 1. Read the *first* red line; the others often follow from it.
# 2. Paste the call below it into a cell of its own and look at what comes out, or begin with the
#    try-it cell, whose example is small enough to follow by hand.
# 3. "Not answered yet" means that nothing stands in the place of the dots, or that you did not
#    run the cell after your last change.
# 4. When cells were run out of order, choose *Kernel > Restart Kernel and Run All Cells*.
#
# The check that you see tries some inputs; grading tries others as well. An answer that looks
# its results up in a table won't pass there.
#
# ### What red lines cost
#
# In a chapter the check also gives points. All lines count the same: of three lines each is worth
# a third. But one mistake can turn several lines red, as in our first try. Red lines that name the
# same mistake ("It looks as if ...") are counted together:
#
# - If your numbers are just what this mistake leads to, the rest of your answer is right, and
#   together they cost what one line costs. Our first try would have kept two thirds of the points.
# - In any other case each of them costs its line, but together at most two thirds of the points.
#
# Two mistakes are counted one by one, and red lines that name none cost a line each. In a few
# exercises the mistake is what the exercise is about, as a bug that was to be mended: there it
# costs all lines that fail for it.
#
# ## Your standing
#
# Points are read from your copies in `work/` as you last saved them. The same table comes from the
# command `course progress`. No command writes over a copy.

# %% tags=["nbval-ignore-output"]
progress.read()

# %% [markdown]
# ## Handing in
#
# Save the notebook (Ctrl+S). Before you hand it in, choose *Kernel > Restart Kernel and Run All
# Cells* and look through it once more. Grading runs the cells in this order, too, but leaves out
# demonstrations whose results no answer uses. Then hand in the file under its own name, for
# instance `work/01_two_step_rnn/01_two_step_rnn.ipynb`, in the way your instructor asks for. If
# your course uses nbgrader's assignment list, choose *Nbgrader > Assignment List* and press
# *Submit*.
#
# Grading runs your answers afresh. What you print or draw costs nothing, and neither do cells
# that you add. Only the check cells themselves are restored to their original text.
#
# ## What comes next
#
# Open `01_two_step_rnn` in the file browser on the left: a network so small that we can compute
# it by hand.
