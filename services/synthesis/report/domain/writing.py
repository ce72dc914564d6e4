"""The report as a document, section after section."""

from collections.abc import Iterator

from services.synthesis.report.domain import findings, methods
from services.synthesis.report.domain.blocks import Block, Document
from services.synthesis.report.domain.material import Material


def report(material: Material) -> Document:
    """The whole report; it says nothing that is not in `material`."""
    return Document(material.title, tuple(_blocks(material)))


def _blocks(material: Material) -> Iterator[Block]:
    yield from methods.opening(material)
    yield from methods.flow(material)
    yield from findings.summary(material)
    for part in material.theories:
        yield from findings.theory(part)
    yield from methods.searches(material)
    yield from methods.documents(material)
    yield from methods.appraisals(material)
    yield from methods.saturation(material)
    yield from methods.issues(material)
    yield from methods.changes(material)
    yield from methods.rameses(material)
    yield from methods.living(material)
