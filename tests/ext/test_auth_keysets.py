"""Published keys, fetched from a real server: kept, renewed, rotated, and never waited for too long."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, cast

import anyio
import anyio.to_thread
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt import algorithms

from responder import API, Request
from responder.ext.auth import JWTAuth
from responder.ext.auth.keysets import KeySet, KeysUnavailable
from responder.testing import assert_problem
from tests.ext.keyserver import Published, published

RSA_KEY, RSA_NEW = (rsa.generate_private_key(65537, 2048) for _ in range(2))
EC_KEY = ec.generate_private_key(ec.SECP256R1())
ED_KEY = ed25519.Ed25519PrivateKey.generate()


def jwk(key: Any, kid: str | None, **more: object) -> dict[str, object]:
    kinds: dict[type, Any] = {
        rsa.RSAPrivateKey: algorithms.RSAAlgorithm,
        ec.EllipticCurvePrivateKey: algorithms.ECAlgorithm,
        ed25519.Ed25519PrivateKey: algorithms.OKPAlgorithm,
    }
    algorithm: Any = next(kind for base, kind in kinds.items() if isinstance(key, base))
    entry: dict[str, object] = json.loads(algorithm.to_jwk(key.public_key()))
    return {**entry, **({} if kid is None else {"kid": kid}), **more}


def token(key: Any, kid: str | None, algorithm: str = "RS256", **claims: object) -> str:
    said = {"sub": "ada", "exp": int(time.time()) + 60, **claims}
    return jwt.encode(said, key, algorithm=algorithm, headers=None if kid is None else {"kid": kid})


def asking(auth: JWTAuth[Any]) -> Callable[[str], Any]:
    api = API()

    @api.get("/", auth=auth)
    def show(req: Request) -> Any:
        claims: Any = req.state.user
        return claims["sub"]

    return lambda text: api.requests.get("/", headers={"authorization": f"Bearer {text}"})


def settled(server: Published, asked: int) -> None:
    """Wait until the server has been asked so often."""
    deadline = time.monotonic() + 10
    while server.asked < asked:
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_keys_are_fetched_once_and_kept() -> None:
    with published(jwk(RSA_KEY, "a"), jwk(EC_KEY, "b"), jwk(ED_KEY, "c")) as server:
        ask = asking(JWTAuth(jwks_url=server.url, algorithms=["RS256", "ES256", "EdDSA"]))
        assert server.asked == 0
        for _ in range(3):
            assert ask(token(RSA_KEY, "a")).text == "ada"
            assert ask(token(EC_KEY, "b", "ES256")).text == "ada"
            assert ask(token(ED_KEY, "c", "EdDSA")).text == "ada"
        assert server.asked == 1


def test_a_key_signs_only_for_itself() -> None:
    with published(jwk(RSA_KEY, "a"), jwk(EC_KEY, "b")) as server:
        ask = asking(JWTAuth(jwks_url=server.url, algorithms=["RS256", "ES256"]))
        assert ask(token(RSA_NEW, "a")).status_code == 401
        assert ask(token(EC_KEY, "a", "ES256")).status_code == 401
        assert ask(token(RSA_KEY, "b")).status_code == 401
        # Which key is meant can only be guessed where there is one of the kind.
        assert ask(token(RSA_KEY, None)).text == "ada"


def test_a_published_key_is_never_a_shared_secret() -> None:
    secret: dict[str, object] = {
        "kty": "oct",
        "k": "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0",
        "kid": "s",
        "alg": "HS256",
    }
    with published(secret, jwk(RSA_KEY, "a")) as server:
        ask = asking(JWTAuth(jwks_url=server.url))
        hmac = token("secretsecretsecretsecretsecret" + "x" * 20, "s", "HS256")
        assert ask(hmac).status_code == 401
        assert ask(token(RSA_KEY, "a")).status_code == 200


@pytest.mark.parametrize(
    "entry",
    [
        jwk(RSA_KEY, "a", use="enc"),
        jwk(RSA_KEY, "a", alg="RS512"),
        jwk(RSA_KEY, "b"),
        {"kty": "RSA", "kid": "a"},
        {"kty": "RSA", "kid": "a", "n": "AQ", "e": "AQAB"},
        {"kty": "EC", "kid": "a", "crv": "P-256", "x": "AA", "y": "AA"},
        {"kid": "a"},
        {},
    ],
)
def test_a_key_that_is_not_for_this_is_passed_over(entry: dict[str, object]) -> None:
    with published(entry, jwk(EC_KEY, "ec")) as server:
        ask = asking(JWTAuth(jwks_url=server.url, algorithms=["RS256", "ES256"]))
        assert ask(token(RSA_KEY, "a")).status_code == 401
        assert ask(token(EC_KEY, "ec", "ES256")).status_code == 200


def test_a_new_key_is_found_when_a_token_names_it() -> None:
    with published(jwk(RSA_KEY, "old")) as server:
        keys = KeySet(server.url, _kids, pause=0.01)

        async def rotate() -> list[object]:
            found = [await keys.find(_of("old")), await keys.find(_of("new"))]
            server.keys.append(jwk(RSA_NEW, "new"))
            deadline = time.monotonic() + 10
            while await keys.find(_of("new")) is None:
                assert time.monotonic() < deadline
                await anyio.sleep(0.01)
            return [*found, await keys.find(_of("new")), await keys.find(_of("old"))]

        assert anyio.run(rotate) == ["old", None, "new", "old"]


def test_a_key_that_is_withdrawn_ends_with_the_time_it_is_kept() -> None:
    with published(jwk(RSA_KEY, "a"), jwk(RSA_NEW, "b")) as server:
        keys = KeySet(server.url, _kids, ttl=0.05)

        async def withdraw() -> None:
            assert await keys.find(_of("a")) == "a"
            server.keys.pop(0)
            deadline = time.monotonic() + 10
            while await keys.find(_of("a")) is not None:
                assert time.monotonic() < deadline
                await anyio.sleep(0.01)
            assert await keys.find(_of("b")) == "b"

        anyio.run(withdraw)


def test_a_flood_of_invented_keys_asks_the_server_once() -> None:
    with published(jwk(RSA_KEY, "a")) as server:
        auth = JWTAuth(jwks_url=server.url)
        texts = [token(RSA_NEW, f"invented-{number}") for number in range(50)]

        async def flood() -> list[object]:
            assert await auth.claims(token(RSA_KEY, "a")) is not None
            answers: list[object] = []

            async def one(text: str) -> None:
                answers.append(await auth.claims(text))

            async with anyio.create_task_group() as tasks:
                for text in texts:
                    tasks.start_soon(one, text)
            return answers

        assert anyio.run(flood) == [None] * 50
        assert server.asked == 1


def test_however_many_ask_at_first_one_fetches() -> None:
    with published(jwk(RSA_KEY, "a")) as server:
        server.open.clear()
        auth = JWTAuth(jwks_url=server.url)
        good = token(RSA_KEY, "a")
        subjects: list[object] = []

        async def main() -> None:
            async def one() -> None:
                claims = await auth.claims(good)
                subjects.append(claims and claims["sub"])

            async with anyio.create_task_group() as tasks:
                for _ in range(20):
                    tasks.start_soon(one)
                await anyio.to_thread.run_sync(settled, server, 1)
                server.open.set()

        anyio.run(main)
        assert (subjects, server.asked) == (["ada"] * 20, 1)


def test_event_loops_share_one_fetch() -> None:
    with published(jwk(RSA_KEY, "a")) as server:
        server.open.clear()
        keys = KeySet(server.url, _kids)
        found: list[object] = []

        def loop(backend: str) -> None:
            async def find() -> object:
                return await keys.find(_of("a"))

            found.append(anyio.run(find, backend=backend))

        threads = [
            threading.Thread(target=loop, args=(backend,)) for backend in ("asyncio", "trio", "asyncio")
        ]
        for thread in threads:
            thread.start()
        settled(server, 1)
        server.open.set()
        for thread in threads:
            thread.join(10)
        assert (found, server.asked) == (["a"] * 3, 1)


def test_who_leaves_while_waiting_takes_nothing_along() -> None:
    with published(jwk(RSA_KEY, "a")) as server:
        server.open.clear()
        keys = KeySet(server.url, _kids)

        async def main() -> object:
            with anyio.move_on_after(0.05):
                await keys.find(_of("a"))
            server.open.set()
            return await keys.find(_of("a"))

        assert anyio.run(main) == "a"
        assert server.asked == 1


def test_nobody_waits_for_a_server_that_hangs() -> None:
    with published(jwk(RSA_KEY, "a")) as server:
        server.open.clear()
        keys = KeySet(server.url, _kids, timeout=0.1, pause=0.01)

        async def main() -> object:
            with anyio.fail_after(5), pytest.raises(KeysUnavailable):
                await keys.find(_of("a"))
            server.open.set()
            return await _found_again(keys)

        assert anyio.run(main) == "a"


async def _found_again(keys: KeySet[str]) -> object:
    """The key, as soon as its server is asked again."""
    with anyio.fail_after(10):
        while True:
            try:
                return await keys.find(_of("a"))
            except KeysUnavailable:
                await anyio.sleep(0.01)


def test_while_a_server_hangs_only_those_wait_who_came_first() -> None:
    with published(jwk(RSA_KEY, "a")) as server:
        server.open.clear()
        keys = KeySet(server.url, _kids, timeout=1.0, pause=0.01)

        async def main() -> object:
            with anyio.fail_after(10), pytest.raises(KeysUnavailable):
                await keys.find(_of("a"))
            # Each of these would have waited for a second, or two.
            with anyio.fail_after(10):
                for _ in range(200):
                    with pytest.raises(KeysUnavailable):
                        await keys.find(_of("a"))
            server.open.set()
            return await _found_again(keys)

        assert anyio.run(main) == "a"


def test_old_keys_serve_while_the_server_is_down(caplog: pytest.LogCaptureFixture) -> None:
    with published(jwk(RSA_KEY, "a")) as server:
        keys = KeySet(server.url, _kids, ttl=1.0)

        async def main() -> None:
            assert await keys.find(_of("a")) == "a"
            server.status = 500
            began = time.monotonic()
            served_after_failure = False
            with pytest.raises(KeysUnavailable):
                while time.monotonic() - began < 20:
                    assert await keys.find(_of("a")) == "a"
                    served_after_failure = served_after_failure or server.asked > 1
                    await anyio.sleep(0.01)
            assert served_after_failure
            server.status = 200
            deadline = time.monotonic() + 10
            while True:
                try:
                    assert await keys.find(_of("a")) == "a"
                    return
                except KeysUnavailable:
                    assert time.monotonic() < deadline
                    await anyio.sleep(0.01)

        anyio.run(main)
    assert "Keys could not be fetched" in caplog.text


@pytest.mark.parametrize(
    "behaviour",
    [
        {"raw": b""},
        {"raw": b"[]"},
        {"raw": b"{}"},
        {"raw": b'{"keys": {}}'},
        {"raw": b"[" * 100_000},
        {"raw": b'{"keys": ["' + b"x" * 1_100_000 + b'"]}'},
        {"status": 404},
        {"status": 302, "location": "/jwks.json"},
    ],
    ids=lambda given: f"{next(iter(given))}-{str(next(iter(given.values())))[:12]}",
)
def test_without_keys_nobody_is_let_in(behaviour: dict[str, Any]) -> None:
    with published(jwk(RSA_KEY, "a")) as server:
        for name, value in behaviour.items():
            setattr(server, name, value)
        auth = JWTAuth(jwks_url=server.url)
        refused = asking(auth)(token(RSA_KEY, "a"))
        assert_problem(refused, status=503, detail="Tokens can not be verified now")
        assert refused.headers["retry-after"] == "5"
        assert len(auth.raises) == 2


def test_a_token_that_can_not_be_meant_asks_no_server() -> None:
    with published(jwk(RSA_KEY, "a")) as server:
        ask = asking(JWTAuth(jwks_url=server.url))
        for text in ("nonsense", "a.b.c", token("x" * 40, "a", "HS256"), token(EC_KEY, "a", "ES256")):
            assert ask(text).status_code == 401
        assert ask("x" * 20_000).status_code == 401
        assert server.asked == 0


def _kids(document: object) -> Sequence[str]:
    assert isinstance(document, dict)
    return [str(entry["kid"]) for entry in cast("list[dict[str, object]]", document["keys"])]


def _of(kid: str) -> Callable[[Sequence[str]], str | None]:
    return lambda kids: kid if kid in kids else None
