"""Models of fragments."""

from pydantic import Field

from services.extraction.schemas import Input, Key, Words
from shared.events.extraction import Element, FragmentState, SourceRef
from shared.http.api import Whole

MOST_FRAGMENTS = 1000


class ElementIn(Input):
    """A coded part of a fragment."""

    role: Words
    code: Words
    state: Words | None = Field(
        None, description="left out: present, for an outcome not stated; or `not_stated`"
    )
    statement: Words = ""
    of_group: bool = Field(False, description="the state speaks of the group, not of the code")


class SourceIn(Input):
    """A source of a fragment."""

    document: Key
    attribution: Words = "cited"
    case: Key | None = None
    participant: Key | None = None


class FragmentIn(Input):
    """A fragment; `version` only where a bundle brings versions of its own."""

    theories: tuple[Key, ...] = ()
    elements: tuple[ElementIn, ...] = ()
    sources: tuple[SourceIn, ...] = ()
    document: Key | None = None
    quote: Words = Field("", description="the source's own words")
    paraphrase: Words = Field("", description="the coder's words for them; never a quotation")
    locator: Words = Field("", description="page, table or paragraph of the source")
    start: Whole | None = Field(None, description="code points, from 0")
    end: Whole | None = Field(None, description="code points, exclusive")
    explicitness: Words = "stated"
    statement_level: Words = ""
    coder: Key | None = None
    coded_at: Words = ""
    duplicate_of: Key | None = None
    status: Words = "active"
    version: Whole | None = Field(None, ge=1)
    memo: Words = ""

    def state(self, fragment_id: str, coder: str | None) -> FragmentState:
        """As the domain says it; the version is given by the use case."""
        return FragmentState(
            fragment_id=fragment_id,
            version=0,
            status=self.status,
            theories=tuple(self.theories),
            elements=tuple(
                Element(
                    role=e.role,
                    code_id=e.code,
                    state=e.state,
                    statement=e.statement,
                    of_group=e.of_group,
                )
                for e in self.elements
            ),
            sources=tuple(
                SourceRef(
                    document_id=s.document,
                    attribution=s.attribution,
                    case_id=s.case,
                    participant=s.participant,
                )
                for s in self.sources
            ),
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
        )


class NamedFragmentIn(FragmentIn):
    """A fragment of a batch."""

    id: Key


class FragmentsIn(Input):
    """A batch of fragments: all are stored, or none."""

    fragments: list[NamedFragmentIn] = Field(max_length=MOST_FRAGMENTS)


class IdsIn(Input):
    """Which fragments."""

    ids: list[Key] = Field(max_length=MOST_FRAGMENTS)
