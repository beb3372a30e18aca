"""The wall: a student's process behind it, an examiner before it, and what they say to each other.

It knows notebooks' cells and limits, and neither nbgrader nor a class. Who leans on whom:

- `walls`, `keeper`: what a process may use, and who ends it;
- `wire`: the strict format of what crosses;
- `shell`, `student`: run cells and call answers, on the far side;
- `examiner`: runs the checks, on the near side;
- `plain_check`, `proxy`, `operations`: what a check cell of plain Python does, here and over there;
- `server`, `sandbox`: fork both from one process that has TensorFlow loaded, inside bubblewrap;
- `session`: the processes of one notebook, restarted when one is lost.
"""
