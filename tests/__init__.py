"""The tests that are run; `typing_tests` holds the ones that are only checked.

Folders mirror the code (`contract`, `http`, `routing`, `serve`).  `tour` holds the promises of the feature
tour, one file a section; `house` the laws of the repository itself.
"""
