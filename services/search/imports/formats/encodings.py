"""Which encoding an upload is in, and by what its lines end: guessed from its first bytes."""

import codecs
import re

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
SINGLE = ("cp1252", "mac_roman")
"""Encodings of one byte a letter: what is guessed for bytes that are no UTF-8."""


def encoding_of(head: bytes) -> str:
    """The Python codec that `head`, the first bytes of a file, is written in.

    A byte order mark decides; else the pattern of NULs (UTF-16), else whether it is UTF-8
    or its lines end as only there, else which of Windows-1252 and Mac Roman reads as words.
    """
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name
    if wide := _wide_encoding(head):
        return wide
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        telling = (codec for codec in ("utf-8", "cp1252") if odd_ends(head, codec))
        return next(telling, None) or _mixed_encoding(head)
    return "utf-8"


def _mixed_encoding(head: bytes) -> str:
    """UTF-8 when most lines with other than ASCII letters are; else what the strays are."""
    odd = [line for line in head.splitlines() if not line.isascii()]
    if len(strays := [line for line in odd if not is_utf8(line)]) * 2 < len(odd):
        return "utf-8"
    return single_byte_encoding(b"\n".join(strays))


def _wide_encoding(head: bytes) -> str | None:
    sample = head[:4000]
    if len(sample) < 4:
        return None
    odd, even = sample[1::2].count(0), sample[0::2].count(0)
    half = len(sample) // 2
    if odd > half * 0.4 and even < half * 0.1:
        return "utf-16-le"
    if even > half * 0.4 and odd < half * 0.1:
        return "utf-16-be"
    return None


def single_byte_encoding(head: bytes) -> str:
    """Which of Windows-1252 and Mac Roman bytes that are no UTF-8 read better in."""
    windows, mac = _likeness(head, "cp1252"), _likeness(head, "mac_roman")
    return "mac_roman" if mac > windows else "cp1252"


_HIGH = re.compile(rb"[\x80-\xff]+")
_RUN = 4
"""Western words have fewer letters in a row that are not ASCII; Cyrillic and Chinese ones more."""
_ORDINARY = frozenset("éèêëáàâäãåçñíìîïóòôöõúùûüøæœßÉÁÄÖÜÅØÑÇÓÍ’‘“”–—…°±µ×®©·")


def _likeness(octets: bytes, codec: str) -> int:
    """How much `octets` read as Western text in `codec`: ordinary letters in words."""
    text = octets.decode(codec, "replace")
    score = 0
    for found in re.finditer(r"[^\x00-\x7f]", text):
        letter, at = found[0], found.start()
        before, after = text[at - 1 : at], text[at + 1 : at + 2]
        score += 1 if letter in _ORDINARY else -2
        if letter.isalpha():
            capital_inside = letter.isupper() and before.islower()
            score += -3 if capital_inside else 1
        elif before.isalpha() and after.isalpha() and letter not in "’–—‘·":
            score -= 3
    return score


def reads_as_words(head: bytes, codec: str) -> bool:
    """Whether the bytes of `head` that are no UTF-8 read as Western text in `codec`."""
    strays = b"\n".join(line for line in head.splitlines() if not is_utf8(line))
    high = sum(map(len, _HIGH.findall(strays)))
    in_runs = sum(len(run) for run in _HIGH.findall(strays) if len(run) >= _RUN)
    return in_runs * 2 <= high and _likeness(strays, codec) >= 0


_ODD_ENDS = {
    "utf-8": (b"\xc2\x85", b"\xe2\x80\xa8", b"\xe2\x80\xa9"),
    "cp1252": (b"\x85",),
    "mac_roman": (),
}
"""NEL, line and paragraph separators, by encoding; to some programs they end lines."""
_TELLING = 3


def odd_ends(head: bytes, encoding: str) -> tuple[bytes, ...]:
    """The odd signs that end the lines of a file that begins with `head`; () for usual ones.

    One that follows a carriage return ends the line together with it.
    """
    usual = head.count(b"\n") + head.count(b"\r")
    ends = _ODD_ENDS.get(encoding, _ODD_ENDS["utf-8"])
    apart = {end: usual - head.count(b"\r" + end) for end in ends}
    return tuple(end for end in ends if head.count(end) >= max(_TELLING, 10 * apart[end]))


def is_utf8(line: bytes) -> bool:
    """Whether a line is UTF-8 throughout."""
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
