"""A question in PubMed's language, read so that it can be put to sources that speak another."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from services.search.strategies.domain.terms import SearchTerm, read_term

Operator = Literal["AND", "OR", "NOT"]
OPERATORS: dict[str, Operator] = {"AND": "AND", "OR": "OR", "NOT": "NOT"}
DEEPEST = 50
_YEARS = re.compile(r'"?(\d{4})"?\[dp\]\s*:\s*"?(\d{4})"?\[dp\]')
_PART = re.compile(
    rf'{_YEARS.pattern}|[()]|"[^"]*"(?:\[[^\]]*\])?|(?:[^\s()"\[\]]|"[^"]*")+(?:\[[^\]]*\])?|\[[^\]]*\]'
)


class UnreadableQuestion(ValueError):
    """A question whose brackets or operators do not match."""


@dataclass(frozen=True, slots=True)
class YearRange:
    """Published in these years, both included."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class JoinedQuestions:
    """Questions joined by one operator; NOT has two parts."""

    operator: Operator
    parts: tuple["Question", ...]


Question = SearchTerm | YearRange | JoinedQuestions


def read_question(text: str) -> Question:
    """A question; operators bind from left to right, as PubMed binds them.

    Raises `UnreadableQuestion`.
    """
    parts = [found[0] for found in _PART.finditer(text)]
    question, left = _read(parts, 0, 0)
    if left != len(parts):
        raise UnreadableQuestion("a bracket is closed that was not opened")
    return question


def _read(parts: Sequence[str], at: int, depth: int) -> tuple[Question, int]:
    """A question from `at` on to the end or a closing bracket, and where that is."""
    if depth > DEEPEST:
        raise UnreadableQuestion(f"more than {DEEPEST} brackets stand in one another")
    whole, at = _operand(parts, at, depth)
    while at < len(parts) and parts[at] != ")":
        operator = OPERATORS.get(parts[at], "AND")
        at += parts[at] in OPERATORS
        part, at = _operand(parts, at, depth)
        whole = joined(operator, (whole, part))
    return whole, at


def _operand(parts: Sequence[str], at: int, depth: int) -> tuple[Question, int]:
    if at >= len(parts) or parts[at] in OPERATORS or parts[at] == ")":
        raise UnreadableQuestion("a term is missing beside a bracket or an operator")
    if parts[at] == "(":
        question, end = _read(parts, at + 1, depth + 1)
        if end >= len(parts):
            raise UnreadableQuestion("a bracket is not closed")
        return question, end + 1
    if years := _YEARS.fullmatch(parts[at]):
        return YearRange(int(years[1]), int(years[2])), at + 1
    return _term(parts, at)


def _term(parts: Sequence[str], at: int) -> tuple[Question, int]:
    """Words without quotation marks up to their tag; without a tag each is a term by itself."""
    end = at
    while end < len(parts) and not _ends(parts[end]):
        end += 1
    tagged = end < len(parts) and "[" in parts[end]
    if tagged and not any(one.startswith('"') for one in parts[at:end]):
        return read_term(" ".join(parts[at : end + 1])), end + 1
    return read_term(parts[at]), at + 1


def _ends(part: str) -> bool:
    return "[" in part or part in ("(", ")") or part in OPERATORS


def joined(operator: Operator, parts: Sequence[Question]) -> Question:
    """Questions joined, a first one with the same operator dissolved into the whole."""
    first, *others = parts
    if operator != "NOT" and isinstance(first, JoinedQuestions) and first.operator == operator:
        return JoinedQuestions(operator, (*first.parts, *others))
    return JoinedQuestions(operator, tuple(parts))
