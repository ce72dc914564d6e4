"""People in tests of one service: their tokens say their roles, for want of workbench."""

import json
from dataclasses import replace

from shared.http.auth import LIFETIME, Authenticator

TOLD = "told:"


class ToldStanding:
    """Reads roles out of the grant of a token; passes others on to what knows."""

    def __init__(self, otherwise=None):
        self._otherwise = otherwise

    async def roles(self, principal, review_id):
        """The roles that the token was signed with."""
        if principal.grant.startswith(TOLD):
            told = json.loads(principal.grant.removeprefix(TOLD))
            return frozenset(told.get(review_id, ()))
        if self._otherwise is None:
            return frozenset()
        return await self._otherwise.roles(principal, review_id)


class TellingAuthenticator(Authenticator):
    """Signs roles into the grant of a token, where a test names any."""

    def __init__(self, secret, *, local_owner=False, otherwise=None):
        super().__init__(secret, local_owner=local_owner, standing=ToldStanding(otherwise))

    def sign(self, principal, now, lifetime=LIFETIME):
        """A token with the roles in it."""
        if not principal.grant and principal.roles:
            told = {review: sorted(roles) for review, roles in principal.roles.items()}
            principal = replace(principal, grant=TOLD + json.dumps(told))
        return super().sign(principal, now, lifetime)


async def member_head(system, review, person, *roles):
    """Headers of a person whom the owner of a whole system makes a member first."""
    async with system.client() as owner:
        path = f"/api/reviews/{review}/members/{person}"
        (await owner.put(path, json={"roles": list(roles)})).raise_for_status()
        personal = (await owner.post("/api/tokens", json={"person": person})).json()["token"]
        exchanged = await owner.post("/api/tokens/exchange", json={"token": personal})
    return {"authorization": f"Bearer {exchanged.json()['token']}"}
