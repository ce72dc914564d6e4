"""How the invented review searches: its strategy, a run elsewhere, and a weekly search of PubMed."""

from typing import Any

WRITTEN = "2025-11-03T09:00:00+00:00"
LEADER = "AB"
QUERY = (
    'walk* AND ("cardiac rehabilitation" OR "heart disease" OR "heart attack" OR "heart surgery")'
)
DEFINITION: dict[str, Any] = {
    "name": "Walking in a group after a cardiac event",
    "concepts": [
        {
            "name": "Cardiac event or rehabilitation",
            "broad": [
                "cardiac rehabilitation",
                "heart attack",
                "myocardial infarction",
                "heart disease",
                "heart surgery",
            ],
            "narrow": None,
            "applied": True,
        },
        {"name": "Walking", "broad": ["walk*"], "narrow": ["walking group*"], "applied": True},
    ],
    "breadth": "broad",
    "limits": "",
    "known": [],
}


def searching() -> dict[str, dict[str, list[dict[str, Any]]]]:
    """searching.json: rows by table, as the search service keeps them."""
    version = {
        "version": 1,
        "definition": DEFINITION,
        "reason": "First version, agreed with the steering group of the invented review",
        "changed_at": WRITTEN,
        "changed_by": LEADER,
    }
    run = {
        "id": "second-database",
        "strategy_id": "walking-groups",
        "version": 1,
        "platform": "Invented Host",
        "database": "Second Database",
        "ran_on": "2025-11-03",
        "hits": 30,
        "export_file": "second-database.ris",
        "lines": ["1. cardiac rehabilitation.ti,ab.", "2. walk*.ti,ab.", "3. 1 and 2"],
        "note": "",
        "recorded_at": WRITTEN,
        "recorded_by": LEADER,
    }
    weekly = {
        "id": "weekly",
        "name": "Every Monday in PubMed",
        "database": "pubmed",
        "query": QUERY,
        "definition": {
            "query": QUERY,
            "concepts": [],
            "breadth": "broad",
            "strategy": [],
            "notes": [],
        },
        "schedule": "0 6 * * 1",
        "state": "active",
        "watermark": {},
        "translation": "",
        "anchor": WRITTEN,
        "version": 1,
        "changed_at": WRITTEN,
    }
    return {
        "tables": {
            "searches": [weekly],
            "strategies": [{"id": "walking-groups", **version}],
            "strategy_versions": [{"strategy_id": "walking-groups", **version}],
            "strategy_runs": [run],
        }
    }
