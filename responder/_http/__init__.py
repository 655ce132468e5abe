"""HTTP messages: what comes in, what goes out, and the facts in between.

What comes in

- `request`: lazy views over the scope and the body; `exchange`: what the parts of one request share;
  `bridge`: what others say of it
- `body`: read once, within limits; `forms`, `uploads`: multipart and files; `decoding`: bytes to values
- `texts`: strict types for what only comes as text
- `structures`, `querystring`, `cookies`, `urls`, `contenttypes`, `negotiate`: its parts, pure
- `visitor`: who asks: the session; `threads`: blocking code beside the loop; `breaker`: what hangs
- `websocket`: the same for sockets; `messages`, `closecodes`, `origins`: its parts, pure

What goes out

- `response`, `envelope`, `rendering`: what a handler wants said
- `extras`, `returned`, `tasks`: what it may hold
- `checks`, `callables`: what is asked of an argument when it is given
- `sending`, `quick`: from a response to messages; `choosing`, `gzip`, `conditional`, `caching`: decided there
- `headers`, `setcookies`, `locations`, `dates`, `disposition`: its lines, pure; `heads`: all of them together
- `sources`: the bodies that come from elsewhere; `files`, `jail`, `ranges`: which file, and which part of it
- `streams`, `events`: bodies in pieces; `filesending`, `streamsending`: how both are sent
- `presence`, `shutdown`: whether anybody is still there to be sent to

In between

- `media`: the table of formats; `jsons`, `yamls`, `plain`: how each writes and reads
- `problems`, `faults`: errors as clients see them; `raises`: those that are told beforehand
- `refusals`: what was declared wrongly, and where
- `packages`: what to say of one that is not installed
"""

from __future__ import annotations
