"""The inference log as a table, as lines of JSON and as a text."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from services.synthesis.inference.domain import (
    ENTRY_KINDS,
    about_in_words,
    further_links,
    speaks_for_itself,
)
from shared.spreadsheets import guarded

View = Mapping[str, Any]
COLUMNS = (
    "at",
    "person",
    "name",
    "kind",
    "about",
    "done",
    "words",
    "reason",
    "links",
    "subjects",
    "quote",
)
"""`about` and `links` are labels, `subjects` kind and id of what the labels in `about` name,
`quote` the passage of a document that a memo is on."""


def log_as_csv(entries: Sequence[View]) -> str:
    """One row an entry; things by label, several links by ` | `."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for entry in entries:
        row = {name: entry[name] or "" for name in ("at", "person", "kind", "done")}
        row |= {name: entry[name] for name in ("words", "reason", "quote")}
        row["name"] = entry["name"]
        row["about"] = _joined(item["label"] for item in entry["subjects"])
        row["subjects"] = _joined(f"{item['kind']}/{item['id']}" for item in entry["subjects"])
        row["links"] = _joined(item["label"] for item in further_links(entry))
        writer.writerow({name: guarded(value) for name, value in row.items()})
    return out.getvalue()


def _joined(words: Iterable[str]) -> str:
    return " | ".join(words)


def log_as_lines(entries: Sequence[View]) -> str:
    """One object a line, as the answer in JSON holds them."""
    return "".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in entries)


def log_as_markdown(entries: Sequence[View]) -> str:
    """One heading a day, one item an entry."""
    lines = ["# Inference log", ""]
    day = ""
    for entry in entries:
        if entry["at"][:10] != day:
            day = entry["at"][:10]
            lines += [f"## {day}", ""]
        lines += [_item(entry), ""]
    return "\n".join(lines)


def _item(entry: View) -> str:
    person = entry["name"] or entry["person"]
    who = f", {_safe(person)}" if person else ""
    parts = [f"- **{ENTRY_KINDS[entry['kind']]} {entry['done']}**"]
    about = "" if speaks_for_itself(entry) else f" {_safe(subjects_in_words(entry))}."
    parts.append(f"({entry['at'][11:16]}{who}):{about}")
    if entry["words"]:
        parts.append(_safe(entry["words"]))
    if entry["reason"]:
        parts.append(f"Why: {_safe(entry['reason'])}")
    links = further_links(entry)
    if links:
        parts.append(f"Links: {'; '.join(_safe(item['label']) for item in links)}.")
    return " ".join(parts)


def subjects_in_words(entry: View) -> str:
    """What an entry is about, by label; before a memo, that it is about it."""
    words = about_in_words(entry)
    return f"About {words}" if entry["kind"] == "memo" else words


def _safe(words: str) -> str:
    """Words in one line, nothing in them read as Markdown or HTML."""
    flat = " ".join(words.split())
    for character in "\\`*_[]<>|":
        flat = flat.replace(character, f"\\{character}")
    return flat
