"""Hostile, noisy and broken submissions to chapter 01, and what each of them must score.

`python -m tests.red_team` grades them behind the wall and prints the table; with `--stock` also
what nbgrader alone gives to those that are safe to run without a wall.
"""

from tests.red_team.bombs import BOMBS
from tests.red_team.cheats import CHEATS
from tests.red_team.escapes import ESCAPES
from tests.red_team.objects import OBJECTS
from tests.red_team.takeovers import TAKEOVERS

ATTACKS = [*CHEATS, *TAKEOVERS, *OBJECTS, *ESCAPES, *BOMBS]
