"""Coding many fragments anew at once: another code, other theories."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from services.extraction.fragments.domain import recoded
from services.extraction.fragments.handlers.code import Coding, FragmentResult, code_fragments
from services.extraction.fragments.store import fragments
from shared.db import Tx
from shared.events.extraction import FragmentState
from shared.http.problems import Invalid, NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class Recoding:
    """What changes: a code of a role becomes another, theories come and go."""

    role: str = ""
    code: str = ""
    to_role: str = ""
    to_code: str = ""
    add_theories: tuple[str, ...] = ()
    remove_theories: tuple[str, ...] = ()

    def of(self, state: FragmentState) -> FragmentState:
        """The fragment as it is after this."""
        gone = set(self.remove_theories)
        theories = (*(t for t in state.theories if t not in gone), *self.add_theories)
        state = replace(state, theories=tuple(dict.fromkeys(theories)))
        if not self.code:
            return state
        return recoded(state, self.role, self.code, (self.to_role, self.to_code))


async def recode_fragments(
    review_id: str,
    fragment_ids: Sequence[str],
    wanted: Recoding,
    reason: str,
    tx: Tx,
    *,
    everybodys: bool,
) -> list[FragmentResult]:
    """Code these fragments anew, all or none, as one act.

    Fragments of others are changed only where `everybodys` may be (`FragmentOfAnother`).
    Raises `NotFound` for one that is not there.
    """
    if bool(wanted.code) != bool(wanted.to_code):
        raise Invalid("Name the code and the one that replaces it.", field="to_code")
    if wanted.code and not wanted.role:
        raise Invalid("Name the role of the code.", field="role")
    rows = await fragments.visible_by_id(tx, review_id, fragment_ids)
    missing = [one for one in fragment_ids if one not in rows]
    if missing:
        raise NotFound(f"Review '{review_id}' has no fragment '{missing[0]}'.")
    codings = [
        _coding(rows[one], wanted, everybodys=everybodys) for one in dict.fromkeys(fragment_ids)
    ]
    return await code_fragments(review_id, codings, tx, reason, what="recoded")


def _coding(row: dict[str, Any], wanted: Recoding, *, everybodys: bool) -> Coding:
    coder = row["coder"] or row["coded_by"]
    return Coding(
        wanted.of(fragments.state_of(row)),
        acts_for=coder if everybodys else None,
        in_use=True,
    )
