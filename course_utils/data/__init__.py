"""The course's data sets, one module each."""
