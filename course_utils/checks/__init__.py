"""Checks: properties an answer must have, named misconceptions, hints and partial credit.

The parts, in the order in which a check uses them:

- `boundary`: calls a student's object with plain values and reads plain values back;
- `compare`: compares them with expected values and says where they differ;
- `check`: collects properties into a report, and names the misconception behind a failure;
- `report`: what the student sees, and the points;
- `probes`: named measurements that have to be made where the student's object lives;
- one module a chapter, with that chapter's checks.
"""

from course_utils.checks.check import Check, Exercise, Failed
from course_utils.checks.report import Misconception, Outcome, Report

__all__ = ["Check", "Exercise", "Failed", "Misconception", "Outcome", "Report"]
