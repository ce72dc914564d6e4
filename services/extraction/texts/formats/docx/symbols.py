"""Letters and signs that Word takes from fonts of symbols, as letters and signs of Unicode."""

_GREEK = dict(zip(range(0x41, 0x5B), "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ", strict=True)) | dict(
    zip(range(0x61, 0x7B), "αβχδεφγηιϕκλμνοπθρστυϖωξψζ", strict=True)
)
_SIGNS = {
    0xA3: "≤", 0xA5: "∞", 0xAB: "↔", 0xAC: "←", 0xAD: "↑", 0xAE: "→", 0xAF: "↓", 0xB0: "°",
    0xB1: "±", 0xB3: "≥", 0xB4: "×", 0xB7: "•", 0xB8: "÷", 0xB9: "≠", 0xBA: "≡", 0xBB: "≈",
    0xBC: "…", 0xC6: "∅", 0xC7: "∩", 0xC8: "∪", 0xCE: "∈", 0xD6: "√", 0xDB: "⇔", 0xDC: "⇐",
    0xDE: "⇒", 0xE5: "∑", 0x2D: "−", 0x7E: "∼",
}  # fmt: skip
_WINGDINGS = {
    0xDF: "←", 0xE0: "→", 0xE1: "↑", 0xE2: "↓", 0xE7: "⇐", 0xE8: "➔", 0xE9: "⇑", 0xEA: "⇓",
    0xEF: "⇦", 0xF0: "⇨", 0xF3: "⬄", 0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑", 0xA8: "☐",
    0x6C: "●", 0x6E: "■", 0xA7: "▪", 0x4A: "☺", 0x4C: "☹",
}  # fmt: skip
FONTS = {"symbol": _GREEK | _SIGNS, "wingdings": _WINGDINGS}
"""Signs by their place in a font (ISO 32000-2, annex D, for Symbol)."""


def symbol(font: str, code: str) -> str:
    """The sign of a place (hexadecimal) in a font of symbols; U+FFFD where it is not known."""
    try:
        place = int(code, 16)
    except ValueError:
        return "\ufffd"
    known = FONTS.get(font.lower())
    within = place - 0xF000 if 0xF000 <= place <= 0xF0FF else place
    if known is not None:
        is_usual = known is not _WINGDINGS and 0x20 <= within < 0x7F
        return known.get(within, chr(within) if is_usual else "\ufffd")
    return chr(place) if 0x20 <= place < 0xD800 else "\ufffd"
