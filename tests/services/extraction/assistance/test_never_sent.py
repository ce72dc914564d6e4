"""Confidential words never leave for the service that suggests, and are sealed where they stay."""

import json

from tests.support.assisted import TEXT, TRUST

SECRET = "Ms X told me that her brother drinks."


async def test_a_confidential_document_is_never_sent(assisted):
    whole = {"kind": "service_user", "title": "Ms X", "text": f"{SECRET} {TRUST[0]}"}
    await assisted.extraction.put_documents({"id": "secret", "confidential": True, **whole})
    await assisted.extraction.put_documents({"id": "gone", "text": SECRET})
    await assisted.ask("POST", "/documents/gone/withdraw", {"reason": "left"})
    run = await assisted.run("secret", "d1", "gone")
    assert (run["state"], run["documents_done"]) == ("done", 3)
    reasons = {one["document"]: one["reason"] for one in run["left_out"]}
    assert reasons["secret"] == "it is confidential, and never sent"
    assert reasons["gone"] == "it was withdrawn or erased"
    assert {one["document"] for one in await assisted.suggestions()} == {"d1"}
    for words in ("Ms X", "brother", "secret", "service_user"):
        assert words not in assisted.model.said()


async def test_a_document_that_becomes_confidential_between_two_parts_is_sent_no_further(assisted):
    long = TEXT + "\n\n" + "Somebody else came each time. " * 500 + SECRET
    await assisted.extraction.put_documents({"id": "d1", "text": long})

    async def close(reply):
        await assisted.extraction.put_documents({"id": "d1", "confidential": True})
        return reply

    from services.extraction.assistance.adapters import ChatCompletions

    ask = ChatCompletions.ask

    async def ask_and_close(self, *asked):
        return await close(await ask(self, *asked))

    ChatCompletions.ask = ask_and_close
    try:
        run = await assisted.run()
    finally:
        ChatCompletions.ask = ask
    assert len(assisted.model.asked) == 1
    assert SECRET not in assisted.model.said()
    assert run["left_out"] == [{"document": "d1", "reason": "it is confidential, and never sent"}]
    assert run["dropped"] == {"it is confidential, and never sent": 2}
    assert await assisted.suggestions() == []


async def test_an_example_that_stands_in_a_confidential_text_is_not_sent(assisted):
    await assisted.extraction.put_documents(
        {"id": "secret", "kind": "service_user", "confidential": True, "text": f"So. {SECRET}"}
    )
    examples = {"description": "Counting on one", "examples": [SECRET, "She was there"]}
    await assisted.ask("POST", "/codes/trust/describe", examples)
    await assisted.run()
    assert "She was there" in assisted.model.said()
    assert "brother" not in assisted.model.said()


async def test_suggestions_are_sealed_with_their_document_and_go_with_it(assisted):
    from sqlalchemy import select

    from services.extraction.assistance.store import suggestions

    await assisted.run()
    first, second = await assisted.suggestions()
    await assisted.judge(first, "reject", reason="her brother said so")
    await assisted.extraction.put_documents({"id": "d1", "confidential": True})

    async def rows(tx):
        return [dict(row) for row in (await tx.execute(select(suggestions))).mappings()]

    kept = json.dumps(await assisted.extraction.db.read(rows), default=str)
    assert "brother" not in kept
    assert "it says so" not in kept
    shown = await assisted.suggestions()
    assert [one["reason"] for one in shown] == ["her brother said so", ""]
    assert shown[1]["rationale"] == "it says so"
    judged = await assisted.judge(second, "accept", reason="her brother again")
    assert judged["state"] == "accepted"
    assert "brother" not in json.dumps(await assisted.extraction.db.read(rows), default=str)
    await assisted.ask("POST", "/documents/d1/erase", {"reason": "asked for it"})
    assert await assisted.extraction.db.read(rows) == []


async def test_a_confidential_text_is_looked_at_once_in_a_run_and_again_when_it_changes(assisted):
    from services.extraction.assistance.handlers.secrets import SecretExamples
    from services.extraction.texts import store as texts_store

    put, secrets, opened = assisted.extraction.put_documents, SecretExamples(), []
    read = texts_store.texts_by_id

    async def counted(tx, review_id, names):
        opened.extend(names)
        return await read(tx, review_id, names)

    async def among(*examples):
        return await assisted.extraction.db.read(lambda tx: secrets.among(tx, "rev", examples))

    await put({"id": "s1", "kind": "service_user", "confidential": True, "text": SECRET})
    await put({"id": "s2", "kind": "service_user", "confidential": True, "text": "Else."})
    texts_store.texts_by_id = counted
    try:
        for _ in range(3):
            assert await among(SECRET, "never said") == {SECRET}
        assert sorted(opened) == ["s1", "s2"]
        await put({"id": "s2", "text": "Now never said."})
        opened.clear()
        assert await among(SECRET, "never said") == {SECRET, "never said"}
        assert opened == ["s2"]
        assert await among("Else.") == set(), "only what stands there now is secret"
    finally:
        texts_store.texts_by_id = read
