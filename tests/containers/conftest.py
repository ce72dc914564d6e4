"""Collected by `make containers-test` only: it takes minutes, and may install an engine."""

import os

import pytest

from tests.support.containers import WISH, Composed, require_engine

collect_ignore_glob = [] if os.environ.get(WISH) else ["test_*.py"]


@pytest.fixture(scope="session")
def there(tmp_path_factory):
    """The deployment, all containers healthy; removed at the end."""
    end_engine = require_engine()
    deployment = Composed(tmp_path_factory.mktemp("containers"))
    try:
        deployment.up()
        yield deployment
    finally:
        deployment.down()
        end_engine()
