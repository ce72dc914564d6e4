"""An OpenID Connect provider: discovery, the authorisation code with PKCE, and the ID token.

Authlib speaks the protocol. It is imported where it is used: without a provider in the settings
nothing of it is loaded.
"""

import time
import warnings
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx

from shared.http.auth import loops_back
from shared.http.certificates import trusted
from shared.http.problems import Invalid
from shared.ops.settings import Settings
from shared.ops.telemetry import log
from workbench.identity.domain import CannotSignIn, Claims, SignInPolicy

DISCOVERY = "/.well-known/openid-configuration"
KEPT_SECONDS = 3600.0
"""How long a provider's description and keys are kept."""
TIMEOUT = 10.0
LEEWAY = 60
"""Seconds by which the clocks of provider and server may differ."""
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
"""Signatures by a key that the provider alone has."""
SCOPE = "openid email profile"
SILENT = "The provider does not answer just now. Sign in with your password, or try again."
REFUSED = "The provider's answer does not hold, so nobody was signed in. Sign in again."


def provider_of(settings: Settings) -> "Provider | None":
    """The provider that the settings name, if any. Raises `Invalid` for one that is not safe."""
    if not settings.oidc_issuer:
        return None
    if not settings.oidc_client_id:
        raise Invalid("RETRODUCT_OIDC_ISSUER needs RETRODUCT_OIDC_CLIENT_ID beside it.")
    if not is_safe(settings.oidc_issuer):
        raise Invalid("RETRODUCT_OIDC_ISSUER must begin with https:// (http:// on this machine).")
    return Provider(settings)


def is_safe(url: str) -> bool:
    """Whether an address is encrypted, or this machine's own."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and loops_back(parts.hostname or ""))


class Provider:
    """One provider, by its issuer; what it says of itself is read when it is first needed."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.issuer = settings.oidc_issuer.rstrip("/")
        self.label = settings.oidc_label
        self.policy = SignInPolicy(
            by_email=settings.oidc_link_by_email, new_people=settings.oidc_new_people
        )
        self._kept: dict[str, tuple[float, dict[str, Any]]] = {}

    async def address(self, redirect: str, *, state: str, nonce: str, verifier: str) -> str:
        """Where somebody signs in at the provider. Raises `CannotSignIn`."""
        about = await self._about()
        async with self._client(redirect) as client:
            url, _ = client.create_authorization_url(
                about["authorization_endpoint"], state=state, nonce=nonce, code_verifier=verifier
            )
        return str(url)

    async def claims(self, redirect: str, *, code: str, nonce: str, verifier: str) -> Claims:
        """What the provider says of who came back with a code. Raises `CannotSignIn`."""
        about = await self._about()
        token = await self._token(about, redirect, code, verifier)
        found = await self._verified(about, token, nonce)
        verified = found.get("email_verified") in (True, "true")
        return Claims(
            issuer=self.issuer,
            subject=str(found["sub"]),
            email=str(found.get("email") or "") if verified else "",
            name=str(found.get("name") or ""),
            username=str(found.get("preferred_username") or ""),
        )

    async def _token(
        self, about: Mapping[str, Any], redirect: str, code: str, verifier: str
    ) -> dict[str, Any]:
        from authlib.common.errors import AuthlibBaseError

        try:
            async with self._client(redirect, about) as client:
                token = await client.fetch_token(
                    about["token_endpoint"], code=code, code_verifier=verifier
                )
        except httpx.HTTPError as error:
            raise CannotSignIn(SILENT) from error
        except (AuthlibBaseError, ValueError, KeyError) as error:
            log.warning("sign_in_refused", reason=repr(error)[:200])
            raise CannotSignIn(REFUSED) from error
        if not isinstance(token, dict) or not token.get("id_token"):
            raise CannotSignIn(REFUSED)
        return token

    async def _verified(
        self, about: Mapping[str, Any], token: Mapping[str, Any], nonce: str
    ) -> Mapping[str, Any]:
        """The claims of the ID token: signed by the provider, for us, now, for this sign-in."""
        from authlib.oidc.core import CodeIDToken
        from joserfc import jwt
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        audience = self._settings.oidc_client_id
        options = {"iss": {"essential": True, "value": self.issuer_said(about)},
                   "aud": {"essential": True, "value": audience}}  # fmt: skip
        params = {"nonce": nonce, "client_id": audience, "access_token": token.get("access_token")}
        for fresh in (False, True):
            try:
                read: Any = await self._read(about["jwks_uri"], fresh=fresh)
                keys = KeySet.import_key_set(read)
                signed = jwt.decode(token["id_token"], keys, algorithms=list(ALGORITHMS))
                claims = CodeIDToken(signed.claims, signed.header, options, params)
                claims.validate(leeway=LEEWAY)
            except (JoseError, ValueError, KeyError, TypeError) as error:
                reason = error
            else:
                return dict(claims)
        log.warning("sign_in_refused", reason=repr(reason)[:200])
        raise CannotSignIn(REFUSED) from reason

    @staticmethod
    def issuer_said(about: Mapping[str, Any]) -> str:
        """The issuer as the provider writes it, which its tokens repeat."""
        return str(about["issuer"])

    async def _about(self) -> dict[str, Any]:
        """The provider's description; its issuer is ours, its addresses are safe."""
        about = await self._read(self.issuer + DISCOVERY)
        wanted = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        right = str(about.get("issuer", "")).rstrip("/") == self.issuer
        if not right or not all(is_safe(str(about.get(name, ""))) for name in wanted):
            log.warning("provider_describes_another", issuer=str(about.get("issuer"))[:200])
            raise CannotSignIn(REFUSED)
        return about

    async def _read(self, url: str, *, fresh: bool = False) -> dict[str, Any]:
        """A JSON object of the provider, kept for an hour."""
        kept = self._kept.get(url)
        if kept and not fresh and time.monotonic() - kept[0] < KEPT_SECONDS:
            return kept[1]
        try:
            async with httpx.AsyncClient(**self._network()) as client:
                answer = await client.get(url)
                answer.raise_for_status()
                found = answer.json()
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, RecursionError) as error:
            raise CannotSignIn(SILENT) from error
        if not isinstance(found, dict):
            raise CannotSignIn(SILENT)
        self._kept[url] = (time.monotonic(), found)
        return found

    def _network(self) -> dict[str, Any]:
        return {
            "timeout": TIMEOUT,
            "trust_env": False,
            "proxy": self._settings.https_proxy,
            "verify": trusted(),
        }

    def _client(self, redirect: str, about: Mapping[str, Any] | None = None) -> Any:
        import authlib.deprecate  # sets a filter of its own

        with warnings.catch_warnings():
            # Authlib would rather have the successor of httpx.
            warnings.simplefilter("ignore", authlib.deprecate.AuthlibDeprecationWarning)
            from authlib.integrations.httpx_client import AsyncOAuth2Client

        secret = self._settings.oidc_client_secret
        methods = (about or {}).get("token_endpoint_auth_methods_supported") or ()
        post = "client_secret_post" in methods and "client_secret_basic" not in methods
        return AsyncOAuth2Client(
            client_id=self._settings.oidc_client_id,
            client_secret=secret.get_secret_value() if secret else None,
            token_endpoint_auth_method=(
                "none" if secret is None else "client_secret_post" if post
                else "client_secret_basic"
            ),
            scope=SCOPE,
            redirect_uri=redirect,
            code_challenge_method="S256",
            **self._network(),
        )  # fmt: skip
