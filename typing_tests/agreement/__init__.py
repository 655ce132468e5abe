"""Both readers of handlers, the run time and the mypy plugin, say the same about the same routes.

- `cases`: small modules of routes; a comment says which codes are expected.
- `expected`: reads the comments; `told.txt` holds every sentence.
- `test_runtime`: what the run time says.
"""
