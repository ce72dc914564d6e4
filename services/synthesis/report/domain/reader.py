"""The material as one reader may have it: with words that they may see, and people by name."""

from collections.abc import Mapping
from dataclasses import replace

from services.synthesis.inference.domain import named
from services.synthesis.report.domain.inference import with_people as inference_with_people
from services.synthesis.report.domain.material import Material, Words


def confidential_fragments(material: Material) -> list[str]:
    """Fragments whose words are not here because their source is confidential, sorted."""
    return sorted(
        {
            name
            for part in material.theories
            for name, passage in part.passages.items()
            if passage.confidential
        }
    )


def with_words(material: Material, words: Mapping[str, Words]) -> Material:
    """The material with words that the reader was allowed to fetch (fragment id → words)."""
    parts = [
        replace(
            part,
            passages={
                name: replace(passage, quote=words[name].quote, paraphrase=words[name].paraphrase)
                if name in words
                else passage
                for name, passage in part.passages.items()
            },
        )
        for part in material.theories
    ]
    return replace(material, theories=parts)


def with_people(material: Material) -> Material:
    """The material with people by name wherever they noted, worded or moved something."""
    people = {str(one["person"]): str(one["name"]) for one in material.told.team}
    parts = [
        replace(
            part,
            history=[
                {
                    **item,
                    "by": people.get(item["person"] or "", ""),
                    "moved_by": named(item["moved_by"], people),
                }
                for item in part.history
            ],
        )
        for part in material.theories
    ]
    inference = inference_with_people(material.inference, people)
    return replace(material, theories=parts, inference=inference)
