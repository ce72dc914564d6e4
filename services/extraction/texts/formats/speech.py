"""Who says what, and when, in transcripts: names and times before words."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.extraction.texts.formats.extracted import Paragraph, Part, words_of

_TIME = re.compile(
    r"^[\[(]{0,2}(?:(\d{1,2}):(\d{1,2}):(\d{1,2})|(\d{1,3}):(\d{2}))(?:[.,](\d{1,7}))?[\])]{0,2}$"
)
_NAME = re.compile(r"^[^\W\d_][\w .,'’()/&#-]{0,60}$")
_MOMENT = r"(?:\d{1,2}:\d{1,2}:\d{1,2}|\d{1,3}:\d{2})(?:[.,]\d+)?"
_CLOCK = rf"[\[(]?(?P<time>{_MOMENT})(?:\s*(?:-->|–|-)\s*{_MOMENT})?[\])]?"
_HEADS = (
    re.compile(rf"^(?P<name>[^\n\t:]{{1,60}}?)[\s:,–-]+{_CLOCK}[ \t]*:?[ \t]*(?:\n|$)"),
    re.compile(rf"^{_CLOCK}[\s,–-]+(?P<name>[^\n\t:]{{1,60}}?)[ \t]*(?::\s*|\n|$)"),
    re.compile(rf"^(?P<name>[^\n\t:]{{1,60}}?)[ \t]*{_CLOCK}[ \t]*:\s*"),
    re.compile(rf"^(?P<name>[^\n\t:]{{1,60}}?):\s*{_CLOCK}\s+"),
)
"""A name and a time, in either order, before words."""
_BARE = re.compile(r"^(?P<name>[^\n\t:]{1,60}?)[ \t]*(?::(?!//)\s*|\t\s*)")
_DASH = re.compile(r"^(?P<name>[^\W\d_][\w.]{0,15})\s+[–—-]\s+")
"""A name of one word before a dash."""
_STAMP = re.compile(r"\s*#(?P<time>\d{1,2}:\d{2}:\d{2}(?:-\d)?)#\s*")
"""A time as f4 and MAXQDA write it, before or behind what is said."""
_OF_PROGRAM = re.compile(
    r"^(?:.{1,60} (?:started|stopped) transcription|transcribed by https?://\S+)$", re.IGNORECASE
)
"""What a program writes below a transcript."""
_BREAKS_OFF = re.compile(r"\b(?:ends?|ended|begins?|starts?|stops?|stopped)\b", re.IGNORECASE)
"""Words of a note after which nobody goes on speaking."""
_ALONE = re.compile(rf"^{_CLOCK}$")
INTERVIEWER = "I"
_COMMON = frozenset({"i", "we", "you", "he", "she", "they", "it", "so", "and", "but", "the"})
SENTENCE_ENDS = (".", "?", "!", "…", '."', "؟", "۔", "。", "？", "！")
"""With what a sentence ends in the scripts of many languages."""
LEAST_TURNS = 3
"""So many names before a colon make a transcript, if one of them comes back."""
LEAST_SHARE = 0.4
"""Share of the paragraphs that such names must begin."""
_HEADER = re.compile(r"^(speaker|name|who|participant|sprecher|person)", re.I)


def seconds_of(text: str) -> float | None:
    """Seconds of a time such as `0:16`, `1:02:03` or `00:00:16.250`; None where it is none."""
    found = _TIME.match(text.strip())
    if found is None:
        return None
    hours, minutes, seconds, short_minutes, short_seconds, part = found.groups()
    whole = int(minutes or short_minutes) * 60 + int(seconds or short_seconds)
    return int(hours or 0) * 3600 + whole + float(f"0.{part or 0}")


def is_name(text: str) -> bool:
    """Whether a text may be a speaker's name: short, begins with a letter, no sentence."""
    words = text.strip()
    return bool(_NAME.match(words)) and len(words.split()) <= 5


def is_sentence(text: str) -> bool:
    """Whether what stands before a colon is rather the beginning of a sentence; "I:" is not: so
    interviewers are called.
    """
    if text.strip() == INTERVIEWER:
        return False
    words = text.lower().replace(",", " ").split()
    return not words or len(words) > 5 or words[0] in _COMMON


def spoken(cells: Sequence[str]) -> Paragraph | None:
    """A table's row as speech: a time and a name, in either order, before the words."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    if len(filled) < 3:
        return None
    times = [cell for cell in filled[:-1] if seconds_of(cell) is not None]
    others = [cell for cell in filled[:-1] if cell not in times and not cell.isdecimal()]
    if not times or len(others) != 1 or not is_name(others[0]):
        return None
    return Paragraph(text=words_of([filled[-1]]), speaker=others[0], seconds=seconds_of(times[0]))


def spoken_rows(rows: Sequence[Sequence[str]]) -> Mapping[int, Paragraph]:
    """Rows (by their number) of a table whose two columns are names, which come back, and words."""
    filled = [[cell.strip() for cell in cells if cell.strip()] for cells in rows]
    pairs = {n: cells for n, cells in enumerate(filled) if len(cells) == 2}
    said = {
        n: (name.rstrip(": "), words)
        for n, (name, words) in pairs.items()
        if is_name(name.rstrip(": ")) and not (n == 0 and _HEADER.match(name))
    }
    times = Counter(name for name, _ in said.values())
    length = sum(len(words.split()) for _, words in said.values())
    is_talk = len(said) >= max(LEAST_TURNS, 0.8 * len(rows) - 1) and length >= 4 * len(said)
    if not is_talk or len(times) < 2 or 2 * len(times) > len(said) + 1:
        return {}
    return {n: Paragraph(text=words_of([words]), speaker=name) for n, (name, words) in said.items()}


@dataclass(frozen=True, slots=True)
class _Head:
    """What stands before the words of a turn; `end` is where they begin."""

    name: str
    seconds: float | None
    end: int


def turns_of(paragraphs: Sequence[tuple[str, Paragraph]]) -> list[Paragraph]:
    """Paragraphs that begin with a name and a time, or with names that come back, as speech.

    A paragraph without a name goes on with what the speaker before says. Empty where the text is
    no transcript.
    """
    paragraphs, stamps = _without_stamps(with_heads_joined(paragraphs))
    heads = _heads(paragraphs)
    if not heads:
        return []
    turns: list[Paragraph] = []
    speaker, seconds, is_open = "", None, False
    for number, (text, paragraph) in enumerate(paragraphs):
        head = heads.get(number)
        if head is not None:
            speaker, seconds, is_open = head.name, head.seconds, True
            seconds = stamps[number] if seconds is None else seconds
            text = text[head.end :]
        elif paragraph.speaker or not _goes_on(paragraph):
            speaker, seconds, is_open = "", None, False
        words = words_of([text])
        if paragraph.speaker:
            turns.append(paragraph)
        elif words and speaker and not _is_note(words):
            when = seconds if is_open else None
            turns.append(Paragraph(text=words, speaker=speaker, seconds=when))
            is_open = False
        elif words:
            turns.append(Paragraph(text=words, section=paragraph.section, part=paragraph.part))
    return turns


def with_heads_joined(
    paragraphs: Sequence[tuple[str, Paragraph]],
) -> Sequence[tuple[str, Paragraph]]:
    """Names and times that are paragraphs of their own, as one paragraph each; as they were where
    no name comes back beside the times.
    """
    texts = [text.strip() for text, _ in paragraphs]
    times = [n for n, text in enumerate(texts) if _ALONE.match(text)]
    for step in (-1, 1):
        names = [n + step for n in times]
        called = [texts[n] if 0 <= n < len(texts) else "" for n in names]
        if len(times) >= LEAST_TURNS and all(map(is_name, called)) and len({*called}) < len(called):
            heads = dict(zip(times, called, strict=True))
            return [
                (f"{heads[n]} {text}" if n in heads else text, paragraph)
                for n, (text, paragraph) in enumerate(paragraphs)
                if n not in names
            ]
    return paragraphs


def _without_stamps(
    paragraphs: Sequence[tuple[str, Paragraph]],
) -> tuple[list[tuple[str, Paragraph]], dict[int, float | None]]:
    """Paragraphs without the times that f4 and MAXQDA write before or behind them, and when each
    begins: at the time before it, which may stand behind the paragraph before.
    """
    bare: list[tuple[str, Paragraph]] = []
    begins: dict[int, float | None] = {}
    last: float | None = None
    for number, (text, paragraph) in enumerate(paragraphs):
        found = list(_STAMP.finditer(text))
        times = [seconds_of(one["time"].split("-")[0]) for one in found]
        if found and found[0].start() == 0:
            last = times[0]
        begins[number] = last
        if found:
            last = times[-1]
        bare.append((_STAMP.sub(" ", text).strip() if found else text, paragraph))
    return bare, begins


def _is_note(words: str) -> bool:
    """Whether a whole paragraph is in brackets, or a program wrote it: nobody says it."""
    in_brackets = words.startswith(("[", "(")) and words.endswith(("]", ")"))
    return in_brackets or bool(_OF_PROGRAM.match(words))


def _goes_on(paragraph: Paragraph) -> bool:
    """Whether the speaker before may go on in a paragraph without a name, or behind it."""
    is_end = _is_note(paragraph.text) and bool(_BREAKS_OFF.search(paragraph.text))
    return paragraph.part is Part.BODY and not is_end


def _heads(paragraphs: Sequence[tuple[str, Paragraph]]) -> dict[int, _Head]:
    """The heads of turns by the number of their paragraph; none where too few are found."""
    open_ = {n: text for n, (text, p) in enumerate(paragraphs) if not p.speaker}
    timed = {n: head for n, text in open_.items() if (head := _timed(text)) is not None}
    bare = {n: head for n, text in open_.items() if (head := _bare(text)) is not None}
    if len(timed) >= 2:
        known = {head.name for head in timed.values()}
        times = Counter(head.name for head in bare.values())
        known |= {name for name, count in times.items() if count > 1 and _is_code(name)}
        return {n: head for n, head in bare.items() if head.name in known} | timed
    bare |= timed
    times = Counter(head.name for head in bare.values())
    again = {name for name, count in times.items() if count > 1}
    first = min((n for n, head in bare.items() if head.name in again), default=len(paragraphs))
    turns = {n: h for n, h in bare.items() if h.name in again or (n > first and _is_code(h.name))}
    enough = max(LEAST_TURNS, LEAST_SHARE * len(open_))
    return turns if len(turns) >= enough and len({h.name for h in turns.values()}) > 1 else {}


def _is_code(name: str) -> bool:
    """Whether a name that comes only once is one all the same: P07, or a single word."""
    return any(sign.isdecimal() for sign in name) or len(name.split()) == 1


def _timed(text: str) -> _Head | None:
    for pattern in _HEADS:
        found = pattern.match(text)
        if found and is_name(found["name"]):
            return _Head(found["name"].strip(), seconds_of(found["time"]), found.end())
    return None


def _bare(text: str) -> _Head | None:
    found = _BARE.match(text) or _DASH.match(text)
    if found is None or not is_name(found["name"]) or is_sentence(found["name"]):
        return None
    return _Head(found["name"].strip(), None, found.end())
