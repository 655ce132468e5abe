"""The OpenAPI document of an application, and the pages that show it."""

from __future__ import annotations
