"""Titles in one spelling, and what they say besides: a notice, a part, a protocol, nothing."""

import re
from dataclasses import dataclass
from itertools import pairwise

from services.search.library.domain.dedup.locators import roman
from services.search.library.domain.dedup.notices import notice_of
from services.search.library.domain.dedup.spelling import american
from services.search.library.domain.dedup.text import plain, words

_LANGUAGES = (
    "english|chinese|german|french|spanish|italian|russian|japanese|polish|portuguese|korean|"
    "turkish|dutch|persian|farsi|czech|hungarian|hebrew|danish|swedish|norwegian|croatian|serbian|"
    "arabic|romanian|ukrainian|slovak|finnish|greek|bulgarian|lithuanian|slovenian"
)
_TONGUES = tuple(_LANGUAGES.split("|"))
_LANGUAGE = re.compile(  # `Title [Chinese]`; Embase: `Title. German\nOriginal title`
    rf"\s*[\[(](?:in )?(?:{_LANGUAGES})[\])]\s*\.?\s*$|(?<=[.?!])\s+(?:{_LANGUAGES})\s*(?:\n.*)?$",
    re.DOTALL,
)
_RETRACTED = re.compile(
    r"^\s*[\[(]?(?:retracted(?: article| paper)?|withdrawn|article withdrawn)[\])]?\s*[:.]\s*|"
    r"\s*[\[(](?:this article has been )?retracted\b[^)\]]*[\])]?\.?\s*$"
)
_REMARK = re.compile(
    r"\s*[\[(](?:reprinted|republished|reprint|see comments?|comments? in|errat\w+ (?:appears|in)|"
    r"corrected|summary for|original|published errat\w+|retract\w+ in)\b.*$"
)
_AMENDS = re.compile(  # Web of Science: `(vol 360, pg 5, 2009)`; Embase: `(Lancet (2009) 3 (5))`
    r"\s*[\[(]vol(?:ume)?\b[^)\]]*[\])]?\.?\s*$|"
    r"\s*\([^()]{3,90}\(\d{4}\)[^()]*(?:\([^()]*\)[^()]*)+\)\.?\s*$"
)
_LABEL = re.compile(  # `[Review] [33 refs]`, `(author's transl)`, `(Structured abstract)`
    r"\s*[\[(](?:(?:[a-z]+ )?reviews?(?:\W+\d+ refs?)?|\d+ (?:refs?|references)|"
    r"(?:the )?authors?'?s? transl(?:ation)?|(?:structured|provisional) abstract|"
    r"brief record|proceedings|(?:meeting|conference) abstract)\.?[\])][\s.\]]*$"
)
_LABELLED = re.compile(r"^\W*(?:proceedings|review article|original article)\s*:\s*")
_LOST = re.compile(
    r"\W*(?:#(?:name|ref|value|null|n/a)[?!]?|n/a|none|null|no title(?: available)?)\W*"
)

_PARTED = frozenset(
    (
        *("part", "pt", "paper", "chapter", "section", "volume", "vol", "report", "study"),
        *("experiment", "phase", "appendix", "lecture", "session", "module", "wave", "round"),
        "series",
    )
)
_PART = re.compile(r"\d{1,3}|[ivx]{1,5}|[a-h]|one|two|three|four|five|six")
_SPELT = {"one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6"}
_ROMANS = frozenset(
    ("ii", "iii", "iv", "vi", "vii", "viii", "ix", "xi", "xii", "xiii", "xiv", "xv", "xvi")
)
_COUNTED = frozenset(
    (
        *("part", "pt", "type", "phase", "class", "study"),
        *("section", "paper", "volume", "vol", "stage", "grade"),
    )
)
_LAST = re.compile(r"i{1,3}|iv|v|vi{1,3}|[b-h]")  # `... in rats. II`, `hepatitis B`
_SERIES = 4
_DIGIT = re.compile(r"\d+")
_GENERIC = re.compile(
    r"^(?:(?:the )?abstracts?\b.*|(?:oral|poster) (?:presentation|abstract|session)s?\b.*|news\b.*|"
    r"(?:book|media) reviews?\b.*|(?:guest |lead )?editorial\b.*|(?:from the )?editors?\b.*|"
    r"(?:general )?introduction\b.{0,28}|letters?\b.{0,28}|preface|foreword|contents?|index|"
    r"repl(?:y|ies)\b.*|"
    r"response|in (?:this|the) issue.*|(?:about )?the (?:authors|contributors)|obituary.*|"
    r"erratum|errata|corrigendum|correction|summary|discussion|conclusions?|untitled|no title.*|"
    r"proceedings\b.*|(?:authors?'?s?'? )(?:reply|response)|issue information.*|table of contents|"
    r"call for papers.*|announcements?.*|calendar.*|"
    r"title pages?|front matter|commentary|special issue.*|acknowledge?ments?.*)$"
)
_GENERIC_END = re.compile(
    r"\beditors? (?:comments?|notes?)$|"
    r"\b(?:annual|international|national) (?:meeting|congress|conference|symposium)\b"
)
_COLLECTION = re.compile(r"\b(?:abstracts?|proceedings|congress|conference|meeting|symposium)\b")
SHORT, SHORTEST, LONGEST = 8, 16, 2000
SHORT_LOST = 40


@dataclass(frozen=True, slots=True)
class Title:
    """A title folded for comparison.

    `text`: words in plain lower case and American spelling without articles,
    Roman numerals as digits. `notice`: "", one of `notices`. `parts`: the
    numbers after `part`, `study`, `phase` and the like, or at the end. `digits`:
    every number in order. `generic`: so common, or under `SHORT` letters, that it
    identifies nothing by itself.
    """

    text: str
    notice: str
    parts: tuple[str, ...]
    digits: str
    generic: bool


def fold(raw: str) -> Title:
    """Fold `raw`: markup, language tags, translation brackets and retraction marks go.

    What a spreadsheet left of a title (`#NAME?`) is no title; past 2,000
    characters nothing is read.
    """
    text = _unlabelled(plain(raw[:LONGEST]))
    if len(text) < SHORT_LOST and _LOST.fullmatch(text):
        text = ""
    bracketed = "(" in text or "[" in text
    if "retracted" in text or "withdrawn" in text:
        text = _RETRACTED.sub("", text)
    text = _REMARK.sub("", text) if bracketed else text
    notice = notice_of(text)
    if bracketed and _AMENDS.search(text):
        text, notice = _AMENDS.sub("", text), notice or "erratum"
    tokens = words(text)
    parts = _parts(tokens)
    if not parts and len(tokens) > _SERIES and _LAST.fullmatch(tokens[-1]):
        parts = (_part(tokens[-1]),)
    tokens = _numbered(tokens)
    folded = " ".join(tokens)
    digits = ".".join(_DIGIT.findall(folded))
    return Title(american(tokens), notice, parts, digits, _generic(folded, digits))


def _unlabelled(text: str) -> str:
    """`text` without what databases write after or before a title about its kind or language."""
    while True:
        shorter = text
        if shorter.endswith((")", "]", ".")) and ("(" in text or "[" in text):
            shorter = _LABEL.sub("", shorter)
        if "\n" in text or text.endswith((")", "]", ".", *_TONGUES)):
            shorter = _LANGUAGE.sub("", shorter)
        if shorter == text:
            return _LABELLED.sub("", text) if ":" in text else text
        text = shorter


def _generic(folded: str, digits: str) -> bool:
    """Too short or too common; the number or year of a meeting makes its volume one of a kind."""
    size = len(folded.replace(" ", ""))
    if digits and size >= SHORTEST and _COLLECTION.search(folded):
        return False
    if size < SHORT or _GENERIC.match(folded):
        return True
    return ("editor" in folded or "nal " in folded or "annual" in folded) and _GENERIC_END.search(
        folded
    ) is not None


def _part(text: str) -> str:
    return _SPELT.get(text) or (str(roman(text)) if roman(text) else text)


def _parts(tokens: list[str]) -> tuple[str, ...]:
    """The numbers after `part`, `study`, `phase` and the like."""
    if _PARTED.isdisjoint(tokens):
        return ()
    return tuple(
        _part(number)
        for word, number in pairwise(tokens)
        if word in _PARTED and _PART.fullmatch(number)
    )


def _numbered(tokens: list[str]) -> list[str]:
    """Roman numerals and spelt numbers as digits where they can be nothing else."""
    if tokens and tokens[-1] == "i":
        tokens[-1] = "1"
    previous = ""
    for index, token in enumerate(tokens):
        counted = previous in _COUNTED
        if token in _ROMANS or (counted and token in {"i", "v", "x"}):
            tokens[index] = str(roman(token))
        elif counted and token in _SPELT:
            tokens[index] = _SPELT[token]
        previous = token
    return tokens
