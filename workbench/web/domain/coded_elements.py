"""Elements of a fragment as the form of the coding page names them, each with its own words."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from workbench.web.domain.coding_roles import EVERY, STATES
from workbench.web.domain.spans import span_in
from workbench.web.domain.typed_numbers import whole

Place = Mapping[str, Any]
Span = Mapping[str, int]
NAMES = ("role", "code", "was", "wished", "state", "said", "gone", "words", "had", "from", "to")


def rows_of(form: Mapping[str, Any]) -> list[dict[str, str]]:
    """The elements that an edited fragment has already, as its form lists them."""
    rows: list[dict[str, str]] = []
    while form.get(f"e{len(rows)}_role") in EVERY:
        rows.append({name: str(form.get(f"e{len(rows)}_{name}", "")) for name in NAMES})
    return rows


def elements_of(
    form: Mapping[str, str], place: Place | None = None, spans: Sequence[Span | None] = ()
) -> list[dict[str, Any]]:
    """The elements that a form names: those of an edited fragment that are not taken away, then
    one per role whose code is chosen or written.

    `place` is the passage, in which their own words are found; `spans` are those that the elements
    had, which stay where their words were left as they were.
    """
    had = [*spans, *(None for _ in rows_of(form))]
    kept = [
        _element(row) | (_span(row, place) if _is_reworded(row) else dict(had[n] or {}))
        for n, row in enumerate(rows_of(form))
        if not row["gone"]
    ]
    return kept + [
        {**element, **_span(_words_of(form, element["role"]), place)}
        for element in _new_elements(form)
    ]


def words_problem(form: Mapping[str, str], place: Place) -> str:
    """What is wrong with the own words of an element ("" where nothing is)."""
    for said in _to_find(form):
        _, problem = span_in(place, said["words"], whole(said["from"]), whole(said["to"]))
        if problem:
            return problem
    coded = {element["role"] for element in _new_elements(form)}
    for role in EVERY:
        words = form.get(f"words_{role}", "").strip()
        if words and role not in coded:
            return f"Choose or name the code that is said by “{words}”."
    return ""


def _to_find(form: Mapping[str, str]) -> Iterator[Mapping[str, str]]:
    yield from (row for row in rows_of(form) if _is_reworded(row) and not row["gone"])
    yield from (_words_of(form, element["role"]) for element in _new_elements(form))


def _is_reworded(row: Mapping[str, str]) -> bool:
    return _plain(row["words"]) != _plain(row["had"])


def _plain(words: str) -> str:
    return words.replace("\r\n", "\n").strip()


def _words_of(form: Mapping[str, str], role: str) -> dict[str, str]:
    return {name: form.get(f"{name}_{role}", "") for name in ("words", "from", "to")}


def _span(said: Mapping[str, str], place: Place | None) -> dict[str, Any]:
    if not place:
        return {}
    found, _ = span_in(place, said["words"], whole(said["from"]), whole(said["to"]))
    return dict(found)


def _element(row: Mapping[str, str]) -> dict[str, Any]:
    """An element that an edited fragment has already, as its row of the form amends it."""
    return {
        "role": row["role"],
        "code": row["code"],
        "state": row["state"],
        "statement": row["said"].strip(),
        "of_group": row["was"] == row["code"],
        "wished": bool(row["wished"]) and row["was"] == row["code"],
    }


def _new_elements(form: Mapping[str, str]) -> list[dict[str, Any]]:
    """One element per role whose code is chosen or written."""
    found = []
    for role in EVERY:
        code = form.get(f"new_{role}", "").strip() or form.get(f"code_{role}", "").strip()
        if code:
            state = form.get(f"state_{role}") or STATES[role][0]
            said = form.get(f"said_{role}", "").strip()
            found.append({"role": role, "code": code, "state": state, "statement": said})
    return found
