"""Who asks, and what they may: roles per review, carried by short-lived tokens.

Workbench signs tokens; every service verifies them by itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import Annotated, Any

import jwt
from fastapi import Depends, Request

from shared.db import Who, who
from shared.http.problems import Forbidden, Invalid, Unauthenticated

ROLES = ("owner", "resolver", "reviewer", "coder", "reader")
LOCAL_OWNER = "local-owner"
LIFETIME = timedelta(minutes=15)
CALL_LIFETIME = timedelta(minutes=1)
SECRET_BYTES = 32
FORWARDED = frozenset(
    {
        "forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto",
        "x-forwarded-port", "x-forwarded-server", "x-real-ip",
    }
)  # fmt: skip
"""Headers that a proxy adds."""


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


LOCAL = Principal(LOCAL_OWNER, everywhere=True)
"""Who works on their own machine."""


class Authenticator:
    """Turns a request into a `Principal`.

    `local_owner` lets who calls from this machine in as its owner; it ends for good with
    the first request that a proxy passed on. Raises `Invalid` for a short `secret`.
    """

    def __init__(self, secret: str, *, local_owner: bool = False) -> None:
        check_secret(secret)
        self._secret = secret
        self.local_owner = local_owner

    def sign(self, principal: Principal, now: datetime, lifetime: timedelta = LIFETIME) -> str:
        """A token that holds for fifteen minutes, unless told otherwise."""
        claims = {
            "sub": principal.person_id,
            "all": principal.everywhere,
            "roles": {review: sorted(roles) for review, roles in principal.roles.items()},
            "iat": now,
            "exp": now + lifetime,
        }
        return jwt.encode(claims, self._secret, algorithm="HS256")

    def sign_call(self, principal: Principal) -> str:
        """A token for one call to another service on behalf of this person."""
        return self.sign(principal, datetime.now(UTC), CALL_LIFETIME)

    def verify(self, token: str) -> Principal:
        """Who holds this token; raises `Unauthenticated` saying what to do."""
        try:
            claims: dict[str, Any] = jwt.decode(
                token, self._secret, algorithms=["HS256"], options={"require": ["exp", "sub"]}
            )
        except jwt.ExpiredSignatureError:
            raise Unauthenticated("The token has run out; ask workbench for a new one.") from None
        except jwt.PyJWTError:
            raise Unauthenticated("The token does not hold; ask workbench for one.") from None
        if not claims["sub"]:
            raise Unauthenticated("The token names nobody; ask workbench for one.")
        roles = {review: frozenset(names) for review, names in claims.get("roles", {}).items()}
        return Principal(claims["sub"], roles, claims.get("all") is True)

    def principal(self, request: Request) -> Principal:
        """The person behind a request, from its bearer token or the local machine."""
        if passed_on(request):
            self.local_owner = False
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and token:
            return self.verify(token.strip())
        cookie = request.cookies.get("retroduct_session")
        if cookie:
            return self.verify(cookie)
        if self.local_owner and _is_local(request):
            return LOCAL
        raise Unauthenticated("Send a token ('Authorization: Bearer <token>'), or sign in.")


def check_secret(secret: str) -> None:
    """Raise `Invalid` for a signing key that can be guessed."""
    if len(secret.encode()) < SECRET_BYTES:
        raise Invalid(
            f"RETRODUCT_SECRET is shorter than {SECRET_BYTES} bytes; set a long random text, such "
            "as 'openssl rand -hex 32' prints, the same for all services."
        )


def passed_on(request: Request) -> bool:
    """Whether a proxy passed the request on, as its headers say."""
    return not FORWARDED.isdisjoint(request.headers.keys())


def _is_local(request: Request) -> bool:
    """Loopback in address, Host and Origin, so that no foreign page can act for the owner."""
    host = request.url.hostname or ""
    origin = request.headers.get("origin")
    if origin and origin != f"{request.url.scheme}://{request.url.netloc}":
        return False
    client = request.client.host if request.client else ""
    return loops_back(host) and loops_back(client)


def loops_back(host: str) -> bool:
    """Whether an address or name is this machine's own."""
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


async def current_principal(request: Request) -> Principal:
    """The dependency of every route; the outbox notes the person as the events' actor."""
    authenticator: Authenticator = request.app.state.authenticator
    principal = authenticator.principal(request)
    request.state.principal = principal
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
