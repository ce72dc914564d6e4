"""Who asks, and what they may: roles per review, carried by short-lived tokens.

Workbench signs tokens; every service verifies them by itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Annotated, Any

import jwt
from fastapi import Depends, Request

from shared.db import Who, who
from shared.http.problems import Forbidden, Unauthenticated

ROLES = ("owner", "resolver", "reviewer", "coder", "reader")
LOCAL_OWNER = "local-owner"
ACT_AS = "Retroduct-Act-As"
LIFETIME = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Principal:
    """A person with their roles in each review; `everywhere` owns every review."""

    person_id: str
    roles: Mapping[str, frozenset[str]] = field(default_factory=dict)
    everywhere: bool = False

    def has(self, review_id: str, *roles: str) -> bool:
        """Whether the person has one of `roles` (owners may everything)."""
        if self.everywhere:
            return True
        mine = self.roles.get(review_id, frozenset())
        return "owner" in mine or bool(mine & set(roles))

    def require(self, review_id: str, *roles: str) -> None:
        """Raise `Forbidden` unless the person has one of `roles`."""
        if not self.has(review_id, *roles):
            wanted = " or ".join(roles) or "owner"
            raise Forbidden(
                f"'{self.person_id}' is not {wanted} in review '{review_id}'; "
                "an owner of the review can give the role.",
                review=review_id,
            )

    def require_member(self, review_id: str) -> None:
        """Raise `Forbidden` unless the person has any role in the review."""
        self.require(review_id, *ROLES)

    def acting_for(self, review_id: str, person: str | None) -> str:
        """The person on whose behalf a decision is recorded.

        Only an owner records what somebody else decided (an import, a loader).
        """
        if person is None or person == self.person_id:
            return self.person_id
        self.require(review_id, "owner")
        return person

    def sitting_for(self, person: str | None) -> str:
        """The person whose desk is looked at: one's own.

        What waits for somebody shows what they have judged, so an owner of the
        review looks at no other's; only who owns the whole machine does.
        """
        if person is None or person == self.person_id or self.everywhere:
            return person or self.person_id
        raise Forbidden(
            f"What waits for '{person}' shows what they have judged; only they see it. "
            "Ask without 'person'."
        )


class Authenticator:
    """Turns a request into a `Principal`."""

    def __init__(self, secret: str, *, local_owner: bool = False) -> None:
        self._secret = secret
        self._local_owner = local_owner

    def sign(self, principal: Principal, now: datetime) -> str:
        """A token that holds for fifteen minutes."""
        claims = {
            "sub": principal.person_id,
            "all": principal.everywhere,
            "roles": {review: sorted(roles) for review, roles in principal.roles.items()},
            "iat": now,
            "exp": now + LIFETIME,
        }
        return jwt.encode(claims, self._secret, algorithm="HS256")

    def verify(self, token: str) -> Principal:
        """Who holds this token; raises `Unauthenticated` saying what to do."""
        try:
            claims: dict[str, Any] = jwt.decode(token, self._secret, algorithms=["HS256"])
        except jwt.ExpiredSignatureError:
            raise Unauthenticated("The token has run out; ask workbench for a new one.") from None
        except jwt.PyJWTError:
            raise Unauthenticated("The token does not hold; ask workbench for one.") from None
        roles = {review: frozenset(names) for review, names in claims.get("roles", {}).items()}
        return Principal(str(claims["sub"]), roles, bool(claims.get("all", False)))

    def principal(self, request: Request) -> Principal:
        """The person behind a request, from its bearer token or the local machine."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and token:
            return self.verify(token.strip())
        cookie = request.cookies.get("retroduct_session")
        if cookie:
            return self.verify(cookie)
        if self._local_owner and _is_local(request):
            return Principal(LOCAL_OWNER, everywhere=True)
        raise Unauthenticated(
            "Authentication required: sign in, or send a token as 'Authorization: Bearer …'."
        )


def _is_local(request: Request) -> bool:
    """Loopback in address, Host and Origin, so that no foreign page can act for the owner."""
    host = (request.url.hostname or "").strip("[]")
    origin = request.headers.get("origin")
    if origin and origin != f"{request.url.scheme}://{request.url.netloc}":
        return False
    client = request.client.host if request.client else ""
    return _loops_back(host) and _loops_back(client)


def _loops_back(host: str) -> bool:
    if host in ("localhost", "testserver", "testclient"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


async def current_principal(request: Request) -> Principal:
    """The dependency of every route; the outbox notes the person as the events' actor."""
    authenticator: Authenticator = request.app.state.authenticator
    principal = authenticator.principal(request)
    before = who.get()
    who.set(
        Who(
            actor=principal.person_id,
            correlation_id=before.correlation_id,
            traceparent=before.traceparent,
        )
    )
    return principal


PrincipalDep = Annotated[Principal, Depends(current_principal)]
