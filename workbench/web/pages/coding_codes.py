"""Codes that a coder writes beside the list: made in the codebook before they are coded with."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import Request

from shared.kernel.service import Context
from workbench.web.pages.coding_reading import base_of
from workbench.web.pages.coding_view import ROLES
from workbench.web.services import Answer, ask


async def with_new_codes(
    ctx: Context, request: Request, review_id: str, form: Mapping[str, str]
) -> tuple[dict[str, str], Answer]:
    """The form with the codes that it writes chosen, and the answer of making them.

    A code in use of the same role and label is that one. One that was made stays, also where
    the fragment is refused afterwards: saving again finds it.
    """
    chosen, answer = dict(form), Answer(200, None)
    written = {role: form.get(f"new_{role}", "").strip() for role in ROLES}
    if not any(written.values()):
        return chosen, answer
    path = f"{base_of(review_id)}/codes"
    listed = await ask(ctx, request, "GET", path)
    if listed.problem:
        return chosen, listed
    for role, label in written.items():
        code = _found(listed.body or (), role, label)
        if label and not code:
            body = {"role": role, "label": label}
            answer = await ask(ctx, request, "POST", path, json=body)
            if answer.problem:
                break
            code = answer.body["code"]
        if code:
            chosen |= {f"code_{role}": code, f"new_{role}": ""}
    return chosen, answer


def _found(codes: Sequence[Mapping[str, Any]], role: str, label: str) -> str:
    """The code in use that goes by this label (or is named so); empty where there is none."""
    wanted = label.casefold()
    for one in codes:
        names = {str(one["label"]).casefold(), str(one["code_id"]).casefold()}
        if one["role"] == role and one["status"] == "active" and wanted in names:
            return str(one["code_id"])
    return ""
