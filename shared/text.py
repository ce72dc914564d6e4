"""Text as it is kept."""

import re
import unicodedata

_BREAKS = re.compile(r"\r\n|[\r\x0b\x0c]")
_ILLEGAL = re.compile("[\x00-\x08\x0e-\x1f\x7f\ufffe\uffff]")
"""What XML 1.0 cannot hold, and so no Word document; and DEL."""


def clean(text: str) -> str:
    """NFC, line ends as `\\n`, without lone surrogates and control characters.

    Vertical tabs and form feeds end lines too; what else XML cannot hold is removed.
    """
    text = _ILLEGAL.sub("", _BREAKS.sub("\n", text))
    text = text.encode("utf-8", "replace").decode("utf-8")
    return unicodedata.normalize("NFC", text)


def shortened(words: str, most: int = 120) -> str:
    """The beginning of a text in one line, cut at a word."""
    line = " ".join(words.split())
    if len(line) <= most:
        return line
    return line[:most].rsplit(" ", 1)[0] + " …"
