"""Applications to read and to run; `scripts/serve` serves the store."""
