"""Secrets that an installation makes for itself."""

import pytest

from shared.ops.secret_file import kept_secret


def test_a_secret_is_made_once_and_only_its_owner_reads_it(tmp_path):
    path = tmp_path / "home" / "secret"
    assert kept_secret(path, lambda: "first") == "first"
    assert kept_secret(path, lambda: "second") == "first"
    assert path.stat().st_mode & 0o077 == 0


def test_a_start_that_was_cut_short_leaves_no_empty_secret(tmp_path):
    def cut_short():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        kept_secret(tmp_path / "secret", cut_short)
    assert kept_secret(tmp_path / "secret", lambda: "whole") == "whole"
