"""Codes that a coder writes beside the list: made in the codebook before they are coded with."""

from collections.abc import Mapping

from fastapi import Request

from shared.kernel.service import Context
from workbench.web.domain.coding_roles import EVERY
from workbench.web.pages.coding_reading import base_of
from workbench.web.services import Answer, ask


async def with_new_codes(
    ctx: Context, request: Request, review_id: str, form: Mapping[str, str]
) -> tuple[dict[str, str], Answer]:
    """The form with the codes that it writes chosen, and the answer of making them.

    A code in use of the same role and label is that one. One that was made stays, also where
    the fragment is refused afterwards: saving again finds it.
    """
    chosen, answer = dict(form), Answer(200, None)
    written = {role: form.get(f"new_{role}", "").strip() for role in EVERY}
    if not any(written.values()):
        return chosen, answer
    path = f"{base_of(review_id)}/codes"
    for role, label in written.items():
        if not label:
            continue
        answer = await ask(ctx, request, "POST", path, json={"role": role, "label": label})
        if answer.problem and not answer.known:
            break
        code = answer.known or answer.body["code"]
        answer = Answer(200, None)
        chosen |= {f"code_{role}": code, f"new_{role}": ""}
    return chosen, answer
