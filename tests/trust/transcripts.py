"""What everybody is answered in a review, written down so that two reviews can be compared.

The same script is run in reviews that differ by one hidden vote alone. What is left to differ
is replaced: ids of events, moments, tokens.
"""

import asyncio
import re
from hashlib import sha256
from io import BytesIO
from zipfile import ZipFile

from sqlalchemy import select

from shared.kernel import outbox
from tests.support.people import member_head
from tests.trust.test_every_route import request_of

STAGES = [
    {"name": "title", "from": None, "policy": {"kind": "dual"}},
    {"name": "full", "from": "title", "policy": {"kind": "single"}},
]
REVIEW = {"id": "secret", "title": "Housing", "question": "What works?", "stages": STAGES}
ROLES = {
    "ann": "reviewer", "ben": "reviewer", "olga": "owner", "rob": "reader", "cleo": "coder",
}  # fmt: skip
SEES = ("ann", "olga", "rob", "cleo", "stranger")
"""Everybody but Ben, whose vote is hidden; Olga owns the review and is no party to anything."""

SCREENING = "/api/screening/reviews/secret"
SEARCH = "/api/search/reviews/secret"
KEPT = ("content-type", "content-disposition", "etag", "location")
ENDLESS = "/api/reviews/{review_id}/feed"
PROCESS = re.compile("/(health|ready|pending|metrics|dead)$|^/static/|^/session$")
"""Figures of the process, for who runs it: closed to others, as the table of routes says."""
DIFFERS = tuple(
    (re.compile(pattern), word)
    for pattern, word in (
        (r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "<id>"),
        (r"\b[0-9a-f]{16}([0-9a-f]{16})?\b", "<id>"),
        (r"\beyJ[\w.-]{20,}|\brtd?_[\w-]{20,}", "<token>"),
        (r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|\+00:00)?", "<moment>"),
        (r"\b\d\d?:\d\d(:\d\d)?\b", "<time>"),
        (r'data-after="\d+"', "data-after"),
        (r'<div data-fresh="stopping">.*?</div>', ""),  # left out where it is not at hand
        # how often a job ran, and over how many records that were there by then, is chance
        (r'\{[^{}]*"screening\.(?:records_ranked|stopping_assessed)"[^{}]*\},?', ""),
        (r"(?m)^[^\r\n]*,screening\.(?:records_ranked|stopping_assessed),[^\r\n]*\r?\n", ""),
        (r'"records":\d+,("trained_on":)', r"\1"),
        (r"\b\d+ records? ranked at", "<n> records ranked at"),
        # so is where a page of activity ends
        (r'<p class="pager"><a href="\?service=[^"]*before=\d+">Earlier</a></p>', ""),
        (r"((?:Orders of the screening queue|Stopping)[^|<]*(?:</td><td>| \| ))\d+", r"\1<n>"),
    )
)


def plain(text):
    """The text without what differs between two runs of one script."""
    for pattern, word in DIFFERS:
        text = pattern.sub(word, text)
    return in_any_order(text)


def in_any_order(text):
    """Events in a fixed order: services, and jobs of two stages, do not wait for each other."""
    events = [POSITION.sub("", found[0]) for found in EVENT.finditer(text)]
    if not events:
        return FIGURE.sub("", text)
    return MANY.sub("<events>", EVENT.sub("<event>", text)) + "\n".join(last_figures(events))


def last_figures(events):
    """The events sorted, of those that tell a figure the last: how often it is told is chance."""
    figures = {}
    others = []
    for event in events:
        found = TELLS.search(event)
        if OWN.search(event):
            continue
        if found is None:
            others.append(event)
        else:
            figures[found[0]] = VERSION.sub("", event)
    return sorted([*others, *figures.values()])


OWN = re.compile("kernel.export_taken|>Exported: ")
"""What the readers of this script do themselves, and what is told of it a moment later."""
MANY = re.compile(r"(<event>[,\s]*)+")
POSITION = re.compile(r'"position":\d+,')
VERSION = re.compile(r'"(subject)?version":\d+,?')
TELLS = re.compile(
    r'"type":"(retroduct\.)?screening\.(records_ranked|stopping_assessed|decision_made)[^,]*,'
    r'"subject":"[^"]*"|records? ranked at [\w ]+|Stopping at [\w ]+|decisions? today at [\w ]+'
)
FIGURE = re.compile(
    r'"(?:screening\.(?:records_ranked|stopping_assessed|decision_made)|kernel\.export_taken)":\d+,?'
)
EVENT = re.compile(r'\{"position":\d+,(.*?\}\})|<li><time datetime=(.*?)</li>', re.DOTALL)


def _body(answer):
    """What is compared of a body: its text, of an archive that of its files."""
    kind = answer.headers.get("content-type", "")
    if not answer.is_success or not (kind == "application/zip" or "officedocument" in kind):
        return plain(answer.text)
    with ZipFile(BytesIO(answer.content)) as archive:
        return "\n".join(f"{n}\n{_inside(archive.read(n))}" for n in archive.namelist())


def _inside(data):
    """What is compared of a file in an archive: its text, of a picture every byte."""
    try:
        return plain(data.decode())
    except UnicodeDecodeError:
        return sha256(data).hexdigest()


class World:
    """A whole system with a review on whose first record Ben may have voted."""

    def __init__(self, system, client):
        self.system, self.client = system, client
        self.lines, self.heads, self.records = [], {}, []
        self.described = system.app.openapi()

    async def ask(self, person, method, path, said=None, **more):
        """Send a request and write down its answer."""
        answer = await self.client.request(method, path, headers=self.heads[person], **more)
        head = [plain(answer.headers.get(name, "")) for name in KEPT]
        line = (person, method, said or path, answer.status_code, head, _body(answer))
        self.lines.append(line)
        return answer

    async def quiet(self):
        """Wait until every event and every figure has followed."""
        await self.system.drain()

    async def vote(self, person, record, verdict):
        body = {"decisions": [{"record": record, "verdict": verdict}]}
        path = f"{SCREENING}/stages/title/decisions"
        answer = await self.client.post(path, json=body, headers=self.heads[person])
        assert answer.status_code == 200, answer.text

    def where(self, path, record):
        """The path of a route with its parameters: of this review and this record."""
        known = {
            "review_id": "secret", "stage": "title", "record": record, "record_id": record,
            "record_id:path": record, "person": "ben", "number": "1", "version": "1",
        }  # fmt: skip
        return re.sub(r"\{([^}]+)\}", lambda found: known.get(found[1], "x"), path)

    async def read(self, routes, people=SEES):
        """Write down what these people read at these routes."""
        for path in routes:
            described = self.described["paths"].get(path.replace(":path}", "}"), {}).get("get", {})
            for person in people:
                where = self.where(path, self.records[0])
                more = {"params": request_of(described, self.described)["params"]}
                await self.ask(person, "GET", where, f"{path}", **more)

    async def events(self):
        """Write down every event that was ever published, in order per service."""
        for name, running in self.system.services.items():
            rows = select(outbox.outbox.c.envelope).order_by(outbox.outbox.c.position)

            async def said(tx, rows=rows):
                return [row.envelope for row in await tx.execute(rows)]

            found = await running.db.read(said)
            said = last_figures([plain(bytes(one).decode()) for one in found])
            self.lines.append((name, "events", "\n".join(said)))


WORDS = ("outreach", "coaching", "rent", "tenancy", "shelter", "staff")
"""What the records are on; the first is the one with the hidden vote."""


async def open_world(system, client, hidden, more=()):
    """The review with its people and records, and this vote of Ben on the first record.

    `more` are words for the titles of further records on which he has so voted.
    """
    world = World(system, client)
    (await client.post("/api/reviews", json=REVIEW)).raise_for_status()
    await client.post("/api/reviews", json={"id": "other", "title": "Another"})
    await world.quiet()
    for person, role in ROLES.items():
        world.heads[person] = await member_head(system, "secret", person, role)
    world.heads["stranger"] = await member_head(system, "other", "stranger", "owner")
    for number, word in enumerate((*WORDS, *more)):
        body = {"title": f"On {word} in {2000 + number}", "abstract": f"{word} " * 9, "year": 2000}
        made = await client.post(f"{SEARCH}/records", json=body)
        world.records.append(made.json()["record_id"])
    await world.quiet()
    for person in ("ann", "ben"):
        await world.vote(person, world.records[1], "include")
        await world.vote(person, world.records[2], "exclude")
    await world.quiet()
    for record in (world.records[0], *world.records[len(WORDS) :]) if hidden else ():
        await world.vote("ben", record, hidden)
    await asyncio.sleep(1.1)
    await world.quiet()
    return world
