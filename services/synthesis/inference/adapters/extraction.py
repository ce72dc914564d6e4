"""Memos of coding, asked of extraction with the reader's own rights.

They are in no event and in no table here; whoever may not read them there gets none.
"""

from collections.abc import Mapping
from urllib.parse import quote

import httpx
from pydantic import BaseModel, TypeAdapter, ValidationError

from services.synthesis.inference.domain import CodingMemo
from shared.events.synthesis import Reference
from shared.http.bounds import Moment
from shared.http.problems import NotKnownYet
from shared.ops.telemetry import log

NOTHING_HERE = (httpx.codes.FORBIDDEN, httpx.codes.NOT_FOUND)
"""Answers of a service that has nothing of the review for this reader."""
NOT_KNOWN_YET = b'"/problems/not-known-yet"'


class _About(BaseModel):
    kind: str
    id: str
    label: str = ""
    document: str | None = None


class _Link(BaseModel):
    kind: str
    id: str


class _Memo(BaseModel):
    id: str
    at: Moment
    person: str | None
    about: _About
    quote: str = ""
    text: str
    links: list[_Link] = []


_MEMOS = TypeAdapter(list[_Memo])


async def memos_of_coding(
    client: httpx.AsyncClient, headers: Mapping[str, str], review_id: str
) -> list[CodingMemo] | None:
    """The memos that this reader may see in extraction; None where it gives no answer."""
    path = f"/api/extraction/reviews/{quote(review_id, safe='')}/memos/log"
    try:
        answer = await client.get(path, headers=headers)
        if answer.status_code in NOTHING_HERE or _is_not_known_yet(answer):
            return []
        answer.raise_for_status()
        items = _MEMOS.validate_python(answer.json()["items"])
    except (httpx.HTTPError, KeyError, ValidationError) as error:
        log.warning("memos_of_coding_left_out", review=review_id, reason=str(error)[:200])
        return None
    return [_memo(item) for item in items]


def _memo(item: _Memo) -> CodingMemo:
    about = Reference(kind=item.about.kind, id=item.about.id)
    return CodingMemo(
        memo_id=item.id,
        at=item.at,
        person_id=item.person,
        about=about,
        label=item.about.label,
        document_id=item.about.document,
        quote=item.quote,
        text=item.text,
        links=tuple(Reference(kind=link.kind, id=link.id) for link in item.links),
    )


def _is_not_known_yet(answer: httpx.Response) -> bool:
    return answer.status_code == NotKnownYet.status and NOT_KNOWN_YET in answer.content
