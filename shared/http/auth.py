"""Who asks, and what they may.

Workbench signs short-lived tokens, which every service verifies by itself; what roles the person
has in a review is asked for when it matters.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import Annotated, Any, Protocol

import jwt
from fastapi import Depends, Request

from shared.actors import is_machine
from shared.db import Who, who
from shared.http.origin import from_own_pages
from shared.http.problems import Forbidden, Invalid, Unauthenticated

ROLES = ("owner", "resolver", "reviewer", "coder", "reader")
LOCAL_OWNER = "local-owner"
SESSION_COOKIE = "retroduct_session"
LIFETIME = timedelta(minutes=15)
CALL_LIFETIME = timedelta(minutes=1)
SECRET_BYTES = 32
MOST_VERIFIED = 1_000
"""So many tokens are remembered as verified, until they run out."""
IN_PROCESS = "in-process"
"""The address of who calls an application without a network."""
FORWARDED = frozenset(
    {
        "forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto",
        "x-forwarded-port", "x-forwarded-server", "x-real-ip",
    }
)  # fmt: skip
"""Headers that a proxy adds."""


@dataclass(frozen=True, slots=True)
class Principal:
    """A person with their roles in the review at hand; `everywhere` owns every review.

    `grant` is the id of the personal token behind a short-lived one, `until` when that
    runs out (seconds since 1970, 0: never).
    """

    person_id: str
    roles: Mapping[str, frozenset[str]] = field(default_factory=dict)
    everywhere: bool = False
    grant: str = ""
    until: int = field(default=0, compare=False)

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
        if is_machine(person):
            raise Forbidden("A machine decides nothing; name the person who did.")
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


class RoleLookup(Protocol):
    """Says what a person may now: tokens name a person, never their roles."""

    async def roles(self, principal: Principal, review_id: str | None) -> frozenset[str]:
        """A person's roles in a review; none for no review, or where they are no member.

        Raises `Unauthenticated` when the token's `grant` was revoked or has run out.
        """
        ...


class Authenticator:
    """Turns a request into a `Principal`; without a `standing` only owners of all are anybody.

    `local_owner` lets who calls from this machine in as its owner; it ends for good with
    the first request that a proxy passed on. Raises `Invalid` for a short `secret`.
    """

    def __init__(
        self, secret: str, *, local_owner: bool = False, standing: RoleLookup | None = None
    ) -> None:
        check_secret(secret)
        self.standing = standing
        self._secret = secret
        self.local_owner = local_owner
        self._verified: dict[str, Principal] = {}

    def sign(self, principal: Principal, now: datetime, lifetime: timedelta = LIFETIME) -> str:
        """A token that holds for fifteen minutes, unless told otherwise."""
        claims = {
            "sub": principal.person_id,
            "all": principal.everywhere,
            "grant": principal.grant,
            "iat": now,
            "exp": now + lifetime,
        }
        return jwt.encode(claims, self._secret, algorithm="HS256")

    def sign_call(self, principal: Principal) -> str:
        """A token for one call to another service on behalf of this person."""
        return self.sign(principal, datetime.now(UTC), CALL_LIFETIME)

    def verify(self, token: str) -> Principal:
        """Who holds this token; raises `Unauthenticated` saying what to do.

        A request is verified twice, by its limits and by its route; the second time is looked up.
        """
        known = self._verified.get(token)
        if known is not None and known.until > datetime.now(UTC).timestamp():
            return known
        principal = self._decoded(token)
        if len(self._verified) >= MOST_VERIFIED:
            self._verified.clear()
        self._verified[token] = principal
        return principal

    def _decoded(self, token: str) -> Principal:
        try:
            claims: dict[str, Any] = jwt.decode(
                token, self._secret, algorithms=["HS256"], options={"require": ["exp", "sub"]}
            )
        except jwt.ExpiredSignatureError:
            raise Unauthenticated("The token has run out; ask workbench for a new one.") from None
        except jwt.PyJWTError:
            raise Unauthenticated("The token does not hold; ask workbench for one.") from None
        if not claims["sub"] or is_machine(claims["sub"]):
            raise Unauthenticated("The token names nobody; ask workbench for one.")
        return Principal(
            claims["sub"],
            everywhere=claims.get("all") is True,
            grant=str(claims.get("grant") or ""),
            until=int(claims["exp"]),
        )

    async def with_roles(self, principal: Principal, review_id: str | None) -> Principal:
        """The person with their roles now; raises `Unauthenticated` for a revoked token."""
        if self.standing is None or (principal.everywhere and not principal.grant):
            return principal
        found = await self.standing.roles(principal, review_id)
        return replace(principal, roles={review_id: found} if review_id else {})

    def principal(self, request: Request) -> Principal:
        """The person behind a request, from its bearer token or the local machine."""
        if passed_on(request):
            self.local_owner = False
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and token:
            return self.verify(token.strip())
        cookie = request.cookies.get(SESSION_COOKIE)
        if cookie:
            from_own_pages(request)
            return self.verify(cookie)
        if self.local_owner and _is_local(request) and not _names_somebody(request):
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


def _names_somebody(request: Request) -> bool:
    """Whether a request says who sends it, in whatever way, and be it in vain."""
    return "authorization" in request.headers or SESSION_COOKIE in request.cookies


def _is_local(request: Request) -> bool:
    """Loopback in address, Host and Origin, so that no foreign page can act for the owner."""
    host = request.headers.get("host", "")
    origin = request.headers.get("origin")
    if origin and origin != f"{request.url.scheme}://{host}":
        return False
    named = _HOST.fullmatch(host)
    client = request.client.host if request.client else ""
    return named is not None and loops_back(named[1]) and loops_back(client)


_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[0-9A-Za-z.-]+)(?::[0-9]{1,5})?")
"""A name or an address with or without a port; a header of another form names no machine."""


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
    named = authenticator.principal(request)
    principal = await authenticator.with_roles(named, request.path_params.get("review_id"))
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


def on_behalf_of(request: Request) -> dict[str, str]:
    """Headers for calls to other services with the rights of whoever sent this request."""
    authenticator: Authenticator = request.app.state.authenticator
    return {"authorization": f"Bearer {authenticator.sign_call(request.state.principal)}"}
