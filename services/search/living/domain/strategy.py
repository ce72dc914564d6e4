"""Search strategies: concept blocks compiled to PubMed, and others stored as written.

A concept holds broad terms (sensitive) and narrow terms (specific), each an
expression of words with AND and OR. In a file, a list of words means any of
them, and a list that also holds "AND" or "OR" joins what stands between:
`[["drug*", "alcohol*"], "AND", ["abus*"]]`. Mixed operators bind from left to
right, as PubMed binds them.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from services.search.living.domain.foreign import remark

Operator = Literal["AND", "OR"]
Breadth = Literal["broad", "narrow", "both"]

TAGGED = re.compile(r"\[[^\[\]]+\]\s*$")
QUOTES = str.maketrans(dict.fromkeys("“”„‟«»″", '"'))
"""Quotation marks as word processors make them, and the one that databases know."""
OPERATORS = frozenset({"and", "or", "not"})
SHORTEST_STEM = 4
"""PubMed truncates words of at least four letters."""


class UnreadableStrategy(ValueError):
    """A concept is not written as words, lists and operators; the sentence says where."""


@dataclass(frozen=True, slots=True)
class Word:
    """One search term as people write it: `dual diagnosis`, `psychotic*`, `"use"[tiab]`."""

    text: str


@dataclass(frozen=True, slots=True)
class Joined:
    """Expressions joined by one operator."""

    operator: Operator
    parts: tuple["Expression", ...]


Expression = Word | Joined


@dataclass(frozen=True, slots=True)
class Concept:
    """One block of a strategy; `broad` or `narrow` is None where the block has none.

    `applied` False keeps a concept in the record that no query uses, such as a
    country that is judged in screening.
    """

    name: str
    broad: Expression | None = None
    narrow: Expression | None = None
    applied: bool = True

    def chosen(self, breadth: Breadth) -> Expression | None:
        """The expression for `breadth`; the other one where that is missing."""
        if breadth == "both":
            sides = tuple(side for side in (self.narrow, self.broad) if side is not None)
            return _joined("OR", sides) if sides else None
        wanted, other = self.broad, self.narrow
        if breadth == "narrow":
            wanted, other = other, wanted
        return wanted or other


@dataclass(frozen=True, slots=True)
class Compiled:
    """A PubMed query and what compiling it had to change, in words for people."""

    query: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StoredStrategy:
    """A strategy of a database we do not search ourselves, its lines as written."""

    database: str
    platform: str
    lines: tuple[str, ...]


def read_concept(name: str, broad: object, narrow: object, *, applied: bool = True) -> Concept:
    """A concept from its parts as a file holds them (texts and nested lists)."""
    return Concept(name, _optional(name, broad), _optional(name, narrow), applied)


def _optional(name: str, raw: object) -> Expression | None:
    return None if raw is None or raw in ([], "") else read_expression(raw, name)


def read_expression(raw: object, where: str = "the strategy") -> Expression:
    """An expression from texts and nested lists. Raises `UnreadableStrategy`."""
    if isinstance(raw, str):
        if not raw.strip():
            raise UnreadableStrategy(f"{where}: a term is empty")
        if not any(sign.isalnum() for sign in raw):
            raise UnreadableStrategy(f"{where}: '{raw.strip()}' holds neither letter nor digit")
        return Word(" ".join(raw.split()))
    if not isinstance(raw, list | tuple) or not raw:
        raise UnreadableStrategy(f"{where}: expected terms, found {raw!r}")
    if any(part in ("AND", "OR") for part in raw):
        return _chain(raw, where)
    return _joined("OR", [read_expression(part, where) for part in raw])


def _chain(raw: Sequence[object], where: str) -> Expression:
    """`a AND b OR c` as `(a AND b) OR c`."""
    if len(raw) % 2 == 0 or any(part not in ("AND", "OR") for part in raw[1::2]):
        raise UnreadableStrategy(f"{where}: terms and AND/OR do not alternate in {list(raw)!r}")
    left = read_expression(raw[0], where)
    for operator, part in zip(raw[1::2], raw[2::2], strict=True):
        joint: Operator = "AND" if operator == "AND" else "OR"
        left = _joined(joint, [left, read_expression(part, where)])
    return left


def _joined(operator: Operator, parts: Sequence[Expression]) -> Expression:
    """Parts joined, one with the same operator dissolved into the whole."""
    flat = tuple(
        inner
        for part in parts
        for inner in (
            part.parts if isinstance(part, Joined) and part.operator == operator else (part,)
        )
    )
    return flat[0] if len(flat) == 1 else Joined(operator, flat)


def compile_pubmed(
    concepts: Iterable[Concept], breadth: Breadth = "broad", field: str = "tiab"
) -> Compiled:
    """The PubMed query that asks for every applied concept, in `field` where a term has no tag.

    Raises `UnreadableStrategy` if no concept is left to ask for.
    """
    notes: list[str] = []
    blocks = [
        _compile(expression, field, notes)
        for concept in concepts
        if concept.applied and (expression := concept.chosen(breadth)) is not None
    ]
    if not blocks:
        raise UnreadableStrategy("the strategy has no concept to search for")
    return Compiled(" AND ".join(blocks), tuple(dict.fromkeys(notes)))


def _compile(expression: Expression, field: str, notes: list[str]) -> str:
    if isinstance(expression, Word):
        return _term(expression.text, field, notes)
    parts = dict.fromkeys(_compile(part, field, notes) for part in expression.parts)
    return "(" + f" {expression.operator} ".join(parts) + ")"


def _term(text: str, field: str, notes: list[str]) -> str:
    """One term with its tag; a phrase in quotation marks."""
    if (said := remark(text)) is not None:
        notes.append(said)
    if TAGGED.search(text):
        return text.translate(QUOTES)
    bare = text.translate(QUOTES).replace('"', " ").split()
    words = [word for word in bare if word.strip("*")]
    if len(words) == 1:
        return _single(words[0], field, notes)
    if any("*" in word for word in words[:-1]) or "*" in words[-1][:-1]:
        notes.append(
            f"PubMed truncates a phrase only at its end: '{text}' is searched as all of its "
            "words, in any place, which finds more."
        )
        return "(" + " AND ".join(_single(word, field, notes) for word in words) + ")"
    return f'"{" ".join(words)}"[{field}]'


def _single(word: str, field: str, notes: list[str]) -> str:
    if word.startswith("*"):
        bare = word.lstrip("*")
        notes.append(
            f"PubMed needs the beginning of a word: '{word}' is searched as '{bare}'; add its "
            "forms as terms of their own."
        )
        return _single(bare, field, notes)
    stem = word.rstrip("*")
    if word != stem and len(stem) < SHORTEST_STEM:
        notes.append(
            f"PubMed truncates words of four letters or more: '{word}' is searched as "
            f"'{stem}'; add its other forms as terms of their own."
        )
        return f'"{stem}"[{field}]'
    if "*" in stem:
        notes.append(f"PubMed knows no '*' inside a word: '{word}' is cut there.")
        word = stem.split("*", 1)[0] + "*"
    plain = word.replace("-", "").rstrip("*").isalnum() and word.lower() not in OPERATORS
    return f"{word}[{field}]" if plain else f'"{word}"[{field}]'


def terms(expression: Expression | None) -> Iterator[str]:
    """Every term of an expression, in order."""
    if isinstance(expression, Word):
        yield expression.text
    elif isinstance(expression, Joined):
        for part in expression.parts:
            yield from terms(part)
