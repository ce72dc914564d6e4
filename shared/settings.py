"""Every setting there is, read from `RETRODUCT_*` and from nowhere else."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

SERVICES = ("workbench", "search", "screening", "extraction", "synthesis")


class Settings(BaseSettings):
    """Settings of a process. Without any, everything runs embedded under `home`."""

    model_config = SettingsConfigDict(env_prefix="RETRODUCT_", extra="ignore")

    home: Path = Field(Path("var"), description="folder of the SQLite files and reports")
    database_url: str | None = Field(
        None, description="PostgreSQL URL; each service uses a schema of its own name in it"
    )
    database_urls: dict[str, str] = Field(
        default_factory=dict, description="JSON object: a database URL per service, instead"
    )
    schema_prefix: str = Field("", description="put before every schema name in PostgreSQL")
    amqp_url: str | None = Field(None, description="RabbitMQ URL; without it the bus is in process")
    queue_prefix: str = Field("retroduct", description="first part of exchange and queue names")
    secret: SecretStr | None = Field(
        None, description="key that signs short-lived tokens; made under `home` when embedded"
    )
    sqlite_synchronous: Literal["FULL", "NORMAL"] = Field(
        "FULL", description="NORMAL is faster and may lose the last commits when power fails"
    )
    host: str = Field("127.0.0.1", description="address that is served on")
    port: int = Field(8000, description="port that is served on")
    service_urls: dict[str, str] = Field(
        default_factory=dict, description="JSON object: base URL per service, when distributed"
    )
    pack_events: bool = Field(True, description="pack bulk events of one key into one message")
    workers: int = Field(2, ge=1, description="inbox workers per service process")
    prefetch: int = Field(200, ge=1, description="messages that RabbitMQ hands out unacknowledged")
    inbox_days: int = Field(30, ge=1, description="days for which handled event ids are kept")
    max_upload_mb: int = Field(2048, ge=1, description="largest upload, in megabytes")
    log_level: str = Field("INFO", description="level of the structured log")
    log_json: bool = Field(False, description="log as JSON lines")
    ncbi_base_url: str = Field(
        "https://eutils.ncbi.nlm.nih.gov/entrez/eutils/", description="base of the E-utilities"
    )
    ncbi_api_key: SecretStr | None = Field(None, description="allows ten requests a second")
    ncbi_email: str = Field("", description="address that NCBI can warn before it blocks")
    https_proxy: str | None = Field(None, description="proxy for requests to the outside")
    network: bool = Field(False, description="allow searches to reach the network")

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

    @property
    def embedded(self) -> bool:
        """Whether the bus is in process."""
        return self.amqp_url is None
