"""The documentation pages in a browser."""
