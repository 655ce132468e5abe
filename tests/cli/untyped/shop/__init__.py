"""A project of several files."""
