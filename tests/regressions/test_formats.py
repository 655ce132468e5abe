"""Bodies in other formats than JSON, made to hurt."""

from __future__ import annotations

import subprocess
import sys

import pytest

from responder._http import yamls
from responder._http.jsons import loads

_DEEP = """
from responder._http import yamls
for opener, closer in ((b"[", b"]"), (b'{"a":', b"}"), (b"- ", b""), (b"? ", b""), (b"- [", b"]")):
    try:
        yamls.load(opener * 200_000 + b"1" + closer * 200_000)
    except ValueError:
        continue
    raise SystemExit(f"{opener!r} was read")
"""


def test_a_yaml_document_nested_without_end_does_not_end_the_process() -> None:
    subprocess.run([sys.executable, "-c", _DEEP], check=True, timeout=60)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_yaml_may_be_nested_as_deep_as_json_may_and_no_deeper(encoding: str) -> None:
    fits = "[" * yamls.MAX_DEPTH + "]" * yamls.MAX_DEPTH
    assert yamls.load(fits.encode(encoding)) == loads(fits.encode())
    with pytest.raises(ValueError, match="nested too deeply"):
        yamls.load(f"[{fits}]".encode(encoding))
