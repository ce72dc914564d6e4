"""Loading a bundle stage by stage, through the same commands as a person's work.

Every command names what it makes by the bundle's own keys, so loading twice, or again after a
crash at any moment, ends in the same state. What happened after (`events.jsonl`) is applied one
by one and marked in a ledger.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from runtime.bundle.bundle import Bundle
from runtime.bundle.model.review import DecisionRow
from runtime.loading import afterwards, arguments, inference, plan
from runtime.loading.client import Api, ApiError, naming_fragments, segment
from runtime.loading.extraction import load_assignments, load_forms, load_schema
from runtime.loading.ledger import Ledger, LoadMark, beginnings
from runtime.loading.progress import Progress, Silent
from runtime.loading.records import RecordLoader
from runtime.loading.searching import load_searching
from runtime.loading.texts import load_texts

FRAGMENTS_AT_ONCE = 200
ROWS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did: how much was new, what the services would not take, and why."""

    review: str
    fragments_changed: int = 0
    records_added: int = 0
    events_applied: int = 0
    already: bool = False
    refused: tuple[str, ...] = ()


@dataclass(slots=True)
class Loader:
    """Loads one bundle into one installation.

    `hold_back` names fragments that are left out; `settle_between` waits between events until
    each has been handled everywhere (one revision per event, slower).
    """

    bundle: Bundle
    api: Api
    ledger: Ledger
    progress: Progress = field(default_factory=Silent)
    hold_back: Collection[str] = ()
    settle_between: bool = False
    refused: list[str] = field(default_factory=list)
    records_added: int = 0
    fragments_changed: int = 0

    @property
    def review(self) -> str:
        """The id of the review."""
        return self.bundle.review.id

    @property
    def at(self) -> str:
        """The mark up to which the bundle was loaded before."""
        return f"reviews/{segment(self.review)}"

    async def load(self) -> Loaded:
        """Load everything that is not there yet; returns when all services are at rest."""
        mark = await self._mark()
        is_new = not mark.base
        already = mark.base and mark.events == len(self.bundle.events)
        if not (mark.base and mark.events):
            record_ids = await self._load_base()
            mark = LoadMark(self.bundle.digest, base=True)
            self.ledger.write(mark)
        else:
            record_ids = await RecordLoader(self.bundle, self.api, self.progress).known()
            if not already:
                await self._load_documents(record_ids, await self._known_documents())
        applied = await self._load_events(mark, record_ids)
        await self.api.wait_until_settled(self.review)
        if is_new:
            said = self.bundle.extraction
            self.refused += await load_assignments(self.api, self.at, said, record_ids)
        self.refused += await load_searching(self.api, self.at, self.bundle.searching, record_ids)
        return Loaded(
            review=self.review,
            fragments_changed=self.fragments_changed,
            records_added=self.records_added,
            events_applied=applied,
            already=already and not self.fragments_changed and not self.records_added,
            refused=tuple(self.refused),
        )

    async def _mark(self) -> LoadMark:
        """The ledger's mark, unless the installation has never heard of the review."""
        mark = self.ledger.read(self.bundle.digest, beginnings(self.bundle.events))
        if mark.base and not await self._exists():
            return LoadMark(self.bundle.digest)
        return mark

    async def _exists(self) -> bool:
        found = await self.api.listed("/api/reviews")
        return any(review["id"] == self.review for review in found)

    async def _load_base(self) -> dict[str, str]:
        await self._open_review()
        await self._load_theories()
        records = RecordLoader(self.bundle, self.api, self.progress)
        record_ids = await records.load()
        self.records_added = records.added
        self.refused += records.notes
        await self._load_documents(record_ids)
        await self._load_decisions(record_ids)
        await load_schema(self.api, self.at, self.bundle.extraction)
        await self.load_fragments(self.hold_back)
        await load_forms(self.api, self.at, self.bundle.extraction)
        await self._load_peoples_word()
        return record_ids

    async def _open_review(self) -> None:
        criteria = list(plan.criteria_bodies(self.bundle.review))
        self.progress.step("review", 1 + len(criteria))
        await self.api.post("/api/reviews", plan.review_body(self.bundle.review))
        self.progress.advance()
        for stage, body in criteria:
            await self.api.put(f"/api/screening/{self.at}/stages/{segment(stage)}/criteria", body)
            self.progress.advance()

    async def _load_theories(self) -> None:
        """State each theory; its initial words only where it is not there yet."""
        self.progress.step("theories", len(self.bundle.theories))
        base = f"/api/synthesis/{self.at}/theories"
        await self.api.get(f"/api/synthesis/{self.at}/parameters")
        known = {str(item["id"]) for item in await self.api.listed(base)}
        for theory in self.bundle.theories:
            bodies = plan.theory_bodies(theory)
            if theory.key in known:
                bodies = [plan.with_reason(bodies[-1])]
            for body in bodies:
                await self.api.put(f"{base}/{segment(theory.key)}", body)
            self.progress.advance()
        await self._load_codebooks()

    async def _load_codebooks(self) -> None:
        self.progress.step("codebooks", len(self.bundle.codebook))
        for theory, book in self.bundle.codebook.items():
            path = f"/api/extraction/{self.at}/theories/{segment(theory)}/codebook"
            await self.api.put(path, plan.codebook_body(book))
            self.progress.advance()

    async def _known_documents(self) -> set[str]:
        found = await self.api.listed(f"/api/extraction/{self.at}/documents")
        return {document["id"] for document in found if document["version"]}

    async def _load_documents(
        self, record_ids: Mapping[str, str], known: Collection[str] = ()
    ) -> None:
        """Add the sources as documents, but for those `known`."""
        sources = [source for source in self.bundle.sources if source.key not in known]
        self.progress.step("sources", len(sources))
        base = f"/api/extraction/{self.at}/documents"
        for some in plan.batches(sources, ROWS_AT_ONCE):
            bodies = [plan.document_body(source, record_ids) for source in some]
            await self.api.post(f"{base}/batch", {"documents": bodies})
            self.progress.advance(len(some))
        for source in sources:
            if source.status == "withdrawn":
                body = {"reason": "withdrawn in the bundle"}
                await self.api.post(f"{base}/{segment(source.key)}/withdraw", body)

    async def _load_decisions(self, record_ids: Mapping[str, str]) -> None:
        decisions = self.bundle.decisions
        self.progress.step("decisions", len(decisions))
        for stage in (entry.name for entry in plan.stages_in_order(self.bundle.review)):
            rows = [row for row in decisions if row.stage == stage]
            votes = [row for row in rows if row.how == "vote"]
            for some in plan.batches(votes, ROWS_AT_ONCE):
                bodies = [plan.decision_body(row, record_ids) for row in some]
                await self._decide(stage, bodies)
                self.progress.advance(len(some))
            for row in rows:
                if row.how == "resolution":
                    await self._settle(stage, record_ids[row.record], row)
                    self.progress.advance()
            if rows:
                await self.api.wait_until_settled(self.review)

    async def _decide(self, stage: str, bodies: list[plan.Body]) -> None:
        """Send votes; one that is refused is noted (alone in its request it is a problem)."""
        path = f"/api/screening/{self.at}/stages/{segment(stage)}/decisions"
        try:
            answer = await self.api.post(path, {"decisions": bodies})
        except ApiError as error:
            if len(bodies) > 1 or error.status != httpx.codes.CONFLICT:
                raise
            self.refused.append(f"{stage}: vote on {bodies[0]['record']}: {error}")
            return
        for result in answer["results"]:
            refused = result.get("refused")
            if refused:
                why = refused.get("detail") or refused.get("title")
                self.refused.append(f"{stage}: vote on {result['record']}: {why}")

    async def _settle(self, stage: str, record: str, row: DecisionRow) -> None:
        """Give the team's verdict; one that is refused is noted."""
        path = f"/api/screening/{self.at}/stages/{segment(stage)}/settlements/{segment(record)}"
        try:
            await self.api.put(path, plan.settlement_body(row))
        except ApiError as error:
            if error.status not in {httpx.codes.CONFLICT, httpx.codes.NOT_FOUND}:
                raise
            self.refused.append(f"{stage}: verdict on {row.record}: {error}")

    async def load_fragments(self, without: Collection[str] = ()) -> None:
        """Code the bundle's fragments, in its order, but for those held back."""
        held = set(without)
        chosen = [fragment for fragment in self.bundle.fragments if fragment.id not in held]
        self.progress.step("fragments", len(chosen))
        for some in plan.batches(chosen, FRAGMENTS_AT_ONCE):
            await self.code([plan.fragment_body(fragment) for fragment in some])
            self.progress.advance(len(some))

    async def code(self, bodies: list[plan.Body]) -> list[dict[str, Any]]:
        """Code a batch of fragments; returns id, version and whether it changed for each."""
        path = f"/api/extraction/{self.at}/fragments/batch"
        try:
            answer = await self.api.post(path, {"fragments": bodies, "codes_may_follow": True})
        except ApiError as error:
            raise naming_fragments(error, bodies) from None
        results: list[dict[str, Any]] = answer["results"]
        self.fragments_changed += sum(bool(result["changed"]) for result in results)
        return results

    async def _load_peoples_word(self) -> None:
        """The way to the theories, arguments, authors' texts, pins, parameters and judgements."""
        self.refused += await inference.load(self.bundle, self.api, f"/api/synthesis/{self.at}")
        await self._load_arguments()
        self.refused += await load_texts(self.api, self.at, self.bundle.texts)
        pinned = [theory for theory in self.bundle.theories if theory.pin is not None]
        judged = self.bundle.judgements
        if not (pinned or judged or self.bundle.parameters):
            return
        self.progress.step("people's word", len(pinned) + len(judged) + 1)
        base = f"/api/synthesis/{self.at}"
        if self.bundle.parameters is not None:
            said = self.bundle.parameters.model_dump(exclude_none=True)
            await self.api.put(f"{base}/parameters", said)
        self.progress.advance()
        for theory in pinned:
            pin = theory.pin
            body = {"outcome": pin and pin.outcome, "reason": (pin and pin.reason) or ""}
            await self.api.put(f"{base}/theories/{segment(theory.key)}/pin", body)
            self.progress.advance()
        for some in plan.batches(judged, ROWS_AT_ONCE):
            bodies = [plan.judgement_body(judgement) for judgement in some]
            await self.api.post(f"{base}/judgements", {"judgements": bodies})
            self.progress.advance(len(some))

    async def _load_arguments(self) -> None:
        """State the arguments, every version in order; one that is refused is noted."""
        if self.bundle.arguments:
            self.progress.step("arguments", len(self.bundle.arguments))
        highest: dict[str, int] = {}
        for argument in self.bundle.arguments:
            body = arguments.body_of(argument, arguments.version_of(argument, highest))
            path = f"/api/synthesis/{self.at}/arguments/{segment(argument.id)}"
            try:
                await self.api.put(path, body)
            except ApiError as error:
                if error.status not in {httpx.codes.CONFLICT, httpx.codes.NOT_FOUND}:
                    raise
                self.refused.append(f"argument {argument.id}: {error}")
            self.progress.advance()

    async def _load_events(self, mark: LoadMark, record_ids: Mapping[str, str]) -> int:
        """Apply the lines of events.jsonl that the ledger does not have yet."""
        waiting = self.bundle.events[mark.events :]
        if waiting:
            self.progress.step("events", len(waiting))
            await self.api.wait_until_settled(self.review)
        state = afterwards.Afterwards(self.bundle, self.api, record_ids)
        seen = beginnings(self.bundle.events)
        for done, event in enumerate(self.bundle.events, start=1):
            if done <= mark.events:
                state.remember(event)
                continue
            await state.apply(event)
            if self.settle_between:
                await self.api.wait_until_settled(self.review)
            self.ledger.write(LoadMark(self.bundle.digest, True, done, seen[done]))
            self.progress.advance()
        self.refused += state.refused
        return len(waiting)
