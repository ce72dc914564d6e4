"""Coding: fragments enter, are amended, withdrawn and restored; no version is ever lost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from services.extraction.acts import store as acts
from services.extraction.fragments.domain import (
    DRAFT,
    changed_fields,
    content_hash,
    documents_of,
    next_version,
    problems,
    with_default_states,
)
from services.extraction.fragments.handlers.anchors import anchored, check_quote
from services.extraction.fragments.handlers.codes_in_use import CodesInUse
from services.extraction.fragments.handlers.publish import (
    is_published,
    say,
    say_again,
    seal_what_turned,
    withheld_ids,
)
from services.extraction.fragments.handlers.rounds import round_columns
from services.extraction.fragments.handlers.rules import (
    check_coder,
    check_confidence,
    check_draft,
    check_owner,
    check_roles,
    refuse_erased_words,
    with_mark,
)
from services.extraction.fragments.handlers.sources import index, sourced
from services.extraction.fragments.store import fragments
from services.extraction.projections.handlers import lock_coding, require_review
from services.extraction.rounds import store as rounds_store
from services.extraction.rounds.domain import Round
from services.extraction.texts import store as texts_store
from shared.db import Tx
from shared.events.extraction import FragmentState
from shared.http.problems import Invalid, NotFound


@dataclass(frozen=True, slots=True)
class Coding:
    """A fragment as somebody sends it; `version` only where a bundle gives one.

    `acts_for` is the coder for whom an owner may send it; `by_codebook`: an act on the codebook
    codes it anew, whoever coded it; `must_stand`: its quote has to stand in its document's text,
    if there is one; `in_use`: codes that it did not have have to be codes of the review in use;
    `may_leave`: it may rest on none of its confidential sources any more (undoing, a bundle).
    """

    fragment: FragmentState
    version: int | None = None
    field: str = ""
    acts_for: str | None = None
    by_codebook: bool = False
    must_stand: bool = False
    in_use: bool = False
    may_leave: bool = False


@dataclass(frozen=True, slots=True)
class FragmentResult:
    """The version at which a fragment stands, and whether this command made it."""

    id: str
    version: int
    changed: bool


@dataclass(frozen=True, slots=True)
class _Known:
    """What is stored about a batch's fragments before it is coded."""

    rows: Mapping[str, Mapping[str, Any]]
    history: Mapping[str, Sequence[tuple[int, str]]]
    texts: Mapping[str, Mapping[str, Any]]
    documents: Mapping[str, Mapping[str, Any]]
    rounds: Mapping[str, Round]
    codes: CodesInUse

    @property
    def erased(self) -> frozenset[str]:
        """Documents whose words are gone for good."""
        return frozenset(d for d, row in self.documents.items() if row["erased"])


class FragmentsInvalid(Invalid):
    """Fragments that cannot be, each named by its field; nothing of the batch was stored."""

    title = "Some fragments are not valid"


async def code_fragments(
    review_id: str, codings: Sequence[Coding], tx: Tx, reason: str = "", *, what: str = "coded"
) -> list[FragmentResult]:
    """Store fragments, all of the batch or none; the same content again changes nothing.

    Documents, records and theories need not be known yet, nor codes but where a coding says so.
    Raises `FragmentsInvalid`, `QuoteMismatch` where a stored text says otherwise,
    `FragmentOfAnother` where it would overwrite another's, `NotKnownYet` for the review. What
    changed is noted as an act (`what`).
    """
    _refuse(codings)
    await require_review(tx, review_id)
    results: dict[int, FragmentResult] = {}
    done: list[dict[str, Any]] = []
    for numbers in _rounds(codings):
        coded = await _code(review_id, [codings[n] for n in numbers], tx, reason, done)
        results |= dict(zip(numbers, coded, strict=True))
    await acts.note_act(tx, review_id, what, done)
    return [results[n] for n in range(len(codings))]


async def withdraw_fragment(
    review_id: str, fragment_id: str, reason: str, tx: Tx
) -> FragmentResult:
    """A fragment no longer counts; it and its history are kept."""
    return await _set_status(review_id, fragment_id, "withdrawn", reason, tx)


async def restore_fragment(review_id: str, fragment_id: str, reason: str, tx: Tx) -> FragmentResult:
    """A withdrawn fragment counts again."""
    return await _set_status(review_id, fragment_id, "active", reason, tx)


async def known_fragment(tx: Tx, review_id: str, fragment_id: str) -> dict[str, Any]:
    """A fragment's row; raises `NotFound`, also where a round hides it from whoever acts."""
    found = await fragments.fragments_by_id(tx, review_id, [fragment_id])
    if fragment_id not in found or not rounds_store.sees(tx.actor, found[fragment_id]):
        raise NotFound(f"Review '{review_id}' has no fragment '{fragment_id}'.")
    return found[fragment_id]


async def _set_status(
    review_id: str, fragment_id: str, status: str, reason: str, tx: Tx
) -> FragmentResult:
    await require_review(tx, review_id)
    await lock_coding(tx, review_id)
    row = await known_fragment(tx, review_id, fragment_id)
    coding = Coding(replace(fragments.state_of(row), status=status), acts_for=_coder(row))
    done: list[dict[str, Any]] = []
    result = (await _code(review_id, [coding], tx, reason, done))[0]
    await acts.note_act(tx, review_id, "withdrawn" if status == "withdrawn" else "restored", done)
    return result


def _coder(row: Mapping[str, Any]) -> str | None:
    """Who coded a fragment."""
    coder: str | None = row["coder"] or row["coded_by"]
    return coder


def _refuse(codings: Sequence[Coding]) -> None:
    errors = [
        {"field": f"{coding.field}{problem.field}", "detail": problem.sentence}
        for coding in codings
        for problem in problems(with_default_states(coding.fragment))
    ]
    if errors:
        first = errors[0]
        more = f" (and {len(errors) - 1} more, see errors)" if len(errors) > 1 else ""
        raise FragmentsInvalid(first["detail"] + more, field=first["field"], errors=errors)


def _rounds(codings: Sequence[Coding]) -> list[list[int]]:
    """Positions in the batch, in rounds in which no fragment comes twice."""
    rounds: list[list[int]] = []
    seen: dict[str, int] = {}
    for n, coding in enumerate(codings):
        fragment_id = coding.fragment.fragment_id
        at = seen[fragment_id] = seen.get(fragment_id, -1) + 1
        if at == len(rounds):
            rounds.append([])
        rounds[at].append(n)
    return rounds


async def _code(
    review_id: str,
    codings: Sequence[Coding],
    tx: Tx,
    reason: str,
    done: list[dict[str, Any]],
) -> list[FragmentResult]:
    known = await _known(review_id, codings, tx)
    results: list[FragmentResult] = []
    changed: list[dict[str, Any]] = []
    for coding in codings:
        state = with_default_states(coding.fragment)
        state = with_mark(known.rows.get(state.fragment_id), state)
        state = await sourced(tx, review_id, state, known.documents)
        content = content_hash(state)
        history = known.history.get(state.fragment_id, ())
        version, is_new = next_version(coding.version, content, history)
        results.append(FragmentResult(state.fragment_id, version, is_new))
        if is_new:
            state = replace(state, version=version)
            changed.append(await _changed(review_id, coding, state, content, known, tx))
            past = known.rows[state.fragment_id]["version"] if history else 0
            done.append(
                {"kind": "fragment", "id": state.fragment_id, "before": past, "after": version}
            )
    await _keep_and_say(review_id, changed, known, tx, reason)
    return results


async def _changed(
    review_id: str, coding: Coding, state: FragmentState, content: str, known: _Known, tx: Tx
) -> dict[str, Any]:
    """The row of a fragment that is new or differs; raises what stands against it."""
    before = known.rows.get(state.fragment_id)
    if not coding.by_codebook:
        check_owner(before, state, coding.acts_for, tx)
    check_coder(state, coding.field)
    check_draft(before, state, coding.field)
    await check_roles(review_id, before, state, coding.field, tx)
    if coding.in_use:
        await known.codes.check(before, state, coding.field, tx)
    refuse_erased_words(state, known.erased)
    row = fragments.row_of(review_id, state, content)
    place = anchored(state, before, known.texts, f"{coding.field}quote")
    if not coding.may_leave:
        await check_confidence(review_id, before, state, tx)
    if coding.must_stand:
        check_quote(state, before, known.texts, f"{coding.field}quote")
    return {
        **row,
        **place,
        "coded_by": before["coded_by"] if before else tx.actor,
        "unpublished": state.status == DRAFT or bool(before and before["unpublished"]),
        "updated_at": tx.now(),
        **round_columns(before, state, known.rounds, coding.field, tx),
    }


async def _known(review_id: str, codings: Sequence[Coding], tx: Tx) -> _Known:
    ids = {coding.fragment.fragment_id for coding in codings}
    on = {d for coding in codings for d in documents_of(coding.fragment)}
    await lock_coding(tx, review_id)
    pointed_into = {
        coding.fragment.document_id
        for coding in codings
        if coding.fragment.document_id
        and (coding.fragment.start is not None or (coding.must_stand and coding.fragment.quote))
    }
    sources = await texts_store.documents_by_id(tx, review_id, on)
    rows = await fragments.fragments_by_id(tx, review_id, ids)
    coded_in = {row["round_id"] for row in rows.values() if row["round_id"]}
    return _Known(
        documents=sources,
        rows=rows,
        rounds=await rounds_store.rounds_on(tx, review_id, on, coded_in),
        history=await fragments.versions_by_id(tx, review_id, ids),
        codes=CodesInUse(review_id),
        texts=await texts_store.texts_by_id(tx, review_id, pointed_into),
    )


async def _keep_and_say(
    review_id: str,
    rows: Sequence[dict[str, Any]],
    before: _Known,
    tx: Tx,
    reason: str,
) -> None:
    states: dict[str, FragmentState] = {row["fragment_id"]: row["state"] for row in rows}
    withhold = await withheld_ids(tx, review_id, states)
    told = [s for s, row in zip(states.values(), rows, strict=True) if is_published(row)]
    kept = [
        {
            **{name: value for name, value in row.items() if name != "held"},
            "withheld": withhold[row["fragment_id"]],
            "unpublished": not is_published(row),
        }
        for row in rows
    ]
    await fragments.keep_fragments(tx, kept, reason)
    await seal_what_turned(tx, review_id, before.rows, kept)
    new = states.keys() - before.rows.keys()
    await index(tx, review_id, states.values(), before.documents, new)
    for state in told:
        fragment_id = state.fragment_id
        known = before.rows.get(fragment_id)
        past = fragments.state_of(known) if known and not known["unpublished"] else None
        say(
            tx,
            review_id,
            state,
            withhold=withhold[fragment_id],
            is_new=past is None,
            changed=changed_fields(past, state),
            reason=reason,
        )
    await say_again(tx, review_id, await fragments.repeating(tx, review_id, states.keys()))
