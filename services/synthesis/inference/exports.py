"""The inference log as a table and as a text."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from services.synthesis.inference.domain import ENTRY_KINDS
from shared.spreadsheets import guarded

View = Mapping[str, Any]
COLUMNS = ("at", "person", "kind", "about", "done", "words", "reason", "links")


def log_as_csv(entries: Sequence[View]) -> str:
    """One row an entry; things by label, several links by ` | `."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for entry in entries:
        row = {name: entry[name] or "" for name in ("at", "person", "kind", "done")}
        row |= {"words": entry["words"], "reason": entry["reason"]}
        row["about"] = entry["about"]["label"]
        row["links"] = " | ".join(item["label"] for item in entry["links"])
        writer.writerow({name: guarded(value) for name, value in row.items()})
    return out.getvalue()


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
    who = f", {_safe(entry['person'])}" if entry["person"] else ""
    parts = [f"- **{ENTRY_KINDS[entry['kind']]} {entry['done']}**"]
    itself = entry["kind"] in ("idea", "memo") and entry["words"]
    about = "" if itself else f" {_safe(entry['about']['label'])}."
    parts.append(f"({entry['at'][11:16]}{who}):{about}")
    if entry["words"]:
        parts.append(_safe(entry["words"]))
    if entry["reason"]:
        parts.append(f"Why: {_safe(entry['reason'])}")
    if entry["links"]:
        parts.append(f"Links: {'; '.join(_safe(item['label']) for item in entry['links'])}.")
    return " ".join(parts)


def _safe(words: str) -> str:
    """Words in one line, nothing in them read as Markdown or HTML."""
    flat = " ".join(words.split())
    for character in "\\`*_[]<>|":
        flat = flat.replace(character, f"\\{character}")
    return flat
