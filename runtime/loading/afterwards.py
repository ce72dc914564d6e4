"""What happened after: each line of events.jsonl as the command that a person would have given."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx

from runtime.bundle.bundle import Bundle
from runtime.bundle.filling import filled_fragment
from runtime.bundle.model.events import (
    AppraisedEvent,
    ArgumentEvent,
    BundleEvent,
    CodebookEvent,
    FragmentEvent,
    JudgedEvent,
    MemoEvent,
    NoteEvent,
    PinEvent,
    RecordFlaggedEvent,
    RecordSettledEvent,
    SourceEvent,
    StateEvent,
    StudyLinkEvent,
    VersionEvent,
)
from runtime.bundle.model.evidence import Fragment
from runtime.bundle.reco_rules import theory_id
from runtime.loading import arguments, inference, plan
from runtime.loading.client import Api, ApiError, segment
from runtime.loading.records import flag_record
from services.synthesis.configurations.handlers.recompute import identified


@dataclass(slots=True)
class Afterwards:
    """Applies events in order; keeps the fragments as they stand, for events that amend them.

    `arguments` holds the highest version of each that a line has had, or was given.
    """

    bundle: Bundle
    api: Api
    record_ids: Mapping[str, str]
    fragments: dict[str, Fragment] = field(init=False)
    arguments: dict[str, int] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    _moving: bool = True

    def __post_init__(self) -> None:
        self.fragments = {fragment.id: fragment for fragment in self.bundle.fragments}
        for argument in self.bundle.arguments:
            arguments.version_of(argument, self.arguments)

    @property
    def review(self) -> str:
        """The id of the review."""
        return f"reviews/{segment(self.bundle.review.id)}"

    def remember(self, event: BundleEvent) -> Fragment | None:
        """Take in what an event says of a fragment or an argument, without sending it."""
        if isinstance(event, ArgumentEvent):
            arguments.version_of(event.argument, self.arguments)
        if not isinstance(event, FragmentEvent):
            return None
        fragment = self._as_it_stands(event)
        self.fragments[fragment.id] = fragment
        return fragment

    async def apply(self, event: BundleEvent) -> None:
        """Give the command that the event stands for. Raises `ApiError`."""
        fragment = self.remember(event)
        if fragment is not None:
            body = plan.fragment_body(fragment)
            path = f"/api/extraction/{self.review}/fragments/batch"
            await self.api.post(path, {"fragments": [body], "codes_may_follow": True})
            self._moving = True
            return
        for kind, command in self._commands().items():
            if isinstance(event, kind):
                await command(event)
        self._moving = not isinstance(event, _PEOPLES_WORD)

    def _commands(self) -> dict[type[Any], Any]:
        return {
            RecordSettledEvent: self._settle,
            RecordFlaggedEvent: self._flag,
            SourceEvent: self._source,
            StudyLinkEvent: self._link,
            CodebookEvent: self._codebook,
            PinEvent: self._pin,
            JudgedEvent: self._judge,
            ArgumentEvent: self._argument,
            AppraisedEvent: self._appraise,
            MemoEvent: self._memo,
            NoteEvent: self._note,
            StateEvent: self._state,
            VersionEvent: self._version,
        }

    def _as_it_stands(self, event: FragmentEvent) -> Fragment:
        """The fragment after the event, one version later than before unless it says which.

        A line with a lower version than what stands is a late twin and changes nothing.
        """
        said, before = event.fragment, self.fragments.get(event.fragment.id)
        if before is not None and (said.version or before.version or 1) < (before.version or 1):
            return before
        if before is not None and not said.elements:
            changes = said.model_dump(exclude_unset=True)
            said = before.model_copy(update=_parts(said, changes))
        else:
            said = filled_fragment(said)
        status = "withdrawn" if event.event == "fragment_withdrawn" else said.status
        version = event.fragment.version
        if before is not None and (version is None or version <= (before.version or 1)):
            version = (before.version or 1) + 1
        return said.model_copy(update={"status": status, "version": version})

    async def _settle(self, event: RecordSettledEvent) -> None:
        stage = event.stage or self.bundle.review.last_main_stage() or ""
        record = self.record_ids.get(event.record, event.record)
        path = f"/api/screening/{self.review}/stages/{segment(stage)}/settlements/{segment(record)}"
        said = {"verdict": event.verdict, "reason": event.reason, "note": "events.jsonl"}
        await self.api.put(path, {k: v for k, v in said.items() if v is not None})

    async def _flag(self, event: RecordFlaggedEvent) -> None:
        record = self.record_ids.get(event.record, event.record)
        base = f"/api/search/{self.review}"
        await flag_record(self.api, base, record, event.flag, event.notice)

    async def _source(self, event: SourceEvent) -> None:
        action = "withdraw" if event.event == "source_withdrawn" else "restore"
        path = f"/api/extraction/{self.review}/documents/{segment(event.key)}/{action}"
        await self.api.post(path, {"reason": event.reason or "events.jsonl"})

    async def _link(self, event: StudyLinkEvent) -> None:
        a, b = event.studies
        path = f"/api/extraction/{self.review}/studies/links"
        if event.event == "study_linked":
            await self.api.put(path, {"a": a, "b": b})
        else:
            await self.api.call("DELETE", path, params={"a": a, "b": b})

    async def _codebook(self, event: CodebookEvent) -> None:
        path = f"/api/extraction/{self.review}/theories/{segment(str(event.theory))}/codebook"
        await self.api.put(path, plan.codebook_body(event.groups))

    async def _pin(self, event: PinEvent) -> None:
        path = f"/api/synthesis/{self.review}/theories/{segment(theory_id(event.theory))}/pin"
        await self.api.put(path, {"outcome": event.outcome, "reason": event.reason})

    async def _judge(self, event: JudgedEvent) -> None:
        path = f"/api/synthesis/{self.review}/judgements"
        await self.api.post(path, {"judgements": [plan.judgement_body(event)]})

    async def _argument(self, event: ArgumentEvent) -> None:
        said = event.argument
        version = said.version or self.arguments[said.id]
        path = f"/api/synthesis/{self.review}/arguments/{segment(said.id)}"
        await self._told(f"argument {said.id}", path, arguments.body_of(said, version))

    async def _appraise(self, event: AppraisedEvent) -> None:
        said = event.model_dump(exclude={"event", "fragment"}, exclude_none=True)
        path = f"/api/extraction/{self.review}/fragments/{segment(event.fragment)}/appraisal"
        await self._told(f"appraisal of {event.fragment}", path, said)

    async def _memo(self, event: MemoEvent) -> None:
        said = event.model_dump(mode="json", exclude={"event"}, exclude_none=True)
        await self.api.post(f"/api/extraction/{self.review}/memos", said)

    async def _at_rest(self) -> None:
        """Wait until configurations stand: what people say next is said of them."""
        if self._moving:
            await self.api.wait_until_settled(self.bundle.review.id)

    async def _note(self, event: NoteEvent) -> None:
        await self._at_rest()
        of_review = inference.item_of_note(event)
        if of_review is not None:
            path, body = of_review
            await self._told(
                f"{event.kind} {event.id}", f"/api/synthesis/{self.review}{path}", body
            )
            return
        theory, kind = segment(theory_id(event.theory)), event.kind
        path = f"/api/synthesis/{self.review}/theories/{theory}/notes/{kind}/{segment(event.id)}"
        body = {"content": event.content, "at": datetime.now(UTC).isoformat()}
        await self._told(f"note {event.id}", path, body)

    async def _state(self, event: StateEvent) -> None:
        await self._at_rest()
        theory = theory_id(event.theory)
        ccmoc = identified(theory, event.outcome, event.role, event.mechanism)
        named = {"state", "reason", "person", "seen", "at"}
        body = event.model_dump(mode="json", include=named, exclude_none=True)
        body["reason"] = event.reason or plan.NO_REASON
        path = f"/api/synthesis/{self.review}/ccmocs/{segment(ccmoc)}/state"
        name = f"{event.mechanism} & {event.outcome}"
        await self._told(f"state of {theory}: {name}", path, body)

    async def _version(self, event: VersionEvent) -> None:
        body = event.model_dump(include={"reason", "inputs_hash", "at", "person", "content"})
        path = f"/api/synthesis/{self.review}/versions/{segment(event.number)}"
        await self.api.put(path, body)

    async def _told(self, what: str, path: str, body: plan.Body) -> None:
        """Say it; what names a thing that does not stand here is noted."""
        try:
            await self.api.put(path, body)
        except ApiError as error:
            if error.status not in {httpx.codes.NOT_FOUND, httpx.codes.CONFLICT}:
                raise
            self.refused.append(f"{what}: {error}")


_PEOPLES_WORD = (NoteEvent, StateEvent, VersionEvent, AppraisedEvent, MemoEvent)


def _parts(said: Fragment, changes: dict[str, Any]) -> dict[str, Any]:
    """The fields that an amending event names, as values of the model."""
    return {name: getattr(said, name) for name in changes if name in type(said).model_fields}
