"""Bytes as text, in the encoding that they are in, or say that they are in."""

import re
from contextlib import suppress

_SAID = re.compile(
    rb"<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*[\"']?([\w:.-]{1,40})", re.IGNORECASE
)
_HEAD = 65_536
"""Bytes within which a file may say its encoding."""
_MEANT = {
    **dict.fromkeys(("iso-8859-1", "iso8859-1", "iso_8859-1", "latin1", "l1"), "cp1252"),
    **dict.fromkeys(("us-ascii", "ascii", "ansi_x3.4-1968"), "cp1252"),
    **dict.fromkeys(("iso-8859-9", "latin5"), "cp1254"),
    **dict.fromkeys(("iso-8859-11", "tis-620"), "cp874"),
    **dict.fromkeys(("gb2312", "gb_2312-80", "gbk", "x-gbk"), "gb18030"),
    **dict.fromkeys(("shift_jis", "shift-jis", "sjis", "x-sjis", "windows-31j"), "cp932"),
    **dict.fromkeys(("euc-kr", "ks_c_5601-1987", "korean"), "cp949"),
    **dict.fromkeys(("macintosh", "x-mac-roman"), "mac_roman"),
    "big5": "big5hkscs",
}
"""What a name means to browsers (WHATWG's Encoding Standard), where that is more."""
_WIDE_SAMPLE = 2048
LEAST_WHOLE = 4
"""Letters beyond ASCII that must be whole for each that is not, in damaged UTF-8."""
_ABOVE_ASCII = re.compile(r"[^\x00-\x7f]")


def said_encoding(data: bytes) -> str:
    """The encoding that a page's head names, as Python calls it; empty: none, or a Unicode one."""
    found = _SAID.search(data[:_HEAD])
    name = "" if found is None else found[1].decode("ascii").lower()
    return "" if name.startswith(("utf", "unicode")) else _MEANT.get(name, name)


def wide_encoding(data: bytes) -> str:
    """UTF-16 with its mark, or without one where every other byte is empty; else empty."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    sample = data[:_WIDE_SAMPLE]
    first, second = sample[::2].count(0), sample[1::2].count(0)
    most = 0.4 * (len(sample) // 2)
    if len(sample) < 8 or max(first, second) < most or min(first, second) > most / 8:
        return ""
    return "utf-16-le" if second > first else "utf-16-be"


def decoded(data: bytes, said: str = "") -> str:
    """Bytes as text: UTF-16, UTF-8 where it is that but for single damaged letters, else as it is
    `said`, else Windows-1252.
    """
    wide = wide_encoding(data)
    if wide:
        return data.decode(wide, "replace")
    is_shifted = said.startswith("iso-2022") and b"\x1b" in data  # all of it ASCII, to a decoder
    if not is_shifted:
        with suppress(UnicodeDecodeError):
            return data.decode("utf-8-sig")
        nearly = data.decode("utf-8", "replace").removeprefix("\ufeff")
        if _is_mostly_whole(nearly):
            return nearly
    with suppress(LookupError, UnicodeError):
        return data.decode(said or "cp1252", "replace")
    return data.decode("cp1252", "replace")


def _is_mostly_whole(text: str) -> bool:
    """Whether most letters beyond ASCII could be read: in another encoding hardly any can be."""
    wide, lost = len(_ABOVE_ASCII.findall(text)), text.count("\ufffd")
    return wide - lost >= LEAST_WHOLE * lost
