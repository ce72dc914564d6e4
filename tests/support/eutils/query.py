"""PubMed's query language, as far as searches of a review use it.

Left to right with parentheses, AND, OR, NOT, phrases, truncation, field tags,
ranges of dates and PMIDs, and automatic mapping of untagged words.
"""

import re
from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date

from tests.support.eutils.index import DATES, Index

TOKEN = re.compile(
    r'\(|\)|:|"[^"]*"(?:\s*\[[^\]]*\])?|\[[^\]]*\]|[^\s()"\[\]:]+(?::[^\s()"\[\]:]+)?(?:\[[^\]]*\])?'
)
PIECE = re.compile(r'^(?P<words>"[^"]*"|[^\[]*?)\s*(?:\[(?P<tag>[^\]]*)\])?$')
OPERATORS = {"AND", "OR", "NOT"}
NAMES = {
    "tiab": "Title/Abstract",
    "ti": "Title",
    "mh": "MeSH Terms",
    "pt": "Publication Type",
    "au": "Author",
    "1au": "Author - First",
    "auid": "Author - Identifier",
    "cn": "Author - Corporate",
    "si": "Secondary Source ID",
    "gr": "Grants and Funding",
    "ta": "Journal",
    "all": "All Fields",
    "uid": "UID",
    "crdt": "Date - Create",
    "edat": "Date - Entry",
    "mhda": "Date - MeSH",
    "lr": "Date - Modification",
    "dp": "Date - Publication",
}
SYNONYMS = {
    "mesh": "mh",
    "mesh terms": "mh",
    "majr": "mh",
    "mh:noexp": "mh",
    "mesh:noexp": "mh",
    "title/abstract": "tiab",
    "tw": "all",
    "all fields": "all",
    "pmid": "uid",
    "pdat": "dp",
    "mdat": "lr",
}


class Unsearchable(Exception):
    """ESearch answers such a query with an `<ERROR>`."""


@dataclass(slots=True)
class Understood:
    """How a query was read: what ESearch tells beside the PMIDs."""

    pmids: set[int] = field(default_factory=set)
    translation: str = ""
    mapped: list[tuple[str, str]] = field(default_factory=list)
    errors: list[tuple[str, str]] = field(default_factory=list)
    warnings: list[tuple[str, str]] = field(default_factory=list)


def field_of(tag: str) -> str | None:
    """Short name of a field tag; None if PubMed has none of this name."""
    name = " ".join(tag.lower().split())
    name = SYNONYMS.get(name, name)
    if name in NAMES:
        return name
    by_name = {full.lower(): short for short, full in NAMES.items()}
    return by_name.get(name)


def search(query: str, index: Index) -> Understood:
    """Evaluate `query`. Raises `Unsearchable` as ESearch does for an empty one."""
    if not query.strip():
        raise Unsearchable("Empty term and query_key - nothing todo")
    reader = _Reader(_joined(TOKEN.findall(query)), index)
    pmids, translation = reader.expression()
    reader.told.pmids, reader.told.translation = pmids, translation
    if not pmids:
        reader.told.warnings.append(("OutputMessage", "No items found."))
    return reader.told


def _joined(tokens: list[str]) -> list[str]:
    """Untagged words before a tagged one belong to it: `dual diagnosis[tiab]`."""
    joined: list[str] = []
    for token in tokens:
        plain = not joined or joined[-1] in OPERATORS | {"(", ")", ":"} or '"' in joined[-1]
        if token.startswith("[") and joined:
            joined[-1] += token
        elif "[" in token and not plain and "[" not in joined[-1] and '"' not in token:
            joined[-1] += f" {token}"
        else:
            joined.append(token)
    return joined


class _Reader:
    """Reads one query; `told` gathers what to tell about it."""

    def __init__(self, tokens: list[str], index: Index) -> None:
        self.tokens = tokens
        self.index = index
        self.told = Understood()

    def expression(self) -> tuple[set[int], str]:
        found, said = self.operand()
        while self.tokens and self.tokens[0] != ")":
            operator = self.tokens.pop(0) if self.tokens[0].upper() in OPERATORS else "AND"
            if not self.tokens:
                break
            more, words = self.operand()
            found = _combine(operator.upper(), found, more)
            said = f"{said} {operator.upper()} {words}"
        return found, said

    def operand(self) -> tuple[set[int], str]:
        token = self.tokens.pop(0)
        if token == "(":
            found, said = self.expression()
            if self.tokens:
                self.tokens.pop(0)
            return found, f"({said})"
        if len(self.tokens) > 1 and self.tokens[0] == ":":
            self.tokens.pop(0)
            return self.range(token, self.tokens.pop(0))
        return self.term(token)

    def range(self, low: str, high: str) -> tuple[set[int], str]:
        (first, tag), (last, other) = _split(low), _split(high)
        name = field_of(other or tag or "") or "dp"
        said = f"{first}:{last}[{NAMES[name]}]"
        if name == "uid":
            return self.index.numbered(int(first), int(last)), said
        return self.index.dated(name, _day(first, False), _day(last, True)), said

    def term(self, token: str) -> tuple[set[int], str]:
        words, tag = _split(token)
        if tag is None:
            return self.untagged(words, '"' in token)
        name = field_of(tag)
        if name is None:
            self.told.errors.append(("FieldNotFound", tag))
            return self.untagged(words, '"' in token)
        if ":" in words:
            low, high = words.split(":", 1)
            return self.range(low, f"{high}[{tag}]")
        return self.tagged(words, name)

    def tagged(self, words: str, name: str) -> tuple[set[int], str]:
        if name == "uid":
            return self.index.numbered(int(words), int(words)), f"{words}[UID]"
        if name in DATES:
            return self.range(words, f"{words}[{name}]")
        found = self.index.words(name, words)
        if not found:
            self.told.errors.append(("PhraseNotFound", words))
        return found, f'"{words.lower()}"[{NAMES[name]}]'

    def untagged(self, words: str, quoted: bool) -> tuple[set[int], str]:
        if words.lower().startswith("has"):
            return self.index.words("has", words), f"{words}[All Fields]"
        found, said = self.tagged(words, "all")
        day = self.index.day
        heading = "" if quoted or day is None else self.index.corpus.mapped(words, day)
        if not heading:
            return found, said
        mapping = f'"{heading.lower()}"[MeSH Terms] OR {said}'
        self.told.mapped.append((words, mapping))
        return found | self.index.words("mh", heading), f"({mapping})"


def _combine(operator: str, left: set[int], right: set[int]) -> set[int]:
    if operator == "OR":
        return left | right
    return left - right if operator == "NOT" else left & right


def _split(token: str) -> tuple[str, str | None]:
    found = PIECE.match(token)
    if found is None:
        return token, None
    return found["words"].strip('"').strip(), found["tag"]


def _day(words: str, end: bool) -> date:
    """`2026`, `2026/11` or `2026/11/22`; the first or last day of what it names."""
    numbers = [int(part) for part in re.split(r"[/-]", words)]
    year = numbers[0]
    month = numbers[1] if len(numbers) > 1 else (12 if end else 1)
    day = numbers[2] if len(numbers) > 2 else (monthrange(year, month)[1] if end else 1)
    return date(year, month, day)
