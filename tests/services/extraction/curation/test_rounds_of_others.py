"""What belongs to one round, or stands in one document, is not brought into another."""

from tests.services.extraction.curation.test_coding_rounds import Coder, ann, begin, ben

__all__ = ["ann", "ben"]


async def test_no_past_round_reveals_what_is_hidden_in_an_open_one(extraction, ann, ben):
    await begin(extraction)
    await ben.code("b1", "every Tuesday", "calm")
    past = {"fragments": ["b1", "nowhere"], "reason": "from elsewhere"}
    body = {"title": "Past", "coders": ["ann", "ben"], "documents": ["d1"], "past": past}
    await extraction.ask("PUT", "/coding-rounds/old", body)
    for reader in (ann, Coder(extraction, "olga", "owner")):
        assert await reader.seen() == []
        assert (await reader.ask("GET", "/coding-rounds/old"))["fragments"] == []
        await reader.ask("GET", "/fragments/b1", status=404)
    assert await ben.seen() == ["b1"]
    await ann.ask("POST", "/coding-rounds/r1/done", {})
    await ben.ask("POST", "/coding-rounds/r1/done", {})
    assert (await ann.ask("GET", "/coding-rounds/r1"))["fragments"] == ["b1"]


async def test_a_fragment_of_another_document_is_not_agreed_on(extraction, ann, ben):
    await begin(extraction, documents=["d1", "d2"])
    await ann.code("a1", "every Tuesday")
    await ben.code("b2", "always her", document="d2")
    for coder in (ann, ben):
        await coder.ask("POST", "/coding-rounds/r1/done", {})
    body = {"agreed": [{"take": "b2"}]}
    problem = await ann.ask("PUT", "/coding-rounds/r1/agreed/d1", body, status=422)
    assert "document" in problem["detail"]
    agreed = await ann.ask("PUT", "/coding-rounds/r1/agreed/d2", body)
    assert [one["document"] for one in agreed["documents"] if one["agreed"]] == ["d2"]
