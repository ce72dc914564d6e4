"""Build the invented example review `examples/tour` from the words in `examples/tour_material`.

Run `python -m examples.build_tour` in the project's folder. The same words give the same bytes.
Nothing of it was measured, said or published anywhere; every record says that it is invented, its
DOI stands under the prefix 10.5555 that Crossref keeps for examples, and its numbers in the place
of PubMed's are ones that PubMed has not reached.
"""

import csv
import io
import json
import random
from pathlib import Path
from typing import Any

import yaml

from examples.tour_material import theory as said
from examples.tour_material.abstracts import PLACES, SURNAMES, TOPICS, Topic
from examples.tour_material.exports import Row, second_database, trial_reports, tutorial_records
from examples.tour_material.fulltexts import SIBLING_TEXT, TEXTS
from examples.tour_material.searching import searching

TARGET = Path(__file__).resolve().parent / "tour"
FIRST, SECOND, THIRD = "AB", "CD", "EF"
SEED = 2026
MARK = "Invented example record."
NAMED = {
    "Hartwell 2019": ("Walking on: a process evaluation of peer-led walking groups after cardiac rehabilitation", "Hartwell, Joan; Nwosu, Peter", 2019),
    "Marchetti 2020": ("Nurse or neighbour? A realist evaluation of who should lead a walk", "Marchetti, Rosa; Lind, Karl", 2020),
    "Okonjo 2021": ("Peer-led walking in villages: a cluster trial with nested interviews", "Okonjo, Ada; Weir, Thomas", 2021),
    "Lindqvist 2022": ("Ice and dark: an ethnography of walking groups in a northern winter", "Lindqvist, Saga", 2022),
    "Brandt 2018": ("Walking with a peer after cardiac rehabilitation: a randomised trial", "Brandt, Otto; Sommer, Ilse", 2018),
}
"""Key → title, authors, year of the records that fragments rest on."""
RETRACTED = "Brandt 2018"
SIBLING = ("Weir 2022", "What people in villages wrote down after cardiac rehabilitation: a diary study", "Weir, Thomas; Okonjo, Ada", 2022)
"""A further report of the village trial, excluded by its abstract: CLUSTER searching finds it again."""
SIBLING_ABSTRACT = (
    f"{MARK} Thirty-four former cardiac patients in sixteen practices kept a diary for half a year. "
    "We describe what their days are made of, who comes by, and what they do by themselves."
)
CRITERIA = (
    ("population", "People after a cardiac event or cardiac rehabilitation", ("title_abstract", "full_text")),
    ("walking", "Walking in a group or with a companion", ("title_abstract", "full_text")),
    ("explains", "Says something about why people go on or stop", ("full_text",)),
)
ROLES = {"context": "context", "resource": "mechanism_resource", "response": "mechanism_response", "outcome": "outcome"}


def build(target: Path = TARGET) -> None:
    """Write every file of the bundle into `target`."""
    draw = random.Random(SEED)
    made = records(draw)
    table = [*(row for row, _ in made), _sibling()]
    files = {
        "review.yaml": yaml.safe_dump(review(), sort_keys=False, allow_unicode=True, width=100),
        "theories.json": _json({"theories": said.THEORIES, "arguments": said.ARGUMENTS}),
        "codebook.json": _json({"programme_theories": codebook()}),
        "sources.jsonl": _lines(sources()),
        "fragments.jsonl": _lines(fragments()),
        "records/first-search.csv": _csv(table),
        "records/second-database.ris": second_database(draw, [row for row, _ in made]),
        "records/trial-reports.nbib": trial_reports(table),
        "decisions.csv": _csv(decisions(draw, made) + votes_on_sibling()),
        "events.jsonl": _lines(events()),
        "searching.json": _json(searching()),
        "tutorial/records.ris": tutorial_records([row for row, _ in made]),
        "tutorial/hartwell-2019.txt": TEXTS["Hartwell 2019"],
        "tutorial/okonjo-2021.txt": TEXTS["Okonjo 2021"],
        "tutorial/weir-2022.txt": SIBLING_TEXT,
        "README.md": README,
    }
    for name, text in files.items():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")


def review() -> Row:
    """review.yaml: question, team, stages, criteria."""
    dual = {"kind": "dual", "resolution": "third"}
    return {
        "id": "tour",
        "title": "Walking groups after cardiac rehabilitation (invented example)",
        "question": "What makes people go on walking with a group after cardiac rehabilitation, "
        "for whom, in what circumstances, and why?",
        "protocol": "Invented for the tutorial; registered nowhere",
        "seed": SEED,
        "team": [
            {"person": FIRST, "name": "Anna (lead reviewer)", "roles": ["owner", "reviewer", "coder"]},
            {"person": SECOND, "name": "Ciaran (reviewer)", "roles": ["reviewer", "coder"]},
            {"person": THIRD, "name": "Esi (resolver)", "roles": ["reviewer", "resolver"]},
        ],
        "stages": [
            {"name": "title_abstract", "from": None, "main": True, "policy": dual},
            {"name": "full_text", "from": "title_abstract", "main": True, "policy": dual},
        ],
        "criteria": [
            {"id": key, "kind": "include", "stages": list(stages), "text": text}
            for key, text, stages in CRITERIA
        ],
    }


def codebook() -> Row:
    """Theory → role → groups with their codes."""
    return {
        theory: {
            role: [
                {"group_id": key, "label": label, **({"level": "intermediate"} if role == "outcome" else {}),
                 "codes": [{"code_id": c, "code": text, "sense": sense} for c, text, sense in codes]}
                for key, label, codes in groups
            ]
            for role, groups in roles.items()
        }
        for theory, roles in said.GROUPS.items()
    }


def records(draw: random.Random) -> list[tuple[Row, bool]]:
    """The record table's rows, each with whether it belongs to the review, in shuffled order."""
    made = [_named(key) for key in NAMED]
    used: set[str] = set()
    for topic, count in TOPICS:
        made += [(_invented(draw, topic, used), topic.relevant) for _ in range(count)]
    draw.shuffle(made)
    return made


def _named(key: str) -> tuple[Row, bool]:
    title, authors, year = NAMED[key]
    text = TEXTS.get(key, "")
    what = text.split("Background\n")[-1].split("\n")[0] if "Background\n" in text else title + "."
    if key == RETRACTED:
        what = " ".join(quote for _, quote, _ in said.BRANDT)
    return _row(key, title, authors, year, f"{MARK} {what}", "Journal of Invented Rehabilitation"), True


def _sibling() -> Row:
    key, title, authors, year = SIBLING
    return _row(key, title, authors, year, SIBLING_ABSTRACT, "Journal of Invented Rehabilitation")


def votes_on_sibling() -> list[Row]:
    """Both reviewers excluded it: its abstract says nothing of walking with others."""
    return [_vote(_sibling(), "title_abstract", person, "exclude", "walking") for person in (FIRST, SECOND)]


def _invented(draw: random.Random, topic: Topic, used: set[str]) -> Row:
    while True:
        place, year = draw.choice(PLACES), draw.randint(2004, 2025)
        title = draw.choice(topic.titles).format(place=place)
        first = draw.choice(SURNAMES)
        key = f"{first} {year}"
        if title not in used and key not in used:
            break
    used.update((title, key))
    words = {"place": place, "n": draw.randint(12, 480), "months": draw.choice((3, 6, 9, 12, 18)), "share": draw.randint(11, 89)}
    sentences = [draw.choice(topic.background), draw.choice(topic.methods), *draw.sample(topic.results, 2), draw.choice(topic.close)]
    others = draw.sample([name for name in SURNAMES if name != first], draw.randint(0, 3))
    authors = "; ".join(f"{name}, {draw.choice('ABCDEFGHJKLMNPRSTW')}." for name in (first, *others))
    return _row(key, title, authors, year, " ".join([MARK, *sentences]).format(**words), topic.journal)


def _row(key: str, title: str, authors: str, year: int, abstract: str, journal: str) -> Row:
    number = sum(ord(c) * (i + 7) for i, c in enumerate(key + title))
    return {
        "key": key, "source": "pubmed", "title": title, "abstract": abstract, "authors": authors,
        "year": year, "journal": journal, "volume": year - 1990, "issue": number % 12 + 1,
        "pages": f"{number % 700 + 1}-{number % 700 + 9}", "doi": f"10.5555/invented.{year}.{number}",
        "pmid": 90_000_000 + number, "language": "English", "arm": "database",
    }


def decisions(draw: random.Random, made: list[tuple[Row, bool]]) -> list[Row]:
    """Votes on two thirds of the records; conflicts, some resolved; then some full texts."""
    told: list[Row] = []
    read = sorted(made[:100] + [m for m in made[100:] if m[0]["key"] in NAMED], key=lambda m: m[0]["key"])
    doubtful = [row["key"] for row, fits in read if fits and row["key"] not in NAMED][:6]
    for row, fits in read:
        verdict, reason = ("include", "") if fits else ("exclude", _reason(row))
        told.append(_vote(row, "title_abstract", FIRST, verdict, reason))
        if row["key"] in doubtful:
            told.append(_vote(row, "title_abstract", SECOND, "exclude", "walking"))
            if doubtful.index(row["key"]) < 4:
                note = "The abstract speaks of walking with others; read the full text"
                told.append({**_vote(row, "title_abstract", THIRD, "include", ""), "how": "resolution", "note": note})
        elif row["key"] in NAMED or draw.random() < 0.9:
            told.append(_vote(row, "title_abstract", SECOND, verdict, reason))
    included = [row for row, fits in read if fits and _settled(row, told)]
    for row in included:
        if row["key"] in NAMED:
            told += [_vote(row, "full_text", person, "include", "") for person in (FIRST, SECOND)]
    for row in [row for row in included if row["key"] not in NAMED][:5]:
        told += [_vote(row, "full_text", person, "exclude", "explains") for person in (FIRST, SECOND)]
    return told


def _settled(row: Row, told: list[Row]) -> bool:
    verdicts = [t for t in told if t["record"] == row["key"]]
    return len(verdicts) == 3 or [t["verdict"] for t in verdicts] == ["include", "include"]


def _reason(row: Row) -> str:
    return "walking" if "cardiac rehabilitation" in row["title"] else "population"


def _vote(row: Row, stage: str, person: str, verdict: str, reason: str) -> Row:
    return {"record": row["key"], "stage": stage, "person": person, "verdict": verdict, "reason": reason, "how": "vote", "note": ""}


def sources() -> list[Row]:
    """sources.jsonl: the five studies, four with their text."""
    lines = []
    for key, (title, _, year) in NAMED.items():
        line = {"key": key, "kind": "literature", "record": key, "study": key, "title": title, "year": year}
        lines.append({**line, "text": TEXTS[key]} if key in TEXTS else line)
    return lines


def fragments() -> list[Row]:
    """fragments.jsonl: quotations where there is a text, paraphrases where there is none."""
    lines = [_quoted(i, *entry) for i, entry in enumerate(said.FRAGMENTS, start=1)]
    for i, (coder, words, elements) in enumerate(said.BRANDT, start=1):
        lines.append({**_fragment(f"B{i:02d}", RETRACTED, coder, elements), "paraphrase": words, "locator": "abstract"})
    return lines


def _quoted(number: int, document: str, coder: str, quote: str, elements: list[str], case: str | None = None) -> Row:
    text = TEXTS[document]
    if text.count(quote) != 1:
        raise ValueError(f"'{quote[:60]}' is not found exactly once in {document}")
    start = text.index(quote)
    line = _fragment(f"F{number:02d}", document, coder, elements, case)
    return {**line, "start": start, "end": start + len(quote), "quote": quote}


def _fragment(key: str, document: str, coder: str, elements: list[str], case: str | None = None) -> Row:
    coded = [_element(*element.split()) for element in elements]
    theory = coded[0]["code_id"].split("-")[0]
    return {"id": key, "theories": [theory], "elements": coded, "sources": [{"key": document, **({"case": case} if case else {})}],
            "document": document, "coder": coder, "coded_at": "2026-03-02T10:00:00+00:00"}


def _element(role: str, code: str, state: str = "present") -> Row:
    return {"role": ROLES[role], "code_id": code, "state": state}


def events() -> list[Row]:
    """events.jsonl: one trial is retracted after it was coded."""
    return [{"event": "record_flagged", "record": RETRACTED, "flag": "retraction", "notice": "Retracted by its invented journal: attendance lists could not be produced"}]


def _json(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _lines(rows: list[Row]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def _csv(rows: list[Row]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


README = """\
# An invented review, for the tutorial

A small living review that nobody carried out: 151 records with titles and abstracts, a strategy and a weekly
search, four full texts, two reviewers and a resolver, conflicts that are resolved and some that are not,
exclusions with reasons, quotations coded by two people, two arguments with predictions, and one trial that is
retracted after it was coded. **Every record, study, person, place and number in it is invented.** DOIs stand
under 10.5555, the prefix kept for examples.

`retroduct load examples/tour` loads it. It is built by `python -m examples.build_tour` from the words in
`examples/tour_material`; change those, not the files here.
"""

if __name__ == "__main__":
    build()
