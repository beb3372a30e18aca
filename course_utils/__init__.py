"""Unrolled: the helper package that the course's notebooks import."""

__version__ = "0.1.0"
