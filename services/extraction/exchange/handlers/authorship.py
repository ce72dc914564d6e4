"""Whose work a project brings in: that of others only where an owner of the review says so."""

from collections.abc import Iterator, Mapping

from services.extraction.exchange.domain.content import Content
from services.extraction.exchange.domain.parts import is_imported
from services.extraction.fragments.store.memos import memo_of
from shared.db import Tx
from shared.http.problems import Forbidden

Touched = Mapping[tuple[str, str], str]


async def refuse_others(
    review_id: str, wanted: Content, touched: Touched, person: str, tx: Tx
) -> None:
    """Raise `Forbidden` where a colleague would be said to have coded, written or judged it.

    People of other tools whom nobody has named here are no colleagues.
    """
    for name in _authors(wanted, touched):
        _refuse(name, person)
    for kind, key in touched:
        before = await memo_of(tx, review_id, key) if kind == "memo" else None
        if before is not None:
            _refuse(before["person_id"], person)


def _authors(wanted: Content, touched: Touched) -> Iterator[str | None]:
    """Who is said to have made what is new or other."""
    for (kind, key), what in touched.items():
        if what == "removed":
            continue
        if kind == "fragment":
            yield wanted.fragments[key].coder
        elif kind == "memo":
            yield wanted.memos[key].person_id
        elif kind == "appraisal":
            yield wanted.appraisals[key].person_id


def _refuse(name: str | None, person: str) -> None:
    if name and name != person and not is_imported(name):
        raise Forbidden(
            "Only an owner of the review brings in what colleagues coded, wrote or judged; "
            "ask one, or leave these differences and people out.",
        )
