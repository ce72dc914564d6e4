"""What the pages of blind coding show, and what their forms say."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from workbench.web.domain.typed_numbers import finite

WHAT = {
    "same": "both the same",
    "other_codes": "other codes",
    "other_span": "another passage",
    "only_first": "one coder alone",
    "only_second": "one coder alone",
}
"""What a pair of passages is, in words."""
CHOICES = {"first": ("first",), "second": ("second",), "both": ("first", "second"), "none": ()}
"""What of a pair goes into the agreed set."""
Shown = Mapping[str, Any]


def names_of(team: Iterable[Any]) -> dict[str, str]:
    """The names of a review's members by person, without those who left."""
    return {one.person: one.name for one in team if not one.left_at}


def opening_of(form: Mapping[str, str]) -> dict[str, Any]:
    """The round that a form opens: a share in percent, or the documents chosen."""
    body: dict[str, Any] = {
        "title": form.get("title", "").strip(),
        "coders": [form.get("first", ""), form.get("second", "")],
    }
    documents = [one for one in form.get("documents", "").split("\n") if one]
    if documents:
        return {**body, "documents": documents}
    return {**body, "share": (finite(form.get("share", "")) or 0.0) / 100}


def documents_of(
    round_: Shown, compared: Shown, titles: Mapping[str, str], fragments: Mapping[str, Shown]
) -> list[dict[str, Any]]:
    """The documents of a round, each with the passages side by side and what is agreed on."""
    passages = {one["document"]: one["passages"] for one in compared.get("documents", ())}
    return [
        {
            "id": one["document"],
            "title": titles.get(one["document"]) or one["document"],
            "agreed": None
            if one["agreed"] is None
            else [fragments[name] for name in one["agreed"] if name in fragments],
            "note": one["note"],
            "pairs": [
                _pair(pair, fragments, compared) for pair in passages.get(one["document"], ())
            ],
        }
        for one in round_["documents"]
    ]


def _pair(pair: Shown, fragments: Mapping[str, Shown], compared: Shown) -> dict[str, Any]:
    sides = {side: _side(pair[side], fragments) for side in ("first", "second")}
    who = {"only_first": compared["first"], "only_second": compared["second"]}
    return {"what": WHAT[pair["what"]], "who": who.get(pair["what"], ""), **sides}


def _side(passage: Shown | None, fragments: Mapping[str, Shown]) -> dict[str, Any] | None:
    if passage is None:
        return None
    fragment = fragments.get(passage["fragment"], {})
    return {
        "fragment": passage["fragment"],
        "quote": fragment.get("quote", ""),
        "memo": fragment.get("memo", ""),
        "codes": passage["codes"],
    }


def act_of(what: str, form: Mapping[str, str]) -> tuple[str, str, Mapping[str, Any]]:
    """Method, path below the round and body of what a form of the page asks for; path "" for
    what there is no form for.
    """
    match what:
        case "done":
            return "POST", "done", {}
        case "reveal":
            return "POST", "reveal", {"reason": form.get("reason", "").strip()}
        case "notes":
            return "POST", "notes", {"text": form.get("text", "").strip()}
        case "agreed":
            body = {"agreed": agreed_of(form), "note": form.get("note", "").strip()}
            return "PUT", f"agreed/{quote(form.get('document', ''), safe='')}", body
    return "POST", "", {}


def agreed_of(form: Mapping[str, str]) -> list[dict[str, str]]:
    """The fragments that the choices of a document's form take, in order."""
    taken: list[dict[str, str]] = []
    n = 0
    while f"first{n}" in form or f"second{n}" in form:
        sides: Sequence[str] = CHOICES.get(form.get(f"take{n}", "none"), ())
        taken += [{"take": form[f"{side}{n}"]} for side in sides if form.get(f"{side}{n}")]
        n += 1
    return taken
