"""What differs between two states of a theory's configurations, in words."""

from collections.abc import Mapping, Sequence
from typing import Any

Body = Mapping[str, Any]

COUNTED = (
    ("positive", "supporting"),
    ("contradicting", "contradicting"),
    ("not_fired", "not fired"),
    ("alternative", "other route"),
    ("chain", "linking resource and response"),
)


def sentences(before: Mapping[str, Body], after: Mapping[str, Body]) -> list[str]:
    """One sentence per change of content: leading first, then by configuration."""
    said = _leading(before, after)
    for key in sorted({*before, *after}, key=lambda key: _name(after.get(key) or before[key])):
        old, new = before.get(key), after.get(key)
        if old is None and new is not None:
            said.append(f"{_name(new)}: new, {_studies(new['studies']['positive'])} supporting")
        elif new is None and old is not None:
            said.append(f"{_name(old)}: lapsed")
        elif old is not None and new is not None and old["hash"] != new["hash"]:
            said.append(f"{_name(new)}: {'; '.join(_differences(old, new))}")
    return said


def _name(body: Body) -> str:
    mechanism = " & ".join(part for part in (body["resource"], body["response"]) if part)
    return f"{mechanism} → {body['outcome']}"


def _leading(before: Mapping[str, Body], after: Mapping[str, Body]) -> list[str]:
    old = {body["theory"]: body for body in before.values() if body["leading"]}
    new = {body["theory"]: body for body in after.values() if body["leading"]}
    return [
        f"{theory} is now led by {_name(new[theory])}"
        for theory in sorted(new)
        if theory not in old or old[theory]["id"] != new[theory]["id"]
    ]


def _differences(old: Body, new: Body) -> list[str]:
    said = []
    for key, word in COUNTED:
        gone = sorted(set(old["studies"][key]) - set(new["studies"][key]))
        come = sorted(set(new["studies"][key]) - set(old["studies"][key]))
        said += [f"+ {name} {word}" for name in come] + [f"− {name} {word}" for name in gone]
    said += _more("participants", old, new) + _more("sites", old, new)
    said += _contexts(old["contexts"], new["contexts"])
    said += _failures(old["failures"], new["failures"])
    come = sorted(set(new["fragments"]) - set(old["fragments"]))
    if come and not said:
        said.append(f"one more fragment, no new study ({', '.join(come)})")
    return said or ["its details"]


def _more(name: str, old: Body, new: Body) -> list[str]:
    return [] if old[name] == new[name] else [f"{name} {old[name]} → {new[name]}"]


def _contexts(old: Sequence[Body], new: Sequence[Body]) -> list[str]:
    was = {context["group"]: context["verdict"] for context in old}
    now = {context["group"]: context["verdict"] for context in new}
    return [
        f"context {group} {was.get(group, 'unseen')} → {now.get(group, 'unseen')}"
        for group in sorted({*was, *now})
        if was.get(group) != now.get(group)
    ]


def _failures(old: Sequence[Body], new: Sequence[Body]) -> list[str]:
    was = {failure["case"]: bool(failure["explained_by"]) for failure in old}
    now = {failure["case"]: bool(failure["explained_by"]) for failure in new}
    return [
        f"failure {case} {'explained' if now[case] else 'unexplained'}"
        for case in sorted(now)
        if was.get(case) != now[case]
    ]


def _studies(names: Sequence[str]) -> str:
    return "1 study" if len(names) == 1 else f"{len(names)} studies"
