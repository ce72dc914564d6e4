"""The map of the documentation is the order that import-linter keeps."""

import re
from configparser import ConfigParser

import pytest

from tests.support.reference import ROOT

NO_CAPABILITY = {"app", "tables", "schemas", "rights"}
SERVICES = ("search", "screening", "extraction", "synthesis", "workbench")


def kept(service):
    """The capabilities of a service, uppermost first; those beside each other in one set."""
    contracts = ConfigParser()
    contracts.read(ROOT / ".importlinter")
    rows = contracts[f"importlinter:contract:{service}"]["layers"].split("\n")
    layers = [{name.strip(" ()") for name in row.split("|")} for row in rows if row.strip()]
    return [layer for layer in layers if not layer <= NO_CAPABILITY]


def drawn(service):
    """The same as the table of the documentation has it."""
    text = (ROOT / "docs" / "explanation" / "architecture.md").read_text(encoding="utf-8")
    (row,) = re.findall(rf"^\| {service} \| (`.*) \|$", text, re.MULTILINE)
    groups = re.sub(r"\([^)]*\)", "", row).split("·")
    return [set(re.findall(r"`([^`]+)`", group)) for group in groups]


@pytest.mark.parametrize("service", SERVICES)
def test_the_map_shows_every_capability_in_its_order(service):
    assert drawn(service) == kept(service)
