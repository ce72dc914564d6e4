"""How a file format carries what it has no tag for, so that an export reads back whole.

A note `retroduct.<field>: <json>` holds the values of one field; reading restores
the field and takes the note away.
"""

import json
from dataclasses import replace
from typing import Any

from services.search.library.domain.record import Author, Bibliography, Link

MARK = "retroduct."


def carried(bibliography: Bibliography, names: tuple[str, ...]) -> list[str]:
    """One note for each field in `names` that says something."""
    notes: list[str] = []
    for name in names:
        value = getattr(bibliography, name)
        if value:
            notes.append(f"{MARK}{name}: {json.dumps(_plain(value), ensure_ascii=False)}")
    return notes


def restored(bibliography: Bibliography) -> Bibliography:
    """The bibliography with its `retroduct.` notes put back into their fields."""
    extra: list[tuple[str, str]] = []
    fields: dict[str, Any] = {}
    for tag, value in bibliography.extra:
        field = _field(value)
        if field is None:
            extra.append((tag, value))
        else:
            fields[field[0]] = field[1]
    extra += fields.pop("extra", ())
    return replace(bibliography, extra=tuple(extra), **fields)


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Author):
        named = {
            "family": value.family,
            "given": value.given,
            "collective": value.collective,
            "orcid": value.orcid,
            "affiliations": list(value.affiliations),
        }
        return {key: item for key, item in named.items() if item}
    if isinstance(value, Link):
        return [value.kind, value.pmid, value.citation, value.note]
    return value


def _field(note: str) -> tuple[str, Any] | None:
    """The field and its value that a note carries, or None for any other note."""
    if not note.startswith(MARK):
        return None
    name, colon, written = note[len(MARK) :].partition(": ")
    if not colon or name not in Bibliography.__dataclass_fields__:
        return None
    try:
        return name, _rich(name, json.loads(written))
    except (ValueError, TypeError):
        return None


def _rich(name: str, value: Any) -> Any:
    if name == "authors":
        return tuple(_author(item) for item in value)
    if name == "links":
        return tuple(
            Link(kind=kind, pmid=pmid, citation=citation, note=note)
            for kind, pmid, citation, note in value
        )
    if name == "extra":
        return tuple((str(tag), str(text)) for tag, text in value)
    if isinstance(value, list):
        return tuple(str(item) for item in value)
    return value


def _author(item: dict[str, Any]) -> Author:
    return Author(
        family=str(item.get("family", "")),
        given=str(item.get("given", "")),
        collective=str(item.get("collective", "")),
        orcid=item.get("orcid"),
        affiliations=tuple(item.get("affiliations", ())),
    )
