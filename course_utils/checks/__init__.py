"""Checks: properties an answer must have, named misconceptions, hints and partial credit.

Three floors, and each knows the ones below it only:

- one package a chapter, named as the chapter: its checks and their `hints.toml`. The exercise
  `gru-step` of chapter 07 is decided by `lstm_and_gru/gru_step.py`;
- `fixtures`: objects that several chapters hand to answers, and runs of them by NumPy;
- `engine`: what every check is made of.
"""

from course_utils.checks.engine.check import Check, Exercise, Failed
from course_utils.checks.engine.report import Misconception, Outcome, Report

__all__ = ["Check", "Exercise", "Failed", "Misconception", "Outcome", "Report"]
