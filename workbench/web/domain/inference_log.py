"""The inference log as its page shows it: a part of it, and where each thing has a page."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

Item = Mapping[str, Any]
SUBJECTS = {
    "document": "documents",
    "fragment": "passages",
    "code": "codes",
    "theory": "theories",
    "argument": "arguments",
    "ccmoc": "configurations",
    "idea": "ideas",
    "substantive_theory": "substantive theories",
}
"""What entries are about, by the word of the filter."""
_PAGES = {
    "document": "/coding/{}",
    "code": "/codes/{}",
    "theory": "/theories/{}",
    "argument": "/arguments",
    "ccmoc": "/ccmocs/{}",
    "idea": "/synthesis",
    "substantive_theory": "/substantive-theories#{}",
}


def _key(text: str) -> str:
    return quote(text, safe="")


def page_of(item: Item) -> str:
    """The page of a thing below its review ("": it has none)."""
    if item["kind"] == "fragment":
        document = item.get("document")
        return f"/coding/{_key(document)}#fragment-{_key(item['id'])}" if document else ""
    return _PAGES.get(item["kind"], "").format(_key(item["id"]))


def is_about(entry: Item, kind: str) -> bool:
    """Whether an entry is about a thing of this kind, or points at one."""
    return any(item["kind"] == kind for item in (*entry["subjects"], *entry["links"]))


def texts_of(entry: Item) -> Sequence[str]:
    """All words of an entry, to search in."""
    things = (item["label"] for item in (*entry["subjects"], *entry["links"]))
    return (entry["words"], entry["reason"], entry["name"], entry["done"], *things)


def further_links(entry: Item) -> list[Item]:
    """What an entry points at besides what it is about."""
    return [item for item in entry["links"] if item not in entry["subjects"]]


def subjects(entry: Item) -> list[Item]:
    """What an entry is about, besides itself."""
    itself = [entry["about"]["id"]] if entry["kind"] in ("idea", "memo") else []
    return [item for item in entry["subjects"] if not itself or item["id"] not in itself]
