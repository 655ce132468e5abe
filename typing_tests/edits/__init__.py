"""After every edit of a program, all ways to run mypy say the same.

- `project`: a program of routes that can be changed at random, and its files.
- `modes`: mypy with an empty cache, with the cache of the step before, with two processes, and as a daemon.
- `test_edits`: a short random walk; `EDITS=200 SEED=7` makes it another and longer one.
"""
