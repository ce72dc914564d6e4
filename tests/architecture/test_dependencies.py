"""What is installed to run the product is what the product imports, and nothing besides."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("shared", "services", "workbench", "runtime")
NOT_IMPORTED = {"python-multipart"}
"""FastAPI reads forms with it."""
PARTS = {"aiormq", "joserfc", "markupsafe", "pydantic-core", "starlette"}
"""Come with aio-pika, Authlib, Jinja, Pydantic and FastAPI, whose interfaces show them."""

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
DEVELOPMENT = PROJECT["optional-dependencies"]["dev"]


def name_of(requirement: str) -> str:
    """The distribution's name, as an index normalises it."""
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert found
    return re.sub(r"[-_.]+", "-", found.group(0)).lower()


def imported() -> set[str]:
    """Every distribution that a module of the product imports."""
    modules: set[str] = set()
    for path in (path for package in PRODUCT for path in (ROOT / package).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                modules |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                modules.add(node.module.split(".")[0])
    distributions = packages_distributions()
    foreign = modules - set(PRODUCT) - set(sys.stdlib_module_names)
    named = (distributions.get(module, [module]) for module in foreign)
    return {name_of(each) for some in named for each in some}


def test_what_is_needed_to_run_is_what_is_imported() -> None:
    needed = {name_of(each) for each in PROJECT["dependencies"]}
    assert needed - NOT_IMPORTED == imported() - PARTS


@pytest.mark.parametrize("tool", ["hatchling", "jsonschema", "fonttools"])
def test_tools_of_building_and_testing_are_of_development_only(tool: str) -> None:
    assert tool in {name_of(each) for each in DEVELOPMENT}
    assert tool not in {name_of(each) for each in PROJECT["dependencies"]}


TOOLS = {
    "build", "editables", "hatchling", "httpx2", "jsonschema", "mypy", "pip-tools", "playwright",
    "pytest", "ruff", "schemathesis", "setuptools", "trove-classifiers", "wheel",
}  # fmt: skip
"""What builds and tests, and what was installed to run once for want of looking."""


def pinned(lock: str) -> set[str]:
    """Every distribution that a lock pins, by name."""
    lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
    return {name_of(line) for line in lines if re.match(r"[A-Za-z0-9]", line)}


def test_no_tool_of_building_or_testing_is_pinned_to_run() -> None:
    run = pinned("requirements.lock")
    assert {name_of(each) for each in PROJECT["dependencies"]} <= run
    assert sorted(run & TOOLS) == []
    alone = {name_of(each) for each in DEVELOPMENT} - {"packaging"}
    assert sorted(run & alone) == []
    assert run < pinned("requirements-dev.lock")
