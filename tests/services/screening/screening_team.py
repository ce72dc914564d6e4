"""The screening service alone, on a real database, spoken to by events and by HTTP."""

import json
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta

import httpx
import numpy as np
from sqlalchemy import select

from services.screening.app import SERVICE
from services.screening.ranking.adapters.process import RankingResources
from services.screening.ranking.domain.library import FeatureLibrary
from services.screening.ranking.ports import RankingDone
from services.screening.stopping.domain.stopping_test import assess
from shared.clock import ManualClock
from shared.events.search import RecordAdded, RecordMerged, RecordSplit, RecordState
from shared.events.workbench import (
    MemberJoined,
    Policy,
    ReviewOpened,
    ReviewState,
    Stage,
)
from shared.http.auth import Principal
from shared.kernel import envelope, outbox
from shared.kernel.job_worker import do_job
from shared.kernel.service import Running
from tests.support.apps import lending
from tests.support.people import TellingAuthenticator
from tests.support.versions import Versions

REVIEW = "rev"
BASE = f"/api/screening/reviews/{REVIEW}"
SECRET = "a secret that is long enough for HS256 in tests"
STAGES = (
    Stage(name="title", policy=Policy(kind="dual")),
    Stage(name="mapping", source="title", main=False),
    Stage(name="full_text", source="title"),
)


class RankerInThisProcess:
    """The ranker without a process of its own: the same library, called directly."""

    def __init__(self):
        self.libraries, self.known, self.lists = {}, {}, {}

    def stamp(self, review_id, more=None):
        known = self.known.get(review_id, {}) | (more or {})
        return len(known), sum(known.values())

    def outdated(self, review_id, versions):
        self.compared = sorted(versions)
        known = self.known.get(review_id, {})
        return [r for r, v in versions.items() if known.get(r) != v]

    async def learn(self, review_id, parts):
        library = self.libraries.setdefault(review_id, FeatureLibrary())
        told = [one async for part in parts for one in part]
        library.learn([(record, text) for record, _, text in told])
        self.known.setdefault(review_id, {}).update({r: v for r, v, _ in told})

    async def rank(self, task):
        self.last_task = task
        self.lists.pop((task.review_id, task.stage), None)
        library = self.libraries[task.review_id]
        listed = None if task.waiting is None else json.loads(task.waiting)
        waiting = library.waits(task.stage, listed, task.came)
        model, version = library.model(task.labels, task.query, task.seeds, task.seed)
        order = library.order(model, waiting, task.seed, task.random_share)
        places = [(r, i, s, library.why(model, r)) for i, (r, s) in enumerate(order)]
        return RankingDone(
            places=places, model_version=version, feature_version="f", records=len(order)
        )

    def listed(self, review_id, stage):
        return self.lists.get((review_id, stage))

    def keep_list(self, review_id, stage, changes):
        self.lists[review_id, stage] = changes

    async def assess(self, labels, records, target):
        return assess(labels, records, target)


class Team:
    """The running service, its clock, and requests on behalf of people."""

    def __init__(self, running, client, authenticator, clock):
        self.running, self.client, self.db, self.clock = running, client, running.db, clock
        self._authenticator = authenticator
        self._versions = Versions()
        self.after_open_votes = []

    async def join(self, bus):
        """Nothing lies between this team and the events that it is handed."""

    async def hear(self, *events, version=None):
        """Hand events of one type to their handler, as one batch."""
        received = [self.received(event, version) for event in events]
        handler = SERVICE.on[type(events[0])]
        await self.db.write(lambda tx: handler(received, tx))

    def received(self, event, version=None):
        """An event as it would have arrived."""
        return self._versions.received(event, version)

    async def work(self):
        """Let time pass and do every job that falls due."""
        self.clock.advance(timedelta(seconds=5))
        while await do_job(self.db, SERVICE.jobs, self.running.context):
            pass

    async def outbox(self):
        """Envelopes in the outbox, oldest first."""
        return await self.db.read(_envelopes)

    async def told(self):
        """Every envelope that others get."""
        return await self.outbox()

    async def said(self, *names):
        """Events in the outbox, oldest first; of these names only, where there are any."""
        events = [envelope.receive(envelope.open_bytes(b)).event for b in await self.outbox()]
        return [e for e in events if not names or e.NAME in names]

    async def ask(self, method, path, json=None, *, by="owner", status=200, roles=None):
        """Send a request as a person (`owner` owns, `rita` resolves, others review)."""
        role = {"owner": {"owner"}, "rita": {"resolver"}}.get(by, {"reviewer"})
        person = Principal(by, {REVIEW: frozenset(roles or role)})
        head = {"authorization": f"Bearer {self._authenticator.sign(person, datetime.now(UTC))}"}
        answer = await self.client.request(method, BASE + path, json=json, headers=head)
        self.after_open_votes.append((by, method, path, answer.status_code, answer.text))
        assert answer.status_code == status, answer.text
        return answer.json() if answer.text else None

    async def vote(self, by, record, verdict, *, stage="title", status=200, **more):
        """Cast one vote; returns its line of the answer, or the problem."""
        body = {"decisions": [{"record": record, "verdict": verdict, **more}]}
        answer = await self.ask("POST", f"/stages/{stage}/decisions", body, by=by, status=status)
        return answer["results"][0] if status == 200 else answer

    async def agree(self, record, verdict, *, stage="title", **more):
        """Ann and Ben cast the same vote."""
        await self.vote("ann", record, verdict, stage=stage, **more)
        return await self.vote("ben", record, verdict, stage=stage, **more)

    async def queue(self, by, stage="title", **query):
        """Record ids that a person is offered."""
        words = "&".join(f"{k}={v}" for k, v in query.items())
        answer = await self.ask("GET", f"/stages/{stage}/queue?{words}", by=by)
        return [item["record"] for item in answer["items"]]

    async def standing(self, record, stage="title", by="owner"):
        """How a record stands, and its verdict."""
        answer = await self.ask("GET", f"/stages/{stage}/records/{record}", by=by)
        return answer["state"], answer["verdict"]

    async def flow(self, stage="title"):
        """The counts of one stage."""
        answer = await self.ask("GET", "/flow")
        return next(s for s in answer["stages"] if s["stage"] == stage)


async def _envelopes(tx):
    rows = await tx.execute(select(outbox.outbox.c.envelope).order_by(outbox.outbox.c.position))
    return [row.envelope for row in rows]


def a_review(stages=STAGES, **more):
    """review_opened."""
    state = ReviewState(
        review_id=REVIEW, title="Integrated care", question="housing", stages=stages, seed=7, **more
    )
    return ReviewOpened(review_id=REVIEW, review=state)


def a_record(record_id="r1", **more):
    """record_added."""
    more = {"title": f"Title of {record_id}", **more}
    return RecordAdded(review_id=REVIEW, record=RecordState(record_id=record_id, **more))


def joined(person, *roles):
    """member_joined."""
    return MemberJoined(review_id=REVIEW, person_id=person, roles=roles)


def merged(survivor, absorbed, alias_version=0):
    """record_merged; 0: the next version of its alias."""
    state = RecordState(record_id=survivor, title="T")
    return RecordMerged(
        review_id=REVIEW, record=state, absorbed=absorbed, alias_version=alias_version
    )


def split(survivor, restored, alias_version=0):
    """record_split; 0: the next version of its alias."""
    return RecordSplit(
        review_id=REVIEW,
        record=RecordState(record_id=survivor, title="T"),
        restored=RecordState(record_id=restored, title="U"),
        restored_version=0,
        alias_version=alias_version,
    )


ABOUT = {
    "housing": "Assertive outreach and housing support for homeless people",
    "surgery": "Cardiac valve surgery outcomes in elderly patients",
}


def library(size=40):
    """Records of two kinds, told apart by their words."""
    rng = np.random.default_rng(1)
    return [
        a_record(
            f"{kind}{i}",
            title=ABOUT[kind],
            abstract=" ".join(rng.choice(ABOUT[kind].split(), 12)) + f" study {i}",
        )
        for kind in ABOUT
        for i in range(size // 2)
    ]


@asynccontextmanager
async def alone(storage, *, stages=STAGES, records=("r1", "r2", "r3"), ranker=None, kind=Team):
    """The service over a storage, with a review, four people, and records."""
    clock = ManualClock(datetime(2026, 3, 1, tzinfo=UTC))
    database = storage.connect("screening", clock)
    bus = await storage.bus()
    running = Running(SERVICE, database, bus, storage.settings())
    await running.open()
    running.context.resources.ranker.close()
    running.context.resources = RankingResources(ranker=ranker or RankerInThisProcess())
    authenticator = TellingAuthenticator(SECRET)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(running.close)
        stack.push_async_callback(bus.close)
        app = stack.enter_context(lending())([running], authenticator)
        transport = httpx.ASGITransport(app=app, client=("127.0.0.1", 0))
        client = await stack.enter_async_context(
            httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1")
        )
        team = kind(running, client, authenticator, clock)
        await team.join(bus)
        await team.hear(a_review(stages))
        people = [
            ("owner", "owner"),
            ("rita", "resolver"),
            ("ann", "reviewer"),
            ("ben", "reviewer"),
        ]
        await team.hear(*(joined(*one) for one in people))
        if records:
            await team.hear(*(a_record(r) for r in records))
        yield team
