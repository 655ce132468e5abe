"""From an ASGI scope to the last `send`: the floor that every application stands on (layer 3).

- `options`, `settings`: what `API(...)` may be told, checked once and frozen
- `filesettings`, `sessionsettings`, `batterysettings`: the checks of some of it
- `debugging`: debug mode, and not to serve itself: asked for by whoever imports the application
- `failures`, `documents`, `pages`: every exception becomes one answer, here
- `debugpage`, `debugfacts`, `debugmarkup`: what a browser is shown in debug mode
- `closing`: the same for WebSockets
- `mounts`, `hosts`: other ASGI and WSGI applications under a prefix, or for a host
- `static`: static files, and the page that answers what nothing else does
- `exits`: the server's signals, heard early
- `server`, `workers`: uvicorn with an end of our own, in one process and in several
- `lastresort`: ends a process that doesn't end by itself
- `lifespan`, `children`: start-up and shutdown, ours and those of mounted applications
- `dispatch`: match, run; 404, 405, OPTIONS, HEAD, slash redirect
- `tower`: the order of the middleware, written once as a list
- `tracing`: the stages of each request, for those who asked
- `live`, `core`: one sealed plan with everything that serves it, and what it is sealed from
- `overriding`: stand-ins for providers, with their types
- `surroundings`: the public part about files, pages, hosts and convertors
- `decorators`: events and middleware, declared as typed identities
- `reverse`: from a handler or a name back to a URL
- `running`: the server behind `api.run()`
"""
