"""Saying forms and their answers in events: without what is confidential, or read too early."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from services.extraction.forms.domain.fields import Field
from services.extraction.forms.store import CONSENSUS
from shared.db import Tx
from shared.events.data_extraction import (
    FormAnswered,
    FormAnswerState,
    FormChanged,
    FormFieldState,
    FormState,
)

MOST_BYTES = 150_000
"""Of questions or answers in one event; with the rest of it they stay below what one may hold."""


def say_form(tx: Tx, row: Mapping[str, Any], fields: Sequence[Field]) -> None:
    """Emit a form at its new version; its questions where an event can hold them."""
    said = tuple(
        FormFieldState(
            field_id=one.id,
            label=one.label,
            kind=one.kind,
            required=one.required,
            choices=one.choices,
        )
        for one in fields
    )
    whole = _size([[one.field_id, one.label, one.choices] for one in said]) <= MOST_BYTES
    names = ("form_id", "version", "title", "stage", "status")
    form = FormState(
        **{name: row[name] for name in names}, fields=said if whole else (), whole=whole
    )
    tx.emit(FormChanged(review_id=row["review_id"], form=form))


def say_answer(tx: Tx, row: Mapping[str, Any], *, confidential: bool) -> None:
    """Emit that a form is done for a document; the answers only as the team agreed on them, of
    a document that is open.
    """
    person = row["person_id"]
    answers = dict(row["answers"]) if person == CONSENSUS and not confidential else {}
    whole = _size(answers) <= MOST_BYTES
    names = ("form_id", "document_id", "version", "form_version", "state")
    answer = FormAnswerState(
        **{name: row[name] for name in names},
        person_id=None if person == CONSENSUS else person,
        answers=answers if whole else {},
        whole=whole,
    )
    answer_id = "/".join((row["form_id"], row["document_id"], person)).rstrip("/")
    tx.emit(FormAnswered(review_id=row["review_id"], answer_id=answer_id, answer=answer))


def _size(value: Any) -> int:
    """Bytes of a value as JSON."""
    return len(json.dumps(value, ensure_ascii=False).encode())
