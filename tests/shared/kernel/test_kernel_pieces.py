"""Small pieces of the kernel."""

import asyncio
import io
import sys
from datetime import UTC, datetime, timedelta

import pytest

from shared.http.api import decode_cursor, encode_cursor, page_of
from shared.http.auth import Authenticator, Principal
from shared.http.problems import Forbidden, Invalid, NotKnownYet, Unauthenticated
from shared.ids import new_id, stable_id
from shared.kernel.failures import delay, fingerprint
from shared.kernel.worker import supervise
from shared.ops.telemetry import configure, log, redact, traceparent
from shared.text import clean

SECRET = "a long text that nobody knows, only for tests"


def test_the_same_parts_give_the_same_id_and_parts_do_not_run_together():
    assert stable_id("a", "b") == stable_id("a", "b")
    assert stable_id("a", "b") != stable_id("ab")


def test_ids_of_later_events_sort_later():
    ids = [new_id() for _ in range(50)]
    assert [i[:13] for i in ids] == sorted(i[:13] for i in ids)
    assert all(i[14] == "7" for i in ids)
    assert len(set(ids)) == 50


def test_text_at_the_door_loses_nul_and_lone_surrogates_and_is_nfc():
    assert clean("a\x00b\r\nc\rd") == "ab\nc\nd"
    assert clean("e\u0301") == "\u00e9"
    assert clean("x\ud800y").encode()


def test_delays_grow_and_end():
    assert [delay(n) for n in (0, 4)] == [timedelta(seconds=1), timedelta(hours=1)]
    assert delay(5) is None


def test_failures_of_one_cause_share_a_fingerprint():
    def fail(text):
        with pytest.raises(ValueError, match=text) as caught:
            int(text)
        return fingerprint(caught.value)

    assert fail("a") == fail("b")


def test_a_cursor_comes_back_and_a_foreign_one_is_refused():
    assert decode_cursor(encode_cursor(3, "x"), int, str) == (3, "x")
    assert decode_cursor(None, int, str) is None
    with pytest.raises(Invalid, match="start without one"):
        decode_cursor("nonsense", int, str)


def test_a_page_says_whether_there_is_more():
    page = page_of([1, 2, 3], 2, lambda n: (n,))
    assert (page.items, decode_cursor(page.next, int)) == ([1, 2], (2,))
    assert page_of([1, 2], 2, lambda n: (n,)).next is None


def test_a_token_comes_back_as_its_holder_and_runs_out():
    authenticator = Authenticator(SECRET)
    ada = Principal("ada", {"rev": frozenset({"reviewer"})})
    token = authenticator.sign(ada, datetime.now(UTC))
    assert authenticator.verify(token) == Principal("ada"), "roles are no part of a token"
    old = authenticator.sign(ada, datetime.now(UTC) - timedelta(hours=1))
    with pytest.raises(Unauthenticated, match="run out"):
        authenticator.verify(old)
    with pytest.raises(Unauthenticated, match="does not hold"):
        authenticator.verify(token[:-3] + "abc")


def test_roles_hold_in_their_own_review_only():
    ada = Principal("ada", {"rev": frozenset({"reviewer"})})
    ada.require("rev", "reviewer")
    with pytest.raises(Forbidden, match="not reviewer in review 'other'"):
        ada.require("other", "reviewer")
    with pytest.raises(Forbidden):
        ada.acting_for("rev", "bob")
    owner = Principal("o", {"rev": frozenset({"owner"})})
    assert owner.acting_for("rev", "bob") == "bob"


def test_a_problem_tells_what_to_do():
    document = NotKnownYet("review", "x").document()
    assert document["type"] == "/problems/not-known-yet"
    assert document["status"] == 503
    assert "try again" in document["detail"]
    assert "check the id" in document["detail"]


def test_secrets_never_reach_a_log():
    text = "GET http://u:pw@host/?api_key=abc&x=1 Bearer tok.en"
    assert redact(text) == "GET http://u:***@host/?api_key=***&x=1 Bearer ***"


def test_a_trace_is_continued_with_a_span_of_our_own():
    parent = "00-" + "a" * 32 + "-" + "b" * 16 + "-01"
    child = traceparent(parent)
    assert child.split("-")[1] == "a" * 32
    assert child != parent
    assert traceparent("junk").split("-")[1] != "junk"


async def test_a_loop_that_dies_is_restarted_is_red_meanwhile_and_given_up_after_its_restarts(
    monkeypatch,
):
    deaths, health, seen = [], {}, []
    real_sleep = asyncio.sleep

    async def sleep(seconds):
        seen.append((seconds, dict(health)))
        await real_sleep(0)

    monkeypatch.setattr("shared.kernel.worker.asyncio.sleep", sleep)

    async def dies():
        deaths.append(1)
        raise LookupError("broken")

    with pytest.raises(LookupError):
        await supervise("x.inbox", dies, restarts=5, health=health)
    assert len(deaths) == 6
    assert [s for s, _ in seen] == [0.5, 1, 2, 4, 8]
    assert all("LookupError" in h["x.inbox"] for _, h in seen)


def test_the_log_follows_standard_error_wherever_it_goes(monkeypatch):
    closed, later = io.StringIO(), io.StringIO()
    monkeypatch.setattr(sys, "stderr", closed)
    configure()
    closed.close()
    monkeypatch.setattr(sys, "stderr", later)

    log.warning("still_heard")

    assert "still_heard" in later.getvalue()
