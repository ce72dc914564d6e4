"""What a model replied: read strictly, and compared with the text and the codebook.

A reply that is not of the agreed form is refused whole. A passage is kept only where its quote
stands in the text exactly once and its codes are in the codebook; why others were dropped is said.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec

from services.extraction.assistance.domain.asking import AskedCode
from services.extraction.fragments.domain import NOT_STATED, STATES
from services.extraction.texts.domain import normalise, occurrences
from shared.decoding import decoder
from shared.events.extraction import Element

MOST, LONGEST_QUOTE, LONGEST_WORDS = 50, 2_000, 1_000
NOWHERE = "the quote does not stand in the text"
TWICE = "the quote stands in the text more than once"
TOO_LONG = "the quote is too long"
UNKNOWN_CODE = "a code that the codebook does not have"
NO_CODE = "it names no code"
BAD_STATE = "a state that the code cannot have"
KNOWN = "it was suggested before"
TOO_MANY = f"more than {MOST} suggestions in one reply"
UNREADABLE = "the reply is not of the agreed form"
DECLINED = "the model declined to answer"
CUT_OFF = "the reply was cut off"


class _Code(msgspec.Struct, forbid_unknown_fields=True):
    code: str
    state: str


class _Passage(msgspec.Struct, forbid_unknown_fields=True):
    quote: str
    codes: list[_Code]
    rationale: str


class _Reply(msgspec.Struct, forbid_unknown_fields=True):
    suggestions: list[_Passage]


class Unreadable(ValueError):
    """A reply that is not JSON of the agreed form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestedPassage:
    """A passage that a model suggests, at its place in the text."""

    start: int
    end: int
    elements: tuple[Element, ...]
    theories: tuple[str, ...]
    rationale: str


def read(
    content: str, codes: Sequence[AskedCode], text: str
) -> tuple[list[SuggestedPassage], dict[str, int]]:
    """The passages of a reply that can be used, and how many were dropped, by reason.

    Raises `Unreadable`.
    """
    try:
        said = decoder(_Reply).decode(content.encode("utf-8", "surrogatepass"))
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise Unreadable(str(error)[:200]) from error
    by_key = {code.key: code for code in codes}
    found: list[SuggestedPassage] = []
    dropped: dict[str, int] = {}
    for one in said.suggestions[:MOST]:
        kept = _placed(one, by_key, text)
        if isinstance(kept, SuggestedPassage):
            found.append(kept)
        else:
            dropped[kept] = dropped.get(kept, 0) + 1
    if len(said.suggestions) > MOST:
        dropped[TOO_MANY] = len(said.suggestions) - MOST
    return found, dropped


def _placed(said: _Passage, codes: Mapping[str, AskedCode], text: str) -> SuggestedPassage | str:
    """The passage at its place, or why it is dropped."""
    quote = normalise(said.quote).strip()
    if len(quote) > LONGEST_QUOTE:
        return TOO_LONG
    places = occurrences(text, quote)
    if len(places) != 1:
        return TWICE if places else NOWHERE
    elements = _elements(said.codes, codes)
    if isinstance(elements, str):
        return elements
    theories = {theory for one in said.codes for theory in codes[one.code].theories}
    return SuggestedPassage(
        start=places[0],
        end=places[0] + len(quote),
        elements=elements,
        theories=tuple(sorted(theories)),
        rationale=normalise(said.rationale).strip()[:LONGEST_WORDS],
    )


def _elements(said: Sequence[_Code], codes: Mapping[str, AskedCode]) -> tuple[Element, ...] | str:
    if not said:
        return NO_CODE
    found: dict[tuple[str, str], Element] = {}
    for one in said:
        if one.code not in codes:
            return UNKNOWN_CODE
        code = codes[one.code]
        state = None if one.state == NOT_STATED else one.state
        if state is not None and state not in STATES.get(code.role, ("present", "absent")):
            return BAD_STATE
        element = Element(role=code.role, code_id=code.code_id, state=state)
        found.setdefault((code.role, code.code_id), element)
    return tuple(found.values())
