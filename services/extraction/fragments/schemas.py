"""Models of fragments."""

from pydantic import BaseModel, Field

from services.extraction.schemas import Input
from shared.events.extraction import Element, FragmentState, Relation, SourceRef
from shared.http.bounds import Key, Name, Tupled, Whole, Words

MOST_FRAGMENTS = 1000


class ElementIn(Input):
    """A coded part of a fragment."""

    role: Name
    code: Name
    state: Name | None = Field(
        None, description="left out: present, for an outcome not stated; or `not_stated`"
    )
    statement: Words = ""
    of_group: bool = Field(False, description="the state speaks of the group, not of the code")
    wished: bool = Field(
        False, description="the state speaks of what people wish for: undesired groups fail"
    )
    start: Whole | None = Field(None, description="its own span inside the passage, code points")
    end: Whole | None = Field(None, description="exclusive")

    def said(self) -> Element:
        """As the domain says it."""
        return Element(code_id=self.code, **self.model_dump(exclude={"code"}))


class RelationIn(Input):
    """What the fragment is to a configuration or an argument."""

    kind: Name = Field("ccmoc", description="ccmoc or argument")
    id: Key
    relation: Name = Field(description="supports, refines or contradicts")

    def said(self) -> Relation:
        """As the domain says it."""
        return Relation(kind=self.kind, id=self.id, relation=self.relation)


class SourceIn(Input):
    """A source of a fragment."""

    document: Key
    attribution: Name = "cited"
    case: Key | None = None
    participant: Key | None = None

    def said(self) -> SourceRef:
        """As the domain says it."""
        return SourceRef(
            document_id=self.document,
            attribution=self.attribution,
            case_id=self.case,
            participant=self.participant,
        )


class FragmentIn(Input):
    """A fragment; `version` only where a bundle brings versions of its own."""

    theories: Tupled[Key] = ()
    elements: Tupled[ElementIn] = ()
    sources: Tupled[SourceIn] = ()
    document: Key | None = None
    quote: Words = Field("", description="the source's own words")
    paraphrase: Words = Field("", description="the coder's words for them; never a quotation")
    locator: Words = Field("", description="page, table or paragraph of the source")
    start: Whole | None = Field(None, description="code points, from 0")
    end: Whole | None = Field(None, description="code points, exclusive")
    explicitness: Name = "stated"
    statement_level: Name = ""
    coder: Key | None = None
    coded_at: Name = ""
    duplicate_of: Key | None = None
    status: Name = "active"
    version: Whole | None = Field(None, ge=1)
    memo: Words = ""
    rationale: Words = Field("", description="why the passage is read so")
    relations: tuple[RelationIn, ...] = Field((), max_length=50)
    suggested_by: Name = Field("", description="the machine whose suggestion it was; by owners")

    def state(self, fragment_id: str, coder: str | None) -> FragmentState:
        """As the domain says it; the version is given by the use case."""
        return FragmentState(
            fragment_id=fragment_id,
            version=0,
            status=self.status,
            theories=tuple(self.theories),
            elements=tuple(e.said() for e in self.elements),
            sources=tuple(s.said() for s in self.sources),
            document_id=self.document,
            quote=self.quote,
            start=self.start,
            end=self.end,
            explicitness=self.explicitness,
            statement_level=self.statement_level,
            coder=coder,
            coded_at=self.coded_at,
            duplicate_of=self.duplicate_of,
            memo=self.memo,
            paraphrase=self.paraphrase,
            locator=self.locator,
            rationale=self.rationale,
            relations=tuple(r.said() for r in self.relations),
            suggested_by=self.suggested_by,
        )


class NamedFragmentIn(FragmentIn):
    """A fragment of a batch."""

    id: Key


class FragmentsIn(Input):
    """A batch of fragments: all are stored, or none."""

    fragments: list[NamedFragmentIn] = Field(max_length=MOST_FRAGMENTS)
    codes_may_follow: bool = Field(
        False, description="by owners: a bundle's codebook comes later, or not at all"
    )


class IdsIn(Input):
    """Which fragments."""

    ids: list[Key] = Field(max_length=MOST_FRAGMENTS)


class RecodeIn(Input):
    """Which fragments get another code, or another theory, and why."""

    ids: list[Key] = Field(max_length=MOST_FRAGMENTS, min_length=1)
    role: Name = ""
    code: Name = Field("", description="the code that is replaced; empty: none is")
    to_role: Name = Field("", description="empty: the same role")
    to_code: Name = ""
    add_theories: Tupled[Key] = ()
    remove_theories: Tupled[Key] = ()
    reason: Words = Field("", max_length=5000)


class SchemaIn(Input):
    """The coding schema of a review: CMO, ICAMO or SCMO."""

    name: Name


class SchemaOut(BaseModel):
    """A coding schema and the roles that elements may have."""

    name: str
    roles: list[str]
