"""Failures of the service are told in plain words, waited out, and resumed where a run stopped."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from tests.support.assisted import TEXT
from tests.support.suggesting import completion, error


class Later:
    """A clock that a test moves."""

    def __init__(self):
        self.moment = datetime.now(UTC)

    def now(self):
        return self.moment

    def sleep(self, seconds):
        self.moment += timedelta(seconds=seconds)


@pytest.fixture
def clock(assisted, monkeypatch):
    clock = Later()
    monkeypatch.setattr(assisted.extraction.db, "clock", clock)
    return clock


async def test_a_service_that_is_asked_too_often_is_left_alone_as_long_as_it_says(assisted, clock):
    assisted.model.queue.append((429, error("rate_limit_exceeded"), {"retry-after": "40"}))
    run = await assisted.run()
    assert run["state"] == "waiting"
    assert run["reason"] == "The service is asked too often (429). It is asked again in 40 seconds."
    clock.sleep(39)
    await assisted.go_on()
    assert len(assisted.model.asked) == 1
    clock.sleep(2)
    run = await assisted.go_on()
    assert (run["state"], run["suggested"], run["reason"]) == ("done", 2, "")


async def test_a_date_in_retry_after_is_understood_and_nonsense_is_not_obeyed(assisted, clock):
    due = (datetime.now(UTC) + timedelta(minutes=20)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    assisted.model.queue.append((503, error(""), {"retry-after": due}))
    assert "It is asked again in 20 minutes." in (await assisted.run())["reason"]
    clock.sleep(1300)
    assisted.model.queue.append((503, error(""), {"retry-after": "nan"}))
    run = await assisted.go_on()
    assert run["reason"] == "The service fails (503). It is asked again in 60 seconds."


async def test_a_service_that_keeps_failing_stops_the_run_until_a_person_resumes_it(
    assisted, clock
):
    assisted.model.queue.extend([(500, b"<html>", {})] * 5)
    run = await assisted.run()
    for _ in range(5):
        clock.sleep(3601)
        run = await assisted.go_on()
    assert (run["state"], len(assisted.model.asked)) == ("stopped", 5)
    assert run["reason"] == "The service fails (500). It was asked 5 times."
    await assisted.ask("POST", "/assistance/runs/run-1/resume")
    run = await assisted.go_on()
    assert (run["state"], run["suggested"]) == ("done", 2)


async def test_a_service_that_does_not_answer_in_time_is_asked_again(assisted, clock, monkeypatch):
    monkeypatch.setattr(assisted.extraction.running.settings, "assistance_timeout", 0.2)
    held = assisted.model.hold()
    run = await assisted.run()
    held.set()
    assert run["state"] == "waiting"
    assert run["reason"].startswith("The service did not answer within 0.2 seconds.")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((401, error("invalid_api_key", "key sk-12"), {}), "does not accept the key (401); set"),
        ((404, error("model_not_found"), {}), "knows no such address or model (404)"),
        ((429, error("insufficient_quota"), {}), "has no credit left (429)"),
        ((400, error("bad", "no json_schema here"), {}), "(400): no json_schema here; check"),
        ((302, b"", {"location": "http://127.0.0.1:9/"}), "refused the request (302)"),
        ((200, b"<html>hello</html>", {}), "speaks no chat completions; check"),
        ((200, {"choices": []}, {}), "speaks no chat completions; check"),
        ((200, b"x" * (5 << 20), {}), "more than 4 MB at once"),
    ],
)
async def test_what_a_person_has_to_change_stops_the_run_and_is_said(assisted, answer, words):
    assisted.model.queue.append(answer)
    run = await assisted.run()
    assert run["state"] == "stopped"
    assert words in run["reason"]
    assert "sk-" not in run["reason"]
    await assisted.ask("POST", "/assistance/runs/run-1/resume")
    assert (await assisted.go_on())["suggested"] == 2


async def test_replies_that_are_nonsense_refused_or_cut_off_are_counted_and_the_rest_goes_on(
    assisted,
):
    sentence = "Each visit was by another person, number {}. "
    long = "".join(sentence.format(n) for n in range(1000)) + "\n\n" + TEXT
    await assisted.extraction.put_documents({"id": "d1", "text": long})
    assisted.model.queue.extend(
        [
            "not JSON at all",
            '{"suggestions": "none"}',
            (200, completion(None, refusal="I will not"), {}),
            (200, completion('{"sugg', reason="length"), {}),
        ]
    )
    run = await assisted.run()
    assert (run["state"], run["suggested"]) == ("done", 2)
    assert run["parts_done"] == run["parts"] == 4
    assert run["dropped"] == {
        "the reply is not of the agreed form": 1,
        "the model declined to answer": 1,
        "the reply was cut off": 1,
    }


async def test_a_reply_that_is_nonsense_once_is_asked_for_again(assisted):
    assisted.model.queue.append("{")
    run = await assisted.run()
    assert (len(assisted.model.asked), run["suggested"], run["dropped"]) == (2, 2, {})


async def test_a_run_never_asks_beyond_its_budget(assisted, monkeypatch):
    settings = assisted.extraction.running.settings
    monkeypatch.setattr(settings, "assistance_budget", 1500)
    await assisted.extraction.put_documents({"id": "d2", "text": TEXT}, {"id": "d3", "text": TEXT})
    assisted.model.queue.append((200, completion(json.dumps({"suggestions": []}), tokens=1400), {}))
    run = await assisted.run("d1", "d2", "d3")
    assert (run["state"], run["tokens"], len(assisted.model.asked)) == ("stopped", 1400, 1)
    assert "RETRODUCT_ASSISTANCE_BUDGET" in run["reason"]
    monkeypatch.setattr(settings, "assistance_budget", 5000)
    await assisted.ask("POST", "/assistance/runs/run-1/resume")
    run = await assisted.go_on()
    assert (run["state"], run["documents_done"], len(assisted.model.asked)) == ("done", 3, 3)


async def test_a_run_that_a_person_stops_asks_no_more_and_keeps_what_was_suggested(assisted, clock):
    await assisted.extraction.put_documents({"id": "d2", "text": TEXT})
    assisted.model.queue.append(json.dumps({"suggestions": []}))
    assisted.model.queue.append((429, error("rate_limit_exceeded"), {}))
    await assisted.run("d1", "d2")
    await assisted.ask("POST", "/assistance/runs/run-1/stop", {"reason": "enough"})
    clock.sleep(4000)
    run = await assisted.go_on()
    assert (run["state"], run["reason"], len(assisted.model.asked)) == ("stopped", "enough", 2)


async def test_a_run_of_another_model_is_not_gone_on_with(assisted, clock, monkeypatch):
    assisted.model.queue.append((503, error(""), {}))
    await assisted.run()
    settings = assisted.extraction.running.settings
    monkeypatch.setattr(settings, "assistance_model", "model-y")
    clock.sleep(11)
    run = await assisted.go_on()
    assert run["state"] == "stopped"
    assert "asked of model-x" in run["reason"]
    assert len(assisted.model.asked) == 1


async def test_a_service_that_claims_any_number_of_tokens_stops_at_the_budget(assisted):
    await assisted.extraction.put_documents({"id": "d2", "text": TEXT})
    nothing = json.dumps({"suggestions": []})
    assisted.model.queue.append((200, completion(nothing, tokens=10**15), {}))
    run = await assisted.run("d1", "d2")
    assert (run["state"], run["tokens"], len(assisted.model.asked)) == ("stopped", 2**31 - 1, 1)
