"""Where a service learns what a person may now: from workbench, here or over HTTP."""

import time
from collections.abc import Callable

import httpx

from shared.db import Database
from shared.http.auth import Authenticator, Principal
from shared.http.problems import Unauthenticated, Unavailable
from workbench.people import handlers as people

SECONDS = 3.0
"""How long an answer of workbench holds."""

MOST = 10_000
"""Answers that are kept at once."""


class LocalStanding:
    """Workbench's tables are at hand: every request looks."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def roles(self, principal: Principal, review_id: str | None) -> frozenset[str]:
        """See `Standing.roles`."""
        return await self._db.read(lambda tx: people.roles_now(tx, principal, review_id))


class RemoteStanding:
    """Workbench is asked, with the person's own rights; a yes holds for seconds, a no never."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        authenticator: Authenticator,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client, self._authenticator, self._now = client, authenticator, now
        self._kept: dict[tuple[str, str, str | None], tuple[float, frozenset[str]]] = {}

    async def roles(self, principal: Principal, review_id: str | None) -> frozenset[str]:
        """See `Standing.roles`. Raises `Unavailable` when workbench does not answer."""
        if review_id is None and not principal.grant:
            return frozenset()
        key = (principal.person_id, principal.grant, review_id)
        until, known = self._kept.get(key, (0.0, frozenset[str]()))
        if self._now() < until:
            return known
        self._kept.pop(key, None)
        found = await self._ask(principal, review_id)
        if found or review_id is None:
            if len(self._kept) >= MOST:
                self._kept.clear()
            self._kept[key] = (self._now() + SECONDS, found)
        return found

    async def _ask(self, principal: Principal, review_id: str | None) -> frozenset[str]:
        head = {"authorization": f"Bearer {self._authenticator.sign_call(principal)}"}
        params = {} if review_id is None else {"review": review_id}
        try:
            answer = await self._client.get("/api/people/me/roles", headers=head, params=params)
            if answer.status_code == httpx.codes.UNAUTHORIZED:
                raise Unauthenticated(answer.json().get("detail", ""))
            answer.raise_for_status()
            return frozenset(answer.json()["roles"])
        except (httpx.HTTPError, ValueError) as error:
            raise Unavailable(
                "Workbench, which knows who is in the review, does not answer; try again."
            ) from error
