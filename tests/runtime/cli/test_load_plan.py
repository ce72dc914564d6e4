"""Bundles as commands, events as commands, reviews as bundles: the pure parts of loading."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from runtime.bundle.bundle import Bundle
from runtime.bundle.model.events import FragmentEvent
from runtime.bundle.model.evidence import Fragment
from runtime.bundle.model.review import ReviewFile
from runtime.bundle.model.theories import Theory
from runtime.bundle.parse import read_bundle
from runtime.loading import exported, plan
from runtime.loading.afterwards import Afterwards
from runtime.loading.client import Api, ApiError
from runtime.loading.ledger import Ledger, LoadMark, beginnings
from runtime.loading.loader import Loader


def fragment(**said: Any) -> Fragment:
    plain = {
        "id": "f1",
        "theories": ["PT1"],
        "elements": [{"role": "outcome", "code_id": "o", "state": "occurred"}],
        "sources": [{"key": "s1"}],
        "version": 1,
    }
    return Fragment.model_validate({**plain, **said})


def event(kind: str, **said: Any) -> FragmentEvent:
    return FragmentEvent.model_validate({"event": kind, "fragment": {"id": "f1", **said}})


def after(*events: FragmentEvent) -> Fragment:
    """`f1` as it stands after the events."""
    bundle = Bundle(root=Path(), review=ReviewFile(id="r"), fragments=(fragment(),))
    state = Afterwards(bundle, Api.__new__(Api), {})
    for one in events:
        state.remember(one)
    return state.fragments["f1"]


def test_an_event_without_elements_changes_only_what_it_names() -> None:
    changed = after(event("fragment_amended", memo="seen again"))
    assert changed.memo == "seen again"
    assert changed.elements == fragment().elements
    assert changed.version == 2


def test_a_withdrawn_fragment_keeps_its_words_and_gets_a_version() -> None:
    changed = after(event("fragment_withdrawn"))
    assert (changed.status, changed.version) == ("withdrawn", 2)
    assert changed.sources == fragment().sources


def test_a_restored_fragment_is_active_at_a_later_version() -> None:
    changed = after(event("fragment_withdrawn"), event("fragment_amended", status="active"))
    assert (changed.status, changed.version) == ("active", 3)


def test_a_late_twin_with_a_lower_version_changes_nothing() -> None:
    newest = event("fragment_amended", memo="newest", version=3)
    late = event("fragment_withdrawn", version=2)
    assert after(newest, late) == after(newest)


def test_a_theory_is_stated_first_and_then_refined_with_its_reasons() -> None:
    theory = Theory.model_validate(
        {
            "number": 1,
            "name": "T",
            "initial": "If trained, then open.",
            "refinements": [{"change": "Wider", "why": "barriers"}],
            "final": {"context": ["C"], "outcome": ["near", "far"]},
        }
    )
    first, last = plan.theory_bodies(theory)
    assert (first["status"], first["statement"]) == ("initial", "If trained, then open.")
    assert (last["status"], last["outcome_proximal"], last["outcome_distal"]) == (
        "final",
        "near",
        "far",
    )
    assert last["reason"] == "Wider (barriers)"


def test_a_ledger_forgets_another_bundle(tmp_path: Path) -> None:
    Ledger(tmp_path, "r").write(LoadMark("one", base=True))
    assert Ledger(tmp_path, "r").read("one") == LoadMark("one", base=True)
    assert Ledger(tmp_path, "r").read("two") == LoadMark("two")
    assert Ledger(tmp_path, "r", "http://elsewhere").read("one") == LoadMark("one")


def test_a_bundle_that_grew_by_events_goes_on_after_those_it_had(tmp_path: Path) -> None:
    events = [event("fragment_withdrawn"), event("fragment_amended", memo="m")]
    had = beginnings(events[:1])
    mark = LoadMark("one", base=True, events=1, seen=had[1])
    Ledger(tmp_path, "r").write(mark)
    assert Ledger(tmp_path, "r").read("one", beginnings(events)) == mark
    other = beginnings([event("fragment_amended", memo="other"), *events])
    assert Ledger(tmp_path, "r").read("one", other) == LoadMark("one")
    assert Ledger(tmp_path, "r").read("one", beginnings([])) == LoadMark("one")


def test_a_torn_ledger_is_a_fresh_one(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path, "r")
    ledger.write(LoadMark("one", base=True))
    ledger.path.write_text("{", encoding="utf-8")
    assert ledger.read("one") == LoadMark("one")


def test_an_exported_fragment_reads_back_as_it_was(tmp_path: Path) -> None:
    said = {"quote": "so they stayed", "coder": "JH", "memo": "m"}
    body = plan.fragment_body(fragment(**said, suggested_by="machine:assistant"))
    (tmp_path / "fragments.jsonl").write_text(
        json.dumps(exported.fragment_line(body)), encoding="utf-8"
    )
    read = read_bundle(tmp_path).whole().fragments[0]
    assert plan.fragment_body(read) == body


async def test_a_refused_batch_names_the_fragment_not_its_number() -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        problem = {"detail": "the quote is not there", "field": "fragments[1].quote"}
        return httpx.Response(422, json=problem)

    bundle = Bundle(root=Path(), review=ReviewFile(id="r"))
    async with httpx.AsyncClient(
        transport=httpx.MockTransport(refuse), base_url="http://127.0.0.1"
    ) as http:
        loader = Loader(bundle, Api(http), Ledger(Path(), "r"))
        with pytest.raises(ApiError, match=r"is not there \(field fragment 'f2'\.quote\)"):
            await loader.code([{"id": "f1"}, {"id": "f2"}])


async def test_what_is_not_known_yet_is_asked_again() -> None:
    answers = iter([httpx.Response(503, headers={"retry-after": "1"}), httpx.Response(200, json=1)])
    async with httpx.AsyncClient(
        transport=httpx.MockTransport(lambda _: next(answers)), base_url="http://127.0.0.1"
    ) as http:
        assert await Api(http).get("/x") == 1
