"""What was acknowledged, and whether it is there: once, and for nobody who may not see it."""

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field

import httpx

REVIEW = "ledger"
STAGE = "title"
PER_FILE = 3
BORDERS = (
    f"/api/reviews/{REVIEW}",
    f"/api/search/reviews/{REVIEW}/imports",
    f"/api/screening/reviews/{REVIEW}/stages/{STAGE}/decisions",
    f"/api/screening/reviews/{REVIEW}/flow",
    f"/api/extraction/reviews/{REVIEW}/fragments",
)
"""What a stranger asks for again and again."""


def doi(number, n):
    """The DOI of a reference of a file."""
    return f"10.5555/{number}.{n}"


def references(number):
    """An export file with references that no other file has."""
    return "".join(
        f"TY  - JOUR\nTI  - Report {number}-{n} about {'gardens' * (n + 1)} {number * 7919 + n}\n"
        f"AU  - Writer{number}x{n}, B\nPY  - 20{number % 10}{n}\nDO  - {doi(number, n)}\n"
        "ER  - \n"
        for n in range(PER_FILE)
    ).encode()


@dataclass
class Ledger:
    """Acknowledged commands, when they were, and what strangers were shown.

    `files` names the import of each file's number, `votes` the verdict on each record.
    """

    files: dict = field(default_factory=dict)
    votes: dict = field(default_factory=dict)
    fragments: set = field(default_factory=set)
    at: list = field(default_factory=list)
    leaked: list = field(default_factory=list)
    refused: int = 0

    @property
    def acknowledged(self):
        return len(self.files) + len(self.votes) + len(self.fragments)

    def ids(self):
        """By kind, what must be there."""
        return {
            "imports": set(self.files.values()),
            "records": {doi(number, n) for number in self.files for n in range(PER_FILE)},
            "votes": set(self.votes.items()),
            "settlements": set(self.votes.items()),
            "fragments": set(self.fragments),
        }


class Load:
    """Imports, decisions and fragments, each given again until it is acknowledged."""

    def __init__(self, owner, stranger, ledger):
        self.owner, self.stranger, self.ledger = owner, stranger, ledger
        self.stopped = False
        self._numbers = iter(range(1, 10**6))

    async def call(self, method, path, seconds=600, **more):
        """The JSON of the first answer that is no failure of the server."""
        async with asyncio.timeout(seconds):
            while True:
                try:
                    answer = await self.owner.request(method, path, timeout=15, **more)
                except httpx.HTTPError:
                    await asyncio.sleep(0.2)
                    continue
                if answer.status_code < 500 and answer.status_code not in (409, 429):
                    answer.raise_for_status()
                    return answer.json() if answer.content else None
                await asyncio.sleep(0.2)

    async def done(self, method, path, **more):
        """A command's answer; notes when it was acknowledged."""
        answer = await self.call(method, path, **more)
        self.ledger.at.append(time.monotonic())
        return answer

    async def open(self):
        """The review that all goes into."""
        stages = [{"name": STAGE}]
        review = {"id": REVIEW, "title": "Ledger", "stages": stages}
        await self.call("POST", "/api/reviews", json=review)

    async def give(self):
        """Import a file, code a fragment, vote on what is offered; until told to stop."""
        while not self.stopped:
            number = next(self._numbers)
            path = f"/api/search/reviews/{REVIEW}/imports"
            named = {"filename": f"{number}.ris", "source": "embase"}
            taken = await self.done("POST", path, content=references(number), params=named)
            self.ledger.files[number] = taken["import_id"]
            fragment = {"id": f"f{number}", "quote": f"Words {number} żółć 漢字 \U0001f331."}
            path = f"/api/extraction/reviews/{REVIEW}/fragments/batch"
            await self.done("POST", path, json={"fragments": [fragment]})
            self.ledger.fragments.add(fragment["id"])
            await self.vote(2)

    async def vote(self, limit):
        """Vote on so many of the records that are offered."""
        base = f"/api/screening/reviews/{REVIEW}/stages/{STAGE}"
        queue = await self.call("GET", f"{base}/queue", params={"limit": limit})
        for item in queue["items"]:
            body = {"decisions": [{"record": item["record"], "verdict": "include"}]}
            await self.done("POST", f"{base}/decisions", json=body)
            self.ledger.votes[item["record"]] = "include"
        return len(queue["items"])

    async def pry(self):
        """Ask as somebody who is no member; any answer but a refusal is a leak."""
        while not self.stopped:
            for path in BORDERS:
                try:
                    answer = await self.stranger.get(path, timeout=15)
                except httpx.HTTPError:
                    continue
                if answer.status_code < 400:
                    self.ledger.leaked.append(path)
                self.ledger.refused += answer.status_code in (401, 403, 404)
            await asyncio.sleep(0.5)

    async def settle(self, seconds=200):
        """Until `settled` is true."""
        async with asyncio.timeout(seconds):
            while True:
                answer = await self.call("GET", f"/api/reviews/{REVIEW}/settled")
                if answer["settled"]:
                    return
                await asyncio.sleep(0.3)

    async def listed(self, path):
        """All items of a paged list."""
        items, cursor = [], None
        while True:
            page = await self.call("GET", path, params={"cursor": cursor} if cursor else {})
            items += page["items"]
            cursor = page.get("next") or page.get("cursor") or page.get("next_cursor")
            if not cursor:
                return items

    async def compare(self):
        """What is lost and what is doubled, by kind: each acknowledged id against those found."""
        expected, found = self.ledger.ids(), await self.found()
        # Every record of the library is screened, whoever brought it.
        expected["screened"] = set(found.pop("library"))
        lost = {kind: sorted(ids - found[kind].keys()) for kind, ids in expected.items()}
        doubled = {
            kind: sorted(id for id, times in found[kind].items() if times > 1 or id not in ids)
            for kind, ids in expected.items()
        }
        return lost, doubled

    async def found(self):
        """By kind, how often each id is there."""
        base = f"/api/screening/reviews/{REVIEW}/stages/{STAGE}"
        records = await self.listed(f"/api/search/reviews/{REVIEW}/records")
        imports = await self.listed(f"/api/search/reviews/{REVIEW}/imports")
        votes = await self.listed(f"{base}/decisions")
        settled = await self.listed(f"{base}/settlements")
        waiting = await self.listed(f"{base}/queue")
        coded = await self.listed(f"/api/extraction/reviews/{REVIEW}/fragments")
        return {
            "imports": Counter(one["import_id"] for one in imports),
            "records": Counter(one["doi"] for one in records),
            "library": Counter(one["record_id"] for one in records),
            "screened": Counter(one["record"] for one in [*settled, *waiting]),
            "votes": Counter((one["record"], one["verdict"]) for one in votes),
            "settlements": Counter((one["record"], one["verdict"]) for one in settled),
            "fragments": Counter(one.get("fragment_id") or one["id"] for one in coded),
        }
