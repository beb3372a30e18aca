"""Grading with nbgrader: what `nbgrader_config.py` plugs into it."""

# What a solution region becomes in the notebook that students get. It raises nothing, so an
# untouched notebook runs to its end and every check can say that there is no answer yet.
STUB = "# YOUR CODE HERE\n..."
TRY_IT = "try-it"  # the tag of a cell that shows what an answer gives for a small example
BY_HAND = "YOUR ANSWER HERE"  # what nbgrader puts in the place of an answer in words
