"""Text as it is kept."""

import unicodedata


def clean(text: str) -> str:
    """NFC, line ends as `\\n`, without U+0000 and lone surrogates."""
    text = text.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n")
    text = text.encode("utf-8", "replace").decode("utf-8")
    return unicodedata.normalize("NFC", text)
