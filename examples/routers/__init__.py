"""Three hundred routes from fifty routers: `responder run examples.routers.app`.

- `shelves`: what is kept, and a router for one kind of it.
- `app`: all of them, put together.
"""
