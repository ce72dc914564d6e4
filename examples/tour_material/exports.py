"""The tour's records as other databases and PubMed export them: reports to merge, and trials."""

import random
from typing import Any

Row = dict[str, Any]
TRIALS = {"Okonjo 2021": "NCT90000021", "Weir 2022": "NCT90000021"}
"""Key → the number in a trial register, one that the register has not reached."""


def second_database(draw: random.Random, rows: list[Row]) -> str:
    """Thirty of the records again, as another database writes them: reports to be merged."""
    lines: list[str] = []
    for row in draw.sample(rows, 30):
        title = row["title"].upper() if draw.random() < 0.3 else row["title"]
        lines += _ris(row, title, doi=draw.random() < 0.6)
    return "\n".join(lines)


def trial_reports(rows: list[Row]) -> str:
    """Reports of registered trials once more, as PubMed exports them: with their numbers."""
    return "\n".join(line for row in rows if row["key"] in TRIALS for line in _nbib(row))


def _nbib(row: Row) -> list[str]:
    return [
        f"PMID- {row['pmid']}", f"TI  - {row['title']}",
        *(f"FAU - {name.strip()}" for name in row["authors"].split(";")),
        f"JT  - {row['journal']}", f"DP  - {row['year']}", f"AB  - {row['abstract']}",
        f"LID - {row['doi']} [doi]", f"SI  - ClinicalTrials.gov/{TRIALS[row['key']]}", "",
    ]


def tutorial_records(rows: list[Row]) -> str:
    """Three records for the tutorial: two that belong to its review, and one that does not."""
    other = next(row for row in rows if row["title"].startswith("Referral to cardiac"))
    chosen = [next(row for row in rows if row["key"] == key) for key in ("Hartwell 2019", "Okonjo 2021")]
    return "\n".join(line for row in [*chosen, other] for line in _ris(row, row["title"], doi=True))


def _ris(row: Row, title: str, *, doi: bool) -> list[str]:
    first, last = row["pages"].split("-")
    return [
        "TY  - JOUR", f"TI  - {title}",
        *(f"AU  - {name.strip()}" for name in row["authors"].split(";")),
        f"PY  - {row['year']}", f"JO  - {row['journal']}", f"VL  - {row['volume']}", f"IS  - {row['issue']}",
        f"SP  - {first}", f"EP  - {last}", f"AB  - {row['abstract']}",
        *([f"DO  - {row['doi']}"] if doi else []),
        "ER  - ", "",
    ]
