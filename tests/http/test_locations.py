from __future__ import annotations

import pytest

from responder._http.locations import is_external


@pytest.mark.parametrize(
    "location",
    [
        "https://evil.example",
        "http:evil",
        "HTTPS://x",
        "javascript:alert(1)",
        "data:text/html,x",
        "//evil.example",
        "///evil.example",
        "\\\\evil.example",
        "/\\evil.example",
        "\\/evil.example",
        " /ok",
        "\t//evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "h\nttps://evil.example",
        "\x00//evil.example",
        "\xa0//evil.example",
        "\u2028//evil.example",
        "/\x7f/evil.example",
        "a\\b",
    ],
)
def test_what_may_lead_off_the_site(location: str) -> None:
    assert is_external(location)


@pytest.mark.parametrize(
    "location",
    [
        "",
        "/",
        "/a",
        "a",
        "a/b",
        "?next=//x",
        "#x",
        "/a?u=https://x",
        "/a:b",
        "./a:b",
        "/%2F/x",
        "/a?b=\\",
        "/é",
    ],
)
def test_what_stays(location: str) -> None:
    assert not is_external(location)
