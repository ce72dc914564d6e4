"""The extraction service alone, on a real database, spoken to by events and by HTTP."""

from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime

import httpx
from sqlalchemy import select

from services.extraction.app import SERVICE
from shared.bus.memory import MemoryBus
from shared.events.screening import RecordSettled
from shared.events.search import RecordAdded, RecordState
from shared.events.synthesis import TheoryState, TheoryStated
from shared.events.workbench import ReviewOpened, ReviewState, Stage
from shared.http.auth import Principal
from shared.kernel import envelope, outbox
from shared.kernel.service import Running
from tests.support.apps import lending
from tests.support.people import TellingAuthenticator
from tests.support.versions import Versions

REVIEW = "rev"
BASE = f"/api/extraction/reviews/{REVIEW}"
STAGES = (Stage(name="title"), Stage(name="full_text", source="title"))
SECRET = "a secret that is long enough for HS256 in tests"


class Alone:
    """One running extraction service without loops: events are handed to its handlers."""

    def __init__(self, running, client, authenticator):
        self.running, self.client, self.db = running, client, running.db
        self._authenticator = authenticator
        self._versions = Versions()

    async def hear(self, *events, version=None):
        """Hand events of one type to their handler, as one batch."""
        received = [self.received(event, version) for event in events]
        handler = SERVICE.on[type(events[0])]
        await self.db.write(lambda tx: handler(received, tx))

    def received(self, event, version=None):
        """An event as it would have arrived."""
        return self._versions.received(event, version)

    async def said(self, *names):
        """Events in the outbox, oldest first; of these names only, where there are any."""
        rows = await self.db.read(lambda tx: _envelopes(tx))
        events = [envelope.receive(envelope.open_bytes(body)).event for body in rows]
        own = [event for event in events if event.SERVICE == "extraction"]
        return [event for event in own if not names or event.NAME in names]

    async def names(self):
        """Names of the events in the outbox, oldest first."""
        return [event.NAME for event in await self.said()]

    async def ask(self, method, path, json=None, *, by=None, status=200, headers=None):
        """Send a request; `by` is a set of roles (None: the owner); returns the answer's JSON."""
        head = dict(headers or {})
        if by is not None:
            person = Principal("somebody", {REVIEW: frozenset(by)})
            token = self._authenticator.sign(person, datetime.now(UTC))
            head["authorization"] = f"Bearer {token}"
        answer = await self.client.request(method, BASE + path, json=json, headers=head)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def code(self, *fragments, **more):
        """Send a batch of fragments, as owner in any code; returns its results."""
        body = {"fragments": list(fragments), "codes_may_follow": more.get("by") is None}
        answer = await self.ask("POST", "/fragments/batch", body, **more)
        return answer.get("results", answer)

    async def put_documents(self, *documents, **more):
        """Send a batch of documents; returns its results."""
        answer = await self.ask("POST", "/documents/batch", {"documents": list(documents)}, **more)
        return answer.get("results", answer)


async def _envelopes(tx):
    rows = await tx.execute(select(outbox.outbox.c.envelope).order_by(outbox.outbox.c.position))
    return [row.envelope for row in rows]


def a_review(**more):
    """review_opened with two stages."""
    return ReviewOpened(
        review=replace(ReviewState(review_id=REVIEW, title="T", stages=STAGES), **more),
        review_id=REVIEW,
    )


def a_theory(theory_id="PT1"):
    """theory_stated."""
    theory = TheoryState(theory_id=theory_id, version=1, name="N")
    return TheoryStated(review_id=REVIEW, theory=theory)


def a_record(record_id="r1", **more):
    """record_added."""
    return RecordAdded(review_id=REVIEW, record=RecordState(record_id=record_id, **more))


def a_settlement(record_id="r1", *, stage="full_text", verdict="include"):
    """record_settled."""
    return RecordSettled(
        review_id=REVIEW,
        settlement_id=f"{stage}/{record_id}",
        record_id=record_id,
        stage=stage,
        verdict=verdict,
    )


def a_fragment(fragment_id="f1", **more):
    """A fragment as a client sends it: trust, and engagement that occurred."""
    elements = [
        {"role": "mechanism_response", "code": "trust", "state": "present", "statement": "trusted"},
        {"role": "outcome", "code": "engagement", "state": "occurred"},
    ]
    return {"id": fragment_id, "theories": ["PT1"], "elements": elements, **more}


@asynccontextmanager
async def alone(storage):
    """An extraction service over a storage, with its HTTP interface and a known review."""
    bus = MemoryBus()
    settings = storage.settings()
    running = Running(SERVICE, storage.connect("extraction"), bus, settings)
    await running.open()
    authenticator = TellingAuthenticator(SECRET, local_owner=True)
    with lending() as build:
        transport = httpx.ASGITransport(app=build([running], authenticator))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            service = Alone(running, client, authenticator)
            await service.hear(a_review())
            await service.hear(a_theory())
            yield service
    await running.close()
    await bus.close()
