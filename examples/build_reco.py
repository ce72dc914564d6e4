"""Build the example review `examples/reco` from the RECO data in `../shared/reco`.

Run `python -m examples.build_reco` in the project's folder. The same input gives the same
bytes. What the report does not say is not invented: cited works have no title, stage 2 has no
decisions (nobody published which works it kept), and the individual votes only restate that a
work which the synthesis cites was kept by the screening that the report describes.
"""

import csv
import io
import json
import re
import sys
from pathlib import Path
from typing import Any

import yaml

from examples.reco_arguments import ARGUMENTS
from runtime.bundle import reco_rules
from services.screening.decisions.domain.votes import in_sample
from shared.ids import stable_id

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared" / "reco"
TARGET = ROOT / "examples" / "reco"

REVIEW, SOURCE, SEED = "reco", "reco", 2024
LEAD, SECOND, ARBITER = "JH", "TA", "LJ"
FULL_TEXT_SHARE = 0.1

CRITERIA = (
    ("integration", "Integration of services is reported"),
    ("architecture", "Features of the service that bear on a theory are described"),
    ("outcomes", "Data on outcomes are given"),
)

FIGURES = {
    "records_identified": "identified",
    "stage1_included": "title_abstract_1.include",
    "stage1_excluded": "title_abstract_1.exclude",
    "stage2_included": "title_abstract_2.include",
    "stage2_excluded": "title_abstract_2.exclude",
    "fulltexts_screened": "full_text.pool",
    "included_synthesis": "full_text.include",
    "fulltext_excluded": "full_text.exclude",
}
"""Reported number → the figure of the flow that it stands beside."""

Line = dict[str, Any]


def build(shared: Path = SHARED, target: Path = TARGET) -> None:
    """Write every file of the bundle into `target`."""
    fragments = [fragment_line(f) for f in _jsonl(shared / "fragments.jsonl")]
    works = cited_works(fragments)
    files = {
        "review.yaml": review_yaml(json.loads(_read(shared / "numbers.json"))["numbers"]),
        "theories.json": _json(
            {**json.loads(_read(shared / "theories.json")), "arguments": ARGUMENTS}
        ),
        "codebook.json": _json(json.loads(_read(shared / "codebook.json"))),
        "fragments.jsonl": _lines(fragments),
        "sources.jsonl": _lines([*map(work_line, works), *people_lines(fragments)]),
        "records/cited-works.csv": records_csv(works),
        "decisions.csv": decisions_csv(fragments, works),
        "LICENSE-NOTE.md": LICENSE_NOTE,
        "README.md": README,
    }
    for name, text in files.items():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")


def fragment_line(fragment: Line) -> Line:
    """The fragment with its sources; people of the evaluation are sources of their own."""
    filled = reco_rules.with_sources(fragment)
    sources = [_said(source) for source in filled["sources"]]
    return {**fragment, "source": _origin(fragment["source"]), "sources": sources}


def _origin(source: Line) -> Line:
    return {"type": source["type"], **({"design": source["design"]} if source["design"] else {})}


def _said(source: Line) -> Line:
    return {name: value for name, value in source.items() if value is not None}


def cited_works(fragments: list[Line]) -> list[str]:
    """Citations that a fragment rests on, sorted."""
    keys = {source["key"] for fragment in fragments for source in fragment["sources"]}
    return sorted(key for key in keys if year_of(key) is not None)


def year_of(key: str) -> int | None:
    """The year of a citation such as `Bjorkquist et al 2018b`."""
    found = re.search(r"\b(\d{4})[a-z]?$", key)
    return int(found.group(1)) if found else None


def work_line(key: str) -> Line:
    """A cited work: a source with a record, its own study."""
    return {
        "key": key, "kind": "literature", "record": key, "study": key, "year": year_of(key),
    }  # fmt: skip


def people_lines(fragments: list[Line]) -> list[Line]:
    """The evaluation's case studies and participants, and the workshop: without records."""
    found: dict[str, Line] = {}
    for fragment in fragments:
        for source in fragment["sources"]:
            if year_of(source["key"]) is None:
                found.setdefault(source["key"], _people_line(source))
    return [found[key] for key in sorted(found)]


def _people_line(source: Line) -> Line:
    key = source["key"]
    if key == "workshop":
        return {"key": key, "kind": "workshop", "record": None, "study": key}
    case = {"case": source["case"]} if source.get("case") else {}
    kind = "interview" if source.get("participant") else "evaluation"
    return {"key": key, "kind": kind, "record": None, "study": "evaluation", **case}


def records_csv(works: list[str]) -> str:
    """One record per cited work: authors and year; the report gives no title here."""
    rows = [(key, SOURCE, key, _author(key), year_of(key)) for key in works]
    return _csv(("key", "source", "label", "authors", "year"), rows)


def _author(key: str) -> str:
    name = re.sub(r"\s*\d{4}[a-z]?$", "", key)
    return re.sub(r"\s+et al$", "", name)


def decisions_csv(fragments: list[Line], works: list[str]) -> str:
    """Two people at title and abstract; at full text one, and two for the keyed tenth.

    The last rows give the verdict of the report itself, for a review under another id, whose
    tenth is drawn anew.
    """
    spoken = _theories_of(fragments)
    rows: list[tuple[Any, ...]] = [
        (key, "title_abstract_1", person, "include", "", "vote")
        for key in works
        for person in (LEAD, SECOND)
    ]
    for key in works:
        both = in_sample(SEED, stable_id(REVIEW, SOURCE, key), FULL_TEXT_SHARE)
        people = (LEAD, SECOND) if both else (LEAD,)
        theories = " ".join(spoken[key])
        rows += [(key, "full_text", person, "include", theories, "vote") for person in people]
    verdicts = [(k, "full_text", "", "include", " ".join(spoken[k]), "resolution") for k in works]
    header = ("record", "stage", "person", "verdict", "theories", "how")
    return _csv(header, [*rows, *verdicts])


def _theories_of(fragments: list[Line]) -> dict[str, list[str]]:
    spoken: dict[str, set[int]] = {}
    for fragment in fragments:
        for source in fragment["sources"]:
            spoken.setdefault(source["key"], set()).add(fragment["theory"])
    return {key: [f"PT{n}" for n in sorted(numbers)] for key, numbers in spoken.items()}


def review_yaml(numbers: list[Line]) -> str:
    """Title, question, team, stages, criteria and the numbers that the report states."""
    dual = {"kind": "dual", "resolution": "third"}
    sample = {"kind": "sample", "share": FULL_TEXT_SHARE, "resolution": "third", "inclusion": "any"}
    review = {
        "id": REVIEW,
        "title": "RECO: services for co-occurring serious mental illness and substance use",
        "question": (
            "Which arrangements of services help people who live with both a serious mental "
            "health condition and alcohol or drug use, for whom, in what circumstances, and why?"
        ),
        "protocol": "PROSPERO CRD42020168667",
        "seed": SEED,
        "team": [
            {"person": LEAD, "name": "JH (lead reviewer)", "roles": ["owner", "reviewer", "coder"]},
            {"person": SECOND, "name": "TA (reviewer)", "roles": ["reviewer"]},
            {"person": ARBITER, "name": "LJ (arbiter)", "roles": ["reviewer", "resolver"]},
            {"person": "SD", "name": "SD (realist lead)", "roles": ["reader"]},
        ],
        "stages": [
            {"name": "title_abstract_1", "from": None, "main": True, "policy": dual},
            {
                "name": "title_abstract_2", "from": "title_abstract_1", "main": False,
                "policy": dual,
            },
            {"name": "full_text", "from": "title_abstract_1", "main": True, "policy": sample},
        ],
        "criteria": [
            {"id": name, "kind": "include", "stages": ["full_text"], "text": text}
            for name, text in CRITERIA
        ],
        "reported_numbers": [_with_figure(number) for number in numbers],
    }  # fmt: skip
    return yaml.safe_dump(review, sort_keys=False, allow_unicode=True, width=100)


def _with_figure(number: Line) -> Line:
    return {**number, "figure": FIGURES[number["id"]]} if number["id"] in FIGURES else number


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _jsonl(path: Path) -> list[Line]:
    return [json.loads(line) for line in _read(path).splitlines() if line.strip()]


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def _lines(values: list[Line]) -> str:
    return "".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values)


def _csv(header: tuple[str, ...], rows: list[tuple[Any, ...]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()


LICENSE_NOTE = """# Licence and attribution

The content of this folder is an own-words account, as data, of

> Hughes et al. Services for people with co-occurring serious mental health and substance use
> conditions: the RECO realist synthesis and evaluation. *Health Technology Assessment* 2024;28(67).
> doi: [10.3310/JTNT0476](https://doi.org/10.3310/JTNT0476)

which is published under the Creative Commons Attribution 4.0 licence
([CC BY 4.0](https://creativecommons.org/licenses/by/4.0/)). No sentence of it is quoted.

**Changed against the report:** statements were put into other words, coded into groups of codes
and linked as fragments; sources were given keys; screening votes restate the outcome that the
report describes. Errors are this account's, not the authors'. The authors do not endorse it.

Whoever passes this folder on keeps this note, under the same attribution.
"""

README = """# The RECO review as a bundle

A complete living review to try Retroduct with: `retroduct load examples/reco`, or `make demo`.
Built by `python -m examples.build_reco`; attribution in [LICENSE-NOTE.md](LICENSE-NOTE.md); the
form of the files is described in `docs/reference/bundle.md`.

| file | holds |
|---|---|
| `review.yaml` | question, team, three stages, criteria, the numbers that the report states |
| `theories.json` | 11 programme theories; five with their refinements and final words |
| `codebook.json` | groups of codes per theory, with outcome levels |
| `fragments.jsonl` | 615 coded fragments, each with its sources |
| `sources.jsonl` | cited works (with a record), interviews, case studies, workshop (without) |
| `records/cited-works.csv` | the cited works: authors and year |
| `decisions.csv` | the votes by which they are included |

What it does not hold, because the report does not give it: titles of the cited works (pages
print "title not given in the report"), the 5,099 records of the searches, which works were kept
for the mapping (stage 2, a side branch of stage 1), and single votes. Each cited work carries the
votes that the described procedure needs: two people at title and abstract, one at full text and
two for the tenth that is drawn by the review's seed. Rows marked `resolution` repeat the verdict,
for a review that is loaded under another id and draws another tenth. `reported_numbers` stand
beside what is counted here and are never mixed with it.

Evaluation fragments come from one study, `evaluation`; its case studies A to F are cases, and
each participant is a source, so that one person's interview can be withdrawn.
"""

if __name__ == "__main__":
    build(Path(sys.argv[1]) if len(sys.argv) > 1 else SHARED)
