"""The identity provider the zone trusts, spoken to by OpenID Connect: code flow, PKCE, state and nonce."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from authlib.integrations.base_client import OAuthError
from authlib.integrations.django_client import OAuth
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from joserfc.errors import JoseError
from requests import RequestException

from lianqiao.engine.errors import refuse

TIMEOUT_S = 10
# what providers say of how somebody signed in (RFC 8176), where that took more than a password
TWO_FACTORS = frozenset({"mfa", "otp", "hwk", "swk", "fpt", "face", "sc"})


def available() -> bool:
    """Return whether a provider is set up."""
    return bool(settings.SIGN_IN.oidc_issuer and settings.SIGN_IN.oidc_client_id)


def leave_for(request: HttpRequest, back: str) -> HttpResponse:
    """Return the way to the provider, which sends the browser to `back`; raises Refusal `outside-away`."""
    try:
        response: HttpResponse = _client().authorize_redirect(request, back)
    except (RequestException, OAuthError, ValueError, KeyError) as error:
        raise _away(error) from error
    return response


def claims_brought(request: HttpRequest) -> dict[str, Any]:
    """Return what the provider says of whoever came back: signed by it, for this site and this sign-in.

    Raises Refusal: `outside-away` where it cannot be asked, `outside-refused` where something does not fit.
    """
    try:
        client = _client()
        issuer = str(client.load_server_metadata().get("issuer", ""))
        wanted = {"iss": {"essential": True, "value": issuer}}
        token = client.authorize_access_token(request, claims_options=wanted)
    except RequestException as error:
        raise _away(error) from error
    except (OAuthError, JoseError, ValueError, KeyError, TypeError) as error:
        raise refuse("outside-refused", str(error), hint="sign in again") from error
    claims = token.get("userinfo")
    # without a signed token nothing has been proven
    if not claims or issuer.rstrip("/") != settings.SIGN_IN.oidc_issuer:
        raise refuse("outside-refused", "the provider gave no token of its own", hint="sign in again")
    return {**claims, "iss": issuer}


def proved_twice(claims: dict[str, Any]) -> bool:
    """Return whether the provider says that the sign-in took a second factor."""
    methods = claims.get("amr")
    return isinstance(methods, list) and bool(TWO_FACTORS & {str(one) for one in methods})


def _client() -> Any:
    limits = settings.SIGN_IN
    return _client_of(limits.oidc_issuer, limits.oidc_client_id, limits.oidc_client_secret)


@lru_cache(maxsize=4)
def _client_of(issuer: str, client_id: str, client_secret: str) -> Any:
    return OAuth().register(
        "outside",
        client_id=client_id,
        client_secret=client_secret or None,
        server_metadata_url=f"{issuer}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid profile email",
            "code_challenge_method": "S256",
            "default_timeout": TIMEOUT_S,
            **({} if client_secret else {"token_endpoint_auth_method": "none"}),
        },
    )


def _away(error: Exception) -> Exception:
    return refuse("outside-away", f"the provider cannot be asked: {error}", hint="use the password")
