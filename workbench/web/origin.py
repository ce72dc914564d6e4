"""Forms are taken from our own pages alone."""

from urllib.parse import urlsplit

from fastapi import Request

from shared.http.problems import Forbidden


def same_origin(request: Request) -> None:
    """Raise `Forbidden` for a form that another site sent in the reader's name."""
    origin = request.headers.get("origin")
    if origin and urlsplit(origin).netloc != request.headers.get("host"):
        raise Forbidden("This form came from another site; open the page here and send it again.")
