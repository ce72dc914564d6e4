"""The list of a review's fragments: what is asked for, how each is shown, and coding anew."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from workbench.web.domain.coding_roles import EVERY
from workbench.web.domain.typed_numbers import whole

FILTERS = (
    "theory", "code", "relation", "source_kind", "explicitness", "status", "coder",
    "uncoded_since", "cursor",
)  # fmt: skip
RECODING = ("from", "to", "add", "remove", "reason")
RELATIONS = (("supports", "supports"), ("refines", "refines"), ("contradicts", "contradicts"))
EXPLICITNESS = (("stated", "stated in the text"), ("inferred", "inferred"))
STATUSES = (("active", "counted"), ("draft", "drafts"), ("withdrawn", "withdrawn"))
WHAT = {
    "coded": "Coded",
    "changed": "Brought in",
    "recoded": "Coded anew",
    "withdrawn": "Withdrawn",
    "restored": "Restored",
    "undone": "Undone",
    "agreed": "Agreed on",
    "accepted": "Suggestion accepted",
    "appraised": "Appraised",
    "linked": "Studies linked",
    "unlinked": "Studies parted",
    "marked": "Report marked",
    "assigned": "Documents given",
}
"""What acts did, in words."""

Row = Mapping[str, Any]


def asked(query: Mapping[str, str]) -> dict[str, str]:
    """What of a query the list is filtered by."""
    return {name: query[name].strip()[:200] for name in FILTERS if query.get(name, "").strip()}


def filters(said: Mapping[str, str]) -> dict[str, str | int]:
    """The filters as extraction takes them; a version that is no number, or without its theory,
    filters nothing.
    """
    found: dict[str, str | int] = {k: v for k, v in said.items() if k != "uncoded_since"}
    version = whole(said.get("uncoded_since", ""))
    if version and "theory" in said:
        found["uncoded_since"] = version
    role, _, code = said.get("code", "").partition("|")
    if code:
        found |= {"role": role, "code": code}
    return found


def rows(fragments: Iterable[Row], labels: Mapping[str, str]) -> list[dict[str, Any]]:
    """Fragments as they are listed: their words, and each element by its label."""
    return [
        {
            **one,
            "words": words(one),
            "said": [
                (EVERY.get(e["role"], e["role"]), labels.get(e["code"], e["code"]), e["state"])
                for e in one["elements"]
            ],
        }
        for one in fragments
    ]


def words(fragment: Row) -> str:
    """The words by which people know a fragment."""
    if fragment["words_withheld"]:
        return "Words withheld: the source is confidential."
    return str(fragment["quote"] or fragment["paraphrase"] or fragment["memo"] or "Without words")


def code_options(codes: Iterable[Row]) -> list[tuple[str, str]]:
    """Codes in use to choose from, by their role and key."""
    return [
        (
            f"{one['role']}|{one['code_id']}",
            f"{EVERY.get(one['role'], one['role'])}: {one['label']}",
        )
        for one in codes
        if one["status"] == "active"
    ]


def recoding(ids: Sequence[str], form: Mapping[str, str]) -> tuple[dict[str, Any], str]:
    """What a form sends to code fragments anew, and what is missing of it ("" where nothing is)."""
    role, _, code = form["from"].partition("|")
    to_role, _, to_code = form["to"].partition("|")
    body = {
        "ids": list(ids),
        "role": role,
        "code": code,
        "to_role": to_role,
        "to_code": to_code,
        "add_theories": [form["add"]] if form["add"] else [],
        "remove_theories": [form["remove"]] if form["remove"] else [],
        "reason": form["reason"],
    }
    if not ids:
        return body, "Tick the fragments that are to be coded anew."
    if bool(code) != bool(to_code):
        return body, "Choose both the code that is replaced and the one in its place."
    if not (code or form["add"] or form["remove"]):
        return body, "Choose another code, or a theory to add or take away."
    return body, ""
