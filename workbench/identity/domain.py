"""What a provider says of a person, and what the settings allow to be made of it."""

from dataclasses import dataclass


class CannotSignIn(Exception):
    """The provider's answer is not taken; the text is a sentence for who signs in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What a verified ID token says: `email` only where the provider has verified it."""

    issuer: str
    subject: str
    email: str = ""
    name: str = ""
    username: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInPolicy:
    """What the settings allow when somebody comes for the first time.

    `by_email`: they are whose sign-in name is their verified e-mail address; `new_people`:
    somebody whom nobody added gets a name here, without any review.
    """

    by_email: bool = False
    new_people: bool = False
