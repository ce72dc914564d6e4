"""The synthesis service alone, on a real database, spoken to by events and by HTTP."""

from contextlib import asynccontextmanager
from datetime import UTC, datetime

import httpx
from sqlalchemy import select

from runtime.bundle.reco_rules import (
    NO_VALENCES,
    outcome_level,
    theory_id,
    with_sources,
    with_states,
)
from services.synthesis.app import SERVICE
from services.synthesis.configurations.jobs import recompute
from services.synthesis.projections.store import tables
from shared.bus.memory import MemoryBus
from shared.events import extraction
from shared.events.screening import RecordSettled
from shared.events.search import RecordAdded, RecordState
from shared.events.workbench import ReviewOpened, ReviewState, Stage
from shared.http.auth import Principal
from shared.kernel import envelope, outbox
from shared.kernel.jobs import Job
from shared.kernel.service import Running
from tests.support.apps import lending
from tests.support.people import TellingAuthenticator
from tests.support.versions import Versions

REVIEW = "rev"
BASE = f"/api/synthesis/reviews/{REVIEW}"
STAGES = (Stage(name="title"), Stage(name="full_text", source="title"))
SECRET = "a secret that is long enough for HS256 in tests"


class Alone:
    """One running synthesis service without loops: events are handed to its handlers."""

    def __init__(self, running, client, authenticator):
        self.running, self.client, self.db = running, client, running.db
        self._authenticator = authenticator
        self._versions = Versions()

    async def hear(self, *events, version=None):
        """Hand events of one type to their handler, as one batch; returns their ids."""
        received = [self.received(event, version) for event in events]
        handler = SERVICE.on[type(events[0])]
        await self.db.write(lambda tx: handler(received, tx))
        return [item.id for item in received]

    def received(self, event, version=None):
        """An event as it would have arrived."""
        return self._versions.received(event, version)

    async def compute(self):
        """Recompute every theory that waits."""

        async def waiting(tx):
            marks = tables.marks
            query = select(marks.c.review_id, marks.c.theory_id)
            rows = await tx.execute(query.where(marks.c.marked > marks.c.computed))
            return [dict(row) for row in rows.mappings()]

        for payload in await self.db.read(waiting):
            job = Job(id="j", name="recompute", key="", payload=payload, attempts=0)
            await recompute(job, self.running.context)

    async def said(self, *names):
        """Events in the outbox, oldest first; of these names only, where there are any."""
        rows = await self.db.read(lambda tx: _envelopes(tx))
        events = [envelope.receive(envelope.open_bytes(body)).event for body in rows]
        own = [event for event in events if event.SERVICE == "synthesis"]
        return [event for event in own if not names or event.NAME in names]

    async def ask(self, method, path, json=None, *, by=None, person="somebody", status=200):
        """Send a request; `by` is a set of roles (None: the owner); returns the answer's JSON."""
        head = {}
        if by is not None:
            head["authorization"] = f"Bearer {self.token(by, person)}"
        answer = await self.client.request(method, BASE + path, json=json, headers=head)
        assert answer.status_code == status, answer.text
        is_json = "json" in answer.headers.get("content-type", "")
        return answer.json() if is_json and answer.content else answer.text

    def token(self, roles, person="somebody"):
        """What a person with these roles in the review shows."""
        principal = Principal(person, {REVIEW: frozenset(roles)})
        return self._authenticator.sign(principal, datetime.now(UTC))

    async def ccmocs(self, **wish):
        """Every CCMOC that stands."""
        query = "&".join(f"{name}={value}" for name, value in {"limit": 1000, **wish}.items())
        return (await self.ask("GET", f"/ccmocs?{query}"))["items"]


async def judged_by_three(service, body, verdict="supports"):
    """Let a reviewer and two verifiers judge every passage for and against a CCMOC."""
    names = ("theory", "outcome", "role", "mechanism")
    quotes = (await service.ask("GET", f"/ccmocs/{body['id']}/quotes"))["items"]
    judgements = [
        {
            **{name: body[name] for name in names},
            "fragment": item["fragment"],
            "person": person,
            "as": function,
            "verdict": verdict,
        }
        for person, function in (("anna", "reviewer"), ("ben", "verifier"), ("cy", "verifier"))
        for item in quotes
        if item["cell"] is not None
    ]
    await service.ask("POST", "/judgements", {"judgements": judgements})
    await service.compute()


async def say_step_by_step(service, body, *states):
    """Say of a CCMOC what it is, one state after the other, each with a reason."""
    for state in states:
        said = {"state": state, "reason": f"it is {state}"}
        await service.ask("PUT", f"/ccmocs/{body['id']}/state", said)


async def _envelopes(tx):
    rows = await tx.execute(select(outbox.outbox.c.envelope).order_by(outbox.outbox.c.position))
    return [row.envelope for row in rows]


@asynccontextmanager
async def alone(storage, clock=None):
    """A synthesis service over a storage, with its HTTP interface and a known review."""
    bus = MemoryBus()
    settings = storage.settings()
    running = Running(SERVICE, storage.connect("synthesis", clock), bus, settings)
    await running.open()
    authenticator = TellingAuthenticator(SECRET, local_owner=True)
    with lending() as build:
        transport = httpx.ASGITransport(app=build([running], authenticator))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            service = Alone(running, client, authenticator)
            await service.hear(a_review())
            yield service
    await running.close()
    await bus.close()


def a_review():
    """review_opened with two stages."""
    state = ReviewState(review_id=REVIEW, title="T", stages=STAGES)
    return ReviewOpened(review=state, review_id=REVIEW)


def a_settlement(record_id, verdict="include", stage="full_text"):
    """record_settled."""
    return RecordSettled(
        review_id=REVIEW,
        settlement_id=f"{stage}/{record_id}",
        record_id=record_id,
        stage=stage,
        verdict=verdict,
    )


def a_document(line, withdrawn=False):
    """document_added, or source_withdrawn, from a line of sources.jsonl."""
    state = extraction.DocumentState(
        document_id=line["key"],
        kind=line.get("kind", "literature"),
        record_id=line.get("record"),
        study_id=line.get("study") or line["key"],
        case_id=line.get("case"),
        withdrawn=withdrawn or line.get("status") == "withdrawn",
    )
    kind = extraction.SourceWithdrawn if withdrawn else extraction.DocumentAdded
    return kind(review_id=REVIEW, document=state)


def a_fragment(line, status=None, valences=NO_VALENCES):
    """The state of a fragment from a line of fragments.jsonl."""
    filled = with_sources(with_states(line, valences))
    return extraction.FragmentState(
        fragment_id=line["id"],
        version=line.get("version", 1),
        status=status or line.get("status", "active"),
        theories=tuple(theory_id(item) for item in line.get("theories") or [line["theory"]]),
        elements=tuple(
            extraction.Element(
                role=item["role"],
                code_id=item["code_id"],
                state=None if item["state"] == "not_stated" else item["state"],
                of_group=bool(item.get("of_group")),
                wished=bool(item.get("wished")),
            )
            for item in filled["elements"]
        ),
        sources=tuple(
            extraction.SourceRef(
                document_id=item["key"],
                attribution=item.get("attribution", "cited"),
                case_id=item.get("case"),
                participant=item.get("participant"),
            )
            for item in filled["sources"]
        ),
        duplicate_of=line.get("duplicate_of"),
        document_id=filled["sources"][0]["key"] if filled["sources"] else None,
        quote=line.get("quote", f"Words of {line['id']}."),
        coded_at=line.get("coded_at", ""),
    )


def a_codebook(theory, roles, version=1):
    """codebook_changed from the groups of a codebook.json."""
    groups = tuple(
        extraction.GroupState(
            group_id=group["group_id"],
            role=role,
            label=group.get("label", ""),
            level=outcome_level(group.get("level")),
            opposite_of=group.get("opposite_of"),
            valence=group.get("valence") if group.get("valence") != "unset" else None,
            two_valued=bool(group.get("two_valued")),
            codes=tuple(
                extraction.CodeState(
                    code_id=code["code_id"],
                    sense=code.get("sense", "same"),
                    sense_by="import_rule" if code.get("sense_by") else "person",
                )
                for code in group["codes"]
            ),
        )
        for role, listed in roles.items()
        for group in listed
    )
    return extraction.CodebookChanged(
        review_id=REVIEW, theory_id=theory_id(theory), version=version, groups=groups
    )


def a_known_record(record_id, **more):
    """record_added."""
    return RecordAdded(review_id=REVIEW, record=RecordState(record_id=record_id, **more))
