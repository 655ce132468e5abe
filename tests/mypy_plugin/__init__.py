"""The mypy plugin, run as its users run it."""
