"""Requests that somebody makes to learn how, or whether, another person has voted.

`{target}` is the record with the hidden vote, `{decoy}` and the others are records beside it.
"""

from hashlib import sha256

from shared.ids import stable_id
from tests.trust.transcripts import SCREENING, SEARCH, STAGES


def probe(method, path, body=None, by="ann"):
    """A request that might tell; `{target}`, `{decoy}` and the others are filled in."""
    return by, method, path, body


def policy(kind):
    """Another policy for the first stage."""
    stages = [{**STAGES[0], "policy": {"kind": kind, "share": 0.5}}, STAGES[1]]
    return {"stages": stages, "reason": "few are left"}


MERGE, SPLIT = f"{SEARCH}/records/{{target}}/merge", f"{SEARCH}/records/{{target}}/split"
AT = f"{SCREENING}/stages/title"
FOR_BEN = {"verdict": "include", "person": "ben"}
CRITERIA = {"criteria": [{"id": "c", "text": "not housing"}]}
OVERTURNED = {"verdict": "exclude", "note": "n"}
TARGET = {"recall": 0.9, "confidence": 0.9}


def one(record, verdict, **more):
    """The body of one decision."""
    return {"decisions": [{"record": record, "verdict": verdict, **more}]}


TOPICS = (
    "gardens", "choirs", "walking", "boxing", "sewing", "reading", "cooking", "sailing", "painting",
    "fishing", "theatre", "dancing", "climbing", "farming", "gaming", "knitting", "cycling",
)  # fmt: skip
"""What the records of the groups are on, one each."""
TWIN = b"TY  - JOUR\nTI  - {title}\nPY  - 2000\nER  - \n"
"""An export file with the target's title and year."""
VOTES_OF_BEN = b'title,year,notes\n{title},2000,"RAYYAN-INCLUSION: {""ben""=>""Included""}"\n'
REVERSE = f"{SEARCH}/imports/{{import}}/reverse"
MEMBER = "/api/reviews/secret/members/ben"
THIRD = {"name": "third", "from": "title", "main": False, "policy": {"kind": "dual"}}

PROBES = {
    "an imported twin": [
        probe("POST", f"{SEARCH}/imports?filename=a.ris&source=embase", TWIN),
        probe("POST", REVERSE, {"reason": "wrong"}, by="olga"),
        probe("POST", f"{SEARCH}/imports?filename=a.ris&source=embase", TWIN, by="olga"),
    ],
    "imported votes": [
        probe("POST", f"{AT}/imports?format=rayyan", VOTES_OF_BEN, by="olga"),
        probe("POST", f"{AT}/imports?format=rayyan", VOTES_OF_BEN),
    ],
    "a desk": [
        probe("POST", f"{AT}/desk", {}),
        probe("POST", f"{AT}/desk", {"person": "ben"}, by="olga"),
    ],
    "another role": [
        probe("PUT", MEMBER, {"roles": ["reader"]}, by="olga"),
        probe("POST", f"{AT}/queue/take", {"count": 6}),
        probe("PUT", MEMBER, {"roles": ["reviewer"]}, by="olga"),
    ],
    "another stage": [
        probe(
            "PATCH", "/api/reviews/secret", {"stages": [*STAGES, THIRD], "reason": "more"},
            by="olga",
        ),
        probe("PATCH", "/api/reviews/secret", {"stages": STAGES, "reason": "fewer"}, by="olga"),
    ],
    "a target": [probe("PUT", f"{AT}/stopping/target", TARGET, by="olga")],
    "what is given": [
        probe("POST", f"{AT}/assignments", {"person": "ben", "count": 2}, by="olga"),
        probe("POST", f"{AT}/assignments", {"person": "ann", "records": ["{target}"]}, by="olga"),
        probe("POST", f"{AT}/queue/take", {"count": 2}),
        probe("POST", f"{AT}/queue/take", {"count": 1, "record": "{target}", "leave": "{other}"}),
        probe("PUT", f"{AT}/queue/{{target}}/hold"),
        probe("DELETE", f"{AT}/queue/{{target}}/hold"),
        probe("POST", f"{AT}/queue/{{target}}/later"),
    ],
    "another record": [
        probe("POST", f"{AT}/decisions", one("{other}", "maybe")),
    ],
    "a vote for him": [
        probe("POST", f"{AT}/decisions", one("{target}", "include", person="ben")),
        probe("PUT", f"{AT}/decisions/{{target}}", FOR_BEN, by="olga"),
        probe("DELETE", f"{AT}/decisions/{{target}}?person=ben", by="olga"),
    ],
    "a policy": [
        probe("PATCH", "/api/reviews/secret", policy("single"), by="olga"),
        probe("POST", f"{AT}/queue/take", {"count": 6}, by="ann"),
        probe("POST", f"{AT}/queue/take", {"count": 6}, by="olga"),
        probe("PATCH", "/api/reviews/secret", policy("sample"), by="olga"),
    ],
    "a random check": [probe("POST", f"{AT}/stopping/check", {"size": 3}, by="olga")],
    "criteria": [
        probe("PUT", f"{AT}/criteria", CRITERIA, by="olga"),
    ],
    "an overturned verdict": [
        probe("PUT", f"{AT}/settlements/{{target}}", OVERTURNED, by="olga"),
        probe("POST", f"{AT}/settlements/{{target}}/reopen", {"reason": "again"}, by="olga"),
    ],
    "a decoy": [
        probe("POST", f"{AT}/decisions", one("{decoy}", "include")),
        probe("POST", MERGE, {"other": "{decoy}", "reason": "one"}),
        probe("POST", SPLIT, {"sources": ["{source}"], "reason": "two"}),
    ],
    "a settled one": [
        probe("POST", MERGE, {"other": "{included}", "reason": "one"}),
        probe("POST", f"{AT}/settlements/{{target}}/reopen", {"reason": "again"}, by="olga"),
    ],
    "an excluded one": [probe("POST", MERGE, {"other": "{excluded}", "reason": "one"})],
    "a leaver": [probe("DELETE", "/api/reviews/secret/members/ben", by="olga")],
}  # fmt: skip


def sent(body, words):
    """What goes with a request: bytes as they are, else JSON with these words in it."""
    if isinstance(body, bytes):
        return {"content": body.replace(b"{title}", words["title"].encode())}
    return {"json": put_in(body, words)}


def import_of(record):
    """The import that an export file with this record's title makes."""
    octets = TWIN.replace(b"{title}", record["title"].encode())
    return stable_id("secret", "import", sha256(octets).hexdigest())


def put_in(body, words):
    """The body with these words in it."""
    if isinstance(body, dict):
        return {name: put_in(value, words) for name, value in body.items()}
    if isinstance(body, list):
        return [put_in(one, words) for one in body]
    return body.format(**words) if isinstance(body, str) else body
