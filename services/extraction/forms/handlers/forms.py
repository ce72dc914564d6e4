"""Forms: built by people, versioned where their content changes."""

from collections.abc import Sequence
from typing import Any

from services.extraction.forms import store
from services.extraction.forms.domain.fields import MOST_FIELDS, Field, FormProblem, form_problems
from services.extraction.forms.handlers.saying import say_form
from services.extraction.projections.handlers import require_review
from shared.db import Tx
from shared.http.problems import Invalid, NotFound

STATUSES = ("open", "closed")


class FormInvalid(Invalid):
    """A form, or an answer to one, that cannot be; each fault is named by its field."""

    title = "The form does not allow it"


def refuse(found: Sequence[FormProblem]) -> None:
    """Raise `FormInvalid` with everything that was found, if anything was."""
    if found:
        errors = [{"field": one.field, "detail": one.sentence} for one in found]
        more = f" (and {len(found) - 1} more, see errors)" if len(found) > 1 else ""
        raise FormInvalid(found[0].sentence + more, field=found[0].field, errors=errors)


async def put_form(
    review_id: str,
    form_id: str,
    title: str,
    stage: str | None,
    status: str,
    fields: Sequence[Field],
    tx: Tx,
) -> dict[str, Any]:
    """Store a form; the same again is no new version. Answers keep the version they were given
    to, and fields that a newer version lacks are kept with them.
    """
    refuse(form_problems(fields))
    if status not in STATUSES:
        raise Invalid(f"A form is {' or '.join(STATUSES)}, not '{status}'.", field="status")
    if len(fields) > MOST_FIELDS:
        raise Invalid(f"A form may have {MOST_FIELDS} fields; split it.", field="fields")
    await require_review(tx, review_id)
    await tx.lock(f"form/{review_id}/{form_id}")
    before = await store.form_of(tx, review_id, form_id)
    content = {"title": title, "stage": stage, "status": status}
    same = before is not None and store.fields_of(before) == tuple(fields)
    if before is not None and same and content.items() <= before.items():
        return before
    row = {
        "review_id": review_id,
        "form_id": form_id,
        "version": before["version"] + 1 if before else 1,
        **content,
        "at": tx.now(),
        "by": tx.actor,
    }
    await store.keep_form(tx, row, fields)
    say_form(tx, row, fields)
    return await known_form(review_id, form_id, tx)


async def known_form(review_id: str, form_id: str, tx: Tx) -> dict[str, Any]:
    """A form's newest version; raises `NotFound`."""
    row = await store.form_of(tx, review_id, form_id)
    if row is None:
        raise NotFound(f"Review '{review_id}' has no form '{form_id}'.")
    return row
