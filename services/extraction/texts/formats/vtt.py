"""The text of WebVTT captions: turns of speech with speakers and times.

Cues are read in the order of their times; a sentence that goes on in the next cue of the
same speaker is one paragraph, and lines that rolling captions repeat are taken once.
"""

import html
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from services.extraction.texts.formats.encodings import decoded
from services.extraction.texts.formats.extracted import (
    Extracted,
    Paragraph,
    UnreadableText,
    words_of,
)
from services.extraction.texts.formats.speech import LEAST_SHARE, SENTENCE_ENDS, is_sentence

_TIMES = re.compile(
    r"^(?:(\d+):)?(\d{1,2}):(\d{2})(?:[.,](\d{1,3}))?\s*-->"
    r"\s*(?:(\d+):)?(\d{1,2}):(\d{2})(?:[.,](\d{1,3}))?"
)
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]*)>")
_TAG = re.compile(r"</?(?:[a-z]+(?:\.[^>]*)?|\d[\d:.]*)(?:\s[^>]*)?/?>")
_PLACE = re.compile(r"\{\\an?\d+\}")
"""Where SubRip's captions stand on the screen."""
_CALLED = re.compile(r'^\d+\s+"(?P<name>[^"<>]{1,60})"\s+\(\d+\)$')
"""The line before a cue's times in Webex, with the speaker's name."""
_READING = re.compile(r"<rt>.*?(?:</rt>|$)", re.DOTALL)
"""How the letters before it are read, above them."""
_NAMED = re.compile(
    r"^(?:>>+\s*)?(?P<open>\[)?(?P<name>[^\W\d_][\w .,'’()/&-]{0,60}?)(?(open)\]):"
    r"\s+(?P<words>\S.*)$",
    re.DOTALL,
)
"""A name before a colon, also in brackets, or behind the arrows of a change of speakers."""
_NO_CUE = re.compile(r"(?:WEBVTT|NOTE|STYLE|REGION)\b|\d+\n")
ROLLING = 1.0
"""Seconds within which a caption that shows a line again still rolls."""


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
    names = _names(cues)
    turns = [turn for cue in cues for turn in _turns(cue, names) if turn.lines]
    return Extracted(kind="vtt", paragraphs=list(_paragraphs(_without_repeats(turns))))


Cue = tuple[float, float, str]
"""Start and end in seconds, payload."""


def _cues(text: str) -> Iterator[Cue]:
    """The cues; words behind an empty line within one belong to it all the same."""
    cue: Cue | None = None
    for block in re.split(r"\n{2,}", text.replace("\r\n", "\n").replace("\r", "\n")):
        lines = block.split("\n")
        timed = (
            (n, times) for n, line in enumerate(lines) if (times := _TIMES.match(line.strip()))
        )
        number, times = next(timed, (0, None))
        if times is None:
            if cue is not None and not _NO_CUE.match(block + "\n"):
                cue = (cue[0], cue[1], f"{cue[2]}\n{block}")
            continue
        if cue is not None:
            yield cue
        start, end = _seconds(times.groups()[:4]), _seconds(times.groups()[4:])
        called = _CALLED.match(lines[number - 1].strip()) if number else None
        voice = f"<v {called['name']}>" if called else ""
        cue = (start, end, voice + "\n".join(lines[number + 1 :]))
    if cue is not None:
        yield cue


def _seconds(parts: tuple[str | None, ...]) -> float:
    hours, minutes, seconds = (int(part or 0) for part in parts[:3])
    return hours * 3600 + minutes * 60 + seconds + float(f"0.{parts[3] or 0}")


def _names(cues: list[Cue]) -> frozenset[str]:
    """Names before a colon, where captions name speakers so: not words of a sentence."""
    if any("<v" in payload for _, _, payload in cues):
        return frozenset()
    found = (_NAMED.match(_plain(payload).strip()) for _, _, payload in cues)
    times = Counter(f["name"] for f in found if f and not is_sentence(f["name"]))
    least = 1 if times.total() >= LEAST_SHARE * len(cues) else 2
    return frozenset(name for name, count in times.items() if count >= least)


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
    return html.unescape(_TAG.sub("", _READING.sub("", _PLACE.sub("", payload))))


def _lines(payload: str) -> list[str]:
    return [line for line in (words_of([part]) for part in _plain(payload).split("\n")) if line]


def _without_repeats(turns: list[_Turn]) -> list[_Turn]:
    """Turns without the lines that the cue before has shown already and shows on (rolling).

    Captions that name speakers do not roll: there somebody says the same again.
    """
    if any(turn.speaker for turn in turns):
        return turns
    shown, until = [""], 0.0
    kept: list[_Turn] = []
    for turn in turns:
        new = list(turn.lines)
        while new and new[0] in shown and turn.start - until <= ROLLING:
            new.pop(0)
        shown, until = turn.lines, turn.end
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
    return turn is not None and not turn.lines[-1].rstrip().endswith(SENTENCE_ENDS)
