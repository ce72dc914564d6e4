"""Models of data-extraction forms."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel
from pydantic import Field as Described

from services.extraction.forms.domain.fields import MOST_FIELDS, Field
from services.extraction.forms.handlers.answers import Answered
from services.extraction.forms.store import CONSENSUS
from services.extraction.schemas import Input
from shared.http.bounds import JsonObject, Key, Name, Whole, Words

EVERYBODY = (
    "for owners: everybody's answers, drafts too. It is kept that you looked: what you answer "
    "afterwards, where others have, does not count in the agreement"
)
Everybody = Annotated[bool, Described(description=EVERYBODY)]


class ColumnIn(Input):
    """A column of a table."""

    id: Key
    label: Words = Described(max_length=2000)
    kind: Name = "text"
    help: Words = Described("", max_length=5000)
    choices: tuple[Words, ...] = Described((), max_length=500)
    least: float | None = None
    most: float | None = None
    required: bool = False
    columns: tuple[Any, ...] = Described((), max_length=0, description="none, in a column")

    def said(self) -> Field:
        """As the domain says it."""
        return Field(**self.model_dump(exclude={"columns"}))


class FieldIn(ColumnIn):
    """A question: text, number, choice, multi_choice, date or table."""

    columns: tuple[ColumnIn, ...] = Described((), max_length=50)

    def said(self) -> Field:
        """As the domain says it."""
        return Field(**self.model_dump(exclude={"columns"}), columns=self._inner())

    def _inner(self) -> tuple[Field, ...]:
        return tuple(one.said() for one in self.columns)


class FormIn(Input):
    """A form; a template (epoc, reco_mapping) gives title and fields that are left out."""

    title: Words = Described("", max_length=500)
    stage: Key | None = Described(None, description="of a stage; null: of the review")
    status: Name = Described("open", description="open, or closed")
    template: Name | None = None
    fields: tuple[FieldIn, ...] | None = Described(None, max_length=MOST_FIELDS)


class FormOut(BaseModel):
    """A form at a version."""

    id: str
    version: int
    title: str
    stage: str | None
    status: str
    fields: list[dict[str, Any]]
    at: datetime
    by: str | None


class TemplateOut(BaseModel):
    """A form to start from."""

    name: str
    title: str
    fields: list[dict[str, Any]]


class AnswersIn(Input):
    """Answers for a document: a value by field; `done` when nothing is missing."""

    document: Key
    answers: JsonObject = Described(max_length=MOST_FIELDS)
    done: bool = False
    note: Words = Described("", max_length=20_000)
    person: Key | None = Described(None, description="whose, if not yours (owners)")
    seen: Whole | None = Described(None, description="the version that was seen")
    seen_others: bool = Described(
        False, description="of answers from elsewhere: given after others' had been read"
    )

    def said(self) -> Answered:
        """As the use case takes it."""
        return Answered(
            document_id=self.document,
            answers=self.answers,
            done=self.done,
            note=self.note,
            seen=self.seen,
            seen_others=self.seen_others,
        )


class AnswersOut(BaseModel):
    """Somebody's answers; `person` null is what the team agreed on. `seen_others`: they may have
    read others' answers before; such answers do not count in the agreement.
    """

    document: str
    person: str | None
    state: str
    answers: dict[str, Any]
    note: str
    version: int
    form_version: int
    at: datetime
    by: str | None
    seen_others: bool


class DoneOut(BaseModel):
    """Who has done a form for a document; `person` null: the team agreed."""

    document: str
    person: str | None


class ComparisonOut(BaseModel):
    """For one document, each field with everybody's answer and whether they agree; `seen_others`
    are those of `people` who may have read others' answers before they gave theirs.
    """

    document: str
    fields: list[dict[str, Any]]
    consensus: dict[str, Any] | None
    people: list[str]
    seen_others: list[str]


class AgreementOut(BaseModel):
    """How far two extractors agree on a field."""

    field: str
    documents: int
    agree: int
    kappa: float | None


class BroughtInOut(BaseModel):
    """What a table brought in; `strange` are columns that are no field's."""

    rows: int
    changed: int
    strange: list[str]


def form_out(row: dict[str, Any]) -> FormOut:
    """A form's row as it is shown."""
    names = ("version", "title", "stage", "status", "fields", "at", "by")
    return FormOut(id=row["form_id"], **{name: row[name] for name in names})


def done_out(document: str, person: str) -> DoneOut:
    """That somebody has done a form, as it is shown."""
    return DoneOut(document=document, person=None if person == CONSENSUS else person)


def answers_out(row: dict[str, Any]) -> AnswersOut:
    """Somebody's answers as they are shown."""
    names = ("state", "answers", "note", "version", "form_version", "at", "by", "seen_others")
    person = None if row["person_id"] == CONSENSUS else row["person_id"]
    return AnswersOut(
        document=row["document_id"], person=person, **{name: row[name] for name in names}
    )
