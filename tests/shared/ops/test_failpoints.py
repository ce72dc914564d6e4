"""Failpoints are off by default, act as they are told, and never in a deployment in use."""

import ast
import time
from pathlib import Path

import pytest

from shared.http.problems import Invalid
from shared.ops import failpoints
from shared.ops.failpoints import POINTS, InjectedError, arm, armed, reach

ROOT = Path(failpoints.__file__).resolve().parents[2]


def reached_in_code():
    """The points that the code names."""
    calls = [
        node
        for path in (ROOT / "shared").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "reach"
    ]
    return {call.args[0].value for call in calls if isinstance(call.args[0], ast.Constant)}


def test_every_point_is_reached_somewhere_and_documented():
    assert reached_in_code() == set(POINTS)
    text = (ROOT / "docs" / "howto" / "make-it-fail.md").read_text(encoding="utf-8")
    assert [point for point in POINTS if f"`{point}`" not in text] == []


def test_without_a_setting_nothing_happens():
    arm(None)
    for point in POINTS:
        reach(point)


def test_a_rule_with_a_number_acts_at_that_time_only():
    with armed("inbox.after_handle=error@3"):
        reach("inbox.after_handle")
        reach("inbox.after_handle")
        with pytest.raises(InjectedError):
            reach("inbox.after_handle")
        reach("inbox.after_handle")
        reach("outbox.before_mark")
    reach("inbox.after_handle")


def test_a_rule_with_a_probability_acts_now_and_then():
    failed = 0
    with armed("bus.before_ack=outage@0.25"):
        for _ in range(2000):
            try:
                reach("bus.before_ack")
            except ConnectionResetError:
                failed += 1
    assert 300 < failed < 700


def test_a_rule_without_when_acts_every_time_and_a_delay_stalls():
    with armed("jobs.before_work=delay:0.05"):
        start = time.monotonic()
        reach("jobs.before_work")
        reach("jobs.before_work")
        assert time.monotonic() - start >= 0.1


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ("outbox.before_mark", "is no rule"),
        ("outbox.nowhere=kill", "no point 'outbox.nowhere'"),
        ("outbox.before_mark=explode", "no action 'explode'"),
        ("outbox.before_mark=kill@0", "'@0' is neither"),
        ("outbox.before_mark=kill@1.5", "'@1.5' is neither"),
    ],
)
def test_a_wrong_rule_is_refused_and_says_what_may_stand_there(said, named):
    with pytest.raises(Invalid, match=named):
        arm(said)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "review.example"])
def test_a_process_that_others_can_reach_refuses_failpoints(host):
    with pytest.raises(Invalid, match="for tests only"):
        arm("outbox.before_mark=kill@0.02", host=host)
    reach("outbox.before_mark")
    arm(None, host=host)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_a_process_on_loopback_takes_them(host):
    arm("outbox.before_mark=error", host=host)
    try:
        with pytest.raises(InjectedError):
            reach("outbox.before_mark")
    finally:
        arm(None)
