"""Web pages saved with all their parts in one file (MHTML)."""

import re
from email import message_from_bytes, policy

_HEADER = re.compile(
    rb"\A\s*(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*)*?content-type:\s*multipart/related", re.IGNORECASE
)
_HEAD = 8_192
"""Bytes within which such a file says that it is one."""


def is_archive(data: bytes) -> bool:
    """Whether bytes are a page saved with its parts."""
    return bool(_HEADER.match(data[:_HEAD]))


def page_of_archive(data: bytes) -> bytes:
    """The page of such a file, in UTF-8; other bytes as they are."""
    if not is_archive(data):
        return data
    for part in message_from_bytes(data, policy=policy.default).walk():
        if part.get_content_type() in ("text/html", "application/xhtml+xml"):
            page = part.get_payload(decode=True)
            if isinstance(page, bytes):
                return _with_encoding(page, part.get_content_charset() or "")
    return b""


def _with_encoding(page: bytes, said: str) -> bytes:
    """A page in UTF-8 where its part says another encoding."""
    try:
        return page.decode(said).encode() if said else page
    except (LookupError, UnicodeError):
        return page
