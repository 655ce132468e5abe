"""HTTP messages: what comes in, what goes out, and the facts in between.

- what comes in: `request`, `body`, `forms`, `uploads`, `exchange`, `decoding`
- its parts, pure: `structures`, `querystring`, `cookies`, `urls`, `contenttypes`, `negotiate`
- blocking code beside the loop: `threads`
"""

from __future__ import annotations
