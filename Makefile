# Everything runs from a virtual environment that the first target makes.
VENV := .venv
PYTHON := $(VENV)/bin/python
STAMP := $(VENV)/.installed
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Tests start many processes; each would compile every module again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo demo-reset up test test-slow test-slow-failed test-all containers-test check format migration reference lock clean

demo: $(STAMP)
	@$(VENV)/bin/retroduct demo

demo-reset: $(STAMP)
	@$(VENV)/bin/retroduct demo --reset

# An invented PubMed stands in for the real one unless RETRODUCT_NETWORK=true.
up: $(STAMP)
	@$(PYTHON) -m tests.support.eutils.beside $(VENV)/bin/retroduct up --demo

PYTEST := $(PYTHON) -m pytest -n 4 --dist loadfile --no-loadscope-reorder

# All but the long ones, and those that read the project's own files, which `make check` runs.
test: $(STAMP)
	$(PYTEST) -m "not slow" --ignore=tests/architecture

# The long ones, and those that make their examples once more with all of them.
test-slow: $(STAMP)
	RETRODUCT_TEST_EXAMPLES=all $(PYTEST) -m "slow or hypothesis"

# Those of the long ones that failed last time, one after the other.
test-slow-failed: $(STAMP)
	RETRODUCT_TEST_EXAMPLES=all $(PYTHON) -m pytest -m "slow or hypothesis" \
		--last-failed --last-failed-no-failures none

# Everything that decides whether a change lands.
test-all: check test test-slow containers-test

# The compose deployment on a real container engine; skips where none answers, unless
# RETRODUCT_TEST_CONTAINERS=require, which installs one from Debian's packages.
RETRODUCT_TEST_CONTAINERS ?= run
containers-test: $(STAMP)
	RETRODUCT_TEST_CONTAINERS=$(RETRODUCT_TEST_CONTAINERS) $(PYTHON) -m pytest tests/containers

check: $(STAMP)
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	$(PYTHON) -m pytest tests/architecture

format: $(STAMP)
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

# The next revision of a service's tables: make migration SERVICE=search MESSAGE="Add notes"
migration: $(STAMP)
	@$(PYTHON) -m runtime.revisions "$(SERVICE)" "$(MESSAGE)"
	@$(VENV)/bin/ruff check -q --fix services workbench
	@$(VENV)/bin/ruff format -q services workbench

# docs/reference/asyncapi.json and openapi.json, from the code.
reference: $(STAMP)
	@$(PYTHON) -m runtime.reference

# Pinned versions with hashes and without addresses, from pyproject.toml.
lock: $(STAMP)
	$(VENV)/bin/pip-compile -q --generate-hashes --no-emit-index-url --no-emit-trusted-host \
	  --no-emit-find-links --strip-extras --allow-unsafe --no-header \
	  -o requirements.lock pyproject.toml
	$(VENV)/bin/pip-compile -q --generate-hashes --no-emit-index-url --no-emit-trusted-host \
	  --no-emit-find-links --strip-extras --allow-unsafe --no-header --extra dev \
	  -c requirements.lock -o requirements-dev.lock pyproject.toml

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(STAMP): requirements-dev.lock pyproject.toml
	@python3 -c 'import sys; sys.exit("Retroduct needs Python 3.11 or newer; python3 is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	python3 -m venv $(VENV)
	$(VENV)/bin/pip install --quiet --require-hashes -r requirements-dev.lock
	$(VENV)/bin/pip install --quiet --no-deps --no-build-isolation -e .
	@touch $(STAMP)
