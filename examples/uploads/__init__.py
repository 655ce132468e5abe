"""A place to keep files, with a page: `responder run examples.uploads.app`.

- `shelf`: a directory, and what may be done in it; it knows no HTTP.
- `app`: the routes.
- `static`: the page.
"""
