"""Fold text so that the same words written by different databases are equal."""

import html
import re
import unicodedata

_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,60}>")
_WORD = re.compile(r"[^\W_]+")

# Letters that NFKD leaves alone, and Greek letters, which some databases spell out.
_LETTERS = {
    **dict(zip("øØłŁđĐðÐıħŧ", "oOlLdDdDiht", strict=True)),
    **{"ß": "ss", "æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe", "þ": "th", "Þ": "th"},
    **{"α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta"},
    **{"η": "eta", "θ": "theta", "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu"},
    **{"ν": "nu", "ξ": "xi", "π": "pi", "ρ": "rho", "σ": "sigma", "ς": "sigma", "τ": "tau"},
    **{
        "υ": "upsilon",
        "φ": "phi",
        "χ": "chi",
        "ψ": "psi",
        "ω": "omega",
        "ϕ": "phi",
        "ϵ": "epsilon",
    },
    **{"Α": "alpha", "Β": "beta", "Γ": "gamma", "Δ": "delta", "Ω": "omega", "Σ": "sigma"},
    **{"µ": "mu", "’": "'", "‘": "'", "′": "'"},
}
_TABLE = str.maketrans(_LETTERS)


def plain(text: str) -> str:
    """`text` in lower case, without entities, markup or diacritics, Greek spelt out.

    Punctuation stays. Non-Latin scripts stay as they are.
    """
    if "&" in text:
        text = html.unescape(html.unescape(text))
    if "<" in text:
        text = _TAG.sub("", text)
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKD", text.translate(_TABLE)).translate(_TABLE)
    return "".join(c for c in text if not unicodedata.combining(c)).lower()


def words(text: str) -> list[str]:
    """The words of an already plain text: runs of letters and digits; `&` is `and`."""
    if "&" in text:
        text = text.replace("&", " and ")
    if "'" in text:
        text = text.replace("'", "")
    return _WORD.findall(text)
