"""The text of WebVTT captions: turns of speech with speakers and times.

Cues are read in the order of their times; a sentence that goes on in the next cue of the
same speaker is one paragraph, and lines that rolling captions repeat are taken once.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

from services.extraction.texts.formats.extracted import (
    Extracted,
    Paragraph,
    UnreadableText,
    words_of,
)
from services.extraction.texts.formats.plain import decoded

_TIMES = re.compile(
    r"^(?:(\d+):)?(\d{1,2}):(\d{2})[.,](\d{3})\s+-->\s+(?:(\d+):)?(\d{1,2}):(\d{2})[.,](\d{3})"
)
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]*)>")
_TAG = re.compile(r"</?(?:[a-z]+(?:\.[^>]*)?|\d[\d:.]*)(?:\s[^>]*)?/?>")
_NAMED = re.compile(r"^(?P<name>[^\W\d_][\w .,'’()/&-]{0,60}?):\s+(?P<words>\S.*)$", re.DOTALL)
_COMMON = frozenset({"i", "we", "you", "he", "she", "they", "it", "so", "and", "but", "the"})


@dataclass(slots=True)
class _Turn:
    start: float
    end: float
    speaker: str
    lines: list[str]


def read_vtt(data: bytes) -> Extracted:
    """The turns of captions; raises `UnreadableText` saying what to do instead."""
    text = decoded(data).lstrip("\ufeff")
    cues = sorted(_cues(text), key=lambda cue: cue[0])
    if not cues:
        raise UnreadableText("The file holds no captions; export the transcript again.")
    turns = [turn for cue in cues for turn in _turns(cue, _names(cues))]
    return Extracted(kind="vtt", paragraphs=list(_paragraphs(_without_repeats(turns))))


Cue = tuple[float, float, str]
"""Start and end in seconds, payload."""


def _cues(text: str) -> Iterator[Cue]:
    for block in re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n").replace("\r", "\n")):
        lines = block.split("\n")
        for number, line in enumerate(lines):
            times = _TIMES.match(line.strip())
            if times:
                start, end = _seconds(times.groups()[:4]), _seconds(times.groups()[4:])
                yield start, end, "\n".join(lines[number + 1 :])
                break


def _seconds(parts: tuple[str | None, ...]) -> float:
    hours, minutes, seconds, thousandths = (int(part or 0) for part in parts)
    return hours * 3600 + minutes * 60 + seconds + thousandths / 1000


def _names(cues: list[Cue]) -> frozenset[str]:
    """Names before a colon, where captions name speakers so: not words of a sentence."""
    if any("<v" in payload for _, _, payload in cues):
        return frozenset()
    found = (_NAMED.match(_plain(payload).strip()) for _, _, payload in cues)
    return frozenset(f["name"] for f in found if f and not _is_sentence(f["name"]))


def _is_sentence(name: str) -> bool:
    words = name.lower().replace(",", " ").split()
    return len(words) > 5 or words[0] in _COMMON


def _turns(cue: Cue, names: frozenset[str]) -> Iterator[_Turn]:
    start, end, payload = cue
    pieces = _VOICE.split(payload)
    if len(pieces) > 1:
        if pieces[0].strip():
            yield _Turn(start, end, "", _lines(pieces[0]))
        for name, words in zip(pieces[1::2], pieces[2::2], strict=True):
            yield _Turn(start, end, html.unescape(name).strip(), _lines(words))
        return
    named = _NAMED.match(_plain(payload).strip())
    if named and named["name"] in names:
        yield _Turn(start, end, named["name"].strip(), _lines(named["words"]))
    else:
        yield _Turn(start, end, "", _lines(payload))


def _plain(payload: str) -> str:
    return html.unescape(_TAG.sub("", payload))


def _lines(payload: str) -> list[str]:
    return [line for line in (words_of([part]) for part in _plain(payload).split("\n")) if line]


def _without_repeats(turns: list[_Turn]) -> list[_Turn]:
    """Turns without the lines that the cue before has shown already and shows on (rolling)."""
    shown: list[str] = []
    kept: list[_Turn] = []
    for turn in turns:
        new = list(turn.lines)
        while new and new[0] in shown:
            new.pop(0)
        shown = turn.lines
        if new:
            kept.append(_Turn(turn.start, turn.end, turn.speaker, new))
    return kept


def _paragraphs(turns: list[_Turn]) -> Iterator[Paragraph]:
    """One paragraph for what a speaker says on end; a cue without a name goes on."""
    named = any(turn.speaker for turn in turns)
    open_: dict[str, _Turn] = {}
    order: list[_Turn] = []
    last = ""
    for turn in turns:
        speaker = turn.speaker or (last if named and _goes_on(open_.get(last)) else "")
        before = open_.get(speaker)
        if before is not None and (order[-1] is before or _goes_on(before)):
            before.lines += turn.lines
        else:
            open_[speaker] = _Turn(turn.start, turn.end, speaker, list(turn.lines))
            order.append(open_[speaker])
        last = speaker
    for turn in order:
        yield Paragraph(
            text=words_of([" ".join(turn.lines)]), speaker=turn.speaker, seconds=turn.start
        )


def _goes_on(turn: _Turn | None) -> bool:
    """Whether the last sentence of a turn has not ended."""
    return turn is not None and not turn.lines[-1].rstrip().endswith((".", "?", "!", "…", '."'))
