"""Machine-made mistakes: single changes of right answers, run against the checks.

`operators` says what is changed, `mutate` lists the changed answers, `running` runs the checks on
them, `equivalence` decides of those with full points whether they compute what the right answer
does, on inputs from `inputs`. `python -m tests.mutants` (`make mutants`) prints the table.
"""
