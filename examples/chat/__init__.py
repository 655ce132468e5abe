"""Rooms to talk in, over WebSockets, with a page: `responder run examples.chat.app`.

- `messages`: what travels, in both directions.
- `lobby`: rooms and who is in them; it knows no WebSocket.
- `app`: the page, and the socket.
- `static`: the page itself, without a framework.
"""
