"""The latest judgements that count, per link of a CCMOC."""

from collections.abc import Collection, Iterable

from services.synthesis.configurations.domain.judging import Word
from services.synthesis.configurations.store import ccmocs, inputs
from services.synthesis.engine.judgements import Link, latest
from services.synthesis.engine.values import Judgement, Review
from shared.db import Tx


async def judged_inputs(tx: Tx, review_id: str, said: Iterable[Judgement]) -> Review:
    """What decides whether judgements count: the judged fragments as they are, and were."""
    judgements = tuple(said)
    rows = await ccmocs.fragments_of(tx, review_id, {item.fragment for item in judgements})
    return Review(
        fragments={name: inputs.fragment_of(row) for name, row in rows.items()},
        versions=await inputs.versions_of(tx, review_id, judgements),
        judgements=judgements,
    )


async def words_of(tx: Tx, review_id: str, theories: Collection[str]) -> dict[Link, list[Word]]:
    """Each judged link of the theories with the latest judgement of every person that counts."""
    said = await inputs.judgements_of(tx, review_id, theories)
    found: dict[Link, list[Word]] = {}
    for (link, person), item in latest(await judged_inputs(tx, review_id, said)).items():
        found.setdefault(link, []).append(Word(person, item.acting_as, item.verdict))
    return {link: sorted(words, key=lambda word: word.person) for link, words in found.items()}
