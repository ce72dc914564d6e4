"""What keeps a coding from being stored: another's fragment, a draft that was counted, a role
that the review's coding schema does not have.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from services.extraction.fragments.domain import (
    DRAFT,
    EXTRA_ROLES,
    SCHEMAS,
    STATES,
    changed_fields,
    documents_of,
    with_default_states,
    withheld,
)
from services.extraction.fragments.store import fragments
from services.extraction.projections.handlers import SourceIsErased, require_review
from services.extraction.rounds.store import sees
from services.extraction.texts import store as texts_store
from shared.actors import is_machine
from shared.db import Tx
from shared.events.extraction import FragmentState
from shared.http.problems import Conflict, Invalid


class FragmentOfAnother(Conflict):
    """Somebody else coded the fragment: theirs stays as it is."""

    title = "Somebody else coded this fragment"


def check_owner(
    before: Mapping[str, Any] | None, state: FragmentState, acts_for: str | None, tx: Tx
) -> None:
    """Raise `FragmentOfAnother`, with who and what, where this would overwrite another's coding.

    A coder changes their own; an owner of the review changes that of `acts_for`.
    """
    if before is None or tx.actor is None:
        return
    coder = before["coder"] or before["coded_by"]
    if not sees(tx.actor, before):
        raise FragmentOfAnother(
            "The name of this fragment is taken; save yours as a new one.",
            fragment=state.fragment_id,
        )
    if coder is None or coder in {tx.actor, acts_for}:
        return
    differs = changed_fields(with_default_states(fragments.state_of(before)), state)
    named = ", ".join(name.replace("_", " ") for name in differs)
    raise FragmentOfAnother(
        f"'{coder}' coded this fragment (version {before['version']}); yours differs in {named}. "
        "Code the passage as a fragment of your own: both are kept and can be compared.",
        fragment=state.fragment_id,
        coder=coder,
        version=before["version"],
        differs=list(differs),
    )


class FragmentOfConfidence(Conflict):
    """A fragment of a confidential source would rest on none of its confidential sources."""

    title = "The fragment is of a confidential source"


async def check_confidence(
    review_id: str, before: Mapping[str, Any] | None, state: FragmentState, tx: Tx
) -> None:
    """Raise `FragmentOfConfidence` where the fragment's words would come into the open, or could
    later: a document is opened by an owner with a reason, a fragment with its document alone.
    """
    if before is None or not before["withheld"]:
        return
    had = documents_of(fragments.state_of(before))
    if set(documents_of(state)).issuperset(had):
        return
    known = await texts_store.documents_by_id(tx, review_id, had)
    closed = {document for document, row in known.items() if row["confidential"]}
    if closed and closed.isdisjoint(documents_of(state)):
        raise FragmentOfConfidence(
            f"Fragment '{state.fragment_id}' rests on confidential sources; send one of them with "
            "it. If it is of another source, withdraw it and code the passage there.",
            fragment=state.fragment_id,
        )


def check_draft(before: Mapping[str, Any] | None, state: FragmentState, field: str) -> None:
    """Raise `Invalid` where a fragment that was counted would become a draft."""
    if state.status == DRAFT and before is not None and not before["unpublished"]:
        raise Invalid(
            "A fragment that was counted cannot become a draft; withdraw it instead.",
            field=f"{field}status",
        )


def check_coder(state: FragmentState, field: str) -> None:
    """Raise `Invalid` for a fragment that a machine would have coded: people do."""
    if is_machine(state.coder):
        raise Invalid(
            "What a machine suggests is coded by the person who accepts it; name them.",
            field=f"{field}coder",
        )


def with_mark(before: Mapping[str, Any] | None, state: FragmentState) -> FragmentState:
    """The fragment with the mark that a machine suggested it, which nobody takes away."""
    if before is None or state.suggested_by:
        return state
    return replace(state, suggested_by=fragments.state_of(before).suggested_by)


def refuse_erased_words(state: FragmentState, erased: frozenset[str]) -> None:
    """Raise `SourceIsErased` for words of a source that was erased for good."""
    gone = erased.intersection(documents_of(state))
    if gone and replace(withheld(state), confidential=state.confidential) != state:
        raise SourceIsErased(
            f"fragment '{state.fragment_id}' holds words of '{min(gone)}', which was erased for "
            "good; code it from another source",
            fragment=state.fragment_id,
        )


async def check_roles(
    review_id: str, before: Mapping[str, Any] | None, state: FragmentState, field: str, tx: Tx
) -> None:
    """Raise `Invalid` for an element whose role the review's coding schema does not have; one
    that the fragment had before may stay.
    """
    had = fragments.state_of(before).elements if before else ()
    roles = {e.role for e in state.elements} & EXTRA_ROLES - {e.role for e in had}
    if not roles:
        return
    name = await fragments.schema_of(tx, review_id)
    foreign = sorted(roles - set(SCHEMAS[name]))
    if foreign:
        n = next(n for n, e in enumerate(state.elements) if e.role in foreign)
        raise Invalid(
            f"'{foreign[0]}' is no role of this review's coding schema, {name}; "
            "use another role, or set another schema.",
            field=f"{field}elements[{n}].role",
        )


async def set_schema(review_id: str, name: str, tx: Tx) -> str:
    """Choose the review's coding schema. What was coded in another stays as it is."""
    if name not in SCHEMAS:
        raise Invalid(
            f"'{name}' is no coding schema; use one of {', '.join(SCHEMAS)}", field="name"
        )
    await require_review(tx, review_id)
    await fragments.keep_schema(tx, review_id, name)
    return name


async def take_schema(review_id: str, coded: Iterable[FragmentState], tx: Tx) -> None:
    """Choose the coding schema that has the roles of these fragments, where the review's has not;
    none where no schema has them all.
    """
    roles = {e.role for state in coded for e in state.elements} & EXTRA_ROLES
    if roles <= set(SCHEMAS[await fragments.schema_of(tx, review_id)]):
        return
    fitting = next((name for name, has in SCHEMAS.items() if roles <= set(has)), None)
    if fitting is not None:
        await set_schema(review_id, fitting, tx)


def roles_of(name: str) -> list[str]:
    """The roles that elements may have in a coding schema."""
    return [*SCHEMAS[name], *STATES]
