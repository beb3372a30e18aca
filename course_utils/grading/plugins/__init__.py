"""What `nbgrader_config.py` plugs into nbgrader, for one submission at a time.

- `release`: what was handed out, read from the release and the grade book;
- `refusal`: why a file can't be graded;
- `restore`: puts a submission back into the form of its release;
- `sealed`: runs it behind the wall, or recalls what `store` has kept; `execute` runs it without;
- `worked`: tries an instructor's own tests on the worked answers;
- `rerelease`: a chapter that changes after its release;
- `pages`, `formulas`, `clean`, `feedback`: what the pages show, and may show;
- `scores`, `handed_in`, `formgrader`: what nbgrader has no settings for.
"""
