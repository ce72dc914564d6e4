"""The documentation is true: names, links, commands and routes that it shows exist."""

import re
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
import typer

from runtime.catalogue import services
from runtime.cli.app import app as command_line
from shared.events import registered
from shared.ops.settings import SERVICES, Settings

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "deploy").glob("*.md")]
)
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
FOREIGN = {"RETRODUCT_URL", "RETRODUCT_TOKEN", "RETRODUCT_SITE", "RETRODUCT_SESSION"}


def blocks(text):
    """The lines of every code block, continuation lines joined."""
    for block in re.findall(r"^```[a-z]*\n(.*?)^```", text, flags=re.M | re.S):
        yield from block.replace("\\\n", " ").splitlines()


def name_of(page):
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("event", sorted({name for name, _ in registered()}))
def test_every_event_is_in_the_glossary(event):
    assert f"| `{event}` |" in (ROOT / "docs" / "glossary.md").read_text()


def test_the_glossary_names_no_event_that_does_not_exist():
    text = (ROOT / "docs" / "glossary.md").read_text()
    told = re.findall(r"^\| `([a-z]+\.[a-z_]+)` \|", text, flags=re.M)
    assert set(told) <= {name for name, _ in registered()}
    assert len(told) == len(set(told))


def test_every_setting_is_described_with_its_default():
    text = (ROOT / "docs" / "reference" / "settings.md").read_text()
    for name, field in Settings.model_fields.items():
        default = field.get_default(call_default_factory=True)
        shown = str(default).lower() if isinstance(default, bool) else str(default or "none")
        row = re.search(rf"^\| `RETRODUCT_{name.upper()}` \| (.+?) \|", text, flags=re.M)
        assert row, f"docs/reference/settings.md does not tell of RETRODUCT_{name.upper()}"
        assert row.group(1).strip("`") == ("none" if default == {} else shown)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_a_page_names_only_settings_that_exist(page):
    known = {f"RETRODUCT_{name.upper()}" for name in Settings.model_fields} | FOREIGN
    known |= {f"{name}_FILE" for name in known}
    known |= set(re.findall(r"RETRODUCT_[A-Z_]*[A-Z]", (ROOT / "docker-compose.yml").read_text()))
    told = set(re.findall(r"RETRODUCT_[A-Z_]*[A-Z]", page.read_text()))
    assert {name for name in told if not name.startswith("RETRODUCT_TEST_")} <= known


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_a_page_links_only_to_what_is_there(page):
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text()):
        if not urlsplit(target).scheme:
            assert (page.parent / target).exists(), f"{name_of(page)} links to {target}"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_a_page_shows_only_commands_that_exist(page):
    group = typer.main.get_command(command_line)
    for line in blocks(page.read_text()):
        for words in re.findall(r"(?:^|\s)retroduct ((?:[a-z-]+ ?)+)", line.split("#")[0]):
            first, *rest = words.split()
            command = group.commands.get(first)
            assert command is not None, f"{name_of(page)}: retroduct {first}"
            if hasattr(command, "commands") and rest:
                assert rest[0] in command.commands, f"{name_of(page)}: {words}"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_a_page_asks_only_for_routes_that_exist(page):
    for line in blocks(page.read_text()):
        if not re.search(r"\b(curl|api) ", line):
            continue
        method = re.search(r"-X ([A-Z]+)", line)
        for path in re.findall(r"(?:localhost|127\.0\.0\.1):8000(/api/[^\s'\"?]*)", line):
            posts = re.search(r" (-d|--json|--data-binary) ", line)
            verb = method.group(1) if method else ("POST" if posts else "GET")
            assert any(m == verb and r.fullmatch(path) for m, r in routes()), f"{verb} {path}"


@cache
def routes():
    """Method and pattern of every route."""
    found = []
    for name, service in services().items():
        prefix = "/api" if name == "workbench" else f"/api/{name}"
        if service.routes is None:
            continue
        for method, path in _flat(service.routes(SimpleNamespace(service=name)), prefix):
            found.append((method, path))
    common = ("health", "ready", "pending", "metrics", "dead")
    found += [("GET", re.compile(f"/api/{name}/{what}")) for name in SERVICES for what in common]
    return found


def _flat(router, prefix):
    for route in router.routes:
        path = getattr(route, "path", None)
        if path is None:
            yield from _flat(route.original_router, prefix + route.include_context.prefix)
            continue
        pattern = re.compile(re.sub(r"\{[a-z_]+(:path)?\}", lambda m: "[^ ]+", prefix + path))
        for method in getattr(route, "methods", None) or ():
            yield method, pattern


@pytest.mark.parametrize("page", DECISIONS, ids=name_of)
def test_a_decision_record_has_at_most_40_lines_and_says_why(page):
    text = page.read_text()
    assert len(text.splitlines()) <= 40
    for part in ("**Situation.**", "**Decision.**", "**Why.**", "**Price.**"):
        assert part in text
    assert page.name in (ROOT / "docs" / "decisions" / "README.md").read_text()


def test_decision_records_are_numbered_without_gaps():
    numbers = [int(page.name[:4]) for page in DECISIONS]
    assert numbers == list(range(1, len(numbers) + 1))


def test_every_page_of_the_documentation_can_be_reached_from_its_index():
    index = (ROOT / "docs" / "README.md").read_text()
    for page in (ROOT / "docs").rglob("*.md"):
        inside = page.relative_to(ROOT / "docs")
        if inside.parts[0] != "decisions" and inside.name != "README.md":
            assert f"({inside})" in index, f"docs/README.md does not link to {inside}"
