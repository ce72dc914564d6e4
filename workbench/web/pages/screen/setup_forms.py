"""What the forms of a stage's setup ask of screening and of the review."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from workbench.web.domain.keys import key_of
from workbench.web.domain.typed_numbers import finite, whole
from workbench.web.pages.review_at import ReviewAt, Sent
from workbench.web.services import Answer, key

Stage = Mapping[str, Any]


def _base(stage: Stage) -> str:
    return f"/stages/{key(stage['name'])}"


async def set_criteria(at: ReviewAt, stage: Stage, form: Sent) -> Answer:
    """All criteria in their order; a row without words is left out."""
    rows, n = [], 0
    taken = {form[f"id_{row}"] for row in range(len(form.fields))}
    while f"text_{n}" in form.fields:
        text = form[f"text_{n}"]
        if text:
            own = form[f"id_{n}"] or key_of(text, taken) or f"criterion-{n + 1}"
            taken.add(own)
            rows.append({"id": own, "text": text, "kind": form[f"kind_{n}"] or "exclude"})
        n += 1
    return await at.ask("PUT", "screening", f"{_base(stage)}/criteria", json={"criteria": rows})


async def set_highlights(at: ReviewAt, stage: Stage, form: Sent) -> Answer:
    """The words that are marked in titles and abstracts, one a line."""
    terms = form.lines("terms")
    name = form["name"] or "words"
    return await at.ask("PUT", "screening", f"/highlights/{key(name)}", json={"terms": terms})


async def start_ranking(at: ReviewAt, stage: Stage, form: Sent) -> Answer:
    """What the ranking starts from, and how many records come at random."""
    share = finite(form["random_share"] or "0")
    if share is None or not 0 <= share <= 100:
        return Answer(422, None, "The share is a number of per cent from 0 to 100.", "random_share")
    body = {"query": form["query"], "random_share": share / 100}
    return await at.ask("PUT", "screening", f"{_base(stage)}/ranking", json=body)


async def set_policy(at: ReviewAt, stage: Stage, form: Sent) -> Answer:
    """Who screens at the stage: an amendment of the review, with its reason."""
    if not form["reason"]:
        return Answer(
            422, None, "Say why it changes; the reason is kept with the change.", "reason"
        )
    policy = {**stage["policy"], "kind": form["kind"], "inclusion": form["inclusion"] or "all"}
    for name, most in (("share", 100.0), ("kappa", 1.0)):
        value = finite(form[name]) if form[name] else None
        if form[name] and (value is None or not 0 < value <= most):
            words = "a number of per cent up to 100" if name == "share" else "a number up to 1"
            return Answer(422, None, f"This is {words}.", name)
        if value is not None:
            policy[name] = value / 100 if name == "share" else value
    stages = [
        {**one, "policy": policy} if one["name"] == stage["name"] else one
        for one in at.review.stages
    ]
    return await at.ask("PATCH", "", "", json={"stages": stages, "reason": form["reason"]})


async def fix_target(at: ReviewAt, stage: Stage, form: Sent) -> Answer:
    """What the stopping rule is to guarantee."""
    values = {}
    for name in ("recall", "confidence"):
        value = finite(form[name])
        if value is None or not 0 < value < 100:
            return Answer(422, None, "This is a number of per cent between 0 and 100.", name)
        values[name] = value / 100
    return await at.ask("PUT", "screening", f"{_base(stage)}/stopping/target", json=values)


async def draw_check(at: ReviewAt, stage: Stage, form: Sent) -> Answer:
    """A random sample of the unread, to be read in full."""
    size = whole(form["size"])
    if not size:
        return Answer(422, None, "Say how many records, 1 or more.", "size")
    body = {"size": size}
    return await at.ask("POST", "screening", f"{_base(stage)}/stopping/check", json=body)


async def stop(at: ReviewAt, stage: Stage, form: Sent) -> Answer:
    """End the stage, with a reason."""
    if not form["reason"]:
        return Answer(422, None, "Say why screening ends here.", "reason")
    body = {"reason": form["reason"]}
    return await at.ask("POST", "screening", f"{_base(stage)}/stopping/stop", json=body)


async def resume(at: ReviewAt, stage: Stage, _form: Sent) -> Answer:
    """Take the end of a stage back."""
    return await at.ask("POST", "screening", f"{_base(stage)}/stopping/resume")


async def assign(at: ReviewAt, stage: Stage, form: Sent) -> Answer:
    """Give a person the next records that nobody was given."""
    count = whole(form["count"])
    if not count:
        return Answer(422, None, "Say how many records, 1 or more.", "count")
    body = {"person": form["person"], "count": count}
    return await at.ask("POST", "screening", f"{_base(stage)}/assignments", json=body)


FORMS: dict[str, Callable[[ReviewAt, Stage, Sent], Awaitable[Answer]]] = {
    "criteria": set_criteria,
    "highlights": set_highlights,
    "ranking": start_ranking,
    "policy": set_policy,
    "target": fix_target,
    "check": draw_check,
    "stop": stop,
    "resume": resume,
    "assign": assign,
}
"""Name of a form → what it does."""
