"""Titles that announce a notice about another work: erratum, retraction, reply, comment."""

import re

_AUTHORS = r"(?:(?:the )?authors?'?s?'? )"
_PLAN = r"(?:rationale|design|method(?:s|ology)?|baseline|protocol)"
_ANSWER = r"(?:repl(?:y|ies)|responses?|rejoinder)"


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns))


_NOTICES = (
    ("concern", _any(r"^\W*(?:editorial )?expressions? of concern")),
    (
        "retraction",
        _any(
            r"^\W*(?:notice of )?(?:retraction|withdrawal)(?: note| notice)?"
            r"\s*(?::|\.|of\b|to\b|note|-|$)"
        ),
    ),
    (
        "erratum",
        _any(
            r"^\W*(?:(?:author|publisher)'?s? )?"
            r"(?:errat(?:um|a)|corrigend(?:um|a)|corrections?|addend(?:um|a))"
            r"\s*(?:$|\W*[:.(-]|to\b|for\b|in\b|notice)",
            r"\b(?:erratum|corrigendum)\b",
            r"\W correction to\b",
        ),
    ),
    (
        "reply",
        _any(
            rf"^\W*{_AUTHORS}(?:{_ANSWER}|respond)",
            rf"[:.,-]\s*{_AUTHORS}respond\W*$",
            rf"(?:[:.,]| -) *an? {_ANSWER}\W*$",
            rf"^\W*in {_ANSWER} to\b",
            r"^\W*(?:in reply|repl(?:y|ies)\b|rejoinder)",
            r"^\W*response to (?:the )?(?:letter|comment|dr|drs|editor|re)\b",
            rf"(?:[:.,]| -) *{_AUTHORS}?{_ANSWER}\W*$",
            rf"\b{_AUTHORS}{_ANSWER}\W*$",
            r"\breply (?:to|by|from)\b",
        ),
    ),
    (
        "comment",
        _any(
            r"^\W*(?:editorial |invited |expert )?comment(?:s|ary)?\s*(?:on\b|to\b|:|\.|$)",
            r"^\W*re\s*:",
            r"^\W*letters?\s*(?:to the editor)?\s*(?::|re\b|$)",
            r"^\W*discussion (?:of|on)\b",
            r"^\W*(?:guest )?editorial\b",
            r"^\W*(?:letters? |comments? )(?:regarding|concerning)\b",
            r"^\W*(?:journal club|rebuttal)\b",
            r"(?:[:.]| -) *(?:an? )?(?:comment|commentary|editorial)(?: on)?\W*$",
            r"\b(?:comment on\b|editorial comment\W*$)",
        ),
    ),
    ("abstracted", _any(r"\((?:structured|provisional) abstract\)|\bbrief record\W*$")),
    (
        "protocol",
        _any(
            r"\bprotocol (?:for|of)\b",
            r"\b(?:study|trial|review) protocol\b",
            r"(?:[:.(]| -) *protocol\W*$",
            rf"(?:[:.]| -) *(?:the )?(?:study |trial )?{_PLAN}(?:,? and |, )(?:study )?{_PLAN}\b",
            rf"^\W*(?:the )?(?:study )?(?:rationale|design)(?: and {_PLAN})? of\b",
        ),
    ),
    (
        "summary",
        _any(
            r"^\W*(?:summar(?:y|ies) for patients|executive summary|plain language summary|"
            r"highlights (?:from|of)|appendix)\b",
            r"(?:[:.(]| -) *(?:an? )?(?:executive |plain language )?summary"
            r"(?: for \w+)?\W*$",
            r"(?:[:.(]| -) *(?:key messages|supplementary (?:material|appendix)|abridged)\W*$",
        ),
    ),
    (
        "reprint",
        _any(
            r"^\W*(?:reprint of|republished|supplement to)\b",
        ),
    ),
)


_HINTS = (
    *("concern", "retract", "withdraw", "errat", "corri", "correction", "addend", "reply"),
    *("repli", "respon", "rejoinder", "comment", "re:", "re :", "letter", "discussion"),
    *("editorial", "regarding", "journal club", "rebuttal", "abstract", "brief record"),
    *("protocol", "rationale", "design", "method", "summar", "highlights", "appendix"),
    *("key mess", "supplement", "abridged", "reprint", "republish"),
)


def notice_of(text: str) -> str:
    """Which kind of notice a plain title announces, "" for a work of its own.

    `abstracted` is another database's summary of a work (DARE), `protocol` the
    plan of one: both carry nearly its title.
    """
    for hint in _HINTS:
        if hint in text:
            break
    else:
        return ""
    for name, pattern in _NOTICES:
        if pattern.search(text):
            return name
    return ""
