"""events.jsonl: what happened after the files of the bundle, one event a line, in order."""

import re
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, Field, TypeAdapter, model_validator

from runtime.bundle.model.arguments import Argument
from runtime.bundle.model.evidence import (
    Extent,
    Fragment,
    Key,
    Part,
    Richness,
    TheoryCodebook,
    TheoryKey,
)
from runtime.bundle.model.review import Moment, Verdict
from runtime.bundle.model.theories import Judgement
from services.synthesis.engine import fault_of
from services.synthesis.schemas import FrozenIn, NoteIn
from shared.http.problems import Invalid


def _hash(said: str) -> str:
    if not re.fullmatch(r"[0-9a-f]{64}", said):
        raise ValueError(f"'{said}' is no hash; write the 64 hexadecimal digits of a sha256")
    return said


def _zoned(said: str) -> str:
    if datetime.fromisoformat(said).tzinfo is None:
        raise ValueError(f"'{said}' has no time zone; write 2026-01-31T10:00:00+00:00")
    return said


Hash = Annotated[str, AfterValidator(_hash)]
ZonedMoment = Annotated[Moment, AfterValidator(_zoned)]


class FragmentEvent(Part):
    """A fragment was coded, amended or withdrawn; without `elements` it amends what is there."""

    event: Literal["fragment_coded", "fragment_amended", "fragment_withdrawn"]
    fragment: Fragment
    reason: str = ""

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, data: Any) -> Any:
        if isinstance(data, dict) and isinstance(data.get("fragment"), str):
            return {**data, "fragment": {"id": data["fragment"]}}
        return data


class RecordSettledEvent(Part):
    """The team settled a record; without `stage`, at the end of the main path."""

    event: Literal["record_settled"]
    record: Key
    verdict: Verdict
    stage: Key | None = None
    reason: str | None = None


class RecordFlaggedEvent(Part):
    """A notice about a record."""

    event: Literal["record_flagged"]
    record: Key
    flag: Literal["retraction", "concern", "correction", "reinstatement"]
    notice: str = ""


class SourceEvent(Part):
    """A source was withdrawn, or counts again."""

    event: Literal["source_withdrawn", "source_restored"]
    key: Key
    reason: str = ""


class StudyLinkEvent(Part):
    """Two studies are one, or are not after all."""

    event: Literal["study_linked", "study_unlinked"]
    studies: Annotated[tuple[Key, ...], Field(min_length=2, max_length=2)]


class CodebookEvent(Part):
    """The whole codebook of one theory anew: groups by role, or a list with `role`."""

    event: Literal["codebook_changed"]
    theory: TheoryKey
    groups: TheoryCodebook

    @model_validator(mode="before")
    @classmethod
    def _by_role(cls, data: Any) -> Any:
        if isinstance(data, dict) and isinstance(data.get("groups"), list):
            by_role: dict[str, list[Any]] = {}
            for group in data["groups"]:
                role = group.get("role") if isinstance(group, dict) else None
                plain = {k: v for k, v in group.items() if k != "role"} if role else group
                by_role.setdefault(str(role), []).append(plain)
            return {**data, "groups": by_role}
        return data


class PinEvent(Part):
    """People pinned an outcome, or took the pin away (`outcome` null)."""

    event: Literal["pin_set"]
    theory: TheoryKey
    outcome: Key | None = None
    reason: str = ""


class JudgedEvent(Judgement):
    """One person judged one fragment of one configuration."""

    event: Literal["ccmoc_judged"]


class ArgumentEvent(Part):
    """People stated an argument, amended it, retired it or brought it back."""

    event: Literal["argument_stated"]
    argument: Argument


class AppraisedEvent(Part):
    """One person said how relevant, rich and rigorous the evidence of a fragment is."""

    event: Literal["fragment_appraised"]
    fragment: Key
    person: Key | None = None
    relevance: Extent | None = None
    richness: Richness | None = None
    rigour: Extent | None = None
    comment: str = ""


class MemoPassage(Part):
    """A passage that a memo is on: its words, and where they stand in the document's text."""

    quote: str
    start: int | None = None
    end: int | None = None


class MemoEvent(Part):
    """A memo of a coder about a thing, such as `fragment/F1` or `document/D1`."""

    event: Literal["memo_kept"]
    about: Key
    text: str
    id: Key
    person: Key | None = None
    at: AwareDatetime | None = None
    links: tuple[dict[str, Any], ...] = Field((), description="Other things it speaks of.")
    passage: MemoPassage | None = Field(None, description="Of a memo about a document.")


class NoteEvent(Part):
    """A note on a theory: idea, slot, substantive theory, part of the sketch, statement."""

    event: Literal["note_kept"]
    theory: TheoryKey
    kind: Literal["idea", "slot", "substantive_theory", "node", "link", "statement"]
    id: Key
    content: dict[str, Any]

    @model_validator(mode="after")
    def _content_fits_kind(self) -> "NoteEvent":
        if self.kind in ("idea", "substantive_theory"):
            self._check_item()
            return self
        try:
            NoteIn(content=self.content).of_kind(self.kind)
        except Invalid as error:
            raise ValueError(f"{error.detail} see the fields of this kind") from None
        return self

    def _check_item(self) -> None:
        """Ideas and substantive theories were notes once; they are the review's now."""
        needed = ("if", "then") if self.kind == "idea" else ("name",)
        missing = next((name for name in needed if not self.content.get(name)), None)
        if missing:
            raise ValueError(f"Field 'content.{missing}': it is missing; write it")


class StateEvent(Part):
    """People said what a configuration is; `seen` is the content hash that they looked at.

    With `at` it stands as it was said then; without, as if it were said on loading.
    """

    event: Literal["ccmoc_state_set"]
    theory: TheoryKey
    outcome: Key
    role: Literal["resource", "response"]
    mechanism: Key
    state: Literal["conjectured", "checked", "agreed", "in_theory", "rejected", "dormant"]
    reason: str = ""
    person: Key | None = None
    seen: Hash | None = None
    at: ZonedMoment | None = None


class VersionEvent(Part):
    """A version was frozen: its inputs' hash, and what stood in it, bodies included."""

    event: Literal["version_frozen"]
    number: Key
    reason: str = ""
    inputs_hash: Hash
    at: ZonedMoment
    person: Key | None = None
    content: dict[str, Any]

    @model_validator(mode="after")
    def _bodies_have_their_hashes(self) -> "VersionEvent":
        frozen = FrozenIn.model_validate(self.content)
        for n, item in enumerate(frozen.ccmocs):
            fault = fault_of(item.model_dump())
            if fault is not None:
                raise ValueError(f"content.ccmocs[{n}].body: {fault}; export the version again")
        return self


BundleEvent = (
    FragmentEvent
    | RecordSettledEvent
    | RecordFlaggedEvent
    | SourceEvent
    | StudyLinkEvent
    | CodebookEvent
    | PinEvent
    | JudgedEvent
    | ArgumentEvent
    | AppraisedEvent
    | MemoEvent
    | NoteEvent
    | StateEvent
    | VersionEvent
)
EVENT: TypeAdapter[BundleEvent] = TypeAdapter(Annotated[BundleEvent, Field(discriminator="event")])
