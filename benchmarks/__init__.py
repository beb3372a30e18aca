"""Measurements and demonstrations; each is run by a make target of the same name."""
