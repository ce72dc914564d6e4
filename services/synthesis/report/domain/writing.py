"""The report as a document, section after section."""

from collections.abc import Iterator

from services.synthesis.report.domain import (
    automation,
    clusters,
    findings,
    process,
    sources,
    standards,
    theory_work,
)
from services.synthesis.report.domain.blocks import Block, Document, numbered
from services.synthesis.report.domain.material import Material
from services.synthesis.report.domain.searching import searches


def report(material: Material) -> Document:
    """The whole report; it says nothing that is not in `material`."""
    return Document(material.title, tuple(numbered(_blocks(material))))


def _blocks(material: Material) -> Iterator[Block]:
    """Before the theories how the review went, after them what it rests on."""
    yield from process.opening(material)
    yield from searches(material)
    yield from clusters.cluster_searching(material)
    yield from process.flow(material)
    yield from process.agreement(material)
    yield from process.amendments(material)
    yield from process.changes(material)
    yield from theory_work.origins(material)
    yield from findings.summary(material)
    for part in material.theories:
        yield from findings.theory(part, material.inference)
    yield from theory_work.considered(material)
    yield from sources.documents(material)
    yield from sources.appraisals(material)
    yield from sources.saturation(material)
    yield from sources.issues(material)
    yield from standards.rameses(material)
    yield from standards.living(material)
    yield from sources.references(material)
    yield from theory_work.log(material)
    yield from automation.automation(material)
