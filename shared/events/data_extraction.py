"""What extraction says of appraisals of documents, cases of studies, and data-extraction forms."""

from dataclasses import dataclass, field
from typing import Any

from shared.events.base import Event, published


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseState:
    """A case of a study: `kind` is setting, arm, comparator or subgroup.

    Label and description are empty where the study may have confidential sources.
    """

    case_id: str
    kind: str = "setting"
    label: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormFieldState:
    """A question of a form; `kind` is text, number, choice, multi_choice, date or table."""

    field_id: str
    label: str = ""
    kind: str = "text"
    required: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FormState:
    """A data-extraction form at one version; `stage` is None for one of the whole review.

    `whole` is false where its questions are more than an event may hold: they are left out.
    """

    form_id: str
    version: int
    title: str = ""
    stage: str | None = None
    status: str = "open"
    fields: tuple[FormFieldState, ...] = ()
    whole: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class FormAnswerState:
    """Answers to a form for a document, by a person, or as agreed on (`person_id` None).

    `state` is draft or done. `answers` by question are said of what is agreed on alone, so that
    nobody reads another's before giving their own, and never of a confidential document; `whole`
    is false where they are more than an event may hold.
    """

    form_id: str
    document_id: str
    version: int
    form_version: int
    person_id: str | None = None
    state: str = "done"
    answers: dict[str, Any] = field(default_factory=dict)
    whole: bool = True


@published("extraction", subject="appraisal_id", kind="document_appraisal")
@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentAppraised(Event):
    """Relevance, richness and rigour of a document as evidence, ordinal, never summed.

    `appraisal_id` is `document_id/person_id`; the comment on a confidential document is empty.
    """

    appraisal_id: str
    document_id: str
    relevance: str | None = None
    richness: str | None = None
    rigour: str | None = None
    comment: str = ""


@published("extraction", subject="study_id", kind="study_cases")
@dataclass(frozen=True, slots=True, kw_only=True)
class StudyCasesChanged(Event):
    """The cases of a study, all of them: settings, arms, comparators, subgroups."""

    study_id: str
    cases: tuple[CaseState, ...] = ()


@published("extraction", subject="form.form_id", kind="form")
@dataclass(frozen=True, slots=True, kw_only=True)
class FormChanged(Event):
    """A data-extraction form was made, changed, opened or closed."""

    form: FormState


@published("extraction", subject="answer_id", kind="form_answer")
@dataclass(frozen=True, slots=True, kw_only=True)
class FormAnswered(Event):
    """Somebody is done with a form for a document, or the team agreed on its answers.

    `answer_id` is `form_id/document_id/person_id`, without a person for what is agreed on.
    Drafts are not said.
    """

    answer_id: str
    answer: FormAnswerState


@dataclass(frozen=True, slots=True, kw_only=True)
class ParticipantState:
    """Who speaks in a source: told apart, never named (`participant` is a pseudonym).

    `kind` is staff, service_user, carer …; empty of a confidential source.
    """

    participant: str
    kind: str = ""
    case_id: str | None = None


@published("extraction", subject="document_id", kind="participants")
@dataclass(frozen=True, slots=True, kw_only=True)
class ParticipantsChanged(Event):
    """Who speaks in a source was said, or said anew: all of them; none once it is erased."""

    document_id: str
    participants: tuple[ParticipantState, ...] = ()


@published("extraction", subject="document_id", kind="document_assignment")
@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentAssigned(Event):
    """A document was given to a person to code, or (`person_id` None) is with nobody.

    `document_id` is the record's id of a report that is to be got.
    """

    document_id: str
    person_id: str | None = None
