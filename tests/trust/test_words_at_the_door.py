"""Texts that would break a page, a document or a search are cleaned or refused at the door."""

import pytest

from shared.text import clean

REVIEW = {"id": "rev", "title": "Coaching\x0bof \x1bpeers\ufffe", "team": []}


@pytest.mark.parametrize("sign", [*"\x00\x01\x08\x1b\x1f\x7f\ufffe\uffff"])
def test_what_xml_cannot_hold_is_removed(sign: str) -> None:
    assert clean(f"a{sign}b") == "ab"


@pytest.mark.parametrize("end", ["\r\n", "\r", "\x0b", "\x0c"])
def test_every_line_end_is_one_sign(end: str) -> None:
    assert clean(f"a{end}b") == "a\nb"


async def test_a_word_document_is_made_whatever_the_words_hold(sqlite_system):
    async with sqlite_system.client() as owner:
        (
            await owner.post("/api/reviews", json=REVIEW | {"question": "Q\x0b\x1b" * 99})
        ).raise_for_status()
        await sqlite_system.drain()
        base = "/api/synthesis/reviews/rev"
        theory = {"name": "T\x1b\ufffe", "statement": "If\x0bthen \x00\x1f\uffff"}
        (await owner.put(f"{base}/theories/PT1", json=theory)).raise_for_status()
        answer = await owner.get(f"{base}/report.docx")
    assert answer.status_code == 200
    assert answer.content[:2] == b"PK"


async def test_a_search_of_a_thousand_words_is_refused(sqlite_system):
    async with sqlite_system.client() as owner:
        (await owner.post("/api/reviews", json=REVIEW)).raise_for_status()
        await sqlite_system.drain()
        for path in (
            "/api/search/reviews/rev/records",
            "/api/screening/reviews/rev/stages/t/queue",
        ):
            answer = await owner.get(path, params={"q": "fern " * 100})
            assert answer.status_code == 422, path
            assert "up to 32 words" in answer.json()["detail"]


async def test_a_reported_number_without_a_value_is_refused(sqlite_system):
    async with sqlite_system.client() as owner:
        for number in ({}, {"what": "records"}, {"what": "records", "value": None}):
            answer = await owner.post("/api/reviews", json=REVIEW | {"reported_numbers": [number]})
            assert answer.status_code == 422
            assert "value" in answer.json()["detail"]
        kept = REVIEW | {"reported_numbers": [{"value": 7}]}
        (await owner.post("/api/reviews", json=kept)).raise_for_status()
        page = await owner.get("/reviews/rev", headers={"accept": "text/html"})
    assert page.status_code == 200
    assert "Numbers that the report states" in page.text


async def test_a_search_for_what_cannot_be_written_is_one_for_the_rest(sqlite_system):
    async with sqlite_system.client() as owner:
        (await owner.post("/api/reviews", json=REVIEW)).raise_for_status()
        await sqlite_system.drain()
        path = "/api/search/reviews/rev/records"
        (await owner.post(path, json={"title": "On ferns"})).raise_for_status()
        for words, found in (("fer\x00ns", 1), ("\x00", 1), ('"\x00 moss', 0), ("\x07on\x1b", 1)):
            answer = await owner.get(path, params={"q": words})
            assert answer.status_code == 200, (words, answer.text)
            assert len(answer.json()["items"]) == found, words


async def test_a_key_of_nothing_that_can_be_written_is_refused(sqlite_system):
    async with sqlite_system.client() as owner:
        (await owner.post("/api/reviews", json=REVIEW)).raise_for_status()
        await sqlite_system.drain()
        base = "/api/extraction/reviews/rev/documents"
        answer = await owner.put(f"{base}/%00%1b", json={"title": "T"})
        assert answer.status_code == 422
        answer = await owner.post(f"{base}/batch", json={"documents": [{"id": "\x07"}]})
        assert answer.status_code == 422
        assert (await owner.get(base)).json()["items"] == []
