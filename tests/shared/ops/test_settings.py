"""Settings come from variables, or from the files that variables name."""

import pytest
from pydantic import SecretStr, ValidationError

from shared.http.problems import Invalid
from shared.ops.settings import Settings

SECRETS = sorted(
    name for name, field in Settings.model_fields.items() if "SecretStr" in str(field.annotation)
)
URLS = {
    "database_url": "postgresql://u:p@db/r",
    "amqp_url": "amqp://u:p@broker/",
    "https_proxy": "http://u:p@proxy:3128",
}


def plain(value):
    """A secret as the text that it hides."""
    return value.get_secret_value() if isinstance(value, SecretStr) else value


@pytest.mark.parametrize("name", [*SECRETS, *URLS])
def test_every_secret_may_be_kept_in_a_file(monkeypatch, tmp_path, name):
    said = URLS.get(name, "öffne dich, Sesam, jetzt")
    (tmp_path / "kept").write_text(f"{said}\n", encoding="utf-8")
    monkeypatch.setenv(f"RETRODUCT_{name.upper()}_FILE", str(tmp_path / "kept"))
    assert plain(getattr(Settings(), name)) == said


def test_a_setting_that_is_json_may_be_kept_in_a_file(monkeypatch, tmp_path):
    (tmp_path / "urls").write_text('{"search": "postgresql://u:p@db/s"}')
    monkeypatch.setenv("RETRODUCT_DATABASE_URLS_FILE", str(tmp_path / "urls"))
    assert Settings().url_of("search") == "postgresql://u:p@db/s"


def test_a_setting_and_its_file_together_are_refused(monkeypatch, tmp_path):
    (tmp_path / "kept").write_text("one")
    monkeypatch.setenv("RETRODUCT_SECRET_FILE", str(tmp_path / "kept"))
    monkeypatch.setenv("RETRODUCT_SECRET", "other")
    with pytest.raises(Invalid, match="RETRODUCT_SECRET and RETRODUCT_SECRET_FILE are both set"):
        Settings()


def test_an_empty_variable_is_none_at_all(monkeypatch, tmp_path):
    (tmp_path / "kept").write_text("one")
    monkeypatch.setenv("RETRODUCT_SECRET", "")
    monkeypatch.setenv("RETRODUCT_AMQP_URL_FILE", "")
    assert Settings().secret is None
    assert Settings().amqp_url is None
    monkeypatch.setenv("RETRODUCT_SECRET_FILE", str(tmp_path / "kept"))
    assert plain(Settings().secret) == "one"


@pytest.mark.parametrize("content", [None, b"\xff\xfe"], ids=["missing", "not UTF-8"])
def test_a_file_that_cannot_be_read_is_named(monkeypatch, tmp_path, content):
    if content is not None:
        (tmp_path / "kept").write_bytes(content)
    monkeypatch.setenv("RETRODUCT_SECRET_FILE", str(tmp_path / "kept"))
    with pytest.raises(Invalid, match=r"RETRODUCT_SECRET_FILE.*kept.*cannot be read"):
        Settings()


def test_a_password_of_its_own_goes_into_the_urls_that_lack_one():
    made = Settings(
        database_url="postgresql://u@db:5432/r?ssl=require",
        database_urls={"search": "postgresql://u@db/s", "screening": "postgresql://u:own@db/s"},
        database_password=SecretStr("a/b@c:ü"),
        amqp_url="amqp://u@broker:5672/",
        amqp_password=SecretStr("p?#"),
    )
    assert made.database_url == "postgresql://u:a%2Fb%40c%3A%C3%BC@db:5432/r?ssl=require"
    assert made.url_of("search") == "postgresql://u:a%2Fb%40c%3A%C3%BC@db/s"
    assert made.url_of("screening") == "postgresql://u:own@db/s"
    assert made.amqp_url == "amqp://u:p%3F%23@broker:5672/"


def test_a_password_of_its_own_leaves_sqlite_alone(tmp_path):
    made = Settings(home=tmp_path, database_password=SecretStr("p"))
    assert made.url_of("search") == f"sqlite:///{tmp_path}/search.sqlite"


@pytest.mark.parametrize("said", ["*", "127.0.0.1", "10.0.0.0/8, ::1"])
def test_proxies_are_addresses_and_networks(said):
    assert Settings(forwarded_allow_ips=said).forwarded_allow_ips == said


@pytest.mark.parametrize("said", ["caddy", "10.0.0.1/8", "*,127.0.0.1", ""])
def test_a_proxy_by_any_other_name_is_refused(said):
    with pytest.raises(ValidationError, match="forwarded_allow_ips"):
        Settings(forwarded_allow_ips=said)
