"""An OpenID Connect provider on loopback: the real protocol, and the lies a test asks for."""

import base64
import hashlib
import secrets
import time
from contextlib import asynccontextmanager
from typing import Annotated
from urllib.parse import urlencode

from fastapi import FastAPI, Form, Request
from fastapi.responses import JSONResponse, RedirectResponse
from joserfc import jwt
from joserfc.jwk import RSAKey

from tests.support.web import serving

CLIENT, SECRET = "retroduct-tests", "a secret of this client"


class OpenIdProvider:
    """Who signs in there is `person`; `change` may alter a token's claims before it is signed.

    `sign` may sign in another way; `about` alters the description; codes hold once.
    """

    def __init__(self):
        self.url = ""
        self.person = {"sub": "4711", "name": "Ada Osei", "email": "ada@uni.example",
                       "email_verified": True, "preferred_username": "aosei"}  # fmt: skip
        self.change = dict
        self.sign = self.signed
        self.about = {}
        self.codes = {}
        self.asked = []
        self.rotate()

    def rotate(self):
        """Sign with a new key from now on; the old one is published no more."""
        self.key = RSAKey.generate_key(2048, {"kid": secrets.token_hex(4), "use": "sig"})

    def signed(self, claims):
        """The claims, signed by the provider's key."""
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, self.key)

    def described(self):
        """The document of discovery."""
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "response_types_supported": ["code"],
            "code_challenge_methods_supported": ["S256"],
            **self.about,
        }

    def authorized(self, query):
        """Where somebody who signed in is sent back to."""
        self.asked.append(query)
        assert query["client_id"] == CLIENT
        assert query["response_type"] == "code"
        assert query["code_challenge_method"] == "S256"
        assert "openid" in query["scope"].split()
        code = secrets.token_urlsafe(8)
        self.codes[code] = query
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    def token(self, form, authorization):
        """What a code is exchanged for, or None where anything about it is wrong."""
        query = self.codes.pop(form["code"], None)
        challenge = hashlib.sha256(form["code_verifier"].encode()).digest()
        plain = base64.urlsafe_b64encode(challenge).rstrip(b"=").decode()
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        right = query and query["code_challenge"] == plain and authorization == f"Basic {basic}"
        if not right or form["redirect_uri"] != query["redirect_uri"]:
            return None
        now = int(time.time())
        claims = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 300,
                  "nonce": query["nonce"], **self.person}  # fmt: skip
        return {"access_token": secrets.token_hex(8), "token_type": "Bearer", "expires_in": 300,
                "id_token": self.sign(self.change(claims))}  # fmt: skip


def _application(provider):
    app = FastAPI()

    @app.get("/.well-known/openid-configuration")
    async def about():
        return provider.described()

    @app.get("/keys")
    async def keys():
        return {"keys": [provider.key.as_dict(private=False)]}

    @app.get("/authorize")
    async def authorize(request: Request):
        return RedirectResponse(provider.authorized(dict(request.query_params)), status_code=302)

    @app.post("/token")
    async def token(
        request: Request,
        code: Annotated[str, Form()],
        redirect_uri: Annotated[str, Form()],
        code_verifier: Annotated[str, Form()],
    ):
        form = {"code": code, "redirect_uri": redirect_uri, "code_verifier": code_verifier}
        made = provider.token(form, request.headers.get("authorization", ""))
        return made or JSONResponse({"error": "invalid_grant"}, status_code=400)

    return app


@asynccontextmanager
async def openid_provider():
    """A provider behind a real port."""
    provider = OpenIdProvider()
    async with serving(_application(provider)) as url:
        provider.url = url
        yield provider
