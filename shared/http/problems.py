"""Problems that tell the reader what to do (RFC 9457)."""

import re
from typing import Any, ClassVar


class Problem(Exception):
    """A refusal with a sentence for people and a slug for programs.

    `detail` says what is wrong and what to do; further keyword arguments are
    members of the problem document (`field`, `line`, ...).
    """

    status: ClassVar[int] = 400
    title: ClassVar[str] = "The request cannot be carried out"
    headers: ClassVar[dict[str, str]] = {}

    def __init__(self, detail: str = "", **extra: Any) -> None:
        super().__init__(detail or self.title)
        self.detail = detail
        self.extra = extra

    @property
    def slug(self) -> str:
        """The class name in kebab case."""
        return re.sub(r"(?<!^)(?=[A-Z])", "-", type(self).__name__).lower()

    def document(self) -> dict[str, Any]:
        """The body of the answer, as `application/problem+json`."""
        base = {"type": f"/problems/{self.slug}", "title": self.title, "status": self.status}
        return {**base, **({"detail": self.detail} if self.detail else {}), **self.extra}


class Invalid(Problem):
    """The request itself is wrong: the sentence names the field and what to do."""

    status = 422
    title = "The request is not valid"


class UnreadableBody(Problem):
    """The body is not what its content type promises."""

    status = 400
    title = "The body cannot be read"


class NotFound(Problem):
    """Nothing has this id."""

    status = 404
    title = "There is no such thing"


class NotKnownYet(Problem):
    """The thing may exist, but this service has not heard of it yet."""

    status = 503
    title = "Not known here yet"
    headers: ClassVar[dict[str, str]] = {"Retry-After": "1"}

    def __init__(self, kind: str, id: str) -> None:
        super().__init__(
            f"This service has not heard of {kind} '{id}' yet; try again in a second. "
            "Should that not help once the review has settled, check the id.",
            kind=kind,
            id=id,
        )


class Conflict(Problem):
    """What is there does not allow it."""

    status = 409
    title = "The state does not allow it"


class Stale(Problem):
    """The caller saw an older version."""

    status = 412
    title = "There is a newer version"


class Unauthenticated(Problem):
    """Nobody, or a token that does not hold."""

    status = 401
    title = "Say who you are"
    headers: ClassVar[dict[str, str]] = {"WWW-Authenticate": "Bearer"}


class Forbidden(Problem):
    """Somebody without the role."""

    status = 403
    title = "Your roles do not allow it"


class TooLarge(Problem):
    """More than the service takes."""

    status = 413
    title = "Too large"


class Slow(Problem):
    """The request did not arrive in time."""

    status = 408
    title = "The request came too slowly"


class TooMany(Problem):
    """More at once than one caller gets."""

    status = 429
    title = "Too much at once"
    headers: ClassVar[dict[str, str]] = {"Retry-After": "2"}


class EventTooLarge(TooLarge):
    """An event over 256 KB."""

    title = "An event would be too large"


class Unavailable(Problem):
    """A part that is needed does not answer."""

    status = 503
    title = "Not available now"
    headers: ClassVar[dict[str, str]] = {"Retry-After": "5"}
