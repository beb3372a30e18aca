"""Grade books that are made at once.

For each new one nbgrader starts a command that takes 6 s of a core and names the newest migration.
"""

import nbgrader.api
from alembic.script import ScriptDirectory
from nbgrader.dbutil import ALEMBIC_DIR

told_by_a_command = nbgrader.api.get_alembic_version


def newest_migration() -> str:
    """What `alembic heads` prints, read in this process."""
    (head,) = ScriptDirectory(ALEMBIC_DIR).get_heads()
    return head


nbgrader.api.get_alembic_version = newest_migration
