"""The codes that suggestions are asked for, with what the codebooks say of them."""

from collections.abc import Sequence

from services.extraction.assistance.domain.asking import AskedCode
from services.extraction.assistance.handlers.secrets import SecretExamples
from services.extraction.codebook import store as codebook_store
from services.extraction.codes.handlers.reading import all_codes
from services.extraction.fragments.domain import STATES
from shared.db import Tx
from shared.events.extraction import GroupState


async def asked_codes(
    tx: Tx, review_id: str, theories: Sequence[str], secrets: SecretExamples
) -> list[AskedCode]:
    """Active codes by role and label: those in the codebooks of these theories (none: every one).

    An example that stands in a confidential text is left out: its words would leave with it.
    """
    books = await codebook_store.codebooks_of(tx, review_id)
    groups = {name: codebook_store.groups_of(row) for name, row in sorted(books.items())}
    wanted = {name: found for name, found in groups.items() if not theories or name in theories}
    known = await all_codes(tx, review_id)
    places = _places(wanted)
    codes = [
        code
        for code in known.values()
        if code.status == "active"
        and code.role in STATES
        and (not theories or (code.role, code.code_id) in places)
    ]
    secret = await secrets.among(tx, review_id, {e for code in codes for e in code.examples})
    ordered = sorted(codes, key=lambda one: (one.role, one.label, one.code_id))
    return [
        AskedCode(
            key=f"c{n}",
            role=code.role,
            code_id=code.code_id,
            label=code.label,
            description=code.description,
            examples=tuple(e for e in code.examples if e not in secret),
            groups=tuple(label for _, label in places.get((code.role, code.code_id), ())),
            theories=tuple(
                dict.fromkeys(name for name, _ in places.get((code.role, code.code_id), ()))
            ),
        )
        for n, code in enumerate(ordered, start=1)
    ]


def _places(
    groups: dict[str, tuple[GroupState, ...]],
) -> dict[tuple[str, str], list[tuple[str, str]]]:
    """Of each `(role, code)` the theories and labels of the groups that it stands in."""
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for theory, every in groups.items():
        for group in every:
            for member in group.codes:
                place = (theory, group.label or group.group_id)
                found.setdefault((group.role, member.code_id), []).append(place)
    return found
