"""A review in the search service, and what the service has said about it."""

import orjson
import pytest_asyncio
from sqlalchemy import select

from services.search.app import SERVICE
from services.search.living.handlers import event_handlers
from services.search.tables import metadata
from shared.events import Received
from shared.events.workbench import ReviewOpened, ReviewState
from tests.support.apps import open_alone

REVIEW = "rev"
OUTBOX = metadata.tables["outbox"]


class Library:
    """The HTTP interface of one review's library, and its events."""

    def __init__(self, system, client):
        self.system = system
        self.client = client
        self.db = system.services["search"].db

    async def open(self, review=REVIEW):
        event = ReviewOpened(
            review_id=review, review=ReviewState(review_id=review, title="A review")
        )
        received = Received(
            id=f"e-{review}",
            event=event,
            subject=event.subject,
            subject_version=1,
            time=self.db.clock.now(),
            correlation_id="c",
        )
        await self.db.write(lambda tx: event_handlers.on_reviews_opened([received], tx))

    async def call(self, method, path, *, expect=None, **more):
        answer = await self.client.request(method, f"/api/search/reviews/{REVIEW}{path}", **more)
        if expect is not None:
            assert answer.status_code == expect, answer.text
        else:
            assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    async def upload(self, body, **params):
        octets = body.encode() if isinstance(body, str) else body
        params = {"filename": "x.ris", "source": "embase"} | params
        return await self.call("POST", "/imports", content=octets, params=params)

    async def records(self, **params):
        return (await self.call("GET", "/records", params=params))["items"]

    async def events(self, kind=None):
        """(name, data) of everything said so far, in order."""
        rows = await self.db.read(lambda tx: _rows(tx))
        said = [(row.type.split(".")[-1], orjson.loads(row.envelope)["data"]) for row in rows]
        return [data for name, data in said if name == kind] if kind else said


async def _rows(tx):
    return (await tx.execute(select(OUTBOX).order_by(OUTBOX.c.position))).all()


@pytest_asyncio.fixture
async def library(settings):
    async with open_alone(SERVICE, settings) as system, system.client() as client:
        found = Library(system, client)
        await found.open()
        yield found
