"""Commands on codes, one act each: create, rename, describe, move, re-sense, retire."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from services.extraction.codes.domain.recoding import (
    membership,
    with_code,
    with_membership,
    without_code,
)
from services.extraction.codes.handlers.acting import Act, begin
from services.extraction.codes.handlers.reading import all_codes
from services.extraction.fragments.handlers.rules import roles_of
from services.extraction.fragments.store import fragments
from shared.db import Tx
from shared.events.extraction import CodeDefinition, CodeState
from shared.http.problems import Conflict, Invalid, NotFound
from shared.ids import new_id


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCode:
    """A code as people make it; its id is the product's."""

    role: str
    label: str
    description: str = ""
    examples: tuple[str, ...] = ()
    theory: str | None = None
    group: str | None = None
    sense: str = "same"


class LabelTaken(Conflict):
    """Two codes of a role under one label could not be told apart."""

    title = "There is such a code already"


async def create_code(review_id: str, new: NewCode, tx: Tx) -> dict[str, Any]:
    """Make a code, in a group where one is named."""
    act = await begin(review_id, tx)
    await _refuse_role(review_id, new.role, tx)
    await refuse_taken(act, new.role, new.label)
    code = CodeDefinition(
        code_id=new_id(),
        role=new.role,
        label=new.label,
        description=new.description,
        examples=new.examples,
    )
    await act.keep(code)
    if new.theory is not None and new.group is not None:
        await _put_into(act, code, new.theory, new.group, new.sense)
    done = await act.end("create", f"Code '{code.label}' created", code.code_id)
    return {**done, "code": code.code_id}


async def _refuse_role(review_id: str, role: str, tx: Tx) -> None:
    roles = roles_of(await fragments.schema_of(tx, review_id))
    if role not in roles:
        raise Invalid(f"role '{role}' is unknown; use {', '.join(roles)}", field="role")


async def rename_code(review_id: str, code_id: str, label: str, tx: Tx) -> dict[str, Any]:
    """Another label for the same meaning; nothing that is coded changes."""
    act = await begin(review_id, tx)
    code = await act.code(code_id)
    await refuse_taken(act, code.role, label, but=code_id)
    await act.keep(replace(code, label=label))
    for theory, groups in (await act.all_groups()).items():
        renamed = with_membership(groups, code.role, code_id, label=label)
        await act.put_groups(theory, renamed)
    return await act.end("rename", f"Code '{code.label}' renamed '{label}'", code_id)


async def describe_code(
    review_id: str, code_id: str, description: str, examples: Sequence[str], tx: Tx
) -> dict[str, Any]:
    """What the code means, anew: what is coded so far was coded under the older meaning."""
    act = await begin(review_id, tx)
    code = await act.code(code_id)
    anew = description != code.description
    changed = replace(
        code,
        description=description,
        examples=tuple(examples),
        meaning=code.meaning + anew,
    )
    await act.keep(changed, means_anew=anew)
    said = f"described anew (meaning {changed.meaning})" if anew else "given examples"
    return await act.end("describe", f"Code '{code.label}' {said}", code_id)


async def move_code(
    review_id: str, code_id: str, theory_id: str, group_id: str | None, tx: Tx
) -> dict[str, Any]:
    """Into another group of a theory, or (without one) out of every group of it."""
    act = await begin(review_id, tx)
    code = await act.code(code_id)
    before = membership(await act.groups(theory_id), code.role, code_id)
    if group_id is None:
        left = without_code(await act.groups(theory_id), code.role, code_id)
        await act.put_groups(theory_id, left)
        where = f"out of the groups of {theory_id}"
    else:
        sense = before.sense if before else "same"
        where = f"to '{await _put_into(act, code, theory_id, group_id, sense)}'"
    await act.keep(code)
    return await act.end("move", f"Code '{code.label}' moved {where}", code_id)


async def set_sense(
    review_id: str, code_id: str, theory_id: str, sense: str, tx: Tx
) -> dict[str, Any]:
    """The code speaks in the same or the opposite sense of its group; a person says so."""
    act = await begin(review_id, tx)
    code = await act.code(code_id)
    groups = await act.groups(theory_id)
    before = membership(groups, code.role, code_id)
    if before is None:
        raise NotFound(f"Code '{code.label}' is in no group of {theory_id}; move it into one.")
    anew = before.sense != sense
    changed = with_membership(groups, code.role, code_id, sense=sense, sense_by="person")
    await act.put_groups(theory_id, changed)
    await act.keep(replace(code, meaning=code.meaning + anew), means_anew=anew)
    summary = f"Code '{code.label}' in the {sense} sense of its group in {theory_id}"
    return await act.end("sense", summary, code_id)


async def retire_code(review_id: str, code_id: str, reason: str, tx: Tx) -> dict[str, Any]:
    """The code is no longer offered; what is coded with it stays and counts as before."""
    act = await begin(review_id, tx)
    code = await act.code(code_id)
    await act.keep(replace(code, status="retired"))
    because = f": {reason}" if reason else ""
    return await act.end("retire", f"Code '{code.label}' retired{because}", code_id)


async def _put_into(
    act: Act, code: CodeDefinition, theory_id: str, group_id: str, sense: str
) -> str:
    """Put a code into a group; returns the group's label."""
    groups = without_code(await act.groups(theory_id), code.role, code.code_id)
    group = next((g for g in groups if g.group_id == group_id), None)
    if group is None:
        raise NotFound(f"The codebook of {theory_id} has no such group; make it first.")
    if group.role != code.role:
        raise Invalid(
            f"'{code.label}' is a {code.role.replace('_', ' ')}, the group '{group.label}' one of "
            f"{group.role.replace('_', ' ')}; take a group of its own role",
            field="group",
        )
    member = CodeState(code_id=code.code_id, label=code.label, sense=sense)
    await act.put_groups(theory_id, with_code(groups, group_id, member))
    return group.label or group_id


async def refuse_taken(act: Act, role: str, label: str, but: str = "") -> None:
    """Raise where an active code of the role goes by this label or id, or the label is empty."""
    if not label.strip():
        raise Invalid("A code needs a label; say one.", field="label")
    for code in (await all_codes(act.tx, act.review_id)).values():
        named = {code.label.casefold(), code.code_id.casefold()}
        same = label.casefold() in named and code.role == role
        if same and code.status == "active" and code.code_id != but:
            raise LabelTaken(
                f"There is a code '{code.label}' for this role already; take another label, or "
                "merge the two.",
                field="label",
                code=code.code_id,
            )
