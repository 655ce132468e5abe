"""JSON Web Tokens: who is let in, and every way around it that is known."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
import warnings
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from hypothesis import given
from hypothesis import strategies as st
from jwt import algorithms

from responder import API, Request
from responder.ext.auth import JWTAuth, OAuth2Auth, OAuth2AuthorizationCodeFlow, OAuth2PasswordFlow
from responder.testing import assert_problem

SECRET = "a secret that is long enough for every one of the algorithms, 64 bytes of it"
RSA_KEY = rsa.generate_private_key(65537, 2048)
RSA_SMALL = rsa.generate_private_key(65537, 1024)
EC_KEY, EC_OTHER = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP384R1())
ED_KEY = ed25519.Ed25519PrivateKey.generate()


def public(key: Any) -> str:
    pem: bytes = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return pem.decode()


def private(key: Any) -> str:
    pem: bytes = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return pem.decode()


def token(key: Any = SECRET, algorithm: str = "HS256", headers: Any = None, **claims: object) -> str:
    said = {"sub": "ada", "exp": int(time.time()) + 60, **claims}
    said = {name: value for name, value in said.items() if value is not None}
    return jwt.encode(said, key, algorithm=algorithm, headers=headers)


def part(value: object) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def forged(header: object, claims: object, key: bytes | None = None) -> str:
    """A token made by hand: signed with HMAC, or not at all."""
    text = f"{part(header)}.{part(claims)}"
    signature = b"" if key is None else hmac.digest(key, text.encode(), hashlib.sha256)
    return f"{text}.{part(signature)}"


def serving(auth: JWTAuth[Any] | OAuth2Auth[Any]) -> Callable[[str], Any]:
    """Ask for `/` with a token."""
    api = API()

    @api.get("/", auth=auth)
    def show(req: Request) -> Any:
        return req.state.user

    return lambda text: api.requests.get("/", headers={"authorization": f"Bearer {text}"})


def lets_in(auth: JWTAuth[Any], text: str) -> bool:
    answer = serving(auth)(text)
    if answer.status_code == 200:
        return True
    assert_problem(answer, status=401, detail="Not authenticated")
    assert answer.headers["www-authenticate"] == "Bearer"
    return False


FITTING = [
    (SECRET, SECRET, "HS256"),
    (SECRET, SECRET, "HS512"),
    (public(RSA_KEY), RSA_KEY, "RS256"),
    (public(RSA_KEY), RSA_KEY, "PS384"),
    (private(RSA_KEY), RSA_KEY, "RS512"),
    (public(EC_KEY), EC_KEY, "ES256"),
    (private(EC_KEY), EC_KEY, "ES256"),
    (public(EC_OTHER), EC_OTHER, "ES384"),
    (public(ED_KEY), ED_KEY, "EdDSA"),
]


@pytest.mark.parametrize(
    ("secret", "key", "algorithm"), FITTING, ids=[f"{row[2]}-{i}" for i, row in enumerate(FITTING)]
)
def test_a_token_that_is_signed_lets_in(secret: str, key: Any, algorithm: str) -> None:
    auth = JWTAuth(secret, algorithms=[algorithm])
    text = token(key, algorithm)
    assert serving(auth)(text).json()["sub"] == "ada"
    head, body, signature = text.split(".")
    broken = part(bytes(byte ^ 1 for byte in base64.urlsafe_b64decode(signature + "==")))
    assert not lets_in(auth, f"{head}.{body}.{broken}")
    assert not lets_in(auth, f"{head}.{body}.")
    assert not lets_in(auth, f"{head}.{part({'sub': 'eve', 'exp': 9999999999})}.{signature}")


# --- the known ways around


def test_nothing_is_let_in_unsigned() -> None:
    auth = JWTAuth(SECRET)
    claims = {"sub": "ada", "exp": time.time() + 60}
    for algorithm in ("none", "None", "NONE", "nOnE", "", None, ["HS256"], {"HS256": 1}, 5):
        assert not lets_in(auth, forged({"alg": algorithm, "typ": "JWT"}, claims))
        assert not lets_in(auth, forged({"alg": algorithm, "typ": "JWT"}, claims, SECRET.encode()))
    assert not lets_in(auth, forged({"typ": "JWT"}, claims, SECRET.encode()))
    assert lets_in(auth, forged({"alg": "HS256"}, claims, SECRET.encode()))


def test_a_public_key_is_never_a_shared_secret() -> None:
    auth = JWTAuth(public(RSA_KEY), algorithms=["RS256"])
    claims = {"sub": "ada", "exp": time.time() + 60}
    for material in (public(RSA_KEY), public(RSA_KEY).strip(), public(RSA_KEY) + "\n"):
        assert not lets_in(auth, forged({"alg": "HS256"}, claims, material.encode()))
    der = RSA_KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert not lets_in(auth, forged({"alg": "HS256"}, claims, der))
    assert lets_in(auth, token(RSA_KEY, "RS256"))


def test_the_server_says_which_algorithms_there_are() -> None:
    auth = JWTAuth(SECRET, algorithms=["HS384"])
    assert not lets_in(auth, token(SECRET, "HS256"))
    assert not lets_in(auth, token(SECRET, "HS512"))
    assert lets_in(auth, token(SECRET, "HS384"))


def test_keys_in_a_token_are_not_used() -> None:
    other = rsa.generate_private_key(65537, 2048)
    jwk = json.loads(algorithms.RSAAlgorithm.to_jwk(other.public_key()))
    auth = JWTAuth(public(RSA_KEY), algorithms=["RS256"])
    for headers in (
        {"jwk": jwk},
        {"jku": "http://127.0.0.1:1/"},
        {"x5u": "http://127.0.0.1:1/"},
        {"kid": "../x"},
    ):
        assert not lets_in(auth, token(other, "RS256", headers))
    assert lets_in(auth, token(RSA_KEY, "RS256", {"kid": "any", "jwk": jwk}))


def test_an_extension_that_is_critical_is_refused() -> None:
    claims = {"sub": "ada", "exp": time.time() + 60}
    critical: list[Any] = [
        {"crit": ["x"], "x": 1},
        {"crit": []},
        {"crit": ["b64"], "b64": False},
        {"b64": False},
    ]
    for header in critical:
        assert not lets_in(JWTAuth(SECRET), forged({"alg": "HS256", **header}, claims, SECRET.encode()))


# --- what a token says


class Ago(int):
    """Seconds before the test runs, however long it waits for its turn."""


@pytest.mark.parametrize(
    ("claims", "good"),
    [
        ({}, True),
        ({"exp": Ago(5)}, False),
        ({"exp": None}, False),
        ({"exp": "soon"}, False),
        ({"exp": [1]}, False),
        ({"exp": 1e300}, True),
        ({"nbf": Ago(-60)}, False),
        ({"iat": Ago(-60)}, False),
        ({"sub": 5}, False),
    ],
)
def test_when_a_token_is_good(claims: dict[str, object], good: bool) -> None:
    now = int(time.time())
    said = {"sub": "ada", "exp": now + 60, **claims}
    told = {name: now - value if isinstance(value, Ago) else value for name, value in said.items()}
    text = forged(
        {"alg": "HS256"}, {name: value for name, value in told.items() if value is not None}, SECRET.encode()
    )
    assert lets_in(JWTAuth(SECRET), text) is good


def test_numbers_that_are_none_are_refused() -> None:
    for number in (b"NaN", b"Infinity", b"1e999", b"9" * 5000):
        body = b'{"sub":"ada","exp":' + number + b"}"
        assert not lets_in(JWTAuth(SECRET), forged({"alg": "HS256"}, body, SECRET.encode())), number


def test_audience_and_issuer_are_exact() -> None:
    auth = JWTAuth(SECRET, audience="shop", issuer="https://id.example")
    right: dict[str, Any] = {"aud": "shop", "iss": "https://id.example"}
    receivers: list[Any] = ["Shop", "shop ", [], None, {"shop": 1}]
    several: Any = ["other", "shop"]
    issuers: list[Any] = ["https://id.example/", None, ["https://id.example"], 5]
    assert lets_in(auth, token(**right))
    assert lets_in(auth, token(**{**right, "aud": several}))
    for wrong in receivers:
        assert not lets_in(auth, token(**{**right, "aud": wrong})), wrong
    for wrong in issuers:
        raw = {"sub": "ada", "exp": time.time() + 60, **right, "iss": wrong}
        text = forged(
            {"alg": "HS256"},
            {name: value for name, value in raw.items() if value is not None},
            SECRET.encode(),
        )
        assert not lets_in(auth, text), wrong
    several = JWTAuth(SECRET, audience=["a", "b"], issuer=["c", "d"])
    assert lets_in(several, token(aud="b", iss="d"))
    assert not lets_in(several, token(aud="c", iss="d"))
    # Whom a token is for is not asked unless it is said.
    assert lets_in(JWTAuth(SECRET), token(aud="anybody"))


def test_leeway_and_options() -> None:
    late = token(exp=int(time.time()) - 5)
    assert lets_in(JWTAuth(SECRET, leeway=30), late)
    assert lets_in(JWTAuth(SECRET, options={"verify_exp": False}), late)
    assert not lets_in(JWTAuth(SECRET, options={"require": ["jti"]}), token())
    assert not lets_in(JWTAuth(SECRET, options={"require": ["sub"]}), token(exp=None))
    assert lets_in(JWTAuth(SECRET, require_exp=False), token(exp=None))
    assert not lets_in(JWTAuth(SECRET, require_exp=False), late)


def test_scopes_of_a_token_are_gathered() -> None:
    show = serving(JWTAuth(SECRET))
    assert "scopes" not in show(token()).json()
    assert show(token(scope="b a", scp=["c", 5], scopes=["a"])).json()["scopes"] == ["a", "b", "c"]
    assert show(token(scope=5)).json()["scopes"] == []
    api = API()

    @api.get("/", auth=JWTAuth(SECRET).requires("write"))
    def write() -> str:
        return "done"

    claimed: list[dict[str, Any]] = [
        {"scope": "write read"},
        {"scp": ["write"]},
        {"roles": ["write"]},
        {"scope": "read"},
        {},
    ]
    answers = [
        api.requests.get("/", headers={"authorization": f"Bearer {token(**claims)}"}).status_code
        for claims in claimed
    ]
    assert answers == [200, 200, 200, 403, 403]


def test_claims_become_whom_a_function_makes_of_them() -> None:
    async def known(claims: dict[str, object]) -> str | None:
        return f"user {claims['sub']}" if claims["sub"] == "ada" else None

    auth = JWTAuth(SECRET, verify=known)
    assert serving(auth)(token()).text == "user ada"
    assert not lets_in(auth, token(sub="eve"))
    assert auth.principal_type is str


# --- what is no token


@given(st.text(max_size=200))
def test_no_text_is_a_fault_of_ours(text: str) -> None:
    import anyio

    async def ask() -> object:
        return await JWTAuth(SECRET).claims(text)

    assert anyio.run(ask) is None


@given(
    st.dictionaries(
        st.text(max_size=5) | st.sampled_from(["alg", "kid", "typ", "crit"]),
        st.recursive(
            st.none()
            | st.booleans()
            | st.floats()
            | st.integers()
            | st.text(max_size=5)
            | st.sampled_from(["HS256", "none"]),
            lambda inner: (
                st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
            ),
            max_leaves=5,
        ),
    ),
    st.dictionaries(
        st.sampled_from(["exp", "nbf", "iat", "aud", "iss", "sub", "jti", "scope", "scp", "scopes"]),
        st.none() | st.floats() | st.integers() | st.text(max_size=5) | st.lists(st.integers(), max_size=2),
    ),
    st.booleans(),
)
def test_no_header_and_no_claims_are_a_fault_of_ours(header: Any, claims: Any, signed: bool) -> None:
    import anyio

    auth = JWTAuth(SECRET, audience="a", issuer="b")

    async def ask() -> object:
        return await auth.claims(forged(header, claims, SECRET.encode() if signed else None))

    said = anyio.run(ask)
    assert said is None or (signed and header["alg"] == "HS256" and claims["iss"] == "b")


def test_a_token_is_not_taken_apart_when_it_is_huge_or_deep() -> None:
    auth = JWTAuth(SECRET)
    deep = forged({"alg": "HS256"}, b"[" * 10_000, SECRET.encode())
    deep_header = forged(b"[" * 10_000, {"sub": "ada"}, SECRET.encode())
    huge = token(filler="x" * 20_000)
    for text in (deep, deep_header, huge, "a.b.c", "..", ".", "a" * 20_000, "é.é.é"):
        if text.isascii():
            assert not lets_in(auth, text)


# --- what makes no sense


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({}, "a secret or a jwks_url"),
        ({"secret": SECRET, "jwks_url": "https://id.example/jwks"}, "not both"),
        ({"secret": SECRET, "algorithms": []}, "algorithms= takes"),
        ({"secret": SECRET, "algorithms": ["none"]}, "not 'none'"),
        ({"secret": SECRET, "algorithms": ["HS256", "hs384"]}, "not 'hs384'"),
        ({"secret": SECRET, "algorithms": ["HS256", "RS256"]}, "different kinds"),
        ({"secret": "", "algorithms": ["HS256"]}, "does not fit HS256"),
        ({"secret": public(RSA_KEY)}, "does not fit HS256"),
        ({"secret": SECRET, "algorithms": ["RS256"]}, "does not fit RS256"),
        ({"secret": public(EC_KEY), "algorithms": ["RS256"]}, "does not fit RS256"),
        ({"secret": public(RSA_KEY), "algorithms": ["ES256"]}, "does not fit ES256"),
        ({"secret": public(EC_OTHER), "algorithms": ["ES256"]}, "does not fit ES256"),
        ({"secret": public(RSA_SMALL), "algorithms": ["RS256"]}, "1024 bits are too few"),
        ({"secret": SECRET, "options": {"verify_signature": False}}, "always verifies the signature"),
        ({"secret": SECRET, "audience": []}, "audience="),
        ({"secret": SECRET, "issuer": ""}, "issuer="),
        ({"jwks_url": "http://id.example/jwks"}, "not encrypted"),
        ({"jwks_url": "file:///etc/passwd"}, "https URL"),
        ({"jwks_url": "id.example/jwks"}, "https URL"),
        ({"jwks_url": "https://id.example/jwks", "algorithms": ["HS256"]}, "no place there"),
        ({"jwks_url": "https://id.example/jwks", "jwks_cache_ttl": 0}, "above 0"),
    ],
)
def test_what_can_not_be_meant_is_refused(options: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        JWTAuth(**options)


def test_urls_of_this_machine_need_no_encryption() -> None:
    for url in ("http://127.0.0.1:1/", "http://localhost/", "http://[::1]/k", "https://id.example/k"):
        assert JWTAuth(jwks_url=url).security == ({"jwtAuth": []},)
    insecure = JWTAuth(jwks_url="http://id.example/", allow_insecure_jwks=True)
    assert insecure.security == ({"jwtAuth": []},)


def test_a_short_secret_works_and_is_complained_about(caplog: pytest.LogCaptureFixture) -> None:
    auth = JWTAuth("short")
    assert "has 5 bytes" in caplog.text
    assert lets_in(auth, forged({"alg": "HS256"}, {"exp": time.time() + 60}, b"short"))
    assert not lets_in(auth, forged({"alg": "HS256"}, {"exp": time.time() + 60}, b"shorter"))


@pytest.mark.parametrize("algorithm", ["HS256", "HS384", "HS512"])
def test_tokens_of_a_short_secret_warn_nobody(algorithm: str) -> None:
    auth = JWTAuth("short", algorithms=["HS256", "HS384", "HS512"])
    text = f"{part({'alg': algorithm})}.{part({'exp': time.time() + 60})}"
    signature = hmac.digest(b"short", text.encode(), algorithm.replace("HS", "sha"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert lets_in(auth, f"{text}.{part(signature)}")
        assert not lets_in(auth, f"{text}.{part(signature[:-1])}")


def test_equality_tells_secrets_apart_and_shows_none() -> None:
    assert JWTAuth(SECRET) == JWTAuth(SECRET)
    assert JWTAuth(SECRET) != JWTAuth(SECRET + "!")
    assert JWTAuth(SECRET) != JWTAuth(SECRET, issuer="me")
    assert SECRET not in repr(JWTAuth(SECRET))
    assert SECRET not in repr(vars(JWTAuth(SECRET)))


# --- OAuth 2


def test_oauth2_judges_tokens_and_describes_where_they_come_from() -> None:
    auth = OAuth2Auth.authorization_code(
        "https://id.example/authorize",
        "https://id.example/token",
        refresh_url="https://id.example/refresh",
        scopes={"read": "Look", "write": "Change"},
        jwt=JWTAuth(SECRET),
        description="Sign in",
    )
    assert serving(auth)(token()).json()["sub"] == "ada"
    refused = serving(auth)("no")
    assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")
    assert auth.schemes == {
        "oauth2Auth": {
            "type": "oauth2",
            "description": "Sign in",
            "flows": {
                "authorizationCode": {
                    "authorizationUrl": "https://id.example/authorize",
                    "tokenUrl": "https://id.example/token",
                    "refreshUrl": "https://id.example/refresh",
                    "scopes": {"read": "Look", "write": "Change"},
                }
            },
        }
    }
    assert auth.requires("read").security == ({"oauth2Auth": ["read"]},)


def test_oauth2_may_ask_a_function() -> None:
    auth = OAuth2Auth.client_credentials("/token", verify=lambda text: text if text == "good" else None)
    assert serving(auth)("good").text == "good"
    assert serving(auth)("bad").status_code == 401
    assert OAuth2Auth.password("/token", jwt=JWTAuth(SECRET)).principal_type == dict[str, object]


WRONG_FLOWS: list[Callable[[Any], object]] = [
    lambda loose: loose([], jwt=JWTAuth(SECRET)),
    lambda loose: loose([OAuth2PasswordFlow("/t"), OAuth2PasswordFlow("/u")], jwt=JWTAuth(SECRET)),
    lambda loose: loose([OAuth2PasswordFlow("/t")]),
    lambda loose: loose([OAuth2PasswordFlow("/t")], jwt=JWTAuth(SECRET), verify=str),
    lambda loose: OAuth2PasswordFlow(""),
    lambda loose: OAuth2AuthorizationCodeFlow("", "/t"),
]


@pytest.mark.parametrize("make", WRONG_FLOWS)
def test_flows_that_can_not_be_meant_are_refused(make: Callable[[Any], object]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        make(OAuth2Auth)
    with pytest.raises(TypeError):
        make(OAuth2Auth)


def test_without_pyjwt_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "jwt", None)
    with pytest.raises(ImportError, match=r"pip install 'responder\[jwt\]'"):
        JWTAuth(SECRET)
