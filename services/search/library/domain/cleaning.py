"""Cleaning of single values: entities, markup, mojibake, blanks.

Exports pass through web pages and spreadsheets; what they left behind is undone
here, once, and said. Numbers in `a < b` and addresses are left as they are.
"""

import html
import re
import unicodedata

_ODD = "\t\x0b\x0c\x1c\x1d\x1e\x1f"
_ODD_LETTERS = (
    "\x80\x85\x91\x92\x93\x94\x95\x96\x97\x99\xa0\xadÃÂâãÅÎÐ√\u200b\u2028\u2029\u2060\ufeff"
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});")
_MARKUP = re.compile(
    r"</?(?:p|i|b|u|em|strong|sub|sup|br|span|div|scp|h[1-6]|ul|ol|li|a|font|title|sec|"
    r"(?:jats|mml|inf):?[\w:-]*)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_BREAKING = re.compile(r"</?(?:p|br|div|li|h[1-6]|title|sec|jats:(?:p|sec|title))\b", re.IGNORECASE)
_MOJIBAKE = re.compile("[ÃÂâãÅÎÐ][\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|√[©ºß†§∂∏®´±ñ∞≠]")
_INVISIBLE = re.compile("[\u200b\u00ad\u2060\ufeff]")
_ADDRESS = re.compile(r"(?:https?|ftp)://", re.IGNORECASE)


_WINDOWS = {
    code: bytes([code]).decode("cp1252")
    for code in (*range(0x80, 0x81), *range(0x82, 0x8D), *range(0x91, 0x9D), 0x8E, 0x9E, 0x9F)
}
"""Control codes that are Windows' quotation marks and dashes, decoded as Latin-1."""


def suspect(text: str) -> bool:
    """Whether `clean` may find work in `text`: a look at a whole record, then at its values."""
    for sign in _ODD:
        if sign in text:
            return True
    if not text.isascii():
        for sign in _ODD_LETTERS:
            if sign in text:
                return True
    if "&" in text and _ENTITY.search(text):
        return True
    return "<" in text and _MARKUP.search(text) is not None


def single_blanks(text: str) -> str:
    """`text` without outer blanks, each inner run of blanks as one space."""
    return " ".join(text.split())


def clean(value: str) -> tuple[str, tuple[str, ...]]:
    """The value as its author wrote it, and what was undone, in words."""
    undone: list[str] = []
    if not value.isascii() and (typed := value.translate(_WINDOWS)) != value:
        value = typed if not _MOJIBAKE.search(value) else value
    if _MOJIBAKE.search(value):
        mended = mend_mojibake(value)
        if mended != value:
            value = mended
            undone.append("text that was decoded with the wrong encoding")
    if not _ADDRESS.match(value):
        value = _unmark(value, undone)
    if _INVISIBLE.search(value):
        value = _INVISIBLE.sub("", value)
        undone.append("invisible characters")
    return single_blanks(value), tuple(undone)


def _unmark(value: str, undone: list[str]) -> str:
    if "&" in value and _ENTITY.search(value):
        plain = html.unescape(value)
        if plain != value:
            value = unicodedata.normalize("NFC", plain)
            undone.append("character entities")
    if "<" in value and _MARKUP.search(value):
        value = _MARKUP.sub(lambda mark: " " if _BREAKING.match(mark[0]) else "", value)
        undone.append("markup")
    return value


def has_mojibake(text: str) -> bool:
    """Whether `text` holds letters as UTF-8 looks when read in another encoding."""
    if text.isascii() or not any(letter in text for letter in "ÃÂâãÅÎÐ√"):
        return False
    return _MOJIBAKE.search(text) is not None


def mend_mojibake(value: str) -> str:
    """UTF-8 that somebody read as Windows-1252 or Mac Roman, read again rightly.

    Tried on the whole value, then piece by piece; a piece that does not decode
    is left alone, so correct text with an odd letter stays.
    """
    for codec in ("cp1252", "latin-1", "mac_roman"):
        again = _recoded(value, codec)
        if again is not None:
            return unicodedata.normalize("NFC", again)
    pieces = re.split(r"([ \t\r\n]+)", value)
    mended = [_mend_piece(piece) for piece in pieces]
    return unicodedata.normalize("NFC", "".join(mended))


def _mend_piece(piece: str) -> str:
    if not _MOJIBAKE.search(piece):
        return piece
    for codec in ("cp1252", "mac_roman"):
        again = _recoded(piece, codec)
        if again is not None:
            return again
    return piece


def _recoded(text: str, codec: str) -> str | None:
    try:
        octets = b"".join(_octets(letter, codec) for letter in text)
        again = octets.decode("utf-8")
    except UnicodeError:
        return None
    return again if len(again) < len(text) else None


def _octets(letter: str, codec: str) -> bytes:
    """The letter's byte; cp1252 leaves five bytes undefined, which pass as they are."""
    if codec == "cp1252" and letter in "\x81\x8d\x8f\x90\x9d":
        return letter.encode("latin-1")
    return letter.encode(codec)
