"""How long what people send may be: one type for each kind of text, list and number.

The bounds are those of input alone; what is stored already is read whatever its length. Each
is declared in the OpenAPI document, and texts are cleaned on the way in (`shared.text.clean`).
"""

from math import isfinite
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    FailFast,
    Field,
    StringConstraints,
    WrapValidator,
)
from typing_extensions import TypeAliasType

from shared.actors import refuse_machine
from shared.clock import in_utc
from shared.kernel.envelope import MAX_BIGINT, MAX_INTEGER
from shared.text import clean

T = TypeVar("T")

LONGEST = 60_000
"""Letters of one text: an event with it stays under 256 KB whatever the letters are."""
MOST, MANY = 1_000, 100_000
DEEPEST = 32


def _named(text: str) -> str:
    """The text, cleaned; raises `ValueError` where nothing is left to call a thing by."""
    cleaned = clean(text)
    if not cleaned:
        raise ValueError("it holds nothing that can be written")
    return cleaned


Key = Annotated[str, StringConstraints(min_length=1, max_length=500), AfterValidator(_named)]
"""What names a thing: a record, a theory, a person."""
PersonKey = Annotated[str, AfterValidator(refuse_machine)]
"""What names a person; names of machines are refused."""
Name = Annotated[str, StringConstraints(max_length=500), AfterValidator(clean)]
"""A key that may be left empty, or a word of a vocabulary."""
Line = Annotated[str, StringConstraints(max_length=5_000), AfterValidator(clean)]
"""A title, a label, a citation, a reason."""
Words = Annotated[str, StringConstraints(max_length=LONGEST), AfterValidator(clean)]
"""A passage, an abstract, a memo."""
FullText = Annotated[str, StringConstraints(max_length=32 << 20), AfterValidator(clean)]
"""The whole text of a document."""
Whole = Annotated[int, Field(ge=-(2**31), le=MAX_INTEGER)]
"""A whole number that every database keeps in an integer column."""

Moment = Annotated[AwareDatetime, AfterValidator(in_utc)]
"""A moment with its zone that every database can keep, in UTC."""


class FirstFault(FailFast):
    """A list is refused at its first fault: a million of them would cost more than the list."""

    __hash__ = object.__hash__


Listed = Annotated[list[T], Field(max_length=MOST), FirstFault()]
Tupled = Annotated[tuple[T, ...], Field(max_length=MOST), FirstFault()]
ManyOf = Annotated[list[T], Field(max_length=MANY), FirstFault()]
"""A list that grows with the review: judgements, fragments, what a version froze."""

_Number = Annotated[int, Field(ge=-(2**63), le=MAX_BIGINT)]
_Finite = Annotated[float, Field(allow_inf_nan=False)]
_MANY = Field(max_length=MANY)


def _taken(value: Any, depth: int) -> Any:
    """JSON with every text cleaned; raises `ValueError` where something is beyond its bound."""
    if depth > DEEPEST:
        raise ValueError(f"lists in lists have at most {DEEPEST} levels")
    if isinstance(value, str):
        if len(value) > LONGEST:
            raise ValueError(f"a text in it has more than {LONGEST:,} letters")
        return clean(value)
    if isinstance(value, list | tuple | dict) and len(value) > MANY:
        raise ValueError(f"a list in it has more than {MANY:,} items")
    if isinstance(value, list | tuple):
        return [_taken(one, depth + 1) for one in value]
    if isinstance(value, dict):
        return {_taken(str(name), depth): _taken(one, depth + 1) for name, one in value.items()}
    if isinstance(value, float) and not isfinite(value):
        raise ValueError("a number in it is infinite, or none")
    return value


def _json(value: Any, _declared: object) -> Any:
    return _taken(value, 0)


def _object(value: Any, _declared: object) -> Any:
    taken = _taken(value, 0)
    if isinstance(taken, dict):
        return taken
    raise ValueError("it should be an object")


def _terms(value: Any, _declared: object) -> Any:
    taken = _taken(value, 0)
    if _are_terms(taken):
        return taken
    raise ValueError("search terms are a text, or lists of texts in lists")


def _are_terms(value: Any) -> bool:
    if isinstance(value, list):
        return len(value) <= MOST and all(map(_are_terms, value))
    return value is None or isinstance(value, str)


_Json = TypeAliasType(
    "_Json",
    "bool | _Number | _Finite | Words | ManyOf[_Json] | Annotated[dict[Name, _Json], _MANY] | None",
)
_Terms = TypeAliasType("_Terms", "Words | Listed[_Terms] | None")
Json = Annotated[_Json, WrapValidator(_json)]
"""A value whose form its reader knows; declared whole, looked through at one go."""
JsonObject = Annotated[dict[Name, _Json], _MANY, WrapValidator(_object)]
Terms = Annotated[_Terms, WrapValidator(_terms)]
"""Search terms as a text, or as nested lists of them with AND and OR."""
