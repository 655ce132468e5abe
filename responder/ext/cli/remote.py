"""The source of a module at an address, for targets such as `https://example.com/app.py#api`.

Whoever names such a target runs what the address serves; it is fetched once, in full, with limits.
"""

from __future__ import annotations

import httpx

from responder.ext.cli.targets import InvalidTarget

MAX_SIZE = 5_000_000
TIMEOUT = 15.0


def fetch(address: str) -> str:
    """The text that an address serves."""
    if not address.startswith(("https://", "http://")):
        raise InvalidTarget(
            f'"{address}" is not an address of a file on the web: it begins with http or https.'
        )
    try:
        with httpx.stream("GET", address, follow_redirects=True, timeout=TIMEOUT) as answer:
            if answer.status_code != 200:
                raise InvalidTarget(f"{address} answers {answer.status_code}, not a Python file.")
            body = bytearray()
            for piece in answer.iter_bytes():
                body += piece
                if len(body) > MAX_SIZE:
                    raise InvalidTarget(f"{address} is larger than {MAX_SIZE} bytes.")
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise InvalidTarget(f"{address} can not be fetched: {error}") from error
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InvalidTarget(f"{address} is not a Python file: {error}") from error
