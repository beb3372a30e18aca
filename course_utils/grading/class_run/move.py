"""`course move-book`: copies the grade book into another database, as onto PostgreSQL."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path

from nbgrader.api import Base, Course, Gradebook
from sqlalchemy import Connection, Table, create_engine, func, insert, inspect, select
from sqlalchemy.exc import NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from course_utils.grading.class_run.book import open_book, tells_of_the_book

_ROWS = 1000  # at a time


class NotMoved(Exception):  # noqa: N818 - the text is a cause
    """The other database can't have the book; nothing was written into it."""


@tells_of_the_book("move-book")
def move_book(url: str, root: Path) -> int:
    """Copies every row of the course's grade book, and prints how many there were.

    Args:
      url: of the other database, as SQLAlchemy takes it: "postgresql+psycopg://USER@HOST/NAME".
      root: the course's folder.

    Returns:
      0, or 1 if nothing was copied.
    """
    try:
        with open_book(root) as here, _opened(url, here.course_id) as there:
            counts = _copy(here, there)
    except NotMoved as error:
        print(f"course move-book: {error}", file=sys.stderr)
        return 1
    for name, count in counts.items():
        print(f"{name}: {count}")
    print(
        f"All {sum(counts.values())} rows are there. Put this into nbgrader_config.py:\n"
        f'c.CourseDirectory.db_url = "{url}"'
    )
    return 0


def _opened(url: str, course_id: str) -> Gradebook:
    """The other grade book, made by nbgrader unless there is an empty one."""
    try:
        with closing(create_engine(url, poolclass=NullPool).connect()) as database:
            there = set(inspect(database).get_table_names())
            for table in Base.metadata.sorted_tables:
                # The names of courses are written as soon as somebody looks into a book.
                if table.name in there - {"course"} and _count(database, table):
                    raise NotMoved(f"there are rows in {table.name!r} already: give an empty one")
        return Gradebook(url, course_id)
    except (NoSuchModuleError, ModuleNotFoundError) as error:
        raise NotMoved(
            f"no driver for {url.partition(':')[0]!r} is installed here ({error}). In the checkout "
            "of the course: pip install '.[cluster]'; and begin the address with "
            "postgresql+psycopg://."
        ) from None
    except SQLAlchemyError as error:
        said = str(error).strip().splitlines()[0]
        raise NotMoved(f"the other database can't be used: {said}") from None


def _copy(here: Gradebook, there: Gradebook) -> dict[str, int]:
    """Copies all tables at once or none, and returns the number of rows of each."""
    tables = Base.metadata.sorted_tables
    with here.engine.connect() as old, there.engine.begin() as new:
        new.execute(Course.__table__.delete())  # the one that nbgrader has made
        for table in tables:
            for rows in old.execute(select(table)).mappings().partitions(_ROWS):
                new.execute(insert(table), [dict(row) for row in rows])
        counts = {table.name: _count(old, table) for table in tables}
        wrong = [table.name for table in tables if _count(new, table) != counts[table.name]]
        if wrong:
            raise NotMoved(f"not all rows of {', '.join(wrong)} got there; nothing was copied")
    return counts


def _count(database: Connection, table: Table) -> int:
    return database.execute(select(func.count()).select_from(table)).scalar_one()
