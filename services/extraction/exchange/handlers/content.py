"""The review's content: read as it stands, and changed to what a file holds."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from services.extraction.codebook import store as codebook_store
from services.extraction.codebook.handlers import put_codebook
from services.extraction.codes.handlers.acting import begin
from services.extraction.documents.handlers.documents import put_documents
from services.extraction.exchange import store
from services.extraction.exchange.domain.content import (
    Content,
    Document,
    Memo,
    MemoPassage,
    differences,
)
from services.extraction.exchange.domain.losses import Losses
from services.extraction.exchange.domain.parts import names_of_people
from services.extraction.exchange.handlers.appraisals import accept_appraisals, appraisals_of
from services.extraction.exchange.handlers.authorship import refuse_others
from services.extraction.fragments.handlers.code import (
    Coding,
    code_fragments,
    withdraw_fragment,
)
from services.extraction.fragments.handlers.rules import take_schema
from services.extraction.fragments.store import fragments
from services.extraction.fragments.store.memos import keep_memo
from services.extraction.projections import store as projections_store
from services.extraction.rounds.domain import parted
from services.extraction.texts import store as texts_store
from services.extraction.texts.domain import DocumentFacts
from shared.clock import in_utc
from shared.db import Tx
from shared.db.rows import plain
from shared.events.extraction import FragmentState, GroupState

PAGE = 1000


async def content_of(
    tx: Tx, review_id: str, *, confidential: bool, losses: Losses | None = None
) -> Content:
    """Everything of the review that travels; words of confidential sources only if asked for.

    `losses` is told by name what stays behind.
    """
    losses = losses or Losses()
    content = Content()
    await _documents(tx, review_id, content, losses, confidential=confidential)
    await _fragments(tx, review_id, content, losses, confidential=confidential)
    for theory, row in (await codebook_store.codebooks_of(tx, review_id)).items():
        content.codebooks[theory] = codebook_store.groups_of(row)
    content.codes = await codebook_store.codes_of(tx, review_id)
    known = await projections_store.theories_of(tx, review_id)
    content.theories = {row["theory_id"]: row["name"] for row in known}
    await _memos(tx, review_id, content, confidential=confidential)
    await appraisals_of(tx, review_id, content, losses)
    trees = [tree for _, tree in await store.kept_trees(tx, review_id)]
    content.people = names_of_people(trees)
    return content


async def _documents(
    tx: Tx, review_id: str, content: Content, losses: Losses, *, confidential: bool
) -> None:
    ids = await store.document_ids(tx, review_id)
    rows = await texts_store.documents_by_id(tx, review_id, ids)
    texts = await texts_store.texts_by_id(tx, review_id, ids)
    for row in (rows[one] for one in ids):
        name = row["title"] or row["document_id"]
        if row["withdrawn"] or row["erased"]:
            losses.add("sources that were withdrawn or erased stay behind", row["document_id"])
        elif row["confidential"] and not confidential:
            losses.add("confidential sources stay behind unless they are asked for", name)
        else:
            text = texts.get(row["document_id"])
            content.documents[row["document_id"]] = Document(
                **{k: row[k] for k in _DOCUMENT},
                confidential=bool(row["confidential"]),
                text=None if text is None else text["text"],
            )


_DOCUMENT = ("document_id", "title", "kind", "record_id", "study_id", "case_id", "year")


async def _fragments(
    tx: Tx, review_id: str, content: Content, losses: Losses, *, confidential: bool
) -> None:
    after = ""
    while rows := await fragments.fragment_page(tx, review_id, {}, after=after, limit=PAGE):
        after = rows[-1]["fragment_id"]
        for row in rows:
            if row["status"] != "active":
                losses.add("fragments that are not active stay behind", row["fragment_id"])
            elif row["withheld"] and not confidential:
                losses.add("fragments of confidential sources stay behind", row["fragment_id"])
            else:
                content.fragments[row["fragment_id"]] = _placed(row)
                if row["round_id"] is not None:
                    losses.add(_COUNTED, row["fragment_id"])


_COUNTED = "that a fragment is one coder's of a round of blind coding stays behind"


def _placed(row: Mapping[str, Any]) -> FragmentState:
    """The fragment with its offsets in the newest text; without them where it stands nowhere."""
    fragment, place = fragments.state_of(row), fragments.place_of(row)
    fragment = replace(fragment, version=0, confidential=False)
    if row["anchor"] == "broken":
        return replace(fragment, start=None, end=None)
    if place is None or row["anchor"] == "unverified":
        return fragment
    return replace(fragment, start=place.start, end=place.end, quote=place.quote)


async def _memos(tx: Tx, review_id: str, content: Content, *, confidential: bool) -> None:
    for row in await store.memos_of(tx, review_id):
        kind, key = parted(row["about"])
        here = content.documents if kind == "document" else content.fragments
        if kind in ("document", "fragment") and key not in here:
            continue
        if not kind and not confidential:
            continue
        content.memos[row["memo_id"]] = Memo(
            memo_id=row["memo_id"],
            about=row["about"],
            text=row["text"],
            person_id=row["person_id"],
            links=tuple(row["links"] or ()),
            passage=MemoPassage(**row["passage"]) if row["passage"] else None,
            at=row["at"].astimezone(UTC).isoformat().replace("+00:00", "Z"),
        )


async def accept_content(
    review_id: str,
    wanted: Content,
    tx: Tx,
    *,
    remove: bool,
    reason: str,
    leave: Collection[tuple[str, str]] = (),
    own_of: str | None = None,
) -> list[dict[str, Any]]:
    """Make the review hold what `wanted` holds; what it has beside that stays, unless `remove`,
    and so does what is in `leave` (kind, id).

    All of it or nothing; returns the differences that were carried out. With `own_of` no work
    of other colleagues comes in or changes: raises `Forbidden`.
    """
    before = await content_of(tx, review_id, confidential=True)
    found = [
        d
        for d in differences(before, wanted)
        if (remove or d.what != "removed") and (d.kind, d.id) not in leave
    ]
    touched = {(d.kind, d.id): d.what for d in found}
    if own_of is not None:
        await refuse_others(review_id, wanted, touched, own_of, tx)
    await _accept_documents(review_id, wanted, touched, tx)
    for theory, groups in wanted.codebooks.items():
        if ("codebook", theory) in touched:
            await put_codebook(review_id, theory, groups, tx, theory_may_follow=True)
    await _accept_codes(review_id, wanted, touched, tx, reason)
    if own_of is None and not before.fragments:
        await take_schema(review_id, wanted.fragments.values(), tx)
    await _accept_fragments(review_id, wanted, touched, tx, reason)
    await _accept_memos(review_id, wanted, touched, tx)
    await accept_appraisals(review_id, wanted, touched, tx)
    return [plain(d) for d in found]


Touched = Mapping[tuple[str, str], str]


async def _accept_documents(review_id: str, wanted: Content, touched: Touched, tx: Tx) -> None:
    facts = [
        DocumentFacts(**{k: getattr(d, k) for k in _DOCUMENT}, confidential=d.confidential or None,
                      text=d.text)
        for d in wanted.documents.values()
        if ("document", d.document_id) in touched
    ]  # fmt: skip
    await put_documents(review_id, facts, tx)


async def _accept_codes(
    review_id: str, wanted: Content, touched: Touched, tx: Tx, reason: str
) -> None:
    """Store the codes that are new or other, as one act that can be undone."""
    changed = [code for code in wanted.codes.values() if ("code", code.code_id) in touched]
    if not changed:
        return
    act = await begin(review_id, tx)
    before = await codebook_store.codes_of(tx, review_id)
    for code in changed:
        act.codes[code.code_id] = before.get(code.code_id)
        meant = before[code.code_id].meaning if code.code_id in before else code.meaning
        await act.keep(code, means_anew=code.meaning != meant)
    await act.end("import", f"{len(changed)} codes by {reason}")


async def _accept_fragments(
    review_id: str, wanted: Content, touched: Touched, tx: Tx, reason: str
) -> None:
    codings = [
        Coding(fragment, field=f"fragments[{fragment.fragment_id}].", acts_for=fragment.coder)
        for fragment in wanted.fragments.values()
        if touched.get(("fragment", fragment.fragment_id)) in ("added", "changed")
    ]
    await code_fragments(review_id, codings, tx, reason)
    for (kind, key), what in touched.items():
        if kind == "fragment" and what == "removed":
            await withdraw_fragment(review_id, key, reason, tx)


async def _accept_memos(review_id: str, wanted: Content, touched: Touched, tx: Tx) -> None:
    for memo in wanted.memos.values():
        if ("memo", memo.memo_id) in touched:
            row = {
                "review_id": review_id,
                "memo_id": memo.memo_id,
                "about": memo.about,
                "text": memo.text,
                "person_id": memo.person_id,
                "links": [dict(link) for link in memo.links],
                "passage": None if memo.passage is None else plain(memo.passage),
                "at": _moment(memo.at, tx),
            }
            await keep_memo(tx, row)


def _moment(at: str, tx: Tx) -> datetime:
    """When a memo was written, as far as the file says it."""
    try:
        return in_utc(datetime.fromisoformat(at))
    except ValueError:
        return tx.now()


def with_groups(
    before: Sequence[GroupState], added: Sequence[GroupState]
) -> tuple[GroupState, ...]:
    """Groups with the codes of `added` put into those of the same role and label, or beside them.

    A code that is in a group already stays there.
    """
    placed = {(g.role, c.code_id) for g in before for c in g.codes}
    groups = {(g.role, g.label or g.group_id): g for g in before}
    for group in added:
        codes = tuple(c for c in group.codes if (group.role, c.code_id) not in placed)
        key = (group.role, group.label)
        known = groups.get(key)
        groups[key] = (
            replace(group, codes=codes)
            if known is None
            else replace(known, codes=(*known.codes, *codes))
        )
    return tuple(group for group in groups.values() if group.codes or group in before)
