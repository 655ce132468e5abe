"""Who may call: the type of the principal goes from the function that knows it to the handler."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, assert_type

from typing_extensions import override

from responder import API, Depends, Request, Router
from responder.ext.auth import (
    APIKeyAuth,
    Auth,
    AuthBase,
    AuthPolicy,
    AuthScheme,
    BasicAuth,
    BearerAuth,
    Guard,
    JWTAuth,
    OAuth2Auth,
    OAuth2PasswordFlow,
    OptionalAuth,
    Principal,
    ScopedAuth,
)


class User:
    name: str = "ada"


class Admin(User): ...


def find(token: str) -> User | None:
    return User() if token else None


async def look_up(token: str) -> User | None:
    return find(token)


async def always(token: str) -> Admin:
    return Admin()


def by_password(name: str, password: str) -> User | None:
    return find(name + password)


def by_claims(claims: dict[str, object]) -> User | None:
    return find(str(claims["sub"]))


bearer = BearerAuth(look_up, realm="shop")
assert_type(bearer, BearerAuth[User])
assert_type(BearerAuth(find), BearerAuth[User])
assert_type(BearerAuth(always), BearerAuth[Admin])
assert_type(BearerAuth(tokens=["a", "b"]), BearerAuth[str])
assert_type(BearerAuth(look_up, auto_error=False), BearerAuth[User | None])
assert_type(BearerAuth(find, auto_error=False), BearerAuth[User | None])
assert_type(BearerAuth(tokens="a", auto_error=False), BearerAuth[str | None])
assert_type(BasicAuth(by_password), BasicAuth[User])
assert_type(BasicAuth(credentials={"ada": "secret"}), BasicAuth[str])
assert_type(APIKeyAuth(look_up, name="key", location="query"), APIKeyAuth[User])
assert_type(APIKeyAuth(keys={"a"}), APIKeyAuth[str])
assert_type(JWTAuth("secret"), JWTAuth[dict[str, object]])
assert_type(JWTAuth("secret", verify=by_claims, audience="shop"), JWTAuth[User])
assert_type(JWTAuth(jwks_url="https://id.example/keys", algorithms=["ES256"]), JWTAuth[dict[str, object]])
assert_type(OAuth2Auth([OAuth2PasswordFlow("/token")], verify=find), OAuth2Auth[User])
assert_type(OAuth2Auth.password("/token", jwt=JWTAuth("secret", verify=by_claims)), OAuth2Auth[User])

assert_type(bearer.optional(), OptionalAuth[User])
assert_type(bearer.requires("write", roles=["admin"]), ScopedAuth[User])
assert_type(bearer.requires("write").requires("read").optional(), OptionalAuth[User])
assert_type(bearer.requires("a", extractor=lambda user: [user.name]), ScopedAuth[User])

# A helper of something is a helper of something more general.
general: Auth[object] = BearerAuth(always)
wider: Auth[User] = BearerAuth(always)
maybe: Auth[User | None] = bearer
perhaps = bearer.optional()
guard: Guard[User] = bearer


class Ticket(AuthScheme[tuple[str, int], User]):
    @override
    def extract(self, request: Request) -> tuple[str, int] | None:
        return request.headers.get("x-ticket", ""), 1

    @override
    async def verify(self, credential: tuple[str, int]) -> User | None:
        return find(credential[0])

    @override
    def challenge(self) -> str:
        return "Ticket"

    @override
    def openapi(self) -> Mapping[str, object]:
        return {"type": "http", "scheme": "ticket"}


class Cookie(AuthBase[str, User]):
    @override
    def extract(self, request: Request) -> str | None:
        return request.cookies.get("who")

    @override
    def challenge(self) -> str:
        return "Cookie"

    @override
    def openapi(self) -> Mapping[str, object]:
        return {"type": "apiKey", "in": "cookie", "name": "who"}


api = API(auth=bearer)
router = Router("/shop", auth=[bearer, Ticket()])
api.include_router(router, auth=None)
group = api.group("/more", auth=Cookie(look_up))


def who(req: Request) -> User | None:
    return find(req.headers.get("x-user", ""))


assert_type(api.policy("staff", bearer.requires("staff")), AuthPolicy[User])
assert_type(api.policy("header", who), AuthPolicy[User])
assert_type(api.policy("anybody", bearer.optional()), AuthPolicy[User | None])


@api.get("/me")
async def me(*, me: Principal[User]) -> str:
    assert_type(me, User)
    return me.name


@api.get("/named", auth=who)
def named(*, me: Annotated[User, bearer]) -> str:
    assert_type(me, User)
    return me.name


@api.get("/depends", auth=None)
def depends(*, me: User = Depends(bearer), other: User | None = Depends(perhaps)) -> str:
    return me.name


async def by_hand(request: Request) -> None:
    assert_type(await bearer(request), User)
    assert_type(await bearer.authenticate(request), User)
    assert_type(await bearer.optional()(request), User | None)
    assert_type(await Ticket().verify(("a", 1)), User | None)
