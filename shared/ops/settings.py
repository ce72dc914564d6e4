"""Every setting there is, read from `RETRODUCT_*` and from nowhere else.

`RETRODUCT_X_FILE` names a file that holds `RETRODUCT_X`, so that no secret has to be a variable.
"""

from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import quote, urlsplit

from pydantic import AfterValidator, Field, SecretStr, model_validator
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from shared.http.problems import Invalid

SERVICES = ("workbench", "search", "screening", "extraction", "synthesis")
PREFIX = "RETRODUCT_"
OF_A_FILE = "_file"


class SettingFiles(EnvSettingsSource):
    """Reads a setting from the file that `RETRODUCT_<name>_FILE` names, less its last line end.

    Raises `Invalid` when the file cannot be read, or the setting is given besides.
    """

    def __init__(self, settings_cls: type[BaseSettings]) -> None:
        super().__init__(settings_cls, env_ignore_empty=True)
        self.env_vars = {
            name: _content(name, Path(self.env_vars[name + OF_A_FILE] or ""), self.env_vars)
            for name in (f"{PREFIX}{field}".lower() for field in settings_cls.model_fields)
            if name + OF_A_FILE in self.env_vars
        }


def _content(name: str, path: Path, given: Mapping[str, str | None]) -> str:
    variable = name.upper()
    if name in given:
        raise Invalid(f"{variable} and {variable}_FILE are both set; keep one of them.")
    try:
        return path.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, ValueError) as error:
        why = (getattr(error, "strerror", None) or "not UTF-8").lower()
        raise Invalid(f"{variable}_FILE: '{path}' cannot be read ({why}).") from None


def _addresses(said: str) -> str:
    """Addresses and networks as uvicorn takes them; raises `ValueError` for anything else."""
    for each in said.split(","):
        if said != "*":
            ip_network(each.strip())
    return said


def _with_password(url: str, password: SecretStr | None) -> str:
    """The URL with the password, if it names a user and no password."""
    parts = urlsplit(url)
    if password is None or parts.username is None or parts.password is not None:
        return url
    user, _, host = parts.netloc.rpartition("@")
    secret = quote(password.get_secret_value(), safe="")
    return parts._replace(netloc=f"{user}:{secret}@{host}").geturl()


class Settings(BaseSettings):
    """Settings of a process. Without any, everything runs embedded under `home`."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", env_ignore_empty=True)

    home: Path = Field(Path("var"), description="folder of the SQLite files and reports")
    database_url: str | None = Field(
        None, description="PostgreSQL URL; each service uses a schema of its own name in it"
    )
    database_urls: dict[str, str] = Field(
        default_factory=dict, description="JSON object: a database URL per service, instead"
    )
    database_password: SecretStr | None = Field(
        None, description="password for a database URL that names a user and none"
    )
    schema_prefix: str = Field("", description="put before every schema name in PostgreSQL")
    amqp_url: str | None = Field(None, description="RabbitMQ URL; without it the bus is in process")
    amqp_password: SecretStr | None = Field(
        None, description="password for a RabbitMQ URL that names a user and none"
    )
    queue_prefix: str = Field("retroduct", description="first part of exchange and queue names")
    secret: SecretStr | None = Field(
        None, description="key that signs short-lived tokens; made under `home` when embedded"
    )
    source_keys: SecretStr | None = Field(
        None,
        description=(
            "keys that seal confidential sources, with commas, the newest first; "
            "one is made under `home` when embedded"
        ),
    )
    monitor_token: SecretStr | None = Field(
        None,
        min_length=16,
        description="bearer token of a monitor: it reads /ready, /pending and /metrics, no more",
    )
    local_owner: bool | None = Field(
        None,
        description=(
            "who calls from this machine owns it; without it only 'up' and 'demo' do so, "
            "on a loopback address"
        ),
    )
    sqlite_synchronous: Literal["FULL", "NORMAL"] = Field(
        "FULL", description="NORMAL is faster and may lose the last commits when power fails"
    )
    host: str = Field("127.0.0.1", description="address that is served on")
    port: int = Field(8000, description="port that is served on")
    forwarded_allow_ips: Annotated[str, AfterValidator(_addresses)] = Field(
        "127.0.0.1,::1",
        description="addresses and networks of proxies whose X-Forwarded headers hold",
    )
    service_urls: dict[str, str] = Field(
        default_factory=dict, description="JSON object: base URL per service, when distributed"
    )
    pack_events: bool = Field(True, description="pack bulk events of one key into one message")
    workers: int = Field(2, ge=1, description="inbox workers per service process")
    job_workers: int = Field(2, ge=1, description="jobs of one kind that a service does at once")
    prefetch: int = Field(200, ge=1, description="messages that RabbitMQ hands out unacknowledged")
    inbox_days: int = Field(30, ge=1, description="days for which handled event ids are kept")
    max_upload_mb: int = Field(2048, ge=1, description="largest upload, in megabytes")
    documents_folder: Path | None = Field(
        None, description="folder of the full texts' files; `documents` under `home` without it"
    )
    max_document_mb: int = Field(100, ge=1, description="largest full text, in megabytes")
    documents_disk_mb: int = Field(
        51_200, ge=1, description="megabytes that all full texts together may take on disk"
    )
    europe_pmc_url: str = Field(
        "", description="base of Europe PMC's web service; without it Europe PMC is not asked"
    )
    crossref_url: str = Field(
        "", description="base of Crossref's REST API; without it Crossref is not asked"
    )
    openalex_url: str = Field(
        "", description="base of OpenAlex's API; without it OpenAlex is not asked"
    )
    openalex_api_key: SecretStr | None = Field(
        None, description="key that OpenAlex counts its daily budget by"
    )
    contact_email: str = Field(
        "", description="address that Crossref can write to; it answers such callers faster"
    )
    assistance_url: str = Field(
        "", description="base of a service that speaks OpenAI's interface; without it none suggests"
    )
    assistance_model: str = Field("", description="model of that service")
    assistance_key: SecretStr | None = Field(None, description="key that the service asks for")
    assistance_name: str = Field(
        "assistant",
        min_length=1,
        max_length=64,
        description="what the machine is called whose suggestions wait for people",
    )
    assistance_timeout: float = Field(
        120.0, gt=0, le=3600, description="seconds that one answer of the service may take"
    )
    assistance_budget: int = Field(
        500_000, ge=1, lt=2**31, description="tokens that one run may use before it stops"
    )
    log_level: str = Field("INFO", description="level of the structured log")
    log_json: bool = Field(False, description="log as JSON lines")
    oidc_issuer: str = Field(
        "", description="OpenID Connect: the provider's issuer; without it people have passwords"
    )
    oidc_client_id: str = Field("", description="OpenID Connect: what the provider calls us")
    oidc_client_secret: SecretStr | None = Field(
        None, description="OpenID Connect: our secret at the provider, if it gives one"
    )
    oidc_label: str = Field(
        "Sign in with your organisation", description="OpenID Connect: words of the button"
    )
    oidc_link_by_email: bool = Field(
        False,
        description="OpenID Connect: a verified e-mail that is a sign-in name here is that person",
    )
    oidc_new_people: bool = Field(
        False, description="OpenID Connect: let in people whom nobody added, without any review"
    )
    ncbi_base_url: str = Field(
        "https://eutils.ncbi.nlm.nih.gov/entrez/eutils/", description="base of the E-utilities"
    )
    ncbi_api_key: SecretStr | None = Field(None, description="allows ten requests a second")
    ncbi_email: str = Field("", description="address that NCBI can warn before it blocks")
    https_proxy: str | None = Field(None, description="proxy for requests to the outside")
    failpoints: str | None = Field(
        None, description="makes this process fail on purpose, for tests on this machine only"
    )
    network: bool = Field(False, description="allow searches and webhooks to reach the network")
    webhook_private: bool = Field(
        False, description="allow webhooks to this machine and private networks, and without TLS"
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments first, then variables and the files that variables name."""
        return init_settings, env_settings, SettingFiles(settings_cls)

    @model_validator(mode="after")
    def _put_passwords_in(self) -> "Settings":
        if self.database_url:
            self.database_url = _with_password(self.database_url, self.database_password)
        self.database_urls = {
            name: _with_password(url, self.database_password)
            for name, url in self.database_urls.items()
        }
        if self.amqp_url:
            self.amqp_url = _with_password(self.amqp_url, self.amqp_password)
        return self

    def url_of(self, service: str) -> str:
        """The database URL of one service (SQLite under `home` unless told otherwise)."""
        if service in self.database_urls:
            return self.database_urls[service]
        if self.database_url:
            return self.database_url
        return f"sqlite:///{self.home / f'{service}.sqlite'}"

    def schema_of(self, service: str) -> str:
        """The PostgreSQL schema of one service."""
        return f"{self.schema_prefix}{service}"

    def folder_of_documents(self) -> Path:
        """Where the files of full texts lie."""
        return self.documents_folder or self.home / "documents"

    @property
    def embedded(self) -> bool:
        """Whether the bus is in process."""
        return self.amqp_url is None
