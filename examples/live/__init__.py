"""Jobs that report their progress, over server-sent events, with a page: `responder run examples.live.app`.

- `jobs`: jobs and what is known of them; it knows no HTTP.
- `app`: the routes.
- `static`: the page.
"""
