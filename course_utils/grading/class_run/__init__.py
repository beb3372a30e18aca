"""`course grade`: a whole class, in parallel.

- `collect`: finds what was handed in, and says why the rest can't be graded;
- `farm`: runs it on all cores, each notebook once;
- `writer`: the one process that writes the grade book and the pages, by nbgrader's converters;
- `class_report`, `progress`: what the instructor sees;
- `run`: the command.
"""
