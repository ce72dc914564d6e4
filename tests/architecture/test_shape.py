"""The shape of the house, kept by a machine."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[2]
CODE = ("shared", "services", "workbench", "runtime", "benchmarks")
SERVICES = ("search", "screening", "extraction", "synthesis")
MAX_FILE, MAX_FUNCTION, MEDIAN_FUNCTION = 300, 40, 10
NO_CAPABILITIES = {"migrations", "web", "engine", "domain", "__pycache__"}
LAYERS = {"__init__", "__pycache__", "api", "schemas", "jobs", "handlers", "store", "adapters"} | {
    "ports",
    "domain",
    "formats",
    "exports",
    "client",
    "xml",
    "broadcast",
}
FORBIDDEN_NAMES = {"helpers.py", "utils.py", "common.py", "misc.py"}


def sources(*roots: str) -> Iterator[Path]:
    for root in roots or CODE:
        for path in (ROOT / root).rglob("*.py"):
            if "versions" not in path.parts:
                yield path


def domains(*roots: str) -> Iterator[Path]:
    """Modules of pure rules: everything called `domain` or below it, and the engine."""
    for path in sources(*roots):
        if {"domain", "engine"} & {*path.relative_to(ROOT).parts, path.stem}:
            yield path


def functions(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            yield node.name, node.end_lineno - node.lineno + 1


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).is_file()]


def test_no_file_is_longer_than_300_lines():
    long = {
        str(p.relative_to(ROOT)): n
        for p in sources(*CODE, "tests")
        if (n := len(p.read_text().splitlines())) > MAX_FILE
    }
    assert not long


def test_no_function_is_longer_than_40_lines():
    long = [
        f"{path.relative_to(ROOT)}:{name} has {lines} lines"
        for path in sources()
        for name, lines in functions(path)
        if lines > MAX_FUNCTION
    ]
    assert not long


def test_half_of_all_functions_have_fewer_than_ten_lines():
    assert median(n for path in sources() for _, n in functions(path)) < MEDIAN_FUNCTION


def test_no_file_has_a_name_that_says_nothing():
    assert not [p for p in sources(*CODE, "tests") if p.name in FORBIDDEN_NAMES]


def capabilities() -> Iterator[Path]:
    """Every package inside a service or workbench that holds layers."""
    for home in (*(ROOT / "services" / s for s in SERVICES), ROOT / "workbench"):
        yield from (p for p in home.iterdir() if p.is_dir() and p.name not in NO_CAPABILITIES)


def test_every_service_is_an_app_its_migrations_and_capabilities():
    for service in SERVICES:
        home = ROOT / "services" / service
        found = {p.stem for p in home.glob("*.py")}
        assert {"app"} <= found <= {"__init__", "app", "tables", "schemas", "rights"}
        assert (home / "migrations").is_dir()


def test_every_capability_is_made_of_layers():
    strange = [
        f"{home.relative_to(ROOT)}: {part}"
        for home in capabilities()
        for part in {p.stem for p in home.iterdir() if p.suffix in {"", ".py"}} - LAYERS
    ]
    assert not strange


Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def definitions(path: Path) -> Iterator[tuple[str, Definition]]:
    """Functions and classes of a module, and the methods of its classes, with their names."""
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, Definition):
            yield node.name, node
        if isinstance(node, ast.ClassDef):
            for part in node.body:
                if isinstance(part, Definition):
                    yield f"{node.name}.{part.name}", part


def test_every_public_function_and_class_has_a_docstring():
    bare = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in sources()
        for name, node in definitions(path)
        if not any(part.startswith("_") for part in name.split("."))
        and not ast.get_docstring(node)
        and node.lineno != node.body[-1].lineno
    ]
    assert not bare


def test_no_function_carries_the_docstrings_of_others():
    stacked = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in sources(*CODE, "tests")
        for name, node in definitions(path)
        if not isinstance(node, ast.ClassDef)
        for statement in node.body[1:]
        if isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    ]
    assert not stacked


def test_no_domain_asks_for_the_time_or_rolls_dice_by_itself():
    asks = re.compile(
        r"datetime\.now\(|time\.time\(|date\.today\(|random\.random\(|np\.random\.\w+\("
    )
    allowed = "default_rng"
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in domains("services")
        for line in path.read_text().splitlines()
        if asks.search(line) and allowed not in line
    ]
    assert not found


def test_no_sentence_to_people_names_an_http_verb():
    verb = re.compile(r"\b(GET|POST|PUT|PATCH|DELETE) ")
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sources("shared", "services", "workbench", "runtime")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Raise) and node.exc is not None
        for part in ast.walk(node.exc)
        if isinstance(part, ast.Constant)
        and isinstance(part.value, str)
        and verb.search(part.value)
    ]
    assert not found


def test_no_code_takes_superscripts_for_digits():
    """`isdigit` says yes to a superscript two, which is no number; `isdecimal` does not."""
    called = re.compile(r"\bisdigit\b|\bisnumeric\b")
    found = [
        f"{path.relative_to(ROOT)}:{n}"
        for path in sources("shared", "services", "workbench", "runtime")
        for n, line in enumerate(path.read_text().splitlines(), 1)
        if called.search(line)
    ]
    assert not found


def test_nothing_is_left_unfinished():
    marks = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|NotImplementedError")
    found = [
        f"{path.relative_to(ROOT)}:{n}"
        for path in sources()
        for n, line in enumerate(path.read_text().splitlines(), 1)
        if marks.search(line)
    ]
    assert not found


def test_no_committed_text_names_a_registry_or_a_machine():
    words = ["pythonhosted", "pypi" + ".org", "registry.npm" + "js", "deb.debian" + ".org"]
    pattern = re.compile("|".join(map(re.escape, words)) + r"|(?<![\w.])/(work|farm)/")
    found = []
    for path in tracked():
        if path == Path(__file__) or path.suffix in {".png", ".gz", ".xlsx", ".woff2"}:
            continue
        if pattern.search(path.read_text(errors="ignore")):
            found.append(str(path.relative_to(ROOT)))
    assert not found


def test_a_type_is_ignored_only_by_its_code():
    bare = re.compile(r"# (type: ignore(?!\[)|noqa(?!:))")
    found = [
        p for p in sources(*CODE, "tests") if p != Path(__file__) and bare.search(p.read_text())
    ]
    assert not found


def test_test_files_outside_packages_have_names_of_their_own() -> None:
    """Two of one name in one process are one module for pytest: it collects only the first."""
    files = [
        p for p in (ROOT / "tests").rglob("test_*.py") if not (p.parent / "__init__.py").exists()
    ]
    names = [path.name for path in files]
    assert sorted({name for name in names if names.count(name) > 1}) == []
