"""Benchmarks: we and our peers on the same work.  See README.md; nothing here is part of the package."""

from __future__ import annotations
