"""Who says what, and when, in transcripts: names and times before words."""

import re
from collections.abc import Sequence

from services.extraction.texts.formats.extracted import Paragraph, words_of

_TIME = re.compile(r"^\(?\[?(?:(\d{1,2}):)?(\d{1,3}):(\d{2})(?:[.,](\d{1,3}))?\]?\)?$")
_NAME = re.compile(r"^[^\W\d_][\w .,'’()/&-]{0,60}$")
_HEAD = re.compile(
    r"^(?P<name>[^\n\t:]{1,60}?)[\s:]+\[?\(?(?P<time>(?:\d{1,2}:)?\d{1,3}:\d{2}(?:[.,]\d+)?)\]?\)?\s*\n"
)


def seconds_of(text: str) -> float | None:
    """Seconds of a time such as `0:16`, `1:02:03` or `00:00:16.250`; None where it is none."""
    found = _TIME.match(text.strip())
    if found is None:
        return None
    hours, minutes, seconds, part = found.groups()
    fraction = float(f"0.{part}") if part else 0.0
    return int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds) + fraction


def is_name(text: str) -> bool:
    """Whether a text may be a speaker's name: short, begins with a letter, no sentence."""
    words = text.strip()
    return bool(_NAME.match(words)) and len(words.split()) <= 5


def spoken(cells: Sequence[str]) -> Paragraph | None:
    """A table's row as speech: a time and a name, in either order, before the words."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    if len(filled) != 3:
        return None
    times = [seconds_of(cell) for cell in filled[:2]]
    if (times[0] is None) == (times[1] is None):
        return None
    name = filled[1] if times[0] is not None else filled[0]
    when = times[0] if times[0] is not None else times[1]
    if not is_name(name):
        return None
    return Paragraph(text=words_of([filled[2]]), speaker=name, seconds=when)


def turns_of(paragraphs: Sequence[tuple[str, Paragraph]]) -> list[Paragraph]:
    """Paragraphs of the form name, time, line break, words as speech; empty where few are."""
    turns: list[Paragraph] = []
    found = 0
    for text, paragraph in paragraphs:
        head = _HEAD.match(text + "\n" if "\n" not in text else text)
        if head and is_name(head["name"]):
            found += 1
            words = words_of([text[head.end() :]])
            turns.append(
                Paragraph(
                    text=words, speaker=head["name"].strip(), seconds=seconds_of(head["time"])
                )
            )
        elif turns and found and not turns[-1].text:
            before = turns.pop()
            turns.append(
                Paragraph(text=words_of([text]), speaker=before.speaker, seconds=before.seconds)
            )
        else:
            turns.append(
                Paragraph(text=words_of([text]), section=paragraph.section, part=paragraph.part)
            )
    return [turn for turn in turns if turn.text] if found >= 2 else []
