"""Search terms in the syntax of another platform than PubMed, in whose syntax terms are written."""

import re

_SIGNS = {
    "Ovid": re.compile(
        r"[^\s/]/$|\badj\d+\b|\.(?:[a-z]{2}(?:,[a-z]{2})+\.?|(?:mp|af|tw|ti|ab|kw|kf|sh|au|jn|pt)\.)$",
        re.IGNORECASE,
    ),
    "EBSCO": re.compile(r"^\W*(?:M[HMJ]|TI|AB|TX|SU|AU) +[\"(]"),
    "Scopus": re.compile(
        r"\b(?:TITLE|ABS|KEY|AUTH|AFFIL|SRCTITLE|ALL|INDEXTERMS|DOCTYPE)\(|\s(?:W|PRE)/\d"
    ),
    "Web of Science": re.compile(r"\b(?:TS|TI|AB|AK|KP|AU|SO|ALL|AD|PY|DT|LA)=|\sNEAR/\d"),
    "Cochrane": re.compile(r"\[mh\b[^\]]|:(?:ti|ab|kw)(?:,(?:ti|ab|kw))*$"),
}
"""What PubMed's terms hold nowhere; neither `NEXT` nor `N2`, which may be a trial and a stage."""


def platform_of(term: str) -> str | None:
    """The platform whose signs stand in `term`, or None where it reads as one for PubMed."""
    term = term.strip()
    if term.endswith("]") and not term.startswith("["):
        return None  # PubMed's own tag
    return next((name for name, signs in _SIGNS.items() if signs.search(term)), None)


def remark(term: str) -> str | None:
    """What to say of a term in the syntax of another platform."""
    platform = platform_of(term)
    if platform is None:
        return None
    return (
        f"'{term.strip()}' is written as for {platform}, which is not understood here: its signs "
        'count as words. Write terms as for PubMed, such as smok*, "Smoking"[mh], Smith J[au] or '
        '"care team"[tiab:~3].'
    )
