"""What extraction says: documents, studies, codebook and coded fragments."""

from dataclasses import dataclass

from shared.events.base import Event, published


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentState:
    """A report's text or another source of evidence.

    `document_id` is unique in the review (a bundle's source `key`); `record_id`
    is None for interviews, workshops, policies. `study_id` is the unit of
    independence before siblings are merged; `case_id` the setting or arm.
    """

    document_id: str
    kind: str = "literature"
    title: str = ""
    record_id: str | None = None
    study_id: str = ""
    case_id: str | None = None
    confidential: bool = False
    withdrawn: bool = False
    has_text: bool = False
    year: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeState:
    """A code's membership in its group; `sense` is `same` or `opposite`.

    `sense_by` is `person` or `import_rule` (unchecked).
    """

    code_id: str
    label: str = ""
    sense: str = "same"
    sense_by: str = "person"


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupState:
    """A group of codes of one role; `parent` is the group above it in the tree.

    Of outcome groups: `level` is proximal, intermediate, distal or None, `valence` desired,
    undesired or None. In a `two_valued` group the absence of an opposite code is a presence.
    `opposites` are all groups that it is the opposite of where these are several; `opposite_of`
    is one of them.
    """

    group_id: str
    role: str
    label: str = ""
    level: str | None = None
    opposite_of: str | None = None
    codes: tuple[CodeState, ...] = ()
    valence: str | None = None
    two_valued: bool = False
    opposites: tuple[str, ...] = ()
    parent: str | None = None
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeDefinition:
    """What a code is: its label, what it means, and examples of it.

    `meaning` counts what it has meant; `status` is active, merged (`merged_into` another) or
    retired. In which groups it stands the codebooks say.
    """

    code_id: str
    role: str
    label: str = ""
    description: str = ""
    examples: tuple[str, ...] = ()
    meaning: int = 1
    status: str = "active"
    merged_into: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """One coded part of a fragment.

    `role` is context, mechanism_resource, mechanism_response or outcome;
    `state` present | absent, for outcomes occurred | failed | reversed, or None
    when the text does not state it. `of_group` says that the state speaks of the
    group, so that the code's sense is not applied; `wished` that it speaks of what people wish for
    of the group: occurred, an undesired one failed. `statement` is empty for
    confidential sources. `start` and `end` are its own span inside the fragment's passage.
    """

    role: str
    code_id: str
    state: str | None = None
    statement: str = ""
    of_group: bool = False
    wished: bool = False
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRef:
    """One source of a fragment; `attribution` is cited, inferred or summary."""

    document_id: str
    attribution: str = "cited"
    case_id: str | None = None
    participant: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """What a fragment is to a configuration or an argument: it supports, refines or
    contradicts it. `kind` is ccmoc or argument.
    """

    kind: str
    id: str
    relation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FragmentState:
    """A fragment at one version; offsets are code points, end-exclusive.

    `quote` holds the source's own words, `paraphrase` the coder's; `locator` says where in the
    source (page, table) they stand. `rationale` is why the coder reads it so. `suggested_by` is the
    machine whose suggestion a person accepted.
    """

    fragment_id: str
    version: int
    status: str = "active"
    theories: tuple[str, ...] = ()
    elements: tuple[Element, ...] = ()
    sources: tuple[SourceRef, ...] = ()
    document_id: str | None = None
    quote: str = ""
    start: int | None = None
    end: int | None = None
    explicitness: str = "stated"
    statement_level: str = ""
    coder: str | None = None
    coded_at: str = ""
    duplicate_of: str | None = None
    confidential: bool = False
    memo: str = ""
    paraphrase: str = ""
    locator: str = ""
    rationale: str = ""
    relations: tuple[Relation, ...] = ()
    suggested_by: str = ""


@published("extraction", subject="record_id", kind="report")
@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSought(Event):
    """An included record's report is to be got."""

    record_id: str


@published("extraction", subject="record_id", kind="report")
@dataclass(frozen=True, slots=True, kw_only=True)
class ReportNotRetrieved(Event):
    """A report could not be got, and why."""

    record_id: str
    reason: str


@published("extraction", subject="document.document_id", kind="document")
@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentAdded(Event):
    """A document or other source of evidence was added or amended."""

    document: DocumentState


@published("extraction", subject="document.document_id", kind="document")
@dataclass(frozen=True, slots=True, kw_only=True)
class SourceWithdrawn(Event):
    """A source without a record no longer counts (or does again: `document.withdrawn`)."""

    document: DocumentState
    reason: str = ""


@published("extraction", subject="document.document_id", kind="document")
@dataclass(frozen=True, slots=True, kw_only=True)
class SourceErased(Event):
    """A source's texts were erased for good; its fragments are withdrawn."""

    document: DocumentState
    reason: str = ""


@published("extraction", subject="link_id", kind="study_link")
@dataclass(frozen=True, slots=True, kw_only=True)
class StudyLinked(Event):
    """Two studies are siblings: one study. `link_id` is `a|b`, sorted."""

    link_id: str
    studies: tuple[str, str]


@published("extraction", subject="link_id", kind="study_link")
@dataclass(frozen=True, slots=True, kw_only=True)
class StudyUnlinked(Event):
    """Two studies are not siblings after all."""

    link_id: str
    studies: tuple[str, str]


@published("extraction", subject="theory_id", kind="codebook")
@dataclass(frozen=True, slots=True, kw_only=True)
class CodebookChanged(Event):
    """The whole codebook of one theory at a new version."""

    theory_id: str
    version: int
    groups: tuple[GroupState, ...]


@published("extraction", subject="code.code_id", kind="code")
@dataclass(frozen=True, slots=True, kw_only=True)
class CodeChanged(Event):
    """A code was made, renamed, described anew, merged, split or retired."""

    code: CodeDefinition


@published("extraction", subject="fragment.fragment_id", kind="fragment")
@dataclass(frozen=True, slots=True, kw_only=True)
class FragmentCoded(Event):
    """A linked CMO statement was coded from one passage."""

    fragment: FragmentState


@published("extraction", subject="fragment.fragment_id", kind="fragment")
@dataclass(frozen=True, slots=True, kw_only=True)
class FragmentAmended(Event):
    """A fragment was coded differently, or restored."""

    fragment: FragmentState


@published("extraction", subject="fragment.fragment_id", kind="fragment")
@dataclass(frozen=True, slots=True, kw_only=True)
class FragmentWithdrawn(Event):
    """A fragment no longer counts; it is kept (`fragment.status` is `withdrawn`)."""

    fragment: FragmentState
    reason: str = ""


@published("extraction", subject="appraisal_id", kind="appraisal")
@dataclass(frozen=True, slots=True, kw_only=True)
class FragmentAppraised(Event):
    """Relevance, richness and rigour of a fragment's evidence, ordinal, never summed.

    `appraisal_id` is `fragment_id/person_id`.
    """

    appraisal_id: str
    fragment_id: str
    relevance: str | None = None
    richness: str | None = None
    rigour: str | None = None
    comment: str = ""
