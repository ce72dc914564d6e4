"""What people send of the report's texts."""

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from services.synthesis.schemas import Input
from shared.http.bounds import Whole, Words
from shared.text import clean

LONGEST = 60_000
"""Letters of one text: an event with it stays under 256 KB whatever the letters are."""


class AuthorTextIn(Input):
    """The authors' text for an item, and why it is written or changed.

    `version` is for what was written elsewhere: a higher one than what is known stands as it is,
    a lower or equal one changes nothing.
    """

    text: Annotated[str, StringConstraints(max_length=LONGEST), AfterValidator(clean)]
    because: Words = ""
    version: Annotated[Whole, Field(ge=1)] | None = None
