"""settings.toml: what is particular to one office and one site. Every key can come from the environment."""

from pathlib import Path
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Office(Section):
    """The Wlz-uitvoerder that acts as zorgkantoor, as it signs its letters."""

    name: str
    legal_name: str
    regions: tuple[str, ...]
    address: str
    contact: str
    duty_address: str
    """Where a message goes when nobody else can be reached."""
    base_url: str


class Smtp(Section):
    host: str = ""
    """Empty: mail is written to the site's outbox folder as .eml."""
    port: int = 587
    fallback_hosts: tuple[str, ...] = ()
    """`host` or `host:port`, tried in this order while the first relay can't be reached."""
    security: Literal["starttls", "tls", "insecure-loopback"] = "starttls"
    user: str = ""
    sender: str
    allowed_domains: tuple[str, ...]
    ca_file: str = ""
    timeout_seconds: float = Field(default=30, gt=0)
    mail_detail: Literal["full", "link_only"] = "full"


class Mailbox(Section):
    """Where providers send their filled-in forms; the password is the secret `mailbox_password`."""

    host: str = ""
    """Empty: no mailbox is read."""
    port: int = 993
    security: Literal["tls", "starttls", "insecure-loopback"] = "tls"
    user: str = ""
    folder: str = "INBOX"
    done_folder: str = ""
    """Where a mail goes whose form was taken in; empty: it stays, marked as read."""
    ca_file: str = ""
    timeout_seconds: float = Field(default=30, gt=0)
    max_bytes: int = Field(default=10_000_000, gt=0)
    mails_per_run: int = Field(default=200, gt=0)


class Database(Section):
    url: str = ""
    """Empty: ews.sqlite in the site folder."""


class Watcher(Section):
    url: str = ""


class Web(Section):
    """Who is at the page, how long a login lasts, and how often anyone may try."""

    idle_minutes: int = Field(default=30, gt=0)
    session_hours: int = Field(default=12, gt=0)
    link_hours: int = Field(default=24, gt=0)
    login_window_minutes: int = Field(default=15, gt=0)
    login_failures: int = Field(default=5, gt=0)
    """Of one person from one network, before that network waits."""
    network_failures: int = Field(default=30, gt=0)
    requests_per_minute: int = Field(default=240, gt=0)
    views_per_hour: int = Field(default=30, gt=0)
    decoys: tuple[str, ...] = ()
    """Providers that nobody has a reason to open (A24): opening one is told at once."""
    upload_bytes: int = Field(default=25_000_000, gt=0)
    upload_seconds: int = Field(default=60, gt=0)
    """A request whose body takes longer is cut off (408)."""


class Oidc(Section):
    """Login at the office's own identity provider, beside local accounts. No issuer: local accounts only."""

    issuer: str = ""
    client_id: str = ""
    claim: str = "preferred_username"
    """Whose value is the id of a person in people.toml; role and regions stay there."""
    acr: tuple[str, ...] = ()
    """At least one of these is asked of the provider: a login with a second factor. Empty: its own policy."""
    label: str = "Inloggen met uw kantooraccount"


class Limits(Section):
    """Refused beyond these, before anything is parsed."""

    file_bytes: int = Field(gt=0)
    unpacked_bytes: int = Field(gt=0)
    unpack_ratio: int = Field(gt=0)
    zip_entries: int = Field(gt=0)
    rows: int = Field(gt=0)
    memory_bytes: int = Field(default=1_000_000_000, ge=100_000_000)
    cpu_seconds: int = Field(default=60, gt=0)


class Scanner(Section):
    """The office's own virus scanner, for evidence. No command: every piece is visibly `niet gescand`."""

    command: tuple[str, ...] = ()
    """Program and arguments; the path comes last. Exit code 0 is clean, 1 infected, any other no verdict."""
    seconds: float = Field(default=60, gt=0)
    late_minutes: int = Field(default=30, gt=0)
    unscanned: Literal["waarschuwen", "blokkeren"] = "waarschuwen"
    """Whether a piece that nothing scanned may be opened and sent."""


class SiteSettings(BaseSettings):
    """settings.toml under the environment (`EWS_SMTP__HOST` for `[smtp] host`)."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(
        env_prefix="EWS_", env_nested_delimiter="__", extra="forbid", frozen=True
    )
    kind: Literal["production", "demo", "drill"]
    office: Office
    smtp: Smtp
    limits: Limits
    mailbox: Mailbox = Mailbox()
    database: Database = Database()
    watcher: Watcher = Watcher()
    web: Web = Web()
    oidc: Oidc = Oidc()
    scanner: Scanner = Scanner()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return env_settings, init_settings


def database_url(site: Path, settings: SiteSettings) -> str:
    """The database of a site: its own file unless settings name a server."""
    return settings.database.url or f"sqlite:///{site / 'ews.sqlite'}"


def site_settings(document: dict[str, Any]) -> SiteSettings:
    """Read settings.toml under the environment. Raises pydantic.ValidationError."""
    return SiteSettings(**document)
