"""What the mapping page of another tool's project shows, and what its form says.

A code that follows the code above it has that one's role and theory, and is in its group: so a
branch of another tool's tree becomes a group by one choice.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

ROLES = {
    "context": "Context",
    "mechanism_resource": "Resource",
    "mechanism_response": "Response",
    "outcome": "Outcome",
}
VALENCES = {"desired": "Says: desired outcome", "undesired": "Says: undesired outcome"}
IGNORED = "ignored"
CHOICES = {IGNORED: "Not brought in", **ROLES, **VALENCES}
"""What a code may be, in words; without a choice it follows the code above it."""
KINDS = {
    "document": ("document", "documents"),
    "codebook": ("codebook", "codebooks"),
    "fragment": ("fragment", "fragments"),
    "memo": ("memo", "memos"),
    "code": ("code", "codes"),
    "appraisal": ("appraisal", "appraisals"),
    "source": ("kept source", "kept sources"),
    "selection": ("kept passage", "kept passages"),
    "coding": ("kept coding", "kept codings"),
}
FIELDS = {
    "document_id": "document",
    "coded_at": "coded at",
    "study_id": "study",
    "case_id": "case",
    "record_id": "record",
    "statement_level": "level of the statement",
    "duplicate_of": "repeats",
    "merged_into": "merged into",
    "person_id": "written by",
    "start": "begins at",
    "end": "ends at",
    "elements": "codes",
}
"""Fields of a difference whose name is no word that people use."""
_FORM_FIELDS_A_CODE = 4
_FURTHER_FORM_FIELDS = 3000


class Form(Protocol):
    """A form as it was sent."""

    def all(self, name: str) -> list[str]:
        """Every text of a field that may be there often."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A code on the page: its name, how deep it lies in the tree, and what is chosen for it."""

    code: str
    name: str
    depth: int
    description: str
    codings: int
    what: str
    theory: str
    group: str
    opposite: bool


def most_form_fields(project: Mapping[str, Any]) -> int:
    """How many fields the form of a project may have."""
    return len(project["codes"]) * _FORM_FIELDS_A_CODE + _FURTHER_FORM_FIELDS


def rows_of(project: Mapping[str, Any], theory: str) -> list[Row]:
    """A row for each code, with what is stored for it, or what its names speak of.

    `theory` is suggested where nothing is stored yet.
    """
    stored = {one["code"]: one for one in project["mapping"]["codes"]}
    suggest = not stored
    above: list[str] = []
    rows = []
    for code in project["codes"]:
        depth = len(code["path"]) - 1
        del above[depth:]
        said = stored.get(code["code"], {})
        what = said.get("role") or said.get("valence") or ("" if suggest else IGNORED)
        if suggest:
            what = _suggested(code["suggested_role"] or IGNORED, above)
        above.append(code["suggested_role"] or IGNORED)
        rows.append(
            Row(
                code=code["code"],
                name=code["path"][-1],
                depth=depth,
                description=code["description"],
                codings=code["codings"],
                what=what,
                theory=said.get("theory") or (theory if suggest and not depth else ""),
                group=said.get("group", ""),
                opposite=said.get("sense") == "opposite",
            )
        )
    return rows


def _suggested(role: str, above: Sequence[str]) -> str:
    """The suggestion, or nothing where the code above has the same."""
    return "" if above and above[-1] == role else role


def mapping_of(form: Mapping[str, str], project: Mapping[str, Any]) -> dict[str, Any]:
    """The mapping that a form says, as extraction takes it.

    What is chosen for a code comes first, then what is chosen for a set that it is in, then
    what the code above it is.
    """
    of_sets = {
        code: form[f"set{n}"]
        for n, one in enumerate(project["sets"])
        if form.get(f"set{n}") in CHOICES
        for code in one["codes"]
    }
    above: list[dict[str, Any]] = []
    codes = []
    for n, code in enumerate(project["codes"]):
        del above[len(code["path"]) - 1 :]
        said = _said(form, n, code, of_sets.get(code["code"], ""), above[-1] if above else None)
        above.append(said)
        if said["what"] in ROLES or said["what"] in VALENCES:
            codes.append(_stored(code["code"], said))
    people = {
        one["user"]: form[f"person{n}"]
        for n, one in enumerate(project["people"])
        if form.get(f"person{n}")
    }
    return {"codes": codes, "people": people, "confidential": bool(form.get("confidential"))}


def _said(
    form: Mapping[str, str],
    n: int,
    code: Mapping[str, Any],
    of_set: str,
    above: Mapping[str, Any] | None,
) -> dict[str, Any]:
    """What a code is by its own row, by its set, or by the code above it."""
    own = form.get(f"what{n}", "")
    what = own if own in CHOICES else of_set
    group = form.get(f"group{n}", "").strip()
    theory = form.get(f"theory{n}", "")
    if above is not None:
        theory = theory or above["theory"]
        if not what and above["what"] in ROLES:
            group = group or above["group"] or above["name"]
        what = what or above["what"]
    return {
        "what": what or IGNORED,
        "theory": theory or form.get("theory", ""),
        "group": group,
        "name": code["path"][-1],
        "sense": "opposite" if form.get(f"opposite{n}") else "same",
    }


def _stored(code: str, said: Mapping[str, Any]) -> dict[str, Any]:
    if said["what"] in VALENCES:
        return {"code": code, "valence": said["what"]}
    return {
        "code": code,
        "role": said["what"],
        "theory": said["theory"] or None,
        "group": said["group"],
        "sense": said["sense"],
    }


def counted(counts: Mapping[str, Mapping[str, int]]) -> list[str]:
    """What would be other, a sentence a kind: `12 fragments added, 2 changed`."""
    found = []
    for kind, how in counts.items():
        parts = [f"{times:,} {what}" for what, times in how.items()]
        total = sum(how.values())
        words = KINDS.get(kind, (kind, f"{kind}s"))[total != 1]
        first, *more = (part.split(" ", 1) for part in parts)
        found.append(
            f"{first[0]} {words} {first[1]}" + "".join(f", {n} {what}" for n, what in more)
        )
    return found


def left_out(form: Form) -> list[dict[str, str]]:
    """The listed differences whose box is not ticked, as extraction takes them."""
    ticked = set(form.all("take"))
    parts = (one.partition("/") for one in form.all("listed") if one not in ticked)
    return [{"kind": kind, "id": thing} for kind, _, thing in parts]


def shown_changes(changes: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Differences for the page: what, which, and each field that is other, before and after."""
    return [
        {
            "what": one["what"],
            "key": f"{one['kind']}/{one['id']}",
            "kind": KINDS.get(one["kind"], (one["kind"],))[0],
            "label": one["label"],
            "fields": [
                (FIELDS.get(name, name.replace("_", " ")), before, after)
                for name, before, after in zip(
                    one["fields"], one.get("before", ()), one.get("after", ()), strict=False
                )
            ],
        }
        for one in changes
    ]
