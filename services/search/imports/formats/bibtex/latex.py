"""LaTeX in BibTeX values to plain text: accents, special letters, braces, dashes."""

import re
import unicodedata

_COMBINING = {
    "`": "\u0300",
    "'": "\u0301",
    "^": "\u0302",
    "~": "\u0303",
    "=": "\u0304",
    "u": "\u0306",
    ".": "\u0307",
    '"': "\u0308",
    "r": "\u030a",
    "H": "\u030b",
    "v": "\u030c",
    "d": "\u0323",
    "c": "\u0327",
    "k": "\u0328",
}
_LETTERS = {
    "ss": "ß",
    "o": "ø",
    "O": "Ø",
    "ae": "æ",
    "AE": "Æ",
    "oe": "œ",
    "OE": "Œ",
    "aa": "å",
    "AA": "Å",
    "l": "ł",
    "L": "Ł",
    "i": "ı",
    "j": "ȷ",
    "dh": "ð",
    "th": "þ",
    "textgreater": ">",
    "textless": "<",
    "textregistered": "®",
    "textcopyright": "©",
    "texttrademark": "™",
    "textbar": "|",
    "textunderscore": "_",
    "textellipsis": "…",
    "ldots": "…",
    "dots": "…",
    "textbullet": "•",
    "sim": "∼",
    "approx": "≈",
    "chi": "χ",
    "kappa": "κ",
    "sigma": "σ",
    "omega": "ω",
    "infty": "∞",
    "textendash": "–",
    "textemdash": "—",
    "textquoteright": "’",
    "textquoteleft": "‘",
    "textquotedblleft": "“",
    "textquotedblright": "”",
    "textasciitilde": "~",
    "textbackslash": "\\",
    "alpha": "α",
    "beta": "β",
    "gamma": "γ",
    "delta": "δ",
    "mu": "μ",
    "pm": "±",
    "times": "×",
    "leq": "≤",
    "geq": "≥",
    "degree": "°",
}
_ACCENT = re.compile(r"\\(?:([`'^~=.\"])\s*|([uvHdckr])(?:\s+|(?=\{)))\{?\s*(\\?[A-Za-z])\s*\}?")
_LETTER = re.compile(r"\\([A-Za-z]+)(?:\{\}|\s+|(?![A-Za-z]))")
_STYLE = re.compile(r"\\(?:text(?:it|bf|rm|sc|sf|tt|sub|superscript|subscript)|emph|mathrm)\b\s*")
_MATH = re.compile(r"(?<!\\)\$([^$]{1,80})(?<!\\)\$")
_MATHS = re.compile(r"[\\^_{}]|^[^\s\d]{1,3}$")
_LINK = re.compile(r"\\url\s*\{([^{}]*)\}")
_RUNS = re.compile(r"[ \t\n]+")
_ESCAPED = re.compile(r"\\([&%$#_{}\- ])")


def plain(value: str) -> str:
    """The value as it would be printed."""
    value = _RUNS.sub(" ", value)
    if "$" in value:
        value = _MATH.sub(lambda found: found[1] if _MATHS.search(found[1]) else found[0], value)
    if "\\" in value:
        value = _LINK.sub(r"\1", value)
        value = _ACCENT.sub(_accented, value)
        value = _STYLE.sub("", value)
        value = _LETTER.sub(lambda found: _LETTERS.get(found[1], found[0]), value)
        value = _ESCAPED.sub(lambda found: found[1].replace("{", "\ue000"), value)
    value = value.replace("{", "").replace("}", "").replace("\ue000", "{")
    return unicodedata.normalize("NFC", _RUNS.sub(" ", value).strip())


def _accented(found: re.Match[str]) -> str:
    letter = found[3].lstrip("\\")
    return unicodedata.normalize("NFC", letter + _COMBINING[found[1] or found[2]])


def address(value: str) -> str:
    """A DOI or a URL, in which only the signs that LaTeX escapes are undone."""
    value = _LINK.sub(r"\1", value).strip("{} ")
    return _ESCAPED.sub(r"\1", value.replace("{\\_}", "_").replace("\\textunderscore", "_"))


def names(value: str) -> list[tuple[str, bool]]:
    """The names in an author field, printed, and whether braces make one of them whole.

    `and` divides names outside braces only: `{Barnes and Noble}` is one, a group's.
    """
    found: list[tuple[str, bool]] = []
    depth, start = 0, 0
    for sign in _DIVIDER.finditer(value):
        if sign[0] in "{}":
            depth += 1 if sign[0] == "{" else -1
        elif sign[0][0] != "\\" and depth <= 0:
            found.append(_name(value[start : sign.start()]))
            start = sign.end()
    found.append(_name(value[start:]))
    if len(found) == 1 and found[0][1] and _lists_people(found[0][0]):
        return names(value.strip().removeprefix("{").removesuffix("}"))
    return [(name, whole) for name, whole in found if name]


def _lists_people(name: str) -> bool:
    """Whether there is an `and` between two commas: `Curie, M. and Joliot, F.`"""
    between = name.partition(",")[2].rpartition(",")[0]
    return re.search(r"\sand\s", between) is not None


_DIVIDER = re.compile(r"\\.|[{}]|(?<=\s)and(?=\s)", re.DOTALL)
_WHOLE = re.compile(r"\{[^{}\\]*\}")


def _name(value: str) -> tuple[str, bool]:
    value = value.strip()
    return plain(value.replace("~", " ")), _WHOLE.fullmatch(value) is not None
