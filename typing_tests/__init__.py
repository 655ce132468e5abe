"""Types, as checkers see them: files that are read by a type checker, and some that are also run."""
