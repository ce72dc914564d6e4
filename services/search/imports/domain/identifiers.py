"""Whether a value says nothing but an identifier."""

import re

_LABEL = re.compile(
    r"(?:https?://)?(?:(?:dx\.|www\.)?doi\.org/|doi:?|pmc(?:id)?:?|pmid:?)?[\s0.,;)]*(?:\[doi\])?"
)


def is_only(value: str, identifier: str) -> bool:
    """Whether `value` says nothing but the identifier, its resolver and its label."""
    if value == identifier:
        return True
    lower = value.lower()
    if lower == identifier:
        return True
    rest = lower.replace("%2f", "/").replace(identifier.lower(), "", 1)
    return _LABEL.fullmatch(rest) is not None


def says_only(value: str, numbers: tuple[str, ...]) -> bool:
    """Whether `value` holds nothing but these numbers."""
    if not numbers:
        return False
    if len(value) == 9 and value == numbers[0]:
        return True
    letters = sum(map(str.isalnum, value))
    return letters == sum(len(number.replace("-", "")) for number in numbers)
