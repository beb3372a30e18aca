"""What `nbgrader_config.py` plugs into nbgrader, for one submission at a time.

- `release`: what was handed out, read from the release and the grade book;
- `refusal`: why a file can't be graded;
- `restore`: puts a submission back into the form of its release;
- `sealed`: runs it behind the wall, or recalls what `store` has kept; `execute` runs it without;
- `clean`, `feedback`: what the pages may show.
"""
