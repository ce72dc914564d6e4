"""The authors' texts for the items of reporting standards, version by version."""

from tests.support.synthesis import REVIEW


async def put(service, item, text, *, status=200, by=None, **more):
    return await service.ask("PUT", f"/texts/{item}", {"text": text, **more}, status=status, by=by)


async def test_a_text_is_kept_in_versions_and_the_same_words_are_no_news(synthesis):
    assert (await put(synthesis, "rameses-3", "Why we ask."))["version"] == 1
    assert not (await put(synthesis, "rameses-3", "Why we ask."))["changed"]
    changed = await put(synthesis, "rameses-3", "Why we still ask.", because="new policy")
    assert (changed["version"], changed["changed"]) == (2, True)
    told = await synthesis.ask("GET", "/texts/rameses-3")
    assert [one["text"] for one in told["versions"]] == ["Why we ask.", "Why we still ask."]
    assert told["versions"][1]["because"] == "new policy"
    assert len(await synthesis.said("author_text_written")) == 2


async def test_a_version_from_elsewhere_counts_only_if_it_is_newer(synthesis):
    await put(synthesis, "lsr-L1", "Monthly.", version=3)
    assert not (await put(synthesis, "lsr-L1", "Weekly.", version=2))["changed"]
    items = {one["item"]: one for one in (await synthesis.ask("GET", "/texts"))["items"]}
    assert (items["lsr-L1"]["text"], items["lsr-L1"]["version"]) == ("Monthly.", 3)
    assert items["rameses-1"]["version"] == 0


async def test_strangers_items_and_overtaken_versions_are_refused(synthesis):
    told = await put(synthesis, "rameses-99", "x", status=404)
    assert "is no item" in told["detail"]
    await put(synthesis, "rameses-3", "x", by={"reader"}, status=403)
    await put(synthesis, "rameses-3", "x" * 60_001, status=422)
    await put(synthesis, "rameses-3", "first")
    path = f"/api/synthesis/reviews/{REVIEW}/texts/rameses-3"
    head = {"if-match": '"0"'}
    answer = await synthesis.client.put(path, json={"text": "second"}, headers=head)
    assert answer.status_code == 412


async def test_the_report_prints_the_texts_and_says_which_are_missing(synthesis):
    await put(synthesis, "rameses-2", "In short: trust.")
    await put(synthesis, "rameses-15", "We found trust.\nAnd doors.")
    words = str(await synthesis.ask("GET", "/report.md"))
    assert "## Abstract\n\nIn short: trust." in words
    section = words.split("## RAMESES publication standards")[1].split("\n## ")[0]
    assert "### 15 Summary of findings\n\nWe found trust.\n\nAnd doors." in section
    assert "| 15 | Summary of findings |  | version 1, " in section
    assert "| 19 | Funding |  | the authors must write this |" in section
