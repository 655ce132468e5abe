"""Who may call: bearer tokens, names and passwords, API keys, JSON Web Tokens, OAuth 2, and schemes of your
own.

A helper is given to `auth=` of a route, a router or the application.  Its type says what its principals are:
`BearerAuth[User]` hands a `User` to the handler.
"""

from __future__ import annotations

from responder.ext.auth.apikey import APIKeyAuth
from responder.ext.auth.base import AuthBase
from responder.ext.auth.basic import BasicAuth
from responder.ext.auth.bearer import BearerAuth
from responder.ext.auth.comparing import compare_digest
from responder.ext.auth.flows import (
    OAuth2AuthorizationCodeFlow,
    OAuth2ClientCredentialsFlow,
    OAuth2Flow,
    OAuth2PasswordFlow,
)
from responder.ext.auth.jwts import JWTAuth, KeysNotAvailable
from responder.ext.auth.oauth2 import OAuth2Auth
from responder.ext.auth.policies import AuthPolicy
from responder.ext.auth.schemes import (
    AuthScheme,
    Helper,
    MissingScopes,
    NotAuthenticated,
    OptionalAuth,
    ScopedAuth,
)
from responder.guards import Auth, Guard, Principal

__all__ = [
    "APIKeyAuth",
    "Auth",
    "AuthBase",
    "AuthPolicy",
    "AuthScheme",
    "BasicAuth",
    "BearerAuth",
    "Guard",
    "Helper",
    "JWTAuth",
    "KeysNotAvailable",
    "MissingScopes",
    "NotAuthenticated",
    "OAuth2Auth",
    "OAuth2AuthorizationCodeFlow",
    "OAuth2ClientCredentialsFlow",
    "OAuth2Flow",
    "OAuth2PasswordFlow",
    "OptionalAuth",
    "Principal",
    "ScopedAuth",
    "compare_digest",
]
