"""What each of some fragments changed: read from the revisions that name it as their cause."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from runtime.cli.configurations import ConfigurationLabels
from runtime.loading.client import Api, segment

Item = Mapping[str, Any]


async def changes_by_fragment(
    api: Api, review: str, fragments: Sequence[str], labels: ConfigurationLabels
) -> dict[str, list[str]]:
    """Fragment → one sentence per configuration that its coding moved, sorted.

    The same history gives the same words, whoever asks and when.
    """
    causes = {
        event: fragment
        for fragment in fragments
        for event in await _events_of(api, fragment, review)
    }
    said: dict[str, list[str]] = {fragment: [] for fragment in fragments}
    base = f"/api/synthesis/reviews/{segment(review)}/ccmocs"
    for item in await api.listed(base, lapsed=True):
        if not may_have_moved(item, fragments):
            continue
        whole = await api.get(f"{base}/{segment(item['id'])}")
        for fragment, sentence in moved(item, whole["history"], causes, labels):
            said[fragment].append(sentence)
    return {fragment: sorted(sentences) for fragment, sentences in said.items()}


async def _events_of(api: Api, fragment: str, review: str) -> list[str]:
    """Ids of the events in which extraction told of a fragment of this review."""
    found = await api.get(f"/api/extraction/trace/{segment(f'fragment/{fragment}')}")
    return [item["id"] for item in found["items"] if item["review"] == review]


def may_have_moved(item: Item, fragments: Iterable[str]) -> bool:
    """Whether a configuration can have been moved by them: it was revised, or rests on one."""
    return item["revision"] > 1 or bool(set(item["fragments"]) & set(fragments))


def moved(
    item: Item, history: Iterable[Item], causes: Mapping[str, str], labels: ConfigurationLabels
) -> list[tuple[str, str]]:
    """(fragment, what it changed) for every revision that one of the events in `causes` caused."""
    found = []
    for revision in history:
        named = dict.fromkeys(causes[e] for e in revision["caused_by"] if e in causes)
        found += [(f, f"{name_of(item, labels)}: {_words(revision, f)}") for f in named]
    return found


def name_of(item: Item, labels: ConfigurationLabels) -> str:
    """`mechanism → outcome`, by label."""
    mechanism = labels.of(item["theory"], f"mechanism_{item['role']}", item["mechanism"])
    return f"{mechanism} → {labels.outcome(item)}"


def _words(revision: Item, fragment: str) -> str:
    """The revision's sentences but for the one that only repeats which fragment came."""
    trivial = f"Rests now also on {fragment}."
    kept = [word for word in revision["words"] if word != trivial]
    return " ".join(kept) or "changed"
