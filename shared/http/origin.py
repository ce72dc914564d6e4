"""What a browser sends in somebody's name is taken from our own pages alone."""

from urllib.parse import urlsplit

from fastapi import Request

from shared.http.problems import Forbidden

READING = frozenset({"GET", "HEAD", "OPTIONS"})


def same_origin(request: Request) -> None:
    """Raise `Forbidden` for a form that another site sent in the reader's name.

    A page that came without TLS may be anybody's: it sends nothing to a site that has it.
    """
    origin = request.headers.get("origin")
    if origin is not None and not _is_ours(origin, request):
        raise Forbidden("This form came from another site; open the page here and send it again.")


def _is_ours(origin: str, request: Request) -> bool:
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    downgraded = request.url.scheme == "https" and parts.scheme != "https"
    return parts.netloc == request.headers.get("host") and not downgraded


def from_own_pages(request: Request) -> None:
    """Raise `Forbidden` for a write by cookie that does not say that our own page sent it."""
    if request.method in READING:
        return
    same_origin(request)
    if "origin" not in request.headers and request.headers.get("sec-fetch-site") != "same-origin":
        raise Forbidden(
            "A change in the name of who is signed in needs the header Origin of this site; "
            "programs send a token instead of a cookie."
        )
