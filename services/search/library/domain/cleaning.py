"""Cleaning of single values: entities, markup, mojibake, blanks.

Exports pass through web pages and spreadsheets; what they left behind is undone
here, once, and said. Numbers in `a < b` and addresses are left as they are.
"""

import html
import re
import unicodedata

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
    return odd(text) or marked(text)


def odd(text: str) -> bool:
    """Whether `text` holds control signs, or letters that a wrong encoding makes."""
    if (
        "\t" in text or "\x0b" in text or "\x0c" in text
        or "\x1c" in text or "\x1d" in text or "\x1e" in text or "\x1f" in text
    ):  # fmt: skip
        return True  # one by one: a loop takes twice the time, and this sees every record
    if not text.isascii():
        for sign in _ODD_LETTERS:
            if sign in text:
                return True
    return False


def marked(text: str) -> bool:
    """Whether `text` holds character entities or markup."""
    if "&" in text and _ENTITY.search(text):
        return True
    return "<" in text and _MARKUP.search(text) is not None


def has_line_break(text: str) -> bool:
    """Whether a line or paragraph separator stands in `text`; it ends lines to some programs."""
    return "\u2028" in text or "\u2029" in text


def single_blanks(text: str) -> str:
    """`text` without outer blanks, each inner run of blanks as one space."""
    if "  " not in text and _has_no_other_blank(text):
        return text.strip()
    return " ".join(text.split())


def _has_no_other_blank(text: str) -> bool:
    """Whether spaces are the only blanks in `text`; no other blank is printable."""
    if text.isascii():
        return not text.encode().translate(None, _PRINTABLE)
    return text.isprintable()


_PRINTABLE = bytes(range(0x20, 0x7F))


def clean(value: str) -> tuple[str, tuple[str, ...]]:
    """The value as its author wrote it, and what was undone, in words."""
    undone: list[str] = []
    plain = value.isascii()
    typed = value if plain else value.translate(_WINDOWS)
    if typed != value and not _MOJIBAKE.search(value):
        value = typed
        undone.append("punctuation that Windows writes as control signs")
    if not plain and _MOJIBAKE.search(value):
        mended = mend_mojibake(value)
        if mended != value:
            value = mended
            undone.append("text that was decoded with the wrong encoding")
    if not _ADDRESS.match(value):
        value = _unmark(value, undone)
    if not value.isascii() and _INVISIBLE.search(value):
        value = _INVISIBLE.sub("", value)
        undone.append("invisible characters")
    return single_blanks(value), tuple(undone)


def unmarked(value: str) -> tuple[str, tuple[str, ...]] | None:
    """As `clean`, for ASCII text of single spaces and no other blanks, with usual marks.

    None where that is more work, or none.
    """
    if not value.isascii() or (value[:1] in "hHfF" and _ADDRESS.match(value)):
        return None
    undone: tuple[str, ...] = ()
    if "&" in value:
        plain = _without_usual_entities(value)
        if plain is None:
            return None
        value, undone = plain, ("character entities",)
    if "<" in value:
        bare = _without_inline_marks(value)
        if bare is not None:
            return bare.strip(), (*undone, "markup")
        bare = _without_plain_marks(value)
        if bare is None:
            return None
        value, undone = bare, (*undone, "markup")
    return (" ".join(value.split()) if "  " in value else value.strip()), undone


def _unmark(value: str, undone: list[str]) -> str:
    if "&" in value and _ENTITY.search(value):
        plain = _unescaped(value)
        if plain != value:
            value = plain if plain.isascii() else unicodedata.normalize("NFC", plain)
            undone.append("character entities")
    if "<" in value:
        bare = _without_plain_marks(value)
        if bare is not None:
            value = bare
            undone.append("markup")
        elif _MARKUP.search(value):
            value = _MARKUP.sub(lambda mark: " " if _BREAKING.match(mark[0]) else "", value)
            undone.append("markup")
    return value


_USUAL_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&"))
"""`&amp;` is undone last, for `&amp;lt;` is `&lt;`."""
_INLINE = ("i", "b", "u", "em", "strong", "sub", "sup", "span", "scp")
_INLINE_MARKS = {
    f"<{close}{name}": re.compile(f"</?{name}>(?: (?<= <{name}> )| (?<= </{name}> )|(?!<))")
    for name in _INLINE
    for close in ("", "/")
}
"""What takes out a mark wherever it begins or ends, by how one that is found begins.

Of two blanks around a mark one goes with it; marks that meet are left to a closer look.
"""
_PLAIN_MARKS = {
    **{f"<{close}{tag}>": "" for close in ("", "/") for tag in _INLINE},
    **{f"<{close}{tag}>": " " for close in ("", "/") for tag in ("p", "div", "li", "title", "sec")},
    **{"<br>": " ", "<br/>": " "},
}
"""Marks without attributes, and what they leave."""


def _unescaped(value: str) -> str:
    """The value without entities; a text in which only the usual ones stand is no work."""
    plain = _without_usual_entities(value)
    return html.unescape(value) if plain is None else plain


def _without_usual_entities(value: str) -> str | None:
    """The value without its entities if every `&` begins a usual one, else None."""
    parts = value.split("&amp;")
    if "&" not in "".join(parts):
        return "&".join(parts)
    begun = value.count("&")
    if sum(value.count(entity) for entity, _ in _USUAL_ENTITIES) < begun:
        return None
    for entity, sign in _USUAL_ENTITIES:
        value = value.replace(entity, sign)
    return value


def _without_inline_marks(value: str) -> str | None:
    """The value without its markup if that is one kind of inline mark, else None.

    Where it had single blanks, it has still.
    """
    at = value.find("<")
    inline = _INLINE_MARKS.get(value[at : value.find(">", at)])
    if inline is None or "<" in (bare := inline.sub("", value)):
        return None
    return bare


def _without_plain_marks(value: str) -> str | None:
    """The value without its markup if every `<` begins a plain mark, else None.

    Each mark is taken out everywhere at once: texts hold few different ones, most only one.
    """
    bare, begun = value, value.count("<")
    while (at := bare.find("<")) >= 0:
        mark = bare[at : bare.find(">", at) + 1]
        leaves = _PLAIN_MARKS.get(mark)
        if leaves is None:
            return None
        begun -= value.count(mark)
        bare = bare.replace(mark, leaves)
    return None if begun else bare


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
